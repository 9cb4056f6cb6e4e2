"""Measures the whole job beside its peers, on one synthetic site, in turns, and holds the figures against the bars.

``python benchmarks/crawl.py --help``; what is measured and how: README.md.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import json
import os
import platform
import shutil
import sqlite3
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:
    # run as a script: this folder's modules are the package's, not everyone's
    sys.path[0] = str(ROOT)

from benchmarks.measure import Cost, measure  # noqa: E402
from benchmarks.peers import PEERS, Peer  # noqa: E402
from benchmarks.server import NoServerError, serving  # noqa: E402
from benchmarks.synthetic import Site, write_site  # noqa: E402

SMALL, LARGE = 2_067, 20_069
PEER_SECONDS = 1800.0
FINDINGS = 20_000
# muffet 2.11 -c 16 on 20,069 pages on two cores (PERFORMANCE.md), for machines without it
MUFFET_WALL, MUFFET_MEMORY = 32.0, 1_518_000_000
US = "xunjian"
_CONFIG = """
[site]
name = "某县人民政府"
start = ["{url}/"]

[inspection]
packs = [{packs}]
as_of = 2026-09-30
plan_year = 2026

[crawl]
delay_seconds = 0.0
concurrency = 16
retry_delay_seconds = 0.1
"""


@dataclass
class Results:
    """Costs by (program, pages), one for each round, and what else was measured."""

    costs: dict[tuple[str, int], list[Cost]] = field(default_factory=lambda: defaultdict(list))
    bytes_per_page: dict[int, float] = field(default_factory=dict)
    other: dict[str, Cost] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def median(self, name: str, pages: int, value: str) -> float | None:
        """The median of ``wall``, ``cpu`` or ``memory`` over the rounds."""
        costs = self.costs.get((name, pages))
        return statistics.median(getattr(cost, value) for cost in costs) if costs else None

    def ratio(self, peer: str, pages: int, value: str) -> float | None:
        """The median over the rounds of a peer's figure divided by ours in the same round."""
        pairs = zip(self.costs.get((peer, pages), ()), self.costs.get((US, pages), ()), strict=False)
        ratios = [getattr(theirs, value) / getattr(ours, value) for theirs, ours in pairs]
        return statistics.median(ratios) if ratios else None


class Bench:
    """One run of the benchmark, its scratch files under ``scratch``."""

    def __init__(self, scratch: Path, peers: list[Peer], rounds: int) -> None:
        self.scratch = scratch
        self.peers = peers
        self.rounds = rounds
        self.results = Results()
        self.env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        for package in ("app", "crawler", "rules", "checks", "reports"):
            # as when it is installed, like the peers; some environments keep a checkout from ever having bytecode
            compileall.compile_dir(ROOT / package, quiet=2)

    def crawls(self, pages: int, *, rounds: int, peers: list[Peer]) -> Path:
        """Have everyone crawl a site of ``pages`` pages in turns; returns the home of our last run."""
        site = write_site(self.scratch / f"site-{pages}", pages)
        print(f"site: {site.pages} pages, {len(site.addresses)} addresses, {len(site.dead)} dead, "
              f"{site.bytes / site.pages / 1000:.1f} KB and {site.targets / site.pages:.0f} targets a page", flush=True)
        home = self.scratch / f"home-{pages}"
        with serving(site.root) as url:
            config = self._config(url)
            for number in range(rounds):
                # who goes first gains or loses most from what else the machine does: take turns
                shutil.rmtree(home, ignore_errors=True)
                runs: list[Peer | None] = [None, *peers]
                for peer in runs[number % len(runs):] + runs[:number % len(runs)]:
                    if peer is None:
                        self._ours(config, home, site)
                    else:
                        self._peer(peer, url, pages)
            if pages == SMALL:
                self._note("second night", self._xunjian(["crawl", str(config), "--out", str(home)]))
        return home

    def stages(self, home: Path, pages: int) -> None:
        """Time all checks on a crawl's snapshot, and a report of as many findings as the bar is for."""
        self._note(f"all checks, {pages} pages", self._xunjian(["check", str(home)]))
        swollen = self.scratch / "home-report"
        swell(home, swollen, FINDINGS)
        self._note(f"report of {FINDINGS} findings", self._xunjian(["report", str(swollen)]))

    def _note(self, what: str, cost: Cost | None) -> None:
        if cost is None or cost.code not in (0, 1):
            self.results.faults.append(f"{what}: {self._log().read_text(errors='replace').strip()[-500:]}")
            return
        self.results.other[what] = cost
        _show(what, cost)

    def _config(self, url: str) -> Path:
        packs = sorted(path.stem for path in (ROOT / "rules" / "documents").glob("*.yaml"))
        config = self.scratch / "site.toml"
        config.write_text(_CONFIG.format(url=url, packs=", ".join(f'"{pack}"' for pack in packs)), "utf-8")
        return config

    def _log(self) -> Path:
        return self.scratch / "log.txt"

    def _xunjian(self, arguments: list[str]) -> Cost | None:
        return measure([sys.executable, "-m", "app.cli", *arguments], self._log(), timeout=PEER_SECONDS, env=self.env)

    def _ours(self, config: Path, home: Path, site: Site) -> None:
        cost = self._xunjian(["crawl", str(config), "--out", str(home)])
        if cost is None or cost.code != 0:
            self.results.faults.append(f"{US}: {self._log().read_text(errors='replace').strip()[-500:]}")
            return
        self.results.costs[US, site.pages].append(cost)
        self.results.faults += list(_wrong(home / "run.sqlite", site))
        self.results.bytes_per_page[site.pages] = (home / "run.sqlite").stat().st_size / site.pages
        _show(US, cost, site.pages)

    def _peer(self, peer: Peer, url: str, pages: int) -> None:
        program = peer.path()
        if program is None:
            if peer.name not in self.results.absent:
                self.results.absent.append(peer.name)
            return
        scratch = self.scratch / peer.name
        scratch.mkdir(exist_ok=True)
        cost = measure(peer.command(program, f"{url}/", scratch), self._log(), timeout=PEER_SECONDS, env=self.env)
        if cost is None:
            self.results.faults.append(f"{peer.name}: not done in {PEER_SECONDS:.0f} s")
            return
        self.results.costs[peer.name, pages].append(cost)
        _show(peer.name, cost, pages)


