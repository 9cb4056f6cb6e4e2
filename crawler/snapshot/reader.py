"""Reads one run's snapshot. Everything comes back in the order of addresses, whatever the crawl's order was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from crawler.snapshot import schema
from crawler.snapshot.files import claimed_format, load_record, load_text, unread_record
from crawler.snapshot.heads import Head, load_head, read_head
from crawler.snapshot.inherit import address_key, hide_unmet, is_inheriting
from crawler.snapshot.packing import Unpacker
from crawler.snapshot.records import Fetch, FileRecord, PageRecord, Render, SiteFeatures

if TYPE_CHECKING:
    from crawler.snapshot.linktable import LinkTable

_DECODER = msgspec.json.Decoder(PageRecord)


@dataclass(frozen=True, slots=True)
class Source:
    """One place that links to an address: the page, the element and its words."""

    url: str
    element: str
    text: str


@dataclass(frozen=True, slots=True)
class Holder:
    """The page on which a link is best shown: its address, the element, and how many pages hold the link."""

    url: str
    element: str
    pages: int


@dataclass(frozen=True)
class Target:
    """One known address: what it is to the site, how it answered (None: not asked), how far from the start."""

    url: str
    role: str
    host: str
    depth: int
    fetch: Fetch | None


@dataclass(frozen=True)
class Chain:
    """Where an address leads in the end.

    ``target`` is the last address of the chain, ``hops`` all addresses passed on the way in order, the asked one
    first (empty where it does not redirect), ``loop`` whether the chain comes back to itself: it then ends nowhere,
    and ``target`` is the address it comes back to.
    """

    target: Target
    hops: tuple[str, ...] = ()
    loop: bool = False


def resolve(targets: Mapping[str, Target], url: str) -> Chain:
    """Follow a known address's recorded redirects to their end; raises KeyError for an unknown address."""
    target = targets[url]
    hops: list[str] = []
    while target.fetch is not None and (to := target.fetch.redirect_to) is not None and to in targets:
        hops.append(target.url)
        target = targets[to]
        if target.url in hops:
            return Chain(target, tuple(hops), loop=True)
    return Chain(target, tuple(hops))


@dataclass(frozen=True)
class Page:
    """One page that was read: its address, its answer, what the extractors read."""

    url: str
    role: str
    fetch: Fetch
    record: PageRecord
    packed_text: bytes = field(repr=False, default=b"")
    unpacker: Unpacker | None = field(repr=False, compare=False, default=None)

    @property
    def text(self) -> str:
        """The text of the content area."""
        return self.unpacker.text(self.packed_text) if self.unpacker is not None else ""


