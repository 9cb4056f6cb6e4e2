"""Lists that stand in a script of the page: arrays of rows (``var data = [{title: …}]``) and rows it writes itself."""

from __future__ import annotations

import html as entities
import re
from itertools import islice

import lxml.html
from lxml import etree

from crawler.cms.data import Found, find_list, loose_data
from crawler.cms.lists import build
from crawler.cms.scripts import closing, evaluate, names_of
from crawler.extract.finding import search_led
from crawler.extract.parsed import ParsedPage
from crawler.snapshot.records import Listing, ListItem

_ARRAY = re.compile(r"[=:(]\s*(\[\s*\{|\{(?=[^{}\[\]]{0,400}\[\s*\{))")
_ROW = re.compile(r"[\"']?\w{0,20}(?:title|name|url|link|href|bt|biaoti)\w{0,10}[\"']?\s*:", re.IGNORECASE)
# the same, as it stands in lower-case UTF-8, without what may stand before
_FIELDS = (b"title", b"name", b"url", b"link", b"href", b"bt", b"biaoti")
_FIELD = re.compile(rb"(?:" + rb"|".join(_FIELDS) + rb")(?:\w|[\xc2-\xf4][\x80-\xbf]{1,3}){0,10}[\"']?\s*:")
_WRITE = re.compile(
    r"document\s*\.\s*write(?:ln)?\s*\(|\.\s*(?:innerHTML|outerHTML)\s*\+?=(?!=)|\.\s*(?:html|append)\s*\(|(?<![\w.])[\w$]{1,40}\s*\+=(?!=)"
)
_MARKUP = re.compile(r"<\s*(?:li|tr|dl|dd|a|ul|table|div|p)\b", re.IGNORECASE)
_MOST_ARRAYS = 20
_MOST_WRITES = 3_000
_LONGEST = 1_000_000
_LONGEST_ARRAY = 600_000
_FEWEST = 1


def matches(page: ParsedPage) -> bool:
    """Whether a script of the page may hold rows."""
    html = page.html
    return "document.write" in html or "innerHTML" in html or search_led(_FIELD, _FIELDS, page.lowered) is not None


def items(page: ParsedPage) -> Listing | None:
    """Return the list that a script of the page holds or writes; None where there is none."""
    best: tuple[int, etree._Element, etree._Element, Found | None] | None = None
    for script in page.tree.iter("script", "textarea", "xmp"):
        text = script.text
        if not text or len(text) > _LONGEST:
            continue
        found = _rows_in(text, page)
        markup = _as_markup(found.items) if found is not None and found.items else _written(text)
        if not markup:
            continue
        tree = _tree(markup)
        size = markup.count("<a ")
        if tree is not None and size >= _FEWEST and (best is None or size > best[0]):
            best = size, script, tree, found
    if best is None:
        return None
    _, script, tree, found = best
    return build(page, "inline", stored=[(script, tree)], total=found.total if found is not None else None)


def _rows_in(text: str, page: ParsedPage) -> Found | None:
    """Return the largest array of rows among a script's literals."""
    best: Found | None = None
    taken = 0
    for match in islice(_ARRAY.finditer(text), _MOST_ARRAYS):
        start = match.start(1)
        if start < taken or not _ROW.search(text, start, start + 3000):
            continue
        piece = text[start:start + _LONGEST_ARRAY]
        taken = start + closing(piece[1:], 1) + 2
        found = find_list(loose_data(text[start:taken]), page.base)
        if found is not None and len(found.items) > (len(best.items) if best else 0):
            best = found
    return best


def _as_markup(items: list[ListItem]) -> str:
    rows = "".join(
        f'<li><a href="{entities.escape(item.href or f"javascript:show({at:05})")}">{entities.escape(item.title)}</a>'
        f"<span>{item.date or ''}</span></li>" for at, item in enumerate(items)
    )
    return f"<ul>{rows}</ul>" if rows else ""


def _written(text: str) -> str:
    """Return the markup a script writes, as far as it writes literals."""
    if not _MARKUP.search(text):
        return ""
    names = names_of(text)
    pieces = []
    for match in islice(_WRITE.finditer(text), _MOST_WRITES):
        value = evaluate(text, names, match.end())
        if isinstance(value, str):
            pieces.append(value)
    markup = "".join(pieces)
    return markup if _MARKUP.search(markup) and "<a " in markup else ""


def _tree(markup: str) -> etree._Element | None:
    try:
        return lxml.html.document_fromstring(f"<html><body>{markup}</body></html>")
    except (etree.LxmlError, ValueError, AssertionError):
        return None
