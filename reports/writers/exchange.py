"""Findings for other programs: CSV for spreadsheets, JSON Lines for everything else; one order, equal bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from checks.model import Finding
from reports.addresses import finding_address
from reports.bundle import ReportBundle
from reports.cards import card, running
from reports.scoring import order_key, plain
from reports.text import clip, encoded, legible

CELL = 32_000  # Excel cuts a cell at 32,767 characters
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
COLUMNS = (
    "问题编号", "检查", "检查名称", "判定", "确定程度", "严重程度", "状态", "问题", "责任单位", "栏目", "网页", "指向",
    "依据", "整改办法", "扣分", "首次发现", "整改时限", "剩余工作日", "证据",
)  # fmt: skip


def write_csv(path: Path, findings: Sequence[Finding], bundle: ReportBundle) -> None:
    """Write a table Excel opens as it is: UTF-8 with a mark, a row a finding, no cell ever a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for finding in sorted(findings, key=order_key):
        writer.writerow([inert(value) if isinstance(value, str) else value for value in _row(finding, bundle)])
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8"))


def write_lines(path: Path, findings: Sequence[Finding], bundle: ReportBundle) -> None:
    """Write one JSON object a line: the finding's fields, then what it takes packs and checks to say of it.

    Besides the fields of ``findings.jsonl``: ``site``, ``run_id``, ``as_of``, ``title`` (of the check), ``remedy``,
    ``citations`` (each clause with its document's title, section and quote), ``working_days_left`` (negative when
    past, null where there is no term) and ``page`` (its place in the report, relative to ``report/``).
    """
    lines = [encoded(_object(finding, bundle)) for finding in sorted(findings, key=order_key)]
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, within the length a cell holds."""
    text = clip(legible(text), CELL)
    return f"'{text}" if text.lstrip(" \t\n　'\ufeff").startswith(FORMULA_STARTS) else text


def days_left(finding: Finding, bundle: ReportBundle) -> int | None:
    """Return the working days from the inspection's day to the due day; None where there is no term."""
    return bundle.changes.terms.get(finding.due) if finding.due else None


def _row(finding: Finding, bundle: ReportBundle) -> list[str | int | None]:
    shown = card(finding, bundle)
    return [
        finding.fingerprint,
        finding.check,
        shown.title,
        shown.verdict,
        shown.confidence,
        shown.severity,
        shown.status,
        finding.message,
        finding.department or "",
        finding.column or "",
        finding.url,
        finding.target or "",
        "\n".join(f"《{cited.document}》{cited.section}：{cited.quote}" for cited in shown.citations),
        shown.remedy,
        plain(finding.deduction),
        finding.first_seen or "",
        finding.due or "",
        days_left(finding, bundle),
        "\n".join(f"{name}：{'；'.join(line.text for line in lines)}" for name, lines in shown.evidence),
    ]


def _object(finding: Finding, bundle: ReportBundle) -> dict[str, Any]:
    check = bundle.checks.get(finding.check)
    return {
        # through JSON, so that a lone surrogate of a hostile page does not stop the line
        **json.loads(encoded(msgspec.to_builtins(finding))),
        "site": bundle.site,
        "run_id": bundle.run_id,
        "as_of": bundle.as_of.isoformat(),
        "title": check.title if check else finding.check,
        "remedy": running(check.sections.get("整改", "")) if check else "",
        "citations": [
            {
                "pack": breach.pack,
                "clause": breach.clause,
                "document": known[0].title,
                "section": known[1].section,
                "quote": known[1].quote,
            }
            for breach in finding.breaches
            if (known := bundle.clause(breach.pack, breach.clause)) is not None
        ],
        "working_days_left": days_left(finding, bundle),
        "page": finding_address(finding.fingerprint),
    }
