"""Hostile and wrecked input: a reading always comes back, in bounded time."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extract.charset import decode
from crawler.extract.dates import chinese_number, find_dates, month_day, parse_date
from crawler.extract.labels import as_labels
from crawler.extract.reading import read_page

URL = "http://www.example.gov.cn/zwgk/1.html"
WORDS = st.sampled_from([
    "当前位置：", "首页", " > ", "来源：", "发布时间：", "2024-06-12", "二〇二四年六月", "〔2024〕8号", "索引号：", "主动公开", "附件：",
    "相关解读：", "（此件公开发布）", "页面不存在", "404", "落款", "　", "\x1f", "\x00", "\ufeff", "𠀀", "&nbsp;", "&#0;", "&#xD800;", "]]>", "-->",
])
TAGS = st.sampled_from([
    "<div>", "</div>", "<p>", "</p>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<a href='x.html'>", "</a>", "<a href='javascript:;'>",
    "<a href='http://[::1'>", "<base href='http://[x'>", "<meta name='ArticleTitle' content='标题'>", "<meta http-equiv=refresh content='0;url=http://['>",
    "<title>", "</title>", "<script>", "</script>", "document.write('来源：'+x+'", "<!--", "<![CDATA[", "<h1>", "<ul><li>", "<br/>", "<frameset>",
    "<div style='display:none'>", "<span>", "</span>", "<th>", "<dl><dt>", "<dd>", "<iframe src=x>", "<svg><title>", "<select><option>",
    "<?xml version='1.0' encoding='utf-16'?>", "<html xmlns='http://www.w3.org/1999/xhtml'>", "<o:p>", "<body>", "<head>", "<img src=404.png>",
])
SOUP = st.lists(st.one_of(TAGS, WORDS, st.text(max_size=12)), max_size=60).map("".join)
PLENTY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(st.binary(max_size=400))
@PLENTY
def test_any_bytes_are_read(body: bytes) -> None:
    reading = read_page(body, URL)
    assert reading.record.page_kind
    assert set(as_labels(reading, URL)) >= {"title", "attributes", "listing"}


@given(SOUP, st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-le"]))
@PLENTY
def test_any_soup_of_markup_is_read(html: str, encoding: str) -> None:
    record = read_page(html.encode(encoding, "replace"), URL).record
    assert (record.page_kind == "error") == record.error_page
    for day in (record.published, record.published_tag):
        assert day is None or date.fromisoformat(day[:10])
    assert all(link.href for link in (*record.related, *record.attachments))


@given(st.text(max_size=60), st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_address_and_header_will_do(url: str, header: str) -> None:
    assert read_page("<title>标题</title><a href='x'>链接</a>".encode(), url, content_type=header).record


@given(st.text(alphabet="0123456789年月日-—/.:：∶ 〇○零一二三四五六七八九十廿元正时分T[]\x1f２０", max_size=40))
@settings(max_examples=500, deadline=None)
def test_dates_found_are_days_of_the_calendar(text: str) -> None:
    for found in find_dates(text):
        assert date.fromisoformat(found.day).isoformat() == found.day
        assert 0 <= found.start < found.end <= len(text)
        assert not found.time or (int(found.time[:2]) < 24 and int(found.time[3:]) < 60)
    assert parse_date(text) is None or date.fromisoformat(str(parse_date(text))[:10])
    pair = month_day(text)
    assert pair is None or date(2024, *pair)
    assert chinese_number(text) is None or text


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_dates_never_fail_on_text(text: str) -> None:
    assert [found for found in find_dates(text) if found.end > len(text)] == []


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_every_encoding_of_a_page_gives_its_text(encoding: str) -> None:
    html = "<html><head><title>示例县人民政府关于河道管理的通告</title></head><body><p>为加强河道管理，保障防洪安全。</p></body></html>"
    text, _ = decode(html.encode(encoding))
    assert text == html


@pytest.mark.parametrize(("declared", "encoding"), [
    ('<meta charset="gb2312">', "utf-8"), ('<meta http-equiv=Content-Type content="text/html; charset=unicode">', "utf-8"),
    ('<meta charset="utf-8">', "gb18030"), ('<meta charset="utf-16">', "utf-8"), ('<meta charset="zip">', "gb18030"), ("", "gb18030"),
])
def test_a_wrong_declaration_is_not_believed(declared: str, encoding: str) -> None:
    html = f"<html><head>{declared}</head><body>政务公开工作要点落实情况，敬请监督。</body></html>"
    assert decode(html.encode(encoding))[0] == html


def test_a_torn_last_character_does_not_spoil_a_page() -> None:
    body = ("<p>" + "政务公开工作要点" * 50 + "</p>").encode()[:-5]
    assert decode(body)[0].startswith("<p>政务公开工作要点")


@pytest.mark.parametrize("html", [
    "<div>" * 100_000 + "文", "<p>字<span>" * 60_000, "<font>首页 &gt; " * 50_000, "<table><tr>" + "<td>索引号</td>" * 60_000,
    "<p>" + "-" * 400_000, "<p>索引号：</p>" * 60_000, "（此件" * 100_000, "当前位置：" * 100_000, "<title>" + "a" * 500_000,
    "<p>" + "2024-" * 200_000, "<p>" + "x" * 2_000_000, "<div>相关解读：<ul><li><a href=x>政策解读之一</a></li></ul></div>" * 8_000,
    "<p>首页" + "&gt;" * 100_000, "<script>" + "location.href=" * 40_000, "二〇二〇年" * 100_000, "来源：" * 100_000,
], ids=lambda html: html[:24])
def test_a_giant_page_takes_seconds_at_most(html: str) -> None:
    begun = time.process_time()
    assert read_page(html.encode(), URL).record.page_kind
    assert time.process_time() - begun < 8
