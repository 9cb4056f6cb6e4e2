"""Workbooks that people open: written row by row, text always text, equal content equal bytes.

No cell is ever a formula: what comes from a hostile site stays text, whatever it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.text import legible, web_address

CELL_UNITS = 32_000  # a cell holds 32,767 UTF-16 units
LINKS_PER_SHEET = 60_000  # a sheet holds 65,530
A4 = 9  # the format's number for the paper size
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
DAY_FORMAT = "yyyy-mm-dd"

# A row is as high as its text, up to so many lines: the rest is read in the cell
MOST_LINES, LINE_POINTS = 14, 14
# A line breaks before the column's end; no more of a text is measured than may show
_FILLED, _LOOKED_AT = 0.95, 4000
_WIDEST = float("inf")

_EPOCH = date(1899, 12, 30).toordinal()
_LIKE_FORMULA = re.compile(rf"\s*(?:{'|'.join(map(re.escape, FORMULA_STARTS))})")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Linked(NamedTuple):
    """Text with where it leads: an address on the web, or a file beside the workbook (``relative``)."""

    text: str
    address: str
    relative: bool = False


Value = str | float | int | date | Linked | None


@dataclass(frozen=True)
class Column:
    """A column: its heading and width; ``entry`` where people write, from ``choices`` or a ``day`` where said."""

    name: str
    width: float
    entry: bool = False
    choices: tuple[str, ...] = ()
    day: bool = False
    hidden: bool = False


class Book:
    """A workbook being written, saved when the block ends well; raises OSError where it cannot be."""

    def __init__(self, path: Path, title: str, as_of: date) -> None:
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties(
            {"title": title, "author": "xunjian", "created": datetime.combine(as_of, datetime.min.time())}
        )
        self._styles = _Styles(self._book)
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for sheet in self._book.worksheets():
                sheet.discard()
            self._book.fileclosed = True
            return
        try:
            self._book.close()
        except XlsxWriterException as failed:
            raise OSError(None, str(failed), str(self._path)) from None

    def sheet(
        self, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, protect: bool = False,
        printed: int | None = None,
    ) -> None:
        """Write a sheet: headings frozen and filtered; the first ``printed`` columns, or all, print across one page.

        ``protect`` locks, without a password, all but the columns people write in; filtering, sorting and the
        width of columns and height of rows stay free.
        """
        sheet: Any = self._book.add_worksheet(title, worksheet_class=_Sheet)
        styles = self._styles
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, None, {"hidden": 1} if column.hidden else {})
        widths = [column.width for column in columns]
        sheet.put(0, [cell_text(column.name) for column in columns], [styles.head] * len(columns), widths)
        kinds = [
            (styles.entry_day if column.day else styles.entry) if column.entry else styles.plain for column in columns
        ]
        count = 0
        for count, row in enumerate(rows, start=1):
            sheet.put(count, row, kinds, widths)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, count, len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        if printed is not None:
            sheet.print_area(0, 0, count, printed - 1)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R&P / &N")
        for place, column in enumerate(columns):
            if column.choices and count:
                sheet.data_validation(1, place, count, place, _choice(column))
        if protect:
            sheet.protect("", _FREE)


_FREE = {
    "autofilter": True,
    "sort": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def _choice(column: Column) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_title": column.name,
        "error_message": f"应为：{'、'.join(column.choices)}",
    }


def cell_text(text: str) -> str:
    """Return text a cell can hold: legible, and cut (saying so) where it is longer than a cell."""
    if not text.isprintable():
        text = legible(text)
    if len(text) * 2 > CELL_UNITS:
        packed = text.encode("utf-16-le")
        if len(packed) > CELL_UNITS * 2:
            return (
                packed[: CELL_UNITS * 2].decode("utf-16-le", "ignore") + "……（过长，全文见 findings.jsonl）"
            )
    return text


@dataclass(frozen=True)
class _Kind:
    """The styles of one kind of cell, by what stands in it: numbers of the workbook's formats."""

    text: int
    quoted: int
    day: int
    link: int
    open: bool = False


