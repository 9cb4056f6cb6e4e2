"""Paging bars: the links to a list's further pages, and how many rows the list says it has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

import lxml.html

from crawler.cms.addresses import Resolver, parts_of
from crawler.cms.lexicon import load
from crawler.cms.scan import scan_page
from crawler.cms.texts import STRING, squeezed
from crawler.extract.caching import remembered
from crawler.extract.parsed import ParsedPage

_WORDS = tuple(load("lists")["pager_words"])
_NEXT = frozenset(load("lists")["next_words"])
_GAP = r"(?:\s|&nbsp;|<[^<>]{0,120}>){0,6}"
_TOTAL = re.compile(
    rf"(?:共|总计|合计|总数|总记录数?|记录总数|总条数){_GAP}(?:有|计|为)?{_GAP}[:：]?{_GAP}(\d{{1,8}}){_GAP}(?:条|篇|项|个?记录|件|封|则)"
    rf"|(?:总记录数?|记录总数|总条数|记录数){_GAP}[:：]{_GAP}(\d{{1,8}})"
)
_SCRIPT_TOTAL = re.compile(
    r"(?:recordCount|totalRecords?|totalCount|recordTotal|totalNum|total_records)['\"]?\s*[:=]\s*['\"]?(\d{1,8})\b",
    re.IGNORECASE,
)
_PAGES = re.compile(rf"共{_GAP}(\d{{1,6}}){_GAP}页")
_SUFFIX = re.compile(r"\.\w{2,5}$")
_LAST_NUMBER = re.compile(r"(?:index|list|default|page)?[-_/]?\d*$")
_SIGNS = "<>《》«»‹›[] "
_BAR_TAGS = ("a", "span", "em", "li", "b", "strong", "option", "button")
_LEVELS = 3
_MOST_LINKS = 40
_CALENDAR_DAYS = 28
_MOST_MARKS = 20
_LONGEST_SCRIPT = 50_000
_NUMBER = 6


@dataclass
class Pager:
    """A paging bar: the element that holds it, the addresses of the other pages it offers, what it counts."""

    element: lxml.html.HtmlElement
    pages: list[str] = field(default_factory=list)
    bar: str = ""


def find_pager(page: ParsedPage) -> Pager | None:
    """Return the page's paging bar, the one with most page links where there are several; None without one."""
    resolve = Resolver(page.base)
    best: Pager | None = None
    seen: set[lxml.html.HtmlElement] = set()
    said = _Said()
    for mark in _marks(page)[:_MOST_MARKS]:
        bar = _bar(mark, said)
        if bar is None or bar in seen:
            continue
        seen.add(bar)
        pager = Pager(bar, _targets(bar, resolve, page.url, said), squeezed(STRING(bar)))
        if best is None or len(pager.pages) > len(best.pages):
            best = pager
    return best


class _Said(dict[lxml.html.HtmlElement, str]):
    """The words of elements, each made out once: those of a bar are asked for by every mark in it."""

    def __missing__(self, element: lxml.html.HtmlElement) -> str:
        words = self[element] = squeezed(STRING(element) if len(element) else element.text or "")
        return words


def _marks(page: ParsedPage) -> list[lxml.html.HtmlElement]:
    """Return the elements that show a paging word, and links that show the number of the second page."""
    marks = []
    for text, holder in page.once(scan_page).paging:
        if holder.tag == "a" or any(word in text for word in _NEXT):
            marks.append(holder)
    return marks


def total_of(page: ParsedPage, pager: Pager | None) -> int | None:
    """Return the number of rows the list says it has (共107条, ``recordCount: '107'``), None where it says none."""
    found = (_TOTAL.search(pager.bar) if pager else None) or _TOTAL.search(page.html)
    if found:
        return int(found.group(1) or found.group(2))
    for script in page.scripts:
        found = _SCRIPT_TOTAL.search(script.text[:_LONGEST_SCRIPT]) if script.text else None
        if found:
            return int(found.group(1))
    return None


def _bar(mark: lxml.html.HtmlElement, said: _Said) -> lxml.html.HtmlElement | None:
    """Return the element around a paging word that holds the other words or numbers of the bar too."""
    node = mark if mark.tag != "a" else mark.getparent()
    for _ in range(_LEVELS + 1):
        if node is None or node.tag in ("body", "html"):
            return None
        words = [said[child] for child in islice(node.iter(*_BAR_TAGS), 2 * _MOST_LINKS)]
        numbers = {word for word in words if word.isdigit()}
        worded = {word for word in words if word.strip(_SIGNS) in _WORDS}
        if len(numbers) >= _CALENDAR_DAYS:
            return None
        if len(worded) >= 2 or len(numbers) >= 2 or (worded and (numbers or _PAGES.search(squeezed(STRING(node))))):
            return node
        node = node.getparent()
    return None


def _targets(bar: lxml.html.HtmlElement, resolve: Resolver, own: str, said: _Said) -> list[str]:
    targets: dict[str, None] = {}
    for anchor in islice(bar.iter("a"), _MOST_LINKS):
        words = said[anchor].strip(_SIGNS)
        if not (words.isdigit() or words in _WORDS or not words):
            continue
        url = resolve(anchor.get("href") or "")
        if url and is_of_same_list(url, own):
            targets.setdefault(url)
    targets.pop(_plain(own), None)
    return list(targets)


def is_of_same_list(url: str, own: str) -> bool:
    """Whether an address can be a further page of the list at ``own``: same host, same place, another number."""
    if url == _plain(own):
        return False
    first, second = parts_of(url), parts_of(own)
    if first.netloc.lower() != second.netloc.lower():
        return False
    if first.path == second.path:
        return first.query != second.query
    if second.query and not first.query:
        # a list told by its query alone (list.asp?classid=4) has no further page without one
        return False
    return _is_near(_place(first.path), _place(second.path))


def _is_near(first: str, second: str) -> bool:
    """Whether two places are one, or one is the other with a further number."""
    short, long = sorted((first, second), key=len)
    return first == second or (len(short) > 1 and long.startswith(short[:-1]) and len(long) - len(short) <= _NUMBER)


@remembered
def _place(path: str) -> str:
    """Return a path without page numbers and suffix: ``/tzgg/index_2.html`` and ``/tzgg/12.htm`` both ``/tzgg/``."""
    return _LAST_NUMBER.sub("", _SUFFIX.sub("", path)).rstrip("/") + "/"


def _plain(url: str) -> str:
    return url.partition("#")[0]
