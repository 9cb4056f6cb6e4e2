"""A crawl killed at random instants, its conclusion among them, ends as if it had never been."""

from __future__ import annotations

from pathlib import Path

from .kills import AT_ONCE, run


def test_killed_crawls_lose_nothing_change_no_finding_and_ask_nothing_recorded_again(tmp_path: Path) -> None:
    tally = run(tmp_path, pages=60, kills=6, seed=20261120)
    assert tally.kills >= 4 and tally.findings > 0
    assert tally.faultless, tally
    assert tally.repeated <= tally.kills * AT_ONCE
