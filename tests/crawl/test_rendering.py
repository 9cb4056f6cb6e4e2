"""Rendering in a real Chromium against a real server: what is read, what is asked, what gets out, what survives."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from checks.model import Context
from checks.runner import judge
from checks.site import Site as CheckedSite
from crawler.rendering import chromium
from crawler.rendering.limits import Limits
from crawler.rendering.processes import kill, tree_of
from crawler.run import CrawlJob, CrawlOutcome, crawl
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import Render
from rules.calendar import load_calendar
from rules.loader import load_packs

from .compare import content
from .server import Handler, Site, page, raw, serving

ROOT = Path(__file__).parents[2]
REASON = chromium.NO_PACKAGE if find_spec("playwright") is None else chromium.NO_CHROMIUM
needs_browser = pytest.mark.skipif(chromium.why_absent() is not None, reason=REASON)

ROWS = [
    (f"关于第 {n} 号事项办理情况的通知公告", f"/zw/a{n}.html", f"2026-{10 - n // 10:02d}-{28 - n % 10:02d}")
    for n in range(23)
]
FOOTER = "<footer>主办：某县人民政府办公室 ICP备12345678号 网站标识码 3701000001</footer>"
LIST = '<ul id="list" class="news-list"></ul><div id="pager"></div>'
DRAW = """function show(d, n) {
  document.getElementById('list').innerHTML = d.rows.map(r =>
    '<li><a href="' + r.url + '">' + r.title + '</a><span>' + r.date + '</span></li>').join('');
  document.getElementById('pager').innerHTML = '<span>共' + d.pages + '页</span> ' + (n < d.pages
    ? '<a href="javascript:draw(' + (n + 1) + ')">下一页</a>' : '<span>下一页</span>'); }"""
# an address put together so that only running the script tells it
TURN = DRAW + """
const where = ['', 'api', 'list'].join('/'), which = atob('cGFnZQ==');
function draw(n) { fetch(where + '?' + which + '=' + n + '&_=' + Date.now()).then(r => r.json()).then(d => show(d, n)); }
"""
FETCHED = TURN + "draw(1);"


def column(name: str, script: str, body: str = LIST, head: str = "") -> bytes:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}</title><meta name="ColumnName" content="{name}">'
        f'<meta name="SiteName" content="某县人民政府">{head}</head><body><div class="pos">当前位置：<a href="/">首页</a> &gt; '
        f'<a href="./">{name}</a></div>{body}<script>{script}</script>{FOOTER}</body></html>'
    ).encode()


def rows_of(number: int, size: int = 10) -> list[dict[str, str]]:
    return [
        {"title": title, "url": url, "date": day} for title, url, day in ROWS[(number - 1) * size:number * size]
    ]


def listed(handler: Handler) -> None:
    number = int(re.search(r"page=(\d+)", handler.path)[1])  # type: ignore[index]
    body = json.dumps({"rows": rows_of(number), "pages": 3}, ensure_ascii=False).encode()
    handler.send(200, body, {"Content-Type": "application/json"})


class ScriptedSite(Site):
    """A site whose routes may also be told by the beginning of their path."""

    def __init__(self, routes: dict, prefixes: dict) -> None:  # type: ignore[type-arg]
        super().__init__(routes)
        exact = self.routes

        class Routes(dict):  # type: ignore[type-arg]
            def get(self, path: str, default: object = None) -> object:
                begun = next((answer for prefix, answer in prefixes.items() if path.startswith(prefix)), default)
                return exact.get(path, begun)

        self.routes = Routes(exact)


@contextmanager
def trap() -> Iterator[tuple[int, list[str]]]:
    """A port of loopback, TCP and UDP, that nobody may come to: what comes is noted."""
    met: list[str] = []
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 0))
    tcp.listen()
    port = tcp.getsockname()[1]
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", port))
    stopped = threading.Event()

    def watch(one: socket.socket, kind: str) -> None:
        one.settimeout(0.2)
        while not stopped.is_set():
            try:
                if kind == "tcp":
                    one.accept()[0].close()
                else:
                    one.recv(100)
            except TimeoutError:
                continue
            met.append(kind)

    threads = [threading.Thread(target=watch, args=pair, daemon=True) for pair in ((tcp, "tcp"), (udp, "udp"))]
    for thread in threads:
        thread.start()
    try:
        yield port, met
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
        tcp.close()
        udp.close()


def escape(port: int) -> str:
    """A page that tries every way out a page has."""
    there = f"127.0.0.1:{port}"
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>出逃</title>
<link rel="dns-prefetch" href="//{there}"><link rel="preconnect" href="http://{there}"><link rel="prefetch" href="http://{there}/p">
<link rel="stylesheet" href="http://{there}/s.css"><link rel="icon" href="http://{there}/i.ico"><link rel="preload" as="script" href="http://{there}/l.js">
<script type="speculationrules">{{"prefetch":[{{"source":"list","urls":["http://{there}/x"]}}],"prerender":[{{"source":"list","urls":["http://{there}/y"]}}]}}</script>
</head><body><div id="app"></div><img src="http://{there}/a.png"><iframe src="http://{there}/f"></iframe><video src="http://{there}/v.mp4"></video>
<object data="http://{there}/o"></object><embed src="http://{there}/e"><a id="d" download href="http://{there}/d.zip">.</a>
<a id="g" ping="http://{there}/ping" href="#x">.</a><form id="f" method="post" action="http://{there}/form"><input name="a"></form>
<script src="http://{there}/s.js"></script>
<script>
const tried = []; const attempt = (n, f) => {{ try {{ f(); tried.push(n); }} catch (e) {{ tried.push(n); }} }};
attempt('fetch', () => fetch('http://{there}/f').catch(() => 0));
attempt('post', () => fetch('/form', {{method: 'POST', body: 'a=1'}}).catch(() => 0));
attempt('xhr', () => {{ const x = new XMLHttpRequest(); x.open('GET', 'http://{there}/x'); x.send(); }});
attempt('ws', () => new WebSocket('ws://{there}/w'));
attempt('events', () => new EventSource('http://{there}/ev'));
attempt('beacon', () => navigator.sendBeacon('http://{there}/b', 'x'));
attempt('rtc', () => {{ const r = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{there}'}}]}}); r.createDataChannel('a');
  r.createOffer().then(o => r.setLocalDescription(o)); }});
attempt('transport', () => new WebTransport('https://{there}/t'));
attempt('open', () => window.open('http://{there}/open'));
attempt('worker', () => new Worker(URL.createObjectURL(new Blob(["fetch('http://{there}/w'); new WebSocket('ws://{there}/w2');"
  + "importScripts('http://{there}/i.js')"]))));
attempt('shared', () => new SharedWorker('http://{there}/sw.js'));
attempt('service', () => navigator.serviceWorker.register('/sw.js'));
attempt('download', () => document.getElementById('d').click());
attempt('ping', () => document.getElementById('g').click());
attempt('css', () => {{ document.body.style.backgroundImage = 'url(http://{there}/bg.png)'; }});
attempt('font', () => new FontFace('x', 'url(http://{there}/f.woff2)').load().catch(() => 0));
attempt('module', () => import('http://{there}/m.js').catch(() => 0));
attempt('form', () => document.getElementById('f').submit());
document.getElementById('app').textContent = '试过的出路有这些：' + tried.join('、') + '。' + '这一页的正文由脚本写入，供阅读。'.repeat(5);
</script></body></html>"""


