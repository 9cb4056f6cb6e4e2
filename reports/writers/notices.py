"""Rectification notices as Word documents: to each department what it has to mend, why, how and by when.

A notice says nothing of other departments. What nobody is answerable for yet goes to the site's operator in a notice
of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from checks.model import Finding
from reports import words
from reports.bundle import UNASSIGNED, ReportBundle, department_of
from reports.cards import card, mend_first
from reports.scoring import costs, may_cost
from reports.text import clip, legible
from reports.writers.files import file_stems
from reports.writers.paper import Cell, Column, Line, Link, Paper
from reports.writers.phrases import name_of, numeral, shown_address, shown_message, spoken_day

LISTED = 300
QUOTE = 160
REST = "台账 ledger.xlsx"
WRITING_ROOM = 11  # millimetres a row of the form is high
NOTED = frozenset({"reopened", "disputed"})

MEND_COLUMNS = (
    Column("序号", 1.1, True), Column("问题", 6.6), Column("地址", 4.6), Column("整改时限", 3, True),
)  # fmt: skip
CHECK_COLUMNS = (Column("序号", 1.1, True), Column("问题", 7.6), Column("地址", 5.2), Column("编号", 1.9, True))
REPLY_COLUMNS = (
    Column("序号", 1.1, True), Column("编号", 2, True), Column("整改情况（已整改、整改中、有异议）", 4),
    Column("整改后的地址", 4), Column("完成日期", 2.2), Column("说明", 3),
)  # fmt: skip


def departments(bundle: ReportBundle) -> list[str]:
    """Return the departments that get a notice: those with something to mend or to check, the unassigned last."""
    names = {department_of(finding) for finding in bundle.findings if costs(finding) or may_cost(finding)}
    return sorted(names - {UNASSIGNED}) + ([UNASSIGNED] if UNASSIGNED in names else [])


def write(folder: Path, bundle: ReportBundle, wanted: Sequence[str] = ()) -> dict[str, Path]:
    """Write a notice for every department, or for those wanted that have anything to mend; return their files.

    A department's file has the same name whoever else gets one. Raises OSError, and ImportError where python-docx is
    not installed.
    """
    every = departments(bundle)
    stems = file_stems(every)
    own: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in mend_first(bundle.findings):
        own[department_of(finding)].append(finding)
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for name in every:
        if not wanted or name in wanted:
            made[name] = folder / f"{stems[name]}.docx"
            _notice(name, own[name], bundle).save(made[name])
    return made


def _notice(name: str, findings: Sequence[Finding], bundle: ReportBundle) -> Paper:
    mend = [finding for finding in findings if costs(finding)]
    check = [finding for finding in findings if may_cost(finding)]
    undecided = sum(finding.verdict != "fail" for finding in findings)
    title = "政务公开巡检问题整改通知"
    paper = Paper(f"{title}（{name_of(name)}）", title, bundle.as_of)
    paper.title(title, f"（{name_of(bundle.site)}　{spoken_day(bundle.as_of)}）")
    paper.flush("网站主办单位：" if name == UNASSIGNED else f"{name_of(name)}：")
    _opening(paper, name, mend, check, undecided, bundle)
    numbers: dict[str, int] = {}
    sections = 0
    if mend:
        sections += 1
        paper.heading(f"{numeral(sections)}、需要整改的问题（{len(mend)} 个）", 1)
        _to_mend(paper, mend[:LISTED], bundle, numbers)
        if len(mend) > LISTED:
            paper.note(f"共 {len(mend)} 个，这里按整改先后列出前 {LISTED} 个，其余 {len(mend) - LISTED} 个见{REST}。")
    if check:
        sections += 1
        paper.heading(f"{numeral(sections)}、需要核对的问题（{len(check)} 个）", 1)
        paper.text("下列问题须由人确认，确认之前不扣分。请逐条核对：属实的请整改，不属实的请在回执中说明理由。")
        _to_check(paper, check[:LISTED], bundle, numbers)
        if len(check) > LISTED:
            paper.note(f"共 {len(check)} 个，这里列出前 {LISTED} 个，其余 {len(check) - LISTED} 个见{REST}。")
    paper.heading(f"{numeral(sections + 1)}、反馈", 1)
    paper.text("整改完成后请填写所附回执，写明整改后的地址。地址有变的，以回执所填为准，下次巡检据此复核、销号；"
               "对问题有异议的，请在整改时限前说明理由。")
    _reply(paper, name, numbers, bundle)
    return paper


def _opening(
    paper: Paper, name: str, mend: Sequence[Finding], check: Sequence[Finding], undecided: int, bundle: ReportBundle
) -> None:
    breached = {breach.pack for finding in (*mend, *check) for breach in finding.breaches}
    titles = "、".join(f"《{name_of(pack.document.title)}》" for pack in bundle.packs if pack.id in breached)
    parts = [f"需要整改的问题 {len(mend)} 个"] if mend else []
    parts += [f"需要核对的问题 {len(check)} 个"] if check else []
    whose = "尚未落实责任单位的内容" if name == UNASSIGNED else "你单位负责的内容"
    paper.text(f"依据{titles}，对“{name_of(bundle.site)}”作了巡检，期限计算到 {spoken_day(bundle.as_of)}。"
               f"{whose}中有{'、'.join(parts)}，现将清单发给你们，请在时限前办理。")
    if name == UNASSIGNED:
        paper.text("请先明确各问题的责任单位，再由责任单位整改。")
    overdue = sum(bundle.changes.terms.get(finding.due or "", 0) < 0 for finding in mend)
    due = min((finding.due for finding in mend if finding.due), default=None)
    if due:
        late = f"其中 {overdue} 个已过时限，请立即整改；" if overdue else ""
        paper.text(f"{late}最早的整改时限为 {spoken_day(due)}。时限按工作日计算，"
                   f"剩余工作日数自 {spoken_day(bundle.as_of)} 起算。")
    if undecided:
        paper.text(f"另有 {undecided} 处本次未能核实，不扣分，核实后另行通知。")


def _to_mend(paper: Paper, findings: Sequence[Finding], bundle: ReportBundle, numbers: dict[str, int]) -> None:
    by_check: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_check[finding.check].append(finding)
    for place, own in enumerate(by_check.values(), start=1):
        first = card(own[0], bundle)
        paper.heading(f"（{numeral(place)}）{name_of(first.title)}（{len(own)} 个）", 2)
        for quoted in _quotes(own, bundle):
            paper.text(f"依据：{quoted}")
        if first.remedy:
            paper.text(f"整改：{first.remedy}")
        paper.table(name_of(first.title), MEND_COLUMNS, [
            [_number(finding, numbers), _told(finding), shown_address(finding), card(finding, bundle).due]
            for finding in own
        ])


def _to_check(paper: Paper, findings: Sequence[Finding], bundle: ReportBundle, numbers: dict[str, int]) -> None:
    paper.table("需要核对的问题", CHECK_COLUMNS, [
        [_number(finding, numbers), _told(finding), shown_address(finding), finding.fingerprint[:8]]
        for finding in findings
    ])
    for quoted in _quotes(findings, bundle):
        paper.note(f"依据：{quoted}")


def _quotes(findings: Sequence[Finding], bundle: ReportBundle) -> list[str]:
    """Return the clauses some findings breach, each quoted once, the most cited first."""
    counts: dict[str, int] = {}
    for finding in findings:
        for cited in card(finding, bundle).citations:
            text = f"《{cited.document}》{cited.section}：“{clip(cited.quote, QUOTE)}”"
            counts[text] = counts.get(text, 0) + 1
    return sorted(counts, key=lambda text: -counts[text])[:4]


def _told(finding: Finding) -> Cell:
    lines: list[Line] = [shown_message(finding)]
    if finding.status in NOTED:
        lines.append(f"状态：{words.STATUS[finding.status]}")
    if finding.column:
        lines.append(f"栏目：{name_of(finding.column)}")
    if finding.target and "://" in finding.target and finding.target not in finding.message:
        lines.append(Link(f"指向：{clip(legible(finding.target), 100)}", finding.target))
    return tuple(lines)


def _number(finding: Finding, numbers: dict[str, int]) -> str:
    numbers[finding.fingerprint] = len(numbers) + 1
    return str(numbers[finding.fingerprint])


def _reply(paper: Paper, name: str, numbers: Mapping[str, int], bundle: ReportBundle) -> None:
    paper.turn(wide=True)
    paper.title("整改情况回执", f"（{name_of(bundle.site)}政务公开巡检，{spoken_day(bundle.as_of)}）")
    paper.flush(f"填报单位（盖章）：{'' if name == UNASSIGNED else name_of(name)}")
    paper.flush("填报人：　　　　　　　　联系电话：　　　　　　　　　填报日期：　　　　年　　月　　日")
    rows = [[str(number), fingerprint[:8], "", "", "", ""] for fingerprint, number in numbers.items()]
    paper.table("逐条整改情况", REPLY_COLUMNS, rows, row_height=WRITING_ROOM)
