"""A pack: one government document as data, its clauses bound to checks, and how points are counted."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["veto", "high", "medium", "low", "info"]
Observability = Literal["auto", "assisted", "manual", "offline"]


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
    """One atomic requirement, quoted verbatim."""

    id: str
    section: str
    quote: str
    context: str | None = None
    responsible: list[str] = []
    deadline: str | None = None
    threshold: dict[str, Any] | None = None
    observability: Observability
    severity: Severity
    same_as: str | None = None
    checks: list[Binding] = []
    review: str | None = None
    note: str | None = None


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
        return next((clause for clause in self.clauses if clause.id == clause_id), None)
