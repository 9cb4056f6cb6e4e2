"""The evaluation report as a Word document: what evaluators send to those evaluated and to those above.

Everything in it comes from the bundle; numbers that identify a person are covered, and equal bundles give equal
bytes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.model import SEVERITY_ORDER, Finding
from reports import words
from reports.bundle import UNASSIGNED, ReportBundle, department_of
from reports.cards import Card, card, mend_first
from reports.ledger import RunRecord
from reports.scoring import (
    DepartmentScore,
    IndicatorScore,
    PackScore,
    Ranked,
    conventions,
    costs,
    may_cost,
    plain,
    ranking,
    rate,
)
from reports.text import clip
from reports.writers.paper import Cell, Column, Line, Paper
from reports.writers.phrases import name_of, numeral, share, shown_address, shown_message, spoken_day, told
from rules.lexicons import check_families, due_days

LISTED, LISTED_REVIEW, LISTED_UNDECIDED = 300, 100, 100
EXAMPLES = 2
UNITS = 8
ADVISED = 8
NOTES = 40
OTHER_FAMILY = "其他"
REST = "台账 ledger.xlsx 和 findings.jsonl"


@dataclass(frozen=True)
class Problem:
    """All findings of one check that stand, are to be confirmed or could not be decided."""

    check: str
    title: str
    certain: list[Finding]
    review: list[Finding]
    undecided: list[Finding]


def write(path: Path, bundle: ReportBundle) -> None:
    """Write the report; raises OSError, and ImportError where python-docx is not installed."""
    site = name_of(bundle.site)
    paper = Paper(f"{site}政务公开巡检评估报告", "政务公开巡检评估报告", bundle.as_of)
    paper.title(f"{site}政务公开巡检评估报告", f"（各项期限计算到 {spoken_day(bundle.as_of)}）")
    problems = _problems(bundle)
    _overall(paper, bundle)
    _method(paper, bundle)
    _standings(paper, bundle)
    _main_problems(paper, bundle, problems)
    _advice(paper, bundle, problems)
    _annexes(paper, bundle)
    paper.save(path)


# -- 一、总体情况 ------------------------------------------------------------------------------------------------


def _overall(paper: Paper, bundle: ReportBundle) -> None:
    paper.heading("一、总体情况", 1)
    found = bundle.findings
    standing = [finding for finding in found if costs(finding)]
    titles = "、".join(f"《{name_of(pack.document.title)}》" for pack in bundle.packs)
    paper.text(
        f"依据{titles}，按 {bundle.plan_year} 年的要求，对“{name_of(bundle.site)}”作了巡检"
        f"（巡检编号 {bundle.run_id}），各项期限计算到 {spoken_day(bundle.as_of)}。"
    )
    paper.text(f"共发现确定的问题 {len(standing)} 个{_severities(standing)}，{_units(standing)}；"
               f"另有 {sum(map(may_cost, found))} 个问题待人工复核，确认之前不扣分；"
               f"{sum(finding.verdict != 'fail' for finding in found)} 处未能核实，不扣分。")
    paper.text(_compared(bundle))
    handled = _handled(bundle)
    if handled:
        paper.text(handled)
    for mark in bundle.scores.site:
        for veto in mark.vetoes:
            if veto.hit:
                paper.text(f"触发单项否决：《{name_of(mark.title)}》“{name_of(veto.title)}”，"
                           f"达到 {veto.at_least} 个即否决，本次 {veto.count} 个。")
    _coverage(paper, bundle)
    paper.table("站点得分", SITE_COLUMNS, [_site_row(mark) for mark in bundle.scores.site])
    least = plain(100 * conventions().provisional_below)
    paper.note("“全部确认后”指待人工复核的问题全部成立时的得分。覆盖率是读到的网页占已知网页的比例，判明率是已判明的项次"
               f"占检查项次的比例；其中一项不足 {least}% 的，得分只作参考，标为“暂定”。")


SITE_COLUMNS = (
    Column("规则包", 5), Column("得分", 1.7, True), Column("全部确认后", 1.9, True), Column("扣分／满分", 2.4, True),
    Column("覆盖率", 1.8, True), Column("判明率", 1.8, True), Column("结论", 2.6, True),
)  # fmt: skip


def _site_row(mark: PackScore) -> list[str]:
    return [
        name_of(mark.title), _mark(mark.score), _mark(mark.if_confirmed),
        f"{plain(mark.deducted)}／{plain(mark.points)}", share(mark.coverage), share(mark.decided), _outcome(mark),
    ]  # fmt: skip


def _coverage(paper: Paper, bundle: ReportBundle) -> None:
    seen = bundle.judgement.coverage
    paper.text(
        f"本次已知网页 {seen.pages_known} 个，读到 {seen.pages_read} 个，覆盖率 {share(seen.ratio)}；"
        f"识别栏目 {seen.columns} 个、文件 {seen.documents} 件、来信 {seen.letters} 封、附件 {seen.files} 个，"
        f"核对链接 {seen.links} 条。"
    )
    provisional = [mark for mark in bundle.scores.site if mark.provisional and mark.score is not None]
    if provisional:
        titles = "、".join(f"《{name_of(mark.title)}》" for mark in provisional)
        paper.text(f"因覆盖率或判明率不足，{titles}的得分为暂定，只作参考，不宜据以排名通报。")
    for fault in bundle.judgement.faults[:NOTES]:
        paper.text(f"抓取故障：{told(fault.message)}。受此影响的内容未作判定。")
    if seen.uninspected:
        paper.text("未能检查的内容：" + "；".join(told(text) for text in seen.uninspected[:5])
                   + ("；其余见附件5。" if len(seen.uninspected) > 5 else "。"))


def _compared(bundle: ReportBundle) -> str:
    counts = bundle.changes.counts
    before = _previous(bundle)
    if before is None:
        return "本次为首次巡检，没有可比较的上一次结果。"
    kept = "、".join(
        f"{words.STATUS[status]} {counts.get(status, 0)} 个"
        for status in ("new", "open", "reopened", "fixed", "waived", "disputed")
        if counts.get(status) or status in ("new", "open", "reopened", "fixed")
    )
    text = f"与上一次巡检（{spoken_day(before.as_of)}）相比：{kept}。"
    moved = []
    for mark in bundle.scores.site:
        old = before.scores.get(mark.pack)
        if old is not None and mark.score is not None:
            change = round(mark.score - old, 2)
            by = "持平" if not change else f"{'升' if change > 0 else '降'} {plain(abs(change))} 分"
            moved.append(f"《{name_of(mark.title)}》由 {plain(old)} 分到 {plain(mark.score)} 分，{by}")
    return text + (f"得分变化：{'；'.join(moved)}。" if moved else "")


def _handled(bundle: ReportBundle) -> str:
    """Return what people decided about the findings that stand; empty where they decided nothing."""
    counts = bundle.changes.counts
    confirmed = sum(handling.confirmed is not None for handling in bundle.changes.handling.values())
    parts = [f"经人工确认的问题 {confirmed} 个"] if confirmed else []
    parts += [f"豁免 {counts['waived']} 个，不扣分"] if counts.get("waived") else []
    parts += [f"有异议 {counts['disputed']} 个，处理之前照常扣分"] if counts.get("disputed") else []
    expired = len(bundle.changes.waivers_expired)
    parts += [f"豁免到期而问题仍在的 {expired} 个，恢复扣分"] if expired else []
    return f"台账处理情况：{'；'.join(parts)}。" if parts else ""


def _previous(bundle: ReportBundle) -> RunRecord | None:
    earlier = [run for run in bundle.changes.history if run.run_id != bundle.run_id]
    return earlier[-1] if earlier else None


# -- 二、指标与方法 ----------------------------------------------------------------------------------------------


def _method(paper: Paper, bundle: ReportBundle) -> None:
    rules = conventions()
    paper.heading("二、指标与方法", 1)
    paper.text("（一）判定。每个问题写明依据的条款、所见的事实和地址。证据不足以确定的，列为待人工复核，确认之前不扣分；被拒绝访问、"
               "未能打开或缺少判断依据的，列为未能核实，不扣分。没有检查对象的指标不适用，不计入满分。")
    paper.text("（二）算分。每个指标的扣分是各确定问题按严重程度应扣分值之和，不超过该指标的扣分上限；"
               "得分 ＝ 100 ×（适用指标分值之和 − 扣分之和）÷ 适用指标分值之和。"
               f"得分不低于 {plain(rules.pass_mark)} 分为合格；触发单项否决的不合格。"
               "单位的得分只按落实到该单位的检查对象和问题计算，综合得分是其各规则包得分的平均。")
    terms = "、".join(f"{words.SEVERITY[name]} {due_days(name)} 个工作日" for name in SEVERITY_ORDER)
    paper.text(f"（三）整改时限。自发现次日起按工作日计算：{terms}。")
    for note in bundle.judgement.notes[:5]:
        paper.text(f"说明：{told(note)}。")
    personal = sum(indicator.personal for mark in bundle.scores.site for indicator in mark.indicators)
    marked = f"其中 {personal} 个指标由人评定，只计入站点得分。" if personal else ""
    paper.text(f"（四）指标。各规则包的指标、分值和算式如下，每个指标的检查项次、扣分算式和上限见附件1。{marked}")
    paper.table("各规则包的得分算式", SUM_COLUMNS, [_sum_row(mark) for mark in bundle.scores.site])


SUM_COLUMNS = (Column("规则包", 4), Column("指标", 4), Column("得分算式", 5))


def _sum_row(mark: PackScore) -> list[Cell]:
    left = [indicator for indicator in mark.indicators if indicator.state != "applicable"]
    counted = f"{len(mark.indicators)} 个"
    if left:
        counted += f"，其中 {len(left)} 个不适用或未能判明，不计入满分"
    return [name_of(mark.title), counted, mark.arithmetic or "没有适用的指标，不计分"]


INDICATOR_COLUMNS = (
    Column("指标", 4.4), Column("分值", 1.3, True), Column("检查项次", 1.5, True), Column("问题", 2, True),
    Column("应扣（算式）", 5), Column("上限", 1.3, True), Column("实扣", 1.3, True), Column("计分", 2),
)  # fmt: skip


def _indicator_row(indicator: IndicatorScore) -> list[str]:
    counted = indicator.state == "applicable"
    if indicator.personal:
        return [
            name_of(indicator.title), plain(indicator.points), "—", "—",
            told(f"人工评定（{indicator.by}，{indicator.day}）{indicator.remark}"), "—",
            plain(indicator.deducted) if counted else "—", words.STATE[indicator.state],
        ]  # fmt: skip
    return [
        name_of(indicator.title), plain(indicator.points), str(indicator.examined),
        f"{indicator.failed}" + (f"（待复核 {indicator.review}）" if indicator.review else ""),
        _sum(indicator), plain(indicator.cap), plain(indicator.deducted) if counted else "—",
        words.STATE[indicator.state],
    ]  # fmt: skip


def _sum(indicator: IndicatorScore) -> str:
    parts = [
        f"{words.SEVERITY[severity]} {count} × {plain(rate(indicator.rates, severity))}"
        for severity in SEVERITY_ORDER
        if (count := indicator.counts.get(severity))
    ]
    return f"{' + '.join(parts)} = {plain(indicator.raw)}" if parts else "0"


# -- 三、得分与排名 ----------------------------------------------------------------------------------------------


RANKING_COLUMNS = (
    Column("名次", 1.6, True), Column("单位", 5), Column("综合得分", 2.2, True), Column("确定问题", 1.6, True),
    Column("待复核", 1.5, True), Column("未核实", 1.5, True), Column("已逾期", 1.5, True), Column("判明率", 1.8, True),
)  # fmt: skip


def _standings(paper: Paper, bundle: ReportBundle) -> None:
    paper.heading("三、得分与排名", 1)
    groups = ranking(bundle.scores.departments)
    if not groups:
        paper.text("本次没有把检查对象落实到责任单位，不排名。")
        return
    paper.text("单位按部门、镇街分组，各组按综合得分由高到低排列；得分相同的名次并列，其后名次顺延。没有检查对象的单位不排名。"
               "各单位在每个规则包下的得分见附件2。")
    own: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in bundle.findings:
        own[department_of(finding)].append(finding)
    for number, (group, members) in enumerate(groups.items(), start=1):
        paper.heading(f"（{numeral(number)}）{group}（{len(members)} 个）", 2)
        shared = Counter(ranked.place for ranked in members if ranked.place is not None)
        paper.table(f"{group}排名", RANKING_COLUMNS, [
            _ranking_row(ranked, shared[ranked.place or 0] > 1, own[ranked.department.name], bundle)
            for ranked in members
        ])
    if UNASSIGNED in own:
        nobodys = sum(map(costs, own[UNASSIGNED]))
        paper.note(f"另有 {nobodys} 个确定问题未能落实到单位，不计入任何单位的得分，只计入站点得分。")


def _ranking_row(ranked: Ranked, tied: bool, findings: Sequence[Finding], bundle: ReportBundle) -> list[str]:
    department = ranked.department
    scored = [mark for mark in department.scores if mark.score is not None]
    provisional = any(mark.provisional for mark in scored)
    place = "不排名" if ranked.place is None else f"{ranked.place}{'（并列）' if tied else ''}"
    return [
        place,
        name_of(department.name),
        f"{_mark(department.mean)}{'（暂定）' if provisional else ''}",
        str(sum(map(costs, findings))),
        str(sum(map(may_cost, findings))),
        str(sum(finding.verdict != "fail" for finding in findings)),
        str(sum(costs(finding) and bundle.changes.terms.get(finding.due or "", 0) < 0 for finding in findings)),
        share(min((mark.decided for mark in scored), default=1.0)) if scored else "—",
    ]


# -- 四、主要问题 ------------------------------------------------------------------------------------------------


def _main_problems(paper: Paper, bundle: ReportBundle, problems: dict[str, Problem]) -> None:
    paper.heading("四、主要问题", 1)
    families = _families(problems)
    if not families:
        paper.text("本次没有发现问题。")
    for number, (family, members) in enumerate(families, start=1):
        certain = [finding for problem in members for finding in problem.certain]
        review = sum(len(problem.review) for problem in members)
        undecided = sum(len(problem.undecided) for problem in members)
        paper.heading(f"（{numeral(number)}）{family}", 2)
        parts = [f"确定的问题 {len(certain)} 个{_severities(certain)}"]
        parts += [f"待人工复核 {review} 个"] if review else []
        parts += [f"未能核实 {undecided} 处"] if undecided else []
        paper.text("，".join(parts) + f"。{_units(certain) or '尚无确定的问题'}。")
        paper.table(f"{family}的主要问题", PROBLEM_COLUMNS, [_problem_row(problem, bundle) for problem in members])


PROBLEM_COLUMNS = (Column("问题", 2.6), Column("个数", 2), Column("涉及单位", 3.6), Column("典型例子", 8.6))


def _problem_row(problem: Problem, bundle: ReportBundle) -> list[Cell]:
    counts = (("确定", problem.certain), ("待复核", problem.review), ("未核实", problem.undecided))
    examples: list[Line] = []
    for finding in _examples(problem.certain or problem.review or problem.undecided):
        unit = f"{name_of(finding.department)}，" if finding.department else ""
        examples += [f"{shown_message(finding)}（{unit}{_day_seen(finding, bundle)}发现）", shown_address(finding)]
    return [
        name_of(problem.title),
        tuple(f"{name} {len(findings)}" for name, findings in counts if findings),
        _units(problem.certain or problem.review or problem.undecided),
        tuple(examples),
    ]


def _families(problems: dict[str, Problem]) -> list[tuple[str, list[Problem]]]:
    """Return the classes of problems that have any, in the report's order; gravest checks first in each."""
    classes = {name: [problems[check] for check in checks if check in problems]
               for name, checks in check_families().items()}
    known = {check for checks in check_families().values() for check in checks}
    classes[OTHER_FAMILY] = [problem for check, problem in problems.items() if check not in known]
    return [(name, sorted(members, key=_gravity)) for name, members in classes.items() if members]


