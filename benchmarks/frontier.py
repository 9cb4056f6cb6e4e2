"""A crawl's memory and pace when it knows a million addresses: a synthetic frontier, no network.

Pages of a few hosts tell of new addresses (about 90 characters, some with queries, every tenth a file) until
``--known`` are known; then addresses are handed out, answered and recorded the way a crawl does it, and the
snapshot is closed as at the end of a crawl and taken up again. Prints microseconds of CPU per address for each
stage and the process's peak resident memory, everything a crawling process imports included.

    python -m benchmarks.frontier [--known 1000000] [--answered 20000]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import crawler.spiders.site  # noqa: F401 (what a crawling process has in memory anyway)
from crawler.frontier import Queues, Stored
from crawler.middlewares.addresses import AddressGuard
from crawler.snapshot.records import Fetch, Link, PageRecord, Reading
from crawler.snapshot.writer import SnapshotWriter
from crawler.spiders.links import LinkPolicy
from crawler.urls import Scope

HOSTS = ("www.example.gov.cn", "zwgk.example.gov.cn", "hd.example.gov.cn")
LINKS_PER_PAGE = 141
NAVIGATION = 60
LIMIT_MIB = 1024

Result = TypeVar("Result")


def address(number: int) -> str:
    """Return the address of one synthetic page or file, the same for the same number."""
    host = HOSTS[number % len(HOSTS)]
    if number % 29 == 0:
        query = f"uid={number}&pageNum={number % 83}&channelName=zwgk_tzgg_list"
        return f"http://{host}/col/col{number % 977}/index.html?{query}"
    suffix = "pdf" if number % 10 == 0 else "html"
    folder = f"zwgk/fdzdgknr/zcwj/gfxwj/c{number % 613}/2026{number % 12 + 1:02d}"
    return f"http://{host}/{folder}/t2026{number % 12 + 1:02d}{number % 28 + 1:02d}_{number:09d}.{suffix}"


def page_of(first: int, count: int) -> Reading:
    """Return a page that links to ``count`` addresses from ``first`` on, beside the site's navigation."""
    navigation = [Link(href=f"http://{HOSTS[0]}/nav/{number}/", text=f"栏目{number}") for number in range(NAVIGATION)]
    fresh = [Link(href=address(number), text=f"信息标题之{number}") for number in range(first, first + count)]
    return Reading(record=PageRecord(title=f"第 {first} 页"), links=[*navigation, *fresh])


def grow(writer: SnapshotWriter, policy: LinkPolicy, known: int) -> Iterator[None]:
    """Save pages until so many addresses are known, one at a step."""
    fresh = LINKS_PER_PAGE - NAVIGATION
    for page in range(known // fresh):
        url = f"http://{HOSTS[page % len(HOSTS)]}/list/{page}.html"
        reading = page_of(page * fresh, fresh)
        found = policy.links_of(reading, url, 3)
        writer.save(url, Fetch(outcome="ok", status=200), reading=reading, runs=found.runs, unfetched=found.unfetched)
        yield


def main() -> None:
    """Run the stages and print what each took; exits with 1 where memory was over the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--known", type=int, default=1_000_000)
    parser.add_argument("--answered", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder) / "run.sqlite", options.known, options.answered)
    peak = peak_mib()
    print(f"peak resident memory {peak:.0f} MiB (limit {LIMIT_MIB})")
    raise SystemExit(peak > LIMIT_MIB)


def run(path: Path, known: int, answered: int) -> None:
    """Build, use, finish and reopen one frontier in ``path``."""
    writer = SnapshotWriter(path)
    policy = policy_of(writer)
    stage("found", known, lambda: sum(1 for _ in grow(writer, policy, known)))
    queues = stage("taken up", known, lambda: taken_up(writer))
    print(f"  {queues.waiting} addresses wait")
    stage("handed out and answered", answered, lambda: answer(writer, queues, policy, answered))
    stage("finished", known, writer.finish)
    writer.close()
    again = stage("reopened", known, lambda: SnapshotWriter(path))
    stage("known addresses read", known, lambda: policy_of(again))
    print(f"  snapshot {path.stat().st_size / 1024 / 1024:.0f} MiB")
    again.close()


def policy_of(writer: SnapshotWriter) -> LinkPolicy:
    """Return the policy a crawl of the synthetic site has."""
    return LinkPolicy(Scope.of(HOSTS), AddressGuard(writer.queries()), writer.knows, check_external=True)


def taken_up(writer: SnapshotWriter) -> Queues:
    """Return the queues a crawl that goes on with this snapshot has."""
    queues = Queues(HOSTS, 8, 10_000_000, Stored(writer, 10.0))
    for host, others, count in writer.pending_counts():
        queues.take_up(host, others, count)
        queues.host(host).answered = True
    return queues


def answer(writer: SnapshotWriter, queues: Queues, policy: LinkPolicy, count: int) -> None:
    """Hand out addresses and record an answer for each, with links that are all known already."""
    for number in range(count):
        taken = queues.take(0.0)
        if taken is None:
            return
        waiting, host = taken
        reading = page_of(number * 37 % 900_000, 20)
        found = policy.links_of(reading, waiting.url, waiting.depth)
        for joined in writer.save(
            waiting.url, Fetch(outcome="ok", status=200), reading=reading, runs=found.runs, role=waiting.role,
            depth=waiting.depth, unfetched=found.unfetched,
        ):
            queues.add(joined)
        queues.settled(host)


def stage(name: str, count: int, work: Callable[[], Result]) -> Result:
    """Do one stage's work and print its cost."""
    began = time.process_time()
    result = work()
    each = (time.process_time() - began) / max(count, 1) * 1e6
    print(f"{name:<26}{count:>9} × {each:8.2f} µs   peak {peak_mib():5.0f} MiB", flush=True)
    return result


def peak_mib() -> float:
    """Return this process's peak resident memory in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
