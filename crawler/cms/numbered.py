"""Lists with a paging bar of plain links: 1 2 3 下一页 尾页, whatever the pages are called."""

from __future__ import annotations

import re

from crawler.cms.lists import build
from crawler.cms.pager import find_pager
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

_SIGNS = ("下一页", "下页", "尾页", "末页", "后一页", "最后一页", "pag", "Page")
# a bar of bare numbers has at least the number of the second page, or on that page of the first
_SECOND = re.compile(r">\s*\[?[12]\]?\s*(?:</\w+>\s*)?</a", re.IGNORECASE)


def matches(page: ParsedPage) -> bool:
    """Whether the page may have a paging bar."""
    return any(sign in page.html for sign in _SIGNS) or bool(_SECOND.search(page.html))


def items(page: ParsedPage) -> Listing | None:
    """Return the list the paging bar belongs to, with the pages it links; None without a bar or a list."""
    pager = page.once(find_pager)
    return None if pager is None else build(page, "numbered", bar=pager.element, next_pages=pager.pages, pager=pager)
