"""Arithmetic and presentation: scores, ledger, written reports."""

from __future__ import annotations

from pathlib import Path

from checks.registry import all_checks
from reports.bundle import ReportBundle
from reports.forms.ledger_form import SCREENSHOTS
from reports.writers import findings, html, summary, workbook
from reports.writers.files import put_together

__all__ = ["ReportBundle", "load_bundle", "write_all"]


def write_all(home: Path, bundle: ReportBundle) -> None:
    """Write findings, summary, pages and workbook into a site's home, together; raises OSError.

    Interrupted, it leaves what was there. Equal bundles give equal bytes.
    """
    screenshots = frozenset(path.stem for path in (home / SCREENSHOTS).glob("*.png"))
    with put_together(home, folders=["report"]) as stage:
        findings.write(stage / "findings.jsonl", bundle.findings)
        summary.write(stage / "summary.json", bundle)
        html.write(stage / "report", bundle, home / SCREENSHOTS)
        workbook.write(stage / "ledger.xlsx", bundle, screenshots)


def load_bundle(home: Path) -> ReportBundle:
    """Return the bundle behind a home's latest reports, from ``findings.jsonl`` and ``summary.json`` alone.

    Raises OSError where they cannot be read, ValueError (one line) where this program did not write them.
    """
    found = findings.read(home / "findings.jsonl")
    return ReportBundle(**summary.read(home / "summary.json", found), checks=all_checks())
