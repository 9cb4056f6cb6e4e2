"""年报表格数据不符

政府信息公开工作年度报告的表格数据加不起来，或者与上年报告、总体情况所述数字不一致。

依据
国办公开办函〔2021〕30 号统一格式表内所印“第一项加第二项之和，等于第三项加第四项之和”，以及表式的合计关系：
AR1 每行总计等于各类申请人之和；AR2 每列第一项加第二项等于第三项加第四项；AR3 办理结果总计等于各情形之和；
AR4 上年结转等于上一年度报告的结转下年度；AR5 复议、诉讼各组总计等于四种结果之和；AR6 现行有效件数与上年件数、
制发、废止件数相符；AR7 总体情况所述数字与表格一致；AR8 应填的单元格不留空；AR9 统计期限与报告年度一致。

判定
逐格核算网页表格，网页上没有的，核算附件（Word、Excel、PDF）里的表格。几处核算不平可以用同一个单元格的差额解释的，只记那个单元格；否则记在合计单元格。写明两边的数和差额，
正文对这一格另有说法的一并写明，不另记。
AR7、AR8 只作提示，读自 PDF 的表格可能错格，都提请人工复核；AR6 对不上的，可能因清理重新归类，记“未能核实”。

不判定
空白、横线按 0 计；合计格空白的不核算该行或该列。整张表都不填 0、以空白表示没有的，写法一致，不提示空白。
报告正文或者当年发布的清理结果说明规范性文件作过清理的，现行有效件数不核对 AR6。表格在图片里
或附件读不到的，记“未能核实”。合并单元格、千分位、全角数字不影响核算。分类小计行不重复计入。

整改
核对原始台账，更正表格并说明更正情况。
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import checks.model
from checks.annual import Figure, Figures, Report, Row, figures_of, lines_of_report, reports_of
from checks.days import day_of
from checks.lexicon import any_of, lexicon
from checks.model import Context, Result
from checks.site import Site
from checks.titles import cited

ALL = ("AR1", "AR2", "AR3", "AR4", "AR5", "AR6", "AR7", "AR8", "AR9")
_TABLES = frozenset({"AR1", "AR2", "AR3", "AR4", "AR5", "AR8"})
# fewer kinds of outcomes than this are not the uniform form's
_LEAST_LEAVES = 10
_PERIOD = re.compile(
    r"(?:统计期限|统计时限|数据(?:的)?(?:统计)?期限|时间范围)[^。\n]{0,12}?(20\d\d)\s*年\s*1\s*月\s*1\s*日"
)
_APPLIED = re.compile(
    r"新收(?:到)?[^，。；;\d]{0,20}申请[^，。；;\d]{0,8}(\d+)\s*[件份条]"
    r"|新收(?:到)?[^，。；;\d]{0,4}(\d+)\s*[件份条][^，。；;\d]{0,12}申请"
)
_MADE = re.compile(r"(?:制发|制定|印发|出台)[^，。；;\d]{0,8}行政规范性文件[^，。；;\d]{0,4}(\d+)\s*[件份个部]")


class Parameters(checks.model.Parameters):
    """``identities``: which of AR1 to AR9 are held; ``years``: how many years of reports are looked at."""

    identities: tuple[str, ...] = ALL
    years: int = 5


@dataclass(frozen=True)
class Equation:
    """One identity on one row or column: ``terms`` (figure, sign) sum to nothing; ``result`` is the sum's cell."""

    identity: str
    terms: tuple[tuple[Figure, int], ...]
    result: Figure
    words: str

    @property
    def difference(self) -> float:
        """What is left over."""
        return sum(figure.value * sign for figure, sign in self.terms)


@dataclass(frozen=True)
class Fault:
    """A cell that does not agree, the equations that say so."""

    cell: Figure
    equations: tuple[Equation, ...]


