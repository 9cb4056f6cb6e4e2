"""Links of a page: what counts as one, where it leads, which words it carries."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cms.addresses import Resolver
from crawler.extract.links import find_links
from crawler.extract.parsed import parse_page
from crawler.extract.reading import read_page
from crawler.snapshot.records import Link
from crawler.urls import AddressError, canonical

SHARED = Path(__file__).parents[1].parent / "shared" / "pages"
URL = "http://www.example.gov.cn/zwgk/tzgg/index.html"
DIR = "http://www.example.gov.cn/zwgk/tzgg/"


def links(body: str, head: str = "", url: str = URL) -> list[Link]:
    return find_links(parse_page(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url))


def hrefs(body: str, head: str = "") -> list[str]:
    return [link.href for link in links(body, head)]


@pytest.mark.parametrize(("written", "absolute"), [
    ("t1.html", DIR + "t1.html"),
    ("./202601/t1.html", DIR + "202601/t1.html"),
    ("../../hdjl/", "http://www.example.gov.cn/hdjl/"),
    ("/hdjl/x.html#part", "http://www.example.gov.cn/hdjl/x.html"),
    ("?page=2", URL + "?page=2"),
    ("//cdn.example.cn/a.html", "http://cdn.example.cn/a.html"),
    ("https://WWW.Example.cn:443/a", "https://www.example.cn/a"),
    (" \n t1.html \t", DIR + "t1.html"),
    ("http://www.exa\nmple.cn/a", "http://www.example.cn/a"),
    ("..\\a\\t1.html", "http://www.example.gov.cn/zwgk/a/t1.html"),
    ("/a b.html", "http://www.example.gov.cn/a%20b.html"),
    ("附件.doc", DIR + "%E9%99%84%E4%BB%B6.doc"),
    ("/x.html?a=1&amp;b=2", "http://www.example.gov.cn/x.html?a=1&b=2"),
    ("HTTP://www.example.cn/", "http://www.example.cn/"),
    ("www.example.cn/a", DIR + "www.example.cn/a"),
])
def test_addresses_are_resolved(written: str, absolute: str) -> None:
    assert hrefs(f'<a href="{written}">某个链接</a>') == [absolute]


@pytest.mark.parametrize(("written", "kept"), [
    ("file:///C:/Users/a/1.doc", "file:///C:/Users/a/1.doc"),
    ("C:\\Users\\a\\1.doc", "file:///C:/Users/a/1.doc"),
    ("\\\\192.168.1.2\\share\\1.doc", "file:///192.168.1.2/share/1.doc"),
    ("http://", "http://"),
    ("http://www.exa mple.cn/", "http://www.exa mple.cn/"),
    ("http://[/a", "http://[/a"),
    ("htpp://www.example.cn/", "htpp://www.example.cn/"),
    ("ftp://ftp.example.cn/a.zip", "ftp://ftp.example.cn/a.zip"),
    ("http://10.1.2.3/oa", "http://10.1.2.3/oa"),
    ("http://localhost:8080/x", "http://localhost:8080/x"),
    ("http://http://www.example.cn/", "http://http//www.example.cn/"),
])
def test_addresses_of_no_use_survive(written: str, kept: str) -> None:
    assert hrefs(f'<a href="{written}">某个链接</a>') == [kept]


@pytest.mark.parametrize("written", [
    "javascript:;", "javascript:void(0)", " JavaScript:history.go(-1)", "javascript&#58;void(0)", "mailto:a@example.cn", "tel:0531-12345", "#",
    "#top", "", "   ", "data:image/png;base64,AAAA", "about:blank", "sms:10086", "weixin://dl", "tencent://message/?uin=1", "thunder://QUE=",
    "{{item.url}}", "${url}", "<%=url%>", "'+url+'", "javasript:void(0)", "blob:http://x/1",
])
def test_what_is_no_link(written: str) -> None:
    assert hrefs(f'<a href="{written}">某个链接</a>') == []


def test_no_link_without_an_address() -> None:
    assert hrefs("<a name='top'>锚</a><a hhref='t1.html'>错写</a><!-- <a href='t2.html'>注释</a> --><p>http://www.example.cn/</p>") == []


@pytest.mark.parametrize(("anchor", "words"), [
    ("<a href='a'>关于  某事\n的通知</a>", "关于 某事 的通知"),
    ("<a href='a'><font>关于</font><b>某事</b>的通知</a>", "关于某事的通知"),
    ("<a href='a' title='全称'>简称</a>", "简称"),
    ("<a href='a' title='关于某事的通知全文'>关于某事...</a>", "关于某事的通知全文"),
    ("<a href='a' title='关于某事的通知全文'>关于某事…</a>", "关于某事的通知全文"),
    ("<a href='a' title='点击查看'>关于某事...</a>", "关于某事..."),
    ("<a href='a' title='无文字的链接'><i class='icon'></i></a>", "无文字的链接"),
    ("<a href='a'><img src='p.png' alt='图上的字'></a>", "图上的字"),
    ("<a href='a'>关于<script>document.write('x')</script>某事</a>", "关于某事"),
    ("<a href='a'></a>", ""),
])
def test_words_of_links(anchor: str, words: str) -> None:
    assert next(link.text for link in links(anchor) if link.element == "a") == words


def test_long_words_are_cut_at_two_hundred_characters() -> None:
    assert [len(link.text) for link in links(f"<a href='a'>{'长' * 900}</a>")] == [200]


def test_kinds_of_elements() -> None:
    body = """<a href="a.html">文字</a><map><area href="area.html" alt="区域"></map><img src="p.png" alt="图片"><iframe src="f.html"></iframe>
    <img src="data:image/gif;base64,R0"><select onchange="window.open(this.value)"><option value="">友情链接</option>
    <option value="http://www.other.cn/">其他网站</option></select><span onclick="location.href='/s.html'">点我</span>
    <a href="javascript:window.open('/w.html')">弹出</a><a href="#" onclick="window.open('/v.html','_blank');return false">查看</a>
    <a href="javascript:void(0)" onclick="window.open('/share?u='+location.href)">分享</a>"""
    found = links(body, "<meta http-equiv='Refresh' content='5; URL=http://www.example.gov.cn/'>")
    assert [(link.href.removeprefix("http://www.example.gov.cn"), link.element, link.text) for link in found] == [
        ("/zwgk/tzgg/a.html", "a", "文字"), ("/zwgk/tzgg/area.html", "area", "区域"), ("/zwgk/tzgg/p.png", "img", "图片"),
        ("/zwgk/tzgg/f.html", "frame", ""), ("/w.html", "script", "弹出"), ("/v.html", "script", "查看"), ("/", "meta", ""),
        ("/s.html", "script", "点我"), ("http://www.other.cn/", "script", "其他网站")]


def test_frames_of_a_frameset() -> None:
    page = parse_page(b"<html><frameset cols='20%,80%'><frame src='l.html'><frame src='r.html'></frameset></html>", URL)
    assert [(link.href, link.element) for link in find_links(page)] == [(DIR + "l.html", "frame"), (DIR + "r.html", "frame")]


def test_records_of_a_datastore_are_links() -> None:
    body = """<div><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/dataproxy.jsp?page=1"></a>]]></nextgroup><recordset>
    <record><![CDATA[<li><a href="/art/1.html" title="一号文件">一号...</a></li>]]></record></recordset></datastore></script></div>"""
    assert links(body) == [Link(href="http://www.example.gov.cn/art/1.html", text="一号文件", element="cms")]


def test_one_link_for_each_address_and_element() -> None:
    found = links("<a href='a.html'></a><a href='./a.html'>有字</a><a href='a.html#x'>又有字</a><img src='a.html'>")
    assert found == [Link(href=DIR + "a.html", text="有字", element="a"), Link(href=DIR + "a.html", text="", element="img")]


def test_the_base_element_counts() -> None:
    assert hrefs("<a href='a.html'>甲</a><a href='/b.html'>乙</a><a href='?c'>丙</a>", "<base href='http://base.example.cn/x/'>") == [
        "http://base.example.cn/x/a.html", "http://base.example.cn/b.html", "http://base.example.cn/x/?c"]


def test_speed_on_pages_with_a_shared_navigation() -> None:
    nav = "".join(f"<li><a href='/c{n}/index.html'>栏目{n}</a></li>" for n in range(110))
    pages = [parse_page((f"<ul>{nav}</ul>" + "".join(f"<a href='t{n}.html'>第{n}条</a>" for n in range(30))).encode(), f"{DIR}{at}/index.html")
             for at in range(60)]
    find_links(pages[0])
    start = time.process_time()
    counts = {len(find_links(page)) for page in pages[1:]}
    each = (time.process_time() - start) / 59
    print(f"{each * 1000:.2f} ms a page of 140 links")
    assert counts == {140}
    assert each < 0.01


def test_recorded_pages_give_links() -> None:
    home = SHARED / "home" / "www.xinxiang.gov.cn-1.html"
    if not home.exists():
        pytest.skip("the recorded pages are not on this machine")
    found = find_links(parse_page(home.read_bytes(), "http://www.xinxiang.gov.cn/"))
    assert len(found) > 300
    assert not [link for link in found if link.href.startswith(("javascript", "#", "mailto"))]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("abC:/\\.#?&=%[]{}@ 中\n\t;'+-0123456789_<>\x00\u2028")), max_size=40))
def test_any_address_gives_a_link_or_none(written: str) -> None:
    for link in links(f'<a href="{written}">字</a><iframe src="{written}"></iframe><meta http-equiv=refresh content="0;url={written}">'):
        assert link.href
        assert link.href == link.href.strip()


STEPS = ["a", "index.html", "..", ".", "b-c", "_x", "1", "", "...", "a.b", "%41", "?p=1", "#f", "中", "x;jsessionid=1"]
BASES = ["http://h.cn", "http://h.cn/", "http://h.cn/a/b/c.html", "http://H.cn:80/a/b/", "https://h.cn/a/../b/x.jsp?q=1"]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6).map("/".join), st.booleans(), st.sampled_from(BASES))
def test_short_cuts_of_resolving_change_nothing(path: str, rooted: bool, base: str) -> None:
    written = "/" + path if rooted else path
    if written.strip("/") and not written.startswith(("//", "#")):
        try:
            wanted = canonical(written, base)
        except AddressError:
            return
        assert Resolver(base)(written) == wanted


def test_a_query_is_sent_in_the_charset_of_its_page() -> None:
    html = '<html><head><meta charset="gb2312"></head><body><a href="list.asp?type=通知&amp;x=1">通知公告</a>' \
        "<a href='/目录/a.asp?k=文'>目录</a><a href=/b.asp?k=1>其他</a>这是一页用国标码写的网页，不是统一码</body></html>"
    in_gb = [link.href for link in read_page(html.encode("gb18030"), "http://a.cn/t/").links]
    in_utf8 = [link.href for link in read_page(html.replace("gb2312", "utf-8").encode(), "http://a.cn/t/").links]
    path = "http://a.cn/%E7%9B%AE%E5%BD%95/a.asp"
    assert in_gb == ["http://a.cn/t/list.asp?type=%CD%A8%D6%AA&x=1", f"{path}?k=%CE%C4", "http://a.cn/b.asp?k=1"]
    assert in_utf8 == [
        "http://a.cn/t/list.asp?type=%E9%80%9A%E7%9F%A5&x=1", f"{path}?k=%E6%96%87", "http://a.cn/b.asp?k=1",
    ]