@dataclass
class Crawled:
    site: Site
    reader: SnapshotReader
    outcome: CrawlOutcome
    met: list[str]
    path: Path

    def render(self, path: str) -> Render:
        render = self.reader.render_of(self.site.url + path)
        assert render is not None
        return render

    def listing(self, path: str):  # type: ignore[no-untyped-def]
        return self.reader.pages[self.site.url + path].record.listing


def job_for(site: Site, path: Path, **values: object) -> CrawlJob:
    settings: dict[str, object] = {
        "snapshot": path, "site": "测试站", "start": (f"{site.url}/",), "delay_seconds": 0.0,
        "retry_delay_seconds": 0.2, "timeout_seconds": 5.0,
        "rendering": {"page_seconds": 10.0, "nodes": 20_000, "memory_bytes": 700_000_000},
    }
    return CrawlJob(**{**settings, **values})  # type: ignore[arg-type]


def scripted_site(port: int) -> ScriptedSite:
    """Columns of every kind that only a script fills, and pages that mean the browser ill."""
    empty = "fetch('/api/none').then(r => r.json()).then(d => show(d, 1));"
    posted = "fetch('/api/list', {method: 'POST', body: 'page=1'}).then(r => r.json()).then(d => show(d, 1));"
    outside = "fetch('http://data.example/list').then(r => r.json()).then(d => show(d, 1));"
    pager = '<div id="pager"><span>共3页</span> <a href="javascript:draw(1)">上一页</a> <a href="javascript:draw(2)">下一页</a></div>'
    turned = '<ul id="list" class="news-list">' + "".join(f'<li><a href="{u}">{t}</a><span>{d}</span></li>' for t, u, d in ROWS[:10]) + "</ul>"
    columns = {
        "/fetched/": column("通知公告", FETCHED),
        "/empty/": column("人事信息", DRAW + empty),
        "/posted/": column("财政信息", DRAW + posted),
        "/outside/": column("招标采购", DRAW + outside),
        "/turned/": column("政策文件", TURN, turned + pager),
        "/stuck/": column("工作动态", "", turned + pager),
    }
    shell = (
        b'<!DOCTYPE html><html><head><meta charset="utf-8"><title></title><script src="/app.js"></script></head>'
        b'<body><div id="app"></div></body></html>'
    )
    app = """addEventListener('load', () => { document.title = '关于召开座谈会的通知'; document.getElementById('app').innerHTML =
      '<h1>关于召开座谈会的通知</h1><p>发布日期：2026-09-10</p><p>' + '请各有关单位按时派员参加座谈会，并提前报送材料。'.repeat(8) + '</p><a href="/zw/a1.html">附</a>'; });"""
    hostile = {
        "/loop.html": "while (true) {}",
        "/alert.html": "while (true) alert('x')",
        "/reload.html": "location.reload()",
        "/nodes.html": "for (let i = 0; i < 60000; i++) document.body.appendChild(document.createElement('p'))",
        "/memory.html": """const kept = [];
          setInterval(() => { const a = new Uint8Array(1 << 27); for (let i = 0; i < a.length; i += 4096) a[i] = 1; kept.push(a);
            document.body.appendChild(document.createElement('p')); }, 50)""",
    }
    routes = {
        "/robots.txt": raw(b"User-agent: *\nDisallow: /secret/\n", "text/plain"),
        "/": page(*columns, *hostile, "/shell.html", "/escape.html", "/plain.html", title="某县人民政府"),
        "/plain.html": page(title="平常页"),
        "/shell.html": raw(shell), "/app.js": raw(app.encode(), "application/javascript"),
        "/escape.html": raw(escape(port).encode()),
        "/api/none": raw(b'{"rows": [], "pages": 1}', "application/json"),
        **{path: raw(body) for path, body in columns.items()},
        **{path: raw(f"<html><head><title></title></head><body><div id=app></div><script src='/x.js'></script><script>/* {'-' * 90} */ {script}"
                     "</script></body></html>".encode()) for path, script in hostile.items()},
        "/x.js": raw(b"", "application/javascript"),
        **{url: page(title=title) for title, url, _ in ROWS},
    }
    return ScriptedSite(routes, {"/api/list?": listed})


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    path = tmp_path_factory.mktemp("rendering") / "run.sqlite"
    with trap() as (port, met), serving(scripted_site(port)) as site:
        outcome = crawl(job_for(site, path))
        reader = SnapshotReader(path)
        yield Crawled(site, reader, outcome, met, path)
        reader.close()


