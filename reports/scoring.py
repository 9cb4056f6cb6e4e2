"""Scores: pure arithmetic over findings, examinations and indicators; every figure can be redone by hand.

Per pack, for the site and for each department: an indicator with no subject leaves the total; each certain,
failing finding costs what the indicator says of its severity, up to the indicator's cap; the score is 100 ×
(points − deductions) ÷ points over the applicable indicators. Nothing else costs anything.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from checks.model import SEVERITY_ORDER, Examination, Finding, Judgement, Severity, most_severe
from reports.text import clip
from rules.model import Indicator, Pack, Veto
from rules.yamlfile import parse

if TYPE_CHECKING:
    from reports.ledger.model import Mark

State = Literal["applicable", "no-subject", "undecided"]
Outcome = Literal["pass", "fail", "vetoed", "not-applicable"]

_TITLE = 60
SETTLED = frozenset({"fixed", "waived"})


class Conventions(msgspec.Struct, frozen=True):
    """How scores are labelled: the pass mark (0–100), the share below which one is provisional (0–1)."""

    pass_mark: float
    provisional_below: float
    town_names: tuple[str, ...]


class IndicatorScore(msgspec.Struct, kw_only=True):
    """One indicator's arithmetic.

    ``examined`` counts subjects over all its clauses and checks (a subject held against two clauses counts
    twice); ``failed``, ``review`` and ``unverified`` count findings. ``rates`` are the pack's points a
    finding costs, ``counts`` the failing findings by severity, ``raw`` their sum before the cap,
    ``deducted`` after it. ``confirmed`` is what would be deducted were all review findings confirmed,
    ``review_counts`` those by severity. Where a person gave the mark (人工评定), ``by`` says who, ``day`` when,
    ``remark`` in which words, and ``id`` is the clause's.
    """

    id: str
    title: str
    checks: list[str]
    points: float
    examined: int
    failed: int
    review: int
    unverified: int
    rates: dict[str, float]
    counts: dict[str, int]
    raw: float
    cap: float
    deducted: float
    confirmed: float
    state: State
    review_counts: dict[str, int] = {}
    by: str = ""
    day: str = ""
    remark: str = ""

    @property
    def personal(self) -> bool:
        """Whether a person gave the mark."""
        return bool(self.by)


class VetoScore(msgspec.Struct, kw_only=True):
    """One single-vote rejection: how many findings count towards it, from how many on it holds."""

    id: str
    title: str
    count: int
    at_least: int
    hit: bool


class PackScore(msgspec.Struct, kw_only=True):
    """The score of the site (``department`` None) or of one department under one pack, 0 to 100.

    ``score`` is None where no indicator applies; ``if_confirmed`` is the score were all review findings
    confirmed. ``coverage`` is the share of the site's known pages that were read, ``decided`` the share of
    what was examined that could be decided; with either below the convention the score is ``provisional``.
    """

    pack: str
    title: str
    department: str | None
    indicators: list[IndicatorScore]
    vetoes: list[VetoScore]
    points: float
    deducted: float
    score: float | None
    if_confirmed: float | None
    outcome: Outcome
    coverage: float
    decided: float
    provisional: bool

    @property
    def arithmetic(self) -> str:
        """The score's sum, as one writes it on paper; empty where there is no score."""
        if self.score is None:
            return ""
        points = plain(self.points)
        return f"100 × ({points} − {plain(self.deducted)}) ÷ {points} = {plain(self.score)}"


class DepartmentScore(msgspec.Struct, kw_only=True):
    """One department: its group (部门 or 镇街), its score under each pack, their mean (None without any)."""

    name: str
    group: str
    scores: list[PackScore]
    mean: float | None


class Scores(msgspec.Struct, kw_only=True):
    """The site's score under each pack, and every department's."""

    site: list[PackScore]
    departments: list[DepartmentScore] = []


class Ranked(msgspec.Struct, kw_only=True):
    """A department's place in its group; equals share a place and the next one is skipped. None: no score."""

    place: int | None
    department: DepartmentScore


