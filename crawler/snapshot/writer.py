"""Writes one run's snapshot: every answer with its page, its links and the frontier in one transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import msgspec

from crawler.snapshot import schema
from crawler.snapshot.files import PASSING, drop_unanswered, is_file_read, save_file
from crawler.snapshot.heads import HeadStore
from crawler.snapshot.inherit import Inherited, is_inheriting, note_first_seen
from crawler.snapshot.numbers import Numbers
from crawler.snapshot.packing import Packer, Unpacker
from crawler.snapshot.records import Fetch, FileReading, PageRecord, Reading, Render
from crawler.snapshot.reopening import let_wait, linked_before
from crawler.snapshot.runs import Run, cut
from crawler.urls import Role, host_of

_ROLE = {name: number for number, name in enumerate(schema.ROLES)}
_ELEMENT = {name: number for number, name in enumerate(schema.ELEMENTS)}

# (target and element in one number, target, element, text)
Row = tuple[int, int, int, int]
FoundLink = tuple[str, str, str, Role | str, bool]
MOST_GATHERED = 32
_ROWS_KEPT = 50_000
_RUNS_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """One pending address: its role, clicks from the start, redirects in a row, failed probes so far.

    ``not_before`` is seconds since the epoch, ``turn`` its place among all that came to wait.
    """

    url: str
    role: str
    depth: int
    hops: int
    attempts: int
    not_before: float = 0.0
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """An earlier run's answer, when its body came, and why it may say otherwise when it is read again.

    ``scripted``: the page's own scripts fetch what it shows; ``unread``: a file that could not be read then.
    """

    fetch: Fetch
    read_at: float
    scripted: bool = False
    unread: bool = False


Admitted = tuple[Role | str, bool, Fetch | None]


class SnapshotWriter:
    """The one writer of a snapshot; also its frontier's store.

    ``path`` may be ``:memory:``. An existing snapshot is continued: what it knows is known from the start.
    """

    def __init__(self, path: Path | str, *, busy_seconds: float = schema.BUSY_SECONDS) -> None:
        self.path = path
        self.db = schema.connect(path, create=True, busy_seconds=busy_seconds)
        self._inherited = Inherited(self.db) if is_inheriting(self.db) else None
        self._ids: Numbers[str] = Numbers(
            self.db, "urls", "url", condition=f"state <> {schema.INHERITED}",
        )
        self._texts: Numbers[str] = Numbers(self.db, "texts", "text")
        self._blocks: Numbers[int] = Numbers(self.db, "blocks", "digest")
        self._rows: dict[FoundLink, Row] = {}
        self._run_blocks: dict[Run[FoundLink], tuple[frozenset[int], int]] = {}
        self._packer = Packer(self.db)
        self._unpacker = Unpacker(self.db)
        self._heads = HeadStore(self.db)
        self._record_encoder = msgspec.json.Encoder()
        self._headers_encoder = msgspec.json.Encoder(order="sorted")
        self._commit_later: Callable[[], object] | None = None
        self._committed: Callable[[], object] | None = None
        self._gathered = 0
        self._inside = False
        self._turn = int(self.db.execute("SELECT coalesce(max(turn), 0) FROM urls").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All writes inside are kept together or not at all; nested uses join the outer one.

        They are committed at the end, or a little later with others: see ``gather``.
        """
        if self._inside:
            yield self.db
            return
        if not self.db.in_transaction:
            self.db.execute("BEGIN IMMEDIATE")
        self._inside = True
        try:
            self.db.execute("SAVEPOINT answer")
            yield self.db
            self.db.execute("RELEASE answer")
            if self._commit_later is None or self._gathered + 1 >= MOST_GATHERED:
                self.db.execute("COMMIT")
                self._gathered = 0
            else:
                self._gathered += 1
        except BaseException:
            self._undo()
            raise
        finally:
            self._inside = False
        if self._commit_later is None:
            return
        if self._gathered == 1:
            self._commit_later()
        elif not self._gathered and self._committed is not None:
            self._committed()

    def _undo(self) -> None:
        """Take back the answer that failed; those gathered before it stay, unless the disk refused them all."""
        try:
            # a full disk ends the whole transaction by itself
            if self.db.in_transaction:
                self.db.execute("ROLLBACK TO answer")
                self.db.execute("RELEASE answer")
                if not self._gathered:
                    self.db.execute("ROLLBACK")
        except sqlite3.Error:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
        if not self.db.in_transaction:
            self._gathered = 0
        # numbers given out inside the lost transaction must not be used again
        for known in (self._ids, self._texts, self._blocks, self._packer, self._heads):
            known.reload()
        self._unpacker = Unpacker(self.db)
        self._rows.clear()
        self._run_blocks.clear()
        if self._inherited is not None:
            self._inherited.reload()

    def gather(
        self, commit_later: Callable[[], object] | None, committed: Callable[[], object] | None = None,
    ) -> None:
        """Let answers that come at nearly the same time be committed together.

        ``commit_later`` is called at the first of them and must see to it that ``flush`` is called a moment later;
        None ends this. ``committed`` is called whenever they have been. An answer that a kill keeps from being
        committed was still under way.
        """
        self.flush()
        self._commit_later, self._committed = commit_later, committed

    @property
    def gathered(self) -> int:
        """How many transactions have not been committed yet."""
        return self._gathered

    def flush(self) -> None:
        """Commit what was gathered."""
        if self._gathered:
            self._gathered = 0
            try:
                self.db.execute("COMMIT")
            except BaseException:
                self._undo()
                raise
            if self._committed is not None:
                self._committed()

    def set_meta(self, **values: object) -> None:
        """Store facts about the run as JSON values, replacing earlier ones."""
        with self.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [(key, json.dumps(value, ensure_ascii=False, sort_keys=True)) for key, value in values.items()],
            )

    def notes(self, prefix: str) -> list[tuple[str, object]]:
        """All stored facts whose key begins with ``prefix``, as (rest of the key, value)."""
        rows = self.db.execute("SELECT key, value FROM meta WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))
        return [(key[len(prefix):], json.loads(value)) for key, value in rows]

    def knows(self, url: str) -> bool:
        """Whether a canonical address was seen before."""
        return self._ids.get(url) is not None

    def queries(self) -> Iterator[str]:
        """All canonical addresses seen so far that have a query."""
        return (url for url, in self.db.execute(
            "SELECT url FROM urls WHERE instr(url, '?') AND state <> ? ORDER BY id", (schema.INHERITED,),
        ))

    def add_url(self, url: str, role: Role | str, *, depth: int = 0, hops: int = 0, fetch: bool = True) -> int:
        """Return the id of a canonical address, making it known (and pending when ``fetch``) if it is new."""
        known = self._ids.get(url)
        if known is not None:
            return known
        fetchable = fetch and role not in ("forbidden", "unsupported")
        state = schema.PENDING if fetchable else schema.SKIPPED
        self._turn += fetchable
        if self._inherited is not None:
            inherited = self._inherited.meet(url, _ROLE[role], state, depth, hops, self._turn)
            if inherited is not None:
                self._ids.put(url, inherited)
                return inherited
        cursor = self.db.execute(
            "INSERT INTO urls (url, host, role, state, depth, hops, turn) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (url, host_of(url), _ROLE[role], state, depth, hops, self._turn),
        )
        number = int(cursor.lastrowid or 0)
        self._ids.put(url, number)
        return number

    def save(
        self,
        url: str,
        fetch: Fetch,
        *,
        body: bytes | None = None,
        reading: Reading | None = None,
        links: Iterable[FoundLink] = (),
        runs: Iterable[Run[FoundLink]] = (),
        role: Role | str = "page",
        depth: int = 0,
        hops: int = 0,
        unfetched: Mapping[str, Fetch] | None = None,
        file: FileReading | None = None,
        head: bytes | None = None,
    ) -> list[Waiting]:
        """Store one answer with all that follows from it, in one transaction.

        ``links`` are (canonical address, element, text, role, fetch it?) in page order; new ones join the
        frontier; a page's may come as ``runs``. ``body`` is the decoded (unzipped) body, kept compressed under its
        SHA-256. ``hops`` is the number of redirects in a row that led to ``url``. ``unfetched`` says of linked
        addresses that will never be asked what is recorded in place of an answer. ``file`` is what was read of a
        file's bytes, ``head`` the answer's status line and headers.

        Returns the addresses that became pending.
        """
        with self.transaction() as db:
            source = self.add_url(url, role, depth=depth)
            if self._inherited is not None:
                self._inherited.forget(source)
            if body is not None:
                fetch.sha256 = fetch.sha256 or hashlib.sha256(body).hexdigest()
                self._save_body(fetch.sha256, body, url)
            waited = db.execute(
                "UPDATE urls SET state = ? WHERE id = ? AND state = ?", (schema.DONE, source, schema.PENDING),
            ).rowcount
            if not waited or self._inherited is not None:
                # it was recorded before
                db.execute("UPDATE urls SET state = ? WHERE id = ?", (schema.DONE, source))
                db.execute("DELETE FROM page_blocks WHERE url_id = ?", (source,))
            joined = self._save_links(source, runs or _cut(links), depth, hops)
            self._save_fetch(source, fetch)
            for skipped, answer in (unfetched or {}).items():
                self._save_fetch(self._number(skipped), answer)
            if reading is not None:
                self._save_reading(source, reading)
            if head:
                self._heads.save(source, host_of(url), head)
            if file is not None and fetch.sha256 is not None:
                save_file(db, fetch.sha256, file)
        return joined

    def replace_reading(
        self, url: str, reading: Reading, links: Iterable[FoundLink], *, depth: int,
        unfetched: Mapping[str, Fetch] | None = None,
    ) -> None:
        """Put what is read now of an address's stored page in place of what was, its answer standing as it is."""
        with self.transaction() as db:
            number = self._number(url)
            db.execute("DELETE FROM scripted WHERE url_id = ?", (number,))
            db.execute("DELETE FROM page_blocks WHERE url_id = ?", (number,))
            self._save_links(number, _cut(links), depth, 0)
            for skipped, answer in (unfetched or {}).items():
                self._save_fetch(self._number(skipped), answer)
            self._save_reading(number, reading)

    def _save_reading(self, number: int, reading: Reading) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?)",
            (number, self._packer.pack("record", self._record_encoder.encode(reading.record)),
             self._packer.pack("text", reading.text.encode("utf-8", "replace"))),
        )
        if _is_scripted(reading):
            self.db.execute("INSERT OR IGNORE INTO scripted VALUES (?)", (number,))

    @property
    def inheriting(self) -> bool:
        """Whether this run was begun from an earlier one."""
        return self._inherited is not None

    def is_file_read(self, sha256: str, version: str) -> bool:
        """Whether what these bytes say is stored, read by this version of the readers, and will not change."""
        return is_file_read(self.db, sha256, version)

    def _number(self, url: str) -> int:
        number = self._ids.get(url)
        if number is None:
            raise KeyError(url)
        return number

    def _save_body(self, sha256: str, body: bytes, url: str) -> None:
        if self.db.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (sha256,)).fetchone() is None:
            packed = self._packer.pack("body", body, host_of(url))
            self.db.execute("INSERT INTO bodies (sha256, data) VALUES (?, ?)", (sha256, packed))

    def stored(self, url: str) -> Stored | None:
        """What an earlier run recorded of a pending address's answer; None where there is nothing to compare with."""
        number = self._ids.get(url)
        if number is None or self._inherited is None or not self._inherited.holds(number):
            return None
        row = self.db.execute(
            "SELECT f.status, f.reason, f.fetched_at, f.bytes, f.content_type, f.sha256, f.headers,"
            " coalesce(c.read_at, f.fetched_at), s.url_id IS NOT NULL, x.outcome FROM fetches f"
            " LEFT JOIN confirmed c ON c.url_id = f.url_id LEFT JOIN scripted s ON s.url_id = f.url_id"
            " LEFT JOIN files x ON x.sha256 = f.sha256 WHERE f.url_id = ? AND f.outcome = 'ok'", (number,),
        ).fetchone()
        if row is None:
            return None
        status, reason, at, size, content_type, sha256, headers, read_at, scripted, read = row
        fetch = Fetch(
            outcome="ok", status=status, reason=reason, fetched_at=at, bytes=size, content_type=content_type,
            sha256=sha256, headers=json.loads(headers),
        )
        return Stored(fetch, read_at, bool(scripted), read in PASSING)

    def confirm(
        self, url: str, fetch: Fetch, admit: Callable[[str, str], Admitted], *, depth: int = 0, received: bool = False,
    ) -> list[Waiting]:
        """Store that an address answers as an earlier run recorded: what was read of it then stands.

        ``admit`` decides about each address it links to that this run has not met, given with what it was to the
        earlier run. ``received`` says that the body came again and is the same; otherwise the server said so.

        Returns the addresses that became pending.
        """
        assert self._inherited is not None
        joined: list[Waiting] = []
        with self.transaction() as db:
            number = self._number(url)
            if received:
                db.execute("DELETE FROM confirmed WHERE url_id = ?", (number,))
            else:
                db.execute(
                    "INSERT OR IGNORE INTO confirmed SELECT url_id, fetched_at FROM fetches WHERE url_id = ?", (number,)
                )
            self._save_fetch(number, fetch)
            for unmet in self._inherited.unmet_targets(number):
                role, ask, answer = admit(unmet.url, unmet.role)
                target = self.add_url(unmet.url, role, depth=depth + 1, fetch=ask)
                if answer is not None:
                    self._save_fetch(target, answer)
                elif ask:
                    joined.append(Waiting(unmet.url, role, depth + 1, 0, 0, 0.0, self._turn))
            db.execute("UPDATE urls SET state = ? WHERE id = ?", (schema.DONE, number))
            self._inherited.keep(number)
        return joined

    def plan_render(self, url: str, why: str) -> None:
        """Note that a page has to be rendered, unless it was already; a later run reads it again to know that."""
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO scripted VALUES (?)", (self._number(url),))
            db.execute(
                "INSERT OR IGNORE INTO renders VALUES (?, ?, 'planned', '', 0, 0, NULL)", (self._number(url), why)
            )

    def renders(self, *outcomes: str) -> list[tuple[str, str]]:
        """The pages whose rendering came to one of some outcomes, as (address, why), those found first before."""
        marks = ",".join("?" * len(outcomes))
        return self.db.execute(
            f"SELECT u.url, r.why FROM renders r JOIN urls u ON u.id = r.url_id WHERE r.outcome IN ({marks})"
            " ORDER BY u.id", outcomes,
        ).fetchall()

    def body_of(self, url: str) -> bytes | None:
        """The stored body of an address, None where none is stored."""
        row = self.db.execute(
            "SELECT b.data FROM fetches f JOIN bodies b ON b.sha256 = f.sha256 WHERE f.url_id = ?", (self._number(url),)
        ).fetchone()
        return self._unpacker.unpack(row[0]) if row else None

    def record_of(self, url: str) -> PageRecord | None:
        """What was read of an address, None where nothing was."""
        row = self.db.execute("SELECT record FROM pages WHERE url_id = ?", (self._ids.get(url),)).fetchone()
        return msgspec.json.decode(self._unpacker.unpack(row[0]), type=PageRecord) if row else None

    def content_type_of(self, url: str) -> str | None:
        """The Content-Type an address answered with."""
        row = self.db.execute("SELECT content_type FROM fetches WHERE url_id = ?", (self._number(url),)).fetchone()
        return row[0] if row else None

    def save_render(
        self,
        url: str,
        render: Render,
        *,
        markup: bytes | None = None,
        reading: Reading | None = None,
        links: Iterable[FoundLink] = (),
        depth: int = 0,
        unfetched: Mapping[str, Fetch] | None = None,
    ) -> list[Waiting]:
        """Store what came of rendering a page, in one transaction; its record and links are then those given.

        ``markup`` is the rendered document in UTF-8, kept as a body; the rest as in ``save``. Without a ``reading``
        the record stays as it is. Returns the addresses that became pending.
        """
        with self.transaction() as db:
            source = self._number(url)
            joined: list[Waiting] = []
            if markup is not None:
                render.sha256 = hashlib.sha256(markup).hexdigest()
                self._save_body(render.sha256, markup, url)
            if reading is not None:
                db.execute("DELETE FROM page_blocks WHERE url_id = ?", (source,))
                joined = self._save_links(source, _cut(links), depth, 0)
                for skipped, answer in (unfetched or {}).items():
                    self._save_fetch(self._number(skipped), answer)
                self._save_reading(source, reading)
            db.execute(
                "INSERT OR REPLACE INTO renders VALUES (?, ?, ?, ?, ?, ?, ?)",
                (source, render.why, render.outcome, render.reason, render.seconds, render.rendered_at, render.sha256),
            )
        return joined

    def _save_fetch(self, number: int, fetch: Fetch) -> None:
        redirect_to = None if fetch.redirect_to is None else self._ids.get(fetch.redirect_to)
        self.db.execute(
            "INSERT OR REPLACE INTO fetches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, fetch.outcome, fetch.status, fetch.reason, redirect_to, fetch.attempts, fetch.fetched_at,
             fetch.bytes, fetch.content_type, fetch.sha256,
             self._headers_encoder.encode(fetch.headers).decode()),
        )

    def _save_links(
        self, source: int, runs: Iterable[Run[FoundLink]], depth: int, hops: int,
    ) -> list[Waiting]:
        """Store a page's links, each run as a block; of a target and element the first link counts."""
        seen: set[int] = set()
        blocks: set[int] = set()
        joined: list[Waiting] = []
        for run in runs:
            stored = self._run_blocks.get(run)
            if stored is not None and seen.isdisjoint(stored[0]):
                seen |= stored[0]
                blocks.add(stored[1])
                continue
            rows: dict[int, Row] = {}
            for link in run.links:
                row = self._rows.get(link) or self._row_of(link, depth, hops, joined)
                rows.setdefault(row[0], row)
            new = [row for key, row in rows.items() if key not in seen]
            if not new:
                continue
            # in the order of the table, whose end they then simply continue
            new.sort()
            block = self._block_of(new)
            if run.shared and len(new) == len(rows):
                if len(self._run_blocks) >= _RUNS_KEPT:
                    self._run_blocks.clear()
                self._run_blocks[run] = frozenset(rows), block
            seen.update(rows)
            blocks.add(block)
        if blocks:
            more = ", (?1, ?)" * (len(blocks) - 1)
            self.db.execute(f"INSERT INTO page_blocks VALUES (?1, ?2){more}", [source, *sorted(blocks)])
        return joined

    def _row_of(self, link: FoundLink, depth: int, hops: int, joined: list[Waiting]) -> Row:
        url, element, words, role, fetch = link
        target = self._ids.get(url)
        if target is None:
            led = hops + 1 if element == "redirect" else 0
            target = self.add_url(url, role, depth=depth + 1, hops=led, fetch=fetch)
            if fetch and role not in ("forbidden", "unsupported"):
                joined.append(Waiting(url, role, depth + 1, led, 0, 0.0, self._turn))
        text = self._texts.get(words)
        if text is None:
            text = self._new_text(words)
        kind = _ELEMENT[element]
        row = (target << 4 | kind, target, kind, text)
        if len(self._rows) >= _ROWS_KEPT:
            self._rows.clear()
        self._rows[link] = row
        return row

    def _block_of(self, rows: list[Row]) -> int:
        """Return the number of the block that holds some links, storing it where it is new."""
        flat = [value for row in rows for value in row[1:]]
        digest = int.from_bytes(hashlib.blake2b(array("q", flat), digest_size=8).digest(), "big", signed=True)
        number = self._blocks.get(digest)
        if number is None:
            number = int(self.db.execute("INSERT INTO blocks (digest) VALUES (?)", (digest,)).lastrowid or 0)
            # one statement for all of them costs a third less than one each
            more = ", (?1, ?, ?, ?)" * (len(rows) - 1)
            self.db.execute(f"INSERT INTO block_links VALUES (?1, ?2, ?3, ?4){more}", [number, *flat])
            self._blocks.put(digest, number)
        return number

    def _new_text(self, text: str) -> int:
        number = int(self.db.execute("INSERT INTO texts (text) VALUES (?)", (text,)).lastrowid or 0)
        self._texts.put(text, number)
        return number

    def postpone(self, url: str, not_before: float, fetch: Fetch | None = None) -> int:
        """Count a failed probe of a pending address and let it wait; returns the probes so far.

        ``fetch`` is what the probe showed: it stands until the next one, and for good where the run is cut short.
        """
        number = self._number(url)
        with self.transaction() as db:
            db.execute("UPDATE urls SET attempts = attempts + 1, not_before = ? WHERE id = ?", (not_before, number))
            if fetch is not None:
                self._save_fetch(number, fetch)
            elif self._inherited is not None:
                self._inherited.forget(number, answer=True)
            return int(db.execute("SELECT attempts FROM urls WHERE id = ?", (number,)).fetchone()[0])

    def pending_counts(self) -> list[tuple[str, bool, int]]:
        """How many addresses wait, as (host, no pages?, count), hosts in the order in which they came to wait."""
        return [(host, bool(others), count) for host, others, count in self.db.execute(
            "SELECT host, role <> 0, count(*) FROM urls WHERE state = 0 GROUP BY 1, 2 ORDER BY min(turn)"
        )]

    def pending(self, host: str, others: bool, after: int = 0, limit: int = -1) -> list[Waiting]:
        """Return a host's pending pages, or its other pending addresses, in turn, those after a given one."""
        rows = self.db.execute(
            "SELECT url, role, depth, hops, attempts, not_before, turn FROM urls"
            " WHERE state = 0 AND host = ? AND role <> 0 = ? AND turn > ? ORDER BY turn LIMIT ?",
            (host, others, after, limit),
        )
        return [Waiting(url, schema.ROLES[role], *rest) for url, role, *rest in rows]

    def requeue(self, url: str) -> None:
        """Give a pending address the last turn of all."""
        number = self._number(url)
        with self.transaction() as db:
            self._turn += 1
            db.execute("UPDATE urls SET turn = ? WHERE id = ?", (self._turn, number))

    def ask_again(self, url: str) -> list[Waiting]:
        """Let an address that the run before asked wait anew; returns it unless it does, or did, already.

        For a snapshot made by ``crawler.snapshot.reopening`` alone, where whatever was asked has a turn.
        """
        number = self._number(url)
        state, turn = self.db.execute("SELECT state, turn FROM urls WHERE id = ?", (number,)).fetchone()
        if turn or state != schema.DONE:
            return []
        with self.transaction() as db:
            self._turn += 1
            let_wait(db, number, self._turn)
        return [self.waiting_for(url)]

    def linked_before(self, url: str) -> set[str]:
        """Return what the page of an address that is asked again linked to before."""
        return linked_before(self.db, url)

    def waiting_for(self, url: str) -> Waiting:
        """One known address as it stands in the frontier; raises KeyError for an unknown one."""
        row = self.db.execute(
            "SELECT role, depth, hops, attempts, not_before, turn FROM urls WHERE id = ?", (self._number(url),)
        ).fetchone()
        return Waiting(url, schema.ROLES[row[0]], *row[1:])

    def fetched(self, role: Role | str | None = None) -> int:
        """How many addresses (of one role) were asked and answered, one way or another."""
        condition = "" if role is None else f" AND u.role = {_ROLE[role]}"
        return int(self.db.execute(
            "SELECT count(*) FROM fetches f JOIN urls u ON u.id = f.url_id WHERE u.state = ?" + condition,
            (schema.DONE,),
        ).fetchone()[0])

    def answering_hosts(self) -> list[str]:
        """The hosts that gave any HTTP answer so far."""
        return [host for host, in self.db.execute(
            "SELECT DISTINCT u.host FROM fetches f JOIN urls u ON u.id = f.url_id"
            " WHERE f.status IS NOT NULL AND u.state = ?", (schema.DONE,),
        )]

    def asked(self, role: Role | str) -> list[str]:
        """The addresses of one role that were asked, or given up before they were."""
        return [url for url, in self.db.execute(
            "SELECT u.url FROM urls u JOIN fetches f ON f.url_id = u.id WHERE u.role = ? AND u.state = ?",
            (_ROLE[role], schema.DONE),
        )]

    def outside(self) -> list[tuple[str, bool]]:
        """The hosts that are not the site's and were asked, each with whether it gave any HTTP answer."""
        return [(host, bool(answered)) for host, answered in self.db.execute(
            "SELECT u.host, max(f.status IS NOT NULL) FROM fetches f JOIN urls u ON u.id = f.url_id"
            " WHERE u.role = ? AND u.state = ? GROUP BY u.host", (_ROLE["external"], schema.DONE),
        )]

    def answers(self) -> Iterator[tuple[str, str, str, str]]:
        """All addresses answered with a page, a file or a redirect, as (host, role, address, content type)."""
        rows = self.db.execute(
            "SELECT u.host, u.role, u.url, coalesce(f.content_type, '') FROM fetches f JOIN urls u ON u.id = f.url_id"
            " WHERE f.outcome IN ('ok', 'redirect') AND u.state = ? ORDER BY u.host, u.url", (schema.DONE,),
        )
        for host, role, url, content_type in rows:
            yield host, schema.ROLES[role], url, content_type

    def add_probe(self, host: str, url: str) -> Waiting | None:
        """Make known an address that cannot exist, asked to learn how the host answers for missing pages.

        Returns what waits now, None where it was known before. An address that was seen on the site is no probe.
        """
        with self.transaction() as db:
            if self.knows(url):
                return None
            number = self.add_url(url, "probe")
            db.execute("INSERT OR IGNORE INTO probes VALUES (?, ?)", (host, number))
        return Waiting(url, "probe", 0, 0, 0, 0.0, self._turn)

    def finish(self) -> None:
        """Remove what was not met again, index what later stages look up, settle depths, fold the log into the file."""
        self.gather(None)
        with self.transaction() as db:
            if self._inherited is not None:
                self._inherited.prune()
                self._inherited = None
            db.execute("DELETE FROM blocks WHERE id NOT IN (SELECT block FROM page_blocks)")
            db.execute("DELETE FROM block_links WHERE block NOT IN (SELECT id FROM blocks)")
            drop_unanswered(db)
            db.execute("DELETE FROM texts WHERE id NOT IN (SELECT text FROM block_links)")
            note_first_seen(db)
        self._blocks.reload()
        self._run_blocks.clear()
        self._texts.reload()
        self.db.execute("CREATE INDEX IF NOT EXISTS block_links_target ON block_links (target, block)")
        self.db.execute("CREATE INDEX IF NOT EXISTS page_blocks_block ON page_blocks (block, url_id)")
        self._settle_depths()
        self.db.execute("ANALYZE")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def finish_again(self) -> None:
        """End the second look at some addresses: note what opened for the first time, fold the log into the file."""
        self.gather(None)
        with self.transaction() as db:
            note_first_seen(db)
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _settle_depths(self) -> None:
        """Set every address's depth to its fewest clicks from a start address.

        While crawling, depth is that of whichever page happened to answer first; snapshots of an unchanged site
        must not differ by that.
        """
        with self.transaction() as db:
            db.execute("CREATE TEMP TABLE reached (id INTEGER PRIMARY KEY, depth INTEGER NOT NULL)")
            db.execute("CREATE INDEX temp.reached_depth ON reached (depth)")
            db.execute("CREATE TEMP TABLE met (block INTEGER PRIMARY KEY, depth INTEGER NOT NULL)")
            db.execute("CREATE INDEX temp.met_depth ON met (depth)")
            db.execute("INSERT INTO reached SELECT id, 0 FROM urls WHERE depth = 0")
            depth = self._reach(db, 0)
            # what only sitemaps and feeds name is farther away than all that is linked
            db.execute(
                "INSERT OR IGNORE INTO reached SELECT b.target, ?1 + 1 FROM page_blocks p"
                " JOIN block_links b ON b.block = p.block WHERE b.element >= ?2", (depth, schema.UNSEEN),
            )
            self._reach(db, depth + 1)
            db.execute("UPDATE urls SET depth = r.depth FROM reached r WHERE r.id = urls.id AND urls.depth <> r.depth")
            db.execute("DROP TABLE reached")
            db.execute("DROP TABLE met")

    @staticmethod
    def _reach(db: sqlite3.Connection, depth: int) -> int:
        """Spread the table of depths along the links from those reached at ``depth``; returns the greatest.

        A block of links leads nowhere new from the second page on that holds it.
        """
        while True:
            db.execute(
                "INSERT OR IGNORE INTO met SELECT p.block, ?1 FROM reached r"
                " CROSS JOIN page_blocks p ON p.url_id = r.id WHERE r.depth = ?1", (depth,),
            )
            if db.execute(
                "INSERT OR IGNORE INTO reached SELECT b.target, ?1 + 1 FROM met m"
                " CROSS JOIN block_links b ON b.block = m.block WHERE m.depth = ?1 AND b.element < ?2",
                (depth, schema.UNSEEN),
            ).rowcount <= 0:
                return depth
            depth += 1

    def close(self) -> None:
        """Close the file; everything saved stays."""
        self.gather(None)
        self.db.close()


def _cut(links: Iterable[FoundLink]) -> list[Run[FoundLink]]:
    return [Run(piece) for piece in cut(list(links), itemgetter(0))]


def _is_scripted(reading: Reading) -> bool:
    """Whether what a page shows is fetched by its own scripts, so that the same bytes may show something else."""
    listing = reading.record.listing
    return reading.record.script_shell or (listing is not None and listing.script_filled)