@needs_browser
def test_the_crawl_ends_well(crawled: Crawled) -> None:
    assert crawled.outcome.ended == "finished", crawled.outcome.reason
    assert crawled.reader.pending() == 0


@needs_browser
def test_rows_a_script_fetches_are_read_on_all_pages_of_the_list(crawled: Crawled) -> None:
    for path in ("/fetched/", "/turned/"):
        listing = crawled.listing(path)
        rows, pages, read = [], [listing], set()
        while pages:
            shown = pages.pop()
            rows += [(item.title, item.href, item.date) for item in shown.items]
            fresh = [url for url in shown.next_pages if url not in read and url in crawled.reader.pages]
            read.update(fresh)
            pages += [crawled.reader.pages[url].record.listing for url in fresh]
        wanted = {(title, crawled.site.url + url, day) for title, url, day in ROWS}
        assert wanted <= {(title.replace("  ", " "), href, day) for title, href, day in rows}, path
        assert crawled.render(path).outcome == "ok"
        assert not listing.script_filled
    assert crawled.render("/fetched/").why == "list"
    assert crawled.render("/turned/").why == "pager"
    assert all(crawled.site.asked[url] == 1 for _, url, _ in ROWS)


@needs_browser
def test_a_list_that_stays_empty_when_rendered_is_empty(crawled: Crawled) -> None:
    listing = crawled.listing("/empty/")
    assert (listing.items, listing.script_filled, crawled.render("/empty/").outcome) == ([], False, "ok")


