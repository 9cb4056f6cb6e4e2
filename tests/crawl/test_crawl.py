"""Whole crawls of a misbehaving site on loopback: what is asked, how often, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.run import CrawlJob, CrawlOutcome, Progress, crawl
from crawler.snapshot.reader import SnapshotReader, Target, resolve

from .server import (
    Site,
    bomb,
    first,
    gzipped,
    html,
    page,
    raw,
    redirect,
    reset,
    serving,
    slow,
    status,
    trickle,
    truncated,
    with_cookie,
)

HUGE = 3 * 1024 * 1024
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40
CHALLENGE = (
    "<html><head><script>document.cookie='ck=1;path=/';location.reload();</script></head><body></body></html>"
)


def job_for(site: Site, path: Path, **values: object) -> CrawlJob:
    settings: dict[str, object] = {
        "snapshot": path, "site": "测试站", "start": (f"{site.url}/",), "delay_seconds": 0.0,
        "retry_delay_seconds": 0.2, "timeout_seconds": 2.0, "max_body_bytes": HUGE,
    }
    return CrawlJob(**{**settings, **values})  # type: ignore[arg-type]


@dataclass
class Crawled:
    site: Site
    outside: Site
    reader: SnapshotReader
    outcome: CrawlOutcome
    progress: list[Progress]

    def target(self, path: str) -> Target:
        return self.reader.targets[self.site.url + path]

    def outcome_of(self, path: str) -> tuple[str, int | None]:
        fetch = self.target(path).fetch
        assert fetch is not None
        return fetch.outcome, fetch.status


def faulty_site(outside: Site) -> Site:
    """One of each fault, all linked from the start page."""
    deep = "/" + "/".join(["a"] * 6) + "/"
    routes = {
        "/robots.txt": raw(b"User-agent: *\nDisallow: /private/\n", "text/plain"),
        "/ok.html": page("/", "/second.html#part", "/second.html"),
        "/second.html": page("/ok.html"),
        "/gone.html": status(410, "gone"),
        "/forbidden.html": status(403, "no"),
        "/waf.html": status(412, CHALLENGE),
        "/shell.html": raw(CHALLENGE.encode()),
        "/error.html": status(500, "oops"),
        "/once.html": first(1, status(503, "busy", Retry_After="1"), page(title="又好了")),
        "/busy.html": status(429, "slow down", Retry_After="0"),
        "/reset.html": reset,
        "/reset-once.html": first(1, reset, page(title="重连")),
        "/hang.html": slow(6, page()),
        "/trickle.html": trickle,
        "/cut.html": truncated(html(title="半截", text="前半截内容").encode(), 100_000),
        "/a1.html": redirect("/a2.html", 301),
        "/a2.html": redirect("/ok.html"),
        "/loop1.html": redirect("/loop2.html"),
        "/loop2.html": redirect("/loop1.html"),
        "/self.html": redirect("/self.html"),
        "/gate.html": with_cookie("pass", page("/behind.html", title="门后"), redirect("/gate.html", Set_Cookie="pass=1; Path=/")),
        "/behind.html": page(),
        "/nowhere.html": redirect("http://[bad/"),
        "/no-location.html": status(302, "moved"),
        **{f"/hop/{n}": redirect(f"/hop/{n + 1}") for n in range(30)},
        "/gzip.html": gzipped(html("/from-gzip.html", title="压缩")),
        "/from-gzip.html": page(),
        "/bomb.html": bomb(64),
        "/huge.html": raw(b"<html>" + b"x" * (HUGE + 10)),
        "/gbk.html": raw(
            html("/from-gbk.html", title="国标编码页面").replace("utf-8", "gb2312").encode("gb18030"), "text/html",
        ),
        "/mislabelled.html": raw(html(title="其实是统一码").encode(), "text/html; charset=gb2312"),
        "/from-gbk.html": page(),
        "/doc.pdf": raw(PDF, "application/pdf"),
        "/img.jpg": raw(b"\xff\xd8\xff\xe0" + bytes(500), "image/jpeg"),
        "/lost.doc": page("/never-followed.html", title="您访问的页面不存在"),
        "/download": raw(PDF, "application/octet-stream"),
        "/plain": raw(html("/from-plain.html").encode(), "application/octet-stream"),
        "/from-plain.html": page(),
        "/empty.html": raw(b""),
        "/bare.html": raw(b"\x00\xff<\xfe>\x80" * 50),
        "/private/x.html": page(),
        "/nofollow.html": page(),
        "/style.css": raw(b"x{}", "text/css"),
        "/elsewhere.html": redirect("http://outside.example.net/ok"),
        deep: page(),
    }
    links = [path for path in routes if path not in ("/robots.txt", "/second.html", "/a2.html", "/loop2.html")
             and not path.startswith(("/from-", "/hop/", "/behind"))]
    outs = ["http://outside.example.net/ok", "http://outside.example.net/missing", "http://outside.example.net/moved",
            "http://nowhere.invalid/1", "http://nowhere.invalid/2", "http://nowhere.invalid/3"]
    never = [f"http://{outside.host}/secret", "http://10.1.2.3/", "http://192.168.1.1/admin", "http://oa/login",
             "http://localhost/x", "http://169.254.169.254/latest", "http://127.1/", "http://2130706433/",
             "file:///C:/a.doc", "C:\\a\\b.doc", "http://bad host/", "ftp://ftp.example.net/x"]
    text = html(*links, "/hop/0", "/missing.html", "/long?" + "x" * 2100, *outs, *never)
    text = text.replace('href="/nofollow.html"', 'href="/nofollow.html" rel="nofollow"')
    routes["/"] = raw(text.encode())
    return Site(routes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    outside = Site({
        "/ok": page("/unasked.html", "http://outside.example.net/unasked"),
        "/moved": redirect("/moved-to"),
        "/moved-to": page("/unasked.html"),
    })
    site = faulty_site(outside)
    path = tmp_path_factory.mktemp("crawl") / "run.sqlite"
    progress: list[Progress] = []
    with serving(outside), serving(site):
        outcome = crawl(
            job_for(site, path, connect_to={"outside.example.net": outside.host}, meta={"config": {"a": "甲"}}),
            progress=progress.append,
        )
        reader = SnapshotReader(path)
        yield Crawled(site, outside, reader, outcome, progress)
        reader.close()


def test_ends_finished_with_nothing_pending(crawled: Crawled) -> None:
    assert crawled.outcome.ended == "finished"
    assert crawled.reader.pending() == 0
    assert crawled.outcome.done == crawled.outcome.counts["fetched"] > 40
    assert crawled.progress and crawled.progress[-1].done > 0


@pytest.mark.parametrize(("path", "expected"), [
    ("/ok.html", ("ok", 200)),
    ("/missing.html", ("http-error", 404)),
    ("/gone.html", ("http-error", 410)),
    ("/forbidden.html", ("blocked", 403)),
    ("/waf.html", ("blocked", 412)),
    ("/shell.html", ("blocked", 200)),
    ("/error.html", ("http-error", 500)),
    ("/once.html", ("ok", 200)),
    ("/busy.html", ("blocked", 429)),
    ("/reset.html", ("network", None)),
    ("/reset-once.html", ("ok", 200)),
    ("/hang.html", ("timeout", None)),
    ("/trickle.html", ("timeout", None)),
    ("/cut.html", ("ok", 200)),
    ("/a1.html", ("redirect", 301)),
    ("/self.html", ("blocked", 302)),
    ("/gate.html", ("ok", 200)),
    ("/behind.html", ("ok", 200)),
    ("/nowhere.html", ("http-error", 302)),
    ("/no-location.html", ("http-error", 302)),
    ("/bomb.html", ("too-large", None)),
    ("/huge.html", ("too-large", None)),
    ("/private/x.html", ("robots", None)),
    ("/empty.html", ("ok", 200)),
    ("/nofollow.html", ("ok", 200)),
    ("/long?" + "x" * 2100, ("not-fetched", None)),
    ("/a/a/a/a/a/a/", ("trap", None)),
])
def test_outcome(crawled: Crawled, path: str, expected: tuple[str, int | None]) -> None:
    assert crawled.outcome_of(path) == expected
    if expected[0] not in ("ok", "redirect"):
        fetch = crawled.target(path).fetch
        assert fetch is not None and fetch.reason


@pytest.mark.parametrize(("path", "attempts"), [
    ("/missing.html", 2), ("/gone.html", 2), ("/forbidden.html", 1), ("/error.html", 2), ("/once.html", 2), ("/hang.html", 2),
    ("/ok.html", 1),
])
def test_attempts_are_counted_and_are_what_the_server_saw(crawled: Crawled, path: str, attempts: int) -> None:
    fetch = crawled.target(path).fetch
    assert fetch is not None and fetch.attempts == attempts
    assert crawled.site.asked[path] == attempts


def test_a_broken_connection_is_tried_anew(crawled: Crawled) -> None:
    fetch = crawled.target("/reset.html").fetch
    assert fetch is not None and fetch.attempts == 2
    # the client itself asks once more where a kept connection turns out dead
    assert 2 <= crawled.site.asked["/reset.html"] <= 4


def test_each_answered_address_is_asked_once(crawled: Crawled) -> None:
    twice = {"/error.html", "/once.html", "/busy.html", "/reset.html", "/reset-once.html", "/hang.html",
             "/trickle.html", "/cut.html", "/gate.html", "/missing.html", "/gone.html", "/lost.doc"}
    # a page that leads to itself is asked again if another answer's cookie came in meanwhile
    may_be = {"/self.html"}
    assert {path for path, count in crawled.site.asked.items() if count > 1} - may_be == twice


def test_redirect_chains_are_read_from_the_graph(crawled: Crawled) -> None:
    url = crawled.site.url
    chain = resolve(crawled.reader.targets, f"{url}/a1.html")
    assert chain.target.url == f"{url}/ok.html" and chain.hops == (f"{url}/a1.html", f"{url}/a2.html")
    assert not chain.loop
    assert resolve(crawled.reader.targets, f"{url}/loop1.html").loop
    assert resolve(crawled.reader.targets, f"{url}/self.html").loop
    endless = resolve(crawled.reader.targets, f"{url}/hop/0")
    assert endless.target.fetch is not None and endless.target.fetch.outcome == "not-fetched"
    assert len(endless.hops) == 21
    out = resolve(crawled.reader.targets, f"{url}/elsewhere.html")
    assert out.target.url == "http://outside.example.net/ok"


def test_pages_are_read_whatever_their_bytes(crawled: Crawled) -> None:
    for path in ("/from-gzip.html", "/from-gbk.html", "/from-plain.html"):
        assert crawled.outcome_of(path) == ("ok", 200)
    pages = crawled.reader.pages
    assert pages[f"{crawled.site.url}/gbk.html"].record.title == "国标编码页面"
    assert pages[f"{crawled.site.url}/mislabelled.html"].record.title == "其实是统一码"
    body = crawled.reader.body(f"{crawled.site.url}/gzip.html")
    assert body is not None and "压缩" in body.decode()
    assert crawled.reader.body(f"{crawled.site.url}/cut.html") is not None


def test_files_are_sized_not_stored(crawled: Crawled) -> None:
    for path, size in (("/doc.pdf", len(PDF)), ("/img.jpg", 504), ("/download", len(PDF))):
        fetch = crawled.target(path).fetch
        assert fetch is not None and fetch.outcome == "ok"
        assert (fetch.bytes, fetch.sha256 is not None) == (size, True)
        assert crawled.reader.body(crawled.site.url + path) is None
        assert crawled.site.url + path not in crawled.reader.pages
    fetch = crawled.target("/doc.pdf").fetch
    assert fetch is not None and bytes.fromhex(fetch.headers["first-bytes"]).startswith(b"%PDF")


def test_a_page_answered_for_a_file_is_read_but_not_followed(crawled: Crawled) -> None:
    target = crawled.target("/lost.doc")
    assert target.role == "file"
    assert crawled.reader.pages[target.url].record.error_wording == "您访问的页面不存在"
    assert f"{crawled.site.url}/never-followed.html" not in crawled.reader.targets


def test_other_hosts_are_asked_once_and_not_followed(crawled: Crawled) -> None:
    asked = crawled.outside.asked
    assert asked["/ok"] == asked["/moved"] == asked["/moved-to"] == 1 and asked["/missing"] == 2
    assert not any("unasked" in path or "secret" in path for path in asked)
    assert sum(path.startswith("/xj-") for path in asked) == 1
    missing = crawled.reader.targets["http://outside.example.net/missing"]
    assert missing.role == "external" and missing.fetch is not None and missing.fetch.status == 404
    ok = crawled.reader.pages["http://outside.example.net/ok"]
    assert ok.record.title == "页面" and not ok.text and crawled.reader.body(ok.url) is None


def test_an_unknown_host_is_looked_up_for_one_of_its_addresses_only(crawled: Crawled) -> None:
    for number in (1, 2, 3):
        fetch = crawled.reader.targets[f"http://nowhere.invalid/{number}"].fetch
        assert fetch is not None and (fetch.outcome, fetch.attempts) == ("dns", 2)
    assert crawled.outcome.counts["external_hosts"] == 2
    assert crawled.outcome.counts["external_hosts_answered"] == 1


@pytest.mark.parametrize("url", [
    "http://10.1.2.3/", "http://192.168.1.1/admin", "http://oa/login", "http://localhost/x",
    "http://169.254.169.254/latest", "http://127.1/", "http://2130706433/",
])
def test_private_addresses_are_never_asked(crawled: Crawled, url: str) -> None:
    fetch = crawled.reader.targets[url].fetch
    assert fetch is not None and fetch.outcome == "forbidden-address"


@pytest.mark.parametrize("url", ["file:///C:/a.doc", "file:///C:/a/b.doc", "ftp://ftp.example.net/x"])
def test_unusable_addresses_are_recorded(crawled: Crawled, url: str) -> None:
    target = crawled.reader.targets[url]
    assert target.role == "unsupported" and target.fetch is not None and target.fetch.outcome == "unsupported"


def test_nothing_was_sent_to_a_forbidden_address(crawled: Crawled) -> None:
    target = crawled.reader.targets[f"http://{crawled.outside.host}/secret"]
    assert target.role == "forbidden" and target.fetch is not None
    assert target.fetch.outcome == "forbidden-address"
    assert crawled.outside.asked["/secret"] == 0


def test_stylesheets_are_known_and_not_asked(crawled: Crawled) -> None:
    assert crawled.site.asked["/style.css"] == 0
    assert crawled.target("/style.css").fetch is None


def test_hosts_are_asked_for_what_cannot_exist(crawled: Crawled) -> None:
    answers = crawled.reader.probes(crawled.site.host)
    assert len(answers) == 2 or len(answers) == 1
    assert all(fetch.status == 404 for _, fetch, _ in answers)
    assert not any("/xj-" in url for url in crawled.reader.targets)


def test_meta_tells_the_run(crawled: Crawled) -> None:
    meta = crawled.reader.meta
    assert meta["site"] == "测试站" and meta["ended"] == "finished" and meta["config"] == {"a": "甲"}
    assert meta["hosts"] == [crawled.site.host] and meta["start"] == [f"{crawled.site.url}/"]
    for key in ("run_id", "started", "finished", "counts", "user_agent", "version"):
        assert meta[key]


def test_only_gets_are_sent_with_our_name(crawled: Crawled) -> None:
    agents = {headers.get("user-agent", "") for _, headers in crawled.site.headers_seen}
    assert len(agents) == 1 and "xunjian" in agents.pop()


def test_a_second_crawl_into_a_finished_snapshot_asks_nothing(crawled: Crawled, tmp_path: Path) -> None:
    before = sum(crawled.site.asked.values())
    path = Path(str(crawled.reader.path))
    outcome = crawl(job_for(crawled.site, path))
    assert outcome.ended == "finished"
    assert sum(crawled.site.asked.values()) == before
