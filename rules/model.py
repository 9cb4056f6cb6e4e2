"""A pack: one government document as data, its clauses bound to checks, and how points are counted."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Severity = Literal["veto", "high", "medium", "low", "info"]
Observability = Literal["auto", "assisted", "manual", "offline"]


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


DayOrWords = Annotated[str, BeforeValidator(_written)]
"""An ISO date, quoted in YAML or not, or a document's own words."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Document(_Model):
    """The document a pack is taken from. ``source`` says where its text is public or how it is cited."""

    id: str
    title: str
    issuer: str
    doc_number: str | None = None
    issued: date | None = None
    year: int | None = None
    source: str
    extends: str | None = None
    notes: list[str] = []


class Binding(_Model):
    """One check that serves a clause, with the parameters the clause sets. ``planned``: not built yet."""

    check: str
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    planned: bool = False


class Clause(_Model):
    """One atomic requirement, quoted verbatim.

    ``aspect`` names the part of the quote meant where one quote serves several clauses; ``method`` says, for
    a person, what to look at; ``keywords`` are the subjects the quote names. ``deadline`` is an ISO date or,
    where the document gives none, its own words; ``threshold.by_day`` (MM-DD) a day that recurs every year.
    """

    id: str
    section: str
    quote: str
    aspect: str | None = None
    context: str | None = None
    responsible: list[str] = []
    deadline: DayOrWords | None = None
    threshold: dict[str, Any] | None = None
    observability: Observability
    severity: Severity
    keywords: list[str] = []
    method: str | None = None
    same_as: str | None = None
    checks: list[Binding] = []
    review: str | None = None
    note: str | None = None

    def due(self, plan_year: int, written_for: int | None = None) -> date | None:
        """Return the day the demand falls due when held against another year; None where no date is given.

        ``written_for`` is the year the document plans for; a deadline in the year after it stays in the year
        after. Without it the deadline's own year counts as the planned one.
        """
        by_day = (self.threshold or {}).get("by_day")
        if isinstance(by_day, str):
            return _in_year(plan_year, *(int(part) for part in by_day.split("-")))
        try:
            written = date.fromisoformat(self.deadline or "")
        except ValueError:
            return None
        return _in_year(written.year + plan_year - (written_for or written.year), written.month, written.day)


def _in_year(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


class Indicator(_Model):
    """Points at stake for a group of checks.

    ``deduction`` maps a severity (or ``each``) to the points one finding costs; ``cap`` (``points`` by
    default) is the most this indicator can lose.
    """

    id: str
    title: str
    points: float
    checks: list[str]
    deduction: dict[str, float]
    cap: float | None = None


class Veto(_Model):
    """A single-vote rejection: so many findings of these checks under these clauses fail the whole site."""

    id: str
    title: str
    checks: list[str]
    clauses: list[str] = []
    at_least: int = 1


class Pack(_Model):
    """One work-point document or set of national indicators as rules."""

    document: Document
    clauses: list[Clause]
    indicators: list[Indicator] = []
    vetoes: list[Veto] = []

    @property
    def id(self) -> str:
        """The document's id, by which a configuration names the pack."""
        return self.document.id

    def clause(self, clause_id: str) -> Clause | None:
        """Return one clause by its id."""
        return self._by_id.get(clause_id)

    def due(self, clause: Clause, plan_year: int) -> date | None:
        """Return the day a clause of this pack falls due in a year, the document's own year moved to it."""
        return clause.due(plan_year, self.document.year)

    @cached_property
    def _by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}
