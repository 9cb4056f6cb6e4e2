"""Rows gathered into lists, and which of a page's lists is the one the page is for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

import lxml.html

from crawler.cms.lexicon import load
from crawler.cms.rows import Row
from crawler.cms.zones import Heading, Zones
from crawler.extract.parsed import ParsedPage

_PASSING_CLASS = re.compile(
    r"\b(?:odd|even|first|last|on|cur|current|active|hover|split|line|clearfix|fl|fr|bg|top|new|red|bold|"
    r"selected|show|hide|hidden)\d*\b|\d+", re.IGNORECASE
)
_DAY = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d|\d\d-\d\d")
# Words over one stretch of a list that goes by years or months.
_YEAR = re.compile(r"\D{0,4}((?:19|20)\d\d)\s*年?度?(?:\s*[-/.]?\s*\d{1,2}\s*月?)?\D{0,8}")
_WRAPPERS = frozenset({"tbody", "thead", "tfoot"})
_MANY_BLOCKS = 60
_PORTAL_BLOCKS = 3
_PORTAL_ROWS = 2
_PLACE = re.compile(r"[^/]*(?:[?#].*)?$")
_COLUMN_NUMBER = re.compile(r"/col/?(\d+)", re.IGNORECASE)
# An address with this many slashes names the whole site.
_SITE_SLASHES = 3
_SINGLE_TITLE = 5


@dataclass(slots=True)
class Block:
    """One list of a page: its rows, the element that holds it, what stands over it, the number of its make.

    ``aside`` is true for lists that are surely not what the page is for (热点, 推荐, 相关); ``digest`` for
    excerpts of another column, with a 更多 link to it.
    """

    rows: list[Row]
    container: lxml.html.HtmlElement
    heading: Heading = field(default_factory=Heading)
    beside: bool = False
    make: int = 0

    @property
    def digest(self) -> bool:
        """Whether the block shows the head of a list kept elsewhere."""
        return self.heading.more is not None

    @property
    def aside(self) -> bool:
        """Whether the words over the block say that it is not the page's own list."""
        return any(word in self.heading.words for word in _side_words())


class BlockFinder:
    """Gathers the rows of one tree into blocks of one make: same surroundings, same heading."""

    def __init__(self, base: str) -> None:
        self._zones = Zones(base)
        self._kinds: dict[tuple[int, str, str], int] = {}
        self._makes: dict[lxml.html.HtmlElement, int] = {}

    def blocks(self, rows: list[Row]) -> list[Block]:
        """Return the blocks of rows given in document order, by their first rows."""
        rows = self._in_content(rows)
        families: dict[int, dict[lxml.html.HtmlElement, list[Row]]] = {}
        for row in rows:
            container = _container(row)
            families.setdefault(self._make(container), {}).setdefault(container, []).append(row)
        holders = _with_ancestors([container for family in families.values() for container in family])
        blocks = [block for make, family in families.items() for block in self._family(make, family, holders)]
        blocks = [block for block in blocks if len(block.rows) > 1 or len(block.rows[0].title) >= _SINGLE_TITLE]
        places = {id(row): at for at, row in enumerate(rows)}
        return sorted(blocks, key=lambda block: places[id(block.rows[0])])

    def _in_content(self, rows: list[Row]) -> list[Row]:
        """Return the rows outside headers, footers and menus; all of them where wrecked markup puts all inside."""
        content = [row for row in rows if not self._zones.in_chrome(row.element)]
        return content or rows

    def _family(
        self, make: int, family: dict[lxml.html.HtmlElement, list[Row]], holders: set[lxml.html.HtmlElement]
    ) -> list[Block]:
        blocks: list[Block] = []
        for container, rows in family.items():
            if len(blocks) >= _MANY_BLOCKS:
                blocks[-1].rows += rows
                continue
            heading = self.heading(container, holders)
            year = _YEAR.fullmatch(heading.words)
            if year:
                for row in rows:
                    row.year = int(year.group(1))
            if blocks and (heading == Heading() or year):
                blocks[-1].rows += rows
            else:
                blocks.append(Block(rows, container, heading, self._zones.beside(container), make))
        return blocks

    def heading(self, container: lxml.html.HtmlElement, holders: set[lxml.html.HtmlElement]) -> Heading:
        """Return what stands over a list, with the 更多 link over it or right behind it."""
        heading = self._zones.heading(container, holders)
        words = "" if _DAY.search(heading.words) else heading.words
        return Heading(words, heading.more or self._zones.more_behind(container))

    def stored(self, rows: list[Row], holder: lxml.html.HtmlElement) -> Block:
        """Return the rows kept inside one element of the page, such as a script, as one block."""
        parent = holder.getparent()
        container = holder if parent is None else parent
        return Block(rows, container, self.heading(container, set()), self._zones.beside(container))

    def _make(self, element: lxml.html.HtmlElement) -> int:
        chain = []
        node: lxml.html.HtmlElement | None = element
        while node is not None and node not in self._makes:
            chain.append(node)
            node = node.getparent()
        make = self._makes[node] if node is not None else 0
        for node in reversed(chain):
            key = (make, str(node.tag), _PASSING_CLASS.sub("", node.get("class") or "").strip())
            make = self._kinds.setdefault(key, len(self._kinds) + 1)
            self._makes[node] = make
        return make


