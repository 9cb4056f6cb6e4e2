"""Any other list: links with days beside them in the page's own markup."""

from __future__ import annotations

from crawler.cms.lists import build
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing


def matches(page: ParsedPage) -> bool:
    """Every page may hold a plain list."""
    return page.tree is not None


def items(page: ParsedPage) -> Listing | None:
    """Return the page's plain list, or what tells that it has one without rows; None without either."""
    return build(page, "static")
