"""Columns (栏目) put together: the pages of one list merged, named, typed; mere portals left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checks.days import day_of
from checks.reach import is_home
from checks.titles import key
from checks.unread import is_cut_short
from crawler.snapshot.reader import Page
from crawler.snapshot.records import ListItem
from rules.lexicons import column_type

if TYPE_CHECKING:
    from checks.site import ColumnOverride, Site

# a portal shows blocks of the columns beneath it; where fewer of its rows are theirs it has rows of its own
_GATHERED_SHARE = 0.8
_NAME = 60
# a list's frame stands on its column's page, and on those of a few more
_FRAMED_BY = 3
_PAGE_NUMBER = re.compile(r"(?:page(?:_?(?:no|index|num))?|cur(?:rent)?_?page|pn?|pg)=\d{1,5}", re.IGNORECASE)
# families whose further pages are asked by addresses that stand on no page
_ASKED = ("hanweb", "jpaas", "gkmlpt", "service", "json")
_INDEX_FILE = re.compile(r"(?:index|default|main|home|list|portal|channel|column)", re.IGNORECASE)
_PAGE_FILE = re.compile(r"/(?:index|default|list)?(?:_\d{1,4})?(?:\.\w{3,5})?$")


@dataclass
class Column:
    """A column: its page, its name and type, and all items of all its pages that were read.

    ``days`` are all days known of its items, from the rows and the items' own pages. ``complete`` is false
    where a page of the list could not be read, or cannot be reached by an address; ``script_filled`` where its rows
    come by a script not run, and were not read from what that script asks either.
    """

    url: str
    name: str
    type: str
    department: str | None
    page: Page
    pages: list[Page] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    complete: bool = True
    script_filled: bool = False

    @property
    def newest(self) -> date | None:
        """The latest day among items and their own pages."""
        return max(self.days, default=None)

    def newest_by(self, day: date) -> date | None:
        """Return the latest day that is not after ``day``."""
        return max((known for known in self.days if known <= day), default=None)


def assemble(site: Site) -> list[Column]:
    """Return the columns of a site, by address."""
    overrides = {override.url: override for override in site.overrides}
    listing_pages = {
        page.url: page for page in site.pages.values()
        if page.record.page_kind in ("column", "fragment") or page.url in overrides
    }
    groups = [
        group for group in _groups(site, listing_pages)
        if any(page.record.page_kind == "column" or page.url in overrides for page in group)
    ]
    columns = [_column(site, group, overrides) for group in groups]
    portals = _portals(site, columns, set(overrides))
    return [column for column in columns if column.url not in portals]


def _groups(site: Site, pages: dict[str, Page]) -> list[list[Page]]:
    """Group the pages of one list, the page a person enters by first."""
    leader = {url: url for url in pages}

    def find(url: str) -> str:
        while leader[url] != url:
            leader[url] = leader[leader[url]]
            url = leader[url]
        return url

    for page in pages.values():
        for following in (*_next_pages(page), *_framed(site, page, pages)):
            other = pages.get(site.page_address(following))
            if other is not None and _same_column(page, other):
                leader[find(page.url)] = find(other.url)
    first_of: dict[str, Page] = {}
    for page in pages.values():
        first = first_of.setdefault(_without_page_number(page.url), page)
        if first is not page and _label(page) and _same_column(first, page):
            leader[find(page.url)] = find(first.url)
    groups: dict[str, list[Page]] = {}
    for url, page in pages.items():
        groups.setdefault(find(url), []).append(page)
    overridden = {override.url for override in site.overrides}
    for group in groups.values():
        group.sort(key=lambda page: (
            page.url not in overridden, page.record.page_kind != "column",
            site.depth(page.url), len(page.url), page.url,
        ))
    return sorted(groups.values(), key=lambda group: group[0].url)


def _without_page_number(url: str) -> str:
    """Return a list page's address without the number of the page: all pages of one list have the same."""
    parts = urlsplit(url)
    query = "&".join(sorted(part for part in parts.query.split("&") if part and not _PAGE_NUMBER.fullmatch(part)))
    return f"{parts.netloc}{_PAGE_FILE.sub('/', parts.path)}?{query}"


