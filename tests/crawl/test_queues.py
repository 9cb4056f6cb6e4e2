"""The order in which the frontier hands addresses out."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from crawler.frontier import EXTERNAL_AT_ONCE, EXTERNAL_PER_HOST, EXTERNAL_WINDOW, PAGES_PER_FILE, Queues, Stored
from crawler.snapshot.records import Fetch
from crawler.snapshot.writer import SnapshotWriter
from crawler.urls import host_of

SITE = "a.cn"


class Filled(Queues):
    """Queues over a snapshot in memory; ``now`` is the wall clock the snapshot's times are held against."""

    def __init__(self, max_pages: int = 100, concurrency: int = 3, *, window: int = 1000, delay: float = 0.0) -> None:
        self.writer = SnapshotWriter(":memory:")
        self.wall = 0.0
        super().__init__(
            [SITE, "b.cn"], concurrency, max_pages, Stored(self.writer, 60.0, lambda: self.wall), window=window, delay=delay,
        )
        for host in (SITE, "b.cn"):
            self.host(host).answered = True

    def find(self, url: str, role: str) -> None:
        self.writer.add_url(url, role)
        self.add(self.writer.waiting_for(url))


def queues(max_pages: int = 100, concurrency: int = 3, **values: float) -> Filled:
    return Filled(max_pages, concurrency, **values)  # type: ignore[arg-type]


def taken(made: Queues, now: float = 0.0) -> list[str]:
    found = []
    while (next_one := made.take(now)) is not None:
        found.append(next_one[0].url)
    return found


def test_a_file_comes_after_every_few_pages_and_no_more_than_allowed_at_once() -> None:
    made = queues(concurrency=4)
    for number in range(PAGES_PER_FILE + 2):
        made.find(f"http://{SITE}/{number}.pdf", "file")
        made.find(f"http://{SITE}/{number}.html", "page")
    first = [f"http://{SITE}/{number}.html" for number in range(PAGES_PER_FILE)]
    assert taken(made) == [*first, f"http://{SITE}/0.pdf", f"http://{SITE}/{PAGES_PER_FILE}.html"]
    assert made.waiting == 2 * PAGES_PER_FILE and made.in_flight == {True: 4, False: 0}
    made.settled(made.host(SITE))
    made.settled(made.host(SITE))
    assert taken(made) == [f"http://{SITE}/{PAGES_PER_FILE + 1}.html", f"http://{SITE}/1.pdf"]


def test_files_wait_for_no_page_that_may_not_be_asked() -> None:
    made = queues(max_pages=1)
    for number in range(2):
        made.find(f"http://{SITE}/{number}.html", "page")
        made.find(f"http://{SITE}/{number}.pdf", "file")
    assert taken(made) == [f"http://{SITE}/{name}" for name in ("0.html", "0.pdf", "1.pdf")]


def test_hosts_take_turns() -> None:
    made = queues(concurrency=2)
    for number in range(4):
        made.find(f"http://{SITE}/{number}", "page")
        made.find(f"http://b.cn/{number}", "page")
    assert [url.split("/")[2] for url in taken(made)] == [SITE, "b.cn", SITE, "b.cn"]


def test_other_hosts_have_a_lane_beside_the_site() -> None:
    made = queues(concurrency=1)
    made.find(f"http://{SITE}/1", "page")
    made.find(f"http://{SITE}/2", "page")
    for host in range(EXTERNAL_AT_ONCE + 5):
        for number in range(3):
            made.find(f"http://x{host}.cn/{number}", "external")
    first = taken(made)
    assert first[0] == f"http://{SITE}/1" and len(first) == 1 + EXTERNAL_AT_ONCE
    # one at a time until a host has answered
    assert len({url.split("/")[2] for url in first}) == len(first)
    queue = made.host("x0.cn")
    queue.answered = True
    for host in range(1, 3):
        made.settled(made.host(f"x{host}.cn"))
    assert [url.split("/")[2] for url in taken(made)].count("x0.cn") <= EXTERNAL_PER_HOST - 1


def test_what_is_postponed_comes_when_its_time_has_come() -> None:
    made = queues()
    made.find(f"http://{SITE}/1", "page")
    assert taken(made) == [f"http://{SITE}/1"]
    made.retry(made.writer.waiting_for(f"http://{SITE}/1"), 10.0, 15.0)
    made.settled(made.host(SITE))
    assert made.next_event() == 15.0 and made.runnable
    assert taken(made, 14.9) == [] and taken(made, 15.0) == [f"http://{SITE}/1"]


def test_a_held_host_waits_and_goes_on() -> None:
    made = queues()
    made.find(f"http://{SITE}/1", "page")
    made.hold(made.host(SITE), 5.0)
    assert taken(made, 1.0) == [] and made.next_event() == 5.0
    assert taken(made, 5.0) == [f"http://{SITE}/1"]
    made.find(f"http://{SITE}/2", "page")
    made.hold(made.host(SITE), math.inf)
    assert taken(made, 1e12) == [] and made.next_event() is None
    made.release(made.host(SITE))
    assert taken(made, 6.0) == [f"http://{SITE}/2"]


