"""Dated rows of a page: which link each shown day belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

import lxml.html

from crawler.cms.addresses import Resolver, opened_by_script
from crawler.cms.marks import Mark, dated_title, find_marks, label_weight
from crawler.cms.scan import Scan
from crawler.cms.texts import fuller, is_title, pieces, squeezed, undecorated, visible_text

# A script called for one item: with an argument that names it.
_CALL = re.compile(
    r"^\s*(?:javascript:)?\s*(?:return\s+)?(?!void|history|window|alert|close|print)[\w.$]+\s*\(\s*['\"]?[\w-]{2,}",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_MOST_LEVELS = 8
_MOST_LINKS = 6
_ROW_LEVELS = 4
_FEWEST_FLAT = 2
_LONG_TEXT = 40
_STOPS = frozenset({"body", "html", "datastore"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "dt")


@dataclass(slots=True)
class Row:
    """One row of a list: a link's title and address, the day shown with it, the element that holds both.

    ``day`` is ISO, None where the row shows ``month_day`` only, or no day at all; ``labelled`` is true where
    words stand before it (发布时间：…); ``year`` the year named over its stretch of the list.
    """

    title: str
    href: str
    day: str | None
    month_day: tuple[int, int] | None
    element: lxml.html.HtmlElement
    anchor: lxml.html.HtmlElement
    labelled: bool = False
    year: int | None = None


@dataclass(slots=True)
class _Candidate:
    """An element that holds shown days and the nearest links to them."""

    element: lxml.html.HtmlElement
    marks: list[Mark]


class RowFinder:
    """Finds rows in one tree; every element is looked at a bounded number of times, however long the page."""

    def __init__(self, base: str) -> None:
        self._resolve = Resolver(base)
        self._links: dict[lxml.html.HtmlElement, tuple[str, str] | None] = {}
        self._has_link: dict[lxml.html.HtmlElement, bool] = {}

    def rows(self, seen: Scan) -> list[Row]:
        """Return the dated rows of a tree, of which ``seen`` are the telling texts, in document order."""
        candidates: dict[lxml.html.HtmlElement, _Candidate] = {}
        unlinked: dict[lxml.html.HtmlElement, Mark] = {}
        for mark in find_marks(seen):
            element = self._row_element(mark)
            if element is not None:
                candidates.setdefault(element, _Candidate(element, [])).marks.append(mark)
            elif (row := _enclosing_row(mark.holder)) is not None:
                unlinked.setdefault(row, mark)
        taken = self._taken(candidates)
        rows = [row for element, mark in unlinked.items() if (row := self._by_button(element, mark))]
        for candidate in candidates.values():
            rows += self._read(candidate, taken)
        return rows

    def link(self, anchor: lxml.html.HtmlElement) -> tuple[str, str] | None:
        """Return address and title of an anchor that can stand for an item, else None.

        The address is ``""`` where only a script knows it (``onclick="show(123)"``).
        """
        if anchor not in self._links:
            self._links[anchor] = self._read_link(anchor)
        return self._links[anchor]

    def _read_link(self, anchor: lxml.html.HtmlElement) -> tuple[str, str] | None:
        href = self._resolve(anchor.get("href") or "")
        if href is None:
            code = anchor.get("onclick") or anchor.get("href") or ""
            target = opened_by_script(code) if "open" in code or "location" in code else None
            href = self._resolve(target) if target else None
            if href is None and _CALL.search(code):
                href = ""
        if href is None:
            return None
        title = self.title(anchor)
        return (href, title) if title else None

    def address(self, element: lxml.html.HtmlElement) -> str | None:
        """Return where the first link inside an element, or a click on it, leads, whatever its words."""
        for anchor in element.iter("a"):
            href = self._resolve(anchor.get("href") or "")
            if href:
                return href
        target = opened_by_script(element.get("onclick") or "")
        return self._resolve(target) if target else None

    def title(self, anchor: lxml.html.HtmlElement) -> str:
        """Return the title an anchor shows, without the day inside it; empty where its words are no title."""
        text = squeezed(visible_text(anchor))
        if len(anchor) and len(text) > _LONG_TEXT:
            text = _headline(anchor, text)
        dated = dated_title(text) if _FIGURE.search(text[:16] + text[-16:]) else None
        if dated:
            text = squeezed(text.replace(dated[1], "", 1))
        text = undecorated(fuller(text, anchor))
        return text if is_title(text) else ""

    def _row_element(self, mark: Mark) -> lxml.html.HtmlElement | None:
        node, levels = mark.holder, 0
        while node is not None and levels < _MOST_LEVELS and node.tag not in _STOPS:
            if self._holds_link(node):
                return node
            if node.tag == "tr":
                return None
            node, levels = node.getparent(), levels + 1
        return node if node is not None and node.tag == "body" and levels <= 2 and self._holds_link(node) else None

    def _holds_link(self, element: lxml.html.HtmlElement) -> bool:
        known = self._has_link.get(element)
        if known is None:
            known = any(self.link(anchor) for anchor in element.iter("a"))
            self._has_link[element] = known
        return known

    def _by_button(self, element: lxml.html.HtmlElement, mark: Mark) -> Row | None:
        """Return a row whose title is plain text and whose link is a button (查看, 下载)."""
        anchor = next((anchor for anchor in element.iter("a") if self._resolve(anchor.get("href") or "")), None)
        href = self.address(element)
        texts = [undecorated(squeezed(piece)) for piece in pieces(element)]
        title = max((text for text in texts if is_title(text) and not dated_title(text)), key=len, default="")
        if anchor is None or href is None or not title:
            return None
        return Row(title, href, mark.day, mark.month_day, element, anchor, bool(mark.label))

    def _taken(self, candidates: dict[lxml.html.HtmlElement, _Candidate]) -> set[lxml.html.HtmlElement]:
        """Return the links of rows with one day of their own: they are nobody else's."""
        taken: set[lxml.html.HtmlElement] = set()
        for candidate in candidates.values():
            links = self._usable(candidate.element, _MOST_LINKS + 1)
            if _is_one_row(candidate, links):
                taken.update(links)
        return taken

    def _usable(self, element: lxml.html.HtmlElement, limit: int) -> list[lxml.html.HtmlElement]:
        links = []
        for anchor in element.iter("a"):
            if self.link(anchor):
                links.append(anchor)
                if len(links) == limit:
                    break
        return links

    def _read(self, candidate: _Candidate, taken: set[lxml.html.HtmlElement]) -> list[Row]:
        links = self._usable(candidate.element, _MOST_LINKS + 1)
        if _is_one_row(candidate, links):
            best = max(_outside_inner_lists(links, candidate.element) or links, key=self._fitness)
            mark = _best_mark(candidate)
            return [] if mark is None else [self._row(best, mark, candidate.element)]
        return self._read_flat(candidate, taken)

    def _fitness(self, anchor: lxml.html.HtmlElement) -> int:
        found = self.link(anchor)
        return len(found[1]) if found else 0

    def _read_flat(self, candidate: _Candidate, taken: set[lxml.html.HtmlElement]) -> list[Row]:
        """Pair the links and days of rows without an element of their own: each day with the link next to it."""
        tokens = self._tokens(candidate, taken)
        if len(candidate.marks) < _FEWEST_FLAT or not tokens:
            return []
        days_lead = isinstance(tokens[0], Mark)
        rows: list[Row] = []
        run: list[lxml.html.HtmlElement] = []
        day: Mark | None = None
        for token in [*tokens, None]:
            if token is not None and not isinstance(token, Mark):
                run.append(token)
                continue
            shown = day if days_lead else token
            if shown is not None and run:
                near = run[:2] if days_lead else run[-2:]
                rows.append(self._row(max(near, key=self._fitness), shown, candidate.element))
            run, day = [], token
        return rows

    def _tokens(
        self, candidate: _Candidate, taken: set[lxml.html.HtmlElement]
    ) -> list[Mark | lxml.html.HtmlElement]:
        """Return the links and days of an element in order, from each of its children no more than a row's few."""
        inside: dict[lxml.html.HtmlElement | None, list[Mark]] = {}
        for mark in candidate.marks:
            inside.setdefault(_child_around(mark.holder, candidate.element), []).append(mark)
        direct = iter(inside.pop(None, []))
        waiting = next(direct, None)
        tokens: list[Mark | lxml.html.HtmlElement] = []
        for child, text in ((None, candidate.element.text), *((child, child.tail) for child in candidate.element)):
            if child is not None and isinstance(child.tag, str):
                tokens += self._inside(child, inside.get(child, []), taken)
            while waiting is not None and text and _shows(text, waiting):
                tokens.append(waiting)
                waiting = next(direct, None)
        return tokens

    def _inside(
        self, child: lxml.html.HtmlElement, marks: list[Mark], taken: set[lxml.html.HtmlElement]
    ) -> list[Mark | lxml.html.HtmlElement]:
        links = self._usable(child, _MOST_LINKS)
        free = [link for link in links if link not in taken] if len(links) < _MOST_LINKS else []
        if not marks or not free:
            return [*free, *marks]
        holders = {mark.holder: mark for mark in marks}
        places = {node: at for at, node in enumerate(child.iter()) if node in holders or node.tag == "a"}
        return sorted([*free, *marks], key=lambda token: places[token.holder if isinstance(token, Mark) else token])

    def _row(self, anchor: lxml.html.HtmlElement, mark: Mark, element: lxml.html.HtmlElement) -> Row:
        href, title = self.link(anchor) or ("", "")
        return Row(title, href, mark.day, mark.month_day, element, anchor, bool(mark.label))


