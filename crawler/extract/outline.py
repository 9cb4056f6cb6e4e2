"""What a reader sees of a page, line by line.

The tree is walked once. Text of one block makes one line; where an inline element begins or ends inside a line
stands ``EDGE``, which regular expressions count as white space. Labels that pages break up with spans or pad
with blanks are therefore matched by allowing white space between their characters (see ``spaced``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate, islice
from typing import TypeAlias

from lxml import etree
from lxml.etree import _Element as Element

from crawler.extract.caching import remembered
from crawler.extract.finding import places
from crawler.extract.furniture import Block, Furniture, Placed
from crawler.extract.line import EDGE, Line, Links, clean

__all__ = ["EDGE", "GAP", "Line", "Outline", "clean", "read_outline", "spaced"]

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
_BLOCK, _SKIP, _ANCHOR = 1, 2, 3
_KINDS = {**dict.fromkeys(_BLOCKS, _BLOCK), **dict.fromkeys(_SKIPPED, _SKIP), "a": _ANCHOR}
_STYLES = etree.XPath("//@style", smart_strings=False)
_STYLED = etree.XPath("//@style/..")
_UNSHOWN = etree.XPath("//@hidden/..")
_HIDING_WORDS = ("none", "hidden", "NONE", "None")
# One of these stands in a page that hides anything: the attribute, visibility: hidden, display: none.
_HIDING_SIGNS = ("hidden", "isplay", "ISPLAY")
_ROOTS = frozenset({"html", "body"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WRITE = re.compile(r"document\s*\.\s*write(?:ln)?\s*\(([^;{}]{1,2000}?)\)\s*(?:;|\}|\n|$)")
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|([A-Za-z_$][\w$]*)|(\+)|(\S)")
_VARIABLE = re.compile(r"(?:var|let|const|;|\n|^)\s*([A-Za-z_$][\w$]*)\s*=\s*(?:\"([^\"\\\n]*)\"|'([^'\\\n]*)')")
_TAG = re.compile(r"<[^>]*>")
# Scripts also write alternatives that never come to be; a filled label or a day is worth reading all the same.
_TELLING = re.compile(r"[\u4e00-\u9fff]\s*[:：]\s*[^\s:：]|(?:19|20)\d\d\s*[-/.年]")
_FURNITURE = Furniture()
_MAX_ELEMENTS = 80_000
_MAX_SCRIPT = 20_000
_MAX_LINE = 20_000


class Outline:
    """The visible lines of a page in reading order, and where each block begins and ends.

    ``placed`` are the blocks it shares with other pages, in document order, whose lines were known already.
    ``conceals`` tells whether the page holds more than is visible: elements that are not shown.
    """

    def __init__(
        self, lines: list[Line], spans: dict[Element, tuple[int, int]], placed: dict[Element, Placed], *,
        conceals: bool = False,
    ) -> None:
        self.lines = lines
        self.conceals = conceals
        self.placed = list(placed.values())
        self._spans = spans
        self._unsettled = placed

    @cached_property
    def text(self) -> str:
        """All visible lines, joined by line feeds, with their marks."""
        return "\n".join(self.texts)

    @cached_property
    def texts(self) -> list[str]:
        """The texts of the lines."""
        return [line.text for line in self.lines]

    @cached_property
    def unlinked(self) -> int:
        """The number of visible characters outside links."""
        return sum(map(len, self.texts)) - sum([line.linked for line in self.lines])

    @cached_property
    def _starts(self) -> list[int]:
        # behind every line comes a line feed
        return list(accumulate([len(text) + 1 for text in self.texts], initial=0))

    def at(self, offset: int) -> tuple[int, int]:
        """Return the line an offset of ``text`` falls in, and the offset inside that line."""
        index = max(0, bisect_right(self._starts, offset) - 1)
        return index, offset - (self._starts[index] if self._starts else 0)

    def holding(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of the lines that hold one of a few words, in order: for words that are rare."""
        found = places(words, self.text)
        if found is None:
            return list(range(len(self.lines)))
        last = len(self.lines) - 1
        return list(dict.fromkeys([min(bisect_right(self._starts, place) - 1, last) for place in found]))

    def start_of(self, index: int) -> int:
        """Return the offset in ``text`` at which a line begins."""
        return self._starts[index]

    def span(self, element: Element) -> tuple[int, int]:
        """Return the half-open range of lines inside a block; empty for what is no block or holds no text."""
        found = self._spans.get(element)
        if found is None and self._unsettled and self._nearest(element) is element:
            found = self._spans[element]
        return found or (0, 0)

    def block(self, element: Element) -> Element | None:
        """Return the nearest block around an element, itself included."""
        return self._nearest(element)

    def _nearest(self, element: Element) -> Element | None:
        node: Element | None = element
        while node is not None and node not in self._spans:
            node = node.getparent()
        if node is None or node is element:
            return node
        placed = self._unsettled.pop(node, None)
        if placed is None:
            return node
        nodes, start = placed.nodes, placed.start
        for number, first, end in placed.block.spans:
            self._spans[nodes[number]] = (start + first, start + end)
        return self._nearest(element)

    def within(self, element: Element) -> list[Line]:
        """Return the visible lines inside a block."""
        start, end = self.span(element)
        return self.lines[start:end]