@needs_browser
@pytest.mark.parametrize(("path", "reason"), [("/posted/", "POST"), ("/outside/", "data.example")])
def test_what_could_not_be_had_is_said(crawled: Crawled, path: str, reason: str) -> None:
    render = crawled.render(path)
    assert render.outcome == "partial"
    assert reason in render.reason
    assert crawled.listing(path).script_filled


@needs_browser
def test_a_list_whose_next_page_does_not_open_is_not_whole(crawled: Crawled) -> None:
    render = crawled.render("/stuck/")
    assert (render.why, render.outcome, len(crawled.listing("/stuck/").items)) == ("pager", "partial", 10)
    assert "分页没有读完" in render.reason
    site = CheckedSite(crawled.reader, departments=[], overrides=[])
    assert {column.name: column.complete for column in site.columns if column.name in ("工作动态", "政策文件")} == {
        "工作动态": False, "政策文件": True,
    }


@needs_browser
def test_a_shell_is_read_as_a_reader_sees_it(crawled: Crawled) -> None:
    page = crawled.reader.pages[crawled.site.url + "/shell.html"]
    assert (page.record.title, page.record.script_shell) == ("关于召开座谈会的通知", False)
    assert "报送材料" in page.text
    assert crawled.reader.rendered(page.url) is not None
    assert b"<div id=\"app\"></div>" in (crawled.reader.body(page.url) or b"")


@needs_browser
def test_pages_that_need_no_browser_are_left_alone(crawled: Crawled) -> None:
    assert {url.removeprefix(crawled.site.url) for url in crawled.reader.renders} == {
        "/fetched/", "/empty/", "/posted/", "/outside/", "/turned/", "/stuck/", "/shell.html", "/escape.html", "/loop.html",
        "/alert.html", "/reload.html", "/nodes.html", "/memory.html",
    }


@needs_browser
@pytest.mark.parametrize(("path", "outcomes", "words"), [
    ("/loop.html", {"timeout"}, "秒内没有加载完"),
    ("/alert.html", {"timeout"}, "秒内没有加载完"),
    ("/reload.html", {"timeout", "partial"}, "重新加载|没有加载完"),
    ("/nodes.html", {"timeout", "failed"}, "元素超过|没有加载完"),
    ("/memory.html", {"timeout", "failed"}, "内存|没有加载完"),
])
def test_ill_meant_pages_are_ended(crawled: Crawled, path: str, outcomes: set[str], words: str) -> None:
    render = crawled.render(path)
    assert render.outcome in outcomes
    assert re.search(words, render.reason)
    assert render.seconds < 30


@needs_browser
def test_nothing_gets_out_of_the_browser(crawled: Crawled) -> None:
    text = crawled.reader.pages[crawled.site.url + "/escape.html"].text
    assert "试过的出路有这些：fetch、post、xhr、ws" in text and "form" in text
    assert crawled.met == []
    asked = {path for path in crawled.site.asked if path.startswith(("/form", "/sw", "/secret"))}
    assert asked == set()


@needs_browser
def test_the_page_itself_is_not_fetched_again(crawled: Crawled) -> None:
    assert all(crawled.site.asked[path] == 1 for path in ("/fetched/", "/empty/", "/shell.html", "/loop.html", "/app.js"))


@needs_browser
def test_no_browser_is_left_running(crawled: Crawled) -> None:
    assert browsers() == []


@needs_browser
def test_the_checks_judge_what_was_seen(crawled: Crawled) -> None:
    site = CheckedSite(crawled.reader, departments=[], overrides=[])
    judgement = judge(site, load_packs(["national-2019"]), Context(date(2026, 11, 20), 2026, load_calendar(None)))
    found = {
        (finding.url.removeprefix(crawled.site.url), finding.verdict): finding.message
        for finding in judgement.findings if finding.check == "empty-column"
    }
    assert "已在浏览器中打开核实" in found["/empty/", "fail"]
    assert "POST" in found["/posted/", "unverified"]
    assert "不属于本站" in found["/outside/", "unverified"]
    assert not any(path in ("/fetched/", "/turned/") for path, _ in found)