def choose(
    blocks: list[Block], page: ParsedPage, pager: lxml.html.HtmlElement | None, *, names: frozenset[str]
) -> tuple[list[Block], bool]:
    """Return the blocks that make up the page's list, and whether the page is a portal of several.

    ``pager`` is the element of the list's paging bar where there is one; ``names`` are the column's names.
    """
    own = [block for block in blocks if not block.aside or block.heading.words in names]
    if pager is not None:
        near = _nearest(own, pager)
        if near:
            return near, False
    named = [block for block in own if block.heading.words and block.heading.words in names and not block.digest]
    if named:
        return named, False
    whole = [block for block in own if not block.digest and not block.beside]
    digests = [block for block in own if block.digest and len(block.rows) >= _PORTAL_ROWS]
    if whole and len(digests) < _PORTAL_BLOCKS:
        return _largest(_under_column(whole, page.url))
    return own, len(own) > 1


def _under_column(blocks: list[Block], url: str) -> list[Block]:
    """Return the blocks whose items lie where the page lies; all of them where that tells nothing."""
    place = _PLACE.sub("", url)
    column = _COLUMN_NUMBER.search(url)
    mark = f"art_{column.group(1)}_" if column else ""
    if place.count("/") <= _SITE_SLASHES and not mark:
        return blocks
    def lies_here(row: Row) -> bool:
        return row.href.startswith(place) or bool(mark and mark in row.href)

    near = [block for block in blocks if 2 * sum(map(lies_here, block.rows)) > len(block.rows)]
    return near or blocks


def _largest(blocks: list[Block]) -> tuple[list[Block], bool]:
    sizes = sorted((len(block.rows) for block in blocks if len(block.rows) >= _PORTAL_ROWS), reverse=True)
    if len(sizes) >= _PORTAL_BLOCKS and sizes[0] < 2 * sizes[1]:
        return blocks, len({block.make for block in blocks}) > 1
    best = max(blocks, key=lambda block: len(block.rows))
    make = [block for block in blocks if block is best or _is_continuation(block, best)]
    return make, False


def _is_continuation(block: Block, best: Block) -> bool:
    """Whether a block is a further stretch of the same list: of one make, or of like holders side by side."""
    first, second = block.container, best.container
    return bool(block.make and block.make == best.make) or (
        first.tag == second.tag and first.getparent() is second.getparent()
    )


def _nearest(blocks: list[Block], pager: lxml.html.HtmlElement) -> list[Block]:
    """Return the blocks under the nearest element that holds both the paging bar and rows; the largest first."""
    around: dict[lxml.html.HtmlElement, list[Block]] = {}
    for block in blocks:
        node: lxml.html.HtmlElement | None = block.container
        while node is not None:
            around.setdefault(node, []).append(block)
            node = node.getparent()
    node = pager
    while node is not None and node.tag not in ("body", "html"):
        if node in around:
            near = around[node]
            best = max(near, key=lambda block: len(block.rows))
            return [block for block in near if block is best or _is_continuation(block, best)]
        node = node.getparent()
    near = [block for block in blocks if not block.digest and not block.beside]
    return [max(near, key=lambda block: len(block.rows))] if near else []


def _container(row: Row) -> lxml.html.HtmlElement:
    parent = row.element.getparent()
    while parent is not None and parent.tag in _WRAPPERS:
        parent = parent.getparent()
    return row.element if parent is None or parent.tag in ("html", "body") else parent


def _with_ancestors(elements: list[lxml.html.HtmlElement]) -> set[lxml.html.HtmlElement]:
    found: set[lxml.html.HtmlElement] = set()
    for element in elements:
        node: lxml.html.HtmlElement | None = element
        while node is not None and node not in found:
            found.add(node)
            node = node.getparent()
    return found


@lru_cache(maxsize=1)
def _side_words() -> tuple[str, ...]:
    return tuple(load("lists")["side_headings"])
