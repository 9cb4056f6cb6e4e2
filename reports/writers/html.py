"""The report pages: one overview, one self-contained scorecard per department; no script, no network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment

from checks.model import SEVERITY_ORDER, Finding
from reports import words
from reports.bundle import UNASSIGNED, ReportBundle, department_of
from reports.cards import Card, Costs, card, mend_first
from reports.pages import page_environment
from reports.scoring import (
    DepartmentScore,
    IndicatorScore,
    PackScore,
    allocate,
    conventions,
    costs,
    group_marks,
    may_cost,
    median,
    plain,
    ranking,
    rate,
)
from reports.text import clip
from reports.writers.files import file_stems

ROWS = 200
PAGE_BYTES = 1_500_000
NAME = 60
NOTES = 60
MEDIAN_OF = 3  # of two, the median would give the other's score away


@dataclass(frozen=True)
class Group:
    """The findings of one check on a page: those shown and how many there are."""

    id: str
    title: str
    cards: Sequence[Card]
    total: int


@dataclass(frozen=True)
class CheckRow:
    """One check in figures."""

    id: str
    title: str
    fail: int
    review: int
    unverified: int
    departments: int
    deduction: float


@dataclass(frozen=True)
class Peers:
    """A department's group under one pack: how many have a score, and their median."""

    group: str
    scored: int
    median: float


@dataclass(frozen=True)
class DepartmentRow:
    """One department in the ranking."""

    place: int | None
    name: str
    file: str
    score: DepartmentScore
    fail: int
    review: int
    unverified: int
    overdue: int


def write(folder: Path, bundle: ReportBundle) -> None:
    """Write ``index.html`` and ``departments/*.html`` into a folder."""
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in mend_first(bundle.findings):
        findings[department_of(finding)].append(finding)
    by_name = {department.name: department for department in bundle.scores.departments}
    names = sorted({*by_name, *findings})
    files = {name: f"{stem}.html" for name, stem in file_stems(names).items()}
    (folder / "departments").mkdir(parents=True, exist_ok=True)
    for name in names:
        text = _within_budget(partial(_scorecard, bundle, name, by_name.get(name), findings[name]))
        (folder / "departments" / files[name]).write_text(text, encoding="utf-8")
    (folder / "index.html").write_text(
        _within_budget(partial(_overview, bundle, files, findings)),
        encoding="utf-8",
    )


def _within_budget(render: Callable[[int], str]) -> str:
    """Render with as many inline rows as the page's byte budget allows."""
    rows = ROWS
    text = render(rows)
    while len(text.encode("utf-8")) > PAGE_BYTES and rows:
        rows //= 2
        text = render(rows)
    return text


def _overview(
    bundle: ReportBundle,
    files: dict[str, str],
    findings: dict[str, list[Finding]],
    rows: int,
) -> str:
    ordered = mend_first(bundle.findings)
    groups = _groups(ordered, bundle, rows)
    return (
        _environment()
        .get_template("index.html")
        .render(
            bundle=bundle,
            coverage=bundle.judgement.coverage,
            counts=Counter(finding.status for finding in ordered) + Counter(fixed=len(bundle.changes.fixed)),
            verdicts=_verdicts(ordered),
            severities=[
                (name, sum(costs(f) and f.severity == name for f in ordered)) for name in SEVERITY_ORDER
            ],
            checks=_check_rows(bundle),
            groups=groups,
            shown=sum(len(group.cards) for group in groups),
            total=len(ordered),
            departments=_ranking(bundle, files, findings),
            unassigned=files.get(UNASSIGNED) if UNASSIGNED in findings else None,
            fixed=[card(finding, bundle) for finding in mend_first(bundle.changes.fixed)[: min(rows, 50)]],
            several=len(bundle.scores.site) > 1,
        )
    )


def _scorecard(
    bundle: ReportBundle,
    name: str,
    department: DepartmentScore | None,
    findings: Sequence[Finding],
    rows: int,
) -> str:
    scores = department.scores if department else []
    taken = _own_costs(findings, scores)
    cards = [card(finding, bundle, taken) for finding in findings[:rows]]
    terms = bundle.changes.terms
    return (
        _environment()
        .get_template("department.html")
        .render(
            bundle=bundle,
            name=name,
            assigned=name != UNASSIGNED,
            scores=scores,
            peers={mark.pack: _peers(bundle.scores.departments, department, mark.pack) for mark in scores},
            verdicts=_verdicts(findings),
            overdue=sum(terms.get(finding.due or "", 0) < 0 for finding in findings),
            first=[shown for shown in cards if costs(shown.finding)][:3],
            cards=cards,
            total=len(findings),
        )
    )


