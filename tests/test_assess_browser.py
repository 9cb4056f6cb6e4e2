"""The page of a period's assessment in a real browser: readable by all, nothing runs, nothing overflows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reportdata import HOSTILE
from test_reports_browser import AXE, CHROMIUM, CONTRAST, Watched
from test_reports_browser import browser as browser

from reports.assessment import WHOLE_SITE, Period, Terms, Weights, assess
from reports.ledger import RunRecord
from reports.writers.assessment import write

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = ["县教育和体育局", "城关镇人民政府", *(text[:300] for text in HOSTILE)]
    departments = {name: 60.0 + place % 40 for place, name in enumerate(names)}
    history = [
        RunRecord(run_id=f"r{month}", as_of=f"2026-{month:02d}-28", scores={"a": 80.0}, departments=departments)
        for month in (7, 8, 9)
    ]
    terms = Terms(weights=Weights(daily=40, quarterly=30, third_party=30))
    made = assess("<b>示例县</b>" * 20, Period.parse("2026Q3"), terms, history, {WHOLE_SITE: 90.0, names[0]: 88.0})
    return write(tmp_path_factory.mktemp("assessment"), made)[1]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overflows_runs_or_is_fetched(browser: Any, page: Path, width: int) -> None:
    with Watched(browser, width) as watched:
        shown = watched.open(page)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert "<script>alert(1)</script>" in shown.inner_text("main")
        assert watched.events == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, page: Path, scheme: str) -> None:
    with Watched(browser, 1280, color_scheme=scheme, bypass_csp=True) as watched:
        shown = watched.open(page)
        assert shown.evaluate(CONTRAST) == []
        shown.evaluate(AXE)
        found = shown.evaluate("axe.run()")
        assert found["passes"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
