"""A worksheet as evaluators sent it back: their marks, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from reports.forms import worksheet_form as form
from reports.forms.ledger_form import squeezed
from reports.forms.sheets import Faults, Row, Sheet, Workbook
from reports.ledger import Mark
from reports.writers.book import cell_text
from rules.model import Clause, Pack

REQUIRED = tuple(column.name for column in form.WORKSHEET if column.name in (*form.ENTRIES, *form.LASTING, "条款编号"))
MOST_POINTS = 1000
LONGEST = {"备注": 2000, "评定人": 60}


@dataclass(frozen=True)
class Basis:
    """What a returned worksheet is held against; ``by`` and ``day`` go with marks that name none themselves."""

    site: str
    plan_year: int
    packs: Iterable[Pack]
    marks: Iterable[Mark]
    by: str
    day: date


@dataclass
class Returned:
    """What a worksheet says: the marks that are new or changed, what to tell the user; or faults."""

    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(path: Path, basis: Basis) -> Returned:
    """Read a worksheet; with any fault there are no marks. Raises SheetError where it cannot be read at all."""
    faults = Faults(path.name)
    with Workbook(path) as book:
        about = book.sheet(form.ABOUT, ("项目", "内容"), faults)
        sheet = book.sheet(form.SHEET, REQUIRED, faults)
    if about is not None:
        _check_origin(about, basis, faults)
    if sheet is None or faults.found:
        return Returned(faults=faults.found)
    known = {column.name for column in form.WORKSHEET}
    extra = [name for name in sheet.letters if name not in known]
    notes = [f"未读入自行增加的列：{'、'.join(extra)}"] if extra else []
    marks = list(_Reading(basis, sheet, faults).marks())
    return Returned(faults=faults.found) if faults.found else Returned(marks=marks, notes=notes)


def _check_origin(about: Sheet, basis: Basis, faults: Faults) -> None:
    said: dict[str, tuple[Row, str]] = {}
    for row in about.rows:
        said.setdefault(row["项目"].plain, (row, row["内容"].plain))
    wanted = {"表": form.KIND, "站点": basis.site, "对照年度": str(basis.plan_year)}
    for name, value in wanted.items():
        if name not in said:
            faults.add(about.title, f"缺少『{name}』一行，看不出是不是本站本年的{form.KIND}")
        elif squeezed(said[name][1]) != squeezed(value):
            row, other = said[name]
            faults.at(about, row, "内容", f"{name}应为『{value}』，实为『{other[:60]}』")


class _Reading:
    """Reads the rows of one worksheet."""

    def __init__(self, basis: Basis, sheet: Sheet, faults: Faults) -> None:
        self.basis, self.sheet, self.faults = basis, sheet, faults
        self._clauses = {
            (squeezed(pack.document.title), clause.id): (pack, clause) for pack, clause in form.for_people(basis.packs)
        }
        self._ids = {clause_id for _, clause_id in self._clauses}
        self._known = {
            (mark.pack, mark.clause): mark for mark in basis.marks if mark.period == str(basis.plan_year)
        }
        self._seen: dict[tuple[str, str], int] = {}

    def marks(self) -> Iterator[Mark]:
        """Return the marks that differ from those known; notes faults."""
        for row in self.sheet.rows:
            before = len(self.faults.found)
            found = self._clause(row)
            if found is None:
                continue
            pack, clause = found
            self._check_protected(row, pack, clause)
            mark = self._mark(row, pack, clause)
            if mark is not None and len(self.faults.found) == before and not self._same(mark):
                if row.hidden:
                    self.faults.add(self.sheet.title, "这一行被隐藏，而其中有填写；取消隐藏、核对后再导入", row.number)
                yield mark

    def _same(self, mark: Mark) -> bool:
        return self._known.get((mark.pack, mark.clause)) == mark

    def _clause(self, row: Row) -> tuple[Pack, Clause] | None:
        name, title = row["条款编号"].plain, squeezed(row["规则包"].text)
        if not name:
            self._fault(row, "条款编号", "是空的，而这一行有内容")
            return None
        if name not in self._ids:
            self._fault(row, "条款编号", f"没有这个须人评定的条款：{name[:40]!r}")
            return None
        if (title, name) not in self._clauses:
            self._fault(row, "规则包", "受保护，不应改动；请改回，或重新导出再填")
            return None
        if (title, name) in self._seen:
            self._fault(row, "条款编号", f"与第 {self._seen[title, name]} 行重复")
            return None
        self._seen[title, name] = row.number
        return self._clauses[title, name]

    def _check_protected(self, row: Row, pack: Pack, clause: Clause) -> None:
        own = {
            "规则包": pack.document.title,
            "章节": clause.section,
            "条款": clause.quote + (f"（{clause.aspect}）" if clause.aspect else ""),
        }
        for name, text in own.items():
            if squeezed(row[name].text) != squeezed(cell_text(text)):
                self._fault(row, name, "受保护，不应改动；请改回，或重新导出再填")

    def _mark(self, row: Row, pack: Pack, clause: Clause) -> Mark | None:
        known = self._known.get((pack.id, clause.id))
        if not any(row[name].text for name in form.ENTRIES):
            if known is not None:
                self._fault(row, "分值", "已有的评定不能清空；要撤回，是否适用填『否』")
            return None
        before = len(self.faults.found)
        applies = self._applies(row)
        points, awarded = self._number(row, "分值", applies), self._number(row, "得分", applies)
        if points is not None and not (0 < points <= MOST_POINTS if applies else 0 <= points <= MOST_POINTS):
            self._fault(row, "分值", f"应大于 0、不超过 {MOST_POINTS}，实为 {points:g}")
        elif points is not None and awarded is not None and not 0 <= awarded <= points:
            self._fault(row, "得分", f"应在 0 和分值 {points:g} 之间，实为 {awarded:g}")
        for name, longest in LONGEST.items():
            if len(row[name].text) > longest:
                self._fault(row, name, f"最多 {longest} 个字，实有 {len(row[name].text)} 个")
        by, day = row["评定人"].text or (known.by if known else "") or self.basis.by, self._day(row, known)
        if not by.strip():
            self._fault(row, "评定人", "应写明由谁评定，或在命令里用 --by")
        if len(self.faults.found) > before:
            return None
        return Mark(
            pack=pack.id, clause=clause.id, period=str(self.basis.plan_year), points=points or 0.0,
            awarded=awarded or 0.0, applicable=applies, remark=row["备注"].text, by=by, day=day.isoformat(),
        )

    def _applies(self, row: Row) -> bool:
        said = row["是否适用"].plain
        if said not in (*form.APPLIES, ""):
            self._fault(row, "是否适用", f"应为『是』或『否』，实为 {said[:40]!r}")
        return said != "否"

    def _number(self, row: Row, name: str, applies: bool) -> float | None:
        cell = row[name]
        number = cell.number()
        if cell.text and number is None:
            self._fault(row, name, f"应为数字，实为 {cell.text[:40]!r}")
        elif number is not None and round(number, 2) != number:
            self._fault(row, name, f"最多两位小数，实为 {number:g}")
        elif applies and not cell.text:
            self._fault(row, name, f"填了评定的，应有{name}；不适用的，是否适用填『否』")
        return number

    def _day(self, row: Row, known: Mark | None) -> date:
        cell, today = row["日期"], self.basis.day
        day = cell.day()
        if cell.text and day is None:
            self._fault(row, "日期", f"应为日期（如 2026-11-20），实为 {cell.text[:40]!r}")
        elif day is not None and day > today:
            self._fault(row, "日期", f"{day} 晚于办理日 {today}")
        return day or (date.fromisoformat(known.day) if known and known.day else today)

    def _fault(self, row: Row, name: str, text: str) -> None:
        self.faults.at(self.sheet, row, name, text)

