"""Spreadsheets: Excel's three formats, and WPS's .et, which is the second of them. One table a sheet."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from crawler.office.contents import Contents, FileFaultError, Limits, TableTaker, cell_text, clean, table_lines
from crawler.office.packages import attribute, local, open_package, parse

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MAX_COLUMN = 16_384


def read_xlsx(data: bytes, limits: Limits) -> Contents:
    """Return the sheets of an .xlsx or .xlsm, hidden ones too; formulas by the values kept with them."""
    open_package(data, limits).close()
    import openpyxl

    # what the sheets say of their size is not believed: a cell in the last corner is no million rows
    workbook: Any = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    taker = TableTaker(limits)
    with contextlib.closing(workbook):
        sheets = workbook.worksheets
        for sheet in sheets:
            if taker.full:
                taker.partial = True
                break
            sheet.reset_dimensions()
            taker.take(sheet.iter_rows(values_only=True), sheet.title)
        title = str(workbook.properties.title or "")
    return _contents(taker, len(sheets), clean(title))


def read_xls(data: bytes, limits: Limits) -> Contents:
    """Return the sheets of an .xls or .et."""
    try:
        import xlrd
    except ImportError:
        raise FileFaultError("not-installed", "读取 .xls 须先安装 xunjian[office]") from None
    taker = TableTaker(limits)
    try:
        workbook = xlrd.open_workbook(file_contents=data, on_demand=True, ragged_rows=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise FileFaultError("encrypted", "文件设有密码") from error
        raise
    for number in range(workbook.nsheets):
        if taker.full:
            taker.partial = True
            break
        sheet = workbook.sheet_by_index(number)
        taker.take(_xls_rows(sheet, workbook.datemode), sheet.name)
        workbook.unload_sheet(number)
    return _contents(taker, workbook.nsheets)


def _xls_rows(sheet: Any, datemode: int) -> Iterator[list[object]]:
    import xlrd

    for number in range(sheet.nrows):
        row: list[object] = []
        for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True):
            if kind == xlrd.XL_CELL_DATE:
                try:
                    row.append(xlrd.xldate_as_datetime(value, datemode))
                except (ValueError, OverflowError):
                    row.append(value)
            elif kind == xlrd.XL_CELL_ERROR:
                row.append(xlrd.error_text_from_code.get(value, "#ERR"))
            elif kind == xlrd.XL_CELL_BOOLEAN:
                row.append(bool(value))
            else:
                row.append(value)
        yield row


def read_flat(data: bytes, limits: Limits) -> Contents:
    """Return the sheets of an XML Spreadsheet 2003, the form many systems export under the suffix .xls."""
    taker = TableTaker(limits)
    sheets = [element for element in parse(data) if local(element) == "Worksheet"]
    for sheet in sheets:
        table = next((child for child in sheet if local(child) == "Table"), None)
        if table is not None:
            taker.take(_flat_rows(table), attribute(sheet, "Name") or "")
    return _contents(taker, len(sheets))


def _flat_rows(table: Element) -> Iterator[list[str]]:
    for row in table:
        if local(row) != "Row":
            continue
        cells: list[str] = []
        for cell in row:
            if local(cell) != "Cell":
                continue
            at = _number(attribute(cell, "Index"))
            cells.extend([""] * (min(at, _MAX_COLUMN) - 1 - len(cells)))
            data = next((child for child in cell if local(child) == "Data"), None)
            cells.append(_flat_value(data))
            cells.extend([""] * min(_number(attribute(cell, "MergeAcross")), _MAX_COLUMN - len(cells)))
        yield cells


def _flat_value(data: Element | None) -> str:
    if data is None:
        return ""
    text = "".join(str(piece) for piece in data.itertext())
    kind = attribute(data, "Type")
    if kind == "DateTime":
        return text.removesuffix("T00:00:00.000").replace("T", " ")[:16]
    if kind == "Number":
        try:
            return cell_text(float(text))
        except ValueError:
            return text
    return text


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 0


def _contents(taker: TableTaker, sheets: int, title: str = "") -> Contents:
    lines = [line for table in taker.tables for line in (table.name, *table_lines(table))]
    return Contents(text="\n".join(lines), tables=taker.tables, title=title, pages=sheets, partial=taker.partial)
