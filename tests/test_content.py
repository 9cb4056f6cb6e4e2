"""The content area: paragraphs in whatever element a system wraps them in."""

from __future__ import annotations

import pytest

from crawler.extract.reading import read_page

PARAGRAPHS = "".join(f"<p>第{n}段：会议研究了年度重点任务的推进情况，要求各单位按期完成。</p>" for n in range(6))
PAGE = """<html><head><title>工作会议召开</title></head><body><div><a href="/">首页</a> &gt; <a href="/dt/">动态</a></div>
<div><h1>全县重点工作会议召开</h1><div>发布日期：2026-11-03 来源：县政府办公室</div>{body}
<div>上一篇：<a href="/a.html">没有了</a></div></div><div>主办单位：县政府办公室 ICP备00000001号</div></body></html>"""


@pytest.mark.parametrize("wrapper", ["div", "ucapcontent", "font", "span", "trs-editor", "article", "zoom"])
def test_the_text_is_read_in_any_wrapper(wrapper: str) -> None:
    body = PAGE.format(body=f"<div><{wrapper}>{PARAGRAPHS}</{wrapper}></div>")
    text = read_page(body.encode(), "http://www.example.gov.cn/dt/1.html").text
    assert text.startswith("第0段")
    assert "第5段" in text
    assert "上一篇" not in text


@pytest.mark.parametrize("wrapper", ["ucapcontent", "font", "span", "trs-editor"])
def test_the_wrapper_may_stand_alone(wrapper: str) -> None:
    body = PAGE.format(body=f"<{wrapper}>{PARAGRAPHS}</{wrapper}>")
    text = read_page(body.encode(), "http://www.example.gov.cn/dt/1.html").text
    assert "第0段" in text
    assert "第5段" in text
    assert "ICP备" not in text
