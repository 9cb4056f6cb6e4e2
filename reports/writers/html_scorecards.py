"""Scorecards: all a department needs, in files that stand alone and tell nothing of the others but their median."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from reports import charts
from reports.bundle import UNASSIGNED, ReportBundle
from reports.cards import cost_words
from reports.scoring import DepartmentScore, PackScore, allocate, costs, group_marks, median
from reports.tallies import tally
from reports.writers.html_items import Item
from reports.writers.html_overview import earlier_runs
from reports.writers.html_pages import PAGE_BYTES, ROWS, Pages, Part

# What findings take from a score: by fingerprint, then by the document's title, in points
Costs = Mapping[str, Mapping[str, float]]

MEDIAN_OF = 3  # of two, the median would give the other's score away
FIRST = 3
RESERVE = 20_000  # bytes for the turning between parts
AROUND = 200  # bytes a finding, or a picture, takes besides what is counted


@dataclass(frozen=True)
class Peers:
    """A department's group under one pack: how many have a score, and their median."""

    group: str
    scored: int
    median: float


def write_scorecards(pages: Pages, findings: Mapping[str, Sequence[Item]], pictures: Mapping[str, Path]) -> None:
    """Write every department's scorecard.

    More findings than a page may hold go on in further pages of the same department, as self-contained as the first.
    """
    scored = {department.name: department for department in pages.bundle.scores.departments}
    for name, page in pages.places.departments.items():
        _Scorecard(pages, name, scored.get(name), findings.get(name, []), pictures).write(page)


class _Scorecard:
    def __init__(
        self,
        pages: Pages,
        name: str,
        department: DepartmentScore | None,
        items: Sequence[Item],
        pictures: Mapping[str, Path],
    ) -> None:
        self.pages, self.name, self.items = pages, name, items
        scores = department.scores if department else []
        bundle = pages.bundle
        found = [item.finding for item in items]
        self.taken = _own_costs(items, scores)
        self.pictures = pictures
        self.values = {
            "name": name,
            "assigned": name != UNASSIGNED,
            "scores": scores,
            "peers": {mark.pack: _peers(bundle.scores.departments, department, mark.pack) for mark in scores},
            "tally": tally(found, bundle.changes.terms),
            "first": [item.card for item in items if costs(item.finding)][:FIRST],
            "trend": _trend(bundle, name, department),
        }

    def write(self, page: str) -> None:
        """Write the scorecard's parts, the first at the address given."""
        parts = self._parts(page)
        before = 0
        for number, (own, room) in enumerate(parts, start=1):
            part = Part(number, len(parts), page)
            self.pages.write(
                part.address(number),
                "department.html",
                part=part,
                shown=len(own),
                before=before,
                articles=Markup("".join(self._articles(own, room))),
                **self.values,
            )
            before += len(own)

    def _parts(self, page: str) -> list[tuple[list[tuple[Item, Markup]], int]]:
        """Share the findings out over pages by number and bytes; with each the bytes left on its page."""
        frame = self.pages.render(
            page, "department.html", part=Part(1, 2, page), shown=0, before=0, articles="", **self.values
        )
        room = PAGE_BYTES - RESERVE - len(frame.encode("utf-8"))
        parts: list[tuple[list[tuple[Item, Markup]], int]] = [([], room)]
        for item in self.items:
            taken = self.taken.get(item.finding.fingerprint, {})
            cost = self.pages.findings.once("cost", cost_words(item.finding, taken))
            size = item.head_bytes + len(cost.encode("utf-8")) + item.tail_bytes + AROUND
            own, left = parts[-1]
            if own and (len(own) == ROWS or size > left):
                own, left = [], room
                parts.append((own, left))
            own.append((item, cost))
            parts[-1] = own, left - size
        return parts

    def _articles(self, items: Iterable[tuple[Item, Markup]], room: int) -> Iterator[str]:
        """Yield the findings of a page; pictures go in where there is room left."""
        for item, cost in items:
            yield from (item.head, cost, item.tail)
            path = self.pictures.get(item.finding.fingerprint)
            if path is not None and path.stat().st_size * 4 // 3 + AROUND < room:
                picture = base64.b64encode(path.read_bytes()).decode("ascii")
                room -= len(picture) + AROUND
                yield self.pages.findings.make("within", picture)
            yield "</article>\n"


def _peers(departments: Iterable[DepartmentScore], own: DepartmentScore | None, pack: str) -> Peers | None:
    """Return all that a scorecard may say of others: how its group stands as a whole."""
    marks = group_marks(departments, own.group, pack) if own else []
    return Peers(own.group, len(marks), median(marks)) if own and len(marks) >= MEDIAN_OF else None


def _own_costs(items: Iterable[Item], scores: Iterable[PackScore]) -> Costs:
    """Return what each finding takes from a department's own scores: the caps count for it alone."""
    findings = [item.finding for item in items]
    taken: defaultdict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for mark in scores:
        for indicator in mark.indicators:
            own = allocate(findings, mark.pack, indicator.checks, indicator.rates, indicator.cap)
            for fingerprint, points in own.items():
                taken[fingerprint][mark.title] += points
    return taken


def _trend(bundle: ReportBundle, name: str, department: DepartmentScore | None) -> charts.Line | None:
    """Return the department's own mean over the runs; None where there is no earlier one."""
    known = [(run.as_of, run.departments[name]) for run in earlier_runs(bundle) if name in run.departments]
    if department is None or not known:
        return None
    days, means = zip(*known, strict=True)
    return charts.line("综合得分", [*days, bundle.as_of.isoformat()], [*means, department.mean])