def _wrong(snapshot: Path, site: Site) -> Iterator[str]:
    """What a snapshot says otherwise than the site was made: a fast crawl that misses pages is no fast crawl."""
    with closing(sqlite3.connect(snapshot)) as db:
        pages, = db.execute("SELECT count(*) FROM pages p JOIN urls u ON u.id = p.url_id WHERE u.role = 0").fetchone()
        dead, = db.execute(
            "SELECT count(*) FROM fetches f JOIN urls u ON u.id = f.url_id WHERE f.status = 404 AND u.role IN (0, 1)"
        ).fetchone()
    if (pages, dead) != (site.pages, len(site.dead)):
        yield f"{US}: {pages} pages and {dead} dead addresses in place of {site.pages} and {len(site.dead)}"


def swell(home: Path, target: Path, count: int) -> None:
    """Copy a home's reports' sources with its findings repeated, under other addresses, up to ``count``."""
    shutil.rmtree(target, ignore_errors=True)
    made = shutil.ignore_patterns("report*", "*.html", "*.xlsx", "runs", "ledger.sqlite*")
    shutil.copytree(home, target, ignore=made)
    rows = [json.loads(line) for line in (home / "findings.jsonl").read_text("utf-8").splitlines()]
    with (target / "findings.jsonl").open("w", encoding="utf-8") as file:
        for number in range(count if rows else 0):
            row = dict(rows[number % len(rows)])
            again = number // len(rows)
            if again:
                row["fingerprint"] = hashlib.sha256(f"{row['fingerprint']} {again}".encode()).hexdigest()[:20]
                row["url"] = f"{row['url']}?{again}"
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _show(name: str, cost: Cost, pages: int | None = None) -> None:
    rate = f"  {pages / cost.wall:7.1f} pages/s" if pages else ""
    figures = f"wall {cost.wall:8.2f} s  cpu {cost.cpu:8.2f} s  peak {cost.memory / 1e6:7.0f} MB{rate}"
    print(f"  {name:28} {figures}", flush=True)


@dataclass(frozen=True)
class Bar:
    """A figure to be reached; ``least`` says whether it is a lower bound."""

    what: str
    value: float | None
    bar: float
    goal: float
    unit: str
    least: bool = True
    why_absent: str = "not measured"

    def line(self) -> str:
        """One line of the table."""
        sign = "≥" if self.least else "≤"
        bounds = f"bar {sign} {self.bar:g}{self.unit}, goal {sign} {self.goal:g}{self.unit}"
        if self.value is None:
            return f"  {'—':6} {self.what:66} {self.why_absent:>12}   {bounds}"
        reached = [self.value >= bound if self.least else self.value <= bound for bound in (self.bar, self.goal)]
        word = "goal" if reached[1] else "bar" if reached[0] else "MISSED"
        return f"  {word:6} {self.what:66} {self.value:>11.2f}{self.unit}   {bounds}"

    @property
    def missed(self) -> bool:
        """Whether it was measured and not reached."""
        return self.value is not None and (self.value < self.bar if self.least else self.value > self.bar)


