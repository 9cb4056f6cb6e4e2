"""A disk that is full, a snapshot another program holds: one clear line, what was committed stays, the run goes on."""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from crawler.run import crawl
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch
from crawler.snapshot.schema import StorageError, storage_error
from crawler.snapshot.writer import SnapshotWriter

from .compare import content
from .server import Site, page, serving
from .test_resume import job_for

ROOT = Path(__file__).parents[2]
PAGES = 60
ROOM = 500_000


def heavy_site(seconds: float = 0.0) -> Site:
    """A site whose pages hardly compress: 60 of 20 KB."""
    text = random.Random(20261120)
    routes = {
        f"/p/{number}.html": page(
            *(f"/p/{(number * 3 + step) % PAGES}.html" for step in range(1, 5)), title=f"第 {number} 页",
            text="".join(chr(text.randrange(0x4E00, 0x9F00)) for _ in range(7000)),
        )
        for number in range(PAGES)
    }
    routes["/"] = page("/p/0.html", "/p/30.html")
    return Site(routes)


def crawl_in(folder: Path, site: Site, *, room: int | None = None) -> subprocess.CompletedProcess[str]:
    """Crawl from the command line, in a process whose files may grow to ``room`` bytes."""
    config = folder / "site.toml"
    config.write_text(
        f'[site]\nname = "测试站"\nstart = ["{site.url}/"]\nhosts = ["{site.host}"]\n'
        '[inspection]\npacks = ["national-2019"]\n[crawl]\ndelay_seconds = 0.0\n', "utf-8",
    )

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room or resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    return subprocess.run(
        [sys.executable, "-m", "app.cli", "crawl", str(config), "--out", str(folder / "out")], capture_output=True,
        text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=bound, timeout=120,
    )


def test_no_room_for_the_snapshot_ends_with_one_line_and_the_next_run_goes_on(tmp_path: Path) -> None:
    site = heavy_site()
    whole = tmp_path / "whole.sqlite"
    with serving(site):
        crawl(job_for(site, whole))
        site.asked.clear()
        stopped = crawl_in(tmp_path, site, room=ROOM)
        assert stopped.returncode == 3, stopped.stderr
        last = stopped.stderr.strip().splitlines()[-1]
        assert "磁盘读写出错" in last and "都已保存" in last and "再运行同一命令即从这里接着做" in last
        assert "Traceback" not in stopped.stderr
        reader = SnapshotReader(tmp_path / "out" / "run.sqlite")
        kept = {url for url, target in reader.targets.items() if target.fetch is not None}
        assert 3 < len(kept) < PAGES and reader.pending() > 0
        reader.close()
        asked = dict(site.asked)
        gone_on = crawl_in(tmp_path, site)
        assert gone_on.returncode == 0, gone_on.stderr
    twice = {path for path in asked if site.asked[path] > 1 and path != "/robots.txt"}
    assert not {site.url + path for path in twice} & kept
    assert pages_of(tmp_path / "out" / "run.sqlite") == pages_of(whole)


def pages_of(path: Path) -> object:
    found = content(path)
    return found["targets"], found["pages"], found["links"]


def test_a_full_database_keeps_what_was_committed_and_nothing_half() -> None:
    writer = SnapshotWriter(":memory:")
    writer.db.execute("PRAGMA max_page_count = 60")
    text = random.Random(1)
    with pytest.raises(sqlite3.OperationalError) as caught:
        for number in range(100):
            url = f"http://a.cn/{number}"
            writer.save(url, Fetch(outcome="ok"), body=text.randbytes(9000), links=[(f"{url}/to", "a", url, "page", True)])
    assert "磁盘空间已满" in str(storage_error("run.sqlite", caught.value))
    assert 0 < number < 60 and not writer.knows(f"{url}/to")
    writer.db.execute("PRAGMA max_page_count = 10000")
    writer.save(url, Fetch(outcome="ok"), body=b"x", links=[(f"{url}/to", "a", url, "page", True)])
    reader = SnapshotReader(":memory:", db=writer.db)
    assert len(list(reader.links())) == number + 1 == reader.pending()
    assert writer.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_snapshot_another_program_holds_is_waited_for_then_left(tmp_path: Path) -> None:
    site = heavy_site()
    path = tmp_path / "run.sqlite"
    for path_of, answer in list(site.routes.items()):
        site.routes[path_of] = lambda handler, answer=answer: (time.sleep(0.03), answer(handler))  # type: ignore[misc]
    raised: list[BaseException] = []

    def run() -> None:
        try:
            crawl(job_for(site, path, busy_seconds=0.6))
        except StorageError as error:
            raised.append(error)

    with serving(site):
        thread = threading.Thread(target=run)
        thread.start()
        while sum(site.asked.values()) < 12:
            time.sleep(0.01)
        holder = sqlite3.connect(path, isolation_level=None, timeout=20)
        holder.execute("BEGIN EXCLUSIVE")
        time.sleep(0.2)
        holder.execute("COMMIT")
        before = sum(site.asked.values())
        while sum(site.asked.values()) < before + 6:
            time.sleep(0.01)
        holder.execute("BEGIN EXCLUSIVE")
        thread.join(30)
        held = sum(site.asked.values())
        holder.execute("ROLLBACK")
        holder.close()
        assert raised and "一直被另一个程序占用" in str(raised[0]) and held < PAGES
        assert crawl(job_for(site, path)).counts["pages"] == PAGES + 1
    assert max(count for name, count in site.asked.items()) <= 2


def test_a_child_killed_by_others_says_how_to_go_on(tmp_path: Path) -> None:
    site = heavy_site()
    for name, answer in list(site.routes.items()):
        site.routes[name] = lambda handler, answer=answer: (time.sleep(0.1), answer(handler))  # type: ignore[misc]
    with serving(site):
        config = tmp_path / "site.toml"
        config.write_text(f'[site]\nname = "站"\nstart = ["{site.url}/"]\n[inspection]\npacks = ["national-2019"]\n', "utf-8")
        parent = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "crawl", str(config), "--out", str(tmp_path / "out")],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        while sum(site.asked.values()) < 4:
            time.sleep(0.02)
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), 9)
        _, told = parent.communicate(timeout=30)
    assert parent.returncode == 3 and "强行结束" in told and "再运行同一命令即接着做" in told
    reader = SnapshotReader(tmp_path / "out" / "run.sqlite")
    assert json.dumps(reader.meta["ended"]) == "null" and reader.pending() > 0
    reader.close()
