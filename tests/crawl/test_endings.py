"""How a crawl ends where there is little or nothing to crawl, where it is limited, and where the site goes away."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

from crawler.run import CrawlJob, CrawlOutcome, crawl
from crawler.snapshot.reader import SnapshotReader
from crawler.spiders.links import Outside

from .server import Answer, Handler, Site, first, page, raw, redirect, serving, slow, status


def crawled(site: Site, path: Path, **values: object) -> CrawlOutcome:
    settings: dict[str, object] = {
        "snapshot": path / "run.sqlite", "site": "测试站", "start": (f"{site.url}/",), "delay_seconds": 0.0,
        "retry_delay_seconds": 0.1, "timeout_seconds": 2.0, "obey_robots": False,
    }
    return crawl(CrawlJob(**{**settings, **values}))  # type: ignore[arg-type]


def ending(routes: dict[str, Answer], path: Path, **values: object) -> CrawlOutcome:
    with serving(Site(routes)) as site:
        return crawled(site, path, **values)


def test_nothing_listens_at_the_start_address(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    outcome = crawl(CrawlJob(
        snapshot=tmp_path / "run.sqlite", site="x", start=(url,), retry_delay_seconds=0.1, timeout_seconds=2.0,
    ))
    assert outcome.ended == "unreachable"
    assert outcome.reason == f"起始地址 {url} 打不开：服务器拒绝连接"
    reader = SnapshotReader(tmp_path / "run.sqlite")
    fetch = reader.targets[url].fetch
    assert fetch is not None and (fetch.outcome, fetch.attempts) == ("refused", 2)
    assert reader.meta["ended"] == "unreachable" and reader.meta["finished"]
    reader.close()


def test_start_page_that_is_no_page(tmp_path: Path) -> None:
    outcome = ending({"/": raw(b"%PDF-1.4", "application/pdf")}, tmp_path)
    assert outcome.ended == "unreachable" and "不是网页（application/pdf）" in outcome.reason


def test_start_page_missing(tmp_path: Path) -> None:
    outcome = ending({}, tmp_path)
    assert outcome.ended == "unreachable" and "404" in outcome.reason


def test_empty_site(tmp_path: Path) -> None:
    outcome = ending({"/": raw(b"<html><body></body></html>")}, tmp_path)
    assert outcome.ended == "unreachable" and "没有任何文字和站内链接" in outcome.reason
    assert "\n" not in outcome.reason


def test_start_page_without_a_link(tmp_path: Path) -> None:
    outcome = ending({"/": page()}, tmp_path)
    assert outcome.ended == "unreachable" and "没有任何站内链接" in outcome.reason


def test_start_page_behind_a_gate(tmp_path: Path) -> None:
    outcome = ending({"/": status(403, "no")}, tmp_path)
    assert outcome.ended == "unreachable" and "403" in outcome.reason


def test_site_that_forbids_robots(tmp_path: Path) -> None:
    routes = {"/robots.txt": raw(b"User-agent: *\nDisallow: /\n", "text/plain"), "/": page("/a.html")}
    with serving(Site(routes)) as site:
        outcome = crawled(site, tmp_path, obey_robots=True)
        assert outcome.ended == "unreachable" and "robots.txt" in outcome.reason
        assert site.asked["/"] == 0


def test_start_address_that_leads_elsewhere(tmp_path: Path) -> None:
    with serving(Site({"/": page("/a")})) as other:
        outcome = ending({"/": redirect("http://www.example.net/")}, tmp_path,
                         connect_to={"www.example.net": other.host})
    assert outcome.ended == "unreachable" and "www.example.net 不在 hosts 之列" in outcome.reason


def test_start_address_that_leads_to_another_page_of_the_site(tmp_path: Path) -> None:
    routes = {"/": redirect("/index.html"), "/index.html": page("/a.html"), "/a.html": page()}
    outcome = ending(routes, tmp_path)
    assert outcome.ended == "finished" and outcome.counts["pages"] == 2


def test_page_limit_counts_pages_only_and_can_be_raised(tmp_path: Path) -> None:
    routes = {f"/p{n}.html": page(f"/p{n + 1}.html", f"/f{n}.pdf", f"/p{n + 2}.html") for n in range(12)}
    routes |= {f"/f{n}.pdf": raw(b"%PDF-1.4", "application/pdf") for n in range(12)}
    routes["/"] = page("/p0.html")
    with serving(Site(routes)) as site:
        outcome = crawled(site, tmp_path, max_pages=5)
        assert outcome.ended == "limit" and "max_pages" in outcome.reason
        pages = [path for path in site.asked if path.startswith("/p") or path == "/"]
        assert len(pages) == 5 and site.asked["/f2.pdf"] == 1
        assert outcome.counts["pending"] > 0
        outcome = crawled(site, tmp_path)
        assert outcome.ended == "finished" and outcome.counts["pages"] == 13
        assert max(count for path, count in site.asked.items() if "xj-" not in path) <= 2
        assert site.asked["/"] == 1


def test_external_links_are_known_and_not_asked_where_not_wanted(tmp_path: Path) -> None:
    with serving(Site({"/ok": page()})) as other:
        ending({"/": page("/a.html", "http://www.example.net/ok"), "/a.html": page()}, tmp_path,
               connect_to={"www.example.net": other.host}, check_external_links=False)
        assert not other.asked
    reader = SnapshotReader(tmp_path / "run.sqlite")
    assert reader.targets["http://www.example.net/ok"].fetch is None
    reader.close()


def test_without_any_network_other_hosts_are_unverified_alike(tmp_path: Path) -> None:
    outs = [f"http://www{n}.example.invalid/{m}" for n in range(25) for m in range(2)]
    with serving(Site({"/": page("/a.html", *outs), "/a.html": page("/")})) as site:
        began = time.monotonic()
        outcome = crawled(site, tmp_path)
        assert time.monotonic() - began < 15
    assert outcome.ended == "finished"
    assert outcome.counts["external_hosts"] == 25 and outcome.counts["external_hosts_answered"] == 0
    reader = SnapshotReader(tmp_path / "run.sqlite")
    found = {(t.fetch.outcome, t.fetch.attempts) for t in reader.targets.values() if t.role == "external" and t.fetch}
    assert found == {("not-fetched", 0)}
    reader.close()


def test_only_names_tell_whether_there_is_a_network() -> None:
    outside = Outside((f"www{n}.example.invalid", False) for n in range(20))
    assert outside.no_network
    # a gateway that answers for bare addresses is no network
    outside.note("93.184.216.34:8080", answered=True)
    assert outside.no_network
    outside.note("www.example.net", answered=True)
    assert not outside.no_network


def test_a_slow_host_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    slow_links = [f"http://slow.example.net/{n}" for n in range(4)]
    quick = [f"http://quick{n}.example.net/" for n in range(10)]
    with serving(Site(missing=slow(1.0, page()))) as snail, serving(Site(missing=page())) as hare:
        routes = {"/": page("/p0.html", *slow_links, *quick)}
        routes |= {f"/p{n}.html": page(f"/p{n + 1}.html") for n in range(15)}
        with serving(Site(routes)) as site:
            hosts = {"slow.example.net": snail.host, **{f"quick{n}.example.net": hare.host for n in range(10)}}
            outcome = crawled(site, tmp_path, connect_to=hosts)
        assert outcome.ended == "finished" and outcome.counts["external"] == 14
        assert max(hare.times[:10]) < max(snail.times)
        assert site.times[-3] < snail.times[0] + 3.0


def test_pace_and_retry_after_are_kept(tmp_path: Path) -> None:
    routes = {f"/p{n}.html": page() for n in range(5)}
    routes["/busy.html"] = first(1, status(503, "busy", Retry_After="1"), page())
    routes["/"] = page("/busy.html", *routes)
    with serving(Site(routes)) as site:
        crawled(site, tmp_path, delay_seconds=0.15, concurrency=1)
        gaps = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert min(gaps) > 0.06
    assert max(gaps) > 0.9
    assert site.asked["/busy.html"] == 2


def test_a_site_that_goes_away_is_no_site_of_dead_links(tmp_path: Path) -> None:
    def vanish(handler: Handler) -> None:
        handler.close_connection = True

    routes: dict[str, Answer] = {f"/p{n}.html": slow(0.02, page()) for n in range(60)}
    routes["/"] = page(*routes)
    site = Site(routes)
    with serving(site):
        threading.Thread(target=_turn_off, args=(site, 25, vanish), daemon=True).start()
        outcome = crawled(site, tmp_path)
        assert outcome.ended == "unreachable" and "不再应答" in outcome.reason
        assert outcome.counts["pending"] >= 25 and outcome.counts["failed"] == 0
        site.routes, site.missing = routes, status(404)
        outcome = crawled(site, tmp_path)
        assert outcome.ended == "finished" and outcome.counts["pages"] == 61 and outcome.counts["failed"] == 0


def _turn_off(site: Site, after: int, answer: Answer) -> None:
    while sum(site.asked.values()) < after:
        time.sleep(0.01)
    site.routes, site.missing = {}, answer
