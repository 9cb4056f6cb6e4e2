"""What the readers of formats take and give: limits, contents, faults, and tables kept within limits."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crawler.snapshot.records import FileOutcome, FileRecord, FileTable

_BLANKS = re.compile(r"[ \t\r\n\u00a0\u3000]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Limits:
    """How much of one file is read; counts are per file, an archive's members together.

    ``unpacked_bytes`` and ``ratio`` bound what compressed parts may unfold to, ``depth`` archives in archives.
    ``ruled_pages`` is how many pages of a PDF are searched for tables, ``scanned_rows`` how many rows of a sheet
    are gone through for those that hold something.
    """

    text_chars: int = 2_000_000
    pages: int = 2_000
    ruled_pages: int = 40
    tables: int = 500
    cells: int = 300_000
    columns: int = 300
    cell_chars: int = 4_000
    scanned_rows: int = 200_000
    members: int = 200
    depth: int = 2
    unpacked_bytes: int = 256 * 1024 * 1024
    ratio: int = 250


class FileFaultError(Exception):
    """A file cannot be read: the outcome to record, and a Chinese reason."""

    def __init__(self, outcome: FileOutcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome: FileOutcome = outcome
        self.reason = reason


@dataclass
class Contents:
    """What one reader found; the fields are those of FileRecord."""

    text: str = ""
    tables: list[FileTable] = field(default_factory=list)
    title: str = ""
    pages: int | None = None
    partial: bool = False
    reason: str = ""
    outcome: FileOutcome = "ok"
    members: list[FileRecord] = field(default_factory=list)


class TableTaker:
    """Collects tables until a limit is reached; ``partial`` then says that more was there."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = limits.cells
        self.tables: list[FileTable] = []
        self.partial = False

    @property
    def full(self) -> bool:
        """Whether nothing more will be taken."""
        return self._cells <= 0 or len(self.tables) >= self._limits.tables

    def take(self, rows: Iterable[Sequence[object]], name: str = "") -> FileTable | None:
        """Add one table, returning it as kept; None where it holds nothing or there is no room."""
        if self.full:
            self.partial = True
            return None
        kept: list[list[str]] = []
        for number, row in enumerate(rows):
            if number >= self._limits.scanned_rows or self._cells <= 0:
                self.partial = True
                break
            cells = self._cells_of(row)
            if cells:
                kept.append(cells)
                self._cells -= len(cells)
        if not kept:
            return None
        table = FileTable(rows=kept, name=clean(name)[:100])
        self.tables.append(table)
        return table

    def _cells_of(self, row: Sequence[object]) -> list[str]:
        limits = self._limits
        if len(row) > limits.columns:
            self.partial = self.partial or any(value is not None and value != "" for value in row[limits.columns:])
            row = row[:limits.columns]
        cells = [cell_text(value)[:limits.cell_chars] for value in row]
        while cells and not cells[-1]:
            cells.pop()
        return cells


def table_lines(table: FileTable) -> Iterator[str]:
    """Yield a table's rows as lines of text, cells apart by a tab."""
    for row in table.rows:
        yield "\t".join(cell for cell in row if cell)


def cell_text(value: object) -> str:
    """Return a cell's value as one line of text: whole numbers without a fraction, days as ``YYYY-MM-DD``."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".15g") if abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.strftime("%Y-%m-%d") if midnight else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M")
    return clean(str(value))


def clean(text: str) -> str:
    """Return text on one line, blanks collapsed, characters no text has left out."""
    return _BLANKS.sub(" ", _UNPRINTABLE.sub("", text)).strip()


def tidy(text: str) -> str:
    """Return text by its lines, each trimmed, runs of empty lines and characters no text has left out."""
    lines = (line.strip(" \t\u00a0\u3000") for line in _UNPRINTABLE.sub("", text.replace("\x0c", "\n")).splitlines())
    return "\n".join(line for line in lines if line)
