"""Hanweb (大汉): rows kept as CDATA records inside ``<script type="text/xml"><datastore>``, or fetched by jpaas units.

A DOM parser sees no anchor in such a list: the records are parsed here as a tree of their own. The paging call
(``dataproxy.jsp``) answers with the same ``<datastore>`` as its whole body.
"""

from __future__ import annotations

import html as entities
import re
from functools import lru_cache
from typing import NamedTuple

import lxml.html
from lxml import etree

from crawler.cms.addresses import Resolver
from crawler.cms.lists import build
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing

_MARK = "<datastore"
_TOTAL = re.compile(r"<totalrecord>\s*(?:<!\[CDATA\[)?\s*(\d{1,9})|totalrecord['\"]?\s*[:=]\s*['\"]?(\d{1,9})", re.I)
_ATTRIBUTE = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


class Datastore(NamedTuple):
    """One ``<datastore>``: the element of the page that holds it, its records as one tree, its paging addresses."""

    holder: lxml.html.HtmlElement
    records: lxml.html.HtmlElement | None
    next_groups: tuple[str, ...]


def matches(page: ParsedPage) -> bool:
    """Whether the page keeps rows in a datastore."""
    return _MARK in page.html


def items(page: ParsedPage) -> Listing | None:
    """Return the list kept in the page's datastores together with rows in its plain markup; None without any."""
    stores = datastores(page)
    if not stores:
        return None
    kept = [(store.holder, store.records) for store in stores if store.records is not None]
    resolve = Resolver(page.base)
    next_pages = [url for store in stores for href in store.next_groups if (url := resolve(href))]
    total = 0 if not kept and not next_pages else _total(page.html)
    return build(
        page, "hanweb", stored=kept, next_pages=next_pages, total=total,
        unfilled=not kept and bool(next_pages),
    )


def datastores(page: ParsedPage) -> list[Datastore]:
    """Return every datastore of the page, in document order, whether in a script or the whole answer."""
    if _MARK not in page.html:
        return []
    scripts = [script for script in page.tree.iter("script") if script.text and _MARK in script.text]
    if scripts:
        return [Datastore(script, *_read(script.text)) for script in scripts]
    holder = next(page.tree.iter("datastore"), None)
    return [] if holder is None else [Datastore(holder, *_read(page.html))]


@lru_cache(maxsize=4)
def _read(text: str) -> tuple[lxml.html.HtmlElement | None, tuple[str, ...]]:
    records = [_content(piece, "</record>") for piece in text.split("<record>")[1:]]
    groups = [_content(piece, "</nextgroup>") for piece in text.split("<nextgroup>")[1:]]
    addresses = [first or second for group in groups for first, second in _ATTRIBUTE.findall(group)]
    return _tree(records), tuple(entities.unescape(address) for address in addresses)


def _content(piece: str, end: str) -> str:
    text = piece.split(end, 1)[0].strip().removeprefix("<![CDATA[").removesuffix("]]>")
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
