"""The snapshot: what is written together is kept together, and comes back the same whatever order it was written in."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from crawler.snapshot import schema
from crawler.snapshot.numbers import Numbers
from crawler.snapshot.reader import SnapshotReader, resolve
from crawler.snapshot.records import Fetch, PageRecord, Reading
from crawler.snapshot.schema import SnapshotError
from crawler.snapshot.writer import MOST_GATHERED, SnapshotWriter

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
    assert [(waiting.url, waiting.role, waiting.depth) for waiting in joined] == [(A, "page", 1)]
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
    assert not writer.knows(A) and [waiting.url for waiting in writer.pending("a.cn", False)] == [HOME]
    assert opened(writer).targets[HOME].fetch is None
    assert writer.db.execute("SELECT count(*) FROM bodies").fetchone() == (0,)
    writer.save(HOME, ok(), links=[(A, "a", "甲", "page", True)])
    assert [waiting.url for waiting in writer.pending("a.cn", False)] == [A]


def test_the_frontier_is_what_waits(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path / "run.sqlite")
    writer.add_url(HOME, "page")
    writer.save(HOME, Fetch(outcome="redirect", status=302, redirect_to=A), links=[(A, "redirect", "", "page", True)])
    assert writer.postpone(A, 99.0) == 1
    writer.set_meta(site="甲县")
    writer.close()
    again = SnapshotWriter(tmp_path / "run.sqlite")
    [waiting] = again.pending("a.cn", False)
    assert again.pending_counts() == [("a.cn", False, 1)]
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
    _, fetch, record = reader.probes("a.cn")[0]
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


def test_pages_of_one_template_are_stored_small_and_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.sqlite"
    template = "".join(f"<li class='item-{number}'><a href='/c{number * 7919 % 1009}/'>栏目{number}</a></li>" for number in range(400))
    bodies = {f"http://a.cn/{number}": f"<html>{template}<p>第 {number * 97} 号</p>".encode() for number in range(80)}
    for part in (list(bodies)[:50], list(bodies)[50:]):
        # a dictionary trained before the writer was closed serves the next one
        writer = SnapshotWriter(path)
        for url in part:
            writer.save(url, ok(), body=bodies[url], reading=Reading(record=PageRecord(title=url), text=url * 20))
        writer.close()
    reader = SnapshotReader(path)
    assert {url: reader.body(url) for url in bodies} == bodies
    sizes = [size for size, in reader.db.execute("SELECT length(data) FROM bodies ORDER BY id")]
    assert max(sizes[40:]) * 10 < min(sizes[:30])
    assert reader.db.execute("SELECT count(*) FROM dictionaries WHERE kind = 'body'").fetchone() == (1,)
    pages = reader.pages
    reader.close()
    assert all(page.text == url * 20 and page.record.title == url for url, page in pages.items())


def test_a_dictionary_of_a_lost_transaction_is_not_used() -> None:
    writer = SnapshotWriter(":memory:")
    bodies = [(f"http://a.cn/{number}", f"<html>{'模板' * 3000}{number}".encode()) for number in range(70)]
    with pytest.raises(ZeroDivisionError), writer.transaction():
        for url, body in bodies[:40]:
            writer.save(url, ok(), body=body)
        raise ZeroDivisionError
    assert writer.db.execute("SELECT count(*) FROM dictionaries").fetchone() == (0,)
    for url, body in bodies:
        writer.save(url, ok(), body=body)
    assert all(opened(writer).body(url) == body for url, body in bodies)


def test_links_that_many_pages_hold_are_kept_once() -> None:
    writer = SnapshotWriter(":memory:")
    navigation = [(f"http://a.cn/c{number}/", "a", f"栏目{number}", "page", True) for number in range(120)]
    expected = []
    for number in range(30):
        url, own = f"http://a.cn/p{number}", f"http://a.cn/f{number}.pdf"
        writer.save(url, ok(), links=[*navigation[:40], (own, "a", "附件", "file", True), *navigation[40:], navigation[3]])
        expected += [(url, to, "a", words) for to, _, words, _, _ in navigation] + [(url, own, "a", "附件")]
    reader = opened(writer)
    assert list(reader.links()) == sorted(expected) and reader.link_total() == len(expected)
    assert reader.words("http://a.cn/p7", "http://a.cn/c9/") == "栏目9"
    stored = writer.db.execute("SELECT count(*) FROM block_links").fetchone()[0]
    assert stored < len(expected) / 2
    writer.save("http://a.cn/p7", ok(), links=[(HOME, "a", "首页", "page", True)])
    assert reader.links_from("http://a.cn/p7") == [(HOME, "a", "首页")]
    assert [target for target, _, _ in reader.links_from("http://a.cn/p8")] == sorted(row[1] for row in expected if row[0] == "http://a.cn/p8")


def test_numbers_are_found_whatever_was_forgotten() -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE, state INTEGER)")
    db.executemany("INSERT INTO words VALUES (?, ?, ?)", [(number, f"w{number}", number % 2) for number in range(50)])
    numbers: Numbers[str] = Numbers(db, "words", "word", condition="state = 1", kept=10)
    for number in (3, 49, 7, 3, 1, 33):
        assert numbers.get(f"w{number}") == number
    assert numbers.get("w4") is None and numbers.get("none") is None
    for number in range(50, 100):
        db.execute("INSERT INTO words VALUES (?, ?, 1)", (number, f"w{number}"))
        numbers.put(f"w{number}", number)
    assert [numbers.get(f"w{number}") for number in range(51, 100)] == list(range(51, 100))
    assert len(numbers._new) + len(numbers._old) <= 21
    db.execute("DELETE FROM words WHERE id > 60")
    numbers.reload()
    assert numbers.get("w99") is None and numbers.get("w51") == 51


def test_answers_gathered_are_committed_together_and_one_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    path = tmp_path / "run.sqlite"
    writer = SnapshotWriter(path)
    asked: list[int] = []
    writer.gather(lambda: asked.append(1))
    other = sqlite3.connect(path)

    def committed() -> list[str]:
        return [url for url, in other.execute("SELECT url FROM urls WHERE state = 1 ORDER BY id")]

    writer.save(HOME, ok(), links=[(A, "a", "甲", "page", True)])
    with pytest.raises(KeyError):
        writer.save(A, ok(), body=b"x", links=[(OUT, "no-such-element", "", "external", True)])
    writer.save(B, ok(), links=[(A, "a", "乙", "page", True)])
    assert asked == [1] and committed() == []
    writer.flush()
    assert committed() == [HOME, B] and not writer.knows(OUT)
    with pytest.raises(KeyError):
        writer.save(A, ok(), links=[(OUT, "no-such-element", "", "external", True)])
    writer.save(A, ok(), links=[(OUT, "a", "", "external", True)])
    assert asked == [1, 1]
    for number in range(MOST_GATHERED):
        writer.save(f"{A}/{number}", ok())
    assert len(committed()) >= MOST_GATHERED
    writer.close()
    assert len(committed()) == 3 + MOST_GATHERED
    other.close()
    reader = SnapshotReader(path)
    assert [(source.url, source.text) for source in reader.sources(A)] == [(HOME, "甲"), (B, "乙")]
    reader.close()
