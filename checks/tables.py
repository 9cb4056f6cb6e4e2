"""Reads HTML tables into full grids: a cell that spans rows or columns stands in every place it covers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import html

# what a hostile page can make us hold
_MAX_CELLS, _MAX_SPAN, _MAX_TABLES, _MAX_TEXT = 60_000, 100, 200, 2_000
_NOWHERE = re.compile(r"#+|(?i:javascript):\s*(?:void\s*\(\s*0?\s*\))?;*")
_SPACE = re.compile(r"[\s\u00a0\u3000]+")


@dataclass(frozen=True)
class Cell:
    """One cell as it stands in the grid: its text, its links as (href, words), whether it begins here.

    ``drawn``: a cell without text holds a picture or a field instead (a tick, a choice).
    """

    text: str = ""
    links: tuple[tuple[str, str], ...] = ()
    begins: bool = True
    drawn: bool = False


@dataclass(frozen=True)
class Table:
    """A table as a grid of rows; rows may differ in length."""

    rows: tuple[tuple[Cell, ...], ...]

    def texts(self) -> list[list[str]]:
        """Return the texts of the grid."""
        return [[cell.text for cell in row] for row in self.rows]


def tables_of(root: html.HtmlElement | None) -> list[Table]:
    """Return the innermost tables of a tree in order; layout tables that hold others are left out."""
    if root is None:
        return []
    found: list[Table] = []
    for element in root.iter("table"):
        if len(found) >= _MAX_TABLES:
            break
        if next(element.iterdescendants("table"), None) is None:
            found.append(_read(element))
    return [table for table in found if table.rows]


def cell_of(element: html.HtmlElement) -> Cell:
    """Return an element as a cell of a table."""
    text = _text(element)
    return Cell(text, _links(element), drawn=not text and _is_drawn(element))


def _read(element: html.HtmlElement) -> Table:
    rows: list[tuple[Cell, ...]] = []
    hanging: dict[int, tuple[int, Cell]] = {}
    cells = 0
    for row in element.iter("tr"):
        line: list[Cell] = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            _drop(line, hanging)
            value = cell_of(cell)
            repeated = replace(value, begins=False)
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            for step in range(across):
                if down > 1:
                    hanging[len(line)] = (down - 1, repeated)
                line.append(value if step == 0 else repeated)
        _drop(line, hanging)
        cells += len(line)
        if cells > _MAX_CELLS:
            break
        rows.append(tuple(line))
    return Table(tuple(rows))


def _drop(line: list[Cell], hanging: dict[int, tuple[int, Cell]]) -> None:
    """Put down the cells that hang over from rows above, as far as they come next."""
    while (known := hanging.get(len(line))) is not None:
        left, cell = known
        if left > 1:
            hanging[len(line)] = (left - 1, cell)
        else:
            del hanging[len(line)]
        line.append(cell)


def _span(cell: html.HtmlElement, name: str) -> int:
    text = (cell.get(name) or "").strip()
    return max(1, min(int(text), _MAX_SPAN)) if text.isdecimal() and len(text) < 6 else 1


def _text(cell: html.HtmlElement) -> str:
    return _SPACE.sub(" ", "".join(cell.itertext()))[:_MAX_TEXT].strip()


def _is_drawn(cell: html.HtmlElement) -> bool:
    return next(cell.iter("img", "input", "svg", "i", "object"), None) is not None


def _links(cell: html.HtmlElement) -> tuple[tuple[str, str], ...]:
    return tuple((anchor.get("href").strip(), _text(anchor)) for anchor in cell.iter("a") if leads(anchor))


def leads(anchor: html.HtmlElement) -> bool:
    """Whether a link may lead somewhere: to an address, or by a script of its own."""
    href = (anchor.get("href") or "").strip()
    return bool(href) and not (_NOWHERE.fullmatch(href) and not any(
        name == "onclick" or name.startswith(("data-", "@", "v-", "ng-", ":")) for name in anchor.keys()  # noqa: SIM118
    ))