@lru_cache(maxsize=1)
def conventions() -> Conventions:
    """Return the conventions of ``rules/lexicons/scoring.yaml``."""
    text = resources.files("rules").joinpath("lexicons/scoring.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = parse(text)
    return Conventions(
        pass_mark=float(data["pass_mark"]["value"]),
        provisional_below=float(data["provisional_below"]["value"]),
        town_names=tuple(data["town_names"]),
    )


def plain(number: float) -> str:
    """Return a figure with at most two decimals and no trailing zeros."""
    return f"{_round(Decimal(str(number))):f}".rstrip("0").rstrip(".")


def hundredths(number: Decimal) -> float:
    """Return a figure rounded half up to two decimals, as all scores are."""
    return float(_round(number))


def order_key(finding: Finding) -> tuple[str, str, str, str, str]:
    """Return the one order of findings that files, caps and pages share, whatever order they were made in."""
    return finding.check, finding.url, finding.target or "", finding.locator, finding.fingerprint


def costs(finding: Finding) -> bool:
    """Whether a finding counts against the score now."""
    return finding.verdict == "fail" and finding.confidence == "certain" and finding.status not in SETTLED


def may_cost(finding: Finding) -> bool:
    """Whether a finding would count once a person confirmed it."""
    return finding.verdict == "fail" and finding.confidence == "review" and finding.status not in SETTLED


def rate(deduction: Mapping[str, float], severity: Severity) -> float:
    """Return the points one finding costs: its severity's, else ``each``, else the next milder one's listed.

    A graver finding thus never costs less than a milder one; a severity milder than all listed costs nothing.
    """
    if severity in deduction:
        return deduction[severity]
    if "each" in deduction:
        return deduction["each"]
    milder = SEVERITY_ORDER[SEVERITY_ORDER.index(severity) + 1 :]
    return next((deduction[name] for name in milder if name in deduction), 0.0)


def indicator_cap(indicator: Indicator) -> float:
    """Return the most an indicator can lose: its cap, never more than its points."""
    return indicator.points if indicator.cap is None else min(indicator.points, indicator.cap)


def severity_under(finding: Finding, pack: str) -> Severity:
    """Return how grave a finding is under one pack: the gravest of its breaches there."""
    return most_severe(breach.severity for breach in finding.breaches if breach.pack == pack)


def allocate(
    findings: Iterable[Finding],
    pack: str,
    checks: Collection[str],
    rates: Mapping[str, float],
    cap: float,
) -> dict[str, float]:
    """Return by fingerprint what each costing finding takes from an indicator until the cap is used up."""
    left = _decimal(cap)
    taken: dict[str, float] = {}
    costly = [
        finding
        for finding in findings
        if finding.check in checks and costs(finding) and _breaches(finding, pack)
    ]
    for finding in sorted(costly, key=order_key):
        cost = min(left, _decimal(rate(rates, severity_under(finding, pack))))
        taken[finding.fingerprint] = float(cost)
        left -= cost
    return taken


def charge(findings: Sequence[Finding], packs: Iterable[Pack]) -> None:
    """Write into the findings what each really costs the site.

    Under each pack the cost stands at its gravest breach there (the first of equals), so that the breaches
    of a pack add up to the pack's deduction; ``Finding.deduction`` is the largest over the packs.
    """
    by_pack: dict[str, dict[str, Decimal]] = {}
    for pack in packs:
        totals = by_pack.setdefault(pack.id, defaultdict(Decimal))
        for indicator in pack.indicators:
            taken = allocate(
                findings, pack.id, indicator.checks, indicator.deduction, indicator_cap(indicator)
            )
            for fingerprint, cost in taken.items():
                totals[fingerprint] += _decimal(cost)
    for finding in findings:
        finding.deduction = 0.0
        bearers: dict[str, int] = {}
        for place, breach in enumerate(finding.breaches):
            breach.deduction = 0.0
            best = bearers.setdefault(breach.pack, place)
            if SEVERITY_ORDER.index(breach.severity) < SEVERITY_ORDER.index(finding.breaches[best].severity):
                bearers[breach.pack] = place
        for pack_id, place in bearers.items():
            cost = float(by_pack.get(pack_id, {}).get(finding.fingerprint, 0))
            finding.breaches[place].deduction = cost
            finding.deduction = max(finding.deduction, cost)


def score(
    judgement: Judgement,
    packs: Iterable[Pack],
    *,
    department: str | None = None,
    marks: Sequence[Mark] = (),
) -> list[PackScore]:
    """Return the score under each pack: the site's, or one department's by its own subjects and findings.

    ``marks`` are those a person gave, each an indicator of its own.
    """
    findings, examinations = judgement.findings, judgement.examinations
    if department is not None:
        findings = [finding for finding in findings if finding.department == department]
        examinations = [row for row in examinations if row.department == department]
    ratio = judgement.coverage.ratio
    return [_score_pack(pack, findings, examinations, ratio, department, marks) for pack in packs]


def score_all(
    judgement: Judgement,
    packs: Sequence[Pack],
    departments: Iterable[str] = (),
    marks: Sequence[Mark] = (),
) -> Scores:
    """Score the site and every department named by a finding, an examination or the caller, by name.

    ``marks`` are those a person gave the site for this period. Writes each finding's deduction into
    ``judgement.findings`` (see ``charge``).
    """
    charge(judgement.findings, packs)
    findings: defaultdict[str | None, list[Finding]] = defaultdict(list)
    examinations: defaultdict[str | None, list[Examination]] = defaultdict(list)
    for finding in judgement.findings:
        findings[finding.department].append(finding)
    for row in judgement.examinations:
        examinations[row.department].append(row)
    names = {name for name in (*findings, *examinations, *departments) if name}
    scored = []
    for name in sorted(names):
        own = [
            _score_pack(pack, findings[name], examinations[name], judgement.coverage.ratio, name)
            for pack in packs
        ]
        scores = [mark.score for mark in own if mark.score is not None]
        mean = float(_round(statistics.mean(map(_decimal, scores)))) if scores else None
        scored.append(DepartmentScore(name=name, group=group_of(name), scores=own, mean=mean))
    return Scores(site=score(judgement, packs, marks=marks), departments=scored)


def group_of(department: str) -> str:
    """Return the group a department is ranked in: 镇街 for towns and sub-districts by name, else 部门."""
    towns = "|".join(map(re.escape, conventions().town_names))
    return (
        "镇街"
        if re.search(rf"({towns})(人民政府|政府|办事处|党工委|党政综合办公室|办公室)?$", department)
        else "部门"
    )


def ranking(departments: Iterable[DepartmentScore]) -> dict[str, list[Ranked]]:
    """Return each group's departments from the highest mean down; those without a score last, unplaced."""
    groups: defaultdict[str, list[DepartmentScore]] = defaultdict(list)
    for department in departments:
        groups[department.group].append(department)
    ranked: dict[str, list[Ranked]] = {}
    for group, members in sorted(groups.items()):
        means = [member.mean for member in members if member.mean is not None]
        members.sort(key=lambda member: (member.mean is None, -(member.mean or 0.0), member.name))
        ranked[group] = [
            Ranked(
                place=None if member.mean is None else 1 + sum(mean > member.mean for mean in means),
                department=member,
            )
            for member in members
        ]
    return ranked


def group_marks(departments: Iterable[DepartmentScore], group: str, pack: str) -> list[float]:
    """Return the scores a group's departments have under a pack."""
    return [
        mark.score
        for department in departments
        if department.group == group
        for mark in department.scores
        if mark.pack == pack and mark.score is not None
    ]


def median(marks: Sequence[float]) -> float:
    """Return the median, to two decimals; raises StatisticsError where there is nothing."""
    return float(_round(statistics.median(map(_decimal, marks))))


def _score_pack(
    pack: Pack,
    findings: Iterable[Finding],
    examinations: Iterable[Examination],
    coverage: float,
    department: str | None,
    marks: Iterable[Mark] = (),
) -> PackScore:
    own = [finding for finding in findings if _breaches(finding, pack.id)]
    rows = [row for row in examinations if row.pack == pack.id]
    indicators = [_score_indicator(pack.id, indicator, own, rows) for indicator in pack.indicators]
    indicators += [_person_indicator(mark, pack) for mark in marks if mark.pack == pack.id]
    applicable = [indicator for indicator in indicators if indicator.state == "applicable"]
    points = sum((_decimal(indicator.points) for indicator in applicable), Decimal(0))
    deducted = sum((_decimal(indicator.deducted) for indicator in applicable), Decimal(0))
    confirmed = sum((_decimal(indicator.confirmed) for indicator in applicable), Decimal(0))
    vetoes = [_score_veto(pack.id, veto, own) for veto in pack.vetoes]
    mark, decided = _mark(points, deducted), _decided(rows, pack)
    return PackScore(
        pack=pack.id,
        title=pack.document.title,
        department=department,
        indicators=indicators,
        vetoes=vetoes,
        points=float(points),
        deducted=float(deducted),
        score=mark,
        if_confirmed=_mark(points, confirmed),
        outcome=_outcome(mark, vetoes),
        coverage=coverage,
        decided=decided,
        provisional=min(coverage, decided) < conventions().provisional_below,
    )


def _score_indicator(
    pack: str,
    indicator: Indicator,
    findings: Sequence[Finding],
    examinations: Iterable[Examination],
) -> IndicatorScore:
    own = [finding for finding in findings if finding.check in indicator.checks]
    rows = [row for row in examinations if row.check in indicator.checks]
    examined = sum(row.examined for row in rows)
    failing = [finding for finding in own if costs(finding)]
    review = [finding for finding in own if may_cost(finding)]
    raw, supposed = _raw(pack, indicator, failing), _raw(pack, indicator, review)
    cap = _decimal(indicator_cap(indicator))
    return IndicatorScore(
        id=indicator.id,
        title=indicator.title,
        checks=list(indicator.checks),
        points=indicator.points,
        examined=examined,
        failed=len(failing),
        review=len(review),
        unverified=sum(finding.verdict == "unverified" for finding in own),
        rates=dict(indicator.deduction),
        counts=_by_severity(failing, pack),
        raw=float(raw),
        cap=float(cap),
        deducted=float(min(raw, cap)),
        confirmed=float(min(raw + supposed, cap)),
        state=_state(examined, sum(row.unverified for row in rows), bool(failing or review)),
        review_counts=_by_severity(review, pack),
    )


def _person_indicator(mark: Mark, pack: Pack) -> IndicatorScore:
    clause = pack.clause(mark.clause)
    lost = float(_decimal(mark.points) - _decimal(mark.awarded))
    return IndicatorScore(
        id=mark.clause,
        title=clip(clause.quote, _TITLE) if clause else mark.clause,
        checks=[],
        points=mark.points,
        examined=0,
        failed=0,
        review=0,
        unverified=0,
        rates={},
        counts={},
        raw=lost,
        cap=mark.points,
        deducted=lost,
        confirmed=lost,
        state="applicable" if mark.applicable else "no-subject",
        by=mark.by,
        day=mark.day,
        remark=mark.remark,
    )


def _by_severity(findings: Iterable[Finding], pack: str) -> dict[str, int]:
    return dict(Counter(severity_under(finding, pack) for finding in sorted(findings, key=_gravity)))


def _score_veto(pack: str, veto: Veto, findings: Iterable[Finding]) -> VetoScore:
    count = sum(
        costs(finding)
        and finding.check in veto.checks
        and any(
            breach.pack == pack and (not veto.clauses or breach.clause in veto.clauses)
            for breach in finding.breaches
        )
        for finding in findings
    )
    return VetoScore(
        id=veto.id, title=veto.title, count=count, at_least=veto.at_least, hit=count >= veto.at_least
    )


def _state(examined: int, unverified: int, found: bool) -> State:
    # A breach found is itself a subject. Points for what could not be looked at would be a gift.
    if found:
        return "applicable"
    if examined == 0:
        return "no-subject"
    return "applicable" if unverified < examined else "undecided"


def _decided(rows: Iterable[Examination], pack: Pack) -> float:
    counted = {check for indicator in pack.indicators for check in indicator.checks}
    examined = unverified = 0
    for row in rows:
        if row.check in counted:
            examined += row.examined
            unverified += min(row.unverified, row.examined)
    return 1 - unverified / examined if examined else 1.0


def _outcome(mark: float | None, vetoes: Iterable[VetoScore]) -> Outcome:
    if any(veto.hit for veto in vetoes):
        return "vetoed"
    if mark is None:
        return "not-applicable"
    return "pass" if mark >= conventions().pass_mark else "fail"


def _raw(pack: str, indicator: Indicator, findings: Iterable[Finding]) -> Decimal:
    return sum((_decimal(rate(indicator.deduction, severity_under(f, pack))) for f in findings), Decimal(0))


def _mark(points: Decimal, deducted: Decimal) -> float | None:
    return float(_round(100 * (points - deducted) / points)) if points else None


def _breaches(finding: Finding, pack: str) -> bool:
    return any(breach.pack == pack for breach in finding.breaches)


def _gravity(finding: Finding) -> int:
    return SEVERITY_ORDER.index(finding.severity)


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))


def _round(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)
