"""Runs the checks that packs bind, each once per set of parameters, and makes findings of what they saw."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pydantic import ValidationError

from checks.coverage import coverage_of
from checks.faults import crawl_faults, without_hidden
from checks.masking import masked_text, masked_values
from checks.model import (
    SEVERITY_ORDER,
    Breach,
    Context,
    Examination,
    Finding,
    Judgement,
    Observation,
    Parameters,
    Result,
    Severity,
    Verdict,
    fingerprint,
    most_severe,
)
from checks.registry import Check, all_checks
from checks.site import Site
from checks.together import MOST_TASKS, can_split, in_two_processes
from rules.model import Pack

# a site of fewer pages is judged before a second process would have begun
_WORTH_TWO = 2000


@dataclass(frozen=True)
class Bound:
    """One clause bound to one check with parameters, in the order of the packs."""

    pack: str
    clause: str
    severity: Severity
    check: Check
    run: str


@dataclass
class Plan:
    """What is to be run: each check with each set of parameters once, and the clauses each run serves."""

    bound: list[Bound] = field(default_factory=list)
    runs: dict[str, tuple[Check, dict[str, object]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


Key = tuple[str, str, str, str]


@dataclass
class Work:
    """What one check made of a site: its runs' results and notes by the runs' names, the seconds it took."""

    results: dict[str, Result] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0


def judge(
    site: Site, packs: Sequence[Pack], context: Context, *, profile: bool = False,
    only: Collection[str] | None = None, processes: int = 1,
) -> Judgement:
    """Hold a site against packs, with all checks they bind or ``only`` some.

    Never raises for a check's own fault: that becomes a note, and the others' results stand. ``profile`` adds
    the seconds each check took. With two ``processes`` the checks of a large site are done in two where the system
    allows it; what is found is the same.
    """
    plan = make_plan(packs, only)
    work = _do(site, plan, context, processes)
    results = {name: work[check.id].results[name] for name, (check, _) in plan.runs.items()
               if name in work[check.id].results}
    notes = [note for name, (check, _) in plan.runs.items() for note in work[check.id].notes[name]]
    faults = crawl_faults(site)
    for name, result in results.items():
        result.observations = without_hidden(faults, plan.runs[name][0].id, result.observations)
    findings = merge(site, plan, results)
    return Judgement(
        findings=findings,
        examinations=_examinations(plan, results),
        coverage=coverage_of(site, sum(finding.verdict == "unverified" for finding in findings)),
        faults=faults,
        unfinished=sorted({check.id for name, (check, _) in plan.runs.items() if name not in results}),
        notes=list(dict.fromkeys((*plan.notes, *notes))),
        seconds={check: round(done.seconds, 3) for check, done in work.items()} if profile else {},
    )


def _do(site: Site, plan: Plan, context: Context, processes: int) -> dict[str, Work]:
    """Do every check of a plan, each with all its parameters."""
    checks = {check.id: check for check, _ in plan.runs.values()}
    # what asks to look at the whole site once is the longest work, and is begun first
    order = sorted(checks, key=lambda name: checks[name].prepare is None)

    def work(number: int) -> Work:
        return _work(site, plan, checks[order[number]], context)

    if (
        processes < 2 or len(order) > MOST_TASKS or not can_split()
        or not site.is_reopenable or len(site.snapshot.pages) < _WORTH_TWO
    ):
        made = [work(number) for number in range(len(order))]
    else:
        site.build()
        made = in_two_processes(len(order), work, release=site.close_files, regain=site.reopen_files)
    return dict(zip(order, made, strict=True))


def _work(site: Site, plan: Plan, check: Check, context: Context) -> Work:
    """Do one check with all its parameters, in the order of the plan."""
    started = time.perf_counter()
    done = Work()
    runs = {name: values for name, (one, values) in plan.runs.items() if one.id == check.id}
    _prepare(site, check, runs.values())
    for name, values in runs.items():
        notes: list[str] = []
        result = _run(site, check, values, context, notes)
        if result is not None:
            done.results[name] = result
            notes += result.notes
        done.notes[name] = notes
    done.seconds = time.perf_counter() - started
    return done


def make_plan(packs: Sequence[Pack], only: Collection[str] | None = None) -> Plan:
    """Collect what the packs bind, of all checks or ``only`` some.

    Planned bindings and unknown checks are left out with a note.
    """
    plan = Plan()
    checks = all_checks()
    skipped: dict[str, list[str]] = defaultdict(list)
    for pack in packs:
        for clause in pack.clauses:
            for binding in clause.checks:
                if only is not None and binding.check not in only:
                    continue
                check = checks.get(binding.check)
                if binding.planned or check is None:
                    skipped[pack.id].append(binding.check)
                    continue
                values = dict(binding.with_)
                name = f"{check.id} {json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)}"
                if "clause" in check.parameters.model_fields:
                    # clauses that demand the same are one demand, named by the first of them
                    values["clause"] = clause.same_as or clause.id
                plan.runs.setdefault(name, (check, values))
                plan.bound.append(Bound(pack.id, clause.id, clause.severity, check, name))
    plan.notes += [
        f"规则包 {pack} 有 {len(names)} 处条款所用的检查本版还没有：{'、'.join(sorted(set(names)))}"
        for pack, names in sorted(skipped.items())
    ]
    return plan


def _prepare(site: Site, check: Check, runs: Iterable[dict[str, object]]) -> None:
    """Tell a check that asks for it all parameters it will be run with."""
    if check.prepare is None:
        return
    asked: list[Parameters] = []
    for values in runs:
        with suppress(ValidationError):
            asked.append(check.parameters.model_validate(values))
    # what fails here fails again, and is noted, when the check is run
    with suppress(Exception):
        check.prepare(site, asked)


def _run(
    site: Site, check: Check, values: dict[str, object], context: Context, notes: list[str]
) -> Result | None:
    try:
        parameters = check.parameters.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        notes.append(f"检查 {check.id} 的参数 {where} 不合要求（{first['msg']}），未执行")
        return None
    try:
        return check.run(site, parameters, context)
    except Exception as error:
        # one check's fault must not lose what the others found
        notes.append(
            f"检查“{check.title}”（{check.id}）未能完成，是本程序的错误，其他检查不受影响："
            f"{type(error).__name__}: {error}"
        )
        return None


def merge(site: Site, plan: Plan, results: dict[str, Result]) -> list[Finding]:
    """Make one finding of all observations of the same defect, whatever clauses they serve; sorted."""
    groups: dict[Key, list[tuple[Bound, Observation]]] = {}
    for bound in plan.bound:
        result = results.get(bound.run)
        for seen in result.observations if result is not None else ():
            place = (bound.check.id, seen.url, seen.target or "", seen.locator)
            groups.setdefault(place, []).append((bound, seen))
    return [_finding(site, place, groups[place]) for place in sorted(groups)]


def _finding(site: Site, place: Key, pairs: list[tuple[Bound, Observation]]) -> Finding:
    check, url, _, locator = place
    verdict: Verdict = "fail" if any(seen.verdict == "fail" for _, seen in pairs) else "unverified"
    counted = [pair for pair in pairs if pair[1].verdict == verdict]
    _, chief = min(counted, key=_strictness)
    breaches: dict[str, Breach] = {}
    for one, seen in counted:
        breach = Breach(
            pack=one.pack, clause=one.clause, message=masked_text(seen.message), severity=_severity(one, seen),
        )
        known = breaches.get(one.clause)
        if known is None or SEVERITY_ORDER.index(breach.severity) < SEVERITY_ORDER.index(known.severity):
            breaches[one.clause] = breach
    return Finding(
        fingerprint=fingerprint(check, site.name, url, chief.target, locator),
        check=check, url=url, target=chief.target, locator=locator,
        column=chief.column or site.column_name(url),
        department=chief.department,
        clauses=list(breaches),
        severity=most_severe(breach.severity for breach in breaches.values()),
        confidence="certain" if any(seen.confidence == "certain" for _, seen in counted) else "review",
        message=masked_text(chief.message), verdict=verdict,
        evidence=masked_values(chief.evidence) | _seen_as(site, url),
        breaches=list(breaches.values()),
    )


def _seen_as(site: Site, url: str) -> dict[str, str]:
    """Return the hash of the stored page a finding rests on, so that it can be shown as it was."""
    target = site.targets.get(url)
    stored = target.fetch.sha256 if target is not None and target.fetch is not None else None
    return {"sha256": stored} if stored else {}


def _strictness(pair: tuple[Bound, Observation]) -> tuple[bool, int]:
    """Order observations of one defect: certain before doubtful, grave before light, else as packs go."""
    bound, seen = pair
    return seen.confidence != "certain", SEVERITY_ORDER.index(_severity(bound, seen))


def _severity(bound: Bound, seen: Observation) -> Severity:
    return seen.severity or bound.severity


def _examinations(plan: Plan, results: dict[str, Result]) -> list[Examination]:
    rows = []
    tallies = {name: _tally(result) for name, result in results.items()}
    for bound in plan.bound:
        result = results.get(bound.run)
        if result is None:
            continue
        failed, unverified, review = tallies[bound.run]
        departments = {*result.examined, *failed, *unverified, *review} or {None}
        rows += [
            Examination(
                pack=bound.pack, clause=bound.clause, check=bound.check.id, department=department,
                examined=result.examined[department], failed=failed[department],
                unverified=unverified[department], review=review[department],
            )
            for department in sorted(departments, key=lambda name: (name is not None, name or ""))
        ]
    return rows


def _tally(result: Result) -> tuple[Counter[str | None], Counter[str | None], Counter[str | None]]:
    failed: Counter[str | None] = Counter()
    unverified: Counter[str | None] = Counter()
    review: Counter[str | None] = Counter()
    for seen in result.observations:
        if seen.verdict == "unverified":
            unverified[seen.department] += 1
        elif seen.confidence == "review":
            review[seen.department] += 1
        else:
            failed[seen.department] += 1
    return failed, unverified, review