def _peers(departments: Iterable[DepartmentScore], own: DepartmentScore | None, pack: str) -> Peers | None:
    """Return all that a scorecard may say of others: how its group stands as a whole."""
    marks = group_marks(departments, own.group, pack) if own else []
    return Peers(own.group, len(marks), median(marks)) if own and len(marks) >= MEDIAN_OF else None


def _own_costs(findings: Sequence[Finding], scores: Iterable[PackScore]) -> Costs:
    """Return what each finding takes from a department's own scores: the caps count for it alone."""
    taken: defaultdict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for mark in scores:
        for indicator in mark.indicators:
            own = allocate(findings, mark.pack, indicator.checks, indicator.rates, indicator.cap)
            for fingerprint, points in own.items():
                taken[fingerprint][mark.title] += points
    return taken


def _groups(findings: Sequence[Finding], bundle: ReportBundle, rows: int) -> list[Group]:
    """Share the rows out among the checks: each its fair part, what one does not need to the others."""
    by_check: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_check[finding.check].append(finding)
    share = _fair_shares([len(group) for group in by_check.values()], rows)
    return [
        Group(check, _title(bundle, check), [card(finding, bundle) for finding in group[:part]], len(group))
        for (check, group), part in zip(by_check.items(), share, strict=True)
    ]


def _fair_shares(wanted: Sequence[int], available: int) -> list[int]:
    shares = [0] * len(wanted)
    waiting = sorted(range(len(wanted)), key=lambda place: wanted[place])
    while waiting:
        place = waiting[0]
        shares[place] = min(wanted[place], available // len(waiting))
        available -= shares[place]
        waiting.pop(0)
    return shares


def _check_rows(bundle: ReportBundle) -> list[CheckRow]:
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in bundle.findings:
        groups[finding.check].append(finding)
    rows = [
        CheckRow(
            id=check,
            title=_title(bundle, check),
            departments=len({department_of(finding) for finding in group}),
            deduction=round(sum(finding.deduction for finding in group), 2),
            **_verdicts(group),
        )
        for check, group in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row.deduction, -row.fail, row.id))


def _ranking(
    bundle: ReportBundle,
    files: dict[str, str],
    findings: dict[str, list[Finding]],
) -> dict[str, list[DepartmentRow]]:
    terms = bundle.changes.terms
    return {
        group: [
            DepartmentRow(
                place=ranked.place,
                name=ranked.department.name,
                file=files[ranked.department.name],
                score=ranked.department,
                **_verdicts(own),
                overdue=sum(terms.get(finding.due or "", 0) < 0 for finding in own),
            )
            for ranked in members
            for own in (findings.get(ranked.department.name, []),)
        ]
        for group, members in ranking(bundle.scores.departments).items()
    }


def _verdicts(findings: Iterable[Finding]) -> dict[str, int]:
    counts = {"fail": 0, "review": 0, "unverified": 0}
    for finding in findings:
        counts["fail"] += costs(finding)
        counts["review"] += may_cost(finding)
        counts["unverified"] += finding.verdict == "unverified"
    return counts


def _title(bundle: ReportBundle, check: str) -> str:
    known = bundle.checks.get(check)
    return known.title if known else check


def _verdict(mark: PackScore) -> str:
    """Return the word under a score; a rejection stands however little was seen."""
    if mark.outcome in ("vetoed", "not-applicable") or not mark.provisional:
        return words.OUTCOME[mark.outcome]
    return "暂定"


def _sum(indicator: IndicatorScore) -> str:
    """Return an indicator's deductions as a sum over severities."""
    parts = [
        f"{words.SEVERITY[severity]} {count} 个 × {plain(rate(indicator.rates, severity))}"
        for severity in SEVERITY_ORDER
        if (count := indicator.counts.get(severity))
    ]
    return f"{' + '.join(parts)} = {plain(indicator.raw)}" if parts else ""


def _share(ratio: float) -> str:
    """Return a share as a percentage, rounded down: what is not whole never reads 100%."""
    return f"{int(ratio * 1000) / 10:g}%"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = page_environment("reports")
    environment.filters.update(
        clip=clip,
        plain=plain,
        share=_share,
        file_href=lambda name: quote(name),
        verdict=_verdict,
        sum=_sum,
    )
    environment.globals.update(
        words=words,
        conventions=conventions(),
        name_length=NAME,
        notes_shown=NOTES,
        rows=ROWS,
    )
    return environment
