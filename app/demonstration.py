"""The demonstration: serve the built-in county site, inspect it, compare found with planted."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import msgspec

import demo
from app.config import parse_config
from app.crawling import crawl_site, require_inspected
from app.home import Home
from app.inspection import Basis, inspect_site
from app.summary import table
from reports import ReportBundle


def run_demo(out: Path) -> tuple[ReportBundle, demo.Verification]:
    """Inspect the demonstration site afresh into ``out``, on two nights; returns result and verification.

    The night before only a few columns are crawled: what tells which pages were not there yet.

    Raises UserError where the folder cannot be used or the site could not be inspected.
    """
    site = demo.built()
    home = Home(out)
    with home.locked():
        with demo.serve(demo.first_night()) as base_url:
            config = parse_config({**demo.config(base_url), "base_dir": str(Path.cwd())}, "演示配置")
            crawl_site(config, home, "fresh")
        with demo.serve(site, urlsplit(base_url).port or 0):
            bundle, outcome = inspect_site(config, home, "fresh", Basis.of(config))
        require_inspected(outcome)
    findings = [msgspec.to_builtins(finding) for finding in bundle.findings]
    return bundle, demo.verify(findings, base_url)


def verification_lines(verification: demo.Verification) -> list[str]:
    """Return found against planted, a line a check, then every miss, false finding and trap that was hit."""
    rows = [["检查", "预埋", "查出", "漏报", "误报", "陷阱", "误入陷阱"]]
    rows += [
        [row.check, *map(str, (row.planted, row.found, row.missed, row.false, row.traps, row.traps_hit))]
        for row in verification.checks
    ]
    return ["预埋与查出：", *table(rows), *verification.details]
