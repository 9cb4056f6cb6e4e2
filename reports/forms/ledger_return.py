"""A ledger workbook as people sent it back: what they decided, as acts, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import msgspec

from crawler.urls import host_of, is_private_host
from reports import words
from reports.bundle import ReportBundle
from reports.forms import ledger_form as form
from reports.forms.sheets import Cell, Faults, Row, Sheet, Workbook
from reports.ledger import Act, ActKind, Entry
from reports.ledger.acts import refusal
from reports.text import web_address
from reports.writers.book import Linked, cell_text

STATUS_OF = {word: status for status, word in words.STATUS.items()}
STANDING = ("new", "open", "reopened")
LONGEST = {"整改链接": 2000, "复核意见": 2000, "异议理由": 2000, "豁免理由": 2000, "豁免责任人": 60, "经办人": 60}
WAIVER = ("豁免理由", "豁免责任人", "豁免至")
SETTLING = ("整改状态", "异议理由", *WAIVER)
# What never changes after export, so that a change is somebody's
FIXED = ("单位", "栏目", "问题", "依据", "链接", "证据", "发现时间", "检查", "严重程度", "指向", "整改办法")
# Of these, what holds over runs
LASTING = ("链接", "指向", "检查")
REQUIRED = tuple(column.name for column in form.LEDGER if column.name not in ("序号", "经办人"))


@dataclass(frozen=True)
class Basis:
    """What a returned workbook is held against.

    ``entries`` is the ledger by fingerprint, ``bundle`` the home's present reports, ``runs`` the ids of all
    runs, ``hosts`` what counts as the site itself; ``by`` and ``day`` go with what is entered.
    """

    site: str
    entries: Mapping[str, Entry]
    bundle: ReportBundle
    runs: Collection[str]
    hosts: Collection[str]
    by: str
    day: date


@dataclass
class Returned:
    """What a workbook says: acts to enter, how many rows changed something, what to tell the user; or faults."""

    acts: list[Act] = field(default_factory=list)
    rows: int = 0
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read(path: Path, basis: Basis) -> Returned:
    """Read a workbook; with any fault there are no acts. Raises SheetError where it cannot be read at all."""
    faults = Faults(path.name)
    with Workbook(path) as book:
        about = book.sheet(form.ABOUT, ("项目", "内容"), faults)
        sheet = book.sheet(form.SHEET, REQUIRED, faults)
    run_id = _origin(about, basis, faults) if about else ""
    if sheet is None or faults.found:
        return Returned(faults=faults.found)
    reading = _Reading(basis, sheet, faults, run_id)
    returned = Returned(notes=_extra_columns(sheet))
    for row in sheet.rows:
        acts = list(reading.acts(row))
        returned.acts += acts
        returned.rows += bool(acts)
    if run_id != basis.bundle.run_id:
        returned.notes.append(f"工作簿出自较早的巡检 {run_id}，此后有变动的问题未予覆盖")
    return replace(returned, acts=[], faults=faults.found) if faults.found else returned


def _origin(about: Sheet, basis: Basis, faults: Faults) -> str:
    """Return the run a workbook was exported from; notes where it is another site's, or nobody knows the run."""
    said: dict[str, tuple[Row, str]] = {}
    for row in about.rows:
        said.setdefault(row["项目"].plain, (row, row["内容"].text))
    for name in ("站点", "巡检编号"):
        if name not in said:
            faults.add(about.title, f"缺少『{name}』一行，看不出是哪个站点、哪次巡检的台账")
    if faults.found:
        return ""
    row, site = said["站点"]
    if form.squeezed(site) != form.squeezed(basis.site):
        faults.at(about, row, "内容", f"是『{site}』的台账，应为『{basis.site}』的")
    row, run_id = said["巡检编号"]
    if run_id not in basis.runs:
        faults.at(about, row, "内容", f"台账里没有巡检 {run_id!r}")
    return run_id


def _extra_columns(sheet: Sheet) -> list[str]:
    known = {column.name for column in form.LEDGER}
    extra = [name for name in sheet.letters if name not in known]
    return [f"未读入自行增加的列：{'、'.join(extra)}"] if extra else []


