"""What a night's findings cost the ledger: seconds to enter them in a new file, and again the next night.

``python -m benchmarks.ledger HOME [--findings 24000]`` repeats the findings of an inspection's home and exits with 1
where the bar is missed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.crawl import swell
from reports.ledger import Ledger
from reports.writers import findings
from rules.calendar import load_calendar

BAR = 3.0  # seconds of CPU


def main() -> int:
    """Enter two nights, print the seconds of each and their ratio to the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--findings", type=int, default=24_000)
    arguments = parser.parse_args()
    calendar, missed = load_calendar(None), False
    with tempfile.TemporaryDirectory(prefix="ledger-") as scratch:
        folder = Path(scratch)
        swell(arguments.home, folder / "home", arguments.findings)
        ledger = Ledger(folder / "ledger.sqlite", "benchmark", calendar)
        found = findings.read(folder / "home" / "findings.jsonl")
        day = date.fromisoformat(max(finding.first_seen or "" for finding in found))
        for night in range(2):
            began = time.process_time()
            ledger.update(found, day + timedelta(days=night), f"night {night}", lambda _: True)
            seconds = time.process_time() - began
            missed |= seconds > BAR
            print(f"night {night + 1}: {len(found)} findings entered, CPU {seconds:.2f} s, "
                  f"{seconds / BAR:.2f} of the bar {BAR:g}  {'MISSED' if seconds > BAR else 'bar'}")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
