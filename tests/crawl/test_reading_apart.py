"""Pages are read beside the crawl: one that takes too long is recorded as such, and the crawl goes on."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from crawler.pages import PageReader, UnreadableError
from crawler.run import CrawlJob, crawl
from crawler.snapshot.reader import SnapshotReader

from .server import Site, html, page, raw, serving

ROW = '<tr><td><a href="/a/{0}.html">关于{0}号文件的通知</a></td><td>2025-01-02</td></tr>'
ENDLESS = ('<html><meta charset="utf-8"><table>' + "".join(ROW.format(n) for n in range(62_000))).encode()


def test_a_page_that_takes_too_long_to_read(tmp_path: Path) -> None:
    routes = {"/": page("/endless.html", "/a.html"), "/a.html": page("/b.html"), "/b.html": page(),
              "/endless.html": raw(ENDLESS)}
    with serving(Site(routes)) as site:
        outcome = crawl(CrawlJob(
            snapshot=tmp_path / "run.sqlite", site="测试站", start=(f"{site.url}/",), delay_seconds=0.0,
            obey_robots=False, check_external_links=False, read_timeout_seconds=1.0,
        ))
        assert outcome.ended == "finished" and outcome.counts["pages"] == 4
        assert site.asked["/endless.html"] == 1
    reader = SnapshotReader(tmp_path / "run.sqlite")
    try:
        fetches = {url.removeprefix(site.url): target.fetch for url, target in reader.targets.items()}
        slow = fetches["/endless.html"]
        assert slow is not None and slow.outcome == "ok" and slow.sha256
        assert slow.reason == "本程序未能读取此页内容（1 秒内没有读完）"
        assert reader.body(f"{site.url}/endless.html") == ENDLESS
        assert reader.pages[f"{site.url}/endless.html"].record.title is None
        for path in ("/", "/a.html", "/b.html"):
            fetch = fetches[path]
            assert fetch is not None and fetch.reason == ""
            assert "页面的正文内容" in reader.pages[f"{site.url}{path}"].text
    finally:
        reader.close()


@pytest.mark.parametrize("size", [1, 3])
def test_a_reader_killed_from_outside_costs_no_page(size: int) -> None:
    async def titles() -> list[str]:
        reader = PageReader(30.0)
        reader._pool.size, reader._pool.late = size, 0
        try:
            readings = [asyncio.ensure_future(
                reader.read(html(title=f"关于第{n}号文件的通知").encode(), f"http://www.example.net/{n}.html", "text/html")
            ) for n in range(12)]
            await asyncio.wait(readings, return_when=asyncio.FIRST_COMPLETED)
            assert len(reader._pool.pids) == size
            for pid in reader._pool.pids:
                os.kill(pid, signal.SIGKILL)
            return [reading.text.splitlines()[0] for reading in await asyncio.gather(*readings)]
        finally:
            await reader.close()
    assert asyncio.run(titles()) == [f"关于第{n}号文件的通知" for n in range(12)]


def test_why_a_page_could_not_be_read_is_said() -> None:
    async def reasons() -> list[str]:
        reader = PageReader(0.05)
        try:
            await reader.read(ENDLESS, "http://www.example.net/", "text/html")
        except UnreadableError as error:
            return [str(error)]
        finally:
            await reader.close()
        return []
    assert asyncio.run(reasons()) == ["本程序未能读取此页内容（0.05 秒内没有读完）"]
