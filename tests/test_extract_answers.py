"""What an answer is beyond its text: template signatures, redirects a page makes itself, shells only script fills."""

from __future__ import annotations

import pytest

from crawler.extract.reading import read_page
from crawler.snapshot.records import PageRecord

BASE = "http://www.example.gov.cn"
MENU = "".join(f"<li><a href='/c{n}/'>栏目{n}</a></li>" for n in range(30))


def record(html: str, path: str = "/a/b.html") -> PageRecord:
    return read_page(html.encode(), BASE + path).record


def not_found(path: str, time: str) -> str:
    return (f"<html><head><title>示例县人民政府</title></head><body><ul>{MENU}</ul><div><img src='/404.png'>"
            f"<p>您访问的地址 {BASE}{path} 暂时没有内容</p><p>{time}</p></div></body></html>")


def test_one_template_has_one_signature_whatever_it_echoes() -> None:
    one = record(not_found("/xxgk/qx8f3.html", "2026-11-20 08:00:01"), "/xxgk/qx8f3.html").signature
    other = record(not_found("/zwgk/2026/nothing-here.shtml?id=7", "2026-11-21 23:59:59"), "/zwgk/2026/nothing-here.shtml?id=7")
    assert one == other.signature


@pytest.mark.parametrize(("one", "other"), [("/qx8f3zz", "/nothing"), ("/a/b/c.html", "/zzz.jsp?x=1")])
def test_an_english_stub_has_one_signature_too(one: str, other: str) -> None:
    def stub(path: str) -> str:
        return f"<html><head><title>Error</title></head><body><h1>Object missing</h1><p>{path} does not exist.</p></body></html>"

    assert record(stub(one), one).signature == record(stub(other), other).signature


def test_pages_that_say_other_things_have_other_signatures() -> None:
    article = not_found("/x.html", "").replace("暂时没有内容", "公布县城供水管网改造工程进展情况")
    signatures = {record(not_found("/x.html", "")).signature, record(article).signature,
                  record(f"<title>示例县人民政府</title><ul>{MENU}</ul>").signature}
    assert len(signatures) == 3


@pytest.mark.parametrize(("html", "target"), [
    ("<meta http-equiv='refresh' content='5;url=http://www.example.gov.cn/'>", f"{BASE}/"),
    ("<META HTTP-EQUIV=Refresh CONTENT=\"0; URL='../index.html'\">", f"{BASE}/index.html"),
    ("<meta http-equiv='refresh' content='600'>", None),
    ("<meta http-equiv='refresh' content='30;url=/a/b.html'>", None),
    ("<!-- <meta http-equiv='refresh' content='0;url=/x.html'> -->", None),
    ("<noscript><meta http-equiv='refresh' content='0;url=/nojs.html'></noscript><p>正文</p>", None),
    ("<script>window.location.href = '/new/';</script>", f"{BASE}/new/"),
    ("<script>location.replace(\"http://www.example.gov.cn/new/index.html\")</script>", f"{BASE}/new/index.html"),
    ("<script>if(/Mobile/.test(navigator.userAgent)){location.href='/m/';}</script>", None),
    (f"<ul>{MENU}</ul><p>{'全县上下认真学习贯彻会议精神。' * 30}</p><script>function go(){{location.href='/x/'}}</script>", None),
])
def test_where_a_page_sends_its_reader(html: str, target: str | None) -> None:
    assert record(f"<html><head><title>页面</title></head><body>{html}</body></html>").refresh_to == target


@pytest.mark.parametrize(("html", "shell"), [
    ("<div id='app'></div><script src='/js/app.8f3.js'></script>", True),
    ("<noscript>请启用 JavaScript</noscript><app-root></app-root><script src='main.js'></script>", True),
    ("<script>document.cookie='__jsl_clearance=1';location.reload()</script>", True),
    (f"<div id='app'><ul>{MENU}</ul></div><script src='/js/app.js'></script>", False),
    ("<p>全县上下认真学习贯彻会议精神，推动各项任务落地见效，确保完成年度目标，让群众满意，让组织放心，让基层减负，持续改进作风，不断开创新局面。</p>"
     "<script src='a.js'></script>", False),
    ("<p>栏目正在建设</p>", False),
])
def test_shells_that_only_script_fills(html: str, shell: bool) -> None:
    assert record(f"<html><head><title>示例县</title></head><body>{html}</body></html>").script_shell is shell


def test_relative_links_resolve_against_the_base_the_page_names() -> None:
    page = ("<html><head><base href='http://file.example.gov.cn/2026/'><title>通知</title></head><body><h1>关于防汛工作的通知</h1>"
            "<p>发布时间：2026-05-01</p><p>附件：<a href='fj.pdf'>方案.pdf</a></p></body></html>")
    assert [link.href for link in record(page).attachments] == ["http://file.example.gov.cn/2026/fj.pdf"]
