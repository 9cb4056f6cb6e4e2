"""Scorecards: all a department needs, in files that stand alone and tell nothing of the others but their median."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
AROUND = 400  # bytes a finding takes besides its own markup


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding on a scorecard: what it costs this department, its picture in base64 where the page has room."""

    item: Item
    cost: str
    picture: str | None = None


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
        for number, own in enumerate(parts, start=1):
            part = Part(number, len(parts), page)
            self.pages.write(
                part.address(number),
                "department.html",
                part=part,
                shown=own,
                before=sum(map(len, parts[: number - 1])),
                **self.values,
            )

    def _parts(self, page: str) -> list[list[Entry]]:
        """Share the findings out over pages by number and bytes; pictures go in where there is room left."""
        frame = self.pages.render(page, "department.html", part=Part(1, 2, page), shown=[], before=0, **self.values)
        room = PAGE_BYTES - RESERVE - len(frame.encode("utf-8"))
        parts: list[list[Entry]] = [[]]
        left = [room]
        for item in self.items:
            entry = Entry(item, cost_words(item.finding, self.taken.get(item.finding.fingerprint, {})))
            size = item.head_bytes + item.tail_bytes + len(entry.cost.encode("utf-8")) + AROUND
            if parts[-1] and (len(parts[-1]) == ROWS or size > left[-1]):
                parts.append([])
                left.append(room)
            parts[-1].append(entry)
            left[-1] -= size
        return [list(self._illustrated(own, rest)) for own, rest in zip(parts, left, strict=True)]

    def _illustrated(self, entries: Iterable[Entry], room: int) -> Iterator[Entry]:
        for entry in entries:
            path = self.pictures.get(entry.item.finding.fingerprint)
            if path is not None and path.stat().st_size * 4 // 3 + AROUND < room:
                picture = base64.b64encode(path.read_bytes()).decode("ascii")
                room -= len(picture) + AROUND
                yield replace(entry, picture=picture)
            else:
                yield entry


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
