"""The report site: overview, indicators, lists, a page for every finding, a self-contained scorecard per department."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from reports.bundle import ReportBundle, department_of
from reports.cards import mend_first
from reports.writers.html_findings import write_findings
from reports.writers.html_items import Item, make_items
from reports.writers.html_lists import write_checks, write_columns, write_statuses
from reports.writers.html_overview import write_departments, write_indicators, write_overview
from reports.writers.html_pages import PAGE_BYTES, ROWS, Findings, Pages, Places
from reports.writers.html_scorecards import write_scorecards

__all__ = ["PAGE_BYTES", "ROWS", "write"]


def write(folder: Path, bundle: ReportBundle, screenshots: Path | None = None) -> None:
    """Write all pages into a folder; ``screenshots`` holds pictures of findings, ``<fingerprint>.png``.

    No page exceeds ``PAGE_BYTES`` or lists more than ``ROWS`` findings. Raises OSError.
    """
    pictures = _pictures(bundle, screenshots)
    macros = Findings()
    items = make_items(mend_first(bundle.findings), bundle, macros)
    fixed = make_items(mend_first(bundle.changes.fixed), bundle, macros)
    by_department = _grouped(items)
    places = Places.of(bundle, by_department)
    pages = Pages(folder, bundle, places, macros)
    for name in pictures:
        (folder / "screenshots").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pictures[name], folder / "screenshots" / f"{name}.png")

    write_overview(pages, items, fixed)
    write_indicators(pages)
    write_departments(pages, by_department)
    write_checks(pages, items)
    write_columns(pages, items)
    write_statuses(pages, items, fixed)
    write_findings(pages, [*items, *fixed], frozenset(pictures))
    write_scorecards(pages, by_department, pictures)


def _pictures(bundle: ReportBundle, screenshots: Path | None) -> dict[str, Path]:
    """Return the pictures of this run's findings, by fingerprint."""
    if screenshots is None or not screenshots.is_dir():
        return {}
    there = {path.stem: path for path in sorted(screenshots.glob("*.png")) if path.is_file()}
    shown = (*bundle.findings, *bundle.changes.fixed)
    return {finding.fingerprint: there[finding.fingerprint] for finding in shown if finding.fingerprint in there}


def _grouped(items: Iterable[Item]) -> dict[str, list[Item]]:
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[department_of(item.finding)].append(item)
    return dict(groups)
