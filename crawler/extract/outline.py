"""What a reader sees of a page, line by line.

The tree is walked once. Text of one block makes one line; where an inline element begins or ends inside a line
stands ``EDGE``, which regular expressions count as white space. Labels that pages break up with spans or pad
with blanks are therefore matched by allowing white space between their characters (see ``spaced``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

from lxml import etree
from lxml.html import HtmlElement

EDGE = "\x1f"
GAP = r"[^\S\n]*"

_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 header hr html iframe legend li main menu nav ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_SKIPPED = frozenset(
    "head script style noscript select textarea template title object applet svg math option datalist noframes "
    "video audio canvas xml".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WRITE = re.compile(r"document\s*\.\s*write(?:ln)?\s*\(([^;{}]{1,2000}?)\)\s*(?:;|\}|\n|$)")
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|([A-Za-z_$][\w$]*)|(\+)|(\S)")
_VARIABLE = re.compile(r"(?:var|let|const|;|\n|^)\s*([A-Za-z_$][\w$]*)\s*=\s*(?:\"([^\"\\\n]*)\"|'([^'\\\n]*)')")
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")
# Scripts also write alternatives that never come to be; a filled label or a day is worth reading all the same.
_TELLING = re.compile(r"[\u4e00-\u9fff]\s*[:：]\s*[^\s:：]|(?:19|20)\d\d\s*[-/.年]")
_MAX_ELEMENTS = 120_000
_MAX_SCRIPT = 20_000


class Line:
    """The text of one block, or of the stretch of a block between two others.

    ``text`` is white-space-collapsed and carries ``EDGE`` marks; ``element`` is the block that holds it;
    ``links`` are its anchors with the offsets of their text; ``written`` is true where the page's own script
    writes the line.
    """

    __slots__ = ("element", "links", "text", "written")

    def __init__(
        self, text: str, element: HtmlElement, links: list[tuple[int, int, HtmlElement]], written: bool = False
    ) -> None:
        self.text = text
        self.element = element
        self.links = links
        self.written = written

    @property
    def plain(self) -> str:
        """The text as read, without marks."""
        return clean(self.text)

    @property
    def linked(self) -> int:
        """Number of characters that are the text of links."""
        return sum(end - start for start, end, _ in self.links)


class Outline:
    """The visible lines of a page in reading order, the hidden ones, and where each block begins and ends."""

    def __init__(
        self, lines: list[Line], hidden: list[Line], spans: dict[HtmlElement, tuple[int, int]], elements: int
    ) -> None:
        self.lines = lines
        self.hidden = hidden
        self.elements = elements
        self._spans = spans

    @cached_property
    def text(self) -> str:
        """All visible lines, joined by line feeds, with their marks."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def _starts(self) -> list[int]:
        starts, position = [], 0
        for line in self.lines:
            starts.append(position)
            position += len(line.text) + 1
        return starts

    def at(self, offset: int) -> tuple[int, int]:
        """Return the line an offset of ``text`` falls in, and the offset inside that line."""
        index = max(0, bisect_right(self._starts, offset) - 1)
        return index, offset - (self._starts[index] if self._starts else 0)

    def start_of(self, index: int) -> int:
        """Return the offset in ``text`` at which a line begins."""
        return self._starts[index]

    def span(self, element: HtmlElement) -> tuple[int, int]:
        """Return the half-open range of lines inside a block; empty for what is no block or holds no text."""
        return self._spans.get(element, (0, 0))

    def block(self, element: HtmlElement) -> HtmlElement | None:
        """Return the nearest block around an element, itself included."""
        node: HtmlElement | None = element
        while node is not None and node not in self._spans:
            node = node.getparent()
        return node

    def within(self, element: HtmlElement) -> list[Line]:
        """Return the visible lines inside a block."""
        start, end = self.span(element)
        return self.lines[start:end]


def clean(text: str) -> str:
    """Return text as read: marks removed, white space collapsed and stripped."""
    return " ".join(text.replace(EDGE, "").split())