class SnapshotReader:
    """A finished (or interrupted) run, read-only.

    Raises SnapshotError where the file is absent, no snapshot, or of another version.
    """

    def __init__(self, path: Path | str, *, db: sqlite3.Connection | None = None) -> None:
        self.path = path
        # whether the file can be closed and opened again
        self.is_reopenable = db is None and str(path) != ":memory:"
        self.db = db if db is not None else _open(path)
        self._unpacker = Unpacker(self.db)
        self._files: dict[str, FileRecord | None] = {}

    @cached_property
    def meta(self) -> dict[str, object]:
        """The run's facts: site, start, hosts, run_id, started, finished, ended (how), version, config."""
        return {key: json.loads(value) for key, value in self.db.execute("SELECT key, value FROM meta ORDER BY key")}

    @cached_property
    def features(self) -> SiteFeatures:
        """What came of trying the site's search, HTTPS and IPv6; all None where the crawl did not come to it."""
        return msgspec.convert(self.meta.get("features", {}), SiteFeatures)

    @property
    def previous_run_at(self) -> str | None:
        """When the run this one was carried over from began (ISO 8601, UTC); None for a run that began anew."""
        previous = self.meta.get("previous")
        return str(previous["started"]) if isinstance(previous, dict) and previous.get("started") else None

    def first_seen(self, url: str) -> float | None:
        """When an address of the site first opened in any run (seconds since the epoch); None where it never did."""
        row = self.db.execute("SELECT at FROM first_seen WHERE key = ?", (address_key(url),)).fetchone()
        return float(row[0]) if row else None

    def head(self, url: str) -> Head | None:
        """Return the status line and headers a stored page came with; None where none were kept."""
        data = load_head(self.db, url)
        return read_head(data) if data else None

    def read_at(self, url: str) -> float | None:
        """When the stored body of an address came (seconds since the epoch).

        Earlier than its answer's ``fetched_at`` where the server only confirmed since that it is unchanged.
        """
        row = self.db.execute(
            "SELECT coalesce(c.read_at, f.fetched_at) FROM urls u JOIN fetches f ON f.url_id = u.id"
            " LEFT JOIN confirmed c ON c.url_id = u.id WHERE u.url = ?", (url,),
        ).fetchone()
        return float(row[0]) if row else None

    @cached_property
    def targets(self) -> dict[str, Target]:
        """All known addresses with their answers, by address; probes for impossible addresses left out."""
        rows = self.db.execute(
            "SELECT u.url, u.role, u.host, u.depth, f.outcome, f.status, f.reason, t.url, f.attempts, f.fetched_at,"
            " f.bytes, f.content_type, f.sha256, f.headers FROM urls u"
            " LEFT JOIN fetches f ON f.url_id = u.id LEFT JOIN urls t ON t.id = f.redirect_to"
            " WHERE u.role <> ? ORDER BY u.url",
            (schema.ROLES.index("probe"),),
        )
        return {row[0]: _target(row) for row in rows}

    @cached_property
    def pages(self) -> dict[str, Page]:
        """All pages that were read, by address; probes left out."""
        rows = self.db.execute(
            "SELECT u.url, p.record, p.text FROM pages p JOIN urls u ON u.id = p.url_id"
            " WHERE u.role <> ? ORDER BY u.url",
            (schema.ROLES.index("probe"),),
        )
        # a page's text is unpacked when it is asked for, which may be after the file was closed
        self._unpacker.load()
        unpack = self._unpacker.unpack
        pages = {}
        for url, record, text in rows:
            target = self.targets[url]
            if target.fetch is not None:
                pages[url] = Page(url, target.role, target.fetch, _DECODER.decode(unpack(record)), text, self._unpacker)
        return pages

    def sources(self, url: str) -> list[Source]:
        """All places of the site that link to an address, by the linking page's address."""
        rows = self.db.execute(
            "SELECT s.url, l.element, x.text FROM links l JOIN urls t ON t.id = l.target"
            " JOIN urls s ON s.id = l.source JOIN texts x ON x.id = l.text WHERE t.url = ? ORDER BY s.url, l.element",
            (url,),
        )
        return [Source(source, schema.ELEMENTS[element], text) for source, element, text in rows]

    def links(self) -> Iterator[tuple[str, str, str, str]]:
        """All links as (page, address, element, text), by page and address."""
        rows = self.db.execute(
            "SELECT s.url, t.url, l.element, x.text FROM links l JOIN urls s ON s.id = l.source"
            " JOIN urls t ON t.id = l.target JOIN texts x ON x.id = l.text ORDER BY s.url, t.url, l.element"
        )
        for source, target, element, text in rows:
            yield source, target, schema.ELEMENTS[element], text

    def links_from(self, url: str) -> list[tuple[str, str, str]]:
        """The links of one page as (address, element, text), by address."""
        rows = self.db.execute(
            "SELECT t.url, l.element, x.text FROM links l JOIN urls s ON s.id = l.source"
            " JOIN urls t ON t.id = l.target JOIN texts x ON x.id = l.text WHERE s.url = ? ORDER BY t.url, l.element",
            (url,),
        )
        return [(target, schema.ELEMENTS[element], text) for target, element, text in rows]

    def link_total(self) -> int:
        """How many links were recorded."""
        return int(self.db.execute("SELECT count(*) FROM links").fetchone()[0])

    def link_counts(self) -> dict[str, int]:
        """How many pages link to each address."""
        return self._table.counts()

    def holders(self, pages: Sequence[str]) -> dict[str, Holder]:
        """For each address linked from some of these pages, the first of them that holds the link.

        Links a person can follow (a CMS's own rows among them) go before addresses only a script opens, those
        before images; refreshes and redirects are no links.
        """
        tiers = {"a": 0, "area": 0, "frame": 0, "cms": 0, "script": 1, "img": 2}
        return {
            url: Holder(page, element, count) for url, (page, element, count) in self._table.best(pages, tiers).items()
        }

    def words(self, source: str, target: str) -> str:
        """The words of the link from one address to another, empty where it has none."""
        rows = self.db.execute(
            "SELECT x.text FROM links l JOIN urls s ON s.id = l.source JOIN urls t ON t.id = l.target"
            " JOIN texts x ON x.id = l.text WHERE s.url = ? AND t.url = ? ORDER BY l.element",
            (source, target),
        )
        return next((str(text) for text, in rows if text), "")

    def links_worded(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str, str, str]]:
        """The links whose words are wanted, as (page, address, element, text), by page and address.

        Meant for words that few links have; what every page's navigation says, ``names_of_links`` tells once.
        """
        for source, target, element, text in sorted(self._table.worded(wanted)):
            yield source, target, schema.ELEMENTS[element], text

    def names_of_links(
        self, wanted: Callable[[str], bool], pages: Collection[str],
    ) -> Iterator[tuple[str, str, str]]:
        """The wanted words of links on any of some pages, each once as (address, element, text), by address."""
        for url, element, text in sorted(self._table.names(wanted, pages)):
            yield url, schema.ELEMENTS[element], text

    @cached_property
    def _table(self) -> LinkTable:
        # a crawl reads snapshots too, and has no use for what this loads
        from crawler.snapshot.linktable import LinkTable

        return LinkTable(self.db)

    def probes(self, host: str) -> list[tuple[str, Fetch, PageRecord | None]]:
        """The addresses that cannot exist a host was asked, how it answered, what was read of those answers."""
        rows = self.db.execute(
            "SELECT u.url, u.role, u.host, u.depth, f.outcome, f.status, f.reason, t.url, f.attempts, f.fetched_at,"
            " f.bytes, f.content_type, f.sha256, f.headers, p.record FROM probes b JOIN urls u ON u.id = b.url_id"
            " JOIN fetches f ON f.url_id = u.id LEFT JOIN urls t ON t.id = f.redirect_to"
            " LEFT JOIN pages p ON p.url_id = u.id WHERE b.host = ? ORDER BY u.url",
            (host,),
        )
        answers = []
        for row in rows:
            fetch = _target(row[:14]).fetch
            if fetch is not None:
                record = None if row[14] is None else _DECODER.decode(self._unpacker.unpack(row[14]))
                answers.append((row[0], fetch, record))
        return answers

    def body(self, url: str) -> bytes | None:
        """The stored body of an address (decoded, as the server sent it otherwise), or None."""
        row = self.db.execute(
            "SELECT b.data FROM urls u JOIN fetches f ON f.url_id = u.id JOIN bodies b ON b.sha256 = f.sha256"
            " WHERE u.url = ?", (url,),
        ).fetchone()
        return self._unpacker.unpack(row[0]) if row else None

    def file(self, url: str) -> FileRecord | None:
        """What was read of the file an address leads to; None where that is no file, or it was not read.

        A record with another outcome than ``ok`` says why nothing, or not all, is known of what the file says.
        """
        if url in self._files:
            return self._files[url]
        record = self._read_file(url)
        # what is large is read anew, so that many such files do not fill the memory
        if record is None or not (record.tables or record.members):
            self._files[url] = record
        return record

    def _read_file(self, url: str) -> FileRecord | None:
        fetch = self._file_answer(url)
        if fetch is None:
            return None
        record = load_record(self.db, self._unpacker.unpack, fetch.sha256) if fetch.sha256 else None
        if record is None:
            largest = self.meta.get("max_read_file_bytes")
            record = unread_record(fetch, largest) if isinstance(largest, int) else None
        if record is not None:
            record.claimed = claimed_format(url, fetch)
        return record

    def file_text(self, url: str) -> str:
        """The text of the file an address leads to, by lines; empty where none was read."""
        fetch = self._file_answer(url)
        return load_text(self.db, self._unpacker.text, fetch.sha256) if fetch is not None and fetch.sha256 else ""

    def files(self) -> Iterator[tuple[str, FileRecord]]:
        """All addresses that answered with a file of which something is known, with it, by address."""
        rows = self.db.execute(
            "SELECT u.url FROM urls u JOIN fetches f ON f.url_id = u.id LEFT JOIN files x ON x.sha256 = f.sha256"
            " WHERE f.outcome = 'ok' AND (x.id IS NOT NULL OR u.role = ?) ORDER BY u.url",
            (schema.ROLES.index("file"),),
        ).fetchall()
        for url, in rows:
            record = self.file(url)
            if record is not None:
                yield url, record

    def _file_answer(self, url: str) -> Fetch | None:
        if url not in self.targets:
            return None
        fetch = resolve(self.targets, url).target.fetch
        return fetch if fetch is not None and fetch.outcome == "ok" else None

    @cached_property
    def renders(self) -> dict[str, Render]:
        """What became of the pages that were to be rendered, by address."""
        rows = self.db.execute(
            "SELECT u.url, r.why, r.outcome, r.reason, r.seconds, r.rendered_at, r.sha256 FROM renders r"
            " JOIN urls u ON u.id = r.url_id ORDER BY u.url"
        )
        return {row[0]: render_of_row(row[1:]) for row in rows}

    def render_of(self, url: str) -> Render | None:
        """Return what became of rendering a page; None where there was no need to."""
        return self.renders.get(url)

    def rendered(self, url: str) -> bytes | None:
        """Return the markup of a page as it was rendered, in UTF-8; None where it was not."""
        render = self.render_of(url)
        row = self.db.execute(
            "SELECT data FROM bodies WHERE sha256 = ?", (render.sha256,)
        ).fetchone() if render is not None and render.sha256 is not None else None
        return self._unpacker.unpack(row[0]) if row else None

    def pending(self) -> int:
        """How many addresses still wait to be fetched."""
        return int(self.db.execute("SELECT count(*) FROM urls WHERE state = 0").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def reopen(self) -> None:
        """Open the closed file again, as each of two processes must after one was copied from the other."""
        self.db = _open(self.path)
        self._unpacker.connect(self.db)


def _open(path: Path | str) -> sqlite3.Connection:
    db = schema.connect(path)
    if is_inheriting(db):
        hide_unmet(db)
    return db


def render_of_row(row: tuple) -> Render:  # type: ignore[type-arg]
    """Make a Render of the columns of its table, in their order."""
    why, outcome, reason, seconds, at, sha256 = row
    return Render(why=why, outcome=outcome, reason=reason, seconds=seconds, rendered_at=at, sha256=sha256)


def _target(row: tuple) -> Target:  # type: ignore[type-arg]
    url, role, host, depth, outcome, status, reason, redirect_to, attempts, at, size, kind, sha256, headers = row
    fetch = None
    if outcome is not None:
        fetch = Fetch(
            outcome=outcome, status=status, reason=reason, redirect_to=redirect_to, attempts=attempts, fetched_at=at,
            bytes=size, content_type=kind, sha256=sha256, headers=json.loads(headers),
        )
    return Target(url, schema.ROLES[role], host, depth, fetch)
