"""A finding's markup, made once and put into every page that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from checks.model import Finding
from reports.addresses import finding_address
from reports.bundle import ReportBundle
from reports.cards import Card
from reports.text import clip
from reports.writers.html_pages import Findings

MESSAGE = 160


@dataclass(frozen=True, slots=True)
class Item:
    """A finding with its row in lists, and its full text in two pieces: what it costs stands between them.

    The cost differs with whose score is told of, the rest does not.
    """

    finding: Finding
    card: Card
    row: Markup
    head: Markup
    tail: Markup

    @property
    def head_bytes(self) -> int:
        """The size of the first piece as written."""
        return len(self.head.encode("utf-8"))

    @property
    def tail_bytes(self) -> int:
        """The size of the second piece as written."""
        return len(self.tail.encode("utf-8"))


def make_items(findings: Iterable[Finding], bundle: ReportBundle, macros: Findings) -> list[Item]:
    """Return findings with their markup, in the order given."""
    return [_item(bundle.card(finding), bundle.as_of.isoformat(), macros) for finding in findings]


def table_rows(items: Iterable[Item]) -> Markup:
    """Return the rows of a list."""
    return Markup("".join([item.row for item in items]))


def _item(shown: Card, as_of: str, macros: Findings) -> Item:
    finding, once = shown.finding, macros.once
    undecided, doubtful = finding.verdict == "unverified", finding.confidence == "review"
    kind = shown.verdict if undecided else shown.confidence
    mark = "unverified" if undecided else "review" if doubtful else ""
    level = once("level", finding.severity, shown.severity)
    cells = once(
        "cells", kind, shown.column, shown.department, shown.status, finding.due, shown.due, shown.overdue
    )
    tags = once(
        "tags", finding.severity, shown.severity, mark, kind, finding.status, shown.status, shown.title
    )
    grounds = once("grounds", shown.citations, shown.clauses_left, shown.remedy)
    first_seen = finding.first_seen or as_of
    facts = once("facts", shown.responsible, shown.due, shown.overdue, shown.column, first_seen)
    address, message = finding_address(finding.fingerprint), clip(shown.message, MESSAGE)
    return Item(
        finding=finding,
        card=shown,
        row=macros.make("row", level, address, message, shown.title, cells),
        head=macros.make("head", shown, finding.severity, finding.fingerprint, tags, grounds, facts),
        tail=macros.make("tail", shown),
    )
