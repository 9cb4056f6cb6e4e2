"""The result of an inspection as the terminal shows it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from checks.model import SEVERITY_ORDER, Finding
from reports import ReportBundle


def reaches(findings: Iterable[Finding], level: str) -> bool:
    """Whether a certain, standing breach is as grave as ``level`` or graver."""
    limit = SEVERITY_ORDER.index(level)  # type: ignore[arg-type]
    return any(
        finding.verdict == "fail" and finding.confidence == "certain"
        and finding.status not in ("fixed", "waived", "disputed")
        and SEVERITY_ORDER.index(finding.severity) <= limit
        for finding in findings
    )


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as aligned lines, counting Chinese characters as two columns; the first row is the head."""
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = ["  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in rows]
    return [lines[0], "-" * max(map(_width, lines)), *lines[1:]]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