class _Reading:
    """Reads the rows of one sheet, one after the other."""

    def __init__(self, basis: Basis, sheet: Sheet, faults: Faults, run_id: str) -> None:
        self.basis, self.sheet, self.faults = basis, sheet, faults
        self._seen: dict[str, int] = {}
        bundle = basis.bundle
        self._same_run = run_id == bundle.run_id
        self._exported = {row[_NAME]: row for row in _texts(bundle)} if self._same_run else {}

    def acts(self, row: Row) -> Iterator[Act]:
        """Return what a row says people did; notes its faults and then returns nothing."""
        before = len(self.faults.found)
        entry = self._entry(row)
        if entry is None:
            return
        self._check_protected(row, entry)
        changed = self._changed(row, entry)
        if not changed or len(self.faults.found) > before:
            return
        if row.hidden:
            self.faults.add(self.sheet.title, "这一行被隐藏，而其中有填写；取消隐藏、核对后再导入", row.number)
            return
        self._check_lengths(row, changed)
        made = list(_Decision(self, row, entry, changed).acts())
        if len(self.faults.found) > before:
            return
        for act, name in made:
            if (reason := refusal(act, entry)) is not None:
                self.faults.at(self.sheet, row, name, reason)
        if len(self.faults.found) == before:
            yield from (act for act, _ in made)

    def _entry(self, row: Row) -> Entry | None:
        name = row["问题编号"].plain.lower()
        if not name:
            self.faults.at(self.sheet, row, "问题编号", "是空的，而这一行有内容")
            return None
        if name in self._seen:
            self.faults.at(self.sheet, row, "问题编号", f"与第 {self._seen[name]} 行重复")
            return None
        self._seen[name] = row.number
        entry = self.basis.entries.get(name)
        if entry is None:
            self.faults.at(self.sheet, row, "问题编号", f"台账里没有这个编号：{name[:40]!r}")
        return entry

    def _check_protected(self, row: Row, entry: Entry) -> None:
        own = self._exported.get(entry.finding.fingerprint)
        if own is None:
            finding = entry.finding
            check = self.basis.bundle.checks.get(finding.check)
            title = check.title if check else finding.check
            own = {"链接": finding.url, "指向": finding.target or "", "检查": title}
        for name in FIXED if self._same_run and entry.finding.fingerprint in self._exported else LASTING:
            if form.squeezed(row[name].text) != form.squeezed(own[name]):
                self._protected(row, name)
        mark = row["校验"].text
        said = form.check_mark((), tuple(_volatile(row, name) for name in form.VOLATILE))[8:]
        if len(mark) != 8 + len(said):
            self._protected(row, "校验")
            return
        for place, name in enumerate(form.VOLATILE):
            if said[4 * place : 4 * place + 4] != mark[8 + 4 * place : 12 + 4 * place]:
                self._protected(row, name)

    def _protected(self, row: Row, name: str) -> None:
        self.faults.at(self.sheet, row, name, "受保护，不应改动；请改回，或重新导出再填")

    def _changed(self, row: Row, entry: Entry) -> dict[str, str]:
        """Return what stands in the columns people write in, where they changed it: by column, as text."""
        now = form.entries(words.STATUS[entry.standing.status], entry.handling)
        said = tuple(_said(row[name], name) for name in form.KEPT)
        exported, mark = row["校验"].text[:8], form.check_mark(said, ())
        if mark == exported or mark == form.check_mark(now, ()):
            return {}
        if exported != form.check_mark(now, ()):
            self.faults.at(
                self.sheet, row, "整改状态", f"导出之后这一条在台账里已有变动，现为『{now[0]}』；请重新导出再填"
            )
            return {}
        pairs = zip(form.KEPT, said, now, strict=True)
        return {name: text for name, text, was in pairs if form.squeezed(text) != form.squeezed(was)}

    def _check_lengths(self, row: Row, changed: Mapping[str, str]) -> None:
        for name in (*changed, "经办人"):
            longest = LONGEST.get(name)
            if longest is not None and len(row[name].text) > longest:
                self.faults.at(self.sheet, row, name, f"最多 {longest} 个字，实有 {len(row[name].text)} 个")


