"""The result of an inspection as the terminal shows it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from checks.model import SEVERITY_ORDER, Finding
from checks.registry import all_checks
from reports import ReportBundle
from reports.ledger import Waiver
from reports.scoring import PackScore, plain
from reports.text import clip, legible

_WAIVERS_SHOWN = 20


def reaches(findings: Iterable[Finding], level: str) -> bool:
    """Whether a certain, standing breach is as grave as ``level`` or graver."""
    limit = SEVERITY_ORDER.index(level)
    return any(
        finding.verdict == "fail" and finding.confidence == "certain"
        and finding.status not in ("fixed", "waived", "disputed")
        and SEVERITY_ORDER.index(finding.severity) <= limit
        for finding in findings
    )


def result_lines(bundle: ReportBundle) -> list[str]:
    """Return what an inspection came to: scores by pack, findings by check, coverage, what was not inspected."""
    coverage = bundle.judgement.coverage
    rows = [["规则包", "得分", "全部确认后", "结论", "扣分", "满分"]]
    rows += [
        [
            mark.title, _mark(mark.score), _mark(mark.if_confirmed), _outcome(mark), plain(mark.deducted),
            plain(mark.points),
        ]
        for mark in bundle.scores.site
    ]
    lines = [f"{bundle.site}　计算到 {bundle.as_of}　按 {bundle.plan_year} 年要求", *table(rows), ""]
    lines += _finding_table(bundle.findings)
    lines.append(
        f"覆盖率 {coverage.ratio:.1%}：已知网页 {coverage.pages_known}，读到 {coverage.pages_read}；"
        f"栏目 {coverage.columns}，文件 {coverage.documents}，来信 {coverage.letters}，链接 {coverage.links}"
    )
    lines += [f"未能检查：{text}" for text in coverage.uninspected]
    lines += [f"抓取故障：{fault.message}" for fault in bundle.judgement.faults]
    lines += _waiver_lines(bundle.changes.waivers_expired, "豁免已到期，恢复扣分")
    lines += _waiver_lines(bundle.changes.waivers_unused, "豁免没有用上，所指问题已不存在")
    return lines


def _waiver_lines(waivers: Sequence[Waiver], what: str) -> list[str]:
    lines = [
        f"{what}：{waiver.fingerprint}，{clip(legible(waiver.reason), 80)}（{clip(legible(waiver.owner), 40)} 负责，"
        f"到 {waiver.expires}）"
        for waiver in waivers[:_WAIVERS_SHOWN]
    ]
    if len(waivers) > _WAIVERS_SHOWN:
        lines.append(f"{what}：另有 {len(waivers) - _WAIVERS_SHOWN} 个，见报告")
    return lines


def _mark(score: float | None) -> str:
    return "不适用" if score is None else plain(score)


def _outcome(mark: PackScore) -> str:
    text = {"pass": "合格", "fail": "不合格", "vetoed": "单项否决，不合格", "not-applicable": "不适用"}[mark.outcome]
    return f"{text}（暂定）" if mark.provisional and mark.outcome != "not-applicable" else text


def _finding_table(findings: Iterable[Finding]) -> list[str]:
    failed: Counter[str] = Counter()
    review: Counter[str] = Counter()
    unverified: Counter[str] = Counter()
    for finding in findings:
        if finding.verdict == "unverified":
            unverified[finding.check] += 1
        elif finding.confidence == "review":
            review[finding.check] += 1
        else:
            failed[finding.check] += 1
    checks = sorted({*failed, *review, *unverified})
    if not checks:
        return ["没有发现问题", ""]
    titles = {check.id: check.title for check in all_checks().values()}
    rows = [["检查", "名称", "问题", "待确认", "无法判定"]]
    rows += [
        [check, titles.get(check, check), str(failed[check]), str(review[check]), str(unverified[check])]
        for check in checks
    ]
    return [*table(rows), ""]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as aligned lines, counting Chinese characters as two columns; the first row is the head."""
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = ["  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in rows]
    return [lines[0], "-" * max(map(_width, lines)), *lines[1:]]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
