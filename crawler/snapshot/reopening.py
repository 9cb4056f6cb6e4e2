"""A finished run's snapshot in which some addresses wait again, all else standing as that run saw it.

The run's own file is never written: it is copied, and in the copy what is known of the addresses is removed, so that
a crawl of the copy asks for them, and for nothing else. What was asked in the copy has a turn, all else has none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crawler.snapshot import schema
from crawler.snapshot.files import TABLE as FILES
from crawler.snapshot.heads import TABLES as HEADS
from crawler.snapshot.inherit import per_address
from crawler.urls import Role, host_of

_ASKED = f"SELECT id FROM {{schema}}urls WHERE turn > 0 AND state = {schema.DONE}"


@dataclass(frozen=True, slots=True)
class Again:
    """An address to ask again; where the run did not know it, what it is to the site and how deep it lies."""

    url: str
    role: Role | str = "page"
    depth: int = 1


def reopen(base: Path, copy: Path, again: Iterable[Again], *, features: bool = False) -> None:
    """Make ``copy`` of a finished run, in which the given addresses and their hosts' probes wait to be asked.

    ``features``: the site's search, HTTPS and IPv6 are to be tried again, too. Raises SnapshotError where ``base`` is
    no snapshot, StorageError where the copy cannot be written.
    """
    try:
        with closing(schema.connect(base)) as source, closing(sqlite3.connect(copy, isolation_level=None)) as db:
            # the copy is nobody's yet: what a crash would leave of it is thrown away
            db.execute("PRAGMA journal_mode=OFF")
            db.execute("PRAGMA synchronous=OFF")
            source.backup(db)
            db.execute("PRAGMA journal_mode=OFF")
            db.execute("BEGIN")
            db.execute("CREATE TABLE linked_before (url_id INTEGER NOT NULL, block INTEGER NOT NULL)")
            _close_all(db, features=features)
            wanted = list(again)
            hosts = {host_of(one.url) for one in wanted}
            for turn, one in enumerate([*wanted, *_probes(db, hosts)], 1):
                _let_wait(db, one, turn)
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise schema.storage_error(copy, error) from None


def _close_all(db: sqlite3.Connection, *, features: bool) -> None:
    """Let nothing wait, and forget what holds for the moment of asking only."""
    db.execute("UPDATE urls SET turn = 0")
    db.execute("UPDATE urls SET state = ? WHERE state = ?", (schema.SKIPPED, schema.PENDING))
    # a page that was to be rendered then is not rendered now, unless it is asked again
    db.execute("UPDATE renders SET outcome = 'skipped' WHERE outcome IN ('planned', 'absent')")
    db.execute("DELETE FROM meta WHERE substr(key, 1, 7) = 'robots:'")
    if features:
        db.execute("DELETE FROM meta WHERE key = 'features'")


def _probes(db: sqlite3.Connection, hosts: set[str]) -> list[Again]:
    """Return the addresses that cannot exist: a host may answer otherwise for what it does not have by now."""
    rows = db.execute("SELECT p.host, u.url, u.depth FROM probes p JOIN urls u ON u.id = p.url_id ORDER BY u.id")
    return [Again(url, "probe", depth) for host, url, depth in rows if host in hosts]


def _let_wait(db: sqlite3.Connection, one: Again, turn: int) -> None:
    row = db.execute("SELECT id FROM urls WHERE url = ?", (one.url,)).fetchone()
    if row is None:
        db.execute(
            "INSERT INTO urls (url, host, role, state, depth, turn) VALUES (?, ?, ?, ?, ?, ?)",
            (one.url, host_of(one.url), schema.ROLES.index(one.role), schema.PENDING, one.depth, turn),
        )
    else:
        let_wait(db, int(row[0]), turn)


def let_wait(db: sqlite3.Connection, number: int, turn: int) -> None:
    """Remove what is known of an address and let it wait as if it were new; call inside a transaction.

    What its page linked to stays known, in ``linked_before``.
    """
    db.execute("INSERT INTO linked_before SELECT url_id, block FROM page_blocks WHERE url_id = ?", (number,))
    for table in ("fetches", *per_address(db)):
        db.execute(f"DELETE FROM {table} WHERE url_id = ?", (number,))
    db.execute(
        "UPDATE urls SET state = ?, hops = 0, attempts = 0, not_before = 0, turn = ? WHERE id = ?",
        (schema.PENDING, turn, number),
    )


def linked_before(db: sqlite3.Connection, url: str) -> set[str]:
    """Return the addresses that the page of an address asked again linked to before."""
    return {target for target, in db.execute(
        "SELECT t.url FROM urls u JOIN linked_before p ON p.url_id = u.id JOIN block_links b ON b.block = p.block"
        " JOIN urls t ON t.id = b.target WHERE u.url = ?", (url,),
    )}


def asked(db: sqlite3.Connection) -> set[str]:
    """Return the addresses that were asked in a reopened copy, however they answered."""
    return {url for url, in db.execute(_ASKED.format(schema="").replace("SELECT id", "SELECT url"))}


def restore(base: Path, copy: Path, urls: Iterable[str]) -> None:
    """Let some addresses of a reopened copy stand as the run itself saw them; those it never asked stay as they are.

    Raises StorageError.
    """
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            db.execute("ATTACH ? AS base", (str(base),))
            db.execute("BEGIN")
            for url in urls:
                row = db.execute(
                    "SELECT u.id FROM base.urls u JOIN base.fetches f ON f.url_id = u.id WHERE u.url = ?", (url,)
                ).fetchone()
                if row is not None:
                    db.execute("UPDATE main.urls SET turn = 0 WHERE id = ?", row)
                    for table in ("fetches", *per_address(db)):
                        db.execute(f"DELETE FROM main.{table} WHERE url_id = ?", row)
                        db.execute(f"INSERT INTO main.{table} SELECT * FROM base.{table} WHERE url_id = ?", row)
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise schema.storage_error(copy, error) from None


def excerpt(copy: Path, target: Path) -> None:
    """Write a snapshot of its own that holds what was asked in a reopened copy: answers, bodies, what was read, links.

    Raises StorageError where it cannot be written.
    """
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=OFF")
            db.executescript("BEGIN;" + schema.DDL + FILES + HEADS + f"PRAGMA user_version={schema.VERSION}; COMMIT;")
            db.execute("ATTACH ? AS whole", (str(copy),))
            db.execute("BEGIN")
            _fill(db)
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise schema.storage_error(target, error) from None


def _fill(db: sqlite3.Connection) -> None:
    db.execute(f"CREATE TEMP TABLE asked AS {_ASKED.format(schema='whole.')}")
    asked = "(SELECT id FROM temp.asked)"
    for table in ("fetches", *per_address(db), "probes"):
        db.execute(f"INSERT INTO main.{table} SELECT * FROM whole.{table} WHERE url_id IN {asked}")
    blocks = "(SELECT block FROM main.page_blocks)"
    db.execute(f"INSERT INTO main.blocks SELECT * FROM whole.blocks WHERE id IN {blocks}")
    db.execute(f"INSERT INTO main.block_links SELECT * FROM whole.block_links WHERE block IN {blocks}")
    db.execute("INSERT INTO main.texts SELECT * FROM whole.texts WHERE id IN (SELECT text FROM main.block_links)")
    db.execute(
        f"INSERT INTO main.urls SELECT * FROM whole.urls WHERE id IN {asked}"
        " OR id IN (SELECT target FROM main.block_links) OR id IN (SELECT redirect_to FROM main.fetches)"
    )
    # what a page links to was not asked
    db.execute(f"UPDATE main.urls SET state = ? WHERE id NOT IN {asked}", (schema.SKIPPED,))
    hashes = "(SELECT sha256 FROM main.fetches UNION SELECT sha256 FROM main.renders)"
    for table in ("bodies", "files"):
        db.execute(f"INSERT INTO main.{table} SELECT * FROM whole.{table} WHERE sha256 IN {hashes}")
    for table in ("meta", "dictionaries", "head_models"):
        db.execute(f"INSERT INTO main.{table} SELECT * FROM whole.{table}")
