"""All that a page says of its own, outside its text as well: asked before a page is said to lack something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from lxml import etree, html

from checks.bodies import BLOCKS, INVISIBLE, is_hidden, is_tabs_panel, tree_of
from checks.site import Site
from checks.titles import key
from crawler.snapshot.reader import Page

# a line of which so much are links is a menu's, or leads to other pages
_LINKS = 0.9
# so many pages of a kind are enough to tell what their template shows on each
_PEERS = 2
_FURNITURE = frozenset({"nav", "footer"})
_SPACE = re.compile(r"\s+")
_COUNT = re.compile(r"\d+")
_TAG = re.compile(r"<[^>]*>|\s+|&nbsp;|&emsp;|&ensp;")


@dataclass(frozen=True)
class Whole:
    """What a page says of its own, line by line, menus, links to other pages and footers left out.

    ``own``: what only this page shows, in what tabs open, too; ``alike``: what other pages of its kind show in the same
    words; ``hidden``: what stands in blocks that are hidden, and opened by no tab.
    """

    own: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    def beside(self, text: str) -> list[str]:
        """Return the page's own lines that are not among those of a text."""
        known = {key(line) for line in text.splitlines()}
        return [line for line in self.own if key(line) not in known]


@dataclass(frozen=True)
class _Line:
    text: str
    hidden: bool


_INDEX: WeakKeyDictionary[Site, dict[tuple[str, str], list[str]]] = WeakKeyDictionary()
_KNOWN: WeakKeyDictionary[Site, dict[str, frozenset[str]]] = WeakKeyDictionary()


def whole_of(site: Site, page: Page) -> Whole:
    """Return what a page says of its own; its body is parsed, and that of two others of its kind and of the home page.

    To be asked only of pages that would else be said to lack something.
    """
    root = tree_of(site, page)
    if root is None:
        return Whole()
    lines = list(_lines(root))
    home = _keys(site, site.page_of(site.home), page)
    peers = frozenset[str]().union(*(_keys(site, peer, page) for peer in _peers(site, page)))
    shown = [line.text for line in lines if not line.hidden and key(line.text) not in home]
    return Whole(
        tuple(text for text in shown if key(text) not in peers), tuple(text for text in shown if key(text) in peers),
        tuple(line.text for line in lines if line.hidden), tuple(shown),
    )


def bare(markup: str) -> str:
    """Return what some markup says, without tags and blanks: for a look whether a page says a word at all."""
    return _TAG.sub("", markup)


def labelled(lines: Iterable[str], label: re.Pattern[str]) -> Iterator[str]:
    """Yield what stands behind a label, in its line or in the next one; empty where nothing does."""
    rows = [_SPACE.sub("", line) for line in lines]
    for at, row in enumerate(rows):
        told = label.match(row)
        if told:
            yield row[told.end():].lstrip("：:") or "".join(rows[at + 1:at + 2])


def _peers(site: Site, page: Page) -> Iterator[Page]:
    if site not in _INDEX:
        index: dict[tuple[str, str], list[str]] = {}
        for url, other in site.pages.items():
            known = index.setdefault(_kind(other), [])
            if len(known) <= _PEERS:
                known.append(url)
        _INDEX[site] = index
    others = [url for url in _INDEX[site].get(_kind(page), ()) if url != page.url]
    yield from (site.pages[url] for url in others[:_PEERS])


def _kind(page: Page) -> tuple[str, str]:
    return page.record.page_kind, _COUNT.sub("0", page.url.partition("?")[0].rpartition("/")[0])


def _keys(site: Site, page: Page | None, asked: Page) -> frozenset[str]:
    if page is None or page.url == asked.url:
        return frozenset()
    known = _KNOWN.setdefault(site, {})
    if page.url not in known:
        root = tree_of(site, page)
        known[page.url] = frozenset(key(line.text) for line in _lines(root)) if root is not None else frozenset()
    return known[page.url]


def _lines(root: html.HtmlElement) -> Iterator[_Line]:
    """Yield the lines of a tree that are not links alone."""
    words: list[str] = []
    size = linked = skipped = hidden = anchors = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        left_out = element.tag in INVISIBLE or element.tag in _FURNITURE
        closed = not left_out and is_hidden(element) and not is_tabs_panel(element)
        if element.tag in BLOCKS or closed:
            text = " ".join("".join(words).split())
            if text and linked < _LINKS * size:
                yield _Line(text, hidden > 0)
            words, size, linked = [], 0, 0
        step = 1 if event == "start" else -1
        skipped += step * left_out
        hidden += step * closed
        anchors += step * (element.tag == "a")
        said = element.text if event == "start" else element.tail
        if said and not skipped:
            words.append(said)
            length = len(_SPACE.sub("", said))
            size += length
            linked += length if anchors else 0
    text = " ".join("".join(words).split())
    if text and linked < _LINKS * size:
        yield _Line(text, hidden > 0)
