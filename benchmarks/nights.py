"""What a second night costs on an unchanged site, against the first: bytes sent by the server, CPU of all processes.

``python -m benchmarks.nights [--pages 2000]`` writes a synthetic site, serves it with nginx, crawls it twice, and exits
with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import measure
from benchmarks.server import NoServerError, serving
from benchmarks.synthetic import write_site
from crawler.job import CrawlJob
from crawler.snapshot.reader import SnapshotReader

BYTES_BAR, CPU_BAR, CPU_GOAL = 10.0, 5.0, 10.0

_CRAWL = """
import sys
from crawler.run import CrawlJob, crawl
print(crawl(CrawlJob.from_json(sys.argv[1])).reason)
"""


def main() -> int:
    """Run the two nights and print what each cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nights-") as scratch:
        try:
            first, second = _nights(Path(scratch), arguments.pages)
        except NoServerError as error:
            print(error, file=sys.stderr)
            return 2
    bytes_ratio, cpu_ratio = first[0] / max(second[0], 1), first[1] / max(second[1], 0.01)
    for name, (sent, cpu, unchanged) in (("first", first), ("second", second)):
        print(f"{name:7} {sent / 1e6:9.2f} MB  {cpu:7.2f} s CPU  {unchanged} answers unchanged")
    print(f"bytes {bytes_ratio:.1f}x less (bar {BYTES_BAR:g})")
    print(f"CPU   {cpu_ratio:.1f}x less (bar {CPU_BAR:g}, goal {CPU_GOAL:g})")
    return int(bytes_ratio < BYTES_BAR or cpu_ratio < CPU_BAR)


def _nights(scratch: Path, pages: int) -> list[tuple[int, float, int]]:
    write_site(scratch / "site", pages)
    log = scratch / "sent.log"
    nights = []
    previous = None
    with serving(scratch / "site", sent=log) as base:
        for number in range(2):
            log.write_text("")
            snapshot = scratch / f"{number}.sqlite"
            job = CrawlJob(
                snapshot=snapshot, site="nights", start=(f"{base}/",), delay_seconds=0.0, previous=previous,
                retry_delay_seconds=0.1,
            )
            cost = measure([sys.executable, "-c", _CRAWL, job.to_json()], scratch / "log", timeout=1800)
            if cost is None or cost.code:
                raise SystemExit((scratch / "log").read_text())
            reader = SnapshotReader(snapshot)
            nights.append((sum(map(int, log.read_text().split())), cost.cpu, int(str(reader.meta.get("unchanged", 0)))))
            reader.close()
            previous = snapshot
    return nights


if __name__ == "__main__":
    sys.exit(main())