def _gravity(problem: Problem) -> tuple[int, int, int, str]:
    gravest = min((SEVERITY_ORDER.index(finding.severity) for finding in problem.certain), default=len(SEVERITY_ORDER))
    return gravest, -len(problem.certain), -len(problem.review), problem.check


def _examples(findings: Sequence[Finding]) -> list[Finding]:
    """Return a few findings of as many units as there are, the first to mend of each first."""
    by_unit: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in mend_first(findings):
        by_unit[department_of(finding)].append(finding)
    chosen: list[Finding] = []
    while len(chosen) < EXAMPLES and any(by_unit.values()):
        for own in by_unit.values():
            if own and len(chosen) < EXAMPLES:
                chosen.append(own.pop(0))
    return chosen


def _problems(bundle: ReportBundle) -> dict[str, Problem]:
    problems: dict[str, Problem] = {}
    for finding in mend_first(bundle.findings):
        known = bundle.checks.get(finding.check)
        problem = problems.setdefault(
            finding.check, Problem(finding.check, known.title if known else finding.check, [], [], [])
        )
        if costs(finding):
            problem.certain.append(finding)
        elif may_cost(finding):
            problem.review.append(finding)
        elif finding.verdict != "fail":
            problem.undecided.append(finding)
    return {check: problem for check, problem in problems.items()
            if problem.certain or problem.review or problem.undecided}