class _Decision:
    """One row that people changed, turned into acts, each with the column it comes from."""

    def __init__(self, reading: _Reading, row: Row, entry: Entry, changed: Mapping[str, str]) -> None:
        self._reading, self.row, self.entry, self.changed = reading, row, entry, changed
        self._basis = reading.basis
        self.by = row["经办人"].text or self._basis.by

    def acts(self) -> Iterator[tuple[Act, str]]:
        """Return the acts in the order they are to be entered; notes faults."""
        if not self.by.strip():
            self._fault("经办人", "应写明由谁办理，或在命令里用 --by")
            return
        yield from self._confirmation()
        yield from self._link()
        opinion_told = False
        for act, name in self._settlement():
            opinion_told |= act.kind == "uphold"
            yield act, name
        if "复核意见" in self.changed and not opinion_told:
            yield self._act("opinion", "复核意见", self.changed["复核意见"])

    def _confirmation(self) -> Iterator[tuple[Act, str]]:
        said = self.changed.get("确认")
        if said is None:
            return
        if said not in (form.CONFIRMED, ""):
            self._fault("确认", f"应为『{form.CONFIRMED}』或留空，实为 {said[:40]!r}")
        elif said and self.entry.finding.confidence == "certain":
            self._fault("确认", "本来就是确定的问题，无需确认")
        else:
            yield self._act("confirm" if said else "unconfirm", "确认", "")

    def _link(self) -> Iterator[tuple[Act, str]]:
        said = self.changed.get("整改链接")
        if said is None:
            return
        if said and web_address(said) is None:
            self._fault("整改链接", f"应为 http:// 或 https:// 开头的网址，实为 {said[:80]!r}")
        elif said and (host := host_of(said)) not in self._basis.hosts and is_private_host(host):
            self._fault("整改链接", f"是内网地址，公众打不开：{said[:80]}")
        else:
            yield self._act("link", "整改链接", said)

    def _settlement(self) -> Iterator[tuple[Act, str]]:
        before, said = self.entry.standing.status, self._text("整改状态")
        after = STATUS_OF.get(said)
        if after is None:
            self._fault("整改状态", f"应为 {'、'.join(STATUS_OF)} 之一，实为 {said[:40]!r}")
            return
        if after != "disputed" and self.changed.get("异议理由"):
            self._fault("异议理由", "写了异议理由的，整改状态应为『有异议』")
        if after != "waived":
            for name in WAIVER:
                if self.changed.get(name):
                    self._fault(name, f"写了{name}的，整改状态应为『已豁免』")
        if after == before:
            yield from self._same(after)
        elif after == "fixed" and before != "waived":
            yield from self._closing()
        elif after == "disputed" and before in STANDING:
            yield from self._objection()
        elif after == "waived" and before != "fixed":
            yield from self._waiver("grant" if before == "disputed" else "waive")
        elif after == "open" and before == "disputed":
            if not self._text("复核意见"):
                self._fault("复核意见", "驳回异议的，应写明理由")
            else:
                yield self._act("uphold", "整改状态", self._text("复核意见"))
        elif after == "open" and before == "waived":
            yield self._act("unwaive", "整改状态", self._text("复核意见"))
        else:
            self._fault("整改状态", _not_allowed(words.STATUS[before], said, after))

    def _same(self, status: str) -> Iterator[tuple[Act, str]]:
        if status == "disputed" and "异议理由" in self.changed:
            self._fault("异议理由", "异议正在处理，理由不能改；可写复核意见")
        if status == "waived" and any(name in self.changed for name in WAIVER):
            yield from self._waiver("waive")

    def _closing(self) -> Iterator[tuple[Act, str]]:
        link, opinion = self._text("整改链接"), self._text("复核意见")
        if not link and not opinion:
            self._fault("整改状态", "填『已整改』的，应有整改链接或复核意见")
            return
        yield self._act("close", "整改状态", opinion or f"整改链接：{link}")

    def _objection(self) -> Iterator[tuple[Act, str]]:
        reason = self._text("异议理由")
        if not reason:
            self._fault("异议理由", "填『有异议』的，应写明理由")
            return
        yield self._act("dispute", "异议理由", reason)

    def _waiver(self, kind: ActKind) -> Iterator[tuple[Act, str]]:
        cell = self.row["豁免至"]
        expires = cell.day()
        for name in WAIVER:
            if not self.row[name].text:
                self._fault(name, f"填『已豁免』的，应有{name}")
        if cell.text and expires is None:
            self._fault("豁免至", f"应为日期（如 2026-12-31），实为 {cell.text[:40]!r}")
        elif expires is not None and expires < self._basis.day:
            self._fault("豁免至", f"{expires} 已过，应不早于办理日 {self._basis.day}")
        elif expires is not None and all(self.row[name].text for name in WAIVER):
            act, name = self._act(kind, "豁免至", self._text("豁免理由"))
            yield msgspec.structs.replace(act, owner=self._text("豁免责任人"), expires=expires.isoformat()), name

    def _act(self, kind: ActKind, name: str, text: str) -> tuple[Act, str]:
        day = self._basis.day.isoformat()
        return Act(fingerprint=self.entry.finding.fingerprint, kind=kind, by=self.by, day=day, text=text), name

    def _text(self, name: str) -> str:
        return _said(self.row[name], name)

    def _fault(self, name: str, text: str) -> None:
        self._reading.faults.at(self._reading.sheet, self.row, name, text)


def _not_allowed(before: str, said: str, after: str) -> str:
    if after in ("new", "reopened"):
        return f"『{said}』由巡检判定，不能填"
    if after == "fixed":
        return f"『{before}』的不能直接改为『{said}』；先改为『未整改』撤回"
    if after == "open":
        return f"『{before}』不用改为『未整改』：只有撤回异议或豁免时这样填"
    return f"『{before}』不能改为『{said}』"


def _said(cell: Cell, name: str) -> str:
    if name in ("整改状态", "确认"):
        return cell.plain
    if name == "豁免至":
        day = cell.day()
        return day.isoformat() if day else cell.text
    return cell.text


def _volatile(row: Row, name: str) -> str:
    cell = row[name]
    if name == "整改时限":
        day = cell.day()
        return day.isoformat() if day else cell.text
    return cell.plain if name == "扣分" else cell.text


_NAME = "问题编号"


def _texts(bundle: ReportBundle) -> Iterator[dict[str, str]]:
    """Return the rows of a bundle's own workbook as texts by heading."""
    names = [column.name for column in form.LEDGER]
    for values in form.rows(bundle.findings, bundle):
        row = {}
        for name, value in zip(names, values, strict=True):
            plain = value.text if isinstance(value, Linked) else value
            row[name] = Cell(cell_text(plain) if isinstance(plain, str) else plain).text
        yield row
