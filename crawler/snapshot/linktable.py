"""All links of a snapshot as columns of numbers, for questions about all of them at once.

A snapshot keeps a block of links once, however many pages hold it; here too a link of a block is one row, and
what depends on the pages is counted by their blocks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from crawler.snapshot import schema

Numbers = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

# so many links of pages are looked at together, which bounds the memory
_TOGETHER = 4_000_000
# a link's element is packed with the rank of its page: bits enough for all elements readers see
_BITS = 3


class LinkTable:
    """The links of one snapshot; pages, addresses and texts by their numbers in it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        # two numbers in one: rows cost by the values they carry
        places, words = _columns(db.execute(
            "SELECT (block << 32) | target, (text << 4) | element FROM block_links WHERE element < ? ORDER BY block",
            (schema.UNSEEN,),
        ), 2)
        self._block, self._target = _small(places >> 32), _small(places & 0xFFFFFFFF)
        self._text, self._element = _small(words >> 4), _small(words & 15)
        self._pages, self._page_blocks = map(_small, _columns(
            db.execute("SELECT url_id, block FROM page_blocks ORDER BY url_id"), 2,
        ))
        self.addresses: dict[int, str] = dict(db.execute("SELECT id, url FROM urls"))
        self._texts: dict[int, str] = dict(db.execute("SELECT id, text FROM texts"))
        self._numbers = _small(np.fromiter(self.addresses, np.int64, len(self.addresses)))
        size = int(max(self._block.max(initial=0), self._page_blocks.max(initial=0))) + 1
        self._first = np.searchsorted(self._block, np.arange(size + 1))

    @cached_property
    def _size(self) -> int:
        """One more than the largest number of an address."""
        return int(max(self._target.max(initial=0), self._pages.max(initial=0), self._numbers.max(initial=0))) + 1

    @cached_property
    def _known(self) -> Mask:
        """By an address's number, whether the snapshot lets it be seen."""
        known = np.zeros(self._size, bool)
        known[self._numbers] = True
        return known

    def counts(self) -> dict[str, int]:
        """How many pages link to each address."""
        return self._named(self._page_counts(np.ones(len(self._block), bool), np.ones(len(self._pages), bool)))

    def best(self, pages: Sequence[str], tiers: Mapping[str, int]) -> dict[str, tuple[str, str, int]]:
        """For each address linked from some pages, the best link: its page, its element, and how many pages link.

        ``tiers`` are the elements that count; the best link is of the lowest tier, on the earliest page given.
        """
        if not pages:
            return {}
        numbers = np.array([self._number_of[url] for url in pages])
        rank = np.full(self._size, len(pages))
        rank[numbers] = np.arange(len(pages))
        on_given = rank[self._pages] < len(pages)
        rank_of_block = np.full(len(self._first), len(pages))
        np.minimum.at(rank_of_block, self._page_blocks[on_given], rank[self._pages[on_given]])
        tier_of = np.full(schema.UNSEEN, -1)
        for name, tier in tiers.items():
            tier_of[schema.ELEMENTS.index(name)] = tier
        shown = tier_of[self._element] >= 0
        rows = shown & (rank_of_block[self._block] < len(pages))
        element = self._element[rows]
        place = (tier_of[element] * len(pages) + rank_of_block[self._block[rows]] << _BITS) + element
        best = np.full(self._size, np.iinfo(np.int64).max)
        np.minimum.at(best, self._target[rows], place)
        counted = self._named(self._page_counts(shown, on_given))
        return {
            url: (pages[(packed >> _BITS) % len(pages)], schema.ELEMENTS[packed & (1 << _BITS) - 1], count)
            for url, count in counted.items()
            if (packed := int(best[self._number_of[url]])) >= 0
        }

    def worded(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str, int, str]]:
        """The links whose words are wanted, each on every page that holds it: page, address, element, words."""
        texts = self._wanted(wanted)
        rows = self._with(texts)
        order = np.argsort(self._page_blocks, kind="stable")
        blocks, pages = self._page_blocks[order], self._pages[order]
        held = self._block[rows]
        columns = (column[rows].tolist() for column in (self._target, self._element, self._text))
        spans = (np.searchsorted(blocks, held, side).tolist() for side in ("left", "right"))
        for target, element, text, start, end in zip(*columns, *spans, strict=True):
            for page in pages[start:end].tolist():
                if page in self.addresses:
                    yield self.addresses[page], self.addresses[target], element, texts[text]

    def names(self, wanted: Callable[[str], bool], pages: Iterable[str]) -> Iterator[tuple[str, int, str]]:
        """The wanted words of links on any of some pages, each once for an address and an element."""
        texts = self._wanted(wanted)
        given = np.zeros(self._size, bool)
        given[[self._number_of[url] for url in pages if url in self._number_of]] = True
        shown = np.zeros(len(self._first), bool)
        shown[self._page_blocks[given[self._pages]]] = True
        rows = self._with(texts)
        rows = rows[shown[self._block[rows]]]
        named = self._text[rows].astype(np.int64) * self._size + self._target[rows]
        packed = named * schema.UNSEEN + self._element[rows]
        for number in _distinct(packed).tolist():
            rest, element = divmod(number, schema.UNSEEN)
            text, target = divmod(rest, self._size)
            yield self.addresses[target], element, texts[text]

    @cached_property
    def _number_of(self) -> dict[str, int]:
        return {url: number for number, url in self.addresses.items()}

    def _wanted(self, wanted: Callable[[str], bool]) -> dict[int, str]:
        return {number: text for number, text in self._texts.items() if wanted(text)}

    def _with(self, texts: Mapping[int, str]) -> Numbers:
        """Return the rows whose text is one of some and whose address may be seen."""
        is_wanted = np.zeros(int(max(self._text.max(initial=0), max(texts, default=0))) + 1, bool)
        is_wanted[list(texts)] = True
        return np.flatnonzero(is_wanted[self._text] & self._known[self._target])

    def _named(self, counts: Numbers) -> dict[str, int]:
        """Return counts by address, of those that are not nought."""
        found = np.flatnonzero((counts > 0) & self._known)
        return {self.addresses[number]: count for number, count in
                zip(found.tolist(), counts[found].tolist(), strict=True)}

    def _page_counts(self, rows: Mask, on_pages: Mask) -> Numbers:
        """Return for each number of an address how many pages link there, by some rows, on some of the pages."""
        counts = np.zeros(self._size, np.int64)
        targets = self._target[rows]
        ends = np.concatenate(([0], np.cumsum(rows)))[self._first]
        pages, blocks = self._pages[on_pages], self._page_blocks[on_pages]
        first, lengths = ends[blocks], ends[blocks + 1] - ends[blocks]
        for start, end in _portions(pages, np.cumsum(lengths)):
            length = lengths[start:end]
            offsets = np.cumsum(length) - length
            places = np.repeat(first[start:end] - offsets, length) + np.arange(length.sum())
            pairs = _distinct(np.repeat(pages[start:end].astype(np.int64), length) * self._size + targets[places])
            counts += np.bincount(pairs % self._size, minlength=self._size)
        return counts


def _columns(rows: sqlite3.Cursor, count: int) -> list[Numbers]:
    flat = np.fromiter(chain.from_iterable(rows), np.int64)
    return [np.ascontiguousarray(column) for column in flat.reshape(-1, count).T]


def _distinct(numbers: Numbers) -> Numbers:
    """Return numbers sorted, each once; far faster than ``np.unique``, which looks each up in a table."""
    numbers = np.sort(numbers)
    return numbers[np.concatenate(([True], numbers[1:] != numbers[:-1]))] if len(numbers) else numbers


def _small(numbers: Numbers) -> Small:
    return numbers.astype(np.int32)


def _portions(pages: Small, links: Numbers) -> Iterator[tuple[int, int]]:
    """Cut rows of pages, of which ``links`` sums the links up to each, into portions; a page stays in one."""
    start = 0
    while start < len(pages):
        before = links[start - 1] if start else 0
        end = max(int(np.searchsorted(links, before + _TOGETHER, "right")), start + 1)
        end = int(np.searchsorted(pages, pages[end - 1], "right"))
        yield start, end
        start = end