def spaced(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, longest first, with blanks or marks between characters."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(GAP.join(re.escape(character) for character in word) for word in ordered)


def read_outline(tree: HtmlElement) -> Outline:
    """Walk the tree once; what lies beyond 120,000 elements is not looked at."""
    return _Walk().run(tree)


class _Walk:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.hidden: list[Line] = []
        self.spans: dict[HtmlElement, tuple[int, int]] = {}
        self.parts: list[str] = []
        self.length = 0
        self.links: list[tuple[int, int, HtmlElement]] = []
        self.blocks: list[HtmlElement] = []
        self.concealed: HtmlElement | None = None

    def run(self, tree: HtmlElement) -> Outline:
        self.blocks.append(tree)
        walk = etree.iterwalk(tree, events=("start", "end"))
        count = 0
        anchor_start = 0
        for event, element in walk:
            tag = element.tag
            if event == "start":
                count += 1
                if count > _MAX_ELEMENTS:
                    break
                if tag in _SKIPPED:
                    if tag == "script" and tree is not element:
                        self._script(element)
                    walk.skip_subtree()
                    continue
                if tag in _BLOCKS:
                    self._flush()
                    self.blocks.append(element)
                    self.spans[element] = (len(self.lines), len(self.lines))
                else:
                    self._edge()
                    if tag == "a":
                        anchor_start = self.length
                style = element.get("style")
                if self.concealed is None and (
                    (style and _HIDDEN.search(style)) or element.get("hidden") is not None
                ) and tag not in ("html", "body"):
                    self._flush()
                    self.concealed = element
                text = element.text
                if text:
                    self._add(text)
                continue
            if tag in _BLOCKS:
                self._flush()
                self.blocks.pop()
                self.spans[element] = (self.spans[element][0], len(self.lines))
            elif tag not in _SKIPPED:
                if tag == "a":
                    self.links.append((min(anchor_start, self.length), self.length, element))
                self._edge()
            if element is self.concealed:
                self._flush()
                self.concealed = None
            text = element.tail
            if text:
                self._add(text)
        self._flush()
        for block in self.blocks[1:]:
            self.spans[block] = (self.spans[block][0], len(self.lines))
        return Outline(self.lines, self.hidden, self.spans, count)

    def _add(self, text: str) -> None:
        if text.isspace():
            text = " "
        else:
            text = _SPACES.sub(" ", text)
        if text[0] == " " and (not self.parts or self.parts[-1][-1] == " "):
            text = text[1:]
            if not text:
                return
        self.parts.append(text)
        self.length += len(text)

    def _edge(self) -> None:
        if self.parts and self.parts[-1] != EDGE:
            self.parts.append(EDGE)
            self.length += 1

    def _flush(self) -> None:
        if self.parts or self.links:
            text = "".join(self.parts)
            if self.links or not text.isspace():
                line = Line(text, self.blocks[-1], self.links)
                if self.concealed is not None:
                    self.hidden.append(line)
                elif text and not text.isspace():
                    self.lines.append(line)
            self.parts, self.links, self.length = [], [], 0

    def _script(self, element: HtmlElement) -> None:
        source = element.text
        if not source or len(source) > _MAX_SCRIPT or "document.write" not in source or self.concealed is not None:
            return
        for text in written_texts(source):
            if not _TELLING.search(text):
                continue
            self._flush()
            self.lines.append(Line(text, self.blocks[-1], [], True))


def written_texts(source: str) -> list[str]:
    """Return what a script surely writes into the page as text: literals and its own string variables joined.

    Markup in the literals is dropped; an expression that holds anything else (a call, a condition) gives nothing.
    """
    variables = {name: first or second for name, first, second in _VARIABLE.findall(source)}
    found = []
    for match in _WRITE.finditer(source):
        text = _joined(match.group(1), variables)
        text = _SPACES.sub(" ", _TAG.sub(EDGE, text)).strip() if text else ""
        if text:
            found.append(text)
    return found


def _joined(expression: str, variables: dict[str, str]) -> str | None:
    pieces = []
    for double, single, name, plus, other in _STRING.findall(expression):
        if other:
            return None
        if name:
            if name not in variables:
                return None
            pieces.append(variables[name])
        elif not plus:
            pieces.append((double or single).replace("\\", ""))
    return "".join(pieces)