# -- 五、建议 ----------------------------------------------------------------------------------------------------


def _advice(paper: Paper, bundle: ReportBundle, problems: dict[str, Problem]) -> None:
    paper.heading("五、建议", 1)
    gravest = sorted((problem for problem in problems.values() if problem.certain), key=_gravity)[:ADVISED]
    for number, problem in enumerate(gravest, start=1):
        first = card(problem.certain[0], bundle)
        due = min((finding.due for finding in problem.certain if finding.due), default=None)
        term = f"，最早应于 {spoken_day(due)} 前整改" if due else ""
        paper.text(f"{number}．{name_of(problem.title)}（{first.severity}，{len(problem.certain)} 个{term}）："
                   f"{(first.remedy or '按条款要求整改').rstrip('。')}。{_units(problem.certain)}。")
    number = len(gravest)
    review = sum(len(problem.review) for problem in problems.values())
    if review:
        number += 1
        paper.text(f"{number}．待人工复核的 {review} 个问题，由评估人员逐条核对，在台账中确认；"
                   "有异议的，由责任单位说明理由。")
    undecided = sum(len(problem.undecided) for problem in problems.values())
    if undecided or bundle.judgement.coverage.uninspected:
        number += 1
        paper.text(f"{number}．未能核实的 {undecided} 处和未能检查的内容（见附件5），"
                   "请网站主办单位排除访问限制等原因后复查，不得视为合格。")
    if not number:
        paper.text("本次没有发现需要整改的问题，建议保持日常监测。")


