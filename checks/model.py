"""What a check takes and gives: context, parameters, result, finding."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict

from rules.calendar import WorkCalendar
from rules.wording import WrongForm

Severity = Literal["veto", "high", "medium", "low", "info"]
Confidence = Literal["certain", "review"]
Verdict = Literal["fail", "unverified"]

SEVERITY_ORDER: tuple[Severity, ...] = ("veto", "high", "medium", "low", "info")


class Parameters(BaseModel):
    """Base of every check's parameters: typed, and no key a check does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Context:
    """What a judgement depends on besides the site: the day it is made, the year, the calendar, the wrong words.

    ``wording`` is None where the built-in list stands as it is.
    """

    as_of: date
    plan_year: int
    calendar: WorkCalendar
    wording: tuple[WrongForm, ...] | None = None


class Observation(msgspec.Struct, kw_only=True):
    """One thing a check found: keyed by ``url``, ``target`` and, where those do not suffice, ``locator``.

    ``message`` is one Chinese sentence with the figures; ``evidence`` plain JSON values, equal over runs on
    an unchanged site. ``severity`` is None where the clause's own severity stands.
    """

    url: str
    target: str | None = None
    locator: str = ""
    column: str | None = None
    department: str | None = None
    message: str
    verdict: Verdict = "fail"
    confidence: Confidence = "certain"
    severity: Severity | None = None
    evidence: dict[str, Any] = {}


@dataclass
class Result:
    """What one run of a check saw: how many subjects it examined, by department, and what it found.

    A check with no subject is not applicable. ``notes`` say, in Chinese, what could not be examined and why.
    """

    examined: Counter[str | None] = field(default_factory=Counter)
    observations: list[Observation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def examine(self, department: str | None, count: int = 1) -> None:
        """Count subjects held against the rule."""
        self.examined[department] += count

    def fail(self, **values: Any) -> None:
        """Record a breach; keywords as Observation."""
        self.observations.append(Observation(verdict="fail", **values))

    def unverified(self, **values: Any) -> None:
        """Record what could not be decided; keywords as Observation."""
        self.observations.append(Observation(verdict="unverified", **values))


class Breach(msgspec.Struct, kw_only=True):
    """One clause a finding breaches, in one pack: what that pack's parameters say of it."""

    pack: str
    clause: str
    message: str
    severity: Severity
    deduction: float = 0.0


class Finding(msgspec.Struct, kw_only=True):
    """One line of ``findings.jsonl``; the fields of INTERFACES, then what the reports need besides."""

    fingerprint: str
    check: str
    url: str
    target: str | None
    column: str | None
    department: str | None
    clauses: list[str]
    severity: Severity
    confidence: Confidence
    message: str
    verdict: Verdict
    evidence: dict[str, Any]
    deduction: float = 0.0
    status: Literal["new", "open", "reopened", "fixed", "waived", "disputed"] = "new"
    first_seen: str | None = None
    due: str | None = None
    locator: str = ""
    breaches: list[Breach] = []


def fingerprint(check: str, site: str, url: str, target: str | None, locator: str = "") -> str:
    """Return the identity of a defect: the same over runs for the same check, site, thing and place in it."""
    text = "\n".join((check, site, url, target or "", locator))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def most_severe(severities: Iterable[Severity]) -> Severity:
    """Return the gravest of some severities; ``info`` when there is none."""
    return min(severities, key=SEVERITY_ORDER.index, default="info")


class Examination(msgspec.Struct, kw_only=True):
    """What one binding (clause → check) examined, for one department (None: nobody's in particular)."""

    pack: str
    clause: str
    check: str
    department: str | None
    examined: int
    failed: int = 0
    unverified: int = 0
    review: int = 0


class Coverage(msgspec.Struct, kw_only=True):
    """How much of the site the crawl saw; ``ratio`` is pages read to pages known, 0 to 1.

    ``uninspected`` says in Chinese, with figures, what could not be inspected and why.
    """

    pages_known: int = 0
    pages_read: int = 0
    files: int = 0
    links: int = 0
    external: int = 0
    columns: int = 0
    documents: int = 0
    letters: int = 0
    unverified: int = 0
    ratio: float = 0.0
    uninspected: list[str] = []


class CrawlFault(msgspec.Struct, kw_only=True, frozen=True):
    """One fault: of the ``site`` as a whole (counts are pages) or of a ``column`` (counts are items).

    ``runs`` is how many runs in a row it was so; ``message`` one Chinese sentence with the figures.
    """

    kind: Literal["site", "column"]
    url: str
    column: str | None = None
    before: int
    now: int
    runs: int = 1
    message: str


class Judgement(msgspec.Struct, kw_only=True):
    """All that the checks say of one run under some packs: sorted findings, what was examined, coverage.

    ``faults`` are what the crawl must have missed, ``unfinished`` the checks that did not run to their end, by a fault
    of their own; ``seconds`` is the time each check took, only where a profile was asked for.
    """

    findings: list[Finding]
    examinations: list[Examination]
    coverage: Coverage
    faults: list[CrawlFault] = []
    unfinished: list[str] = []
    notes: list[str] = []
    seconds: dict[str, float] = {}
