"""The heads of HTTP answers (status line and all headers), kept small: a host's heads differ in a few bytes only."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

MAX_HEADERS, MAX_BYTES = 64, 8192

TABLES = """
CREATE TABLE head_models (id INTEGER PRIMARY KEY, host TEXT NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE heads (url_id INTEGER PRIMARY KEY, model INTEGER NOT NULL, head BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Head:
    """The status line of an answer and its headers in the order they came, as far as they were kept."""

    status_line: str
    headers: list[tuple[str, str]]


def write_head(protocol: str, status: int, reason: str, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return an answer's head as HTTP/1.1 writes it; what exceeds MAX_HEADERS or MAX_BYTES is left out."""
    lines = [f"{protocol} {status} {reason}".strip().encode("utf-8", "replace")[:MAX_BYTES]]
    size = len(lines[0])
    for number, (name, value) in enumerate(headers):
        line = name + b": " + value
        size += len(line) + 2
        if number >= MAX_HEADERS or size > MAX_BYTES:
            break
        lines.append(line)
    return b"\r\n".join(lines)


def read_head(data: bytes) -> Head:
    """Read what ``write_head`` wrote; bytes outside ASCII come as Latin-1, which keeps them."""
    status_line, *lines = data.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return Head(status_line, [(name, value) for name, _, value in pairs])


class HeadStore:
    """Writes heads into a snapshot; the first of a host is the model its others are compressed against."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.reload()

    def reload(self) -> None:
        """Take up the models the snapshot holds, after a start or a transaction that was lost."""
        self._models: dict[str, tuple[int, bytes]] = {
            host: (number, data) for number, host, data in self._db.execute("SELECT id, host, data FROM head_models")
        }

    def save(self, number: int, host: str, head: bytes) -> None:
        """Store the head of an address's answer; call inside a transaction."""
        if host not in self._models:
            made = self._db.execute("INSERT INTO head_models (host, data) VALUES (?, ?)", (host, head)).lastrowid
            self._models[host] = int(made or 0), head
        model, data = self._models[host]
        # a window as large as a head may be: a larger one costs more to set up than to use
        packer = zlib.compressobj(9, zlib.DEFLATED, -13, 5, zdict=data)
        self._db.execute(
            "INSERT OR REPLACE INTO heads VALUES (?, ?, ?)", (number, model, packer.compress(head) + packer.flush()),
        )


def load_head(db: sqlite3.Connection, url: str) -> bytes | None:
    """Return the head of a stored page's answer, None where none was kept."""
    row = db.execute(
        "SELECT m.data, h.head FROM urls u JOIN heads h ON h.url_id = u.id JOIN head_models m ON m.id = h.model"
        " WHERE u.url = ?", (url,),
    ).fetchone()
    return zlib.decompressobj(-15, zdict=row[0]).decompress(row[1]) if row else None