# -- 附件 --------------------------------------------------------------------------------------------------------


def _annexes(paper: Paper, bundle: ReportBundle) -> None:
    paper.turn(wide=True)
    paper.heading("附件1　各指标扣分", 1)
    for mark in bundle.scores.site:
        if mark.indicators:
            paper.table(f"《{name_of(mark.title)}》各指标扣分", INDICATOR_COLUMNS,
                        [_indicator_row(indicator) for indicator in mark.indicators])
    paper.heading("附件2　各单位在各规则包下的得分", 1)
    _scores_by_pack(paper, bundle)
    ordered = mend_first(bundle.findings)
    certain = [finding for finding in ordered if costs(finding)]
    review = [finding for finding in ordered if may_cost(finding)]
    undecided = [finding for finding in ordered if finding.verdict != "fail"]
    _finding_list(paper, bundle, "附件3　问题清单", certain, LISTED)
    _finding_list(paper, bundle, "附件4　待人工复核的问题", review, LISTED_REVIEW)
    _finding_list(paper, bundle, "附件5　未能核实和未能检查的内容", undecided, LISTED_UNDECIDED)
    for text in (*bundle.judgement.coverage.uninspected, *bundle.judgement.notes)[:NOTES]:
        paper.note(f"· {told(text)}")
    left = len(bundle.judgement.coverage.uninspected) + len(bundle.judgement.notes) - NOTES
    if left > 0:
        paper.note(f"另有 {left} 条，见 summary.json。")


