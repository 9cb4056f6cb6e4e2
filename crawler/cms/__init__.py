"""How content systems list a column's items and page through them: one module a family, the generic one last."""

from __future__ import annotations

from types import ModuleType

from crawler.cms import generic, gkmlpt, hanweb, inline, jpaas, numbered, services, trs
from crawler.cms.article import is_tagged_article
from crawler.cms.pager import find_pager, total_of
from crawler.cms.scripted import pages_by_plugin, pages_by_script
from crawler.cms.scripts import codes
from crawler.cms.steps import Length, further_pages, page_number
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

__all__ = ["DIALECTS", "read_listing"]

# rows that stand in the page's own markup
DIALECTS: tuple[ModuleType, ...] = (hanweb, jpaas, trs, numbered, generic)
# rows that a script of the page holds or fetches: asked only where the markup shows none
FILLED: tuple[ModuleType, ...] = (inline, gkmlpt, services)
# what only a page that is known for a list without rows is asked for: articles fetch counters and neighbours too
_OF_SHELLS = frozenset({services})


def read_listing(page: ParsedPage) -> Listing | None:
    """Return the list a column, home or portal page shows; None where the page is no list page.

    A listing without items is a list page without rows: ``empty_notice`` or ``count == 0`` where it is empty
    for a reader too, ``script_filled`` where that cannot be told from the markup. ``count`` is None for portals
    of several lists, for rows that show no day, and where it is unknown. Articles have no listing,
    whatever side lists stand around them.
    """
    if is_tagged_article(page):
        return None
    listing = _first(DIALECTS, page)
    if listing is None or not (listing.items or listing.empty_notice or listing.next_pages):
        filled = FILLED if listing is not None else tuple(dialect for dialect in FILLED if dialect not in _OF_SHELLS)
        listing = _first(filled, page) or listing
    if listing is not None and listing.items and not listing.next_pages and listing.count is not None:
        _follow(page, listing)
    return listing


def _first(dialects: tuple[ModuleType, ...], page: ParsedPage) -> Listing | None:
    for dialect in dialects:
        if dialect.matches(page):
            listing: Listing | None = dialect.items(page)
            if listing is not None:
                return listing
    return None


def _follow(page: ParsedPage, listing: Listing) -> None:
    """Add the further pages that the list's paging bar or own address tells of, or note that none can be reached."""
    pager = page.once(find_pager)
    if pager is not None:
        by_script = pages_by_script(page, pager.element)
        listing.next_pages = [url for url in pager.pages or by_script.pages if url != page.url]
        listing.unreachable_pages = not listing.next_pages and by_script.beyond
        if listing.total is None:
            listing.total = total_of(page, pager)
    if not listing.next_pages:
        by_plugin = (pages for code in codes(page) if (pages := pages_by_plugin(code, page)))
        listing.next_pages = next(by_plugin, [])
    number = page_number(page.url)
    if number is not None and not listing.next_pages:
        total = listing.total if listing.total is not None else total_of(page, pager)
        if total is not None and total > len(listing.items):
            listing.total = total
            listing.next_pages = further_pages(page.url, Length(total, shown=len(listing.items)))
    if listing.next_pages:
        listing.unreachable_pages = False
    elif number is None and listing.total is not None and listing.total > len(listing.items):
        listing.unreachable_pages = True
