"""A site's home as an inspection leaves it, made from invented findings: cheap enough for a test of one cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import reportdata
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

HOST = "www.shili.example"


def enter(path: Path, run_id: str = "20261120-0130", as_of: date = reportdata.AS_OF, *, drop: int = 0) -> ReportBundle:
    """Enter a run of the small county's findings (all but the first ``drop``) and write its reports."""
    path.mkdir(parents=True, exist_ok=True)
    config = parse_config(
        {"site": {"name": reportdata.SITE, "start": [f"http://{HOST}/"]}, "inspection": {"as_of": as_of}},
        "配置",
    )
    (path / "run.sqlite").unlink(missing_ok=True)
    writer = SnapshotWriter(path / "run.sqlite")
    writer.set_meta(config=config.to_json(), run_id=run_id, ended="finished")
    writer.close()
    bundle = reportdata.small()
    bundle.checks = all_checks()
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
