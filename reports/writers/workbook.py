"""``ledger.xlsx``: the issue ledger as evaluators keep it, scores with their arithmetic, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from checks.model import SEVERITY_ORDER, Finding
from reports import words
from reports.bundle import ReportBundle, department_of
from reports.cards import mend_first
from reports.forms import ledger_form as form
from reports.scoring import IndicatorScore, PackScore, conventions, ranking, rate
from reports.writers.book import Book, Column, Value

WHOLE_SITE = "全站"
TOTAL = "合计"
MEAN = "综合得分"

SCORES = (
    Column("单位", 22),
    Column("规则包", 34),
    Column("指标", 30),
    Column("分值", 8),
    Column("检查项次", 10),
    Column("问题", 8),
    Column("待复核", 8),
    Column("未核实", 8),
    *(Column(f"{word}个数", 6) for word in words.SEVERITY.values()),
    *(Column(f"{word}每个扣分", 6) for word in words.SEVERITY.values()),
    Column("应扣", 9),
    Column("扣分上限", 10),
    Column("实扣", 9),
    *(Column(f"待复核{word}个数", 7) for word in words.SEVERITY.values()),
    Column("若全部成立实扣", 15),
    Column("计分", 8),
    Column("得分", 9),
    Column("若全部成立得分", 15),
    Column("判定", 20),
    Column("覆盖", 9),
    Column("判明", 9),
    Column("评定", 22),
    Column("算式或说明", 60),
)
VETOES = (
    Column("单位", 22),
    Column("规则包", 34),
    Column("单项否决", 46),
    Column("个数", 8),
    Column("达到几个即否决", 15),
    Column("否决", 8),
)
RANKING = (Column("组", 10), Column("名次", 8), Column("单位", 26), Column(MEAN, 12))
COVERAGE = (Column("项目", 22), Column("内容", 90))


def write(
    path: Path,
    bundle: ReportBundle,
    screenshots: Collection[str] = (),
    *,
    beside: bool = True,
    departments: Collection[str] = (),
) -> None:
    """Write the workbook; raises OSError. Equal bundles give equal bytes.

    ``screenshots`` are the fingerprints that have one; ``beside``: it is to lie in the site's home, so that it
    can link to the report beside it. With ``departments`` it holds nothing of others.
    """
    ordered = [
        finding for finding in mend_first(bundle.findings) if not departments or department_of(finding) in departments
    ]
    fixed = [
        finding for finding in bundle.changes.fixed if not departments or department_of(finding) in departments
    ]
    sheets = {
        form.SHEET: [finding for finding in ordered if finding.verdict == "fail"],
        form.UNDECIDED: [finding for finding in ordered if finding.verdict != "fail"],
        form.CLOSED: mend_first(fixed),
    }
    locked = [replace(column, entry=False, choices=()) for column in form.LEDGER]
    marks = [(name, mark) for name, mark in _marks(bundle) if not departments or name in departments]
    with Book(path, f"{bundle.site} 问题台账", bundle.as_of) as book:
        for title, findings in sheets.items():
            columns = form.LEDGER if title == form.SHEET else locked
            rows = form.rows(findings, bundle, screenshots, beside=beside)
            book.sheet(title, columns, rows, protect=True, printed=form.PRINTED)
        book.sheet("评分", SCORES, _scores(marks), protect=True)
        book.sheet("单项否决", VETOES, _vetoes(marks), protect=True)
        if not departments:
            packs = (Column(pack.title, 16) for pack in bundle.scores.site)
            book.sheet("排名", (*RANKING, *packs), _ranking(bundle), protect=True)
            book.sheet("分布", *_distribution(ordered, bundle), protect=True)
        book.sheet(form.ABOUT, COVERAGE, _coverage(bundle), protect=True)


def _marks(bundle: ReportBundle) -> Iterator[tuple[str, PackScore]]:
    yield from ((WHOLE_SITE, mark) for mark in bundle.scores.site)
    for department in bundle.scores.departments:
        yield from ((department.name, mark) for mark in department.scores)


def _scores(marks: Iterable[tuple[str, PackScore]]) -> Iterator[Sequence[Value]]:
    for name, mark in marks:
        for row in mark.indicators:
            yield _indicator(name, mark, row)
        yield _total(name, mark)


def _indicator(name: str, mark: PackScore, row: IndicatorScore) -> Sequence[Value]:
    applies = row.state == "applicable"
    counted = not row.personal
    return (
        name,
        mark.title,
        row.title,
        row.points,
        *((row.examined, row.failed, row.review, row.unverified) if counted else [None] * 4),
        *(row.counts.get(severity, 0) if counted else None for severity in SEVERITY_ORDER),
        *(rate(row.rates, severity) if counted else None for severity in SEVERITY_ORDER),
        row.raw,
        row.cap,
        row.deducted if applies else None,
        *(row.review_counts.get(severity, 0) if counted else None for severity in SEVERITY_ORDER),
        row.confirmed if applies else None,
        words.BOOLEAN[applies],
        None,
        None,
        None,
        None,
        None,
        f"人工评定：{row.by}（{row.day}）" if row.personal else "巡检",
        row.remark or None if applies or row.personal else words.STATE[row.state],
    )


def _total(name: str, mark: PackScore) -> Sequence[Value]:
    outcome = words.OUTCOME[mark.outcome] + (
        "（暂定）" if mark.provisional and mark.score is not None else ""
    )
    hit = "；".join(f"单项否决：{veto.title}（{veto.count} 个）" for veto in mark.vetoes if veto.hit)
    values: dict[str, Value] = {
        "单位": name,
        "规则包": mark.title,
        "指标": TOTAL,
        "分值": mark.points,
        "实扣": mark.deducted,
        "得分": mark.score,
        "若全部成立得分": mark.if_confirmed,
        "判定": outcome,
        "覆盖": round(mark.coverage, 4),
        "判明": round(mark.decided, 4),
        "算式或说明": "；".join(filter(None, (mark.arithmetic or "没有可计分的检查对象", hit))),
    }
    return [values.get(column.name) for column in SCORES]


def _vetoes(marks: Iterable[tuple[str, PackScore]]) -> Iterator[Sequence[Value]]:
    for name, mark in marks:
        for veto in mark.vetoes:
            yield name, mark.title, veto.title, veto.count, veto.at_least, words.BOOLEAN[veto.hit]


def _ranking(bundle: ReportBundle) -> Iterator[Sequence[Value]]:
    for group, members in ranking(bundle.scores.departments).items():
        for ranked in members:
            scores = [mark.score if mark.score is not None else "不适用" for mark in ranked.department.scores]
            mean = ranked.department.mean
            yield group, ranked.place, ranked.department.name, "不适用" if mean is None else mean, *scores


def _distribution(
    findings: Sequence[Finding], bundle: ReportBundle
) -> tuple[list[Column], list[list[Value]]]:
    """Return departments against checks, in numbers of findings."""
    titles = {check_id: check.title for check_id, check in bundle.checks.items()}
    counts = Counter(
        (department_of(finding), titles.get(finding.check, finding.check)) for finding in findings
    )
    names, checks = (sorted(set(values)) for values in zip(*counts, strict=True)) if counts else ([], [])
    rows: list[list[Value]] = [
        [name, *(counts[name, check] for check in checks), sum(counts[name, check] for check in checks)]
        for name in names
    ]
    if rows:
        sums = [sum(counts[name, check] for name in names) for check in checks]
        rows.append(["合计", *sums, sum(sums)])
    return [Column("单位", 26), *(Column(check, 14) for check in checks), Column("合计", 14)], rows


def _coverage(bundle: ReportBundle) -> Iterator[Sequence[Value]]:
    coverage = bundle.judgement.coverage
    yield "站点", bundle.site
    yield "巡检编号", bundle.run_id
    yield "巡检日", bundle.as_of
    yield "对照年度", bundle.plan_year
    for pack in bundle.packs:
        number = f"（{pack.document.doc_number}）" if pack.document.doc_number else ""
        yield "依据", f"《{pack.document.title}》{number} {pack.document.issuer}"
    yield "已读页面", coverage.pages_read
    yield "已知页面", coverage.pages_known
    yield "覆盖", coverage.ratio
    yield "栏目", coverage.columns
    yield "文件", coverage.documents
    yield "来信", coverage.letters
    yield "站内链接", coverage.links
    yield "外部地址", coverage.external
    yield "附件", coverage.files
    for line in coverage.uninspected:
        yield "未能检查", line
    for line in bundle.judgement.notes:
        yield "说明", line
    yield "及格线", conventions().pass_mark
    yield "暂定", f"覆盖或判明不足 {conventions().provisional_below:g} 的，得分暂定"
    yield (
        "算法",
        "得分 = 100 ×（计分指标的分值之和 − 实扣之和）÷ 计分指标的分值之和，保留两位小数；计分为『否』的指标不计入",
    )
    yield (
        "算法",
        "应扣 = 各严重程度的个数 × 每个扣分之和；实扣 = 应扣与扣分上限中较小的一个；待复核、未核实的不扣",
    )
    yield "算法", "若全部成立实扣 = 把待复核的个数也算进去的应扣，与扣分上限中较小的一个"
    yield "算法", "人工评定的指标：应扣 = 分值 − 评定的得分"
    yield "算法", "综合得分 = 该单位各规则包得分的平均，保留两位小数；名次在组内按综合得分由高到低，同分同名次"
    yield from form.HOW_TO_FILL
