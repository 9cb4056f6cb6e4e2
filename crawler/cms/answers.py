"""The list in an answer that is data: what a page's script would make rows of."""

from __future__ import annotations

import re
from typing import Any

from crawler.cms import read_listing
from crawler.cms.data import Found, find_list
from crawler.cms.jpaas import is_unit, pages_behind, told
from crawler.cms.steps import Length, further_pages, page_number
from crawler.extract.parsed import parse_page
from crawler.snapshot.records import Listing

_PAGES = re.compile(r"\b(?:pageCount|totalPages?|countPage|pageTotal)['\"]?\s*[:=]\s*['\"]?(\d{1,6})\b", re.IGNORECASE)


def read_answer(data: Any, url: str) -> Listing | None:
    """Return the list that decoded JSON holds, in rows or as markup; None where it holds none.

    Further pages are told by the number in the answer's own address and by what the data says of the list's length.
    """
    found = find_list(data, url)
    if found is None:
        return None
    if found.markup is not None:
        return _from_markup(found.markup, url)
    return _from_rows(found, url)


def _from_rows(found: Found, url: str) -> Listing:
    listing = Listing(
        items=found.items, count=len(found.items), dialect="json", total=found.total,
        newest=max((item.date for item in found.items if item.date), default=None),
        next_pages=further_pages(url, found.length, found.current),
    )
    listing.unreachable_pages = (
        not listing.next_pages and page_number(url) is None and found.current in (None, 0, 1)
        and found.total is not None and found.total > len(found.items)
    )
    return listing


def _from_markup(markup: str, url: str) -> Listing | None:
    page = parse_page(f"<html><body>{markup}</body></html>".encode(), url, "text/html; charset=utf-8")
    listing = read_listing(page)
    if listing is None:
        return None
    length = told(markup)
    pages = _PAGES.search(markup)
    total = length.total if length.total is not None and length.total >= len(listing.items) else listing.total
    shown = Length(total, int(pages.group(1)) if pages else None, length.size, len(listing.items))
    listing.dialect, listing.total = ("jpaas" if is_unit(url) else "json"), total
    if listing.items and not listing.next_pages:
        listing.next_pages = pages_behind(url, shown) if is_unit(url) else further_pages(url, shown)
        listing.unreachable_pages = listing.unreachable_pages and not listing.next_pages
    return listing