class _Styles:
    """The few formats of a workbook; ``quoted`` keeps text that looks like a formula text when it is edited."""

    def __init__(self, book: Any) -> None:
        base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C5CDD8"}
        free = base | {"locked": False}
        self.plain, self.entry = self._kind(book, base), replace(self._kind(book, free), open=True)
        self.entry_day = replace(self._kind(book, free | {"num_format": DAY_FORMAT}), open=True)
        self.head = self._kind(book, base | {"bold": True, "bg_color": "#E3EAF3"})

    @staticmethod
    def _kind(book: Any, base: dict[str, Any]) -> _Kind:
        variants: tuple[dict[str, Any], ...] = (
            {},
            {"quote_prefix": True},
            {"num_format": DAY_FORMAT},
            {"font_color": "#0B57A4", "underline": 1, "quote_prefix": True},
        )
        return _Kind(*(book.add_format(base | variant)._get_xf_index() for variant in variants))


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose rows are written whole: cell by cell takes five times as long.

    Builds on XlsxWriter's constant-memory mode, in which a finished row is written out at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._links: list[tuple[str, str, str]] = []

    def put(self, row: int, values: Sequence[Value], kinds: Sequence[_Kind], widths: Sequence[float]) -> None:
        """Write one row, as high as its longest text asks for; rows come in order."""
        number, lines = row + 1, 1
        cells = []
        for letters, value, kind, width in zip(_letters(len(kinds)), values, kinds, widths, strict=True):
            if value is None:
                if kind.open:
                    cells.append(f'<c r="{letters}{number}" s="{kind.text}"/>')
            elif isinstance(value, str):
                like_formula, markup, needed = _string(value)
                if needed > width * lines:
                    lines = max(lines, _lines(value, width, needed))
                cells.append(f'<c r="{letters}{number}" s="{kind.quoted if like_formula else kind.text}" {markup}')
            else:
                if isinstance(value, Linked):
                    lines = max(lines, _lines(value.text, width, _string(value.text)[2]))
                cells.append(self._cell(f"{letters}{number}", value, kind))
        if row == 0:
            self._check_dimensions(0, len(kinds) - 1)
        self._check_dimensions(row, 0)
        height = f' ht="{lines * LINE_POINTS}"' if lines > 1 else ""
        self.fh.write(f'<row r="{number}"{height}>{"".join(cells)}</row>')

    def discard(self) -> None:
        """Let go of what was written."""
        self._opt_close()
        Path(self.row_data_filename).unlink(missing_ok=True)

    def _cell(self, place: str, value: float | int | date | Linked, kind: _Kind) -> str:
        if isinstance(value, Linked):
            linked = self._link(place, value)
            like_formula, markup, _ = _string(value.text)
            return f'<c r="{place}" s="{kind.link if linked else kind.quoted if like_formula else kind.text}" {markup}'
        if isinstance(value, date):
            return f'<c r="{place}" s="{kind.day}"><v>{value.toordinal() - _EPOCH}</v></c>'
        return f'<c r="{place}" s="{kind.text}"><v>{value:.16G}</v></c>'

    def _link(self, place: str, value: Linked) -> bool:
        if len(self._links) >= LINKS_PER_SHEET:
            return False
        address = quote(value.address, safe="/#") if value.relative else web_address(value.address)
        if address is None:
            return False
        target, _, anchor = address.partition("#")
        self._links.append((place, target, anchor))
        return True

    def _write_hyperlinks(self) -> None:
        if not self._links:
            return
        self._xml_start_tag("hyperlinks")
        for number, (place, target, anchor) in enumerate(self._links, start=self.rel_count + 1):
            location = f' location="{escape(anchor)}"' if anchor else ""
            self.fh.write(f'<hyperlink ref="{place}" r:id="rId{number}"{location}/>')
            self.external_hyper_links.append(["/hyperlink", target, "External"])
        self.rel_count += len(self._links)
        self._xml_end_tag("hyperlinks")


@lru_cache(maxsize=64)
def _letters(count: int) -> list[str]:
    return [xl_col_to_name(place) for place in range(count)]


@lru_cache(maxsize=4096)
def _string(text: str) -> tuple[bool, str, float]:
    """Return whether a cell's text looks like a formula, its markup after the style, and how wide it is."""
    text = cell_text(text)
    space = "" if text == text.strip() else ' xml:space="preserve"'
    return (
        _LIKE_FORMULA.match(text) is not None,
        f't="inlineStr"><is><t{space}>{_escaped(text)}</t></is></c>',
        _WIDEST if "\n" in text else _width(text),
    )


def _width(text: str) -> float:
    """Return about how many columns of figures text takes: two for a Chinese character."""
    return (len(text) + len(text.encode("utf-8", "replace"))) / 2


def _lines(text: str, width: float, needed: float) -> int:
    """Return how many lines text as wide as ``needed`` takes in a column, as many as are shown at most."""
    room = width * _FILLED
    if needed != _WIDEST:
        return min(1 + int(needed / room), MOST_LINES)
    return min(sum(1 + int(_width(line) / room) for line in text[:_LOOKED_AT].split("\n", MOST_LINES)), MOST_LINES)


def _escaped(text: str) -> str:
    """Return text for XML; what reads like the format's own escape of a character is itself escaped."""
    if "_x" in text:
        text = _ESCAPE_LIKE.sub("_x005F_", text)
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text
