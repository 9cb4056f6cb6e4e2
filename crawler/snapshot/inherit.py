"""A night's snapshot begins as a copy of an earlier run's, in which nothing counts until it is met again.

Every address of the copy is INHERITED: it keeps its number and what was recorded of it, but this run does not
know it yet. An address that is met becomes pending as if it were new; one whose answer proves unchanged keeps
what was read of it. What was not met again when the crawl ends is removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from crawler.snapshot import schema

# facts about the earlier run that the next one keeps, under the key "previous"
_FACTS = ("run_id", "started", "finished", "ended", "counts")


def inherit(previous: Path, snapshot: Path) -> bool:
    """Make ``snapshot`` from an earlier run's file; returns whether it was made.

    A snapshot that exists already is left as it is, and a ``previous`` that is absent, no snapshot or of another
    version gives none. The new file appears under its name at once and whole: a kill on the way leaves nothing
    but a half-made file beside it, which the next attempt replaces.

    Raises SnapshotError where the disk refuses or another process is making the same snapshot, StorageError where
    the database does.
    """
    if snapshot.exists() or not previous.is_file():
        return False
    try:
        source = schema.connect(previous)
    except schema.SnapshotError:
        return False
    half_made = snapshot.with_name(snapshot.name + ".new")
    try:
        handle = os.open(half_made, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        source.close()
        raise schema.SnapshotError(f"{snapshot}: 快照无法写入（{error.strerror}）") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(half_made, 0)
        _copy(source, half_made)
        os.fsync(handle)
        with contextlib.suppress(FileExistsError):
            # a link, unlike a rename, never replaces what another crawl has begun meanwhile
            os.link(half_made, snapshot)
        half_made.unlink()
    except BlockingIOError:
        raise schema.SnapshotError(f"{snapshot}: 另一个抓取正在写这个快照") from None
    except (sqlite3.Error, OSError) as error:
        with contextlib.suppress(OSError):
            half_made.unlink()
        if isinstance(error, sqlite3.Error):
            raise schema.storage_error(snapshot, error) from None
        raise schema.SnapshotError(f"{snapshot}: 快照无法写入（{error}）") from None
    finally:
        source.close()
        os.close(handle)
    return True


def _copy(source: sqlite3.Connection, path: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        # the file is nobody's yet: what a crash would leave of it is thrown away
        db.execute("PRAGMA journal_mode=OFF")
        db.execute("PRAGMA synchronous=OFF")
        source.backup(db)
        db.execute("PRAGMA journal_mode=OFF")
        db.execute("BEGIN")
        db.execute("DELETE FROM probes")
        # what did not open is asked anew, as is what the earlier run itself never met again
        db.execute(
            "DELETE FROM fetches WHERE outcome <> 'ok' OR url_id NOT IN (SELECT id FROM urls WHERE state = ?)",
            (schema.DONE,),
        )
        for table in per_address(db):
            db.execute(f"DELETE FROM {table} WHERE url_id NOT IN (SELECT url_id FROM fetches)")
        db.execute("UPDATE urls SET state = ?, attempts = 0, not_before = 0, turn = 0", (schema.INHERITED,))
        _begin_meta(db)
        db.execute("COMMIT")
    finally:
        db.close()


def _begin_meta(db: sqlite3.Connection) -> None:
    known = {key: json.loads(value) for key, value in db.execute("SELECT key, value FROM meta")}
    kept = {
        "previous": {key: known.get(key) for key in _FACTS},
        "inherited_version": known.get("reading_version"),
        "inherited_files": known.get("max_read_file_bytes"),
        "inheriting": True,
    }
    db.execute("DELETE FROM meta")
    db.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [(key, json.dumps(value, ensure_ascii=False, sort_keys=True)) for key, value in kept.items()],
    )


def per_address(db: sqlite3.Connection) -> list[str]:
    """Return the tables that hold something of one address each, by ``url_id``, beside its answer."""
    tables = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        table for table in sorted(tables)
        if table != "fetches" and any(
            name == "url_id" and key == 1 for _, name, _, _, _, key in db.execute(f"PRAGMA table_info({table})")
        )
    ]


def is_inheriting(db: sqlite3.Connection) -> bool:
    """Whether a snapshot still holds what this run has not met again."""
    return db.execute("SELECT 1 FROM meta WHERE key = 'inheriting'").fetchone() is not None


@dataclass(frozen=True, slots=True)
class Unmet:
    """An address a page links to that this run has not met yet, and what it was to the earlier run."""

    url: str
    role: str


class Inherited:
    """What a snapshot that is being written still holds of an earlier run.

    Numbers of addresses index two byte arrays, so that a million of them take two megabytes.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._tables = per_address(db)
        self._blocks_met: set[int] = set()
        self.reload()

    def reload(self) -> None:
        """Take up the state of the file, after a start or a transaction that was lost."""
        last = self._db.execute("SELECT max(id) FROM urls").fetchone()[0] or 0
        self._unmet = bytearray(last + 1)
        self._stale = bytearray(last + 1)
        self._blocks_met.clear()
        for number, in self._db.execute("SELECT id FROM urls WHERE state = ?", (schema.INHERITED,)):
            self._unmet[number] = 1
        for number, in self._db.execute(
            "SELECT f.url_id FROM fetches f JOIN urls u ON u.id = f.url_id WHERE u.state IN (?, ?)",
            (schema.PENDING, schema.INHERITED),
        ):
            self._stale[number] = 1

    def meet(self, url: str, role: int, state: int, depth: int, hops: int, turn: int) -> int | None:
        """Let an inherited address join this run as if it were new; None for one that is not inherited."""
        row = self._db.execute("SELECT id, role, state FROM urls WHERE url = ?", (url,)).fetchone()
        if row is None:
            return None
        number, before, _ = row
        if before != role or state != schema.PENDING:
            # what was kept of it then is not what is kept of it now
            self.forget(number, answer=True)
        self._db.execute(
            "UPDATE urls SET role = ?, state = ?, depth = ?, hops = ?, turn = ?, attempts = 0, not_before = 0"
            " WHERE id = ?",
            (role, state, depth, hops, turn, number),
        )
        self._unmet[number] = 0
        return int(number)

    def holds(self, number: int) -> bool:
        """Whether an address still carries an answer of the earlier run."""
        return number < len(self._stale) and bool(self._stale[number])

    def forget(self, number: int, *, answer: bool = False) -> None:
        """Remove what was read of an address, unless that was done; with ``answer`` how it answered, too."""
        if not self.holds(number):
            return
        self._stale[number] = 0
        for table in self._tables:
            self._db.execute(f"DELETE FROM {table} WHERE url_id = ?", (number,))
        if answer:
            self._db.execute("DELETE FROM fetches WHERE url_id = ?", (number,))

    def keep(self, number: int) -> None:
        """Let what was read of an address count as this run's own."""
        if number < len(self._stale):
            self._stale[number] = 0

    def unmet_targets(self, number: int) -> list[Unmet]:
        """Return the addresses a page links to that this run has not met yet; they must be met at once."""
        unmet = self._unmet
        targets: set[int] = set()
        for block, in self._db.execute("SELECT block FROM page_blocks WHERE url_id = ?", (number,)).fetchall():
            # nearly all links of a page stand in blocks that a page before it had, too
            if block not in self._blocks_met:
                self._blocks_met.add(block)
                rows = self._db.execute("SELECT target FROM block_links WHERE block = ?", (block,))
                targets.update(target for target, in rows if target < len(unmet) and unmet[target])
        found = []
        for target in sorted(targets):
            url, role = self._db.execute("SELECT url, role FROM urls WHERE id = ?", (target,)).fetchone()
            found.append(Unmet(url, schema.ROLES[role]))
        return found

    def prune(self) -> None:
        """Remove for good what this run did not meet again; call inside a transaction."""
        unread = f"(SELECT id FROM urls WHERE state IN ({schema.PENDING}, {schema.INHERITED}))"
        for table in self._tables:
            self._db.execute(f"DELETE FROM {table} WHERE url_id IN {unread}")
        # what a first probe of a pending address showed stands
        self._db.execute(f"DELETE FROM fetches WHERE url_id IN (SELECT id FROM urls WHERE state = {schema.INHERITED}"
                         f" OR (state = {schema.PENDING} AND attempts = 0))")
        self._db.execute("DELETE FROM urls WHERE state = ?", (schema.INHERITED,))
        kept = " UNION ALL ".join(
            f"SELECT sha256 FROM {table} WHERE sha256 IS NOT NULL" for table in _referring(self._db)
        )
        self._db.execute(f"DELETE FROM bodies WHERE sha256 NOT IN ({kept})")
        self._db.execute("DELETE FROM meta WHERE key IN ('inheriting', 'inherited_version', 'inherited_files')")


