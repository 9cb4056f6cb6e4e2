"""How content systems list a column's items and page through them: one module a family, the generic one last."""

from __future__ import annotations

from types import ModuleType

from crawler.cms import generic, hanweb, numbered, trs
from crawler.cms.article import is_tagged_article
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

__all__ = ["DIALECTS", "read_listing"]

DIALECTS: tuple[ModuleType, ...] = (hanweb, trs, numbered, generic)


def read_listing(page: ParsedPage) -> Listing | None:
    """Return the list a column, home or portal page shows; None where the page is no list page.

    A listing without items is a list page without rows: ``empty_notice`` or ``count == 0`` where it is empty
    for a reader too, ``script_filled`` where that cannot be told from the markup. ``count`` is None for portals
    of several lists, for rows that show no day, and where it is unknown. Articles have no listing,
    whatever side lists stand around them.
    """
    if is_tagged_article(page):
        return None
    for dialect in DIALECTS:
        if dialect.matches(page):
            listing: Listing | None = dialect.items(page)
            if listing is not None:
                return listing
    return None
