"""A finding's markup, made once and put into every page that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from checks.model import Finding
from reports.bundle import ReportBundle
from reports.cards import Card
from reports.writers.html_pages import macros


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
    made = macros("finding.html")
    tags: dict[tuple[str, ...], Markup] = {}
    grounds: dict[tuple[object, ...], Markup] = {}
    items = []
    for finding in findings:
        shown = bundle.card(finding)
        kind = finding.check, finding.severity, finding.verdict, finding.confidence, finding.status
        if kind not in tags:
            tags[kind] = made.tags(shown)
        base = shown.citations, shown.clauses_left, shown.remedy
        if base not in grounds:
            grounds[base] = made.grounds(*base)
        head = made.head(shown, tags[kind], grounds[base], bundle.as_of)
        items.append(Item(finding, shown, made.row(shown), head, made.tail(shown)))
    return items
