"""Reads workbooks that people send back: bounded, nothing computed, every cell with where it stands."""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, LargeZipFile, ZipFile

import openpyxl
from lxml import etree
from openpyxl.utils import get_column_letter, range_boundaries

from reports.text import legible

MAX_BYTES = 64 * 2**20
MAX_UNPACKED = 256 * 2**20
MAX_PARTS = 5_000
MAX_ROWS = 200_000
HEAD_ROWS = 10  # people put a title above the headings
PARTS = frozenset({"[Content_Types].xml", "xl/workbook.xml"})

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EPOCH = datetime(1899, 12, 30)
# 2000-01-01 to 2099-12-31 as Excel counts days: what a date looks like that lost its format
_SERIALS = (36_526, 73_050)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SheetError(Exception):
    """The file is no workbook that can be read; one Chinese line that names it."""


@dataclass
class Faults:
    """What is wrong in one workbook, each with sheet, row and column."""

    file: str
    found: list[str] = field(default_factory=list)

    def add(self, sheet: str, text: str, row: int | None = None, column: str = "", name: str = "") -> None:
        """Note one fault; ``column`` is its letters, ``name`` its heading."""
        where = f"{self.file}『{sheet}』"
        if row is not None:
            where += f"第 {row} 行"
        if column:
            where += f" {column} 列" + (f"（{name}）" if name else "")
        self.found.append(f"{where}：{text}")

    def at(self, sheet: Sheet, row: Row, name: str, text: str) -> None:
        """Note a fault of one cell."""
        self.add(sheet.title, text, row.number, sheet.letters.get(name, ""), name)


@dataclass(frozen=True)
class Cell:
    """What stands in a cell; ``formula`` where it is one, or the error a formula left."""

    value: str | float | int | bool | datetime | date | None = None
    formula: bool = False

    @property
    def text(self) -> str:
        """The cell as text: blanks around it gone, whole numbers without a point, days as 2026-11-20."""
        value = self.value
        if value is None:
            return ""
        if isinstance(value, datetime):
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = _ESCAPED.sub(_unescaped, str(value)) if "_x" in str(value) else str(value)
        return legible(text).strip()

    @property
    def plain(self) -> str:
        """The text with full-width letters and digits made ordinary."""
        return unicodedata.normalize("NFKC", self.text).strip()

    def day(self) -> date | None:
        """Return the day a cell holds, also as a bare serial number or in the usual ways of writing; else None."""
        value = self.value
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            if _SERIALS[0] <= value <= _SERIALS[1] and float(value).is_integer():
                return (_EPOCH + timedelta(days=int(value))).date()
            return None
        found = _DAY.fullmatch(self.plain)
        try:
            return date(*map(int, found.groups())) if found else None
        except ValueError:
            return None

    def number(self) -> float | None:
        """Return the number a cell holds, also written as text; else None."""
        if isinstance(self.value, bool):
            return None
        if isinstance(self.value, int | float):
            return float(self.value)
        found = re.fullmatch(r"[+-]?\d+(?:\.\d+)?", self.plain)
        return float(found[0]) if found else None


EMPTY = Cell()


@dataclass(frozen=True)
class Row:
    """One row below the headings: its number in the sheet, its cells by heading; ``hidden`` not by a filter."""

    number: int
    cells: Mapping[str, Cell]
    hidden: bool = False

    def __getitem__(self, name: str) -> Cell:
        """Return the cell under a heading."""
        return self.cells.get(name, EMPTY)


@dataclass(frozen=True)
class Sheet:
    """One sheet as a table: its rows and the letters of each heading's column."""

    title: str
    letters: Mapping[str, str]
    rows: Sequence[Row]


class Workbook:
    """A workbook opened for reading, closed at the end of the block. Raises SheetError where it is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = _bytes(path)
        try:
            self._zip = ZipFile(io.BytesIO(data))
            _check_package(self._zip, path)
            with _quiet():
                self._book: Any = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        except SheetError:
            raise
        except Exception as error:  # whatever a damaged file makes the library raise
            raise SheetError(f"{path}: 工作簿已损坏，读不出（{type(error).__name__}）") from None

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):
            self._book.close()

    @property
    def titles(self) -> list[str]:
        """The sheets' names."""
        return [str(name) for name in self._book.sheetnames]

    def sheet(self, title: str, required: Sequence[str], faults: Faults) -> Sheet | None:
        """Return a sheet as a table, or None with the fault noted where it or a required heading is absent.

        Notes merged cells and formulas under the required headings. Raises SheetError where it cannot be read.
        """
        named = next((name for name in self._book.sheetnames if str(name).strip() == title), None)
        if named is None:
            faults.add(title, f"没有这个工作表；现有 {'、'.join(self.titles)}")
            return None
        try:
            with _quiet():
                return self._table(self._book[named], title, required, faults)
        except SheetError:
            raise
        except Exception as error:  # as above
            raise SheetError(f"{self.path}『{title}』: 工作表已损坏，读不出（{type(error).__name__}）") from None

    def _table(self, source: Any, title: str, required: Sequence[str], faults: Faults) -> Sheet | None:
        source.reset_dimensions()
        layout = _layout(self._zip.read(source._worksheet_path.lstrip("/")))
        heads: dict[int, str] = {}
        rows: list[Row] = []
        for number, cells in enumerate(source.iter_rows(), start=1):
            if number > MAX_ROWS:
                raise SheetError(f"{self.path}『{title}』: 超过 {MAX_ROWS} 行")
            if not heads:
                heads = _heads(cells, required)
                if not heads and number >= HEAD_ROWS:
                    break
                continue
            row = _row(number, cells, heads, hidden=number in layout.hidden)
            if row is not None:
                rows.append(row)
        if not heads:
            faults.add(title, f"前 {HEAD_ROWS} 行里没有表头（应有 {'、'.join(required)}）")
            return None
        letters = {name: get_column_letter(place + 1) for place, name in heads.items()}
        missing = [name for name in required if name not in letters]
        for name in missing:
            faults.add(title, f"缺少『{name}』一列")
        if missing:
            return None
        sheet = Sheet(title, letters, rows)
        _note_formulas(sheet, required, faults)
        _note_merged(sheet, layout.merged, required, faults)
        return sheet


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's English remarks from the user: what matters of them is told as a fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SheetError(f"{path}: 应为 .xlsx 工作簿，实为文件夹")
        if path.stat().st_size > MAX_BYTES:
            raise SheetError(f"{path}: 文件超过 {MAX_BYTES >> 20} MB，应为 xunjian 导出的工作簿")
        data = path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path}: 无法读取（{error.strerror}）") from None
    if data.startswith(_OLE):
        raise SheetError(f"{path}: 是旧式 .xls 或加了密码的工作簿；请去掉密码，另存为 .xlsx")
    if not data.startswith(_ZIP):
        raise SheetError(f"{path}: 应为 .xlsx 工作簿，实为别的文件")
    return data


