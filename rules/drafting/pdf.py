"""Reads a PDF into paragraphs and tables: characters to lines by their height, lines to paragraphs by their ends."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rules.drafting.blocks import RADICALS, Block, Paragraph, SourceError, Table

_PAGE_NUMBER = re.compile(r"[-—–\s·第]*\d{1,3}(?:\s*/\s*\d{1,3})?[-—–\s·页]*(?:共\s*\d{1,3}\s*页)?")
_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|[（(]?\d{1,2}(?:[.．、](?!\d)|[）)])|第[一二三四五六七八九十]+[章条]|附\s*件)"
)
_EDGES, _REPEATED = 1, 3


@dataclass
class _Line:
    """A line of a page: its text, box, character size, and the edges of the page's text."""

    text: str
    x0: float
    x1: float
    top: float
    size: float
    left: float = 0.0
    right: float = 0.0


def read_pdf(path: Path) -> list[Block]:
    """Return the paragraphs and tables of a PDF; raises SourceError where it cannot be read."""
    try:
        import pdfplumber
    except ImportError as error:
        raise SourceError(f"{path}：读 PDF 文件须先安装 xunjian[office]") from error
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(str(path)) as pdf:
            pages = [_page(page) for page in pdf.pages]
    except OSError:
        raise
    except Exception as error:
        if "Password" in repr(error) or "Encrypt" in repr(error):
            raise SourceError(f"{path}：PDF 文件有密码，应去掉密码后再用") from error
        raise SourceError(f"{path}：不是能读的 PDF 文件（{type(error).__name__}）") from error
    return _blocks(_without_running_heads(pages))


def _page(page: Any) -> list[_Line | Table]:
    """Return the lines and tables of one page from its top down."""
    chars = _printed_once(char for char in page.chars if char["text"].strip() and char["size"] > 0)
    drawn = page.find_tables() if page.edges else []
    tables = [table for table in drawn if len(table.rows) >= 2 and len(table.rows[0].cells) >= 2]
    boxes = [table.bbox for table in tables]
    lines = _lines(char for char in chars if not any(_inside(char, box) for box in boxes))
    lines = [line for line in lines if not _PAGE_NUMBER.fullmatch(line.text)]
    if lines:
        left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
        for line in lines:
            line.left, line.right = left, right
    found: list[tuple[float, _Line | Table]] = [(line.top, line) for line in lines]
    found += [(table.bbox[1], Table(_rows(table, chars))) for table in tables]
    page.close()
    return [thing for _, thing in sorted(found, key=lambda pair: pair[0])]


def _printed_once(chars: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop the second printing of a character in the same place, by which some programs make bold type."""
    places = {(char["text"], round(char["x0"]), round(char["top"])): char for char in chars}
    return list(places.values())


def _inside(char: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _rows(table: Any, chars: list[dict[str, Any]]) -> list[list[str]]:
    own = [char for char in chars if _inside(char, table.bbox)]
    return [[_cell(box, own) for box in row.cells] for row in table.rows]


def _cell(box: tuple[float, float, float, float] | None, chars: list[dict[str, Any]]) -> str:
    if box is None:
        return ""
    return "".join(line.text for line in _lines(char for char in chars if _inside(char, box)))


def _lines(chars: Iterable[dict[str, Any]]) -> list[_Line]:
    """Group characters whose middles lie within one another's height: fonts of one line differ in their boxes."""
    rows: list[tuple[float, float, list[dict[str, Any]]]] = []
    for char in sorted(chars, key=lambda each: (each["top"] + each["bottom"]) / 2):
        middle = (char["top"] + char["bottom"]) / 2
        if rows and rows[-1][0] <= middle <= rows[-1][1]:
            rows[-1][2].append(char)
        else:
            rows.append((middle - char["size"] / 2, middle + char["size"] / 2, [char]))
    return [_line(row) for _, _, row in rows]


def _line(chars: list[dict[str, Any]]) -> _Line:
    ordered = sorted(chars, key=lambda char: char["x0"])
    text = ""
    for before, char in zip([None, *ordered], ordered, strict=False):
        apart = before is not None and char["x0"] - before["x1"] > char["size"] * 0.2
        if apart and re.match(r"[A-Za-z]", char["text"]) and re.search(r"[A-Za-z]$", text):
            text += " "
        text += char["text"]
    return _Line(
        text.translate(RADICALS), ordered[0]["x0"], ordered[-1]["x1"], min(char["top"] for char in ordered),
        median(char["size"] for char in ordered),
    )  # fmt: skip


def _without_running_heads(pages: list[list[_Line | Table]]) -> list[list[_Line | Table]]:
    """Drop what stands at the top or the foot of half the pages, three at least, in the same words."""
    edges: Counter[str] = Counter()
    for page in pages:
        lines = [thing for thing in page if isinstance(thing, _Line)]
        edges.update({_worded(line) for line in [*lines[:_EDGES], *lines[-_EDGES:]]})
    enough = max(_REPEATED, len(pages) / 2)
    heads = {text for text, count in edges.items() if text and count >= enough}
    return [[thing for thing in page if not (isinstance(thing, _Line) and _worded(thing) in heads)] for page in pages]


def _worded(line: _Line) -> str:
    return re.sub(r"[\d\W]", "", line.text)


def _blocks(pages: list[list[_Line | Table]]) -> list[Block]:
    blocks: list[Block] = []
    last: _Line | None = None
    for page in pages:
        for place, thing in enumerate(page):
            if isinstance(thing, Table):
                before = blocks[-1] if blocks and place == 0 else None
                _add_table(thing, before, blocks)
                last = None
                continue
            text = thing.text
            if last is not None and _continues(last, thing) and isinstance(blocks[-1], Paragraph):
                text = blocks[-1].text + text
                blocks.pop()
            blocks.append(Paragraph(text))
            last = thing
    return blocks


def _continues(line: _Line, after: _Line) -> bool:
    """Whether a line goes on with the one before it: that one is full, and this one is not indented."""
    full = line.x1 >= line.right - 1.6 * line.size
    indented = after.x0 > after.left + 0.9 * after.size
    return full and not indented and not _NUMBERED.match(after.text)


def _add_table(table: Table, before: Block | None, blocks: list[Block]) -> None:
    """Add a table; the first row of one that goes on from the page before may end a row cut there."""
    if isinstance(before, Table) and table.rows and len(before.rows[-1]) == len(table.rows[0]):
        head, first = before.rows[-1], table.rows[0]
        cut = not first[0] and any(first) and not re.search(r"[。；]$", max(head, key=len))
        if cut:
            joined = [a + b for a, b in zip(head, first, strict=True)]
            blocks[-1] = Table([*before.rows[:-1], joined])
            table = Table(table.rows[1:])
    if table.rows:
        blocks.append(table)