@dataclass(frozen=True)
class Stated:
    """What a report's text says of a cell's subject: other numbers than the cell's."""

    figure: Figure
    what: str
    numbers: tuple[int, ...]

    @property
    def words(self) -> str:
        """The text's numbers, told in a sentence."""
        return f"正文所述{self.what} {'、'.join(map(str, self.numbers))} 件"


# all identities that any clause holds reports to
_ASKED: WeakKeyDictionary[Site, frozenset[str]] = WeakKeyDictionary()


def prepare(site: Site, parameters: Sequence[Parameters]) -> None:
    """Note which identities are held at all: what one tells of a cell need not be told again by another."""
    _ASKED[site] = frozenset().union(*(one.identities for one in parameters))


def run(site: Site, parameters: Parameters, context: Context) -> Result:
    """Judge the reports of the uniform form's years."""
    result = Result()
    first = max(lexicon("annual-report")["first_year"], context.plan_year - parameters.years)
    reports = [report for report in reports_of(site) if first <= report.year < context.plan_year]
    figures = {report.url: figures_of(site, report) for report in reports}
    for report in reports:
        result.examine(report.department)
        _judge(site, report, reports, figures, frozenset(parameters.identities), result)
    return result


def _judge(
    site: Site, report: Report, reports: list[Report], figures: dict[str, Figures],
    wanted: frozenset[str], result: Result,
) -> None:
    own = figures[report.url]
    title = cited(report.title)
    common = {"url": report.url, "department": report.department}
    if not own.applications and not own.disputes and wanted & _TABLES:
        result.unverified(**common, message=f"{title}没有读到表格（可能在图片里，或在未能读取的附件里），无法核算")
        return
    asked = wanted | _ASKED.get(site, frozenset())
    told = {stated.figure.place: stated for stated in _told(site, report, own)} if "AR7" in asked else {}
    for fault in faults(list(_equations(own))):
        identities = sorted({equation.identity for equation in fault.equations})
        # what the text says besides of a cell that does not add up is the same fault
        stated = told.pop(fault.cell.place, None) if asked & set(identities) else None
        if wanted & set(identities):
            _record(fault, identities, stated, title, common, own.sure, result)
    before = next((r for r in reports if r.year == report.year - 1 and r.issuer == report.issuer), None)
    if before is not None:
        _across(site, report, before, own, figures[before.url], wanted, title, common, result)
    if "AR9" in wanted:
        _judge_period(site, report, title, result)
    for stated in told.values() if "AR7" in wanted else ():
        result.fail(
            **common, target=stated.figure.place, confidence="review",
            locator="AR7", evidence={"identities": ["AR7"], "stated": list(stated.numbers)},
            message=f"{title}{stated.words}，"
            f"表格“{stated.figure.place}”填 {_shown(stated.figure.value)}（AR7），请核对",
        )
    cells = [figure for row in own.applications for figure in row.figures]
    blanks = [figure.place for figure in cells if figure.blank]
    # where no nought is written anywhere, blank is how this form says it
    if "AR8" in wanted and blanks and any(not figure.blank and figure.value == 0 for figure in cells):
        result.fail(
            **common, target="空白单元格", confidence="review", severity="info", evidence={"cells": blanks[:10]},
            message=f"{title}的申请情况表有 {len(blanks)} 个单元格没有填写，已按 0 核算；没有的应填 0",
        )


def _record(
    fault: Fault, identities: list[str], stated: Stated | None, title: str, common: dict[str, str | None],
    sure: bool, result: Result,
) -> None:
    told = "；".join(f"{equation.words}，相差 {_shown(abs(equation.difference))}" for equation in fault.equations[:3])
    result.fail(
        url=str(common["url"]), department=common["department"], target=fault.cell.place,
        confidence="certain" if sure else "review",
        evidence={
            "identities": identities, "value": fault.cell.value,
            "sums": [equation.words for equation in fault.equations][:10],
        },
        message=f"{title}表格“{fault.cell.place}”填 {_shown(fault.cell.value)}，"
        f"核算不平：{told}（{'、'.join(identities)}）{f'；{stated.words}' if stated is not None else ''}"
        f"{'' if sure else '；表格读自 PDF 或未读全的附件，请对照原件'}",
    )


