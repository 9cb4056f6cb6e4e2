"""Writes one run's snapshot: every answer with its page, its links and the frontier in one transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import zstandard

from crawler.snapshot import schema
from crawler.snapshot.records import Fetch, Reading
from crawler.urls import Role, host_of

_ROLE = {name: number for number, name in enumerate(schema.ROLES)}
_ELEMENT = {name: number for number, name in enumerate(schema.ELEMENTS)}


class SnapshotWriter:
    """The one writer of a snapshot; also its frontier's store.

    ``path`` may be ``:memory:``. An existing snapshot is continued: what it knows is known from the start.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = path
        self.db = schema.connect(path, create=True)
        self._ids: dict[str, int] = {url: number for number, url in self.db.execute("SELECT id, url FROM urls")}
        self._texts: dict[str, int] = {text: number for number, text in self.db.execute("SELECT id, text FROM texts")}
        self._compressor = zstandard.ZstdCompressor(level=3)
        self._record_encoder = msgspec.json.Encoder()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All writes inside are kept together or not at all; nested uses join the outer one."""
        if self.db.in_transaction:
            yield self.db
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            # ids given out inside the lost transaction must not be used again
            self._ids = {url: number for number, url in self.db.execute("SELECT id, url FROM urls")}
            self._texts = {text: number for number, text in self.db.execute("SELECT id, text FROM texts")}
            raise
        self.db.execute("COMMIT")

    def set_meta(self, **values: object) -> None:
        """Store facts about the run as JSON values, replacing earlier ones."""
        with self.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [(key, json.dumps(value, ensure_ascii=False, sort_keys=True)) for key, value in values.items()],
            )

    def knows(self, url: str) -> bool:
        """Whether a canonical address was seen before."""
        return url in self._ids

    def id_of(self, url: str) -> int | None:
        """Return the id of a canonical address, or None when it was never seen."""
        return self._ids.get(url)

    def add_url(self, url: str, role: Role | str, *, depth: int = 0, fetch: bool = True) -> int:
        """Return the id of a canonical address, making it known (and pending when ``fetch``) if it is new."""
        known = self._ids.get(url)
        if known is not None:
            return known
        fetchable = fetch and role not in ("forbidden", "unsupported")
        state = schema.PENDING if fetchable else schema.SKIPPED
        cursor = self.db.execute(
            "INSERT INTO urls (url, host, role, state, depth) VALUES (?, ?, ?, ?, ?)",
            (url, host_of(url), _ROLE[role], state, depth),
        )
        number = int(cursor.lastrowid or 0)
        self._ids[url] = number
        return number

    def save(
        self,
        url: str,
        fetch: Fetch,
        *,
        body: bytes | None = None,
        reading: Reading | None = None,
        links: Iterable[tuple[str, str, str, Role | str, bool]] = (),
        role: Role | str = "page",
        depth: int = 0,
    ) -> None:
        """Store one answer with all that follows from it, in one transaction.

        ``links`` are (canonical address, element, text, role, fetch it?) in page order; new ones join the
        frontier. ``body`` is the decoded (unzipped) body, kept compressed under its SHA-256.
        """
        with self.transaction() as db:
            source = self.add_url(url, role, depth=depth)
            if body is not None:
                fetch.sha256 = fetch.sha256 or hashlib.sha256(body).hexdigest()
                db.execute("INSERT OR IGNORE INTO bodies VALUES (?, ?)", (fetch.sha256, self._compressor.compress(body)))
            db.execute("DELETE FROM links WHERE source = ?", (source,))
            self._save_links(source, links, depth)
            redirect_to = None if fetch.redirect_to is None else self._ids.get(fetch.redirect_to)
            db.execute(
                "INSERT OR REPLACE INTO fetches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (source, fetch.outcome, fetch.status, fetch.reason, redirect_to, fetch.attempts, fetch.fetched_at,
                 fetch.bytes, fetch.content_type, fetch.sha256,
                 json.dumps(fetch.headers, ensure_ascii=False, sort_keys=True)),
            )
            if reading is not None:
                db.execute(
                    "INSERT OR REPLACE INTO pages VALUES (?, ?, ?)",
                    (source, self._record_encoder.encode(reading.record),
                     self._compressor.compress(reading.text.encode("utf-8", "replace"))),
                )
            db.execute("UPDATE urls SET state = ? WHERE id = ?", (schema.DONE, source))

    def _save_links(self, source: int, links: Iterable[tuple[str, str, str, Role | str, bool]], depth: int) -> None:
        rows = []
        for url, element, text, role, fetch in links:
            target = self._ids.get(url)
            if target is None:
                target = self.add_url(url, role, depth=depth + 1, fetch=fetch)
            rows.append((source, target, _ELEMENT[element], self._text_id(text)))
        self.db.executemany("INSERT OR IGNORE INTO links VALUES (?, ?, ?, ?)", rows)

    def _text_id(self, text: str) -> int:
        known = self._texts.get(text)
        if known is None:
            known = int(self.db.execute("INSERT INTO texts (text) VALUES (?)", (text,)).lastrowid or 0)
            self._texts[text] = known
        return known

    def postpone(self, url: str, not_before: float) -> int:
        """Count a failed probe of a pending address and let it wait; returns the probes so far."""
        number = self._ids[url]
        with self.transaction() as db:
            db.execute("UPDATE urls SET attempts = attempts + 1, not_before = ? WHERE id = ?", (not_before, number))
            return int(db.execute("SELECT attempts FROM urls WHERE id = ?", (number,)).fetchone()[0])

    def add_probe(self, host: str, url: str) -> None:
        """Make known an address that cannot exist, asked to learn how the host answers for missing pages."""
        with self.transaction() as db:
            number = self.add_url(url, "probe")
            db.execute("INSERT OR IGNORE INTO probes VALUES (?, ?)", (host, number))

    def finish(self) -> None:
        """Index what later stages look up and fold the write-ahead log back into the file."""
        self.db.execute("CREATE INDEX IF NOT EXISTS links_target ON links (target, source)")
        self.db.execute("ANALYZE")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; everything saved stays."""
        self.db.close()
