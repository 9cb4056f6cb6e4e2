"""The evaluator's worksheet (人工评定表): the clauses a crawl cannot decide, with what it prepared for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from checks.candidates import Candidates
from checks.model import Examination, Finding
from reports import words
from reports.ledger import Mark
from reports.text import clip
from reports.writers.book import Book, Column, Linked, Value
from rules.model import Clause, Pack

SHEET, ABOUT = "人工评定", "说明"
KIND = "人工评定表"
APPLIES = ("是", "否")
BY_PEOPLE = {"assisted": "备料后人工判定", "manual": "人工判定", "offline": "线下核查"}
_MESSAGES, _MESSAGE = 3, 120

WORKSHEET = (
    Column("序号", 6),
    Column("规则包", 26),
    Column("章节", 22),
    Column("条款", 52),
    Column("责任单位", 22),
    Column("期限", 14),
    Column("量化要求", 18),
    Column("怎样看", 30),
    Column("判定方式", 12),
    Column("重要程度", 9),
    Column("巡检所见", 46),
    Column("备料栏目", 26),
    Column("栏目链接", 36),
    Column("备料信息", 52),
    Column("信息链接一", 36),
    Column("信息链接二", 36),
    Column("信息链接三", 36),
    Column("分值", 8, entry=True),
    Column("得分", 8, entry=True),
    Column("是否适用", 9, entry=True, choices=APPLIES),
    Column("评定人", 12, entry=True),
    Column("日期", 12, entry=True, day=True),
    Column("备注", 36, entry=True),
    Column("条款编号", 22),
)
ENTRIES = tuple(column.name for column in WORKSHEET if column.entry)
# What a returned row is recognised by and must hold unchanged
LASTING = ("规则包", "章节", "条款")
HOW_TO_FILL = (
    ("怎样填写", f"在『{SHEET}』里逐条填分值、得分；只填没有锁定的各列，填好后用 xunjian worksheet import 读回。"),
    ("分值、得分", "分值大于 0，得分在 0 和分值之间；没有填的条款不计分。"),
    ("是否适用", "不填即为『是』；填『否』的不计分。"),
    ("评定人、日期", "不填即按导入命令的 --by 和 --as-of。"),
    ("计分", "每条作为一个指标并入全站得分，写明人工评定、评定人和日期；应扣 = 分值 − 得分。"),
    ("备料", "『备料栏目』『备料信息』是巡检按条款的关键词找到的，供查看，不是结论。"),
)


@dataclass(frozen=True)
class Prepared:
    """A clause for a person, with what the crawl has on it."""

    pack: Pack
    clause: Clause
    candidates: Candidates
    due: date | None = None


@dataclass(frozen=True)
class Origin:
    """Which inspection a worksheet is made from."""

    site: str
    run_id: str
    as_of: date
    plan_year: int


def for_people(packs: Iterable[Pack]) -> list[tuple[Pack, Clause]]:
    """Return the clauses a person judges, each once: what a table repeats of the body is left out."""
    return [
        (pack, clause) for pack in packs for clause in pack.clauses
        if clause.observability in BY_PEOPLE and clause.same_as is None
    ]


def write(
    path: Path,
    origin: Origin,
    prepared: Iterable[Prepared],
    findings: Iterable[Finding],
    examinations: Iterable[Examination],
    marks: Iterable[Mark],
) -> None:
    """Write the worksheet; raises OSError. ``marks`` are those given for the plan year before."""
    known = {(mark.pack, mark.clause): mark for mark in marks}
    seen = _seen(findings, examinations)
    rows = (
        _row(number, one, seen.get((one.pack.id, one.clause.id), ""), known.get((one.pack.id, one.clause.id)))
        for number, one in enumerate(prepared, start=1)
    )
    with Book(path, f"{origin.site} {KIND}", origin.as_of) as book:
        book.sheet(SHEET, WORKSHEET, rows, protect=True)
        book.sheet(ABOUT, (Column("项目", 18), Column("内容", 90)), _about(origin), protect=True)


def _about(origin: Origin) -> Iterator[Sequence[Value]]:
    yield "表", KIND
    yield "站点", origin.site
    yield "巡检编号", origin.run_id
    yield "巡检日", origin.as_of
    yield "对照年度", origin.plan_year
    yield from HOW_TO_FILL


def _row(number: int, one: Prepared, seen: str, mark: Mark | None) -> Sequence[Value]:
    clause, found = one.clause, one.candidates
    columns = [Linked(column.url, column.url) for column in found.columns[:1]]
    pieces: list[Value] = [Linked(piece.url, piece.url) for piece in found.pieces[:3]]
    return (
        number,
        one.pack.document.title,
        clause.section,
        clause.quote + (f"（{clause.aspect}）" if clause.aspect else ""),
        "、".join(clause.responsible),
        one.due.isoformat() if one.due else clause.deadline,
        _threshold(clause.threshold),
        clause.method,
        BY_PEOPLE[clause.observability],
        words.SEVERITY[clause.severity],
        seen or None,
        "、".join(dict.fromkeys(column.title for column in found.columns)) or None,
        columns[0] if columns else None,
        _pieces(found),
        *(pieces + [None] * (3 - len(pieces))),
        *_entered(mark),
        clause.id,
    )


def _entered(mark: Mark | None) -> Sequence[Value]:
    if mark is None:
        return [None] * len(ENTRIES)
    given = (mark.points, mark.awarded) if mark.applicable or mark.points else (None, None)
    day = date.fromisoformat(mark.day) if mark.day else None
    return (*given, APPLIES[not mark.applicable], mark.by, day, mark.remark or None)


def _pieces(found: Candidates) -> str | None:
    if not found.subjects or not (found.this_year or found.earlier or found.columns):
        return None
    about = "、".join(found.subjects[:4])
    head = f"关于{about}：本年 {found.this_year} 条，此前或未注日期 {found.earlier} 条"
    lines = [f"{piece.day or '未注日期'} {clip(piece.title, 60)}" for piece in found.pieces]
    return "\n".join([head, *lines])


def _seen(findings: Iterable[Finding], examinations: Iterable[Examination]) -> dict[tuple[str, str], str]:
    """Return by pack and clause what the checks saw: subjects examined, findings, the first of them in words."""
    examined: dict[tuple[str, str], int] = {}
    for row in examinations:
        key = row.pack, row.clause
        examined[key] = examined.get(key, 0) + row.examined
    told: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        for breach in finding.breaches:
            told.setdefault((breach.pack, breach.clause), []).append(breach.message)
    lines = {}
    for key in {*examined, *told}:
        messages = told.get(key, [])
        head = f"检查 {examined.get(key, 0)} 项，发现 {len(messages)} 处"
        lines[key] = "\n".join([head, *(clip(message, _MESSAGE) for message in messages[:_MESSAGES])])
    return lines


_UNITS: Mapping[str, str] = {
    "working_days": "{} 个工作日内", "days": "{} 天内", "min_per_year": "每年不少于 {} 次", "max": "不超过 {}",
    "min": "不少于 {}", "count": "{} 项", "by_day": "每年 {} 前", "coverage_percent": "覆盖 {}%",
    "documents_issued_since": "{} 年以来", "report_year": "{} 年度", "min_per_department": "每个部门不少于 {} 次",
    "seconds": "{} 秒内", "after": "{} 之后", "from": "自 {} 起", "month": "{} 月",
}
_PERIODS = {"month": "每月", "quarter": "每季度", "half-year": "每半年", "year": "每年", "week": "每周", "day": "每天"}


def _threshold(threshold: Mapping[str, Any] | None) -> str | None:
    parts = []
    for name, value in (threshold or {}).items():
        if name == "period" and value in _PERIODS:
            parts.append(_PERIODS[value])
        elif name in _UNITS and isinstance(value, int | float | str):
            parts.append(_UNITS[name].format(value))
        else:
            parts.append("、".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    return "；".join(parts) or None