def _is_one_row(candidate: _Candidate, links: list[lxml.html.HtmlElement]) -> bool:
    """Whether an element that holds days and links is one row, not a stretch of several."""
    if len(links) > _MOST_LINKS or candidate.element.tag == "body":
        return False
    return len(links) == 1 or len(candidate.marks) == 1 or candidate.element.tag in ("tr", "li")


def _outside_inner_lists(
    links: list[lxml.html.HtmlElement], row: lxml.html.HtmlElement
) -> list[lxml.html.HtmlElement]:
    """Return the links of a row that stand in no list of their own: those in one (相关解读) only go with the item."""
    outside = []
    for link in links:
        node = link.getparent()
        while node is not None and node is not row and node.tag not in ("ul", "ol", "dl"):
            node = node.getparent()
        if node is row:
            outside.append(link)
    return outside


def _enclosing_row(node: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    for _ in range(_ROW_LEVELS):
        if node is None or node.tag in ("tr", "li"):
            return node
        node = node.getparent()
    return None


def _child_around(node: lxml.html.HtmlElement, element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """Return the child of an element that holds a node inside it, None where the node is the element itself."""
    child = None
    while node is not None and node is not element:
        child, node = node, node.getparent()
    return child


def _shows(text: str, mark: Mark) -> bool:
    figures = (mark.day or "").split("-")[1:] if mark.day else [str(part) for part in mark.month_day or ()]
    return bool(figures) and all(figure.lstrip("0") in text for figure in figures)


def _best_mark(candidate: _Candidate) -> Mark | None:
    """Return the day of a row that shows several: the one labelled as published, never a deadline."""
    if len(candidate.marks) == 1:
        mark = candidate.marks[0]
        return mark if label_weight(mark.label) else None
    weighed = [(label_weight(_label(mark, candidate.element)), mark) for mark in candidate.marks]
    best = max(weight for weight, _ in weighed)
    return next(mark for weight, mark in weighed if weight == best) if best else None


def _label(mark: Mark, row: lxml.html.HtmlElement) -> str:
    """Return the words that name a row's day: before it in its text, in the cell before, or over its column."""
    if mark.label:
        return mark.label
    holder = mark.holder
    before = holder.getprevious()
    if before is not None and isinstance(before.tag, str):
        text = squeezed(visible_text(before))[-12:]
        if text.endswith((":", "：")):
            return text
    if row.tag == "tr":
        return _column_label(holder, row)
    return ""


def _column_label(holder: lxml.html.HtmlElement, row: lxml.html.HtmlElement) -> str:
    cell = holder
    while cell is not None and cell.tag not in ("td", "th"):
        cell = cell.getparent()
    table = row
    while table is not None and table.tag != "table":
        table = table.getparent()
    head = None if table is None else next(table.iter("tr"), None)
    if cell is None or head is None or head is row:
        return ""
    at = sum(1 for _ in cell.itersiblings("td", "th", preceding=True))
    cells = [child for child in head if child.tag in ("td", "th")]
    return squeezed(visible_text(cells[at]))[:20] if at < len(cells) else ""


def _headline(anchor: lxml.html.HtmlElement, text: str) -> str:
    """Return the title of a link that holds a whole card: its heading, or its ``title``, or its first words."""
    for node in anchor.iter(*_HEADINGS):
        words = squeezed(visible_text(node))
        if len(words) >= 4:
            return words
    title = squeezed(anchor.get("title") or "")
    if title:
        return title
    first = next((words for piece in pieces(anchor) if len(words := squeezed(piece)) >= 4), "")
    return first or text