def _referring(db: sqlite3.Connection) -> list[str]:
    """Return the tables that name stored bodies by their hash."""
    tables = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        table for table in sorted(tables)
        if table != "bodies" and any(column[1] == "sha256" for column in db.execute(f"PRAGMA table_info({table})"))
    ]


def note_first_seen(db: sqlite3.Connection) -> None:
    """Note of every address of the site that opened when it first did, in this run or an earlier one."""
    db.create_function("address_key", 1, address_key, deterministic=True)
    db.execute(
        "INSERT OR IGNORE INTO first_seen SELECT address_key(u.url), f.fetched_at FROM urls u"
        " JOIN fetches f ON f.url_id = u.id WHERE f.outcome = 'ok' AND u.state = ? AND u.role IN (0, 1)",
        (schema.DONE,),
    )


def address_key(url: str) -> int:
    """Return the number an address is noted under in ``first_seen``, the same in every run."""
    return int.from_bytes(hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def hide_unmet(db: sqlite3.Connection) -> None:
    """Let a connection that only reads see of an unfinished snapshot what this run itself has seen."""
    met = f"(SELECT id FROM main.urls WHERE state = {schema.DONE})"
    asked = f"(SELECT id FROM main.urls WHERE state IN ({schema.DONE}, {schema.SKIPPED}) OR attempts > 0)"
    views: Iterable[tuple[str, str]] = [
        ("urls", f"state <> {schema.INHERITED}"),
        ("fetches", f"url_id IN {asked}"),
        ("links", f"source IN {met}"),
        *((table, f"url_id IN {met}") for table in per_address(db)),
    ]
    for table, condition in views:
        db.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE {condition}")
