"""One walk over a tree for the texts that tell of lists: days, paging words, trails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import lxml.html

from crawler.extract.furniture import Placed
from crawler.extract.parsed import ParsedPage

_SILENT = frozenset({"script", "style", "option", "title", "textarea", "noscript", "template"})
# every form begins with one of a few characters: told so, the search passes over all others several times faster
_TELLING = re.compile(
    r"[\d页位打关字大](?:(?<=\d)\s*[-/.年月－—–]\s*\d|(?<=页)|(?<=位)置|(?<=打)\s*印|(?<=关)\s*闭|(?<=字)\s*[号体]"
    r"|(?<=大)\s*中\s*小)"
)
_ALONE = re.compile(r"\s*(?:[12]|(?:19|20)\d\d\s*年?)\s*$")
_TOOLS = (
    ("print", ("打印", "打 印")),
    ("close", ("关闭", "关 闭")),
    ("size", ("字号", "字体", "大中小", "大 中 小", "字 号")),
)
_TOOL_LENGTH = 60
_PAGING_LENGTH = 60
_TRAIL_LENGTH = 100

Texts = list[tuple[str, lxml.html.HtmlElement]]


class _Told(NamedTuple):
    """What one text tells of."""

    day: bool
    paging: bool
    trail: bool
    tools: tuple[str, ...]


@dataclass(slots=True)
class Scan:
    """Texts of a tree with the elements that hold them: with figures like days, with paging words, with 位置.

    ``tools`` are the kinds of an article's tools named in short texts: ``print``, ``close``, ``size``.
    """

    days: Texts = field(default_factory=list)
    paging: Texts = field(default_factory=list)
    trails: Texts = field(default_factory=list)
    tools: set[str] = field(default_factory=set)

    def add(self, text: str, told: _Told, holder: lxml.html.HtmlElement) -> None:
        """Take in a text that tells of something."""
        if told.day:
            self.days.append((text, holder))
        if told.paging:
            self.paging.append((text, holder))
        if told.tools:
            self.tools.update(told.tools)
        if told.trail:
            self.trails.append((text, holder))


def scan_page(page: ParsedPage) -> Scan:
    """Return the telling texts of a page in document order; ask for it by ``page.once``."""
    found = Scan()
    placed = {one.element: one for one in page.outline.placed}
    walk = page.tree.iter()
    for element in walk:
        block = placed.get(element) if placed else None
        if block is None:
            for text, holder in _texts_of(element):
                if (told := _told(text)) is not None:
                    found.add(text, told, holder)
            continue
        nodes = block.nodes
        for text, told, number in _told_in(block):
            found.add(text, told, nodes[number])
        next(islice(walk, block.block.size - 1, block.block.size - 1), None)
        tail, parent = element.tail, element.getparent()
        if tail and not tail.isspace() and parent is not None and (told := _told(tail)) is not None:
            found.add(tail, told, parent)
    return found


def scan_tree(tree: lxml.html.HtmlElement) -> Scan:
    """Return the telling texts of a tree that is no page, in document order."""
    found = Scan()
    for text, holder in texts(tree):
        if (told := _told(text)) is not None:
            found.add(text, told, holder)
    return found


def _told_in(placed: Placed) -> list[tuple[str, _Told, int]]:
    """Return the telling texts of a shared block, with the numbers of the elements that hold them."""
    notes = placed.block.notes
    known: list[tuple[str, _Told, int]] | None = notes.get(_told_in)
    if known is None:
        numbers = {node: number for number, node in enumerate(placed.nodes)}
        known = notes[_told_in] = [
            (text, told, numbers[holder]) for element in placed.nodes for text, holder in _texts_of(element)
            if holder in numbers and (told := _told(text)) is not None
        ]
    return known


def _told(text: str) -> _Told | None:
    match = _TELLING.search(text) or _ALONE.match(text)
    if match is None:
        return None
    return _Told(
        day=len(match.group()) > 1 and any(character.isdigit() for character in match.group()),
        paging=len(text) < _PAGING_LENGTH and ("页" in text or text.strip() in ("1", "2")),
        trail=len(text) < _TRAIL_LENGTH and "位置" in text,
        tools=tuple(kind for kind, words in _TOOLS if any(word in text for word in words))
        if len(text) < _TOOL_LENGTH else (),
    )


def texts(tree: lxml.html.HtmlElement) -> Iterator[tuple[str, lxml.html.HtmlElement]]:
    """Yield every text a reader may see, with the element that directly holds it."""
    for element in tree.iter():
        yield from _texts_of(element)


def _texts_of(element: lxml.html.HtmlElement) -> Iterator[tuple[str, lxml.html.HtmlElement]]:
    """Yield the text an element begins with, and that behind it."""
    tag = element.tag
    if tag not in _SILENT and isinstance(tag, str) and element.text:
        yield element.text, element
    tail = element.tail
    if tail and not tail.isspace():
        holder = element.getparent()
        if holder is not None and holder.tag not in _SILENT:
            yield tail, holder