def spaced(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, longest first, with blanks or marks between characters.

    What words begin with in common is looked at once for all of them: hundreds of labels, tried one after the other at
    every character, are slow.
    """
    root: _Tree = {}
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branches(root)


_Tree: TypeAlias = "dict[str, _Tree]"


def _branches(node: _Tree) -> str:
    return "|".join(re.escape(character) + _rest(below) for character, below in sorted(node.items()) if character)


def _rest(node: _Tree) -> str:
    """Return the pattern of what follows a character: words that go on go before the one that ends here."""
    further = _branches(node)
    if not further:
        return ""
    return f"(?:{GAP}(?:{further}))?" if "" in node else f"{GAP}(?:{further})"


def read_outline(tree: Element, markup: str) -> Outline:
    """Walk the tree once; what lies beyond 80,000 elements is not looked at. ``markup`` is what it was parsed from."""
    hiding = any(sign in markup for sign in _HIDING_SIGNS)
    concealing = _concealing(tree) if hiding else set()
    known, again = _FURNITURE.find(tree, concealing, hiding)
    walk = _Walk(tree, concealing, known)
    walk.run()
    for element, key in again:
        if walk.count <= _MAX_ELEMENTS:
            _FURNITURE.keep(key, _as_block(element, walk.lines, walk.spans))
    return Outline(walk.lines, walk.spans, walk.placed, conceals=bool(concealing))


def _as_block(element: Element, lines: list[Line], spans: dict[Element, tuple[int, int]]) -> Block:
    """Return what was read of an element in the form that holds for all of the same markup."""
    numbers = {node: number for number, node in enumerate(element.iter())}
    first, end = spans[element]
    told = [
        (line.text, line.linked, line.written, line.tag, numbers[line.element],
         [(begin, stop, numbers[anchor]) for begin, stop, anchor in line.links])
        for line in lines[first:end]
    ]
    inside = [
        (number, spans[node][0] - first, spans[node][1] - first)
        for node, number in numbers.items() if number and node in spans
    ]
    walked = 0
    walk = etree.iterwalk(element, events=("start",))
    for _, node in walk:
        walked += 1
        if node.tag in _SKIPPED:
            walk.skip_subtree()
    return Block(told, inside, walked, len(numbers))


class _Walk:
    """The state of the one walk: the lines gathered, the blocks it lies in, the spans seen."""

    def __init__(self, tree: Element, concealing: set[Element], known: dict[Element, Block]) -> None:
        self.tree = tree
        self.concealing = concealing
        self.known = known
        self.lines: list[Line] = []
        self.spans: dict[Element, tuple[int, int]] = {}
        self.placed: dict[Element, Placed] = {}
        self.count = 0
        self._blocks: list[Element] = [tree]
        self._concealed: Element | None = None

    def run(self) -> None:
        """Gather the lines. One loop with few calls: this is the costliest step of reading a page.

        The elements come in document order. One without children ends where it begins; any other when the last of its
        children has: that is cheaper than to be told of every end.
        """
        concealing, known = self.concealing, self.known
        blocks, spans, lines, kind_of = self._blocks, self.spans, self.lines, _KINDS.get
        text, count = "", 0
        links: Links = []
        # the elements the walk is in: what each is, where it began, how many of its children are still to come
        around: list[tuple[Element, int | None, int]] = []
        left: list[int] = []
        walk = self.tree.iter()
        for element in walk:
            count += 1
            if count > _MAX_ELEMENTS:
                break
            kind, children, begin = kind_of(element.tag), len(element), 0
            if kind is None:
                if text:
                    text += EDGE
            elif kind == _BLOCK:
                if text or links:
                    self._flush(text, links, blocks[-1])
                    text, links = "", []
                begin = len(lines)
                if not children and element not in concealing:
                    piece = element.text
                    if piece:
                        self._flush(_with("", piece), [], element)
                    spans[element] = (begin, len(lines))
                    kind = _SKIP
                elif element in known and self._concealed is None and count + known[element].walked <= _MAX_ELEMENTS:
                    block = known[element]
                    count += block.walked - 1
                    self._place(element, block)
                    _pass_over(walk, block.size - 1)
                    spans[element] = (begin, len(lines))
                    kind = _SKIP
                elif children == 1 and not concealing and (only := element[0]).tag == "a" and not len(only):
                    count += 1
                    next(walk)
                    self._item(element, only)
                    spans[element] = (begin, len(lines))
                    kind = _SKIP
                else:
                    blocks.append(element)
            elif kind == _ANCHOR:
                if text:
                    text += EDGE
                begin = len(text)
            else:
                if element.tag == "script" and self._script(element, text, links):
                    text, links = "", []
                if children:
                    _pass_over(walk, sum(1 for _ in element.iter()) - 1)
            if kind != _SKIP:
                if concealing and element in concealing and self._concealed is None:
                    if text:
                        self._flush(text, links, blocks[-1])
                        text, links, begin = "", [], len(lines) if kind == _BLOCK else 0
                    self._concealed = element
                piece = element.text
                if piece:
                    text = _with(text, piece)
                if children:
                    around.append((element, kind, begin))
                    left.append(children)
                    continue
            while True:
                if kind == _BLOCK:
                    if text or links:
                        self._flush(text, links, element)
                        text, links = "", []
                    blocks.pop()
                    spans[element] = (begin, len(lines))
                elif kind != _SKIP:
                    if kind == _ANCHOR:
                        end = len(text)
                        links.append((begin if begin < end else end, end, element))
                    if text:
                        text += EDGE
                if element is self._concealed:
                    if text or links:
                        self._flush(text, links, blocks[-1])
                        text, links = "", []
                    self._concealed = None
                piece = element.tail
                if piece:
                    text = _with(text, piece)
                if not left:
                    break
                left[-1] -= 1
                if left[-1]:
                    break
                left.pop()
                element, kind, begin = around.pop()
        if text:
            self._flush(text, links, blocks[-1])
        for element, kind, begin in around:
            if kind == _BLOCK:
                spans[element] = (begin, len(lines))
        self.count = count

    def _item(self, block: Element, anchor: Element) -> None:
        """Add the line of a block that holds one link and no other element: most lines of most pages."""
        piece = block.text
        text = _with("", piece) + EDGE if piece and not piece.isspace() else ""
        begin = len(text)
        piece = anchor.text
        if piece:
            text = _with(text, piece)
        end = len(text)
        if text:
            text += EDGE
        piece = anchor.tail
        if piece:
            text = _with(text, piece)
        if len(text) > _MAX_LINE:
            self._flush(text, [(begin, end, anchor)], block)
        elif text and not text.isspace():
            self.lines.append(Line(text, block.tag, end - begin, True, False, block, [(begin, end, anchor)]))

    def _flush(self, text: str, links: Links, block: Element) -> None:
        if self._concealed is not None or not text or text.isspace():
            return
        linked = 0
        if len(text) > _MAX_LINE:
            text = text[:_MAX_LINE]
            links = [link for link in links if link[1] <= _MAX_LINE]
        for start, end, _ in links:
            linked += end - start
        self.lines.append(Line(text, block.tag, linked, bool(links), False, block, links))

    def _place(self, element: Element, block: Block) -> None:
        """Add the lines of a block that is known from other pages."""
        placed = self.placed[element] = Placed(element, block, len(self.lines))
        self.lines += [
            Line(text, tag, linked, bool(links), written, None, [], placed, at)
            for at, (text, linked, written, tag, _, links) in enumerate(block.lines)
        ]

    def _script(self, element: Element, text: str, links: Links) -> bool:
        """Add the lines a script writes; return whether the line it interrupts ended there."""
        source = element.text
        if not source or self._concealed is not None or len(source) > _MAX_SCRIPT or "document.write" not in source:
            return False
        ended = False
        for written in written_texts(source):
            if not _TELLING.search(written):
                continue
            if text and not ended:
                self._flush(text, links, self._blocks[-1])
                ended = True
            block = self._blocks[-1]
            self.lines.append(Line(written, block.tag, 0, False, True, block, []))
        return ended


def _with(text: str, piece: str) -> str:
    """Return the text of a line with another piece, white space collapsed."""
    if piece.isalnum():
        return text + piece
    if piece.isspace():
        return text + " " if text and text[-1] != " " else text
    words = " ".join(piece.split())
    if text and text[-1] != " " and piece[0].isspace():
        text += " "
    return text + words + " " if piece[-1].isspace() else text + words


def _pass_over(walk: Iterator[Element], elements: int) -> None:
    next(islice(walk, elements, elements), None)


def _concealing(tree: Element) -> set[Element]:
    """Return the elements that hide what they hold, told by an attribute of theirs."""
    found = set(_UNSHOWN(tree))
    styles = _STYLES(tree)
    if any(_hides(style) for style in styles):
        found.update(element for style, element in zip(styles, _STYLED(tree), strict=True) if _hides(style))
    return {element for element in found if element.tag not in _ROOTS}


@remembered
def _hides(style: str) -> bool:
    return any(word in style for word in _HIDING_WORDS) and _HIDDEN.search(style) is not None


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
