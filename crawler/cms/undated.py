"""Lists whose rows show no day: annual reports, institutions, catalogues."""

from __future__ import annotations

import re

import lxml.html

from crawler.cms.lexicon import load
from crawler.cms.rows import Row, RowFinder
from crawler.cms.zones import Zones
from crawler.extract.dates import parse_date
from crawler.extract.parsed import ParsedPage

_ROW_TAGS = frozenset({"li", "tr", "dd", "dt", "td"})
_LEVELS = 3
_TITLE_LENGTH = 9
_FEWEST = 2
_HALF = 0.5
_ARTICLE_ADDRESS = re.compile(r"\d{3,}|[0-9a-f]{16,}|\.(?:pdf|docx?|xlsx?|ofd|wps|zip|rar)$", re.IGNORECASE)
_INDEX_ADDRESS = re.compile(r"(?:/|/(?:index|default|list)\w*\.\w+|/col/col\d+/index\.html)$", re.IGNORECASE)
_GROUP_TAGS = 5
_LONGEST_HEADING = 8
_HINTED = re.compile(
    r"(?:发布|发表|公开|更新)?(?:时间|日期)\s*[:：]\s*((?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2})"
)


def undated_rows(page: ParsedPage, zones: Zones, near: lxml.html.HtmlElement | None = None) -> list[Row]:
    """Return the rows of the page's largest list of links with titles' length and articles' addresses.

    ``near`` is the list's paging bar where there is one; one row is enough then. Empty where no list stands out.
    """
    finder = RowFinder(page.base)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for anchor in page.tree.iter("a"):
        found = finder.link(anchor)
        if found is None or zones.in_chrome(anchor) or zones.beside(anchor):
            continue
        element = _row_element(anchor)
        if element is not None:
            row = Row(found[1], found[0], _hinted(anchor), None, element, anchor)
            groups.setdefault(_make(element), []).append(row)
    fewest = 1 if near is not None else _FEWEST
    lists = [
        rows for rows in groups.values()
        if len(rows) >= fewest and _looks_like_list(rows) and not _is_side_list(rows, zones)
    ]
    return max(lists, key=len, default=[])


def _hinted(anchor: lxml.html.HtmlElement) -> str | None:
    """Return the day that a link's hint names (title="标题：… 发布时间：2026-11-17"), ISO; None where it names none."""
    hint = anchor.get("title") or ""
    named = _HINTED.search(hint) if "20" in hint else None
    return parse_date(named[1]) if named else None


def _row_element(anchor: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    node = anchor.getparent()
    for _ in range(_LEVELS):
        if node is None or node.tag in _ROW_TAGS:
            return node
        node = node.getparent()
    return None


def _make(element: lxml.html.HtmlElement) -> tuple[str, ...]:
    make: list[str] = []
    node: lxml.html.HtmlElement | None = element
    while node is not None and len(make) < _GROUP_TAGS:
        make.append(f"{node.tag}.{node.get('class') or ''}" if make else str(node.tag))
        node = node.getparent()
    return tuple(make)


def _is_side_list(rows: list[Row], zones: Zones) -> bool:
    """Whether what stands over the rows says they come from elsewhere: 热点信息, 推荐阅读, 相关链接."""
    container = rows[0].element.getparent()
    words = zones.heading(container, ()).words if container is not None else ""
    return len(words) <= _LONGEST_HEADING and any(word in words for word in load("lists")["side_headings"])


def _looks_like_list(rows: list[Row]) -> bool:
    long = sum(1 for row in rows if len(row.title) >= _TITLE_LENGTH)
    addressed = sum(1 for row in rows if _is_article_address(row.href))
    return long >= len(rows) * _HALF and addressed >= len(rows) * _HALF


def _is_article_address(url: str) -> bool:
    return bool(_ARTICLE_ADDRESS.search(url.partition("://")[2])) and not _INDEX_ADDRESS.search(url)
