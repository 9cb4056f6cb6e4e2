"""A site's home as an inspection leaves it, made from invented findings: cheap enough for a test of one cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import reportdata
import yaml
from click.testing import CliRunner, Result

import reports
from app.cli import main
from app.config import parse_config
from app.home import Home
from app.inspection import open_ledger, record_scores
from checks.model import Finding
from checks.registry import all_checks
from crawler.snapshot.writer import SnapshotWriter
from reports import ReportBundle
from reports.scoring import score_all

PACK = "shili.yaml"
# What no crawl can decide; the last is told twice by the document
FOR_PEOPLE: list[dict[str, Any]] = [
    {
        "id": "6.1", "section": "六（一）加强培训", "quote": "每年至少开展一次政务公开业务培训", "responsible": ["县政府办公室"],
        "observability": "offline", "severity": "low", "method": "查培训通知、签到表",
        "threshold": {"min_per_year": 1},
    },
    {
        "id": "6.2", "section": "六（二）专栏建设", "quote": "建好“乡村振兴”专栏", "observability": "assisted", "severity": "medium",
        "deadline": "2026-06-30", "keywords": ["乡村振兴"], "method": "看专栏内容是否充实",
        "checks": [{"check": "topic-not-disclosed", "with": {"keywords": ["乡村振兴"], "columns": ["乡村振兴"]}}],
    },
    {"id": "6.3", "section": "六（三）服务", "quote": "热情接待群众查阅", "observability": "manual", "severity": "low"},
    {
        "id": "T1", "section": "附表", "quote": "热情接待群众查阅", "observability": "manual", "severity": "low",
        "same_as": "6.3",
    },
]
HOST = "www.shili.example"


def enter(path: Path, run_id: str = "20261120-0130", as_of: date = reportdata.AS_OF, *, drop: int = 0) -> ReportBundle:
    """Enter a run of the small county's findings (all but the first ``drop``) and write its reports."""
    path.mkdir(parents=True, exist_ok=True)
    pack = reportdata.pack(clauses=[*reportdata.CLAUSES, *FOR_PEOPLE])
    data = pack.model_dump(mode="json", by_alias=True, exclude_none=True)
    (path / PACK).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    config = parse_config(
        {
            "site": {"name": reportdata.SITE, "start": [f"http://{HOST}/"]},
            "inspection": {"as_of": as_of, "packs": [PACK]},
            "base_dir": str(path),
        },
        "配置",
    )
    (path / "run.sqlite").unlink(missing_ok=True)
    writer = SnapshotWriter(path / "run.sqlite")
    writer.set_meta(config=config.to_json(), run_id=run_id, ended="finished")
    writer.close()
    bundle = reportdata.small()
    bundle.checks, bundle.packs, bundle.pack_names = all_checks(), [pack], [PACK]
    bundle.run_id, bundle.as_of = run_id, as_of
    found: list[Finding] = bundle.findings[drop:]
    ledger = open_ledger(config, Home(path))
    bundle.changes = ledger.update(found, as_of, run_id, lambda finding: True)
    bundle.judgement.findings = bundle.changes.findings
    bundle.scores = score_all(bundle.judgement, bundle.packs, [reportdata.QUIET])
    record_scores(ledger, bundle)
    reports.write_all(path, bundle)
    return bundle


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], standalone_mode=False)
