"""Where the ledger is kept: an SQLite file or a PostgreSQL database, through the same tables and statements.

Every table is keyed by site, so that one database serves many sites.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

VERSION = 2
# Seconds another writer is waited for, and an answer of the server
PATIENCE = 30
CONNECT_SECONDS = 10
# In the key of PostgreSQL's advisory locks: what tells ours from other programs'
_LOCKS = 0x584A

_META = sa.MetaData()
_SCHEMA = sa.Table("xunjian_schema", _META, sa.Column("version", sa.Integer, nullable=False))
RUNS = sa.Table(
    "xunjian_runs", _META,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("as_of", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.UniqueConstraint("site", "run_id"),
)
ENTRIES = sa.Table(
    "xunjian_entries", _META,
    sa.Column("site", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("finding", sa.Text, nullable=False),
)
ACTS = sa.Table(
    "xunjian_acts", _META,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Index("xunjian_acts_of", "site", "fingerprint"),
)
MARKS = sa.Table(
    "xunjian_marks", _META,
    sa.Column("site", sa.Text, primary_key=True),
    sa.Column("pack", sa.Text, primary_key=True),
    sa.Column("clause", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("mark", sa.Text, nullable=False),
)


class LedgerError(Exception):
    """The ledger cannot be read or written, or will not do what it is asked; one Chinese line, never a password."""


class Store:
    """The database of one site's ledger: a file (made at the first writing), or ``postgresql://…``.

    Raises LedgerError for an address that is neither.
    """

    def __init__(self, place: Path | str | URL, site: str) -> None:
        self.path = place if isinstance(place, Path) else None
        self.site = site
        self._url = URL.create("sqlite", database=str(place)) if isinstance(place, Path) else _server(place)
        self.name = str(place) if isinstance(place, Path) else _shown(self._url)
        self._made: Engine | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection that alone writes this site's ledger; commits when the block ends well.

        Makes the tables, or brings those of an earlier version up to date. Raises LedgerError.
        """
        with self._connected() as db:
            _begin(db, "IMMEDIATE")
            if not self.path:
                db.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            if self._version(db) != VERSION:
                self._prepare(db)
            if not self.path:
                db.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCKS, sa.func.hashtext(self.site))))
            yield db
            db.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """Yield a connection that sees one state of the ledger; None where there is none yet. Raises LedgerError."""
        if self.path and not self.path.exists():
            yield None
            return
        with self._connected() as db:
            if not self.path:
                db = db.execution_options(isolation_level="REPEATABLE READ")
            _begin(db, "DEFERRED")
            version = self._version(db)
            if version == VERSION:
                yield db
                return
        if version == 0:
            yield None
            return
        with self.writing() as db:
            yield db

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with self._engine().connect() as db:
                yield db
        except SQLAlchemyError as error:
            raise LedgerError(f"{self.name}: 问题台账无法读写：{_reason(error)}") from None

    def _engine(self) -> Engine:
        if self._made is None:
            options: dict[str, Any] = {"timeout": PATIENCE, "isolation_level": None}
            if not self.path:
                options = {"connect_timeout": CONNECT_SECONDS, "application_name": "xunjian"}
                options = {key: value for key, value in options.items() if key not in self._url.query}
            try:
                self._made = sa.create_engine(self._url, connect_args=options, poolclass=NullPool)
            except ImportError:
                raise LedgerError(f"{self.name}: 缺少访问 PostgreSQL 的程序库，请安装 xunjian[postgres]") from None
        return self._made

    def _version(self, db: Connection) -> int:
        """Return the version of the tables, 0 where there are none; raises LedgerError where they are not ours."""
        names = set(sa.inspect(db).get_table_names())
        if _SCHEMA.name in names:
            version = db.execute(sa.select(_SCHEMA.c.version)).scalar()
            if isinstance(version, int) and 1 < version <= VERSION:
                return version
            raise LedgerError(f"{self.name}: 问题台账的版本不同（应为 {VERSION}，实为 {version}）")
        if not self.path:
            if names & set(_META.tables):
                raise LedgerError(f"{self.name}: 不是本程序的问题台账，库里已有同名的表")
            return 0
        version = int(db.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version == 1 and {"runs", "entries"} <= names:
            return 1
        if names or version:
            raise LedgerError(f"{self.name}: 不是本程序的问题台账，或版本不同（应为 {VERSION}，实为 {version}）")
        return 0

    def _prepare(self, db: Connection) -> None:
        if not self.path:
            # two programs may come to an empty database at once
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCKS, 0)))
        version = self._version(db)
        if version == VERSION:
            return
        _META.create_all(db, checkfirst=False)
        db.execute(sa.insert(_SCHEMA).values(version=VERSION))
        if version == 1:
            _migrate(db, self.site)
        if self.path:
            db.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def _begin(db: Connection, kind: str) -> None:
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(f"BEGIN {kind}")


