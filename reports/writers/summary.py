"""``summary.json``: the inspection in figures, and whatever the pages need besides the findings."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from pydantic import ValidationError

from checks.model import Coverage, CrawlFault, Examination, Finding, Judgement
from reports.bundle import ReportBundle, department_of
from reports.ledger import Handling, LedgerChanges, Mark, RunRecord, Waiver
from reports.scoring import Scores, costs, may_cost, order_key, ranking
from reports.text import encoded
from rules.model import Pack

_PACK = ("document", "clauses", "indicators", "vetoes")


def write(path: Path, bundle: ReportBundle) -> None:
    """Write the summary; keys sorted, Chinese as it is."""
    plain = json.loads(encoded(_summary(bundle)))
    text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path, findings: list[Finding]) -> dict[str, Any]:
    """Return ``ReportBundle``'s fields, all but the checks, from a summary and the findings beside it.

    Packs come back with their indicators and the clauses that findings and marks cite, as quoted then. Raises
    OSError, or ValueError naming the file.
    """
    try:
        data = json.loads(path.read_bytes())
        return {
            "site": str(data["site"]),
            "run_id": str(data["run_id"]),
            "as_of": date.fromisoformat(data["as_of"]),
            "plan_year": int(data["plan_year"]),
            "pack_names": [str(pack["name"]) for pack in data["packs"]],
            "packs": [
                Pack.model_validate({key: pack[key] for key in _PACK if key in pack})
                for pack in data["packs"]
            ],
            "judgement": Judgement(
                findings=findings,
                examinations=list(_examined(data.get("examinations", {}))),
                coverage=msgspec.convert(data["coverage"], Coverage),
                faults=msgspec.convert(data.get("crawl_faults", []), list[CrawlFault]),
                notes=[str(note) for note in data["notes"]],
            ),
            "scores": msgspec.convert(data["scores"], Scores),
            "changes": LedgerChanges(
                findings=findings,
                fixed=msgspec.convert(data["fixed"], list[Finding]),
                terms=msgspec.convert(data["terms"], dict[str, int]),
                handling=msgspec.convert(data.get("handling", {}), dict[str, Handling]),
                waivers_expired=msgspec.convert(data.get("waivers_expired", []), list[Waiver]),
                waivers_unused=msgspec.convert(data.get("waivers_unused", []), list[Waiver]),
                history=msgspec.convert(data.get("history", []), list[RunRecord]),
                marks=msgspec.convert(data.get("marks", []), list[Mark]),
            ),
        }
    except (AttributeError, KeyError, TypeError, ValueError, ValidationError, msgspec.MsgspecError) as error:
        raise ValueError(f"{path}：应为巡检所写的 summary.json（{type(error).__name__}: {error}）") from None


def _summary(bundle: ReportBundle) -> dict[str, Any]:
    coverage = bundle.judgement.coverage
    names = bundle.pack_names or [pack.id for pack in bundle.packs]
    cited = {(breach.pack, breach.clause) for finding in _all(bundle) for breach in finding.breaches}
    cited |= {(mark.pack, mark.clause) for mark in bundle.changes.marks}
    return {
        "site": bundle.site,
        "run_id": bundle.run_id,
        "as_of": bundle.as_of.isoformat(),
        "plan_year": bundle.plan_year,
        "packs": [_pack(pack, name, cited) for pack, name in zip(bundle.packs, names, strict=True)],
        "counts": {
            "pages": coverage.pages_read,
            "pages_known": coverage.pages_known,
            "links": coverage.links,
            "external": coverage.external,
            "columns": coverage.columns,
            "documents": coverage.documents,
            "letters": coverage.letters,
            "files": coverage.files,
        },
        "findings": {
            "total": len(bundle.findings),
            "by_check": _tally(bundle.findings, lambda finding: finding.check),
            "by_department": _tally(bundle.findings, department_of),
            "by_severity": dict(Counter(finding.severity for finding in bundle.findings)),
            "by_verdict": dict(Counter(finding.verdict for finding in bundle.findings)),
            "by_confidence": dict(Counter(finding.confidence for finding in bundle.findings)),
            "by_status": bundle.changes.counts,
        },
        "scores": bundle.scores,
        "ranking": _ranking(bundle.scores),
        "coverage": coverage,
        "uninspected": coverage.uninspected,
        "crawl_faults": bundle.judgement.faults,
        "examinations": _examinations(bundle.judgement.examinations),
        "notes": bundle.judgement.notes,
        "fixed": sorted(bundle.changes.fixed, key=order_key),
        "terms": bundle.changes.terms,
        "handling": bundle.changes.handling,
        "waivers_expired": bundle.changes.waivers_expired,
        "waivers_unused": bundle.changes.waivers_unused,
        "history": bundle.changes.history,
        "marks": bundle.changes.marks,
    }


def _pack(pack: Pack, name: str, cited: set[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": pack.id,
        "title": pack.document.title,
        "name": name,
        "document": pack.document.model_dump(mode="json", by_alias=True),
        "clauses": [
            clause.model_dump(mode="json", by_alias=True)
            for clause in pack.clauses
            if (pack.id, clause.id) in cited
        ],
        "indicators": [indicator.model_dump(mode="json") for indicator in pack.indicators],
        "vetoes": [veto.model_dump(mode="json") for veto in pack.vetoes],
    }


def _ranking(scores: Scores) -> dict[str, list[dict[str, Any]]]:
    return {
        group: [
            {"place": row.place, "department": row.department.name, "mean": row.department.mean} for row in members
        ]
        for group, members in ranking(scores.departments).items()
    }


def _examinations(rows: Iterable[Examination]) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """Return what was examined by pack, clause, check and department (empty: nobody's), so that it can be scored again.

    Each as four counts: examined, failed, unverified, for review; once more for each further binding of the check.
    """
    table: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for row in rows:
        cells = table.setdefault(row.pack, {}).setdefault(row.clause, {}).setdefault(row.check, {})
        counts = f"{row.examined} {row.failed} {row.unverified} {row.review}"
        known = cells.get(row.department or "")
        cells[row.department or ""] = counts if known is None else f"{known}; {counts}"
    return table


def _examined(table: Mapping[str, Any]) -> Iterator[Examination]:
    for pack, clauses in table.items():
        for clause, checks in clauses.items():
            for check, departments in checks.items():
                for department, rows in departments.items():
                    for row in rows.split(";"):
                        examined, failed, unverified, review = map(int, row.split())
                        yield Examination(
                            pack=pack, clause=clause, check=check, department=department or None,
                            examined=examined, failed=failed, unverified=unverified, review=review,
                        )


def _tally(findings: Iterable[Finding], key: Callable[[Finding], str]) -> dict[str, dict[str, int]]:
    """Count by key: all, those that cost, those to be confirmed, those undecided."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(
        lambda: {"total": 0, "fail": 0, "review": 0, "unverified": 0}
    )
    for finding in findings:
        row = counts[key(finding)]
        row["total"] += 1
        row["fail"] += costs(finding)
        row["review"] += may_cost(finding)
        row["unverified"] += finding.verdict == "unverified"
    return dict(counts)


def _all(bundle: ReportBundle) -> list[Finding]:
    return [*bundle.findings, *bundle.changes.fixed]
