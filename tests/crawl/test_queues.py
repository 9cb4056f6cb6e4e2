"""The order in which the frontier hands addresses out."""

from __future__ import annotations

import math

from crawler.frontier import EXTERNAL_AT_ONCE, EXTERNAL_PER_HOST, Queues

SITE = "a.cn"


def queues(max_pages: int = 100, concurrency: int = 3) -> Queues:
    made = Queues([SITE, "b.cn"], concurrency, max_pages)
    for host in (SITE, "b.cn"):
        made.host(host).answered = True
    return made


def taken(made: Queues, now: float = 0.0) -> list[str]:
    found = []
    while (next_one := made.take(now)) is not None:
        found.append(next_one[0])
    return found


def test_pages_come_before_files_and_no_more_than_allowed_at_once() -> None:
    made = queues()
    for number in range(3):
        made.add(f"http://{SITE}/{number}.pdf", "file")
        made.add(f"http://{SITE}/{number}.html", "page")
    assert taken(made) == [f"http://{SITE}/{number}.html" for number in range(3)]
    assert made.waiting == 3 and made.in_flight == {True: 3, False: 0}
    made.settled(made.host(SITE))
    assert taken(made) == [f"http://{SITE}/0.pdf"]


def test_hosts_take_turns() -> None:
    made = queues(concurrency=2)
    for number in range(4):
        made.add(f"http://{SITE}/{number}", "page")
        made.add(f"http://b.cn/{number}", "page")
    assert [url.split("/")[2] for url in taken(made)] == [SITE, "b.cn", SITE, "b.cn"]


def test_other_hosts_have_a_lane_beside_the_site() -> None:
    made = queues(concurrency=1)
    made.add(f"http://{SITE}/1", "page")
    made.add(f"http://{SITE}/2", "page")
    for host in range(EXTERNAL_AT_ONCE + 5):
        for number in range(3):
            made.add(f"http://x{host}.cn/{number}", "external")
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
    made.add(f"http://{SITE}/1", "page")
    assert taken(made) == [f"http://{SITE}/1"]
    made.retry(f"http://{SITE}/1", "page", 10.0, 15.0)
    made.settled(made.host(SITE))
    assert made.next_event() == 15.0 and made.runnable
    assert taken(made, 14.9) == [] and taken(made, 15.0) == [f"http://{SITE}/1"]


def test_a_held_host_waits_and_goes_on() -> None:
    made = queues()
    made.add(f"http://{SITE}/1", "page")
    made.hold(made.host(SITE), 5.0)
    assert taken(made, 1.0) == [] and made.next_event() == 5.0
    assert taken(made, 5.0) == [f"http://{SITE}/1"]
    made.add(f"http://{SITE}/2", "page")
    made.hold(made.host(SITE), math.inf)
    assert taken(made, 1e12) == [] and made.next_event() is None
    made.release(made.host(SITE))
    assert taken(made, 6.0) == [f"http://{SITE}/2"]


def test_the_page_limit_is_for_pages() -> None:
    made = queues(max_pages=2, concurrency=10)
    for number in range(4):
        made.add(f"http://{SITE}/{number}", "page")
        made.add(f"http://{SITE}/{number}.pdf", "file")
    assert len([url for url in taken(made) if not url.endswith("pdf")]) == 2
    assert made.pages == 2 and made.others == 0 and not made.runnable
    made.retry(f"http://{SITE}/0", "page", 0.0, 0.0)
    assert made.runnable
    assert len(taken(made)) == 1


def test_a_host_given_up_is_drained() -> None:
    made = queues()
    made.add("http://x.cn/1", "external")
    made.add("https://x.cn/2", "external")
    made.add("http://x.cn/3", "external", now=0.0, not_before=9.0)
    assert sorted(made.drain(made.host("x.cn"), "http:")) == ["http://x.cn/1", "http://x.cn/3"]
    assert taken(made, 10.0) == ["https://x.cn/2"] and made.waiting == 0 and not made.runnable
