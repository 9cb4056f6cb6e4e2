"""``ledger.xlsx``: the issue ledger as evaluators keep it, scores with their arithmetic, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from checks.model import Finding
from reports import words
from reports.bundle import ReportBundle, department_of
from reports.cards import Card, Citation, mend_first
from reports.scoring import PackScore, ranking
from reports.writers.book import Book, Column, Linked, Value

WHOLE_SITE = "全站"

LEDGER = (
    Column("序号", 7),
    Column("单位", 20),
    Column("栏目", 16),
    Column("问题", 52),
    Column("依据", 46),
    Column("链接", 40),
    Column("证据", 46),
    Column("发现时间", 12),
    Column("整改时限", 12),
    Column("整改状态", 11),
    Column("整改链接", 24),
    Column("复核意见", 24),
    Column("检查", 14),
    Column("严重程度", 10),
    Column("置信", 12),
    Column("扣分", 8),
    Column("指向", 40),
    Column("整改办法", 40),
    Column("问题编号", 24),
)
SCORES = (
    Column("单位", 22),
    Column("规则包", 34),
    Column("指标", 30),
    Column("分值", 8),
    Column("检查项次", 10),
    Column("问题", 8),
    Column("待复核", 8),
    Column("未核实", 8),
    Column("应扣", 9),
    Column("扣分上限", 10),
    Column("实扣", 9),
    Column("若全部成立实扣", 15),
    Column("计分", 8),
    Column("得分", 9),
    Column("若全部成立得分", 15),
    Column("判定", 20),
    Column("覆盖", 9),
    Column("判明", 9),
    Column("算式或说明", 46),
)
RANKING = (Column("组", 10), Column("名次", 8), Column("单位", 26), Column("综合得分", 12))
COVERAGE = (Column("项目", 22), Column("内容", 90))


def write(path: Path, bundle: ReportBundle) -> None:
    """Write the workbook; raises OSError. Equal bundles give equal bytes."""
    ordered = mend_first(bundle.findings)
    breaches = [finding for finding in ordered if finding.verdict == "fail"]
    undecided = [finding for finding in ordered if finding.verdict != "fail"]
    with Book(path, f"{bundle.site} 问题台账", bundle.as_of) as book:
        book.sheet("问题台账", LEDGER, _ledger(breaches, bundle))
        book.sheet("未能核实", LEDGER, _ledger(undecided, bundle))
        book.sheet("评分", SCORES, _scores(bundle))
        packs = (Column(pack.title, 16) for pack in bundle.scores.site)
        book.sheet("排名", (*RANKING, *packs), _ranking(bundle))
        book.sheet("分布", *_distribution(ordered, bundle))
        book.sheet("覆盖与说明", COVERAGE, _coverage(bundle))


def _ledger(findings: Iterable[Finding], bundle: ReportBundle) -> Iterator[Sequence[Value]]:
    for number, finding in enumerate(findings, start=1):
        shown = bundle.card(finding)
        yield (
            number,
            department_of(finding),
            finding.column,
            finding.message,
            _grounds(shown),
            Linked(finding.url, finding.url),
            _evidence(shown),
            _day(finding.first_seen),
            _day(finding.due),
            shown.status,
            None,
            None,
            shown.title,
            shown.severity,
            shown.confidence if finding.verdict == "fail" else shown.verdict,
            finding.deduction,
            finding.target,
            shown.remedy,
            finding.fingerprint,
        )


def _grounds(shown: Card) -> str:
    return _quoted(shown.citations)


@lru_cache(maxsize=1024)
def _quoted(citations: tuple[Citation, ...]) -> str:
    return "\n".join(f"「{cited.quote}」——《{cited.document}》{cited.section}" for cited in citations)


def _evidence(shown: Card) -> str:
    return "\n".join(f"{label}：{'；'.join(line.text for line in lines)}" for label, lines in shown.evidence)


def _scores(bundle: ReportBundle) -> Iterator[Sequence[Value]]:
    marks = [(WHOLE_SITE, mark) for mark in bundle.scores.site]
    marks += [
        (department.name, mark) for department in bundle.scores.departments for mark in department.scores
    ]
    for name, mark in marks:
        for row in mark.indicators:
            applies = row.state == "applicable"
            yield (
                name,
                mark.title,
                row.title,
                row.points,
                row.examined,
                row.failed,
                row.review,
                row.unverified,
                row.raw,
                row.cap,
                row.deducted if applies else None,
                row.confirmed if applies else None,
                words.BOOLEAN[applies],
                None,
                None,
                None,
                None,
                None,
                None if applies else words.STATE[row.state],
            )
        yield _total(name, mark)


def _total(name: str, mark: PackScore) -> Sequence[Value]:
    outcome = words.OUTCOME[mark.outcome] + (
        "（暂定）" if mark.provisional and mark.score is not None else ""
    )
    hit = "；".join(f"单项否决：{veto.title}（{veto.count} 个）" for veto in mark.vetoes if veto.hit)
    return (
        name,
        mark.title,
        "合计",
        mark.points,
        None,
        None,
        None,
        None,
        None,
        None,
        mark.deducted,
        None,
        None,
        mark.score,
        mark.if_confirmed,
        outcome,
        mark.coverage,
        mark.decided,
        "；".join(filter(None, (mark.arithmetic or "没有可计分的检查对象", hit))),
    )


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
    yield (
        "算法",
        "得分 = 100 ×（计分指标的分值之和 − 实扣之和）÷ 计分指标的分值之和；没有检查对象的指标不计入",
    )
    yield (
        "算法",
        "实扣 = 应扣与扣分上限中较小的一个；应扣 = 各确定的问题按严重程度扣分之和；待复核、未核实的不扣",
    )


@lru_cache(maxsize=4096)
def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
