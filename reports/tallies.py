"""Findings in figures: how many of a kind, how many overdue, what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.model import Finding
from reports.bundle import department_of
from reports.scoring import costs, may_cost


@dataclass(frozen=True)
class Tally:
    """A number of findings in figures.

    ``fail`` are certain and cost, ``grave`` of those are high or above, ``review`` await a person, ``unverified`` could
    not be decided, ``overdue`` cost or may cost and are past their day; ``deduction`` is in points of the dearest pack.
    """

    total: int
    fail: int
    grave: int
    review: int
    unverified: int
    overdue: int
    departments: int
    deduction: float


def tally(findings: Iterable[Finding], terms: Mapping[str, int]) -> Tally:
    """Count findings; ``terms`` are the working days left by due day."""
    own = list(findings)
    failing = [finding for finding in own if costs(finding)]
    review = [finding for finding in own if may_cost(finding)]
    return Tally(
        total=len(own),
        fail=len(failing),
        grave=sum(finding.severity in ("veto", "high") for finding in failing),
        review=len(review),
        unverified=sum(finding.verdict == "unverified" for finding in own),
        overdue=sum(terms.get(finding.due or "", 0) < 0 for finding in (*failing, *review)),
        departments=len({department_of(finding) for finding in own}),
        deduction=round(sum(finding.deduction for finding in failing), 2),
    )
