"""The snapshot: what is written together is kept together, and comes back the same whatever order it was written in."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from crawler.snapshot import schema
from crawler.snapshot.reader import SnapshotReader, resolve
from crawler.snapshot.records import Fetch, PageRecord, Reading
from crawler.snapshot.schema import SnapshotError
from crawler.snapshot.writer import SnapshotWriter

HOME, A, B, OUT = "http://a.cn/", "http://a.cn/a", "http://a.cn/b", "http://b.cn/"


def ok(**values: object) -> Fetch:
    return Fetch(outcome="ok", status=200, content_type="text/html", **values)  # type: ignore[arg-type]


def opened(writer: SnapshotWriter) -> SnapshotReader:
    return SnapshotReader(":memory:", db=writer.db)


def test_an_answer_comes_back_whole() -> None:
    writer = SnapshotWriter(":memory:")
    writer.add_url(HOME, "page")
    joined = writer.save(
        HOME, ok(bytes=5, headers={"etag": "1"}), body=b"<html>", reading=Reading(record=PageRecord(title="首页"), text="正文"),
        links=[(A, "a", "甲", "page", True), (A, "img", "", "page", True), (OUT, "a", "外", "external", False),
               ("file:///c:/x", "a", "本地", "unsupported", True)],
        unfetched={"file:///c:/x": Fetch(outcome="unsupported", reason="不是网址", attempts=0)},
    )
    assert joined == [(A, "page")]
    reader = opened(writer)
    page = reader.pages[HOME]
    assert (page.record.title, page.text, page.fetch.headers) == ("首页", "正文", {"etag": "1"})
    assert reader.body(HOME) == b"<html>" and reader.body(A) is None
    assert reader.links_from(HOME) == [
        ("file:///c:/x", "a", "本地"), (A, "a", "甲"), (A, "img", ""), (OUT, "a", "外"),
    ]
    assert [source.url for source in reader.sources(A)] == [HOME, HOME]
    unsupported = reader.targets["file:///c:/x"].fetch
    assert unsupported is not None and unsupported.reason == "不是网址"
    assert reader.targets[OUT].fetch is None and reader.pending() == 1


def test_equal_bodies_are_kept_once() -> None:
    writer = SnapshotWriter(":memory:")
    for url in (A, B):
        writer.save(url, ok(), body=b"same")
    assert writer.db.execute("SELECT count(*) FROM bodies").fetchone() == (1,)
    assert opened(writer).body(A) == opened(writer).body(B) == b"same"


def test_nothing_of_a_failed_transaction_stays() -> None:
    writer = SnapshotWriter(":memory:")
    writer.add_url(HOME, "page")
    with pytest.raises(KeyError):
        writer.save(HOME, ok(), body=b"x", links=[(A, "a", "", "page", True), (B, "no-such-element", "", "page", True)])
    assert not writer.knows(A) and [waiting.url for waiting in writer.waiting()] == [HOME]
    assert opened(writer).targets[HOME].fetch is None
    assert writer.db.execute("SELECT count(*) FROM bodies").fetchone() == (0,)
    writer.save(HOME, ok(), links=[(A, "a", "甲", "page", True)])
    assert [waiting.url for waiting in writer.waiting()] == [A]


def test_the_frontier_is_what_waits(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path / "run.sqlite")
    writer.add_url(HOME, "page")
    writer.save(HOME, Fetch(outcome="redirect", status=302, redirect_to=A), links=[(A, "redirect", "", "page", True)])
    assert writer.postpone(A, 99.0) == 1
    writer.set_meta(site="甲县")
    writer.close()
    again = SnapshotWriter(tmp_path / "run.sqlite")
    waiting = next(again.waiting())
    assert (waiting.url, waiting.role, waiting.depth, waiting.hops, waiting.attempts, waiting.not_before) == (
        A, "page", 1, 1, 1, 99.0,
    )
    assert again.knows(HOME) and again.fetched() == 1 and again.fetched("file") == 0
    assert again.notes("si") == [("te", "甲县")]
    again.close()


def test_probes_are_no_addresses_of_the_site() -> None:
    writer = SnapshotWriter(":memory:")
    writer.save(HOME, ok())
    assert writer.add_probe("a.cn", "http://a.cn/xj-1") and not writer.add_probe("a.cn", "http://a.cn/xj-1")
    assert not writer.add_probe("a.cn", HOME)
    writer.save("http://a.cn/xj-1", ok(), reading=Reading(record=PageRecord(title="出错了")), role="probe")
    reader = opened(writer)
    assert list(reader.targets) == [HOME] and not reader.pages
    fetch, record = reader.probes("a.cn")[0]
    assert fetch.status == 200 and record is not None and record.title == "出错了"


def test_depth_is_the_fewest_clicks_whatever_the_order() -> None:
    graph = {HOME: [A, B], A: ["http://a.cn/c"], B: [A], "http://a.cn/c": ["http://a.cn/d", HOME], "http://a.cn/d": []}
    seen = set()
    for order in range(6):
        writer = SnapshotWriter(":memory:")
        writer.add_url(HOME, "page")
        urls = list(graph)
        random.Random(order).shuffle(urls)
        for url in urls:
            writer.save(url, ok(), links=[(to, "a", "", "page", True) for to in graph[url]], depth=7 if url != HOME else 0)
        writer.finish()
        seen.add(tuple((url, target.depth) for url, target in opened(writer).targets.items()))
    assert seen == {((HOME, 0), (A, 1), (B, 1), ("http://a.cn/c", 2), ("http://a.cn/d", 3))}


def test_chains() -> None:
    writer = SnapshotWriter(":memory:")
    for url, to in ((HOME, A), (A, B), (B, HOME)):
        writer.save(url, Fetch(outcome="redirect", status=302, redirect_to=to), links=[(to, "redirect", "", "page", True)])
    writer.save("http://a.cn/x", Fetch(outcome="redirect", redirect_to=OUT), links=[(OUT, "redirect", "", "external", True)])
    writer.save(OUT, ok())
    targets = opened(writer).targets
    assert resolve(targets, HOME).loop and resolve(targets, HOME).hops == (HOME, A, B)
    chain = resolve(targets, "http://a.cn/x")
    assert (chain.target.url, chain.hops, chain.loop) == (OUT, ("http://a.cn/x",), False)
    assert resolve(targets, OUT).hops == ()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 50])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.sqlite"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=r"other\.sqlite"):
        SnapshotReader(path)
    with pytest.raises(SnapshotError, match="没有这个快照文件"):
        SnapshotReader(tmp_path / "absent.sqlite")


def test_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.sqlite"
    SnapshotWriter(path).close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    db.close()
    with pytest.raises(SnapshotError, match="版本"):
        SnapshotReader(path)