def _check_package(package: ZipFile, path: Path) -> None:
    """Refuse what is no workbook, locked, or unpacks to far more than any workbook of ours."""
    try:
        parts = package.infolist()
        names = {part.filename for part in parts}
        if "mimetype" in names:
            raise SheetError(f"{path}: 是 ODF 表格（.ods）；请另存为 .xlsx")
        if not names >= PARTS:
            raise SheetError(f"{path}: 应为 .xlsx 工作簿，实为别的压缩文件")
        if any(part.flag_bits & 1 for part in parts):
            raise SheetError(f"{path}: 加了密码；请去掉密码另存")
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise SheetError(f"{path}: 解压后超过 {MAX_UNPACKED >> 20} MB，不予打开")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                _refuse_declarations(package, part.filename, path)
    except (BadZipFile, LargeZipFile, EOFError, OSError, NotImplementedError) as error:
        raise SheetError(f"{path}: 工作簿已损坏，读不出（{type(error).__name__}）") from None


def _refuse_declarations(package: ZipFile, name: str, path: Path) -> None:
    """Refuse a part that declares entities: no workbook does, and they may unfold without end."""
    tail = b""
    with package.open(name) as part:
        while piece := part.read(2**20):
            if b"<!DOCTYPE" in tail + piece or b"<!ENTITY" in tail + piece:
                raise SheetError(f"{path}: {name} 里声明了实体，不是表格程序所写，不予打开")
            tail = piece[-16:]


@dataclass(frozen=True)
class _Layout:
    merged: Sequence[str]
    hidden: frozenset[int]


def _layout(markup: bytes) -> _Layout:
    """Return the merged ranges and the rows hidden by hand: those a filter hides are not."""
    merged, hidden, filtered = [], [], False
    wanted = (f"{_MAIN}row", f"{_MAIN}mergeCell", f"{_MAIN}filterColumn")
    for _, element in etree.iterparse(io.BytesIO(markup), tag=wanted, resolve_entities=False, no_network=True):
        if element.tag == wanted[0]:
            if element.get("hidden") in ("1", "true") and element.get("r", "").isdigit():
                hidden.append(int(element.get("r", "0")))
        elif element.tag == wanted[1]:
            merged.append(str(element.get("ref", "")))
        else:
            filtered = True
        element.clear()
    return _Layout(merged, frozenset() if filtered else frozenset(hidden))


def _heads(cells: Sequence[Any], required: Sequence[str]) -> dict[int, str]:
    """Return the headings by place where this row holds them: half of those required at least."""
    heads: dict[int, str] = {}
    for place, cell in enumerate(cells):
        name = "".join(unicodedata.normalize("NFKC", str(cell.value)).split()) if cell.value is not None else ""
        if name and name not in heads.values():
            heads[place] = name
    return heads if 2 * len(set(required) & set(heads.values())) >= len(required) else {}


def _row(number: int, cells: Sequence[Any], heads: Mapping[int, str], *, hidden: bool) -> Row | None:
    known = {
        heads[place]: Cell(cell.value, cell.data_type in ("f", "e"))
        for place, cell in enumerate(cells)
        if place in heads and cell.value is not None
    }
    return Row(number, known, hidden) if any(cell.text or cell.formula for cell in known.values()) else None


def _note_formulas(sheet: Sheet, required: Sequence[str], faults: Faults) -> None:
    for row in sheet.rows:
        for name in required:
            if row[name].formula:
                faults.at(sheet, row, name, f"不能是公式、错误值或超出范围的日期，实为 {str(row[name].value)[:40]!r}")


def _note_merged(sheet: Sheet, merged: Sequence[str], required: Sequence[str], faults: Faults) -> None:
    columns = {sheet.letters[name] for name in required}
    for area in merged:
        try:
            left, _, right, bottom = range_boundaries(area)
        except (ValueError, TypeError):
            continue
        touched = {get_column_letter(place) for place in range(left, min(right, left + 16_384) + 1)} & columns
        if sheet.rows and bottom >= sheet.rows[0].number and touched:
            faults.add(sheet.title, f"{area} 是合并的单元格；请取消合并，逐行填写")


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))

