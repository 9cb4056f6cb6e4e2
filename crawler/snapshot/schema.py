"""The tables of a snapshot.

Addresses stand once, in ``urls``. ``urls.state`` is the frontier: what was seen, what waits, what is done,
what an earlier run knew and this one has not met yet;
``turn`` is the order in which addresses came to wait, ``hops`` counts the redirects that led there in a row.
Bodies are kept once per content, compressed with the dictionary their frame names.

A page's links are cut into blocks (``runs``), and a block that many pages hold (their navigation, their footer) stands
once; the view ``links`` shows them one by one, all but those that no reader sees (``UNSEEN``). Deleting a page's
links there takes its blocks from it.

``confirmed`` says of answers that proved unchanged since when the stored body stands (seconds since the epoch),
``scripted`` names pages whose content their own scripts fetch, ``first_seen`` when an address first opened in any
run, by ``address_key``.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from crawler.snapshot.files import TABLE as FILES
from crawler.snapshot.heads import TABLES as HEADS

VERSION = 2
BUSY_SECONDS = 30.0

PENDING, DONE, SKIPPED, INHERITED = 0, 1, 2, 3
ROLES = ("page", "file", "external", "forbidden", "unsupported", "probe", "sitemap")
ELEMENTS = ("a", "area", "frame", "img", "cms", "meta", "script", "redirect", "sitemap", "feed")
# what sitemaps and feeds name, and where pages name those: addresses to ask, but no links of the site
UNSEEN = ELEMENTS.index("sitemap")

DDL = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE urls (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  role INTEGER NOT NULL,
  state INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  hops INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before REAL NOT NULL DEFAULT 0,
  turn INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX urls_pending ON urls (host, role <> 0, turn) WHERE state = 0;
CREATE TABLE fetches (
  url_id INTEGER PRIMARY KEY,
  outcome TEXT NOT NULL,
  status INTEGER,
  reason TEXT NOT NULL,
  redirect_to INTEGER,
  attempts INTEGER NOT NULL,
  fetched_at REAL NOT NULL,
  bytes INTEGER NOT NULL,
  content_type TEXT,
  sha256 TEXT,
  headers TEXT NOT NULL
);
CREATE TABLE bodies (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, host TEXT NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE pages (url_id INTEGER PRIMARY KEY, record BLOB NOT NULL, text BLOB NOT NULL);
CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE blocks (id INTEGER PRIMARY KEY, digest INTEGER NOT NULL UNIQUE);
CREATE TABLE block_links (
  block INTEGER NOT NULL,
  target INTEGER NOT NULL,
  element INTEGER NOT NULL,
  text INTEGER NOT NULL,
  PRIMARY KEY (block, target, element)
) WITHOUT ROWID;
CREATE TABLE page_blocks (url_id INTEGER NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (url_id, block)) WITHOUT ROWID;
CREATE VIEW links AS SELECT p.url_id AS source, b.target, b.element, b.text
  FROM page_blocks p JOIN block_links b ON b.block = p.block WHERE b.element < {UNSEEN};
CREATE TABLE confirmed (url_id INTEGER PRIMARY KEY, read_at REAL NOT NULL);
CREATE TABLE scripted (url_id INTEGER PRIMARY KEY);
CREATE TABLE first_seen (key INTEGER PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE renders (
  url_id INTEGER PRIMARY KEY,
  why TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  seconds REAL NOT NULL,
  rendered_at REAL NOT NULL,
  sha256 TEXT
);
CREATE TABLE probes (host TEXT NOT NULL, url_id INTEGER NOT NULL, PRIMARY KEY (host, url_id)) WITHOUT ROWID;
"""


class SnapshotError(Exception):
    """The file is not a snapshot this version can use; the message says which file and why."""


class StorageError(SnapshotError):
    """The snapshot could not be written on: disk full, held by another program, damaged. What was committed is kept."""


def storage_error(path: Path | str, error: Exception) -> StorageError:
    """Return in Chinese, as an exception to raise, why a snapshot cannot be written, from SQLite's error."""
    name = getattr(error, "sqlite_errorname", "") or ""
    words = next((words for start, words in _STORAGE_WORDS if name.startswith(start)), "快照无法写入")
    return StorageError(f"{path}: {words}（{error}）")


_STORAGE_WORDS = (
    ("SQLITE_FULL", "磁盘空间已满，快照写不下去"),
    ("SQLITE_BUSY", "快照一直被另一个程序占用，无法写入"),
    ("SQLITE_LOCKED", "快照一直被另一个程序占用，无法写入"),
    ("SQLITE_IOERR", "磁盘读写出错（空间不足、超出文件大小限额或磁盘故障），快照写不下去"),
    ("SQLITE_READONLY", "快照不可写"),
    ("SQLITE_CANTOPEN", "快照打不开"),
    ("SQLITE_CORRUPT", "快照文件已损坏，只能用 --fresh 重新抓取"),
    ("SQLITE_NOTADB", "快照文件已损坏，只能用 --fresh 重新抓取"),
)


def connect(path: Path | str, *, create: bool = False, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open a snapshot for writing (or make one), in WAL mode; ``:memory:`` is allowed.

    ``busy_seconds`` is how long another program that holds the file is waited for.

    Raises SnapshotError for a file that is absent, no snapshot, or of another version; StorageError where the
    disk or another program refuses.
    """
    if not create and str(path) != ":memory:" and not Path(path).is_file():
        raise SnapshotError(f"{path}: 没有这个快照文件")
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=busy_seconds, cached_statements=256)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA cache_size=-64000")
        db.execute("PRAGMA wal_autocheckpoint=4000")
        has_tables = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'urls'").fetchone()[0]
        if not has_tables:
            if not create:
                raise SnapshotError(f"{path}: 不是巡检快照")
            db.executescript("BEGIN;" + DDL + FILES + HEADS + f"PRAGMA user_version={VERSION}; COMMIT;")
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise storage_error(path, error) from None
    except sqlite3.DatabaseError as error:
        raise SnapshotError(f"{path}: 不是巡检快照（{error}）") from None
    if version != VERSION:
        raise SnapshotError(f"{path}: 快照版本为 {version}，本程序只认版本 {VERSION}")
    return db
