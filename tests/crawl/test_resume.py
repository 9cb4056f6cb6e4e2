"""A crawl killed at any instant, or stopped by the user, goes on with nothing lost and nothing asked twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from crawler.run import CrawlJob, crawl
from crawler.snapshot.schema import SnapshotError
from tests.localsite import heed_interrupts

from .compare import content
from .server import Site, first, page, raw, redirect, serving, slow, status

ROOT = Path(__file__).parents[2]
KILLS = 10
AT_ONCE = 4


def wide_site(pages: int, seconds: float) -> Site:
    """A site of many small pages in a web of links, with files, redirects, dead links, an answer that comes late."""
    routes = {}
    for number in range(pages):
        links = [f"/p/{(number * 7 + step) % pages}.html" for step in range(1, 6)]
        links += [f"/p/{min(number + 1, pages - 1)}.html", f"/f/{number % 17}.pdf", f"/dead/{number % 5}.html",
                  f"/old/{number % 9}.html", "/once.html"]
        routes[f"/p/{number}.html"] = slow(seconds, page(*links, title=f"第 {number} 页"))
    for number in range(17):
        routes[f"/f/{number}.pdf"] = raw(b"%PDF-1.4" + bytes(number), "application/pdf")
    for number in range(9):
        routes[f"/old/{number}.html"] = redirect(f"/p/{number}.html")
    routes["/once.html"] = first(1, status(500), page(title="稍后"))
    routes["/"] = page("/p/0.html", "/p/50.html")
    return Site(routes)


def job_for(site: Site, path: Path, **values: object) -> CrawlJob:
    settings: dict[str, object] = {
        "snapshot": path, "site": "测试站", "start": (f"{site.url}/",), "delay_seconds": 0.0, "concurrency": AT_ONCE,
        "retry_delay_seconds": 0.3, "timeout_seconds": 5.0,
    }
    return CrawlJob(**{**settings, **values})  # type: ignore[arg-type]


def killed_after(job: CrawlJob, seconds: float) -> bool:
    """Start the crawling process, kill it that long after it began to crawl; whether it was still at work."""
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(job.to_json().encode() + b"\n")
        child.stdin.flush()
        assert "progress" in json.loads(child.stdout.readline())
        time.sleep(seconds)
        working = child.poll() is None
        child.kill()
        return working


def test_killed_at_ten_random_instants_the_snapshot_is_that_of_an_uninterrupted_crawl(tmp_path: Path) -> None:
    instants = random.Random(20261120)
    site = wide_site(100, 0.05)
    with serving(site):
        assert crawl(job_for(site, tmp_path / "whole.sqlite")).ended == "finished"
        whole = dict(site.asked)
        site.asked.clear()
        site.routes["/once.html"] = first(1, status(500), page(title="稍后"))
        killed = 0
        broken = job_for(site, tmp_path / "killed.sqlite")
        while killed < KILLS:
            assert killed_after(broken, instants.uniform(0.0, 0.12)), "finished before it was killed often enough"
            killed += 1
        assert crawl(broken).ended == "finished"
    assert content(tmp_path / "killed.sqlite") == content(tmp_path / "whole.sqlite")
    extra = {path: count - whole.get(path, 0) for path, count in site.asked.items() if path != "/robots.txt"}
    assert min(extra.values()) == 0
    assert sum(extra.values()) <= KILLS * AT_ONCE
    assert max(extra.values()) <= KILLS


def test_two_crawls_of_an_unchanged_site_leave_equal_snapshots(tmp_path: Path) -> None:
    site = wide_site(30, 0.0)
    with serving(site):
        for name in ("first", "second"):
            site.routes["/once.html"] = first(1, status(500), page(title="稍后"))
            crawl(job_for(site, tmp_path / f"{name}.sqlite", concurrency=8))
    assert content(tmp_path / "first.sqlite") == content(tmp_path / "second.sqlite")


PARENT = textwrap.dedent("""
    import sys
    from crawler.run import CrawlJob, crawl
    outcome = crawl(CrawlJob.from_json(sys.stdin.readline()), progress=lambda p: print("at", p.done, flush=True))
    print("ended", outcome.ended, outcome.reason, flush=True)
""")


def parent_of(job: CrawlJob) -> subprocess.Popen[str]:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=heed_interrupts,
    )
    assert parent.stdin is not None and parent.stdout is not None
    parent.stdin.write(job.to_json() + "\n")
    parent.stdin.flush()
    assert parent.stdout.readline().startswith("at ")
    return parent


def test_interrupted_once_it_stops_cleanly_and_goes_on_later(tmp_path: Path) -> None:
    site = wide_site(80, 0.05)
    job = job_for(site, tmp_path / "run.sqlite")
    with serving(site):
        parent = parent_of(job)
        time.sleep(0.4)
        began = time.monotonic()
        parent.send_signal(signal.SIGINT)
        told, _ = parent.communicate(timeout=20)
        assert time.monotonic() - began < 8
        assert parent.returncode == 0 and "ended interrupted 已中断" in told
        half = sum(site.asked.values())
        assert 0 < half < 80
        outcome = crawl(job)
        assert outcome.ended == "finished" and outcome.counts["pages"] == 82
    confirmed = ("/once.html", "/dead/", "/robots.txt")
    assert max(count for path, count in site.asked.items() if not path.startswith(confirmed)) == 1
    assert {count for path, count in site.asked.items() if path.startswith("/dead/")} == {2}


def test_a_hanging_answer_does_not_keep_an_interrupted_crawl(tmp_path: Path) -> None:
    site = Site({"/": page("/hang.html"), "/hang.html": slow(15, page())})
    with serving(site):
        parent = parent_of(job_for(site, tmp_path / "run.sqlite", timeout_seconds=60.0))
        time.sleep(0.5)
        began = time.monotonic()
        parent.send_signal(signal.SIGINT)
        told, _ = parent.communicate(timeout=20)
        assert "ended interrupted" in told and time.monotonic() - began < 8


def test_the_crawl_ends_with_the_process_that_asked_for_it(tmp_path: Path) -> None:
    site = wide_site(300, 0.05)
    with serving(site):
        parent = parent_of(job_for(site, tmp_path / "run.sqlite"))
        parent.kill()
        parent.communicate()
        time.sleep(0.5)
        asked = sum(site.asked.values())
        time.sleep(0.5)
        assert sum(site.asked.values()) == asked < 300


def test_a_snapshot_has_one_writer(tmp_path: Path) -> None:
    site = wide_site(300, 0.05)
    job = job_for(site, tmp_path / "run.sqlite")
    with serving(site):
        parent = parent_of(job)
        with pytest.raises(SnapshotError, match="另一个抓取"):
            crawl(job)
        parent.kill()
        parent.communicate()


def test_no_snapshot_where_none_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="快照"):
        crawl(CrawlJob(snapshot=tmp_path / "no" / "run.sqlite", site="x", start=("http://127.0.0.1:9/",)))
    other = tmp_path / "other.sqlite"
    other.write_text("not a database" * 100)
    with pytest.raises(SnapshotError, match="不是巡检快照"):
        crawl(CrawlJob(snapshot=other, site="x", start=("http://127.0.0.1:9/",)))


def test_crawls_run_side_by_side_in_threads(tmp_path: Path) -> None:
    site = wide_site(8, 0.0)
    ended: list[str] = []
    with serving(site):
        threads = [
            threading.Thread(target=lambda n=n: ended.append(crawl(job_for(site, tmp_path / f"{n}.sqlite")).ended))
            for n in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert ended == ["finished", "finished"]
