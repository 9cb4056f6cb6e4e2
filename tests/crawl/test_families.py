"""A whole crawl of a site with one column for each way of listing: every item of every column is reached and merged."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from checks import dead_link, empty_column
from checks.columns import Column
from checks.model import Context
from checks.site import Site as Inspected
from crawler.run import CrawlJob, crawl
from crawler.snapshot.reader import SnapshotReader
from rules.calendar import load_calendar

from .server import Handler, Site, serving

TOTAL = 52
NAMES = {
    "jpage": "通知公告", "jpagecall": "人事信息", "jpaas": "政务动态", "trs": "财政资金", "vsb": "公示公告", "gkmlpt": "政策文件", "ucap": "部门动态",
    "ls": "规划计划", "asp": "招标采购", "gopage": "应急管理", "inline": "统计数据", "written": "重点项目", "jsonp": "环境保护", "frame": "社会保障",
    "load": "安全生产", "static": "乡村振兴", "markup": "教育信息", "select": "食品药品",
}
LOST = {"postback": "医疗卫生", "refused": "城乡建设", "gone": "交通运输"}
ENTRIES = {"asp": "/asp/list.asp?classid=4"}
Query = dict[str, str]


def title(name: str, number: int) -> str:
    return f"{({**NAMES, **LOST})[name]}第{number}号事项的说明材料"


def day(number: int) -> str:
    return f"2026-{1 + number % 10:02}-{1 + number % 27:02}"


def href(name: str, number: int) -> str:
    return f"/{name}/content/{number}.html"


def rows(name: str, first: int, last: int) -> str:
    return "".join(
        f'<li><a href="{href(name, n)}">{title(name, n)}</a><span>{day(n)}</span></li>' for n in range(first, min(last, TOTAL) + 1)
    )


def objects(name: str, first: int, last: int) -> list[dict[str, object]]:
    return [
        {"id": n, "title": title(name, n), "url": href(name, n), "publishTime": f"{day(n)} 10:00:00"}
        for n in range(first, min(last, TOTAL) + 1)
    ]


def column(name: str, body: str) -> str:
    label = ({**NAMES, **LOST})[name]
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{label}_示例县人民政府</title><meta name="SiteName" content="示例县人民政府">'
        f'<meta name="ColumnName" content="{label}"></head><body><div class="top"><a href="/">首页</a></div>'
        f'<div class="wz">当前位置：<a href="/">首页</a> &gt; <a href="{ENTRIES.get(name, f"/{name}/")}">{label}</a></div>{body}<div class="foot">版权所有：示例县人民政府</div></body></html>'
    )


def article(name: str, number: int) -> str:
    text = f"{title(name, number)}，现将有关情况说明如下，请各有关单位结合实际抓好落实，并于月底前报送进展情况。" * 3
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title(name, number)}</title><meta name="SiteName" content="示例县人民政府">'
        f'<meta name="ColumnName" content="{({**NAMES, **LOST})[name]}"><meta name="ArticleTitle" content="{title(name, number)}">'
        f'<meta name="PubDate" content="{day(number)} 10:00"><meta name="ContentSource" content="县政府办"></head>'
        f"<body><h1>{title(name, number)}</h1><p>发布时间：{day(number)}</p><div><p>{text}</p></div></body></html>"
    )


def records(name: str, first: int, last: int) -> str:
    return "<recordset>" + "".join(
        f"<record><![CDATA[{row}</li>]]></record>" for row in rows(name, first, last).split("</li>") if row
    ) + "</recordset>"


def bar(number: int, pages: int, name: Callable[[int], str]) -> str:
    links = "".join(f'<a href="{name(n)}">{n}</a>' for n in range(1, pages + 1) if abs(n - number) <= 1 and n != number)
    following = f'<a href="{name(number + 1)}">下一页</a>' if number < pages else ""
    return f'<div class="page"><span>{number}</span>{links}{following}</div>'


def shell(name: str, code: str) -> str:
    return column(name, f'<div class="list"><ul id="list_{name}"></ul></div><script>{code}</script>')


def listed(name: str, number: int, size: int = 15, pager: str = "") -> str:
    return column(name, f'<div class="list"><ul>{rows(name, 1 + (number - 1) * size, number * size)}</ul></div>{pager}')


PARAMETERS = "{col:1,webid:7,path:'/',columnid:10,sourceContentType:1,unitid:'76',webname:'示例县',permissiontype:0}"


def jpage(path: str, query: Query) -> str | None:
    if path == "/jpage/":
        following = '<nextgroup><![CDATA[<a href="/jpage/dataproxy.jsp?page=1&amp;webid=7&columnid=10"></a>]]></nextgroup>'
        return column("jpage", f'<div id="76"><script type="text/xml"><datastore>{following}{records("jpage", 1, 20)}</datastore></script></div>')
    number = int(query.get("page", "0"))
    following = "" if number == 2 else f'<nextgroup><![CDATA[<a href="/jpage/dataproxy.jsp?page={number + 1}&webid=7&columnid=10"></a>]]></nextgroup>'
    return f'<?xml version="1.0"?><datastore>{following}{records("jpage", 1 + number * 20, 20 + number * 20)}</datastore>'


def jpagecall(path: str, query: Query) -> str | None:
    if path == "/jpagecall/":
        store = f'<script type="text/xml"><datastore>{records("jpagecall", 1, 18)}</datastore></script>'
        return column("jpagecall", f'<div id="76">{store}</div><script>var param={PARAMETERS};$("#76").jpage({{totalRecord:{TOTAL},perPage:6,'
                      'proxyUrl:"/jpagecall/jpage/dataproxy.jsp",ajaxParam:param});</script>')
    if query.get("columnid") != "10" or query.get("unitid") != "76":
        return None
    return f'<datastore><totalrecord>{TOTAL}</totalrecord>{records("jpagecall", int(query["startrecord"]), int(query["endrecord"]))}</datastore>'


def jpaas(path: str, query: Query) -> str | None:
    if path == "/jpaas/":
        given = "{'parseType':'bulidstatic','webId':'52','tplSetId':'M','pageType':'column','tagId':'信息列表','pageId':'1638'}"
        return column("jpaas", f'<div class="con"><script parsetype="bulidstatic" url="/jpaas/page/build/unit" queryData="{given}"></script></div>')
    if query.get("pageId") != "1638":
        return None
    number = json.loads(query.get("paramJson", '{"pageNo":1}'))["pageNo"]
    html = f'<ul>{rows("jpaas", number * 12 - 11, number * 12)}</ul><div class="pagination" rows="12" count="{TOTAL}" pageNo="{number}"></div>'
    return json.dumps({"code": "200", "data": {"html": html}})


def trs(path: str, query: Query) -> str | None:
    number = int(re.sub(r"\D", "", path) or 0)
    return listed("trs", number + 1, pager=f'<script>createPageHTML(4, {number}, "index", "html");</script>') if number < 4 else None


def vsb(path: str, query: Query) -> str | None:
    found = re.fullmatch(r"/vsb/(?:list/(\d)\.htm)?", path)
    number = 5 - int(found.group(1) or 4) if found else 9
    return None if number > 4 else listed("vsb", number, pager=bar(number, 4, lambda n: f"/vsb/list/{5 - n}.htm" if n > 1 else "/vsb/"))


def gkmlpt(path: str, query: Query) -> str | None:
    if path == "/gkmlpt/":
        return column("gkmlpt", "<div id='app'></div><script>window._CONFIG={SID:'2000',COLUMN_ID:505}</script><script src='/gkmlpt/static/app.js'></script>")
    if path != "/gkmlpt/api/all/505" or query.get("sid") != "2000":
        return None
    number = int(query["page"])
    return json.dumps({"articles": [
        {**row, "url": row["url"], "created_at": "2019-01-01", "publishTime": row["publishTime"]}
        for row in objects("gkmlpt", number * 20 - 19, number * 20)
    ], "total": TOTAL})


def ucap(path: str, query: Query) -> str | None:
    if path == "/ucap/":
        return shell("ucap", "var channelId='abc';function list(page){$.ajax({url:'/ucap/search/'+channelId+'?_isJson=true&_pageSize=20&page='+page,"
                             "success:function(r){$('#list_ucap').html(r)}})}list(1);")
    number = int(query["page"])
    return json.dumps({"code": 200, "data": {"page": number, "rows": 20, "total": TOTAL, "results": [
        {**row, "publishedTimeStr": row["publishTime"]} for row in objects("ucap", number * 20 - 19, number * 20)]}})


def ls(path: str, query: Query) -> str | None:
    if path == "/ls/":
        return shell("ls", "Ls.ajaxGet({url:'/ls/label/8888',data:{labelName:'publicInfoList',pageSize:15,pageIndex:1,catId:32}}).done(function(h){$('#list_ls').html(h)})")
    number = int(query["pageIndex"])
    return f'<ul>{rows("ls", number * 15 - 14, number * 15)}</ul><div class="p">共 {TOTAL} 条</div>'


def asp(path: str, query: Query) -> str | None:
    if path != "/asp/list.asp" or query.get("classid") != "4":
        return None
    number = int(query.get("page", "1"))
    return listed("asp", number, pager=bar(number, 4, lambda n: f"list.asp?classid=4&page={n}"))


def gopage(path: str, query: Query) -> str | None:
    number = int(re.sub(r"\D", "", path) or 1)
    calls = f"<a href='javascript:goPage({number + 1})'>下一页</a><a href='javascript:goPage(4)'>尾页</a>" if number < 4 else ""
    pager = f"<div class='fy'><a href='javascript:goPage(1)'>首页</a>{calls}</div><script>function goPage(n){{var u=n==1?'/gopage/':'index_'+n+'.html';location.href=u}}</script>"
    return listed("gopage", number, pager=pager) if number < 5 else None


def inline(path: str, query: Query) -> str | None:
    return column("inline", f'<ul id="list_inline"></ul><script>var data = {json.dumps(objects("inline", 1, TOTAL), ensure_ascii=False)}; render(data);</script>')


def written(path: str, query: Query) -> str | None:
    lines = "".join(f"document.write('{row}</li>');\n" for row in rows("written", 1, TOTAL).split("</li>") if row)
    return column("written", f"<div class='list'><ul><script>{lines}</script></ul></div>")


def jsonp(path: str, query: Query) -> str | None:
    if path == "/jsonp/":
        return shell("jsonp", "$.ajax({url:'/jsonp/list.do',dataType:'jsonp',data:{cid:3,pageNo:1,pageSize:20},success:function(r){$('#list_jsonp').html(r)}})")
    number = int(query["pageNo"])
    return f"callback({json.dumps({'totalCount': TOTAL, 'list': objects('jsonp', number * 20 - 19, number * 20)})});"


def frame(path: str, query: Query) -> str | None:
    if path == "/frame/":
        return column("frame", '<iframe src="/frame/inner.jsp?page=1" width="100%" height="600"></iframe>')
    number = int(query["page"])
    return f"<html><body><ul>{rows('frame', number * 15 - 14, number * 15)}</ul>{bar(number, 4, lambda n: f'?page={n}')}</body></html>"


def load(path: str, query: Query) -> str | None:
    if path == "/load/":
        return shell("load", "$('#list_load').load('/load/rows.html?page=1&size=15')")
    number = int(query["page"])
    return f'<div>{rows("load", number * 15 - 14, number * 15)}</div><script>var totalCount = {TOTAL};</script>'


def static(path: str, query: Query) -> str | None:
    if path == "/static/":
        return shell("static", "$.getJSON('/static/data/list_1.json', function(r){$('#list_static').html(r)})")
    number = int(re.sub(r"\D", "", path))
    return json.dumps({"pageNo": number, "totalPages": 3, "data": objects("static", number * 20 - 19, number * 20)}) if number < 4 else None


def markup(path: str, query: Query) -> str | None:
    return listed("markup", 1, 60, pager="<div class='page'>共 52 条 <span>1</span></div>")


def select(path: str, query: Query) -> str | None:
    number = int(query.get("p", "1"))
    options = "".join(f'<option value="{n}">{n}</option>' for n in range(1, 5))
    return listed("select", number, pager=f"<div>第{number}页 下一页 <select onchange=\"location.href='/select/?p='+this.value\">{options}</select></div>")


def postback(path: str, query: Query) -> str | None:
    return listed("postback", 1, pager="<div><span>1</span><a href=\"javascript:__doPostBack('P','2')\">2</a><a href=\"javascript:__doPostBack('P','2')\">下一页</a></div>")


def refused(path: str, query: Query) -> str | None:
    if path == "/refused/":
        return jpagecall("/jpagecall/", {}).replace("jpagecall", "refused").replace(NAMES["jpagecall"], LOST["refused"])  # type: ignore[union-attr]
    return "<datastore><recordset></recordset></datastore>"


def gone(path: str, query: Query) -> str | None:
    return shell("gone", "$.getJSON('/gone/api/list?page=1', function(r){$('#list_gone').html(r)})") if path == "/gone/" else None


FAMILIES: dict[str, Callable[[str, Query], str | None]] = {
    one.__name__: one for one in (jpage, jpagecall, jpaas, trs, vsb, gkmlpt, ucap, ls, asp, gopage, inline, written, jsonp, frame, load,
                                  static, markup, select, postback, refused, gone)
}
TYPES = {"{": "application/json", "c": "text/javascript"}


def mailbox(path: str) -> str | None:
    """A mailbox whose letters stand in a frame."""
    if path == "/mail/":
        return column("jpage", '<iframe src="/mail/list.html" width="900" height="500"></iframe>').replace(NAMES["jpage"], "县长信箱")
    if path == "/mail/list.html":
        letters = "".join(
            f"<tr><td>2026{n:03}</td><td><a href='/mail/{n}.html'>关于第{n}条道路的咨询</a></td><td>2026-03-0{n}</td><td>已办结</td></tr>" for n in range(1, 6))
        return f"<html><body><table><tr><th>编号</th><th>来信标题</th><th>来信时间</th><th>办理状态</th></tr>{letters}</table></body></html>"
    found = re.fullmatch(r"/mail/(\d)\.html", path)
    return None if found is None else f"<html><head><title>关于第{found.group(1)}条道路的咨询</title></head><body><h1>关于第{found.group(1)}条道路的咨询</h1></body></html>"


def answer(handler: Handler) -> None:
    parts = urlsplit(handler.path)
    query = {name: given[0] for name, given in parse_qs(parts.query).items()}
    name = parts.path.split("/")[1]
    kind = "text/html; charset=utf-8"
    text: str | None = None
    content = re.fullmatch(r"/(\w+)/content/(\d+)\.html", parts.path)
    if parts.path == "/":
        anchors = "".join(f'<li><a href="{ENTRIES.get(one, f"/{one}/")}">{label}</a></li>' for one, label in ({**NAMES, **LOST, "mail": "县长信箱"}).items())
        feed = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        text = f"<html><head><meta charset='utf-8'><title>示例县人民政府</title>{feed}</head><body><ul>{anchors}</ul></body></html>"
    elif parts.path == "/robots.txt":
        text, kind = f"User-agent: *\nDisallow: /private/\nSitemap: http://{handler.headers['Host']}/maps/index.xml\n", "text/plain"
    elif content and content.group(1) in ({**NAMES, **LOST}) and 0 < int(content.group(2)) <= TOTAL + 3:
        text = article(content.group(1), int(content.group(2)))
    elif parts.path in ("/maps/index.xml", "/rss.xml"):
        text, kind = feeds(parts.path, f"http://{handler.headers['Host']}"), "text/xml"
    elif parts.path == "/maps/one.xml.gz":
        handler.send(200, gzip.compress(feeds(parts.path, f"http://{handler.headers['Host']}").encode()), {"Content-Type": "application/x-gzip"})
        return
    elif name == "mail":
        text = mailbox(parts.path)
    elif name in FAMILIES:
        text = FAMILIES[name](parts.path, query)
        kind = TYPES.get((text or " ")[0], "text/xml" if (text or "").startswith("<?xml") else kind)
    if text is None:
        handler.send(404, b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>")
    else:
        handler.send(200, text.encode(), {"Content-Type": kind})


def feeds(path: str, root: str) -> str:
    if path == "/maps/index.xml":
        return f"<sitemapindex><sitemap><loc>{root}/maps/one.xml.gz</loc></sitemap><sitemap><loc>http://other.example.com/s.xml</loc></sitemap></sitemapindex>"
    if path == "/rss.xml":
        return f"<rss><channel><item><title>x</title><link>{root}{href('trs', TOTAL + 1)}</link></item></channel></rss>"
    return f"<urlset><url><loc>{root}{href('trs', TOTAL + 2)}</loc></url><url><loc>{root}{href('trs', 1)}</loc></url><url><loc>{root}/nowhere/never.html</loc></url></urlset>"


@dataclass
class Crawled:
    site: Site
    reader: SnapshotReader
    inspected: Inspected

    def column(self, name: str) -> Column:
        where = self.site.url + ENTRIES.get(name, f"/{name}/")
        return next(column for column in self.inspected.columns if column.url == where)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    site = Site({})
    site.missing = answer
    path: Path = tmp_path_factory.mktemp("families") / "run.sqlite"
    with serving(site):
        outcome = crawl(CrawlJob(
            snapshot=path, site="示例县", start=(f"{site.url}/",), delay_seconds=0.0, retry_delay_seconds=0.1, timeout_seconds=5.0,
            check_external_links=False, render_javascript="never",
        ))
    assert outcome.ended == "finished"
    reader = SnapshotReader(path)
    yield Crawled(site, reader, Inspected(reader))
    reader.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_item_of_every_column(crawled: Crawled, name: str) -> None:
    column = crawled.column(name)
    root = crawled.site.url
    assert column.name == NAMES[name]
    assert {(item.title, item.href, item.date) for item in column.items} == {
        (title(name, n), root + href(name, n), day(n)) for n in range(1, TOTAL + 1)
    }
    assert len(column.items) == TOTAL
    assert all(root + href(name, n) in crawled.inspected.pages for n in range(1, TOTAL + 1))
    assert (column.complete, column.script_filled) == (True, False)


def test_nothing_else_is_a_column(crawled: Crawled) -> None:
    assert sorted(column.name for column in crawled.inspected.columns) == sorted([*NAMES.values(), *LOST.values(), "县长信箱"])


def test_what_cannot_be_reached_is_known_to_be_missing(crawled: Crawled) -> None:
    assert [len(crawled.column(name).items) for name in ("postback", "refused", "gone")] == [15, 18, 0]
    assert [crawled.column(name).complete for name in ("postback", "refused")] == [False, False]
    assert crawled.column("gone").script_filled


def context() -> Context:
    return Context(as_of=date(2026, 11, 20), plan_year=2026, calendar=load_calendar())


def test_a_derived_address_that_fails_is_no_dead_link_and_no_empty_column(crawled: Crawled) -> None:
    links = dead_link.run(crawled.inspected, dead_link.Parameters(), context())
    assert [observation.target for observation in links.observations] == []
    columns = empty_column.run(crawled.inspected, empty_column.Parameters(), context())
    assert [(one.verdict, one.column) for one in columns.observations] == [("unverified", LOST["gone"])]


def test_letters_in_a_frame_are_the_mailboxes(crawled: Crawled) -> None:
    assert len(crawled.inspected.letters) == 5
    mailbox = crawled.column("mail")
    assert not mailbox.script_filled
    assert crawled.site.url + "/mail/list.html" in {page.url for page in mailbox.pages}


def test_sitemaps_and_feeds_add_addresses_and_nothing_else(crawled: Crawled) -> None:
    root, pages = crawled.site.url, crawled.inspected.pages
    assert root + href("trs", TOTAL + 1) in pages
    assert root + href("trs", TOTAL + 2) in pages
    assert not any("maps" in url or "rss" in url or "sitemap" in url for url in pages)
    assert crawled.reader.sources(root + href("trs", TOTAL + 2)) == []
    assert {target.role for url, target in crawled.reader.targets.items() if "maps" in url or url.endswith(("rss.xml", "sitemap.xml"))} == {"sitemap"}
    assert {source.url for source in crawled.reader.sources(root + href("trs", 1))} == {root + "/trs/"}
    assert crawled.inspected.link_counts[root + href("trs", 1)] == 1
    assert crawled.reader.targets[root + href("trs", TOTAL + 2)].depth > crawled.reader.targets[root + href("trs", 1)].depth


def test_nothing_is_asked_twice_or_posted(crawled: Crawled) -> None:
    twice = {path for path, count in crawled.site.asked.items() if count > 1}
    assert not {path for path in twice if "/xj-" not in path and path not in ("/robots.txt", "/gone/api/list?page=1", "/nowhere/never.html")}
