"""Which number a value has in a snapshot's table, with only the values met lately kept in memory."""

from __future__ import annotations

import sqlite3
from typing import Generic, TypeVar

Value = TypeVar("Value", str, int)

KEPT = 100_000
_ABSENT_KEPT = 2_000


class Numbers(Generic[Value]):
    """The numbers of a table's values.

    Nearly all links of a page were met on the page before, so a memory of the latest values answers nearly every
    look-up; the rest are asked of the table. While everything the table holds fits, nothing is asked of it at all.
    ``condition`` (SQL) leaves out rows that do not count. At most twice ``kept`` values are in memory.
    """

    def __init__(
        self, db: sqlite3.Connection, table: str, column: str, *, condition: str = "1", kept: int = KEPT,
    ) -> None:
        self._db = db
        self._all = f"SELECT {column}, id FROM {table} WHERE {condition} ORDER BY id DESC LIMIT ?"
        self._one = f"SELECT id FROM {table} WHERE {column} = ? AND {condition}"
        self._kept = kept
        self.reload()

    def reload(self) -> None:
        """Take up the state of the table, after a start or a transaction that was lost."""
        self._new: dict[Value, int] = dict(self._db.execute(self._all, (self._kept + 1,)))
        self._old: dict[Value, int] = {}
        self._absent: set[Value] = set()
        self._complete = len(self._new) <= self._kept
        if not self._complete:
            self._turn_over()

    def get(self, value: Value) -> int | None:
        """Return a value's number; None where the table does not hold it."""
        number = self._new.get(value)
        if number is not None or self._complete:
            return number
        number = self._old.get(value)
        if number is None:
            if value in self._absent:
                return None
            row = self._db.execute(self._one, (value,)).fetchone()
            if row is None:
                # what is not there is mostly asked for twice: when it is found and when it is stored
                if len(self._absent) >= _ABSENT_KEPT:
                    self._absent.clear()
                self._absent.add(value)
                return None
            number = int(row[0])
        self.put(value, number)
        return number

    def put(self, value: Value, number: int) -> None:
        """Remember a value that has just been given a number."""
        self._new[value] = number
        self._absent.discard(value)
        if len(self._new) > self._kept:
            self._complete = False
            self._turn_over()

    def _turn_over(self) -> None:
        self._old, self._new = self._new, {}