def bars(results: Results) -> list[Bar]:
    """PERFORMANCE.md's bars and goals with what was measured."""
    wall, memory = results.median(US, LARGE, "wall"), results.median(US, LARGE, "memory")
    muffet_wall = results.ratio("muffet", LARGE, "wall")
    muffet_memory = results.ratio("muffet", LARGE, "memory")
    source = "" if muffet_wall is not None else " (muffet's figure recorded elsewhere)"
    if muffet_wall is None and wall and memory:
        muffet_wall, muffet_memory = MUFFET_WALL / wall, MUFFET_MEMORY / memory
    small, large = results.median(US, SMALL, "cpu"), results.median(US, LARGE, "cpu")
    growth = (large / LARGE) / (small / SMALL) if small and large else None
    night = results.other.get("second night")
    again = small / night.cpu if small and night else None
    checks = results.other.get(f"all checks, {LARGE} pages")
    megabytes = checks.memory / 1e6 if checks else None
    report = results.other.get(f"report of {FINDINGS} findings")
    size = results.bytes_per_page.get(LARGE, results.bytes_per_page.get(SMALL))
    return [
        Bar("CPU, Scrapy with LinkExtractor / us", results.ratio("scrapy", SMALL, "cpu"), 6, 10, "×"),
        Bar("wall, linkchecker / us", results.ratio("linkchecker", SMALL, "wall"), 12, 25, "×"),
        Bar("wall, linkinator / us", results.ratio("linkinator", SMALL, "wall"), 5, 10, "×"),
        Bar(f"wall at {LARGE:,} pages, muffet / us{source}", muffet_wall, 0.5, 1.0, "×"),
        Bar(f"peak memory at {LARGE:,} pages, muffet / us{source}", muffet_memory, 2, 3, "×"),
        Bar(f"growth: CPU per page at {LARGE:,} / at {SMALL:,}", growth, 1.3, 1.1, "×", least=False),
        Bar("snapshot per page", None if size is None else size / 1000, 12, 6, " KB", least=False),
        Bar(f"all checks on {LARGE:,} pages, wall", checks.wall if checks else None, 60, 15, " s", least=False),
        Bar(f"all checks on {LARGE:,} pages, memory", megabytes, 1610, 600, " MB", least=False),
        Bar(f"report of {FINDINGS:,} findings, wall", report.wall if report else None, 20, 8, " s", least=False),
        Bar("second night, nothing changed: CPU, first / second", again, 5, 10, "×"),
    ]


def _table(results: Results) -> None:
    print("\nmedians")
    for name, pages in results.costs:
        wall, cpu, memory = (results.median(name, pages, value) or 0.0 for value in ("wall", "cpu", "memory"))
        print(f"  {name:12} {pages:6} pages  wall {wall:8.2f} s  cpu {cpu:8.2f} s  {cpu / pages * 1000:6.2f} ms/page  "
              f"{pages / wall:7.1f} pages/s  peak {memory / 1e6:6.0f} MB")
    print("\npeers / us, paired by round (above 1: we are better)")
    for name, pages in results.costs:
        if name != US:
            ratios = "  ".join(f"{v} {results.ratio(name, pages, v) or 0:6.2f}×" for v in ("wall", "cpu", "memory"))
            print(f"  {name:12} {pages:6} pages  {ratios}")
    for name in results.absent:
        print(f"  {name:12} is not on this machine")


def main() -> int:
    """Run the benchmark; 1 where a bar is missed or a result is wrong."""
    names = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[SMALL, LARGE], help="sizes of the site")
    parser.add_argument("--rounds", type=int, default=3, help="rounds at the first size (others: one)")
    parser.add_argument("--peers", default=",".join(names), help="comma-separated, of: " + ", ".join(names))
    parser.add_argument("--large-peers", default="muffet", help="those that also crawl the further sizes")
    parser.add_argument("--no-stages", action="store_true", help="leave out checks and report")
    parser.add_argument("--scratch", type=Path, help="where to keep sites and homes (default: thrown away)")
    options = parser.parse_args()
    chosen = [peer for peer in PEERS if peer.name in options.peers.split(",")]
    large = [peer for peer in PEERS if peer.name in options.large_peers.split(",")]
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as temporary:
        # linkchecker gives up root's rights and must still reach its configuration
        Path(temporary).chmod(0o755)
        scratch = options.scratch or Path(temporary)
        scratch.mkdir(parents=True, exist_ok=True)
        bench = Bench(scratch, chosen, options.rounds)
        try:
            for number, pages in enumerate(options.pages):
                first = number == 0
                home = bench.crawls(pages, rounds=options.rounds if first else 1, peers=chosen if first else large)
            if not options.no_stages:
                bench.stages(home, options.pages[-1])
        except NoServerError as error:
            print(error, file=sys.stderr)
            return 2
        results = bench.results
        _table(results)
        table = bars(results)
        print("\nbars and goals")
        print("\n".join(bar.line() for bar in table))
        for fault in results.faults:
            print(f"WRONG: {fault}")
    return int(bool(results.faults) or any(bar.missed for bar in table))


if __name__ == "__main__":
    sys.exit(main())