def upsert(table: sa.Table, db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, each in place of the one with its key."""
    if not rows:
        return
    from sqlalchemy.dialects import postgresql, sqlite

    insert: Any = postgresql.insert(table) if db.dialect.name == "postgresql" else sqlite.insert(table)
    key = [column.name for column in table.primary_key]
    values = {name: insert.excluded[name] for name in rows[0] if name not in key}
    db.execute(insert.on_conflict_do_update(index_elements=key, set_=values), list(rows))


def _migrate(db: Connection, site: str) -> None:
    """Take over the tables of version 1, which held one site; what it knew of waivers had no reason and no end."""
    runs = db.exec_driver_sql("SELECT run_id, as_of, new, open, reopened, fixed FROM runs ORDER BY seq").fetchall()
    names = ("new", "open", "reopened", "fixed")
    records = [
        {"site": site, "run_id": run[0], "as_of": run[1],
         "record": json.dumps({"run_id": run[0], "as_of": run[1], **dict(zip(names, run[2:], strict=True))})}
        for run in runs
    ]
    if records:
        db.execute(sa.insert(RUNS), records)
    rows = db.exec_driver_sql("SELECT fingerprint, run_id, standing, before, finding FROM entries").fetchall()
    if rows:
        db.execute(sa.insert(ENTRIES), [
            {"site": site, "fingerprint": row[0], "run_id": row[1], "standing": _undecided(row[2]),
             "before": _undecided(row[3]), "finding": row[4]}
            for row in rows
        ])
    db.exec_driver_sql("DROP TABLE entries")
    db.exec_driver_sql("DROP TABLE runs")


def _undecided(standing: str | None) -> str | None:
    return re.sub(r'"status":"(waived|disputed)"', '"status":"open"', standing, count=1) if standing else standing


def _server(place: str | URL) -> URL:
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise LedgerError("问题台账的数据库地址应如 postgresql://用户@主机:5432/库名") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise LedgerError(
            f"问题台账的数据库地址应以 postgresql:// 开头（如 postgresql://用户@主机:5432/库名），实为 {url.drivername}://"
        )
    return url.set(drivername="postgresql+psycopg")


def _shown(url: URL) -> str:
    """Return a database's address without password and options."""
    host = url.host or url.query.get("host") or ""
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{user}{host}{port}/{url.database or ''}"


_REASONS = (
    ("file is not a database", "不是 SQLite 数据库文件"),
    ("database is locked", f"另一个程序正在写它，等了 {PATIENCE} 秒仍未写完"),
    ("lock timeout", f"另一个程序正在写它，等了 {PATIENCE} 秒仍未写完"),
    ("readonly database", "文件或所在文件夹不可写"),
    ("unable to open database file", "文件打不开（所在文件夹不存在，或没有权限）"),
    ("disk is full", "磁盘已满"),
    ("malformed", "文件已损坏"),
    ("password authentication failed", "数据库不接受这个用户名或口令"),
    ("no password supplied", "数据库要求口令：请设 PGPASSWORD，或写进 ~/.pgpass"),
    ("read-only transaction", "数据库只读"),
    ("permission denied", "这个用户没有权限"),
    ("does not exist", "没有这个数据库、用户或表"),
    ("could not translate host name", "数据库主机名无法解析"),
    ("failed to resolve host", "数据库主机名无法解析"),
    ("connection refused", "连不上数据库，对方没有在听"),
    ("timeout expired", f"连接数据库超过 {CONNECT_SECONDS} 秒没有应答"),
    ("connection timeout", f"连接数据库超过 {CONNECT_SECONDS} 秒没有应答"),
)


def _reason(error: SQLAlchemyError) -> str:
    """Return what went wrong in one line: in Chinese where it is known, the driver's first line beside it."""
    cause = cast(Exception, error.orig) if isinstance(error, DBAPIError) else error
    text = " ".join(str(cause).split())
    known = next((words for mark, words in _REASONS if mark in text.lower()), None)
    if isinstance(cause, sqlite3.Error) and known:
        return known
    first = (str(cause).strip().splitlines() or [type(cause).__name__])[0][:300]
    return f"{known}（{first}）" if known else first


__all__ = ["ACTS", "ENTRIES", "MARKS", "RUNS", "VERSION", "LedgerError", "Store", "upsert"]
