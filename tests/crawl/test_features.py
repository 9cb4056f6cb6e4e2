"""The site's search is asked once with a title the crawl read: by GET, at the site's own host, robots obeyed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote_plus

import pytest

from crawler.extract.parsed import parse_page
from crawler.run import CrawlJob, crawl
from crawler.snapshot.reader import SnapshotReader
from crawler.snapshot.records import SiteFeatures
from crawler.spiders.features import search_form
from crawler.urls import Scope

from .server import Answer, Site, serving

TITLE = "示例县防汛抗旱应急预案编制工作方案"
ARTICLE = f"""<html><head><meta charset="utf-8"><title>{TITLE}</title><meta name="ArticleTitle" content="{TITLE}">
<meta name="PubDate" content="2024-03-05"></head><body><div>当前位置：<a href="/">首页</a> &gt; <a href="/">通知公告</a></div>
<h1>{TITLE}</h1><p>发布日期：2024-03-05　来源：示例县水利局</p><div>{"为做好防汛抗旱工作，制定本方案。" * 30}</div></body></html>"""
FORM = '<form action="/s.do" method="{}"><input type="hidden" name="site" value="1"><input name="q" placeholder="请输入关键字"><button>搜索</button></form>'
RESULTS = f"<html><head><meta charset='utf-8'><title>搜索结果</title></head><body><p>共找到 1 条结果</p><ul><li><a href='/a.html'>{TITLE}</a></li></ul></body></html>"


def home(form: str) -> str:
    return (
        "<html><head><meta charset='utf-8'><title>示例县人民政府</title></head><body>"
        f"{form}<p>要闻</p><a href='/a.html'>{TITLE}</a></body></html>"
    )


def text(body: str, status: int = 200) -> Answer:
    return lambda handler: handler.send(status, body.encode())


def asked(tmp_path: Path, site: Site, **job: object) -> SiteFeatures:
    """Crawl and return what came of trying the site's features."""
    with serving(site):
        crawl(CrawlJob(
            snapshot=tmp_path / "run.sqlite", site="x", start=(f"{site.url}/",), delay_seconds=0.0, retry_delay_seconds=0.1,
            timeout_seconds=5.0, render_javascript="never", **job,  # type: ignore[arg-type]
        ))
    reader = SnapshotReader(tmp_path / "run.sqlite")
    features = reader.features
    reader.close()
    return features


SEARCH = f"/s.do?site=1&q={quote_plus(TITLE)}"


def test_a_search_that_finds_the_page(tmp_path: Path) -> None:
    site = Site({"/": text(home(FORM.format("get"))), "/a.html": text(ARTICLE), SEARCH: text(RESULTS)})
    search = asked(tmp_path, site).search
    assert search is not None and search.fetch is not None
    assert (search.why, search.words, search.fetch.outcome, search.found) == ("asked", TITLE, "ok", True)
    assert site.asked[SEARCH] == 1


def test_a_search_that_breaks_is_asked_twice(tmp_path: Path) -> None:
    site = Site({"/": text(home(FORM.format("get"))), "/a.html": text(ARTICLE), SEARCH: text("出错", 500)})
    search = asked(tmp_path, site).search
    assert search is not None and search.fetch is not None
    assert (search.fetch.outcome, search.fetch.status, search.fetch.attempts) == ("http-error", 500, 2)
    assert site.asked[SEARCH] == 2


def test_a_form_that_posts_is_never_sent(tmp_path: Path) -> None:
    site = Site({"/": text(home(FORM.format("post"))), "/a.html": text(ARTICLE), SEARCH: text(RESULTS)})
    features = asked(tmp_path, site)
    assert features.search is not None and features.search.why == "no-form"
    assert not any(path.startswith("/s.do") and "?" in path for path in site.asked)


def test_robots_are_obeyed(tmp_path: Path) -> None:
    site = Site({
        "/": text(home(FORM.format("get"))), "/a.html": text(ARTICLE), SEARCH: text(RESULTS),
        "/robots.txt": lambda handler: handler.send(200, b"User-agent: *\nDisallow: /s.do\n", {"Content-Type": "text/plain"}),
    })
    search = asked(tmp_path, site).search
    assert search is not None and search.fetch is not None and search.fetch.outcome == "robots"
    assert site.asked[SEARCH] == 0


def test_on_loopback_neither_https_nor_names_are_asked(tmp_path: Path) -> None:
    features = asked(tmp_path, Site({"/": text(home("")), "/a.html": text(ARTICLE)}))
    assert (features.https, features.ipv6) == (None, None)


@pytest.mark.parametrize(("markup", "address"), [
    (FORM.format("get"), f"http://www.x.gov.cn/s.do?site=1&q={quote_plus('甲乙')}"),
    ('<form action="search"><select name="r"><option value="1">标题</option></select><input type=search name=w></form>',
     f"http://www.x.gov.cn/search?r=1&w={quote_plus('甲乙')}"),
    ('<form action="http://so.other.cn/s"><input name="q" placeholder="搜索"></form>', None),
    ('<form action="/login"><input name="user"><input type="password" name="p"><button>查询</button></form>', None),
    ('<form action="/mail/query"><input name="q" placeholder="请输入查询码"><button>查询</button></form>', None),
    ('<form action="/sub" method=POST><input name="q" placeholder="搜索"></form>', None),
    ('<form action="/a"><input name="a"><input name="b"><input name="c"><button>搜索</button></form>', None),
    ('<form onsubmit="return go()"><input id="q"><button>搜索</button></form>', None),
])
def test_search_forms(markup: str, address: str | None) -> None:
    page = parse_page(f"<html><meta charset=utf-8><body>{markup}</body></html>".encode(), "http://www.x.gov.cn/")
    form = search_form(page, Scope.of(["www.x.gov.cn"]))
    assert (form.address("甲乙") if form else None) == address


def test_the_pages_own_encoding_is_used() -> None:
    body = "<html><meta charset=gb2312><body><form action='/s'><input name=q><button>搜索</button></form></body></html>"
    form = search_form(parse_page(body.encode("gbk"), "http://www.x.gov.cn/"), Scope.of(["www.x.gov.cn"]))
    assert form is not None and form.address("甲") == "http://www.x.gov.cn/s?q=%BC%D7"
