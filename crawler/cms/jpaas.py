"""Hanweb jpaas (大汉): lists built by the server unit by unit, each fetched by the parameters its script tag carries.

``<script url="…/page/build/unit" queryData="{'webId':…,'pageId':…}">`` answers JSON whose ``data.html`` is the list,
with a bar that says rows to a page, rows in all and the number of the page.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import lxml.html

from crawler.cms.addresses import Resolver
from crawler.cms.lists import build
from crawler.cms.scripts import Value, values
from crawler.cms.steps import Length, further_pages, names, page_number
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

_UNIT = re.compile(r"/build/unit\b|parseType=bui?l", re.IGNORECASE)
_SIGN = re.compile(r"querydata\s*=", re.IGNORECASE)
_TOLD = {
    "size": re.compile(r"\b(?:rows|pageSize)['\"]?\s*[=:]\s*['\"]?(\d{1,4})\b", re.IGNORECASE),
    "total": re.compile(r"\bcount['\"]?\s*[=:]\s*['\"]?(\d{1,8})\b", re.IGNORECASE),
}
_NEEDED = frozenset({"webid", "pageid", "tplsetid", "tagid", "parsetype"})
_MOST_UNITS = 6
_FIRST_SIZE = 15


def matches(page: ParsedPage) -> bool:
    """Whether elements of the page carry the parameters of units."""
    return b"querydata" in page.lowered and bool(_SIGN.search(page.html))


def items(page: ParsedPage) -> Listing | None:
    """Return the page's list with the addresses its units are fetched from; None where it has neither.

    Rows that stand in the markup already are the list's first page.
    """
    units = _units(page)
    holders = page.tree.iter("div", "ul", "nav", "span", "p")
    bars = [element for element in holders if element.get("querydata") and _is_bar(element)]
    resolve = Resolver(page.base)
    for bar in bars:
        service = next((url for _, url, _ in units), None) or _service_in(page, resolve)
        given = _given(bar)
        if service is None or not _NEEDED & {name.lower() for name in given}:
            continue
        length = told(lxml.html.tostring(bar, encoding="unicode")[:4000])
        listing = build(page, "jpaas", bar=bar, total=length.total)
        if listing is not None and listing.items:
            length = Length(length.total, None, length.size, len(listing.items))
            first = {name: value for name, value in given.items() if name.lower() not in ("rows", "count", "pageno")}
            listing.next_pages = pages_behind(_address(service, first), length)
            return listing
    if not units:
        return None
    return build(
        page, "jpaas", bar=units[0][0], next_pages=[_address(url, given) for _, url, given in units], unfilled=True,
    )


def is_unit(url: str) -> bool:
    """Whether an address is that of a unit."""
    return bool(_UNIT.search(url))


def told(markup: str) -> Length:
    """Return what the bar of a unit says of the list's length."""
    size, total = (_TOLD[name].search(markup) for name in ("size", "total"))
    return Length(
        total=int(total.group(1)) if total else None, size=int(size.group(1)) if size else None,
    )


def pages_behind(url: str, length: Length) -> list[str]:
    """Return the addresses of a unit's pages behind the one at ``url``, which may be the first without a number."""
    if page_number(url) is None:
        size = length.size or length.shown or _FIRST_SIZE
        parameter = quote(json.dumps({"pageNo": 1, "pageSize": size}, separators=(",", ":")), safe="")
        url = f"{url}{'&' if '?' in url else '?'}paramJson={parameter}"
    return further_pages(url, length)


def _units(page: ParsedPage) -> list[tuple[lxml.html.HtmlElement, str, dict[str, Value]]]:
    """Return the units that may be the page's list: element, address and parameters of each."""
    resolve = Resolver(page.base)
    found = []
    for element in page.tree.iter("script", "div", "ul", "section"):
        source = element.get("url") or element.get("data-url") or ""
        if not element.get("querydata") or not source:
            continue
        url, given = resolve(source), _given(element)
        named = str(given.get("tagId", "")).lower()
        if url and given and not any(word in named for word in names("not_units")):
            found.append((element, url, given, any(word in named for word in names("list_units"))))
    likely = [unit for unit in found if unit[3]] or found
    return [unit[:3] for unit in likely[:_MOST_UNITS]]


def _given(element: lxml.html.HtmlElement) -> dict[str, Value]:
    return values((element.get("querydata") or "").strip(), 0, {}) or {}


def _is_bar(element: lxml.html.HtmlElement) -> bool:
    attributes = {name.lower() for name in element.attrib}
    told_inside = _TOLD["total"].search(element.get("querydata") or "")
    return "count" in attributes or "pageno" in attributes or told_inside is not None


def _service_in(page: ParsedPage, resolve: Resolver) -> str | None:
    """Return the address of the service where only a script of the page names it."""
    found = re.search(r"['\"]([^'\"\s<>]{0,200}/build/unit)['\"?]", page.html)
    return resolve(found.group(1)) if found else None


def _address(url: str, given: dict[str, Value]) -> str:
    query = "&".join(f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in given.items())
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url
