"""Night after night: what did not change is neither sent nor read again, and the record is that of a fresh crawl."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.extract import version
from crawler.reread import is_outdated, reread
from crawler.revisit import Answer, Revisits, is_due, is_settled, validators
from crawler.run import CrawlJob, crawl
from crawler.snapshot import schema
from crawler.snapshot.inherit import inherit
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Fetch, PageRecord, Reading, Render
from crawler.snapshot.writer import SnapshotWriter, Stored, Waiting

from .compare import content
from .server import Answer as Route
from .server import Handler, Site, html, raw, redirect, serving, slow, status
from .test_resume import killed_after

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40
OLD = "Wed, 01 Jan 2020 00:00:00 GMT"


class Counted(Site):
    """Counts the bytes of bodies sent."""

    sent = 0


def tagged(body: bytes, content_type: str = "text/html; charset=utf-8", *, weak: bool = False) -> Route:
    """Answer with an ETag, 304 where the client has it already."""
    etag = ("W/" if weak else "") + f'"{hashlib.md5(body).hexdigest()}"'

    def answer(handler: Handler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.send_response(304)
            handler.send_header("ETag", etag)
            handler.end_headers()
            return
        handler.server.sent += len(body)  # type: ignore[attr-defined]
        handler.send(200, body, {"Content-Type": content_type, "ETag": etag})
    return answer


def dated(body: bytes, modified: str = OLD) -> Route:
    """Answer with a Last-Modified, 304 where the client asks with the same."""
    def answer(handler: Handler) -> None:
        if handler.headers.get("If-Modified-Since") == modified:
            handler.send_response(304)
            handler.end_headers()
            return
        handler.send(200, body, {"Last-Modified": modified})
    return answer


def plain(body: bytes) -> Route:
    return raw(body, "text/html; charset=utf-8")


NAVIGATION = ("/", "/list/", "/about.html")


def column(rows: list[int], navigation: tuple[str, ...] = NAVIGATION) -> bytes:
    items = "".join(
        f'<li><a href="/list/{n}.html">关于第{n}号事项的通知</a><span>2026-10-{n:02}</span></li>' for n in rows
    )
    bar = "".join(f'<a href="{link}">导航{link}</a>' for link in navigation)
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="ColumnName" content="通知公告"></head>'
        f"<body><div>{bar}</div><div>当前位置：<a href='/'>首页</a> &gt; 通知公告</div><ul>{items}</ul></body></html>"
    ).encode()


def article(number: int, text: str = "", navigation: tuple[str, ...] = NAVIGATION) -> bytes:
    return html(
        *navigation, f"/files/{number}.pdf", title=f"关于第{number}号事项的通知",
        text=text or f"第{number}号事项的正文，" * 12,
    ).encode()


def county(navigation: tuple[str, ...] = NAVIGATION) -> dict[str, Route]:
    routes = {
        "/": tagged(html(
            *navigation, "/moved.html", "/gone.html", "/old.html", "http://out.example/out.html", "http://10.1.2.3/",
            "http://[bad/", "/q.html?a=1&b=2", title="县政府",
        ).encode()),
        "/q.html?a=1&b=2": tagged(html("/q.html?b=2&a=1", title="查询").encode()),
        "/out.html": tagged(html("/deeper.html", title="外站").encode()),
        "/deeper.html": tagged(html("/", title="外站里层").encode()),
        "/list/": tagged(column(list(range(1, 13)), navigation)),
        "/about.html": tagged(html(*navigation, title="概况").encode(), weak=True),
        "/moved.html": redirect("/about.html"),
        "/old.html": dated(html("/", title="旧闻").encode()),
        "/plain.html": plain(html("/", title="没有校验标记的页面").encode()),
    }
    for n in range(1, 13):
        routes[f"/list/{n}.html"] = tagged(article(n, navigation=navigation))
        routes[f"/files/{n}.pdf"] = tagged(PDF + bytes([n]), "application/pdf")
    routes["/list/3.html"] = tagged(article(3, navigation=(*navigation, "/plain.html")))
    return routes


def job_for(site: Site, path: Path, **values: Any) -> CrawlJob:
    settings: dict[str, Any] = {
        "snapshot": path, "site": "测试站", "start": (f"{site.url}/",), "delay_seconds": 0.0,
        "retry_delay_seconds": 0.1, "timeout_seconds": 3.0, "connect_to": {"out.example": site.host},
    }
    return CrawlJob(**{**settings, **values})


def facts(path: Path) -> dict[str, Any]:
    """What must be the same for a night that was carried over and a fresh crawl."""
    found = content(path)
    meta = dict(found["meta"])  # type: ignore[call-overload]
    for key in ("previous", "unchanged"):
        meta.pop(key, None)
    return {**found, "meta": meta}


def meta_of(path: Path) -> dict[str, Any]:
    reader = SnapshotReader(path)
    try:
        return dict(reader.meta)
    finally:
        reader.close()


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("nights")
    with serving(Counted(county())) as site:
        crawl(job_for(site, folder / "first.sqlite"))
        yield site, folder


@pytest.fixture
def nights(first_night, tmp_path: Path):  # type: ignore[no-untyped-def]
    """The same site again, in its first night's state; returns a way to crawl it carried over, and fresh."""
    site, folder = first_night
    site.routes = county()
    site.sent = 0
    site.asked.clear()
    site.headers_seen.clear()

    def both(**values: Any) -> tuple[Path, Path]:
        crawl(job_for(site, tmp_path / "second.sqlite", previous=folder / "first.sqlite", **values))
        second = dict(site.asked)
        crawl(job_for(site, tmp_path / "fresh.sqlite", **values))
        site.second = second
        return tmp_path / "second.sqlite", tmp_path / "fresh.sqlite"

    return site, both


