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
from lxml.etree import _Element as Element

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
_CONCEALABLE = etree.XPath(
    "//*[@hidden or @style[contains(., 'none') or contains(., 'hidden') or contains(., 'NONE') or contains(., 'None')]]"
)
_ROOTS = frozenset({"html", "body"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WRITE = re.compile(r"document\s*\.\s*write(?:ln)?\s*\(([^;{}]{1,2000}?)\)\s*(?:;|\}|\n|$)")
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|([A-Za-z_$][\w$]*)|(\+)|(\S)")
_VARIABLE = re.compile(r"(?:var|let|const|;|\n|^)\s*([A-Za-z_$][\w$]*)\s*=\s*(?:\"([^\"\\\n]*)\"|'([^'\\\n]*)')")
_TAG = re.compile(r"<[^>]*>")
# Scripts also write alternatives that never come to be; a filled label or a day is worth reading all the same.
_TELLING = re.compile(r"[\u4e00-\u9fff]\s*[:：]\s*[^\s:：]|(?:19|20)\d\d\s*[-/.年]")
_MAX_ELEMENTS = 80_000
_MAX_SCRIPT = 20_000
_MAX_LINE = 20_000


class Line:
    """The text of one block, or of the stretch of a block between two others.

    ``text`` is white-space-collapsed and carries ``EDGE`` marks; ``element`` is the block that holds it;
    ``links`` are its anchors with the offsets of their text, ``linked`` the number of characters in them;
    ``written`` is true where the page's own script writes the line.
    """

    __slots__ = ("element", "linked", "links", "text", "written")

    def __init__(
        self, text: str, element: Element, links: list[tuple[int, int, Element]], written: bool = False
    ) -> None:
        self.text = text
        self.element = element
        self.links = links
        linked = 0
        for start, end, _ in links:
            linked += end - start
        self.linked = linked
        self.written = written

    @property
    def plain(self) -> str:
        """The text as read, without marks."""
        return clean(self.text)


class Outline:
    """The visible lines of a page in reading order, the hidden ones, and where each block begins and ends."""

    def __init__(
        self, lines: list[Line], hidden: list[Line], spans: dict[Element, tuple[int, int]], elements: int
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

    def span(self, element: Element) -> tuple[int, int]:
        """Return the half-open range of lines inside a block; empty for what is no block or holds no text."""
        return self._spans.get(element, (0, 0))

    def block(self, element: Element) -> Element | None:
        """Return the nearest block around an element, itself included."""
        node: Element | None = element
        while node is not None and node not in self._spans:
            node = node.getparent()
        return node

    def within(self, element: Element) -> list[Line]:
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


def read_outline(tree: Element) -> Outline:
    """Walk the tree once; what lies beyond 80,000 elements is not looked at."""
    walk = _Walk(tree)
    walk.run()
    return Outline(walk.lines, walk.hidden, walk.spans, walk.count)


class _Walk:
    """The state of the one walk: the line being gathered, the blocks it lies in, the spans seen."""

    def __init__(self, tree: Element) -> None:
        self.tree = tree
        self.lines: list[Line] = []
        self.hidden: list[Line] = []
        self.spans: dict[Element, tuple[int, int]] = {}
        self.count = 0
        self._links: list[tuple[int, int, Element]] = []
        self._blocks: list[Element] = [tree]
        self._concealed: Element | None = None
        self._text = ""

    def run(self) -> None:
        """Gather the lines. One loop without calls: this is the costliest step of reading a page."""
        concealing = {element for element in _CONCEALABLE(self.tree) if _conceals(element)}
        walk = etree.iterwalk(self.tree, events=("start", "end"))
        blocks, spans, lines = self._blocks, self.spans, self.lines
        text, anchor = "", 0
        for event, element in walk:
            tag = element.tag
            piece: str | None
            if event == "start":
                self.count += 1
                if self.count > _MAX_ELEMENTS:
                    break
                if tag in _SKIPPED:
                    if tag == "script":
                        self._text = text
                        text = self._script(element)
                    walk.skip_subtree()
                    continue
                if tag in _BLOCKS:
                    if text or self._links:
                        self._flush(text)
                        text = ""
                    blocks.append(element)
                    spans[element] = (len(lines), len(lines))
                elif tag == "a":
                    if text:
                        text += EDGE
                    anchor = len(text)
                elif text:
                    text += EDGE
                if concealing and element in concealing and self._concealed is None:
                    if text:
                        self._flush(text)
                        text, anchor = "", 0
                    self._concealed = element
                piece = element.text
            else:
                if tag in _BLOCKS:
                    if text or self._links:
                        self._flush(text)
                        text = ""
                    blocks.pop()
                    spans[element] = (spans[element][0], len(lines))
                elif tag not in _SKIPPED:
                    if tag == "a":
                        self._links.append((min(anchor, len(text)), len(text), element))
                    if text:
                        text += EDGE
                if element is self._concealed:
                    if text or self._links:
                        self._flush(text)
                        text = ""
                    self._concealed = None
                piece = element.tail
            if piece:
                if piece.isspace():
                    if text and text[-1] != " ":
                        text += " "
                else:
                    if not piece.isalnum():
                        words = " ".join(piece.split())
                        if piece[0].isspace() and text and text[-1] != " ":
                            words = " " + words
                        piece = words + " " if piece[-1].isspace() else words
                    text += piece
        if text:
            self._flush(text)
        for block in blocks[1:]:
            spans[block] = (spans[block][0], len(lines))

    def _flush(self, text: str) -> None:
        if len(text) > _MAX_LINE:
            text = text[:_MAX_LINE]
            self._links = [link for link in self._links if link[1] <= _MAX_LINE]
        line = Line(text, self._blocks[-1], self._links)
        if self._concealed is not None:
            self.hidden.append(line)
        elif text and not text.isspace():
            self.lines.append(line)
        self._links = []

    def _script(self, element: Element) -> str:
        """Add the lines a script writes; return the text of the line it interrupts, if it still goes on."""
        source, text = element.text, self._text
        if not source or self._concealed is not None or len(source) > _MAX_SCRIPT or "document.write" not in source:
            return text
        for written in written_texts(source):
            if not _TELLING.search(written):
                continue
            if text:
                self._flush(text)
                text = ""
            self.lines.append(Line(written, self._blocks[-1], [], True))
        return text


def _conceals(element: Element) -> bool:
    if element.tag in _ROOTS:
        return False
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def written_texts(source: str) -> list[str]:
    """Return what a script surely writes into the page as text: literals and its own string variables joined.

    Markup in the literals is dropped; an expression that holds anything else (a call, a condition) gives nothing.
    """
    variables = {name: first or second for name, first, second in _VARIABLE.findall(source)}
    found = []
    for match in _WRITE.finditer(source):
        text = _joined(match.group(1), variables)
        text = " ".join(_TAG.sub(EDGE, text).split()) if text else ""
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
