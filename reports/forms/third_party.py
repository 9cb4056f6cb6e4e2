"""A third party's marks (第三方评估): a table 单位, 得分 as .csv or .xlsx, every mistake told with its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path

from reports.assessment import WHOLE_SITE
from reports.forms.sheets import Cell, Faults, Row, Sheet, SheetError, Workbook

REQUIRED = ("单位", "得分")
MAX_BYTES = 5 * 2**20


def read(path: Path, names: Collection[str], site: str) -> tuple[dict[str, float], list[str]]:
    """Return the marks by department (the site's own under WHOLE_SITE) and the faults; with any there are no marks.

    ``names`` are the departments there are; the site may stand under its name too. Raises SheetError where the file
    cannot be read.
    """
    faults = Faults(path.name)
    sheet = _from_csv(path, faults) if path.suffix.lower() in (".csv", ".txt") else _from_workbook(path, faults)
    marks: dict[str, float] = {}
    if sheet is not None:
        if not sheet.rows:
            faults.add(sheet.title, "表头之下没有内容")
        rows: dict[str, int] = {}
        for row in sheet.rows:
            _read_row(sheet, row, names, site, faults, marks, rows)
    return ({}, faults.found) if faults.found else (marks, [])


def _read_row(
    sheet: Sheet, row: Row, names: Collection[str], site: str, faults: Faults, marks: dict[str, float],
    rows: dict[str, int],
) -> None:
    name = row["单位"].plain
    if name in (site, WHOLE_SITE):
        name = WHOLE_SITE
    elif name not in names:
        faults.at(sheet, row, "单位", f"没有这个单位：{name[:40]!r}" if name else "是空的，而这一行有内容")
        return
    if name in rows:
        faults.at(sheet, row, "单位", f"与第 {rows[name]} 行重复")
        return
    rows[name] = row.number
    mark = row["得分"].number()
    if mark is None:
        faults.at(sheet, row, "得分", f"应为 0 到 100 的数字，实为 {row['得分'].text[:40]!r}")
    elif not 0 <= mark <= 100:
        faults.at(sheet, row, "得分", f"应为 0 到 100 的数字，实为 {mark:g}")
    else:
        marks[name] = mark


def _from_workbook(path: Path, faults: Faults) -> Sheet | None:
    with Workbook(path) as book:
        return book.sheet(book.titles[0], REQUIRED, faults)


def _from_csv(path: Path, faults: Faults) -> Sheet | None:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path}: 无法读取（{error.strerror}）") from None
    if len(data) > MAX_BYTES or b"\0" in data:
        raise SheetError(f"{path}: 应为 CSV 表格（单位,得分），实为别的文件")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    head, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    names = [name.strip() for name in head]
    missing = [name for name in REQUIRED if name not in names]
    for name in missing:
        faults.add("CSV", f"第 1 行缺少『{name}』一列")
    if missing:
        return None
    letters = {name: f"第 {names.index(name) + 1}" for name in REQUIRED}
    return Sheet("CSV", letters, [
        Row(number, {name: Cell(value) for name, value in zip(names, row, strict=False)})
        for number, row in enumerate(rows, start=2) if any(value.strip() for value in row)
    ])
