"""A finding's markup, made once and put into every page that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from checks.model import Finding
from reports.addresses import finding_address
from reports.bundle import ReportBundle
from reports.cards import Card, Citation
from reports.text import clip
from reports.writers.html_pages import macros

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


def make_items(findings: Iterable[Finding], bundle: ReportBundle) -> list[Item]:
    """Return findings with their markup, in the order given."""
    maker = _Maker(bundle)
    return [maker.item(finding) for finding in findings]


class _Maker:
    """Makes findings' markup; what many findings have in common is made once."""

    def __init__(self, bundle: ReportBundle) -> None:
        self._bundle = bundle
        self._as_of = bundle.as_of.isoformat()
        made = macros("finding.html")
        self._row, self._head, self._tail = made.row, made.head, made.tail
        self._level, self._cells = cache(made.level), cache(made.cells)
        self._tags, self._facts = cache(made.tags), cache(made.facts)
        self._grounds: dict[tuple[tuple[Citation, ...], int, str], Markup] = {}
        self._make_grounds = made.grounds

    def item(self, finding: Finding) -> Item:
        shown = self._bundle.card(finding)
        undecided, doubtful = finding.verdict == "unverified", finding.confidence == "review"
        kind = shown.verdict if undecided else shown.confidence
        mark = "unverified" if undecided else "review" if doubtful else ""
        row = self._row(
            self._level(finding.severity, shown.severity),
            finding_address(finding.fingerprint),
            clip(shown.message, MESSAGE),
            shown.title,
            self._cells(
                kind, shown.column, shown.department, shown.status, finding.due, shown.due, shown.overdue
            ),
        )
        head = self._head(
            shown,
            finding.severity,
            finding.fingerprint,
            self._tags(
                finding.severity, shown.severity, mark, kind, finding.status, shown.status, shown.title
            ),
            self._basis(shown),
            self._facts(
                shown.responsible, shown.due, shown.overdue, shown.column, finding.first_seen or self._as_of
            ),
        )
        return Item(finding, shown, row, head, self._tail(shown))

    def _basis(self, shown: Card) -> Markup:
        key = shown.citations, shown.clauses_left, shown.remedy
        if key not in self._grounds:
            self._grounds[key] = self._make_grounds(*key)
        return self._grounds[key]
