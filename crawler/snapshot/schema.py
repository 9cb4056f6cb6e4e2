"""The tables of a snapshot.

Addresses stand once, in ``urls``; links are pairs of their ids. ``urls.state`` is the frontier: what was
seen, what waits, what is done; ``hops`` counts the redirects that led there in a row. Bodies are kept once
per content, compressed.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

VERSION = 1

PENDING, DONE, SKIPPED = 0, 1, 2
ROLES = ("page", "file", "external", "forbidden", "unsupported", "probe")
ELEMENTS = ("a", "area", "frame", "img", "cms", "meta", "script", "redirect")

DDL = """
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
  not_before REAL NOT NULL DEFAULT 0
);
CREATE INDEX urls_pending ON urls (role, id) WHERE state = 0;
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
CREATE TABLE bodies (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE pages (url_id INTEGER PRIMARY KEY, record BLOB NOT NULL, text BLOB NOT NULL);
CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE links (
  source INTEGER NOT NULL,
  target INTEGER NOT NULL,
  element INTEGER NOT NULL,
  text INTEGER NOT NULL,
  PRIMARY KEY (source, target, element)
) WITHOUT ROWID;
CREATE TABLE probes (host TEXT NOT NULL, url_id INTEGER NOT NULL, PRIMARY KEY (host, url_id)) WITHOUT ROWID;
"""


class SnapshotError(Exception):
    """The file is not a snapshot this version can use; the message says which file and why."""


def connect(path: Path | str, *, create: bool = False) -> sqlite3.Connection:
    """Open a snapshot for writing (or make one), in WAL mode; ``:memory:`` is allowed.

    Raises SnapshotError for a file that is absent, no snapshot, or of another version.
    """
    if not create and str(path) != ":memory:" and not Path(path).is_file():
        raise SnapshotError(f"{path}: 没有这个快照文件")
    try:
        db = sqlite3.connect(path, isolation_level=None, timeout=30)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA cache_size=-32000")
        has_tables = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'urls'").fetchone()[0]
        if not has_tables:
            if not create:
                raise SnapshotError(f"{path}: 不是巡检快照")
            db.executescript("BEGIN;" + DDL + f"PRAGMA user_version={VERSION}; COMMIT;")
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise SnapshotError(f"{path}: 不是巡检快照（{error}）") from None
    if version != VERSION:
        raise SnapshotError(f"{path}: 快照版本为 {version}，本程序只认版本 {VERSION}")
    return db
