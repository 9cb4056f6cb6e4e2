"""All that a page says of its own, outside its text as well: asked before a page is said to lack something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from weakref import WeakKeyDictionary

from lxml import etree, html

from checks.bodies import BLOCKS, INVISIBLE, is_hidden, is_tabs_panel, markup_of, tree_of
from checks.lexicon import lexicon
from checks.site import Site
from checks.titles import key
from crawler.snapshot.reader import Page

# a line of which so much are links is a menu's, or leads to other pages
_LINKS = 0.9
# so many pages of a kind are enough to tell what their template shows on each
_PEERS = 2
# a footer has so many lines at most
_FOOTER = 15
_FURNITURE = frozenset({"nav", "footer"})
_SPACE = re.compile(r"\s+")
_COUNT = re.compile(r"\d+")
# labels that begin on the same characters are searched for together
_START = 2
_MARKS = " 　：:】]）)"


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

    def beside(self, text: str, *, alike: bool = False) -> list[str]:
        """Return the page's own lines that are not among those of a text; with ``alike`` what its like say too.

        Headings are the same on all pages of a kind.
        """
        known = {key(line) for line in text.splitlines()}
        return [line for line in (self.shown if alike else self.own) if key(line) not in known]


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
    lines = _above_footer(list(_lines(root)))
    home = _keys(site, site.page_of(site.home), page)
    peers = frozenset[str]().union(*(_keys(site, peer, page) for peer in _peers(site, page)))
    shown = [line.text for line in lines if not line.hidden and key(line.text) not in home]
    return Whole(
        tuple(text for text in shown if key(text) not in peers), tuple(text for text in shown if key(text) in peers),
        tuple(line.text for line in lines if line.hidden), tuple(shown),
    )


@dataclass(frozen=True)
class Told:
    """What a page says of a field of its document, and whether it is in a hidden block."""

    value: str = ""
    hidden: bool = False


def field_told(site: Site, page: Page, attribute: str, pattern: str = r"\S") -> Told:
    """Return what a page tells of a field (``attribute`` of its record) wherever it stands; empty where it does not.

    Only a value that ``pattern`` is found in counts.
    """
    labels = lexicon("disclosure_fields")["labels"][attribute]
    markup = markup_of(site, page)
    if not any(pattern.search(markup) for pattern in _any_of(tuple(labels))):
        return Told()
    if not any(_stands(label).search(markup) for label in labels if label in markup):
        return Told()
    whole, value = whole_of(site, page), re.compile(pattern)
    for lines, hidden in ((whole.shown, False), (whole.hidden, True)):
        told = next(filter(value.search, _behind(lines, labels)), "")
        if told:
            return Told(told, hidden)
    return Told()


def _behind(lines: Iterable[str], labels: Iterable[str]) -> Iterator[str]:
    """Yield what stands behind some labels, in the same line or in the next, unless that is a label itself."""
    shown = list(lines)
    label, others = _label(frozenset(labels)), _label(frozenset(_all_labels()))
    for at, line in enumerate(shown):
        told = label.match(line)
        if told is None:
            continue
        value = line[told.end():].strip(_MARKS)
        following = "".join(shown[at + 1:at + 2]).strip(_MARKS)
        if value or not others.match(following):
            yield value or following


def _all_labels() -> Iterator[str]:
    for labels in lexicon("disclosure_fields")["labels"].values():
        yield from labels


@cache
def _any_of(labels: tuple[str, ...]) -> list[re.Pattern[str]]:
    """Return patterns of which one is found where any label is; each begins on fixed characters, which is fast."""
    starts: dict[str, list[str]] = {}
    for label in labels:
        if not any(other in label for other in labels if other != label):
            starts.setdefault(label[:_START], []).append(label[_START:])
    return [re.compile(f"{start}(?:{'|'.join(map(re.escape, rests))})") for start, rests in starts.items()]


@cache
def _stands(label: str) -> re.Pattern[str]:
    """Return what a label is in markup: with a sign, a blank or the end of its element behind it."""
    return re.compile(rf"{re.escape(label)}(?:[\s<:：】\])）]|&[a-z]+;)")


@cache
def _label(labels: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(r"\s*".join(map(re.escape, label)) for label in sorted(labels, key=len, reverse=True))
    return re.compile(rf"[【\[（(\s]*(?:{names})\s*(?:[】\]）)：:]+|\s|$)")


def _above_footer(lines: list[_Line]) -> list[_Line]:
    """Return the lines above those that tell whose the site is (备案、标识码) and what stands directly above them."""
    registered, footer = (re.compile(lexicon("site-features")["footers"][name]) for name in ("registered", "beside"))
    last = range(max(0, len(lines) - _FOOTER), len(lines))
    end = next((at for at in last if registered.search(lines[at].text)), len(lines))
    if end == len(lines):
        return lines
    while end and footer.search(lines[end - 1].text):
        end -= 1
    return lines[:end]


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