def _equations(figures: Figures) -> Iterator[Equation]:
    for row in figures.applications:
        yield from _row_sum(row)
    new, carried_in = figures.row("new"), figures.row("carried-in")
    total, carried_out = figures.row("total"), figures.row("carried-out")
    leaves = [row for row in figures.applications if row.kind == "leaf"]
    if new and carried_in and total and carried_out:
        for cells in zip(new.figures, carried_in.figures, total.figures, carried_out.figures, strict=False):
            one, two, three, four = cells
            if not three.blank:
                yield Equation(
                    "AR2", ((one, 1), (two, 1), (three, -1), (four, -1)), three,
                    f"第一项 {_shown(one.value)} 加第二项 {_shown(two.value)}，"
                    f"第三项 {_shown(three.value)} 加第四项 {_shown(four.value)}",
                )
    unread = any(row.kind == "unread" for row in figures.applications)
    if total and len(leaves) >= _LEAST_LEAVES and not unread:
        for number, result in enumerate(total.figures):
            parts = [row.figures[number] for row in leaves if number < len(row.figures)]
            if not result.blank:
                yield Equation(
                    "AR3", (*((part, 1) for part in parts), (result, -1)), result,
                    f"各情形之和为 {_shown(sum(part.value for part in parts))}，总计填 {_shown(result.value)}",
                )
    for group in figures.disputes:
        *parts, result = group
        if not result.blank:
            yield Equation(
                "AR5", (*((part, 1) for part in parts), (result, -1)), result,
                f"四种结果之和为 {_shown(sum(part.value for part in parts))}，总计填 {_shown(result.value)}",
            )


def _row_sum(row: Row) -> Iterator[Equation]:
    *parts, result = row.figures
    if not result.blank:
        yield Equation(
            "AR1", (*((part, 1) for part in parts), (result, -1)), result,
            f"“{row.label}”各类申请人之和为 {_shown(sum(part.value for part in parts))}，总计填 {_shown(result.value)}",
        )


def faults(equations: list[Equation]) -> list[Fault]:
    """Return the cells to blame: one where its difference alone explains all that does not agree, else the sums."""
    failing = [equation for equation in equations if abs(equation.difference) > 1e-6]
    sound = {figure.place for equation in equations if equation not in failing for figure, _ in equation.terms}
    found = []
    for cluster in _clusters(failing):
        blamed = _blamed(cluster, sound) if len(cluster) > 1 else None
        if blamed is not None:
            found.append(Fault(blamed, tuple(cluster)))
        else:
            by_result: dict[str, list[Equation]] = defaultdict(list)
            for equation in cluster:
                by_result[equation.result.place].append(equation)
            found += [Fault(group[0].result, tuple(group)) for group in by_result.values()]
    return found


def _clusters(failing: list[Equation]) -> list[list[Equation]]:
    clusters: list[tuple[set[str], list[Equation]]] = []
    for equation in failing:
        cells = {figure.place for figure, _ in equation.terms}
        touching = [cluster for cluster in clusters if cluster[0] & cells]
        clusters = [cluster for cluster in clusters if not cluster[0] & cells]
        clusters.append((
            cells.union(*(cluster[0] for cluster in touching)),
            [*(old for cluster in touching for old in cluster[1]), equation],
        ))
    return [members for _, members in clusters]


