"""One line of what a reader sees of a page, and how its text is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from lxml.etree import _Element as Element

from crawler.extract.furniture import Placed

T = TypeVar("T")

EDGE = "\x1f"

Links = list[tuple[int, int, Element]]


# built by the hundred for every page: this is made three times sooner than an object of a plain class
class Line(msgspec.Struct, eq=False, gc=False):
    """The text of one block, or of the stretch of a block between two others.

    ``text`` is white-space-collapsed and carries ``EDGE`` marks; ``element`` is the block that holds it, ``tag`` its
    tag;
    ``links`` are its anchors with the offsets of their text, ``linked`` the number of characters in them, ``links_on``
    whether there are any: asking that is cheap for lines of shared blocks too; ``written`` is true where the page's own
    script writes the line.
    """

    text: str
    tag: str
    linked: int
    links_on: bool
    written: bool
    _element: Element | None
    _links: Links
    _placed: Placed | None = None
    _at: int = 0

    @property
    def element(self) -> Element:
        """The block that holds the line."""
        if self._element is None:
            self._settle()
        return self._element

    @property
    def links(self) -> Links:
        """The line's anchors with the offsets of their text."""
        if self._element is None:
            self._settle()
        return self._links

    @property
    def shared(self) -> bool:
        """Whether the line is one of a block that other pages show too."""
        return self._placed is not None

    def once(self, read: Callable[[Line], T]) -> T:
        """Return what a reader finds in the line itself; a line of a shared block it reads once for all pages."""
        if self._placed is None:
            return read(self)
        known: dict[int, T] = self._placed.block.notes.setdefault(read, {})
        if self._at not in known:
            known[self._at] = read(self)
        return known[self._at]

    def _settle(self) -> None:
        """Find the elements of a line that is known from another page's block."""
        assert self._placed is not None
        _, _, _, _, holder, links = self._placed.block.lines[self._at]
        nodes = self._placed.nodes
        self._element = nodes[holder]
        self._links = [(start, end, nodes[anchor]) for start, end, anchor in links]

    @property
    def plain(self) -> str:
        """The text as read, without marks."""
        text = self.text
        # white space is collapsed already, but around marks
        return clean(text) if EDGE in text else text.strip()


def clean(text: str) -> str:
    """Return text as read: marks removed, white space collapsed and stripped."""
    return " ".join(text.replace(EDGE, "").split())
