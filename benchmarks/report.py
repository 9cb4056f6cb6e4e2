"""What reports of many findings cost: seconds to write them, the largest page, seconds until Chromium shows a page.

``python -m benchmarks.report [HOME] [--findings 20000] [--rounds 1]`` repeats the findings of an inspection's home (of
the demonstration's, made first, where none is given), runs ``xunjian report`` and exits with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.crawl import FINDINGS, swell
from benchmarks.measure import Cost, measure

WRITE_BAR, WRITE_GOAL = 20.0, 8.0  # seconds
PAGE_BAR = 1_500_000  # bytes
OPEN_BAR = 2.0  # seconds
TIMEOUT = 900.0
OPENED = ("index.html", "lists/all.html", "indicators.html")


def main() -> int:
    """Write the reports, open them, print each figure and its ratio to the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", nargs="?", type=Path)
    parser.add_argument("--findings", type=int, default=FINDINGS)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="report-") as scratch:
        folder = Path(scratch)
        home = arguments.home or folder / "demo"
        if arguments.home is None and _run(["demo", "--out", str(home)], folder) is None:
            print("the demonstration could not be inspected", file=sys.stderr)
            return 2
        swell(home, folder / "home", arguments.findings)
        costs = [_run(["report", str(folder / "home")], folder) for _ in range(arguments.rounds)]
        done = [cost for cost in costs if cost is not None and cost.code == 0]
        if len(done) < len(costs):
            print((folder / "log").read_text(encoding="utf-8", errors="replace"), file=sys.stderr)
            return 2
        return int(not all(list(_told(min(done, key=lambda cost: cost.wall), folder / "home" / "report"))))


def _run(words: list[str], folder: Path) -> Cost | None:
    return measure([sys.executable, "-m", "app.cli", *words], folder / "log", timeout=TIMEOUT)


def _told(cost: Cost, report: Path) -> Iterator[bool]:
    """Print the figures; yield for each whether its bar is reached."""
    pages = sorted(report.rglob("*.html"), key=lambda path: path.stat().st_size)
    total = sum(path.stat().st_size for path in pages)
    print(f"pages {len(pages)}, together {total / 1e6:.0f} MB; peak memory {cost.memory / 1e6:.0f} MB")
    print(f"report written, CPU    {cost.cpu:8.2f} s")
    yield _line("report written, wall", cost.wall, WRITE_BAR, "s", WRITE_GOAL)
    largest = pages[-1]
    yield _line(f"largest page ({largest.relative_to(report)})", largest.stat().st_size / 1e6, PAGE_BAR / 1e6, "MB")
    for page, seconds in _opened([*(report / name for name in OPENED), largest]):
        yield _line(f"opens in Chromium ({page.relative_to(report)})", seconds, OPEN_BAR, "s")


def _line(what: str, value: float, bar: float, unit: str, goal: float | None = None) -> bool:
    said = f"{what:22} {value:8.2f} {unit}  {value / bar:.2f} of the bar {bar:g}"
    reached = "MISSED" if value > bar else "goal" if goal is not None and value <= goal else "bar"
    print(f"{said}  {reached}", flush=True)
    return value <= bar


def _opened(pages: list[Path]) -> Iterator[tuple[Path, float]]:
    """Yield pages with the seconds until Chromium has loaded and painted them; nothing where it is absent."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print("Chromium or playwright is absent: nothing opened")
        return
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in pages:
            page = browser.new_page()
            start = time.perf_counter()
            page.goto(path.as_uri(), wait_until="load")
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            yield path, time.perf_counter() - start
            page.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
