"""The site as checks see it: pages, columns, documents, letters, and who answers for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from checks import columns, letters, reach
from checks.columns import Column
from checks.departments import Department, Directory
from checks.interpretations import Interpretations
from checks.letters import SiteLetter
from checks.reach import MissingAnswer, Reach, Route
from checks.variants import fold
from crawler.snapshot.reader import Holder, Page, SnapshotReader, Target
from crawler.snapshot.records import AttachmentLink, FileRecord, Letter, ListItem
from crawler.urls import AddressError, canonical
from rules.lexicons import column_type

__all__ = ["AttachmentText", "Column", "ColumnOverride", "Department", "Site", "SiteLetter"]

# so much of a column's first items must come from one unit for the column to be that unit's
_SAMPLE, _AGREED = 50, 0.8
CONTENT_KINDS = ("article", "document", "annual-report", "consultation")


@dataclass(frozen=True)
class ColumnOverride:
    """What the configuration says of one column, in place of what was detected."""

    url: str
    name: str | None = None
    type: str | None = None
    department: str | None = None


@dataclass(frozen=True)
class AttachmentText:
    """What an attachment of a page says: its address and link words, the text, the record of its reading."""

    url: str
    title: str
    text: str
    record: FileRecord


class Site:
    """One run of one site, with everything the checks look up, each index built once when first asked for.

    ``departments`` and ``overrides`` come from the configuration; addresses are made canonical here. ``earlier``
    is the finished run before this one, None where there is none.
    """

    def __init__(
        self,
        snapshot: SnapshotReader,
        departments: Sequence[Department] = (),
        overrides: Sequence[ColumnOverride] = (),
        earlier: SnapshotReader | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.earlier = earlier
        self.directory = Directory(departments)
        self.overrides = [replace(override, url=_canonical(override.url)) for override in overrides]
        self._missing: dict[str, MissingAnswer] = {}
        self._reached: dict[tuple[str, str], Reach] = {}
        self._page_addresses: dict[str, str] = {}
        self._columns_of: dict[str, Column | None] = {}
        self._departments_of: dict[str, str | None] = {}

    def build(self) -> None:
        """Build the indexes that most checks look things up in."""
        for index in (self.columns, self.holders, self.link_counts, self.trails):
            len(index)
        for page in self.pages.values():
            self.column_of(page.url)
            self.department_of(page)

    @property
    def is_reopenable(self) -> bool:
        """Whether the runs' files can be closed and opened again."""
        return all(reader.is_reopenable for reader in self._readers)

    def close_files(self) -> None:
        """Close the runs' files, so that this process can be copied."""
        for reader in self._readers:
            reader.close()

    def reopen_files(self) -> None:
        """Open the closed files again; raises SnapshotError where one cannot be."""
        for reader in self._readers:
            reader.reopen()

    @property
    def _readers(self) -> list[SnapshotReader]:
        return [reader for reader in (self.snapshot, self.earlier) if reader is not None]

    @cached_property
    def name(self) -> str:
        """The site's name as configured."""
        return str(self.snapshot.meta.get("site", ""))

    @cached_property
    def starts(self) -> list[str]:
        """The start addresses, canonical."""
        given = self.snapshot.meta.get("start", [])
        return [_canonical(str(url)) for url in given] if isinstance(given, list) else []

    @cached_property
    def home(self) -> str:
        """The address findings about the site as a whole are keyed by: the first start address."""
        return self.starts[0] if self.starts else ""

    @property
    def targets(self) -> dict[str, Target]:
        """All known addresses with their answers."""
        return self.snapshot.targets

    @cached_property
    def pages(self) -> dict[str, Page]:
        """The pages a reader can read, by address: answered, no error page, each once."""
        return {url: page for url, page in self._readable.items() if self._twin_of[url] == url}

    @cached_property
    def _readable(self) -> dict[str, Page]:
        return {
            url: page for url, page in self.snapshot.pages.items()
            if page.role == "page" and page.fetch.outcome == "ok" and not page.record.error_page
            and self.reach(url).state == "alive"
        }

    @cached_property
    def _twin_of(self) -> dict[str, str]:
        """For each readable page the address it stands under; variants of one address are one page."""
        return fold(self._readable, self._preference, CONTENT_KINDS)

    def _preference(self, url: str) -> tuple[bool, int, int, str]:
        return url not in self.starts, self.depth(url), len(url), url

    @cached_property
    def documents(self) -> list[Page]:
        """The pages that are documents, by address."""
        return [page for page in self.pages.values() if page.record.page_kind == "document"]

    @cached_property
    def articles(self) -> list[Page]:
        """The pages that carry one piece of information each (documents among them), by address."""
        return [page for page in self.pages.values() if page.record.page_kind in CONTENT_KINDS]

    @cached_property
    def columns(self) -> list[Column]:
        """The columns, by address."""
        return columns.assemble(self)

    @cached_property
    def letters(self) -> list[SiteLetter]:
        """The letters, each once, by address and place."""
        return letters.collect(self)

    @cached_property
    def interpretations(self) -> Interpretations:
        """The interpretations, matched to their documents."""
        return Interpretations(self)

    @cached_property
    def unread_interpretation_columns(self) -> list[str]:
        """The addresses that links name as columns of interpretations and that could not be read."""
        named = self.snapshot.links_worded(
            lambda words: len(words) <= 8 and column_type(words) == "interpretations"
        )
        unread = {
            url for source, url, element, _ in named
            if element in ("a", "area") and source in self.pages
            and self.reach(url).state in ("unverified", "unasked")
            and self.targets[url].role == "page" and not reach.names_article(url)
        }
        return sorted(unread)

    @cached_property
    def list_addresses(self) -> frozenset[str]:
        """The addresses of list pages."""
        kinds = ("column", "fragment")
        return frozenset(url for url, page in self.pages.items() if page.record.page_kind in kinds)

    @cached_property
    def link_counts(self) -> dict[str, int]:
        """How many pages link to each address."""
        return self.snapshot.link_counts()

    @cached_property
    def self_redirects(self) -> Counter[str]:
        """How many addresses of each host redirect to themselves."""
        return reach.self_redirects_of(self.targets)

    @cached_property
    def linked_from_home(self) -> frozenset[str]:
        """The addresses the start pages link to."""
        return frozenset(
            target for url in self.starts for target, _, _ in self.snapshot.links_from(self.page_address(url))
        )

    @cached_property
    def trails(self) -> frozenset[str]:
        """The addresses that the breadcrumbs of other pages lead through: something lies beneath them."""
        return frozenset(
            address
            for page in self.pages.values()
            for address in map(self.page_address, page.record.breadcrumb_links)
            if address != page.url and not self.is_start(address)
        )

    @cached_property
    def pager_addresses(self) -> frozenset[str]:
        """The addresses that lists give as their further pages."""
        listings = (page.record.listing for page in self.pages.values())
        return frozenset(url for listing in listings if listing is not None for url in listing.next_pages)

    def is_start(self, url: str) -> bool:
        """Whether an address is one the crawl was told to start at."""
        return url in self.starts

    def depth(self, url: str) -> int:
        """Return how many links an address is away from the start."""
        target = self.targets.get(url)
        return target.depth if target is not None else 1 << 20

    def saw(self, url: str) -> bool:
        """Whether this run asked an address and got an answer of any kind."""
        target = self.targets.get(url)
        return target is not None and target.fetch is not None and target.fetch.outcome != "not-fetched"

    def route(self, url: str) -> Route:
        """Return where an address leads, redirects followed."""
        return reach.route_of(self.targets, url)

    def page_address(self, url: str) -> str:
        """Return the address of the page a link leads to: redirects followed, variants folded."""
        known = self._page_addresses.get(url)
        if known is None:
            last = self.route(url).last
            known = self._page_addresses[url] = self._twin_of.get(last, last)
        return known

    def page_of(self, url: str) -> Page | None:
        """Return the page a link leads to, None where it cannot be read."""
        return self.pages.get(self.page_address(url))

    def missing_answer(self, host: str) -> MissingAnswer:
        """Return how a host answered for addresses that cannot exist."""
        if host not in self._missing:
            self._missing[host] = reach.missing_answer(self, host)
        return self._missing[host]

    def reach(self, url: str, words: str = "") -> Reach:
        """Return whether an address opens for a reader; ``words`` are those of the link that leads to it."""
        known = self._reached.get((url, words))
        if known is None:
            known = self._reached[(url, words)] = reach.reach_of(self, url, words)
        return known

    def file(self, url: str) -> FileRecord | None:
        """Return what was read of the file an address leads to; None where it is no file, or was not read.

        Anything but ``outcome`` ``ok`` without ``partial`` leaves open what the file says: unverified.
        """
        return self.snapshot.file(url)

    def file_text(self, url: str) -> str:
        """Return the text of the file an address leads to; empty where none was read."""
        return self.snapshot.file_text(url)

    def files(self) -> Iterator[tuple[str, FileRecord]]:
        """The files of which something is known, by address."""
        return self.snapshot.files()

    def attachment_texts(self, page: Page) -> tuple[list[AttachmentText], list[AttachmentLink]]:
        """Return what a page's attachments say, in their order, and those of which it is not, or not fully, known."""
        read: list[AttachmentText] = []
        unread: list[AttachmentLink] = []
        for link in page.record.attachments:
            record = self.file(link.href) if self.reach(link.href).state == "alive" else None
            if record is not None and record.outcome == "ok":
                read.append(AttachmentText(link.href, link.title, self.file_text(link.href), record))
            if record is None or record.outcome != "ok" or record.partial:
                unread.append(link)
        return read, unread

    @cached_property
    def holders(self) -> dict[str, Holder]:
        """For each linked address the page a person most likely meets the link on: nearest the start."""
        return self.snapshot.holders(sorted(self.pages, key=lambda url: (self.depth(url), url)))

    @cached_property
    def _column_of_item(self) -> dict[str, Column]:
        found: dict[str, Column] = {}
        for column in self.columns:
            for page in column.pages:
                found[page.url] = column
        for column in self.columns:
            for item in column.items:
                address = self.page_address(item.href) if item.href else ""
                known = found.get(address)
                if known is None or (known.url != address and self._fits(address, column, known)):
                    found[address] = column
        return found

    def _fits(self, address: str, column: Column, known: Column) -> bool:
        """Whether a column that lists a page is rather its own than another: the page says by name."""
        page = self.pages.get(address)
        own = page.record.column_name if page is not None else None
        return own == column.name and own != known.name

    @cached_property
    def _column_by_trail(self) -> dict[str, Column]:
        return {page.url: column for column in self.columns for page in column.pages}

    def column_of(self, url: str) -> Column | None:
        """Return the column a page is, or belongs to: by its trail, else by the lists it stands in."""
        if url not in self._columns_of:
            self._columns_of[url] = self._find_column_of(url)
        return self._columns_of[url]

    def _find_column_of(self, url: str) -> Column | None:
        own = self._column_by_trail.get(url)
        if own is not None:
            return own
        page = self.pages.get(url)
        if page is not None:
            for crumb in reversed(page.record.breadcrumb_links):
                by_trail = self._column_by_trail.get(self.page_address(crumb))
                if by_trail is not None:
                    return by_trail
        return self._column_of_item.get(url)

    def column_name(self, url: str) -> str | None:
        """Return the name of the column an address belongs to, as detected or as its page says."""
        column = self.column_of(url)
        if column is not None:
            return column.name
        page = self.pages.get(url)
        return page.record.column_name if page is not None else None

    def department_for(self, url: str, *sources: str | None) -> str | None:
        """Return who answers for an address: its column's override, the address, then the sources."""
        return self._overriding(url) or self.directory.by_url(url) or self.directory.by_source(*sources)

    def department_of(self, page: Page) -> str | None:
        """Return who answers for a page."""
        if page.url not in self._departments_of:
            sources = page.record.attributes.issuer, page.record.source
            self._departments_of[page.url] = self.department_for(page.url, *sources)
        return self._departments_of[page.url]

    def department_of_column(
        self, page: Page, items: Sequence[ListItem], override: ColumnOverride | None
    ) -> str | None:
        """Return who answers for a column: as configured, by its address, else by whom its items come from."""
        if override is not None and override.department:
            return override.department
        known = self.directory.by_url(page.url) or self.directory.by_source(page.record.source)
        if known is not None:
            return known
        pages = [own for item in items[:_SAMPLE] if item.href and (own := self.page_of(item.href)) is not None]
        sources = Counter(
            self.directory.by_source(own.record.attributes.issuer, own.record.source) for own in pages
        )
        name, count = sources.most_common(1)[0] if sources else (None, 0)
        return name if count >= _AGREED * len(pages) and len(pages) > 1 else None

    def department_of_letter(self, letter: Letter, page: Page) -> str | None:
        """Return who answers for a letter: the unit that accepted or answered it, else its page's address."""
        return (
            self.directory.by_source(letter.department)
            or self._overriding(page.url)
            or self.directory.by_url(letter.href or "")
            or self.directory.by_url(page.url)
        )

    def _overriding(self, url: str) -> str | None:
        if not any(override.department for override in self.overrides):
            return None
        column = self.column_of(url)
        if column is None:
            return None
        addresses = {page.url for page in column.pages}
        return next((o.department for o in self.overrides if o.department and o.url in addresses), None)

    def unread_overrides(self) -> Iterator[ColumnOverride]:
        """The configured columns whose page could not be read."""
        for override in self.overrides:
            if self.page_of(override.url) is None:
                yield override


def _canonical(url: str) -> str:
    try:
        return canonical(url)
    except AddressError:
        return url