def _next_pages(page: Page) -> list[str]:
    return page.record.listing.next_pages if page.record.listing is not None else []


def _framed(site: Site, page: Page, pages: dict[str, Page]) -> list[str]:
    """Return the pages that show a list inside a frame of this page, which says nothing of a list itself.

    A frame that many pages show belongs to the template; one with a trail of its own is a column of its own.
    """
    record = page.record
    if record.page_kind != "column" or (record.listing is not None and record.listing.items) or record.letters:
        return []
    found = []
    for target, element, _ in site.snapshot.links_from(page.url):
        if element != "frame" or site.link_counts.get(target, 0) > _FRAMED_BY:
            continue
        other = pages.get(site.page_address(target))
        if other is not None and other is not page and not other.record.breadcrumb and (
            other.record.listing is not None or other.record.letters
        ):
            found.append(target)
    return found


def _same_column(one: Page, other: Page) -> bool:
    """Whether two pages may be parts of one list: neither names another column than the other."""
    names = [_label(page) for page in (one, other)]
    return not all(names) or key(names[0]) == key(names[1])


def _label(page: Page) -> str:
    record = page.record
    return record.column_name or (record.breadcrumb[-1] if record.breadcrumb else "") or ""


def _column(site: Site, group: list[Page], overrides: dict[str, ColumnOverride]) -> Column:
    head = group[0]
    override = next((overrides[page.url] for page in group if page.url in overrides), None)
    name = (override.name if override else None) or (_label(head) or head.record.title or head.url)[:_NAME]
    kind = (override.type if override else None) or column_type(name, head.record.column_type, head.url)
    listings = [page.record.listing for page in group if page.record.listing is not None]
    items = _unique(item for listing in listings for item in listing.items)
    column = Column(
        url=head.url, name=name, type=kind, page=head, pages=group,
        department=site.department_of_column(head, items, override),
        items=items, complete=_is_complete(site, group, len(items)),
        script_filled=_is_script_filled(site, group),
    )
    column.days = sorted(_days(site, column))
    return column


def _unique(items: Iterable[ListItem]) -> list[ListItem]:
    seen: dict[tuple[str, str], ListItem] = {}
    for item in items:
        identity = (item.href, "" if item.href else item.title)
        if identity not in seen or (seen[identity].date is None and item.date is not None):
            seen[identity] = item
    return list(seen.values())


def _is_script_filled(site: Site, group: list[Page]) -> bool:
    """Whether a page of the list is filled by a script, and what that script asks was not read in its stead."""
    shells = [
        page for page in group
        if (page.record.script_shell and not _counts_none(page))
        or (page.record.listing is not None and page.record.listing.script_filled)
    ]
    if not shells:
        return False
    by_url = {page.url: page for page in group}
    frames = {page.url: _framed(site, page, by_url) for page in shells}
    for page in shells:
        asked = {site.page_address(url) for url in (*_next_pages(page), *frames[page.url])} - {page.url}
        if not any(url in by_url and _answers(by_url[url]) for url in asked):
            return True
    return False


def _counts_none(page: Page) -> bool:
    """Whether the data a page itself keeps for its script say that there is none."""
    listing = page.record.listing
    return listing is not None and listing.total == 0 and listing.dialect in _ASKED and not listing.script_filled


def _answers(page: Page) -> bool:
    """Whether a page that a script or a frame shows tells what the list holds, be it nothing."""
    listing = page.record.listing
    return bool(page.record.letters) or (
        listing is not None and not listing.script_filled
        and bool(listing.items or listing.total == 0 or listing.empty_notice)
    )


