"""Kills a crawl again and again at random instants and holds what comes of it against an uninterrupted one.

Run by hand; ``test_kills.py`` runs it small:

    python -m tests.crawl.kills [--pages 2000] [--kills 200] [--seed 1]

Each time the crawling process, or the process that asked for the crawl, or both are killed (SIGKILL): after a
random number of requests, and once everything has been asked, at random instants of the crawl's conclusion.
After each kill the snapshot is opened to see which addresses are recorded; none of those may be asked again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.config import load_config
from app.home import Home
from app.inspection import Basis, check_run, write_reports
from crawler.run import CrawlJob, crawl

from .compare import content
from .server import Site, page, raw, redirect, serving

ROOT = Path(__file__).parents[2]
AT_ONCE = 8
LAST_KILLS = 0.2
PARENT = "import sys; from crawler.run import CrawlJob, crawl; crawl(CrawlJob.from_json(sys.stdin.readline()))"
CHILD = "import crawler.child; crawler.child.main()"


@dataclass
class Tally:
    """What came of it: kills done (in the conclusion among them), requests, addresses asked again though recorded."""

    kills: int = 0
    late_kills: int = 0
    asked: int = 0
    repeated: int = 0
    recorded_asked_again: list[str] = field(default_factory=list)
    pages_lost: int = 0
    differences: list[str] = field(default_factory=list)
    findings: int = 0
    findings_changed: bool = False

    @property
    def faultless(self) -> bool:
        """Whether nothing was lost, changed or asked again without need."""
        return not (self.recorded_asked_again or self.pages_lost or self.differences or self.findings_changed)


def site_of(pages: int) -> Site:
    """A site of lists and articles in a web of links, with files, redirects, dead links and an empty column."""
    routes = {}
    navigation = [f"/c{number}/" for number in range(20)]
    for number in range(pages):
        links = [*navigation, *(f"/p/{(number * 7 + step) % pages}.html" for step in range(1, 8)),
                 f"/p/{min(number + 1, pages - 1)}.html", f"/f/{number % 97}.pdf", f"/dead/{number % 13}.html",
                 f"/old/{number % 29}.html"]
        routes[f"/p/{number}.html"] = page(*links, title=f"第 {number} 条信息", text=f"第 {number} 条信息的正文。" * 20)
    for number in range(20):
        routes[f"/c{number}/"] = page(
            *navigation, *(f"/p/{(number * 31 + step) % pages}.html" for step in range(15)), title=f"栏目 {number}",
        )
    for number in range(97):
        routes[f"/f/{number}.pdf"] = raw(b"%PDF-1.4" + bytes(number), "application/pdf")
    for number in range(29):
        routes[f"/old/{number}.html"] = redirect(f"/p/{number}.html")
    routes["/"] = page(*navigation, "/p/0.html", f"/p/{pages // 2}.html", title="测试县人民政府")
    return Site(routes)


def job_for(site: Site, path: Path, config: Path) -> CrawlJob:
    return CrawlJob(
        snapshot=path, site="测试站", start=(f"{site.url}/",), delay_seconds=0.0, concurrency=AT_ONCE,
        retry_delay_seconds=0.2, timeout_seconds=60.0, meta={"config": load_config(config).to_json()},
    )


def write_config(site: Site, path: Path) -> Path:
    path.write_text(
        f'[site]\nname = "测试站"\nstart = ["{site.url}/"]\nhosts = ["{site.host}"]\n'
        '[inspection]\npacks = ["national-2019", "linzi-2021"]\n', "utf-8",
    )
    return path


class Killer:
    """Starts a crawl and kills it, noting what the snapshot had recorded by then."""

    def __init__(self, site: Site, job: CrawlJob, instants: random.Random, tally: Tally) -> None:
        self._site = site
        self._job = job
        self._instants = instants
        self._tally = tally
        self._asked_when_recorded: dict[str, int] = {}

    def kill_once(self, requests: int | None) -> None:
        """Let the crawl make so many requests (None: run for a moment only), then kill it."""
        through_parent = self._instants.random() < 0.25
        before = sum(self._site.asked.values())
        crawling = subprocess.Popen(
            [sys.executable, "-c", PARENT if through_parent else CHILD], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert crawling.stdin is not None and crawling.stdout is not None
        crawling.stdin.write(self._job.to_json().encode() + b"\n")
        crawling.stdin.flush()
        if requests is None:
            if not through_parent:
                json.loads(crawling.stdout.readline())
            time.sleep(self._instants.uniform(0.0, 1.5))
        else:
            deadline = time.monotonic() + 60
            while sum(self._site.asked.values()) - before < requests and crawling.poll() is None:
                assert time.monotonic() < deadline, "the crawl stalls"
                time.sleep(0.001)
            time.sleep(self._instants.uniform(0.0, 0.03))
        if crawling.poll() is None:
            self._tally.kills += 1
            self._tally.late_kills += requests is None
            victims = [crawling.pid, *(_children(crawling.pid) if through_parent else [])]
            if through_parent:
                victims = self._instants.choice([victims, victims[:1], victims[1:]])
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
        crawling.communicate()
        self._wait_until_free()
        self._note()

    def _wait_until_free(self) -> None:
        """Wait until no process of the crawl writes any more: one whose parent was killed ends by itself."""
        import fcntl

        with self._job.snapshot.open("rb+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)

    def _note(self) -> None:
        prefix = len(self._site.url)
        for url in recorded(self._job.snapshot):
            self._asked_when_recorded.setdefault(url[prefix:], self._site.asked[url[prefix:]])

    def check(self) -> None:
        """Note the addresses that were asked again after they had been recorded."""
        self._tally.recorded_asked_again = sorted(
            path for path, count in self._asked_when_recorded.items()
            if self._site.asked[path] > count and "/xj-" not in path
        )


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def recorded(path: Path) -> list[str]:
    """The addresses a snapshot has an answer for, as they stand after a kill."""
    db = sqlite3.connect(path, timeout=30)
    try:
        if not db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'urls'").fetchone()[0]:
            return []
        return [url for url, in db.execute("SELECT url FROM urls WHERE state = 1")]
    finally:
        db.close()


def findings_of(path: Path, config: Path, folder: Path) -> bytes:
    """Judge a snapshot; returns the findings file."""
    settings = load_config(config)
    home = Home(folder)
    bundle = check_run(settings, home, path, Basis.of(settings, as_of=date(2026, 11, 20)))
    write_reports(home, bundle)
    return (folder / "findings.jsonl").read_bytes()


def run(folder: Path, pages: int, kills: int, seed: int) -> Tally:
    """Crawl once whole and once killed ``kills`` times; returns what came of it."""
    instants = random.Random(seed)
    tally = Tally()
    site = site_of(pages)
    with serving(site):
        config = write_config(site, folder / "site.toml")
        whole = folder / "whole.sqlite"
        assert crawl(job_for(site, whole, config)).ended == "finished"
        expected = Counter(site.asked)
        site.asked.clear()
        job = job_for(site, folder / "killed.sqlite", config)
        killer = Killer(site, job, instants, tally)
        total = sum(expected.values())
        early = round(kills * (1 - LAST_KILLS))
        while tally.kills < early:
            left = total - sum(min(site.asked[path], count) for path, count in expected.items())
            killer.kill_once(instants.randint(0, max(1, 2 * left // (early - tally.kills + 2))))
            if tally.kills % 20 == 0:
                print(f"{tally.kills} kills, {sum(site.asked.values())} requests of {total}", file=sys.stderr, flush=True)
        # the rest without kills, so that the last of them hit the conclusion
        crawl(job)
        tries = 0
        while tally.kills < kills and tries < 3 * kills:
            tries += 1
            killer.kill_once(None)
        assert crawl(job).ended == "finished"
        killer.check()
    tally.asked = sum(site.asked.values())
    tally.repeated = sum(max(count - expected[path], 0) for path, count in site.asked.items() if path != "/robots.txt")
    compare(whole, job.snapshot, tally)
    before, after = findings_of(whole, config, folder / "a"), findings_of(job.snapshot, config, folder / "b")
    tally.findings, tally.findings_changed = before.count(b"\n"), before != after
    return tally


def compare(whole: Path, killed: Path, tally: Tally) -> None:
    """Note every part in which two snapshots differ."""
    first, second = content(whole), content(killed)
    pages = first["pages"]
    assert isinstance(pages, dict) and isinstance(second["pages"], dict)
    tally.pages_lost = len(pages.keys() - second["pages"].keys())
    tally.differences = [part for part in first if first[part] != second[part]]


def main() -> None:
    """Run and print the figures; exits with 1 where anything was lost, changed or asked again without need."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = run(Path(folder), options.pages, options.kills, options.seed)
    print(
        f"{tally.kills} kills ({tally.late_kills} of them in the conclusion), {tally.asked} requests, "
        f"{tally.repeated} of them repeated (at most {AT_ONCE} under way at each kill)\n"
        f"pages lost {tally.pages_lost}, recorded addresses asked again {len(tally.recorded_asked_again)}, "
        f"parts of the snapshot that differ {tally.differences}, findings {tally.findings}, "
        f"changed {tally.findings_changed}"
    )
    sys.exit(not tally.faultless)


if __name__ == "__main__":
    main()
