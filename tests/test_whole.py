"""What a page says of its own, outside its text as well: tabs, hidden blocks, menus, footers, what its like say too."""

from __future__ import annotations

from datetime import date

import pytest
from casework import Case, site_of

from checks.site import Site
from checks.whole import Whole, field_told, whole_of
from crawler.snapshot.reader import Page

_TEXT = "".join(f"<p>第{number}条　各单位要按照职责分工抓好落实，及时报送工作情况。</p>" for number in "一二三四五六")


def _whole(*middles: str) -> Whole:
    return whole_of(*_first(*middles))


def _first(*middles: str) -> tuple[Site, Page]:
    pages = [
        {"url": f"/tz/{number}.html", "column": "通知公告", "title": f"关于某事项的通知之{number}", "html": middle}
        for number, middle in enumerate(middles)
    ]
    site = site_of(Case("stale-column", "", date(2026, 11, 20), {}, {"pages": pages}))
    return site, next(page for url, page in site.pages.items() if url.endswith("/tz/0.html"))


def test_blocks_beside_the_text_are_its_own() -> None:
    assert "收到意见三条" in _whole(f"<div>{_TEXT}</div><div><p>收到意见三条</p></div>").own


def test_what_a_tab_opens_is_its_own() -> None:
    whole = _whole(f'<div class="p">{_TEXT}</div><div class="p" style="display:none"><p>收到意见三条</p></div>')
    assert "收到意见三条" in whole.own
    assert not whole.hidden


def test_what_no_tab_opens_is_hidden() -> None:
    whole = _whole(f'<div>{_TEXT}</div><div id="t" style="display: none"><p>收到意见三条</p></div>')
    assert whole.hidden == ("收到意见三条",)
    assert "收到意见三条" not in whole.shown


def test_links_alone_and_footers_are_not_its_own() -> None:
    shown = _whole(f"<div>{_TEXT}</div><ul><li><a href='/a.html'>收到意见三条</a></li></ul>").shown
    assert not any("收到意见" in line or "备" in line or "主办" in line for line in shown)


def test_what_its_like_say_too_is_alike() -> None:
    other = f"<div>{_TEXT}</div><p>收到意见三条</p>"
    whole = _whole(f"{other}<p>采纳两条</p>", other, other)
    assert "收到意见三条" in whole.alike
    assert "采纳两条" in whole.own
    assert "收到意见三条" in whole.shown


def test_lines_beside_a_text_leave_its_own_out() -> None:
    site, page = _first(f"<div>{_TEXT}</div><div><p>收到意见三条</p></div>")
    beside = whole_of(site, page).beside(page.text)
    assert "收到意见三条" in beside
    assert not any("抓好落实" in line for line in beside)


@pytest.mark.parametrize(("block", "value", "hidden"), [
    ("<p>时效状态 现行有效</p>", "现行有效", False),
    ("<table><tr><td>有效性</td><td>有效</td></tr></table>", "有效", False),
    ("<table><tr><td>有效性</td><td></td></tr><tr><td>索引号</td><td>A1</td></tr></table>", "", False),
    ("<p>文件有效性以清理结果为准</p>", "", False),
    ('<div id="t" style="display:none"><p>【有效性】：有效</p></div>', "有效", True),
])
def test_a_field_is_told_behind_its_label(block: str, value: str, hidden: bool) -> None:
    told = field_told(*_first(f"<div>{_TEXT}</div><div>{block}</div>"), "validity")
    assert (told.value, told.hidden) == (value, hidden)
