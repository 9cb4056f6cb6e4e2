"""What was read of files, kept once per content: the same bytes under ten addresses, or in a later run, are one row."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Container
from urllib.parse import unquote

import msgspec
import zstandard

from crawler.snapshot.records import Fetch, FileReading, FileRecord
from crawler.urls import suffix_of

TABLE = """
CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  version TEXT NOT NULL,
  outcome TEXT NOT NULL,
  record BLOB NOT NULL,
  text BLOB NOT NULL
);
"""

# what may turn out otherwise another time: more is installed, the machine is less busy
PASSING = frozenset({"not-installed", "timeout", "crashed"})
_ARCHIVES = (("52617221", "rar", "RAR 压缩包，未解开"), ("377abcaf", "7z", "7Z 压缩包，未解开"))
_FILE_NAME = re.compile(r"filename\*?\s*=\s*(?:utf-8'')?\"?([^\";]+)", re.IGNORECASE)
_DECODER = msgspec.json.Decoder(FileRecord)


def save_file(db: sqlite3.Connection, sha256: str, reading: FileReading) -> None:
    """Store what a file's bytes say, in place of what was stored of them before."""
    pack = zstandard.ZstdCompressor(level=3).compress
    db.execute(
        "INSERT OR REPLACE INTO files (sha256, version, outcome, record, text) VALUES (?, ?, ?, ?, ?)",
        (sha256, reading.version, reading.record.outcome, pack(msgspec.json.encode(reading.record)),
         pack(reading.text.encode("utf-8", "replace"))),
    )


def is_file_read(db: sqlite3.Connection, sha256: str, version: str, passing: Container[str] = PASSING) -> bool:
    """Whether bytes were read, by the readers as they are now, and with an outcome that would not change."""
    row = db.execute("SELECT outcome FROM files WHERE sha256 = ? AND version = ?", (sha256, version)).fetchone()
    return row is not None and row[0] not in passing


def load_record(db: sqlite3.Connection, unpack: Callable[[bytes], bytes], sha256: str) -> FileRecord | None:
    """Return what was read of these bytes, None where they were not; ``unpack`` decompresses."""
    row = db.execute("SELECT record FROM files WHERE sha256 = ?", (sha256,)).fetchone()
    return _DECODER.decode(unpack(row[0])) if row else None


def load_text(db: sqlite3.Connection, unpack: Callable[[bytes], str], sha256: str) -> str:
    """Return the text read from these bytes, empty where none was; ``unpack`` decompresses."""
    row = db.execute("SELECT text FROM files WHERE sha256 = ?", (sha256,)).fetchone()
    return unpack(row[0]) if row else ""


def lacking_components(db: sqlite3.Connection) -> list[str]:
    """Return what would have to be installed to read the files that were not, a Chinese line for each."""
    unread = [sha256 for sha256, in db.execute("SELECT sha256 FROM files WHERE outcome = 'not-installed'")]
    unpack = zstandard.ZstdDecompressor().decompress
    records = (load_record(db, unpack, sha256) for sha256 in unread)
    return sorted({record.reason for record in records if record is not None})


def drop_unanswered(db: sqlite3.Connection) -> None:
    """Forget the files whose bytes no address of this run answered with."""
    db.execute("DELETE FROM files WHERE sha256 NOT IN (SELECT sha256 FROM fetches WHERE sha256 IS NOT NULL)")


def claimed_format(url: str, fetch: Fetch) -> str:
    """Return the suffix a file goes by: its download name's, else its address's."""
    given = _FILE_NAME.search(fetch.headers.get("content-disposition", ""))
    name = unquote(given[1]).strip() if given else ""
    return name.rpartition(".")[2].lower()[:10] if "." in name else suffix_of(url)


def unread_record(fetch: Fetch, largest: int) -> FileRecord | None:
    """Return why a file's bytes were not even tried: an archive nothing opens, or larger than ``largest`` bytes."""
    start = fetch.headers.get("first-bytes", "")
    for sign, kind, reason in _ARCHIVES:
        if start.startswith(sign):
            return FileRecord(format=kind, outcome="unsupported", reason=reason)
    if fetch.bytes > largest:
        reason = f"文件有 {_megabytes(fetch.bytes)} MB，超过读取限度 {_megabytes(largest)} MB，未读取"
        return FileRecord(format="unknown", outcome="too-large", reason=reason)
    return None


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")