def _is_complete(site: Site, group: list[Page], count: int) -> bool:
    """Whether every further page of the list was read, or is known to be nothing but an error page.

    A list that counts more rows than were read (``count``) is complete only where each of its pages showed some.
    """
    if any(is_cut_short(site, page) for page in group):
        return False
    known = {page.url for page in group}
    following = {site.page_address(url) for page in group for url in _next_pages(page)}
    if not all(url in site.pages or site.reach(url).state == "dead" for url in following - known):
        return False
    listings = [page.record.listing for page in group if page.record.listing is not None]
    total = max((listing.total for listing in listings if listing.total is not None), default=None)
    if total is not None and total <= count:
        return True
    if any(listing.unreachable_pages for listing in listings):
        return False
    if total is None:
        return True
    shown = {page.url for page in group if page.record.listing is not None and page.record.listing.items}
    return not any(
        url not in shown for page in group if page.record.listing is not None and page.record.listing.dialect in _ASKED
        for url in map(site.page_address, page.record.listing.next_pages)
    )


def _days(site: Site, column: Column) -> set[date]:
    days: set[date] = set()
    for item in column.items:
        shown = day_of(item.date)
        if shown is not None:
            days.add(shown)
        page = site.page_of(item.href) if item.href else None
        if page is None:
            continue
        visible = day_of(page.record.published)
        if visible is not None:
            days.add(visible)
        elif shown is None:
            tagged = day_of(page.record.published_tag)
            if tagged is not None:
                days.add(tagged)
    for page in column.pages:
        for letter in page.record.letters:
            days |= {day for day in (day_of(letter.received), day_of(letter.replied)) if day is not None}
    return days


def _portals(site: Site, columns: list[Column], overridden: set[str]) -> set[str]:
    """Return the addresses of pages that only gather rows of columns beneath them, and of home pages."""
    holders: dict[str, set[str]] = {}
    for column in columns:
        for item in column.items:
            holders.setdefault(site.page_address(item.href), set()).add(column.url)
    by_url = {column.url: column for column in columns}
    portals = set()
    for column in columns:
        if column.url in overridden:
            continue
        if _is_home(site, column) or _gathers(site, column, holders, by_url):
            portals.add(column.url)
    return portals


def _is_home(site: Site, column: Column) -> bool:
    """Whether a page is a home page: by what it says, or a start at the root; a start may well be a column."""
    return column.page.record.page_kind == "home" or (site.is_start(column.url) and is_home(column.url))


def _gathers(site: Site, column: Column, holders: dict[str, set[str]], columns: dict[str, Column]) -> bool:
    if not column.items:
        return False
    beneath: Counter[str] = Counter()
    gathered = 0
    for item in column.items:
        others = [
            url for url in holders[site.page_address(item.href)]
            if url != column.url and is_beneath(columns[url].page, column.page)
        ]
        gathered += bool(others) or site.page_address(item.href) in columns
        beneath.update(others)
        if site.page_address(item.href) in columns and site.page_address(item.href) != column.url:
            beneath[site.page_address(item.href)] += 1
    return len(beneath) >= 2 and gathered >= _GATHERED_SHARE * len(column.items)


def _lies_under(path: str, parent: str) -> bool:
    """Whether a path lies under another: deeper than an index file, or in the folder ``tz/`` of ``tz.htm``."""
    above, _, file = parent.rpartition("/")
    stem = file.partition(".")[0]
    if stem and not _INDEX_FILE.match(stem):
        rest = path.removeprefix(f"{above}/{stem}/")
        return rest != path and not rest.partition(".")[0].isdigit()
    rest = path.removeprefix(f"{above}/")
    return bool(above) and rest != path and "/" in rest


def is_beneath(page: Page, parent: Page) -> bool:
    """Whether a page lies under another in the site's order: by its breadcrumb, else by its address."""
    if page.url == parent.url:
        return False
    trail = page.record.breadcrumb_links
    if parent.url in trail:
        return True
    folder = urlsplit(parent.url)
    own = urlsplit(page.url)
    if own.netloc == folder.netloc and _lies_under(own.path, folder.path):
        return True
    crumbs = page.record.breadcrumb or []
    label = _label(parent)
    return bool(label) and label in crumbs[:-1]