def test_the_page_limit_is_for_pages() -> None:
    made = queues(max_pages=2, concurrency=10)
    for number in range(4):
        made.find(f"http://{SITE}/{number}", "page")
        made.find(f"http://{SITE}/{number}.pdf", "file")
    assert len([url for url in taken(made) if not url.endswith("pdf")]) == 2
    assert made.pages == 2 and made.others == 0 and not made.runnable
    made.retry(made.writer.waiting_for(f"http://{SITE}/0"), 0.0, 0.0)
    assert made.runnable
    assert len(taken(made)) == 1


def test_a_host_given_up_is_drained() -> None:
    made = queues()
    for url in ("http://x.cn/3", "http://x.cn/1", "https://x.cn/2"):
        made.find(url, "external")
    waiting, _ = made.take(0.0) or pytest.fail("nothing to ask")
    made.retry(waiting, 0.0, 9.0)
    made.settled(made.host("x.cn"))
    with made.writer.transaction():
        drained = [waiting.url for waiting in made.drain(made.host("x.cn"), "http:")]
    assert sorted(drained) == ["http://x.cn/1", "http://x.cn/3"]
    assert taken(made, 10.0) == ["https://x.cn/2"] and made.waiting == 0 and not made.runnable


def test_what_is_not_in_memory_comes_in_its_turn_and_once() -> None:
    made = queues(max_pages=10_000, concurrency=2, window=5)
    order = random.Random(4)
    found: list[str] = []
    got: list[str] = []
    retried: Counter[str] = Counter()
    while len(got) < 600:
        for _ in range(order.randrange(9)):
            if len(found) < 600:
                number = len(found)
                host, role = order.choice([(SITE, "page"), (SITE, "file"), ("b.cn", "page"), ("x.cn", "external")])
                found.append(f"http://{host}/{number}")
                made.find(found[-1], role)
        assert len(made.host(SITE).pages.window) <= 5 + 2 and len(made.host("x.cn").others.window) <= EXTERNAL_WINDOW + 2
        assert made.waiting == len(found) - len(got)
        for _ in range(order.randrange(6)):
            next_one = made.take(0.0)
            if next_one is None:
                break
            waiting, queue = next_one
            queue.answered = True
            if order.random() < 0.1 and not retried[waiting.url]:
                retried[waiting.url] += 1
                made.retry(waiting, 0.0, 0.0)
            else:
                got.append(waiting.url)
                made.writer.save(waiting.url, Fetch(outcome="ok"), role=waiting.role)
            made.settled(queue)
    assert sorted(got) == sorted(found) and made.waiting == 0 and made.take(0.0) is None
    pages = [url for url in got if host_of(url) == "b.cn" and not retried[url]]
    assert pages == [url for url in found if url in set(pages)]


def test_what_waits_is_taken_up_again_after_a_restart() -> None:
    before = queues()
    for number in range(40):
        before.find(f"http://{SITE}/{number}", "page" if number % 2 else "file")
    before.writer.postpone(f"http://{SITE}/1", 1e12)
    before.writer.postpone(f"http://{SITE}/3", -1e12)
    after = Queues([SITE], 100, 100, Stored(before.writer, 60.0, lambda: 5.0), window=7)
    after.host(SITE).answered = True
    for host, others, count in before.writer.pending_counts():
        after.take_up(host, others, count)
    assert after.waiting == 40
    pages = [f"http://{SITE}/{number}" for number in range(1, 40, 2)]
    # a time far ahead is a clock set back: it counts for no longer than a second probe ever waits
    files = [f"http://{SITE}/{number}" for number in range(0, 40, 2)]
    asked = taken(after, 1000.0)
    assert [url for url in asked if url in files] == files
    assert [url for url in asked if url not in files] == pages[1:]
    assert after.next_event() == 1060.0
    late, _ = after.take(1060.0) or pytest.fail("nothing to ask")
    assert (late.url, late.attempts) == (pages[0], 1)


def test_a_large_host_is_drained_whole_and_the_rest_keeps_its_place() -> None:
    made = queues()
    urls = [f"{scheme}://x.cn/{number}" for number in range(50) for scheme in ("http", "https")]
    for url in urls:
        made.find(url, "external")
    with made.writer.transaction():
        for waiting in made.drain(made.host("x.cn"), "http:"):
            made.writer.save(waiting.url, Fetch(outcome="refused"), role=waiting.role)
    assert made.waiting == 50
    made.host("x.cn").limit, made.host("x.cn").answered = 1000, True
    first = taken(made)
    assert first == urls[1::2][:EXTERNAL_AT_ONCE]


def test_requests_to_a_host_keep_their_distance() -> None:
    made = queues(delay=0.5)
    for number in range(3):
        made.find(f"http://{SITE}/{number}", "page")
        made.find(f"http://b.cn/{number}", "page")
    assert taken(made, 0.0) == [f"http://{SITE}/0", "http://b.cn/0"]
    assert made.next_event() == 0.5 and taken(made, 0.4) == []
    made.host("b.cn").delay = 5.0
    assert taken(made, 0.5) == [f"http://{SITE}/1", "http://b.cn/1"]
    assert taken(made, 1.0) == [f"http://{SITE}/2"] and made.next_event() == 5.5