def document(title: str, body: str, script: str) -> bytes:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title><meta name="SiteName" content="某县人民政府">'
        f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2026-05-06 09:00"></head><body>'
        f"<h1>{title}</h1>{body}<script>{script}</script><p>各镇人民政府：现将该办法印发给你们，请结合实际，认真组织实施。</p>"
        f"{FOOTER}</body></html>"
    ).encode()


@needs_browser
def test_tables_of_documents_are_rendered_where_a_script_fetches_them_up_to_a_bound(tmp_path: Path) -> None:
    drawn = (
        "fetch('/api/doc?id=' + location.pathname.length).then(r => r.json()).then(d => { document.getElementById('k')"
        ".innerHTML = '<tr><th>索引号</th><td>' + d.a + '</td><th>公开方式</th><td>' + d.b + '</td></tr>' })"
    )
    told = "var d = {'索引号': 'SL-2026-1', '公开方式': '主动公开', '成文日期': '2026-05-06'};"
    routes: dict[str, object] = {
        "/": page("/a.html", "/b.html", "/c.html", title="某县人民政府"),
        "/a.html": raw(document("某县校车管理办法", "<table id='k'></table>", drawn)),
        "/b.html": raw(document("某县供热管理办法", "<table id='k'></table>", drawn)),
        "/c.html": raw(document("某县殡葬管理办法", "<table></table>", told)),
    }
    data = json.dumps({"a": "SL-2026-7", "b": "依申请公开"}).encode()
    answers = {"/api/doc": lambda handler: handler.send(200, data, {"Content-Type": "application/json"})}
    with serving(ScriptedSite(routes, answers)) as site:
        job = job_for(site, tmp_path / "run.sqlite", rendering={"page_seconds": 10.0, "tables": 1})
        assert crawl(job).ended == "finished"
    reader = SnapshotReader(tmp_path / "run.sqlite")
    renders = {url.removeprefix(site.url): (one.why, one.outcome) for url, one in reader.renders.items()}
    assert sorted(renders.values()) == [("table", "ok"), ("table", "skipped")]
    read = next(path for path, one in renders.items() if one[1] == "ok")
    attributes = {url.removeprefix(site.url): one.record.attributes for url, one in reader.pages.items()}
    assert (attributes[read].index_number, attributes[read].disclosure) == ("SL-2026-7", "依申请公开")
    assert attributes["/c.html"].disclosure == "主动公开"
    left = next(path for path, one in renders.items() if one[1] == "skipped")
    assert "disclosure" in attributes[left].scripted
    reader.close()


# -- without a browser ---------------------------------------------------------------------------------------


def test_without_a_browser_the_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.VARIABLE, str(tmp_path / "nowhere"))
    routes = {"/": page("/fetched/", title="某县人民政府"), "/fetched/": raw(column("通知公告", FETCHED))}
    with serving(Site(routes)) as site:
        assert crawl(job_for(site, tmp_path / "run.sqlite")).ended == "finished"
        never = crawl(job_for(site, tmp_path / "never.sqlite", render_javascript="never"))
    assert never.ended == "finished"
    reader = SnapshotReader(tmp_path / "run.sqlite")
    render = reader.render_of(f"{site.url}/fetched/")
    assert render is not None and render.outcome == "absent"
    assert "xunjian[browser]" in render.reason or "Chromium" in render.reason
    checked = CheckedSite(reader, departments=[], overrides=[])
    judgement = judge(checked, load_packs(["national-2019"]), Context(date(2026, 11, 20), 2026, load_calendar(None)))
    told = [finding for finding in judgement.findings if finding.check == "empty-column"]
    assert [finding.verdict for finding in told] == ["unverified"]
    assert "安装" in told[0].message
    assert any("安装" in line for line in judgement.coverage.uninspected)
    reader.close()
    reader = SnapshotReader(tmp_path / "never.sqlite")
    assert reader.renders == {}
    reader.close()


# -- the browser ---------------------------------------------------------------------------------------------


