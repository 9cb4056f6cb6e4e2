"""Findings as SARIF 2.1.0 (OASIS), for tools that gather the results of analyses: a rule a check, a result a finding.

Certain breaches are of kind ``fail`` with a level; what a person has yet to confirm is of kind ``review``, what could
not be decided ``open``, both of level ``none`` as the standard demands. What is waived carries a suppression.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from checks.model import Finding
from reports import words
from reports.addresses import finding_address
from reports.bundle import ReportBundle
from reports.cards import card
from reports.scoring import SETTLED, order_key
from reports.text import clip, encoded, legible, web_address

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {"veto": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
TEXT: Final = 4_000


def write(path: Path, findings: Sequence[Finding], bundle: ReportBundle) -> None:
    """Write the log, one run in it; equal bundles give equal bytes."""
    ordered = sorted(findings, key=order_key)
    rules = sorted({*bundle.examined, *(finding.check for finding in ordered)})
    index = {check: number for number, check in enumerate(rules)}
    gravest = _levels(ordered)
    run = {
        "tool": {
            "driver": {
                "name": "xunjian",
                "fullName": "栏目巡检",
                "version": _version(),
                "language": "zh-CN",
                "rules": [_rule(check, gravest.get(check, "warning"), bundle) for check in rules],
            }
        },
        "language": "zh-CN",
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"{legible(bundle.site)}/{bundle.run_id}"},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": _fit(text)}}
                    for text in (*bundle.judgement.coverage.uninspected, *bundle.judgement.notes)
                ],
            }
        ],
        "properties": {"asOf": bundle.as_of.isoformat(), "coverage": bundle.judgement.coverage.ratio},
        "results": [_result(finding, index[finding.check], bundle) for finding in ordered],
    }
    path.write_bytes(encoded({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + b"\n")


def _rule(check: str, level: str, bundle: ReportBundle) -> dict[str, Any]:
    known = bundle.checks.get(check)
    title = known.title if known else check
    sections = known.sections if known else {}
    text = "\n\n".join(f"{name}\n{words_}" for name, words_ in sections.items() if words_) or title
    rule: dict[str, Any] = {
        "id": check,
        "name": title,
        "shortDescription": {"text": title},
        "fullDescription": {"text": sections.get("判定") or title},
        "help": {"text": text},
        "defaultConfiguration": {"level": level},
    }
    return rule


def _levels(findings: Sequence[Finding]) -> dict[str, str]:
    """Return the level that most findings of a check have, the graver of equals."""
    counts: dict[str, Counter[str]] = {}
    for finding in findings:
        counts.setdefault(finding.check, Counter())[LEVELS[finding.severity]] += 1
    order = ("error", "warning", "note")
    return {check: max(order, key=lambda level: (count[level], -order.index(level))) for check, count in counts.items()}


def _result(finding: Finding, rule: int, bundle: ReportBundle) -> dict[str, Any]:
    shown = card(finding, bundle)
    kind = "open" if finding.verdict != "fail" else "fail" if finding.confidence == "certain" else "review"
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "kind": kind,
        "level": LEVELS[finding.severity] if kind == "fail" else "none",
        "message": {"text": _fit(finding.message)},
        "locations": [_location(finding)],
        "partialFingerprints": {"xunjianFinding/v1": finding.fingerprint},
        "baselineState": "unchanged" if finding.status not in ("new", "reopened") else "new",
        "properties": {
            "severity": finding.severity,
            "severityWord": words.SEVERITY[finding.severity],
            "status": finding.status,
            "department": shown.department,
            "column": shown.column,
            "deduction": finding.deduction,
            "firstSeen": finding.first_seen,
            "due": finding.due,
            "clauses": finding.clauses,
            "target": _fit(finding.target) if finding.target else None,
            "remedy": shown.remedy,
            "page": finding_address(finding.fingerprint),
        },
    }
    related = web_address(finding.target)
    if related:
        result["relatedLocations"] = [
            {"id": 0, "physicalLocation": {"artifactLocation": {"uri": related}}, "message": {"text": "指向的地址"}}
        ]
    if finding.status in SETTLED:
        why = _fit(bundle.waiver(finding) or shown.status)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    elif finding.status == "disputed":
        result["suppressions"] = [{"kind": "external", "status": "underReview", "justification": shown.status}]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    # an address that is none of the web's stays text: it must not become something to open
    address = web_address(finding.url)
    location: dict[str, Any] = (
        {"physicalLocation": {"artifactLocation": {"uri": address}}}
        if address
        else {"message": {"text": _fit(finding.url)}}
    )
    names = [name for name in (finding.department, finding.column) if name]
    if names:
        location["logicalLocations"] = [
            {"name": _fit(names[-1]), "fullyQualifiedName": _fit("／".join(names)), "kind": "栏目或单位"}
        ]
    return location


def _fit(text: str) -> str:
    return clip(legible(text), TEXT)


def _version() -> str:
    try:
        return version("xunjian")
    except PackageNotFoundError:
        return "0"