def _scores_by_pack(paper: Paper, bundle: ReportBundle) -> None:
    packs = bundle.scores.site
    if not bundle.scores.departments or not packs:
        paper.note("没有落实到单位的得分。")
        return
    columns = [
        Column("组", 1.4, True),
        Column("单位", 4),
        *(Column(clip(name_of(mark.title), 24), 2.2, True) for mark in packs),
        Column("综合得分", 1.8, True),
    ]
    rows = [
        [group, name_of(ranked.department.name), *_pack_marks(ranked.department, packs), _mark(ranked.department.mean)]
        for group, members in ranking(bundle.scores.departments).items()
        for ranked in members
    ]
    paper.table("各单位在各规则包下的得分", columns, rows)


def _pack_marks(department: DepartmentScore, packs: Sequence[PackScore]) -> list[str]:
    own = {mark.pack: mark for mark in department.scores}
    return [_mark(own[pack.pack].score) if pack.pack in own else "不适用" for pack in packs]


LIST_COLUMNS = (
    Column("序号", 1.2, True), Column("单位", 3), Column("问题", 8.4), Column("依据", 4.4), Column("地址", 5),
    Column("发现日期", 2, True), Column("整改时限", 2, True), Column("状态", 1.6, True), Column("编号", 1.8, True),
)  # fmt: skip