@needs_browser
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is seen under /proc")
def test_a_browser_that_holds_too_much_is_killed_and_the_next_one_works() -> None:
    async def scenario() -> None:
        greedy = chromium.Chromium(chromium.find_chromium() or "", Limits(memory_bytes=1), "test")
        with pytest.raises(chromium.BrowserGoneError, match="内存"):
            async with greedy.context() as context:
                page = await context.new_page()
                await page.wait_for_timeout(20_000)
        await greedy.close()
        modest = chromium.Chromium(chromium.find_chromium() or "", Limits(browser_pages=1), "test")
        marks = set()
        for _ in range(2):
            async with modest.context() as context:
                page = await context.new_page()
                assert await page.evaluate("1 + 1") == 2
                marks |= {instance.mark for instance in modest._all}
        assert len(marks) == 2
        await modest.close()

    asyncio.run(scenario())
    assert browsers() == []


def test_a_browser_that_cannot_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("playwright")
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv(chromium.VARIABLE, str(broken))
    with serving(Site({"/": page("/a/", title="某县"), "/a/": raw(column("通知公告", FETCHED))})) as site:
        assert crawl(job_for(site, tmp_path / "run.sqlite")).ended == "finished"
    reader = SnapshotReader(tmp_path / "run.sqlite")
    render = reader.render_of(f"{site.url}/a/")
    reader.close()
    assert render is not None and render.outcome == "failed" and "不能启动" in render.reason


# -- the end of it all ---------------------------------------------------------------------------------------


# other tests may have browsers of their own at the same time
MARK = f"XUNJIAN_TEST={os.getpid()}"


def browsers() -> list[str]:
    """The command lines of browsers that crawls of this test process started and that still run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
            if "--xunjian-rendering=" in line and MARK.encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(line)
        except OSError:
            continue
    return found


def small_site(seconds: float = 0.0) -> ScriptedSite:
    routes = {
        "/": page("/fetched/", "/second/", title="某县人民政府"),
        "/fetched/": raw(column("通知公告", FETCHED)), "/second/": raw(column("人事信息", FETCHED)),
        **{url: page(title=title) for title, url, _ in ROWS},
    }
    return ScriptedSite(routes, {"/api/list?": listed})


@contextmanager
def crawling(job: CrawlJob) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), **dict([MARK.split("=")])},
    ) as child:
        assert child.stdin is not None
        child.stdin.write(job.to_json().encode() + b"\n")
        child.stdin.flush()
        try:
            yield child
        finally:
            child.kill()


def waited(condition, seconds: float = 60.0) -> bool:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@needs_browser
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are seen under /proc")
def test_killed_while_rendering_no_browser_survives_and_nothing_is_lost(tmp_path: Path) -> None:
    with serving(small_site()) as site:
        assert crawl(job_for(site, tmp_path / "whole.sqlite")).ended == "finished"
        job = job_for(site, tmp_path / "killed.sqlite")
        with crawling(job) as child:
            assert waited(lambda: browsers())
            child.send_signal(signal.SIGKILL)
            child.wait()
            assert waited(lambda: not browsers()), browsers()
        again = crawl(job)
        assert again.ended == "finished"
    assert content(tmp_path / "killed.sqlite") == content(tmp_path / "whole.sqlite")
    reader = SnapshotReader(tmp_path / "killed.sqlite")
    assert [render.outcome for render in reader.renders.values()] == ["ok", "ok"]
    reader.close()


@needs_browser
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are seen under /proc")
def test_interrupted_while_rendering_the_browser_goes_too(tmp_path: Path) -> None:
    site = small_site()
    site.routes["/second/"] = raw(column("人事信息", "while (true) {}"))
    with serving(site), crawling(job_for(site, tmp_path / "run.sqlite")) as child:
        assert waited(lambda: browsers())
        time.sleep(1.0)
        child.send_signal(signal.SIGINT)
        assert child.stdout is not None
        last = json.loads(child.stdout.read().splitlines()[-1])
        assert last["outcome"]["ended"] == "interrupted"
        assert waited(lambda: not browsers()), browsers()


def test_processes_are_told_by_their_mark_and_killed_with_what_they_started() -> None:
    mark = "--mark-of-this-test"
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    with subprocess.Popen([sys.executable, "-c", script, mark]) as child:
        if not Path("/proc").is_dir():
            pytest.skip("processes are seen under /proc")
        assert waited(lambda: len(tree_of(mark)) == 2)
        kill(tree_of(mark))
        assert child.wait() == -signal.SIGKILL
    assert tree_of(mark) == []