def test_an_unchanged_site_is_neither_sent_nor_read_again(first_night, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    site, folder = first_night
    site.routes, site.sent = county(), 0
    crawl(job_for(site, tmp_path / "second.sqlite", previous=folder / "first.sqlite"))
    assert site.sent == 0
    first, second = meta_of(folder / "first.sqlite"), meta_of(tmp_path / "second.sqlite")
    opened = sum(1 for t in SnapshotReader(tmp_path / "second.sqlite").targets.values() if t.fetch.outcome == "ok")  # type: ignore[union-attr]
    assert second["unchanged"] == opened > 25
    assert second["previous"]["run_id"] == first["run_id"] != second["run_id"]
    assert facts(tmp_path / "second.sqlite") == facts(folder / "first.sqlite")
    assert "inheriting" not in second


def changed_page(site: Site) -> None:
    site.routes["/list/5.html"] = tagged(article(5, "改过的正文，" * 20, (*NAVIGATION, "/list/5-1.html")))
    site.routes["/list/5-1.html"] = tagged(article(51))


def deleted_page(site: Site) -> None:
    del site.routes["/list/6.html"]


def new_page_and_moved_row(site: Site) -> None:
    site.routes["/list/"] = tagged(column([13, 2, 1, *range(4, 13)]))
    site.routes["/list/13.html"] = tagged(article(13))


def new_navigation(site: Site) -> None:
    site.routes.update(county(("/", "/list/", "/new.html")))
    site.routes["/new.html"] = tagged(html("/", title="新栏目").encode())


def page_turned_redirect(site: Site) -> None:
    site.routes["/about.html"] = redirect("/new-about.html")
    site.routes["/new-about.html"] = tagged(html("/", title="新概况").encode())


def file_changed_and_gone(site: Site) -> None:
    site.routes["/files/1.pdf"] = tagged(PDF + b"more", "application/pdf")
    site.routes["/files/2.pdf"] = status(404, "gone")
    site.routes["/files/3.pdf"] = tagged(b"", "application/pdf")


def empty_for_conditions(site: Site) -> None:
    whole = site.routes["/about.html"]

    def answer(handler: Handler) -> None:
        if handler.headers.get("If-None-Match"):
            handler.send(200, b"")
        else:
            whole(handler)
    site.routes["/about.html"] = answer


def error_for_conditions(site: Site) -> None:
    whole = site.routes["/about.html"]

    def answer(handler: Handler) -> None:
        if handler.headers.get("If-None-Match"):
            handler.send(412, b"no")
        else:
            whole(handler)
    site.routes["/about.html"] = answer


def charset_changed_body_the_same(site: Site) -> None:
    site.routes["/about.html"] = raw(
        html(*NAVIGATION, title="概况").encode(), "text/html; charset=gb18030",
    )


@pytest.mark.parametrize("changes", [
    [changed_page, deleted_page, new_page_and_moved_row, file_changed_and_gone, empty_for_conditions],
    [new_navigation, page_turned_redirect],
    [error_for_conditions],
    [charset_changed_body_the_same, deleted_page],
], ids=["content", "navigation", "refusal", "charset"])
def test_a_changed_site_is_recorded_as_by_a_fresh_crawl(nights, changes: list[Callable[[Site], None]]) -> None:  # type: ignore[no-untyped-def]
    site, both = nights
    for change in changes:
        change(site)
    second, fresh = both()
    assert facts(second) == facts(fresh)
    assert meta_of(second)["unchanged"] > 0
    leftovers = SnapshotReader(second).db.execute(
        "SELECT (SELECT count(*) FROM urls WHERE state = 3), (SELECT count(*) FROM bodies WHERE sha256 NOT IN"
        " (SELECT sha256 FROM fetches WHERE sha256 IS NOT NULL)), (SELECT count(*) FROM links WHERE source NOT IN"
        " (SELECT id FROM urls)), (SELECT count(*) FROM pages WHERE url_id NOT IN (SELECT url_id FROM fetches))"
    ).fetchone()
    assert leftovers == (0, 0, 0, 0)


@pytest.mark.parametrize("settings", [
    {"check_external_links": False}, {"hosts": ("out.example",)},
])
def test_other_settings_hold_for_what_is_carried_over(nights, settings: dict[str, Any]) -> None:  # type: ignore[no-untyped-def]
    _, both = nights
    second, fresh = both(**settings)
    assert facts(second) == facts(fresh)
    role = {"check_external_links": "external", "hosts": "page"}[next(iter(settings))]
    assert SnapshotReader(second).targets["http://out.example/out.html"].role == role


def test_a_night_that_reached_its_limit_keeps_nothing_it_did_not_meet(nights) -> None:  # type: ignore[no-untyped-def]
    _, both = nights
    second, _ = both(max_pages=4)
    reader = SnapshotReader(second)
    assert reader.meta["ended"] == "limit" and len(reader.pages) <= 6
    assert all(page.url in reader.targets for page in reader.pages.values())
    waiting = [target for target in reader.targets.values() if target.role == "page" and target.fetch is None]
    assert waiting and not any(reader.links_from(target.url) for target in waiting)


def test_a_carried_over_night_killed_again_and_again_is_that_of_a_fresh_crawl(tmp_path: Path) -> None:
    instants = random.Random(20261121)
    routes = {f"/p/{n}.html": tagged(article(n, navigation=(f"/p/{n + 1}.html", f"/p/{2 * n}.html"))) for n in range(60)}
    routes |= {path: slow(0.03, answer) for path, answer in routes.items()}
    routes["/"] = tagged(html("/p/1.html", "/p/2.html", "/p/3.html").encode())
    with serving(Counted(routes)) as site:
        crawl(job_for(site, tmp_path / "first.sqlite"))
        site.routes["/p/7.html"] = tagged(article(7, "改过的正文，" * 20, ("/p/8.html",)))
        del site.routes["/p/30.html"]
        broken = job_for(site, tmp_path / "killed.sqlite", previous=tmp_path / "first.sqlite", concurrency=2)
        for _ in range(3):
            assert killed_after(broken, instants.uniform(0.0, 0.15))
        crawl(broken)
        crawl(job_for(site, tmp_path / "fresh.sqlite"))
    assert facts(tmp_path / "killed.sqlite") == facts(tmp_path / "fresh.sqlite")
    assert meta_of(tmp_path / "killed.sqlite")["previous"]["run_id"] == meta_of(tmp_path / "first.sqlite")["run_id"]


def test_nothing_is_taken_unread_that_another_program_read(nights, first_night, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    site, _ = nights
    _, folder = first_night
    other = tmp_path / "other.sqlite"
    other.write_bytes((folder / "first.sqlite").read_bytes())
    writer = SnapshotWriter(other)
    writer.set_meta(reading_version="another program's")
    writer.db.execute("UPDATE pages SET record = CAST('{\"title\": \"read wrongly\"}' AS BLOB)")
    writer.close()
    crawl(job_for(site, tmp_path / "second.sqlite", previous=other))
    assert facts(tmp_path / "second.sqlite") == facts(folder / "first.sqlite")
    pages = {f"{site.url}/", f"{site.url}/about.html"}
    asked_in_full = {site.url + path for path, headers in site.headers_seen if "if-none-match" not in headers}
    assert not pages & asked_in_full, "pages are read again from what is stored"


def test_stored_pages_read_again_give_what_a_crawl_reads(first_night, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    _, folder = first_night
    path = tmp_path / "run.sqlite"
    path.write_bytes((folder / "first.sqlite").read_bytes())
    writer = SnapshotWriter(path)
    writer.set_meta(reading_version="another program's")
    home = next(url for url, in writer.db.execute("SELECT url FROM urls WHERE depth = 0"))
    wrong = Reading(record=PageRecord(title="read wrongly"), text="wrong")
    for url, in writer.db.execute("SELECT u.url FROM pages p JOIN urls u ON u.id = p.url_id WHERE u.role = 0").fetchall():
        writer.replace_reading(url, wrong, [(home, "a", "wrong", "page", False)], depth=1)
    writer.close()
    assert is_outdated(path) and facts(path) != facts(folder / "first.sqlite")
    assert reread(path) == (18, 0)
    assert not is_outdated(path)
    assert facts(path) == facts(folder / "first.sqlite")


def test_what_a_browser_read_stays_when_stored_pages_are_read_again(first_night, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    _, folder = first_night
    path = tmp_path / "run.sqlite"
    path.write_bytes((folder / "first.sqlite").read_bytes())
    writer = SnapshotWriter(path)
    home = next(url for url, in writer.db.execute("SELECT url FROM urls WHERE depth = 0"))
    seen = Reading(record=PageRecord(title="read in a browser"), text="rows of the second page")
    writer.save_render(home, Render(why="list", outcome="ok"), markup=b"<p>rows</p>", reading=seen)
    writer.close()
    assert reread(path) == (17, 1)
    reader = SnapshotReader(path)
    assert reader.pages[home].record.title == "read in a browser"
    reader.close()


def test_first_seen_is_kept_over_the_nights(nights, first_night) -> None:  # type: ignore[no-untyped-def]
    site, both = nights
    _, folder = first_night
    new_page_and_moved_row(site)
    second, _ = both()
    first, later = SnapshotReader(folder / "first.sqlite"), SnapshotReader(second)
    old, new = f"{site.url}/list/1.html", f"{site.url}/list/13.html"
    assert later.first_seen(old) == first.first_seen(old) == first.targets[old].fetch.fetched_at  # type: ignore[union-attr]
    assert first.first_seen(new) is None
    assert later.first_seen(new) == later.targets[new].fetch.fetched_at  # type: ignore[union-attr]
    assert later.previous_run_at == first.meta["started"]
    assert later.read_at(old) == first.read_at(old) < later.targets[old].fetch.fetched_at  # type: ignore[union-attr]


def test_a_server_that_says_unchanged_without_being_asked(tmp_path: Path) -> None:
    with serving(Site({"/": raw(html("/odd.html").encode()), "/odd.html": status(304)})) as site:
        crawl(job_for(site, tmp_path / "run.sqlite"))
        reader = SnapshotReader(tmp_path / "run.sqlite")
        fetch = reader.targets[f"{site.url}/odd.html"].fetch
        reader.close()
    assert fetch is not None and (fetch.outcome, fetch.status) == ("http-error", 304)
    assert site.asked["/odd.html"] == 2


def test_an_unfinished_night_shows_only_its_own(first_night, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    _, folder = first_night
    assert inherit(folder / "first.sqlite", tmp_path / "run.sqlite")
    reader = SnapshotReader(tmp_path / "run.sqlite")
    assert (reader.targets, reader.pages, list(reader.links()), reader.link_total()) == ({}, {}, [], 0)
    reader.close()
    writer = SnapshotWriter(tmp_path / "run.sqlite")
    home = next(url for url, in writer.db.execute("SELECT url FROM urls WHERE depth = 0"))
    assert not writer.knows(home) and not writer.pending_counts()
    number = writer.db.execute("SELECT id FROM urls WHERE url = ?", (home,)).fetchone()[0]
    assert writer.add_url(home, "page") == number
    assert [count for *_, count in writer.pending_counts()] == [1] and writer.stored(home) is not None
    writer.close()
    again = SnapshotWriter(tmp_path / "run.sqlite")
    assert again.knows(home) and again.stored(home) is not None, "a kill loses nothing of what is carried over"
    again.close()


def test_a_previous_run_of_no_use_gives_a_fresh_start(tmp_path: Path) -> None:
    (tmp_path / "bad.sqlite").write_bytes(b"no snapshot at all" * 100)
    assert not inherit(tmp_path / "bad.sqlite", tmp_path / "run.sqlite")
    assert not inherit(tmp_path / "absent.sqlite", tmp_path / "run.sqlite")
    assert not (tmp_path / "run.sqlite").exists()
    schema.connect(tmp_path / "run.sqlite", create=True).close()
    (tmp_path / "other.sqlite").write_bytes((tmp_path / "run.sqlite").read_bytes())
    assert not inherit(tmp_path / "other.sqlite", tmp_path / "run.sqlite"), "a run begun is gone on with"


NOW = 1_790_000_000.0


def stored(**headers: str) -> Stored:
    fetch = Fetch(
        outcome="ok", status=200, fetched_at=NOW, bytes=10, content_type="text/html", sha256="a" * 64,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    return Stored(fetch, NOW, scripted=False)


def waiting(attempts: int = 0, role: str = "page") -> Waiting:
    return Waiting("http://a.example/x.html", role, 1, 0, attempts, 0.0)


def test_what_is_asked_on_condition() -> None:
    assert validators(stored(etag='"x"')) == {"If-None-Match": '"x"'}
    assert validators(stored(etag='W/"x"', last_modified=OLD)) == {"If-None-Match": 'W/"x"', "If-Modified-Since": OLD}
    assert validators(stored(etag="unquoted")) == {}
    assert validators(stored(etag='"章"', last_modified="昨天")) == {}
    just_now = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(NOW - 5))
    assert validators(stored(last_modified=just_now)) == {}, "a Last-Modified of now tells nothing"
    assert not is_settled("31 Feb 99999 25:00:00", NOW)
    revisits = Revisits(None, same_reading=True)  # type: ignore[arg-type]
    assert revisits.conditions(waiting(), stored(etag='"x"'), NOW + 86400)
    assert not revisits.conditions(waiting(attempts=1), stored(etag='"x"'), NOW + 86400), "a second probe asks plainly"
    assert not revisits.conditions(waiting(), stored(etag='"x"'), NOW + 8 * 86400), "now and then in full"
    assert not revisits.conditions(waiting(), stored(etag='"x"'), NOW - 86400), "the clock was set back"
    other = Revisits(None, same_reading=False)  # type: ignore[arg-type]
    assert other.conditions(waiting(), stored(etag='"x"'), NOW + 1)
    assert not other.conditions(waiting(role="file"), stored(etag='"x"'), NOW + 1)


def test_full_answers_are_spread_over_the_days() -> None:
    due = [sum(is_due(f"http://a.example/{n}.html", NOW, NOW + day * 86400) for n in range(1000)) for day in range(8)]
    assert due[0] == due[3] == 0 and due[7] == 1000
    assert 250 < due[5] < 420 and 580 < due[6] < 750


def test_what_an_answer_says_of_what_is_stored() -> None:
    revisits = Revisits(None, same_reading=True)  # type: ignore[arg-type]
    known = stored(etag='"x"')

    def judged(status: int, *, size: int = 10, sha: str = "a" * 64, kind: str = "text/html", whole: bool = True,
               conditional: bool = True, of: Stored | None = known, by: Revisits = revisits) -> str:
        return by.judge(waiting(), of, Answer(status, size, sha, kind, whole), conditional=conditional)

    assert judged(304) == "unchanged"
    assert judged(304, conditional=False) == "ask-plainly"
    assert judged(304, of=None) == "ask-plainly"
    assert judged(304, of=Stored(known.fetch, NOW, scripted=True)) == "reread"
    assert judged(304, by=Revisits(None, same_reading=False)) == "reread"  # type: ignore[arg-type]
    assert judged(200) == judged(200, conditional=False) == "unchanged"
    assert judged(200, by=Revisits(None, same_reading=False)) == "changed"  # type: ignore[arg-type]
    assert judged(200, sha="b" * 64) == judged(200, kind="text/html;charset=gbk") == judged(200, whole=False) == "changed"
    assert judged(200, size=0, sha="c" * 64) == "ask-plainly"
    assert judged(200, size=0, sha="c" * 64, conditional=False) == "changed"
    assert judged(412) == judged(403) == "ask-plainly"
    assert judged(404) == judged(403, conditional=False) == judged(500) == judged(429) == "changed"


def test_the_reading_version_follows_the_extractors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for part in ("crawler/extract", "rules/lexicons"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "crawler/extract/a.py").write_text("1")
    monkeypatch.setattr(version, "_ROOT", tmp_path)
    before = version.reading_version.__wrapped__()
    assert before == version.reading_version.__wrapped__()
    (tmp_path / "rules/lexicons/words.yaml").write_text("新词")
    assert before != version.reading_version.__wrapped__()
