"""Blocks that the pages of a site share (navigation, footers): what was read of one is not read again.

Two blocks whose markup, written out by the parser, is the same byte for byte hold the same elements in the same
order. What a reader found in the one holds for the other, if it depends on nothing outside the block; elements are
told by their number. A block is kept when it is met for the second time. Whatever pages are sent, memory and the time
spent on looking are bounded, and readings are those that would be made without any of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

# the elements that shared blocks are made of, and those around them
_HOLDERS = frozenset(
    "div ul ol dl table tbody tr td nav header footer section aside form center main article".split()
)
_DEEPEST = 8
_MOST_LOOKED_AT = 150
_SMALLEST = 1_000
_LARGEST = 200_000
_MOST_BLOCKS = 400
_MOST_BYTES = 6_000_000
_MOST_SEEN = 8192
_MOST_SLOTS = 4096
# a place whose blocks differed so often is looked at only now and then
_MISSES = 3
_HITS_WORTH = 4
_NOW_AND_THEN = 16

Slot = tuple[int, str, str | None, str | None]


class Block:
    """What is known of a shared block.

    ``lines`` are its visible lines (text, length of links, whether a script writes it, tag and number of the element
    that holds it, links with the numbers of their anchors), ``spans`` the lines of the blocks inside it by their
    numbers, ``walked`` how many of its ``size`` elements were walked. ``notes`` is for what other readers make of the
    block.
    """

    __slots__ = ("lines", "notes", "size", "spans", "walked")

    def __init__(
        self, lines: list[tuple[str, int, bool, str, int, list[tuple[int, int, int]]]],
        spans: list[tuple[int, int, int]], walked: int, size: int,
    ) -> None:
        self.lines = lines
        self.spans = spans
        self.walked = walked
        self.size = size
        self.notes: dict[object, Any] = {}


class Placed:
    """A shared block as it stands on one page: its element there, and the page's line it begins at."""

    __slots__ = ("_nodes", "block", "element", "start")

    def __init__(self, element: Element, block: Block, start: int) -> None:
        self.element = element
        self.block = block
        self.start = start
        self._nodes: list[Element] | None = None

    @property
    def nodes(self) -> list[Element]:
        """The block's elements on this page, itself first, by their numbers."""
        if self._nodes is None:
            self._nodes = list(self.element.iter())
        return self._nodes


class Furniture:
    """The blocks met so far, by their markup, and which places are worth looking at."""

    def __init__(self) -> None:
        self._blocks: dict[bytes, Block] = {}
        self._bytes = 0
        self._seen: dict[int, None] = {}
        self._slots: dict[Slot, list[int]] = {}

    def find(
        self, tree: Element, around: Iterable[Element], told: bool
    ) -> tuple[dict[Element, Block], list[tuple[Element, bytes]]]:
        """Return the page's known blocks, and those met for the second time with the key to ``keep`` them under.

        Blocks inside of those ``around`` are not looked for. ``told`` is what readers know of the page besides its
        tree: blocks read with another answer to it are others.
        """
        known: dict[Element, Block] = {}
        again: list[tuple[Element, bytes]] = []
        level = [child for child in tree if child.tag == "body"][:1]
        budget = _MOST_LOOKED_AT
        for depth in range(_DEEPEST):
            below: list[Element] = []
            for child in _holders(level):
                budget -= 1
                if budget < 0:
                    return known, again
                slot = (depth, child.tag, child.get("class"), child.get("id"))
                tally = self._slots.get(slot)
                if tally is None:
                    tally = self._slot(slot)
                if tally[1] >= _MISSES and tally[0] * _HITS_WORTH < tally[1]:
                    tally[1] += 1
                    if tally[1] % _NOW_AND_THEN:
                        below.append(child)
                        continue
                key = _markup(child, told)
                if key is None or len(key) > _LARGEST:
                    below.append(child)
                    continue
                if len(key) < _SMALLEST:
                    continue
                block = self._blocks.pop(key, None)
                if block is not None:
                    tally[0] += 1
                    self._blocks[key] = block
                    known[child] = block
                    continue
                tally[1] += 1
                if self._is_new(key):
                    below.append(child)
                else:
                    again.append((child, key))
            level = [node for node in below if node not in around] if around else below
            if not level:
                break
        return known, again

    def keep(self, key: bytes, block: Block) -> None:
        """Keep what was read of a block; those longest unseen make room."""
        if key in self._blocks:
            return
        self._blocks[key] = block
        self._bytes += len(key)
        while len(self._blocks) > _MOST_BLOCKS or self._bytes > _MOST_BYTES:
            oldest = next(iter(self._blocks))
            del self._blocks[oldest]
            self._bytes -= len(oldest)

    def _slot(self, slot: Slot) -> list[int]:
        if len(self._slots) >= _MOST_SLOTS:
            self._slots.clear()
        tally = self._slots[slot] = [0, 0]
        return tally

    def _is_new(self, key: bytes) -> bool:
        """Whether a block was not met lately. Wrong answers do no harm: they only make one be kept too soon."""
        seen = hash(key)
        if seen in self._seen:
            return False
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        self._seen[seen] = None
        return True


def _holders(level: list[Element]) -> Iterator[Element]:
    for parent in level:
        for child in parent:
            if child.tag in _HOLDERS and len(child):
                yield child


def _markup(element: Element, told: bool) -> bytes | None:
    try:
        written: bytes = etree.tostring(element, encoding="utf-8", with_tail=False)
    except (etree.LxmlError, ValueError):
        return None
    return written + b"!" if told else written
