"""The benchmark's own tools: the site it makes, the costs it counts, the bars it holds them against."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import frontier
from benchmarks.crawl import LARGE, SMALL, Results, bars, swell
from benchmarks.measure import Cost, measure
from benchmarks.synthetic import Plan, write_site

BURN = "import time\nend = time.process_time() + {0}\nwhile time.process_time() < end: pass"


def test_the_site_is_the_same_each_time_and_as_large_as_asked(tmp_path: Path) -> None:
    first, second = write_site(tmp_path / "a", 120), write_site(tmp_path / "b", 120)
    assert first.pages == 120 and first.addresses == second.addresses and first.dead == second.dead
    files = sorted(path.relative_to(first.root) for path in first.root.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(second.root) for path in second.root.rglob("*") if path.is_file())
    assert all((first.root / name).read_bytes() == (second.root / name).read_bytes() for name in files)
    assert 35_000 < first.bytes / first.pages < 37_000
    assert not any((first.root / address[1:]).exists() for address in first.dead)
    assert all((first.root / (address[1:] or "index.html")).exists() for address in first.addresses - first.dead)


@pytest.mark.parametrize("total", [SMALL, LARGE])
def test_pages_come_out_as_planned(total: int) -> None:
    plan = Plan.of(total)
    assert 1 + sum(plan.articles) + sum(plan.pages) == total


def test_the_cost_of_what_outlives_its_parent_counts(tmp_path: Path) -> None:
    orphan = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN.format(0.3)!r}])"
    cost = measure([sys.executable, "-c", orphan], tmp_path / "log", timeout=30)
    assert cost is not None and cost.code == 0 and 0.3 <= cost.cpu < 3
    assert cost.memory > 4_000_000


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    assert measure(["sleep", "60"], tmp_path / "log", timeout=0.5) is None


def test_ratios_are_paired_by_round_and_bars_hold() -> None:
    results = Results()
    for ours, theirs in ((10.0, 100.0), (20.0, 120.0), (10.0, 70.0)):
        results.costs["xunjian", SMALL].append(Cost(ours, ours, 10**8, 0))
        results.costs["scrapy", SMALL].append(Cost(theirs, theirs, 10**8, 0))
    results.costs["xunjian", LARGE].append(Cost(100.0, 200.0, 6 * 10**8, 0))
    assert results.ratio("scrapy", SMALL, "cpu") == 7
    table = {bar.what.split(":")[0]: bar for bar in bars(results)}
    scrapy = table["CPU, Scrapy with LinkExtractor / us"]
    assert not scrapy.missed and "bar " in scrapy.line()
    assert table["growth"].missed and "MISSED" in table["growth"].line()
    assert not table["wall, linkchecker / us"].missed and "not measured" in table["wall, linkchecker / us"].line()
    muffet = [bar for bar in bars(results) if "muffet" in bar.what]
    assert [bar.missed for bar in muffet] == [True, False] and all("recorded" in bar.what for bar in muffet)


def test_findings_are_repeated_under_names_of_their_own(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    rows = [{"fingerprint": str(n), "url": f"http://www.example.net/{n}"} for n in range(3)]
    (home / "findings.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    swell(home, tmp_path / "more", 10)
    found = [json.loads(line) for line in (tmp_path / "more" / "findings.jsonl").read_text("utf-8").splitlines()]
    assert len({row["fingerprint"] for row in found}) == len(found) == 10 and found[:3] == rows


def test_the_frontier_of_known_addresses_is_built_used_and_reopened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frontier.run(tmp_path / "run.sqlite", 2_000, 40)
    said = capsys.readouterr().out
    waiting = int(said.partition(" addresses wait")[0].split()[-1])
    assert 1_900 <= waiting <= 2_010
    assert [line.split("  ")[0] for line in said.splitlines() if "×" in line] == [
        "found", "taken up", "handed out and answered", "finished", "reopened", "known addresses read",
    ]
