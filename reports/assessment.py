"""A period's assessment (考核): daily runs, quarterly inspections and a third party's marks, by weights.

Pure arithmetic over the ledger's history; every figure can be worked out again from the runs it rests on.
"""

from __future__ import annotations

import calendar
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from reports.ledger import RunRecord
from reports.scoring import group_of, hundredths, plain

Kind = Literal["daily", "quarterly", "third_party"]
KINDS: dict[Kind, str] = {"daily": "日常评估", "quarterly": "季度督查", "third_party": "第三方评估"}
WHOLE_SITE = "全站"
SITE_GROUP = "站点"

_PERIOD = re.compile(r"(20\d\d)(?:Q([1-4])|H([12])|-(0[1-9]|1[0-2]))?")


class PeriodError(ValueError):
    """A period is not written as one; one Chinese line."""


class Period(msgspec.Struct, frozen=True):
    """A year, half-year, quarter or month: as written, and its first and last day."""

    name: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2026``, ``2026H1``, ``2026Q3`` or ``2026-09``; raises PeriodError."""
        found = _PERIOD.fullmatch(text.strip().upper())
        if found is None:
            raise PeriodError(f"应为年、半年、季度或月（如 2026、2026H1、2026Q3、2026-09），实为 {text!r}")
        year = int(found[1])
        if found[2]:
            return cls(text.strip().upper(), date(year, 3 * int(found[2]) - 2, 1), _end(year, 3 * int(found[2])))
        if found[3]:
            return cls(text.strip().upper(), date(year, 6 * int(found[3]) - 5, 1), _end(year, 6 * int(found[3])))
        if found[4]:
            return cls(text.strip(), date(year, int(found[4]), 1), _end(year, int(found[4])))
        return cls(text.strip(), date(year, 1, 1), date(year, 12, 31))

    def quarters(self) -> list[tuple[str, date, date]]:
        """Return the quarters that end in the period, each with its first and last day."""
        months = (month for month in (3, 6, 9, 12) if self.first <= _end(self.first.year, month) <= self.last)
        year = self.first.year
        return [(f"{year}Q{month // 3}", date(year, month - 2, 1), _end(year, month)) for month in months]


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What each part counts, in hundredths; together 100."""

    daily: float = 100
    quarterly: float = 0
    third_party: float = 0

    def of(self, kind: Kind) -> float:
        """Return one part's weight."""
        return {"daily": self.daily, "quarterly": self.quarterly, "third_party": self.third_party}[kind]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run that counts: the site's score is the mean over the packs that had one."""

    run_id: str
    day: str
    site: float | None
    departments: dict[str, float | None]
    coverage: float | None
    quarterly: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a result: its weight, the mean over ``count`` runs (or the mark given); None where there is none."""

    kind: Kind
    weight: float
    value: float | None
    count: int = 0


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What the site or a department comes to.

    ``score`` is None where a part is missing that would count and the rest is not to stand for it; ``subtotal``
    of at most ``known`` points is then what there is. ``place`` is the place in the group, equals sharing one.
    """

    name: str
    group: str
    parts: list[Part]
    score: float | None
    subtotal: float
    known: float
    complete: bool
    arithmetic: str
    place: int | None = None


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """A period's results, what they rest on, and what was missing."""

    site: str
    period: str
    first: str
    last: str
    weights: Weights
    renormalise: bool
    runs: list[Run]
    third_party: dict[str, float]
    result: Result
    departments: list[Result]
    missing: list[str]
    notes: list[str]

    @property
    def complete(self) -> bool:
        """Whether nothing was missing."""
        return not self.missing


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How a period is assessed.

    ``quarterly_days`` are the days whose runs are the quarterly inspections; without any it is the last run of
    each quarter that ends in the period. ``renormalise``: what is missing is left out and the other weights stand
    for the whole.
    """

    weights: Weights = Weights()
    quarterly_days: tuple[date, ...] = ()
    renormalise: bool = False


def assess(
    site: str,
    period: Period,
    terms: Terms,
    history: Sequence[RunRecord],
    third_party: Mapping[str, float] | None = None,
) -> Assessment:
    """Assess a period from the ledger's history (earliest run first).

    ``third_party`` are the marks (0 to 100) by department, the site's under WHOLE_SITE. Of several runs on one day
    the last counts.
    """
    first, last = period.first.isoformat(), period.last.isoformat()
    by_day = {record.as_of: record for record in history if first <= record.as_of <= last}
    scored = {day: record for day, record in by_day.items() if record.scores or record.departments}
    chosen, missing = _quarterly(period, terms, scored)
    runs = [_run(record, chosen.get(day, "")) for day, record in sorted(scored.items())]
    missing = [*_shortfalls(period, terms, runs, history, third_party), *missing]
    marks = dict(third_party or {})
    names = sorted({name for run in runs for name in run.departments} | (set(marks) - {WHOLE_SITE}))
    results = [_result(name, group_of(name), terms, _parts(name, terms, runs, marks)) for name in names]
    whole = _result(WHOLE_SITE, SITE_GROUP, terms, _parts(WHOLE_SITE, terms, runs, marks))
    missing += _lacking([whole, *results])
    unscored = len(by_day) - len(scored)
    notes = [f"有 {unscored} 次巡检没有得分，未计入"] if unscored else []
    if marks and not terms.weights.third_party:
        notes.append("第三方评估的权重为 0，所给的结果未计入")
    return Assessment(
        site=site, period=period.name, first=first, last=last,
        weights=terms.weights, renormalise=terms.renormalise, runs=runs, third_party=marks, result=whole,
        departments=_ranked(results), missing=missing,
        notes=notes,
    )


def _run(record: RunRecord, quarter: str) -> Run:
    scores = [score for score in record.scores.values() if score is not None]
    return Run(
        run_id=record.run_id, day=record.as_of, site=mean_of(scores), departments=dict(record.departments),
        coverage=record.coverage, quarterly=quarter,
    )


def _quarterly(
    period: Period, terms: Terms, scored: Mapping[str, RunRecord]
) -> tuple[dict[str, str], list[str]]:
    """Return by day which quarterly inspection a run is, and what inspections there should have been."""
    if not terms.weights.quarterly:
        return {}, []
    chosen, missing = {}, []
    if terms.quarterly_days:
        for day in sorted(day for day in terms.quarterly_days if period.first <= day <= period.last):
            if day.isoformat() in scored:
                chosen[day.isoformat()] = f"{day.year}Q{(day.month + 2) // 3}"
            else:
                missing.append(f"季度督查：{day} 没有巡检")
    else:
        for name, first, last in period.quarters():
            days = [day for day in scored if first.isoformat() <= day <= last.isoformat()]
            if days:
                chosen[max(days)] = name
            else:
                missing.append(f"季度督查：{name} 没有巡检")
    if not chosen and not missing:
        missing.append("季度督查：本期没有季度督查（没有季度在本期内结束，或配置的日期都不在本期）")
    return chosen, missing


def _shortfalls(
    period: Period, terms: Terms, runs: Sequence[Run], history: Sequence[RunRecord],
    third_party: Mapping[str, float] | None,
) -> list[str]:
    lines = []
    if not runs:
        lines.append(f"日常评估：{period.first} 至 {period.last} 没有得过分的巡检")
    elif (latest := max(record.as_of for record in history)) < period.last.isoformat():
        lines.append(f"本期到 {period.last} 止，最近一次巡检是 {latest}")
    if terms.weights.third_party and third_party is None:
        lines.append("第三方评估：没有给出结果")
    return lines


def _parts(name: str, terms: Terms, runs: Sequence[Run], marks: Mapping[str, float]) -> list[Part]:
    def part(kind: Kind, scores: Iterable[float | None]) -> Part:
        known = [score for score in scores if score is not None]
        return Part(kind=kind, weight=terms.weights.of(kind), value=mean_of(known), count=len(known))

    def of(run: Run) -> float | None:
        return run.site if name == WHOLE_SITE else run.departments.get(name)

    made = [
        part("daily", (of(run) for run in runs)),
        part("quarterly", (of(run) for run in runs if run.quarterly)),
        part("third_party", [marks.get(name)]),
    ]
    return [one for one in made if one.weight]


def _result(name: str, group: str, terms: Terms, parts: list[Part]) -> Result:
    known = [part for part in parts if part.value is not None]
    weight = sum((_decimal(part.weight) for part in known), Decimal(0))
    points = sum((_decimal(part.weight) * _decimal(part.value or 0) for part in known), Decimal(0))
    complete = len(known) == len(parts)
    score = None
    if known and (complete or terms.renormalise):
        score = hundredths(points / weight)
    terms_shown = " + ".join(f"{plain(part.value or 0)} × {plain(part.weight)}%" for part in known)
    arithmetic = ""
    if score is not None and complete:
        arithmetic = f"{terms_shown} = {plain(score)}"
    elif score is not None:
        arithmetic = f"（{terms_shown}）÷ {plain(float(weight))}% = {plain(score)}（按现有部分折算）"
    elif known:
        arithmetic = f"{terms_shown} = {plain(hundredths(points / 100))}（满分 {plain(float(weight))}，不完整）"
    return Result(
        name=name, group=group, parts=parts, score=score, subtotal=hundredths(points / 100), known=float(weight),
        complete=complete, arithmetic=arithmetic,
    )


def _lacking(results: Sequence[Result]) -> list[str]:
    """Return who lacks a part that others have; one that nobody has is told of as a whole."""
    lines = []
    for place, kind in enumerate(part.kind for part in results[0].parts):
        names = [result.name for result in results if result.parts[place].value is None]
        if len(names) < len(results):
            lines += [f"{KINDS[kind]}：{name}没有得分" for name in names]
    return lines


def _ranked(results: Iterable[Result]) -> list[Result]:
    """Return results by group and from the highest down, with their places; those without a score last, unplaced."""
    ordered = sorted(results, key=lambda one: (one.group, one.score is None, -(one.score or 0.0), one.name))
    return [
        one if one.score is None else msgspec.structs.replace(
            one, place=1 + sum(
                other.group == one.group and other.score is not None and other.score > one.score for other in ordered
            ),
        )
        for one in ordered
    ]


def mean_of(scores: Sequence[float]) -> float | None:
    """Return the mean to two decimals; None of nothing."""
    return hundredths(statistics.mean(map(_decimal, scores))) if scores else None


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))
