"""Lists of findings: by check, by column, by how they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reports.addresses import STATUSES, status_page
from reports.bundle import ReportBundle
from reports.cards import QUOTE, Citation
from reports.tallies import Tally, tally
from reports.text import clip, legible
from reports.writers.html_items import Item, table_rows
from reports.writers.html_pages import NAME, Pages, parted

CLAUSES = 40


@dataclass(frozen=True)
class Row:
    """A check or a column in figures; ``href`` is its page."""

    name: str
    title: str
    href: str
    tally: Tally


def write_checks(pages: Pages, items: Sequence[Item]) -> None:
    """Write a page for every check, and the page that lists them."""
    groups = _by(items, lambda item: item.finding.check)
    for check, page in pages.places.checks.items():
        known = pages.bundle.checks.get(check)
        own = groups.get(check, [])
        _write_list(
            pages,
            page,
            "check.html",
            own,
            check=check,
            title=known.title if known else check,
            sections={heading: text for heading, text in known.sections.items() if text} if known else {},
            clauses=_clauses(pages.bundle, own),
        )
    pages.write("checks.html", "checks.html", rows=check_rows(pages, items))


def write_columns(pages: Pages, items: Sequence[Item]) -> None:
    """Write a page for every column with findings, and the page that lists them."""
    groups = _by(items, lambda item: item.finding.column or "")
    for column, page in pages.places.columns.items():
        _write_list(pages, page, "column.html", groups[column], title=column)
    pages.write("columns.html", "columns.html", rows=column_rows(pages, items))


def write_statuses(pages: Pages, items: Sequence[Item], fixed: Sequence[Item]) -> None:
    """Write the list of all findings, and one for each way they stand."""
    groups = {"all": list(items), "fixed": list(fixed)} | _by(items, lambda item: item.finding.status)
    for status in STATUSES:
        _write_list(
            pages,
            status_page(status),
            "status.html",
            groups.get(status, []),
            status=status,
            counts={name: len(groups.get(name, [])) for name in STATUSES},
        )


def check_rows(pages: Pages, items: Iterable[Item]) -> list[Row]:
    """Return every check in figures, the dearest first."""
    groups = _by(items, lambda item: item.finding.check)
    checks = pages.bundle.checks
    rows = [
        Row(check, checks[check].title if check in checks else check, page, _figures(pages, groups.get(check, [])))
        for check, page in pages.places.checks.items()
    ]
    return sorted(rows, key=lambda row: (-row.tally.deduction, -row.tally.fail, -row.tally.total, row.name))


def column_rows(pages: Pages, items: Iterable[Item]) -> list[Row]:
    """Return every column with findings in figures, the worst first: by findings that cost, the grave ones next."""
    groups = _by(items, lambda item: item.finding.column or "")
    rows = [
        Row(column, column, page, _figures(pages, groups[column])) for column, page in pages.places.columns.items()
    ]
    return sorted(rows, key=lambda row: (-row.tally.fail, -row.tally.grave, -row.tally.total, row.name))


def _figures(pages: Pages, items: Iterable[Item]) -> Tally:
    return tally([item.finding for item in items], pages.bundle.changes.terms)


def _write_list(pages: Pages, page: str, template: str, items: Sequence[Item], **values: Any) -> None:
    figures = _figures(pages, items)
    for part, shown in parted(page, items):
        pages.write(part.address(part.number), template, part=part, rows=table_rows(shown), tally=figures, **values)


def _by(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)


def _clauses(bundle: ReportBundle, items: Iterable[Item]) -> list[Citation]:
    """Return the clauses a check's findings breach, each once, in their documents' order."""
    breached = {(breach.pack, breach.clause) for item in items for breach in item.finding.breaches}
    cited = [
        Citation(
            clause=clause.id,
            document=clip(legible(pack.document.title), 2 * NAME),
            section=clip(legible(clause.section), NAME),
            quote=clip(legible(clause.quote), QUOTE),
            responsible=(),
            deadline=clause.deadline,
        )
        for pack in bundle.packs
        for clause in pack.clauses
        if (pack.id, clause.id) in breached
    ]
    return cited[:CLAUSES]
