"""The overview and the pages that explain it: the scores' arithmetic, the ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checks.model import SEVERITY_ORDER
from reports import addresses, charts
from reports.bundle import UNASSIGNED, ReportBundle
from reports.cards import Card
from reports.ledger import RunRecord, Waiver
from reports.scoring import DepartmentScore, IndicatorScore, costs, ranking
from reports.tallies import Tally, tally
from reports.writers.html_items import Item
from reports.writers.html_lists import check_rows, column_rows
from reports.writers.html_pages import Pages

RUNS = 30
WORST_COLUMNS = 10
WORST_CHECKS = 10
INDICATORS = 5
CHANGES = 5
RANKED = 8
WAIVERS = 50


@dataclass(frozen=True)
class DepartmentRow:
    """One department in the ranking; ``href`` is its scorecard."""

    place: int | None
    name: str
    href: str
    score: DepartmentScore
    tally: Tally


@dataclass(frozen=True)
class Standing:
    """A group in the ranking: its first and last, and how many stand between them."""

    group: str
    rows: Sequence[DepartmentRow]
    left_out: int
    last: Sequence[DepartmentRow]

    @property
    def size(self) -> int:
        """How many belong to the group."""
        return len(self.rows) + self.left_out + len(self.last)


@dataclass(frozen=True)
class Changed:
    """What came into one status at this run: how many, the gravest of them, the page of all."""

    status: str
    count: int
    cards: Sequence[Card]
    href: str


@dataclass(frozen=True)
class WaiverRow:
    """A waiver to look at again; ``href`` is the finding's page where it still has one."""

    waiver: Waiver
    title: str
    href: str | None


def write_overview(pages: Pages, items: Sequence[Item], fixed: Sequence[Item]) -> None:
    """Write ``index.html``: how the site stands, what changed, what to look at first."""
    bundle = pages.bundle
    found = [item.finding for item in items]
    counts = Counter(finding.status for finding in found) + Counter(fixed=len(fixed))
    pages.write(
        "index.html",
        "index.html",
        tally=tally(found, bundle.changes.terms),
        by_severity=[
            (name, sum(costs(finding) and finding.severity == name for finding in found)) for name in SEVERITY_ORDER
        ],
        counts=counts,
        coverage=bundle.judgement.coverage,
        lost={mark.pack: _most_lost(mark.indicators) for mark in bundle.scores.site},
        lines=_lines(bundle),
        previous=next((run.as_of for run in reversed(earlier_runs(bundle))), None),
        changed=[
            _changed("new", counts["new"], items),
            _changed("reopened", counts["reopened"], items),
            _changed("fixed", counts["fixed"], fixed),
        ],
        columns=[row for row in column_rows(pages, items) if row.tally.fail][:WORST_COLUMNS],
        checks=[row for row in check_rows(pages, items) if row.tally.total][:WORST_CHECKS],
        standings=[
            _shortened(group, rows) for group, rows in _ranking(pages, _by_department(pages, items)).items()
        ],
        several=len(bundle.scores.site) > 1,
        expired=_waivers(pages, bundle.changes.waivers_expired, [*items, *fixed]),
        unused=_waivers(pages, bundle.changes.waivers_unused, [*items, *fixed]),
    )


def write_indicators(pages: Pages) -> None:
    """Write ``indicators.html``: every score's arithmetic, and how scores are made."""
    pages.write("indicators.html", "indicators.html")


def write_departments(pages: Pages, findings: Mapping[str, Sequence[Item]]) -> None:
    """Write ``departments.html``: the whole ranking."""
    standings = [Standing(group, rows, 0, []) for group, rows in _ranking(pages, findings).items()]
    pages.write(
        "departments.html",
        "departments.html",
        standings=standings,
        several=len(pages.bundle.scores.site) > 1,
        unassigned_count=len(findings.get(UNASSIGNED, [])),
    )


def earlier_runs(bundle: ReportBundle) -> list[RunRecord]:
    """Return the latest runs before this one that the ledger knows, the earliest first."""
    return [run for run in bundle.changes.history if run.run_id != bundle.run_id][-RUNS + 1 :]


def _lines(bundle: ReportBundle) -> list[charts.Line]:
    """Return the site's score under each pack and the number of findings over the runs; nothing for a first run."""
    runs = earlier_runs(bundle)
    if not runs:
        return []
    days = [*(run.as_of for run in runs), bundle.as_of.isoformat()]
    lines = [
        charts.line(mark.title, days, [*(run.scores.get(mark.pack) for run in runs), mark.score])
        for mark in bundle.scores.site
    ]
    counts = bundle.changes.counts
    standing = [run.new + run.open + run.reopened for run in runs]
    standing.append(counts.get("new", 0) + counts.get("open", 0) + counts.get("reopened", 0))
    fixed = [*(run.fixed for run in runs), counts.get("fixed", 0)]
    return [*lines, charts.line("在册问题", days, standing), charts.line("当次销号", days, fixed)]


def _most_lost(indicators: Sequence[IndicatorScore]) -> list[IndicatorScore]:
    lossy = [row for row in indicators if row.state == "applicable" and row.deducted]
    return sorted(lossy, key=lambda row: (-row.deducted, row.id))[:INDICATORS]


def _changed(status: str, count: int, items: Sequence[Item]) -> Changed:
    own = [item.card for item in items if item.finding.status == status]
    return Changed(status, count, own[:CHANGES], addresses.status_page(status))


def _by_department(pages: Pages, items: Sequence[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {name: [] for name in pages.places.departments}
    for item in items:
        groups[item.finding.department or UNASSIGNED].append(item)
    return groups


def _ranking(pages: Pages, findings: Mapping[str, Sequence[Item]]) -> dict[str, list[DepartmentRow]]:
    return {
        group: [
            DepartmentRow(
                place=ranked.place,
                name=ranked.department.name,
                href=pages.places.departments[ranked.department.name],
                score=ranked.department,
                tally=tally(
                    [item.finding for item in findings.get(ranked.department.name, [])], pages.bundle.changes.terms
                ),
            )
            for ranked in members
        ]
        for group, members in ranking(pages.bundle.scores.departments).items()
    }


def _shortened(group: str, rows: Sequence[DepartmentRow]) -> Standing:
    """Leave out the middle of a long group; whoever has no score stands at its end."""
    if len(rows) <= 2 * RANKED:
        return Standing(group, rows, 0, [])
    return Standing(group, rows[:RANKED], len(rows) - 2 * RANKED, rows[-RANKED:])


def _waivers(pages: Pages, waivers: Sequence[Waiver], items: Sequence[Item]) -> list[WaiverRow]:
    shown = {item.finding.fingerprint: item for item in items} if waivers else {}
    rows = []
    for waiver in waivers[:WAIVERS]:
        item = shown.get(waiver.fingerprint)
        href = addresses.finding_address(waiver.fingerprint) if item else None
        rows.append(WaiverRow(waiver, item.card.message if item else f"问题 {waiver.fingerprint}", href))
    return rows