def _blamed(cluster: list[Equation], sound: set[str]) -> Figure | None:
    """Return the cell whose one correction settles every equation of a cluster; None where none or several do."""
    common = set.intersection(*({figure.place for figure, _ in equation.terms} for equation in cluster))
    fits: list[Figure] = []
    for figure, _ in cluster[0].terms:
        if figure.place not in common or figure.place in sound:
            continue
        corrections = {
            round(-equation.difference * sign, 6)
            for equation in cluster for other, sign in equation.terms if other.place == figure.place
        }
        if len(corrections) == 1:
            fits.append(figure)
    return fits[0] if len(fits) == 1 else None


def _was_cleared(site: Site, report: Report) -> bool:
    """Whether the year's normative documents were gone through, by the report or a result published in its course."""
    clearing = any_of(lexicon("annual-report")["clearing"])
    if any(clearing.search(line) for line in lines_of_report(site, report)):
        return True
    found = (page for page in site.articles if clearing.search(page.record.title or ""))
    return any(day is not None and day.year == report.year for day in (day_of(page.record.published) for page in found))


def _across(
    site: Site, report: Report, before: Report, own: Figures, earlier: Figures, wanted: frozenset[str], title: str,
    common: dict[str, str | None], result: Result,
) -> None:
    carried_in, carried_out = own.row("carried-in"), earlier.row("carried-out")
    if "AR4" in wanted and carried_in and carried_out and len(carried_in.figures) == len(carried_out.figures):
        apart = [
            (now, then) for now, then in zip(carried_in.figures, carried_out.figures, strict=True)
            if now.value != then.value and not (now.blank or then.blank)
        ]
        if apart:
            now, then = apart[-1]
            result.fail(
                url=report.url, department=report.department, target=now.place,
                confidence="certain" if own.sure and earlier.sure else "review",
                evidence={"identities": ["AR4"], "before": before.url, "cells": [pair[0].place for pair in apart]},
                message=f"{title}“{now.place}”填 {_shown(now.value)}，而 {before.year} 年度报告"
                f"“{then.place}”填 {_shown(then.value)}，上年结转与上年报告不一致（AR4）",
            )
    if "AR6" not in wanted or _was_cleared(site, report):
        return
    valid_before = {row.label: row.figures[2] for row in earlier.documents}
    for row in own.documents:
        made, gone, valid = row.figures
        past = valid_before.get(row.label)
        if past is not None and past.value + made.value - gone.value != valid.value:
            result.unverified(
                url=report.url, department=report.department, target=valid.place,
                evidence={"identities": ["AR6"], "before": before.url},
                message=f"{title}“{valid.place}”填 {_shown(valid.value)}，而上年 {_shown(past.value)} 件加制发"
                f" {_shown(made.value)} 件减废止 {_shown(gone.value)} 件不等于此数（AR6），可能因清理归类，无法确定",
            )


def _judge_period(site: Site, report: Report, title: str, result: Result) -> None:
    period = _PERIOD.search("\n".join(lines_of_report(site, report)))
    if period and int(period[1]) != report.year:
        result.fail(
            url=report.url, department=report.department, target="统计期限", evidence={"identities": ["AR9"]},
            message=f"{title}所写统计期限自 {period[1]} 年 1 月 1 日起，与报告年度 {report.year} 年不一致（AR9）",
        )


def _told(site: Site, report: Report, own: Figures) -> Iterator[Stated]:
    """Yield what a report's text says otherwise than its tables."""
    text = "\n".join(lines_of_report(site, report))
    new = own.row("new")
    made = next((row.figures[0] for row in own.documents if "规范性" in row.label), None)
    looked: list[tuple[str, Figure | None, list[tuple[str, ...]]]] = [
        ("新收申请", new.figures[-1] if new and not new.figures[-1].blank else None, _APPLIED.findall(text)),
        ("制发行政规范性文件", made, [(number,) for number in _MADE.findall(text)]),
    ]
    for what, figure, found in looked:
        numbers = sorted({int(number) for groups in found for number in groups if number})
        if figure is not None and numbers and figure.value not in numbers:
            yield Stated(figure, what, tuple(numbers))


def _shown(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"
