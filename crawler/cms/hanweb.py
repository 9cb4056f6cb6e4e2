"""Hanweb (大汉): rows kept as CDATA records inside ``<script type="text/xml"><datastore>``, or fetched by jpaas units.

A DOM parser sees no anchor in such a list: the records are parsed here as a tree of their own. The paging call
(``dataproxy.jsp``) answers with the same ``<datastore>`` as its whole body. What it is to be asked stands in the page:
as the address of the next group, or as the call's parameters in a script (``columnid``, ``unitid``, ``totalRecord``).
"""

from __future__ import annotations

import html as entities
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

import lxml.html
from lxml import etree

from crawler.cms.addresses import Resolver
from crawler.cms.lists import build
from crawler.cms.scripts import Value, codes, names_of, values
from crawler.cms.steps import Length, further_pages
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

_MARK = re.compile("(?:<|&lt;)datastore", re.IGNORECASE)
_RECORD = re.compile("<record>", re.IGNORECASE)
_RECORD_END = re.compile("</record>", re.IGNORECASE)
_GROUP = re.compile("<nextgroup>", re.IGNORECASE)
_GROUP_END = re.compile("</nextgroup>", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(?=[/\"'])")
_PROXY = re.compile(r"['\"]([^'\"\s<>]{0,300}/jpage/\w{0,20}dataproxy\.\w{2,4})\??['\"]", re.IGNORECASE)
_OBJECT = re.compile(r"\{(?=[^{}]{0,1500}?\bcolumnid['\"]?\s*:)", re.IGNORECASE)
_QUERY = re.compile(
    r"['\"]([^'\"\s<>]{0,300}\bcolumnid=\d[^'\"\s<>]{0,300}&unitid=\d[^'\"\s<>]{0,300})['\"]", re.IGNORECASE
)
_GROUP_PAGES = 3
_PER_PAGE = 15
_TOTAL = re.compile(r"<totalrecord>\s*(?:<!\[CDATA\[)?\s*(\d{1,9})|totalrecord['\"]?\s*[:=]\s*['\"]?(\d{1,9})", re.I)
_ATTRIBUTE = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


class Datastore(NamedTuple):
    """One ``<datastore>``: the element of the page that holds it, its records as one tree, its paging addresses."""

    holder: lxml.html.HtmlElement
    records: lxml.html.HtmlElement | None
    next_groups: tuple[str, ...]


def matches(page: ParsedPage) -> bool:
    """Whether the page keeps rows in a datastore, or calls for them."""
    return (b"datastore" in page.lowered and bool(_MARK.search(page.html))) or "dataproxy." in page.html


def items(page: ParsedPage) -> Listing | None:
    """Return the list kept in the page's datastores together with rows in its plain markup; None without any."""
    stores = datastores(page)
    if not stores and not _PROXY.search(page.html):
        return None
    kept = [(store.holder, store.records) for store in stores if store.records is not None]
    resolve = Resolver(page.base)
    next_pages = [url for store in stores for href in store.next_groups if (url := resolve(href))]
    shown = sum(len(store.records.findall(".//body/div")) for store in stores if store.records is not None)
    next_pages += [url for url in groups_by_call(page, shown, resolve) if url not in next_pages]
    total = 0 if stores and not kept and not next_pages else _total(page.html)
    if not stores and not next_pages:
        return None
    return build(
        page, "hanweb", stored=kept, next_pages=next_pages, total=total,
        unfilled=not kept and bool(next_pages),
    )


def groups_by_call(page: ParsedPage, shown: int, resolve: Resolver) -> list[str]:
    """Return the addresses of the groups behind the ``shown`` records, as the page's own script calls for them."""
    proxy = _PROXY.search(page.html)
    if proxy is None:
        return []
    for code in codes(page):
        known = names_of(code)
        told = _QUERY.search(code)
        if told:
            pairs = (pair.partition("=") for pair in told.group(1).lstrip("?&").split("&"))
            written: dict[str, Value] = {name: value for name, sign, value in pairs if sign}
            return _calls(resolve(proxy.group(1)), written, known, shown, _total(page.html))
        for match in _OBJECT.finditer(code):
            given = {name: value for name, value in (values(code, match.start(), known) or {}).items() if value != ""}
            lowered = {name.lower(): value for name, value in given.items()}
            if "columnid" in lowered and "unitid" in lowered:
                return _calls(resolve(proxy.group(1)), given, known, shown, _total(page.html))
    return []


def _calls(
    service: str | None, given: dict[str, Value], known: dict[str, Value], shown: int, total: int | None,
) -> list[str]:
    if service is None or (total is not None and total <= shown):
        return []
    lowered = {name.lower(): value for name, value in known.items()}
    told = (lowered.get(name) for name in ("perpage", "pagesize"))
    per_page = next((value for value in told if isinstance(value, int)), _PER_PAGE)
    size = shown or per_page * _GROUP_PAGES
    query = "&".join(
        f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in given.items()
        if name.lower() not in ("startrecord", "endrecord", "perpage")
    )
    first = f"{service}?startrecord={shown + 1}&endrecord={shown + size}&perpage={per_page}&{query}"
    return [first] if total is None else [first, *further_pages(first, Length(total, shown=size))]


def datastores(page: ParsedPage) -> list[Datastore]:
    """Return every datastore of the page, in document order, whether in a script or the whole answer."""
    holders = page.tree.iter("script", "textarea", "xmp")
    scripts = [script for script in holders if (text := script.text) and "store" in text.lower() and _MARK.search(text)]
    if scripts:
        return [Datastore(script, *_read(script.text)) for script in scripts]
    holder = next(iter(page.named["datastore"]), None)
    return [] if holder is None or not _MARK.search(page.html) else [Datastore(holder, *_read(page.html))]


@lru_cache(maxsize=4)
def _read(text: str) -> tuple[lxml.html.HtmlElement | None, tuple[str, ...]]:
    if "<\\/" in text:
        text = _ESCAPED.sub("", text)
    records = [_content(piece, _RECORD_END) for piece in _RECORD.split(text)[1:]]
    groups = [_content(piece, _GROUP_END) for piece in _GROUP.split(text)[1:]]
    addresses = [first or second for group in groups for first, second in _ATTRIBUTE.findall(group)]
    return _tree(records), tuple(entities.unescape(address) for address in addresses)


def _content(piece: str, end: re.Pattern[str]) -> str:
    text = _CDATA.sub("", end.split(piece, maxsplit=1)[0]).strip()
    return text if "<" in text else entities.unescape(text)


def _tree(records: list[str]) -> lxml.html.HtmlElement | None:
    markup = "".join(f"<div>{record}</div>" for record in records if "<" in record)
    if not markup:
        return None
    try:
        return lxml.html.document_fromstring(f"<html><body>{markup}</body></html>")
    except (etree.ParserError, ValueError):
        return None


def _total(html: str) -> int | None:
    found = _TOTAL.search(html)
    return int(found.group(1) or found.group(2)) if found else None
