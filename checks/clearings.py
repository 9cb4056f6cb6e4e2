"""Tables of what came of going through documents (清理): which were kept or changed, which repealed, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.lexicon import any_of, lexicon
from checks.titles import document_numbers, key

Number = tuple[str, str]
_HEAD_ROWS, _SECTION, _VERDICT_CELL, _LEAST_NAME = 6, 40, 30, 6
# so many of a column's cells tell what came of a document: it is the column of that, whatever it is called
_MOST = 0.6


@dataclass(frozen=True)
class Cleared:
    """One document of such a table: name, numbers, what the table says came of it, whether it has ended by that."""

    name: str
    numbers: tuple[Number, ...]
    verdict: str
    ended: bool


def cleared(rows: Sequence[Sequence[str]]) -> list[Cleared]:
    """Return the documents of a table that says of each what came of it; empty for a table that does not.

    It may be said in a column (清理结果), by a mark in one of several (继续有效 | 废止 | 失效), or by rows that head
    those beneath them. ``rows`` are the texts of a full grid: a cell stands in every place it covers.
    """
    grid = [["".join(cell.split()) for cell in row] for row in rows]
    head, marked = _marked_columns(grid)
    if marked:
        told = list(_by_marks(grid, head, marked))
    else:
        head = _head(grid)
        told = list(_by_column(grid, head)) or list(_by_sections(grid))
    heads = grid[head] if 0 <= head < len(grid) else []
    found = [_document(grid[at], heads, verdict) for at, verdict in told]
    return [one for one in found if one is not None]


def _is_verdict(cell: str) -> bool:
    return len(cell) <= _VERDICT_CELL and bool(re.fullmatch(_words("verdict"), cell))


def _words(name: str) -> str:
    return str(lexicon("documents")["clearing"][name])


def _ends(verdict: str) -> bool:
    return bool(re.match(_words("ends"), verdict))


def _head(grid: list[list[str]]) -> int:
    """Return the last row near the top that names columns, -1 where there is none."""
    heads = any_of([_words("heads")])
    named = [at for at, row in enumerate(grid[:_HEAD_ROWS]) if sum(bool(heads.fullmatch(cell)) for cell in row) >= 2]
    return named[-1] if named else -1


def _marked_columns(grid: list[list[str]]) -> tuple[int, dict[int, str]]:
    """Return the row of a table's heads that names what may come of a document, and the columns named so."""
    for at, row in enumerate(grid[:_HEAD_ROWS]):
        columns = {number: cell for number, cell in enumerate(row) if _is_verdict(cell)}
        if len(set(columns.values())) >= 2:
            return at, columns
    return -1, {}


def _by_marks(grid: list[list[str]], head: int, columns: dict[int, str]) -> Iterator[tuple[int, str]]:
    mark = re.compile(_words("mark"))
    for at, row in enumerate(grid[head + 1:], head + 1):
        named = [verdict for number, verdict in columns.items() if number < len(row) and mark.fullmatch(row[number])]
        if len(named) == 1:
            yield at, named[0]


def _by_column(grid: list[list[str]], head: int) -> Iterator[tuple[int, str]]:
    below = grid[head + 1:]
    width = max(map(len, grid), default=0)
    filled = {number: [row[number] for row in below if number < len(row) and row[number]] for number in range(width)}
    telling = {
        number: sum(map(_is_verdict, cells)) / len(cells) for number, cells in filled.items() if cells
    }
    named = [
        number for number in telling
        if head >= 0 and number < len(grid[head]) and re.search(_words("result_heads"), grid[head][number])
    ]
    likely = [number for number in named or telling if telling[number] >= _MOST]
    chosen = max(likely, key=telling.__getitem__, default=None)
    if chosen is None:
        return
    for at, row in enumerate(below, head + 1):
        if chosen < len(row) and _is_verdict(row[chosen]) and len(set(row)) > 1:
            yield at, row[chosen]


def _by_sections(grid: list[list[str]]) -> Iterator[tuple[int, str]]:
    """Yield the rows beneath those that hold nothing but what came of the documents that follow."""
    current = ""
    for at, row in enumerate(grid):
        said = {cell for cell in row if cell}
        if len(said) == 1 and len(only := next(iter(said))) <= _SECTION and not document_numbers(only):
            heading = re.search(_words("section"), only)
            current = heading.group() if heading else ""
        elif current and len(said) > 1:
            yield at, current


def _document(row: list[str], heads: list[str], verdict: str) -> Cleared | None:
    """Return the document a row is of; None where it names none."""
    named = [cell for cell, head in zip(row, heads, strict=False) if re.search(_words("name_heads"), head)]
    numbered = [cell for cell, head in zip(row, heads, strict=False) if re.search(_words("number_heads"), head)]
    others = [cell for cell in row if cell != verdict]
    numbers = [number for cell in numbered or named or others for number in document_numbers(cell)]
    numbers = numbers or [number for cell in named for number in document_numbers(cell)]
    name = max(named or (cell for cell in others if not document_numbers(cell)), key=len, default="")
    if not numbers and len(key(name)) < _LEAST_NAME:
        return None
    return Cleared(name, tuple(numbers[:1]), verdict, _ends(verdict))