def _finding_list(paper: Paper, bundle: ReportBundle, title: str, findings: Sequence[Finding], most: int) -> None:
    paper.heading(title, 1)
    if not findings:
        paper.note("没有。")
        return
    paper.table(title.split("　")[-1], LIST_COLUMNS, [
        _list_row(number, finding, bundle) for number, finding in enumerate(findings[:most], start=1)
    ])
    if len(findings) > most:
        paper.note(f"共 {len(findings)} 个，本表按整改先后列出前 {most} 个，其余 {len(findings) - most} 个见{REST}。")
    else:
        paper.note(f"共 {len(findings)} 个，全部列出；证据见{REST}。")


def _list_row(number: int, finding: Finding, bundle: ReportBundle) -> list[Cell]:
    shown = card(finding, bundle)
    return [
        str(number), name_of(department_of(finding)), shown_message(finding), _basis(shown), shown_address(finding),
        finding.first_seen or bundle.as_of.isoformat(), finding.due or "—", shown.status, finding.fingerprint[:8],
    ]  # fmt: skip


def _basis(shown: Card) -> str:
    """Return where the first clause of a finding stands, and how many there are."""
    if not shown.citations:
        return "—"
    first = shown.citations[0]
    whole = len(shown.citations) + shown.clauses_left
    more = f"等 {whole} 条" if whole > 1 else ""
    return f"《{clip(first.document, 40)}》{clip(first.section, 30)}{more}"


# -- words -------------------------------------------------------------------------------------------------------


def _severities(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    parts = [f"{words.SEVERITY[name]} {counts[name]} 个" for name in SEVERITY_ORDER if counts[name]]
    return f"（{'、'.join(parts)}）" if parts else ""


def _units(findings: Sequence[Finding]) -> str:
    """Return the units findings belong to, those with the most first; empty where there are no findings."""
    if not findings:
        return ""
    counts = Counter(department_of(finding) for finding in findings)
    unassigned = counts.pop(UNASSIGNED, 0)
    order = sorted(counts, key=lambda name: (-counts[name], name))
    listed = "、".join(f"{name_of(name)}（{counts[name]} 个）" for name in order[:UNITS])
    more = f"等 {len(order)} 个单位" if len(order) > UNITS else ""
    parts = [f"涉及 {len(order)} 个单位：{listed}{more}"] if order else []
    parts += [f"{unassigned} 个未能落实到单位"] if unassigned else []
    return "；".join(parts)


def _day_seen(finding: Finding, bundle: ReportBundle) -> str:
    return spoken_day(finding.first_seen or bundle.as_of)


def _outcome(mark: PackScore) -> str:
    text = words.OUTCOME[mark.outcome]
    return f"{text}（暂定）" if mark.provisional and mark.score is not None else text


def _mark(score: float | None) -> str:
    return "不适用" if score is None else plain(score)
