"""Guangdong's disclosure platform (gkmlpt): an empty page whose script fetches ``/gkmlpt/api/all/<类目>?page=N&sid=…``.

The site's number and the categories stand in an object of the page (``window._CONFIG``).
"""

from __future__ import annotations

import re
from itertools import islice

from crawler.cms.addresses import Resolver
from crawler.cms.lists import build
from crawler.cms.scripts import codes
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

_MARK = "gkmlpt"
_SITE = re.compile(r"\b(?:SID|siteId|site_id)['\"]?\s*[:=]\s*['\"]?(\d{1,12})\b", re.IGNORECASE)
_ROOT = re.compile(r"(.*?/gkmlpt/)", re.IGNORECASE)
_OWN = re.compile(
    r"\b(?:current_?)?(?:COLUMN|CATE|CATEGORY|CATALOG|COL|CLASSIFY)_?(?:ID)?['\"]?\s*[:=]\s*['\"]?(\d{1,9})\b",
    re.IGNORECASE,
)
_CATEGORY = re.compile(
    r"\{\s*['\"]?id['\"]?\s*:\s*['\"]?(\d{1,9})['\"]?\s*,[^{}]{0,300}?['\"]?(?:name|title)['\"]?\s*:", re.IGNORECASE
)
_MOST_CATEGORIES = 200


def matches(page: ParsedPage) -> bool:
    """Whether the page is one of the platform's."""
    return _MARK in page.html or _MARK in page.url


def items(page: ParsedPage) -> Listing | None:
    """Return the page's list with the addresses its categories are fetched from; None where it names none."""
    named = (element.get("src") or element.get("href") or "" for element in page.tree.iter("script", "link", "a"))
    root = _ROOT.match(page.url) or next((match for address in named if (match := _ROOT.match(address))), None)
    resolve = Resolver(page.base)
    for code in codes(page):
        site = _SITE.search(code)
        if site is None or root is None:
            continue
        own = _OWN.search(code)
        numbers = [own.group(1)] if own else [
            match.group(1) for match in islice(_CATEGORY.finditer(code), _MOST_CATEGORIES)
        ]
        service = f"{root.group(1)}api/all/"
        asked = (f"{service}{number}?page=1&sid={site.group(1)}" for number in dict.fromkeys(numbers))
        addresses = [url for address in asked if (url := resolve(address))]
        if addresses:
            return build(page, "gkmlpt", next_pages=addresses, unfilled=True)
    return None
