"""Lists of columns of several content systems, with the furniture of real pages around them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cms import read_listing
from crawler.extract.parsed import ParsedPage, parse_page
from crawler.snapshot.records import Listing

SHARED = Path(__file__).parents[1].parent / "shared" / "pages"
URL = "http://www.example.gov.cn/zwgk/tzgg/index.html"
TOP = """<div class="top"><a href="/">首页</a>今天是：2026年11月20日 星期五</div><ul class="menu"><li><a href="/zwgk/">政务公开</a></li>
<li><a href="/hdjl/">互动交流</a></li><li><a href="/ggfw/">公共服务</a></li></ul>"""
CRUMB = """<div class="wz">您现在的位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="./">通知公告</a></div>"""
SIDE = """<div class="right_con"><h3>热点信息</h3><ul class="rd"><li><a href="/xw/1.html">热点新闻一则大家都在看</a><span>2026-11-19</span></li>
<li><a href="/xw/2.html">热点新闻二则大家都在看</a><span>2026-11-18</span></li></ul></div>"""
FOOT = """<div class="footer"><a href="/about.html">关于我们</a> 版权所有：示例县人民政府 备案序号：2005001号 更新：2026-11-20</div>"""
HEAD = """<title>通知公告_示例县人民政府</title><meta name="SiteName" content="示例县人民政府"><meta name="ColumnName" content="通知公告">"""


def page(body: str, *, head: str = HEAD, url: str = URL, bare: bool = False) -> ParsedPage:
    inner = body if bare else TOP + CRUMB + body + SIDE + FOOT
    return parse_page(f"<html><head>{head}</head><body>{inner}</body></html>".encode(), url)


def listing(body: str, **options: object) -> Listing:
    found = read_listing(page(body, **options))  # type: ignore[arg-type]
    assert found is not None
    return found


def rows(form: str, days: list[str], between: str = "") -> str:
    """Fill a row's form for each day: {n} number, {day} the day, {y} {m} {d} its parts."""
    made = []
    for number, day in enumerate(days, start=1):
        year, month, date = day.split("-")
        made.append(form.format(n=number, day=day, y=year, m=month, d=date))
    return between.join(made)


DAYS = ["2026-11-12", "2026-10-30", "2026-10-08", "2025-12-31"]
ROW_FORMS = {
    "span": '<li><a href="t{n}.html" title="第{n}号通知公告全文标题">第{n}号通知公告全文标题</a><span>{day}</span></li>',
    "bracketed": '<li><a href="t{n}.html">第{n}号通知公告全文标题</a>[{day}]</li>',
    "chinese bracket": '<li><a href="t{n}.html">第{n}号通知公告全文标题</a><em>【{y}年{m}月{d}日】</em></li>',
    "slashes with time": '<li><i class="dot"></i><a href="t{n}.html">第{n}号通知公告全文标题</a><b>{y}/{m}/{d} 10:20:31</b></li>',
    "dots before": '<li><span class="date">{y}.{m}.{d}</span><a href="t{n}.html">第{n}号通知公告全文标题</a></li>',
    "date in link": '<li><a href="t{n}.html"><span>第{n}号通知公告全文标题</span><i>{day}</i></a></li>',
    "date at the end of link text": '<li><a href="t{n}.html">第{n}号通知公告全文标题 {day}</a></li>',
    "date glued to link text": '<li><a href="t{n}.html">第{n}号通知公告全文标题（{day}）</a></li>',
    "date at the head of link text": '<li><a href="t{n}.html">[{day}] 第{n}号通知公告全文标题</a></li>',
    "cut text": '<li><a href="t{n}.html" title="第{n}号通知公告全文标题">第{n}号通知公告...</a><b>{day}</b></li>',
    "bullets": '<li>·<a href="t{n}.html">·第{n}号通知公告全文标题</a>　{day}</li>',
    "label in text": '<li><p><a href="t{n}.html">第{n}号通知公告全文标题</a></p><p>来源：县政府办　发布时间：{day}　浏览：3</p></li>',
    "label apart": '<li><a href="t{n}.html">第{n}号通知公告全文标题</a><label>发布日期：</label><span>{day}</span></li>',
    "category link": '<li><a href="/c/tz/">[通知]</a><a href="t{n}.html">第{n}号通知公告全文标题</a><span>{day}</span></li>',
    "summary": '<li><h4><a href="t{n}.html">第{n}号通知公告全文标题</a></h4><p>为了做好2026年5月1日以后的工作，现将有关事项通知如下。</p>'
               '<span>{day}</span></li>',
    "tile day over month": '<li><div class="d"><strong>{d}</strong><em>{y}-{m}</em></div><a href="t{n}.html">第{n}号通知公告全文标题</a></li>',
    "tile month-day over year": '<li><p><b>{m}-{d}</b><i>{y}</i></p><a href="t{n}.html">第{n}号通知公告全文标题</a></li>',
    "tile year over day": '<li><span><em>{y}</em><br>{m}/{d}</span><a href="t{n}.html">第{n}号通知公告全文标题</a></li>',
    "parts in elements of their own": '<li><span><b>{d}</b><i>{m}</i><em>{y}</em></span><a href="t{n}.html">第{n}号通知公告全文标题</a></li>',
    "dashes between elements": '<li><a href="t{n}.html">第{n}号通知公告全文标题</a><span><i>{y}</i>-<i>{m}</i>-<i>{d}</i></span></li>',
    "month in Chinese": '<li><div><b>{d}</b><span>{y}年{m}月</span></div><a href="t{n}.html">第{n}号通知公告全文标题</a></li>',
    "card in link": '<li><a href="t{n}.html"><h3>第{n}号通知公告全文标题</h3><p>各乡镇人民政府、县政府各部门：现将有关事项通知如下，请认真贯彻执行。'
                    '</p><span>{day}</span></a></li>',
    "script only": '<li><a href="javascript:show(\'{n}23\')">第{n}号通知公告全文标题</a><span>{day}</span></li>',
    "list item in link": '<a href="t{n}.html"><li>第{n}号通知公告全文标题<span>{day}</span></li></a>',
    "onclick": '<li><a href="javascript:void(0)" onclick="window.open(\'t{n}.html\')">第{n}号通知公告全文标题</a><span>{day}</span></li>',
}


@pytest.mark.parametrize("name", ROW_FORMS)
def test_rows_of_a_plain_list(name: str) -> None:
    found = listing(f'<div class="list"><ul>{rows(ROW_FORMS[name], DAYS)}</ul></div>')
    assert [item.date for item in found.items] == DAYS
    assert [item.title for item in found.items] == [f"第{n}号通知公告全文标题" for n in range(1, 5)]
    wanted = "" if name == "script only" else "http://www.example.gov.cn/zwgk/tzgg/t1.html"
    assert found.items[0].href == wanted
    assert (found.count, found.newest, found.script_filled, found.empty_notice) == (4, "2026-11-12", False, None)


HOLDERS = {
    "table": ('<table><tr><th>序号</th><th>标题</th><th>发布日期</th></tr>{}</table>',
              '<tr><td>{n}</td><td><a href="t{n}.html">第{n}号通知公告全文标题</a></td><td align="right"> {day} </td></tr>'),
    "table with two days": ('<table><tr><td>标题</td><td>成文日期</td><td>发布日期</td><td>有效期</td></tr>{}</table>',
                            '<tr><td><a href="t{n}.html">第{n}号通知公告全文标题</a></td><td>2020-01-0{n}</td><td>{day}</td><td>2029-01-01</td></tr>'),
    "a table a row": ('<div>{}</div>', '<table><tr><td><a href="t{n}.html">第{n}号通知公告全文标题</a></td><td>({day})</td></tr></table>'),
    "definition list": ('<dl>{}</dl>', '<dt><a href="t{n}.html">第{n}号通知公告全文标题</a></dt><dd>{day}</dd>'),
    "a list a row": ('<div>{}</div>', '<ul class="r"><li class="t"><a href="t{n}.html">第{n}号通知公告全文标题</a></li><li>{day}</li></ul>'),
    "paragraphs": ('<div class="con">{}</div>', '<p><a href="t{n}.html">第{n}号通知公告全文标题</a> {day}</p>'),
    "flat with breaks": ('<div class="con">{}</div>', '<a href="t{n}.html">第{n}号通知公告全文标题</a> {day}<br>'),
    "flat with spans": ('<div class="con">{}</div>', '<a href="t{n}.html">第{n}号通知公告全文标题</a><span>{day}</span>'),
    "flat, days first": ('<div class="con">{}</div>', '<span>{day}</span><a href="t{n}.html">第{n}号通知公告全文标题</a><br/>'),
    "layout table": ('<table><tr><td class="l"><a href="/x/">子栏目一个</a></td><td><table>{}</table></td></tr></table>',
                     '<tr><td width="80%"><a href="t{n}.html">第{n}号通知公告全文标题</a></td><td>{day}</td></tr><tr><td colspan="2" class="line"></td></tr>'),
    "rows of odd and even": ('<div class="list">{}</div>', '<div class="row bg{n}"><a href="t{n}.html">第{n}号通知公告全文标题</a><div class="t">{day}</div></div>'),
    "hidden particulars": ('<ul class="gk">{}</ul>', '<li><div><a href="t{n}.html">第{n}号通知公告全文标题</a><div class="tip"><p>索 引 号：11/2026-{n}'
                           '</p><p>发布机构：县政府办</p><p>生成日期：2020年01月0{n}日</p><p>发布日期：{y}年{m}月{d}日</p></div></div><span>{day}</span></li>'),
    "a button for a link": ('<table><tr><th>标题</th><th>日期</th><th>操作</th></tr>{}</table>',
                            '<tr><td>第{n}号通知公告全文标题</td><td>{day}</td><td><a href="t{n}.html">查看</a></td></tr>'),
    "wrapped rows": ('<ul>{}</ul>', '<li class="item{n}"><div class="a"><div class="b"><a href="t{n}.html">第{n}号通知公告全文标题</a></div>'
                     '<div class="c"><span>{day}</span></div></div></li>'),
    "a picture and a title": ('<ul>{}</ul>', '<li><a href="t{n}.html"><img src="p{n}.jpg" alt="图"></a><div><a href="t{n}.html">第{n}号通知公告全文标题</a>'
                              '</div><div class="time">{day}</div></li>'),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_lists_held_by_all_sorts_of_elements(name: str) -> None:
    holder, form = HOLDERS[name]
    found = listing(holder.format(rows(form, DAYS)))
    assert [(item.title, item.date) for item in found.items] == [
        (f"第{n}号通知公告全文标题", day) for n, day in enumerate(DAYS, start=1)]
    assert (found.count, found.newest) == (4, "2026-11-12")


def test_groups_of_five_rows_are_one_list() -> None:
    form = ROW_FORMS["span"]
    groups = "".join(
        f"<ul>{rows(form, [day]).replace('t1.', f't{group}.')}</ul><div class='line'></div>" for group, day in enumerate(DAYS))
    assert listing(f"<div class='list'>{groups}</div>").count == 4
    broken = rows(form, DAYS, between="<li class='split'></li>")
    assert listing(f"<ul>{broken}</ul>").count == 4


def test_a_pinned_old_item_first_does_not_hide_the_newest() -> None:
    found = listing(f"<ul>{rows(ROW_FORMS['span'], ['2019-01-02', '2026-03-04', '2026-02-01'])}</ul>")
    assert found.newest == "2026-03-04"
    assert found.items[0].date == "2019-01-02"


def test_month_and_day_take_the_year_of_the_address() -> None:
    body = """<ul><li><a href="./202601/t20260105_11.html">一号通知公告的标题</a><span>[01-05]</span></li>
    <li><a href="/art/2025/12/30/art_1_2.html">二号通知公告的标题</a><span>12-30</span></li>
    <li><a href="20251111153312345.html">三号通知公告的标题</a><span>(11月10日)</span></li></ul>"""
    assert [item.date for item in listing(body).items] == ["2026-01-05", "2025-12-30", "2025-11-10"]


def test_month_and_day_take_the_year_of_the_newest_other_day() -> None:
    body = """<ul><li><a href="a.html">一号通知公告的标题</a><span>2026-02-03</span></li>
    <li><a href="b.html">二号通知公告的标题</a><span>01-20</span></li><li><a href="c.html">三号通知公告的标题</a><span>12-30</span></li></ul>"""
    assert [item.date for item in listing(body).items] == ["2026-02-03", "2026-01-20", "2025-12-30"]


def test_month_and_day_take_the_year_over_the_list() -> None:
    group = """<h3>{0}年{1}月</h3><ul><li><a href="{0}{1}.html">{0}年{1}月的通知公告</a><span>0{1}-15</span></li></ul>"""
    found = listing("<div>" + "".join(group.format(*when) for when in ((2026, 2), (2026, 1), (2025, 9))) + "</div>")
    assert [item.date for item in found.items] == ["2026-02-15", "2026-01-15", "2025-09-15"]


def test_years_of_two_figures() -> None:
    found = listing("<ul><li><a href='a.html'>一号通知公告的标题</a><span>26-02-03</span></li></ul>")
    assert (found.count, found.newest) == (1, "2026-02-03")


def test_month_and_day_without_any_year_stay_unknown() -> None:
    body = """<ul><li><a href="a.html">一号通知公告的标题</a><span>02-03</span></li>
    <li><a href="b.html">二号通知公告的标题</a><span>01-20</span></li></ul>"""
    found = read_listing(page(TOP + CRUMB + body, bare=True))
    assert found is not None
    assert [item.date for item in found.items] == [None, None]
    assert (found.count, found.newest) == (2, None)


def test_days_inside_titles_are_no_days_of_rows() -> None:
    body = """<ul><li><a href="a.html">关于2026年5月1日起停水的通知</a><span>2026-04-28</span></li>
    <li><a href="b.html">2026年3月15日新闻发布会实录</a><span>2026-03-16</span></li></ul>"""
    found = listing(body)
    assert [(item.title, item.date) for item in found.items] == [
        ("关于2026年5月1日起停水的通知", "2026-04-28"), ("2026年3月15日新闻发布会实录", "2026-03-16")]


def test_side_lists_are_left_out_whatever_their_size() -> None:
    hot = "".join(f"<li><a href='/xw/{n}.html'>热点新闻第{n}则的标题</a><span>2026-11-{n:02}</span></li>" for n in range(1, 20))
    body = f"""<div class="l"><h3>推荐阅读</h3><ul>{hot}</ul></div><div class="r"><ul>{rows(ROW_FORMS['span'], DAYS[1:])}</ul></div>"""
    assert [item.date for item in listing(body).items] == DAYS[1:]


def test_the_list_under_the_columns_name_is_the_pages_own() -> None:
    news = "".join(f"<li><a href='/xw/{n}.html'>时政要闻第{n}则的标题</a><span>2026-11-{n:02}</span></li>" for n in range(1, 9))
    body = f"""<div><h2>最新动态</h2><ul>{news}</ul></div><div class="main"><h2>通知公告</h2><ul>{rows(ROW_FORMS['span'], DAYS[2:])}</ul></div>"""
    assert [item.date for item in listing(body).items] == DAYS[2:]


def test_a_list_with_a_more_link_is_another_columns() -> None:
    news = "".join(f"<li><a href='/xw/{n}.html'>时政要闻第{n}则的标题</a><span>2026-11-{n:02}</span></li>" for n in range(1, 9))
    body = f"""<div class="box"><div class="hd"><span>时政要闻</span><a href="/xw/">更多&gt;&gt;</a></div><ul>{news}</ul></div>
    <div class="main"><ul>{rows(ROW_FORMS['span'], DAYS[2:])}</ul></div>"""
    assert [item.date for item in listing(body).items] == DAYS[2:]


def test_lists_of_one_make_without_more_links_are_the_pages_own() -> None:
    group = """<div class="kind"><h3>{0}类文件</h3><ul><li><a href="/zwgk/tzgg/{0}1.html">{0}类的第一条通知</a><span>2026-0{0}-02</span></li>
    <li><a href="/zwgk/tzgg/{0}2.html">{0}类的第二条通知</a><span>2026-0{0}-01</span></li></ul></div>"""
    found = listing("".join(group.format(n) for n in range(1, 5)))
    assert (found.count, found.newest) == (8, "2026-04-02")


def test_home_pages_give_all_their_dated_items() -> None:
    block = """<div class="mod"><h2><a href="/c{0}/">栏目{0}</a><a href="/c{0}/" class="more">更多</a></h2><ul>
    <li><a href="/c{0}/1.html">栏目{0}的第一条信息</a><span>2026-0{0}-02</span></li>
    <li><a href="/c{0}/2.html">栏目{0}的第二条信息</a><span>2026-0{0}-01</span></li></ul></div>"""
    found = read_listing(page(TOP + "".join(block.format(n) for n in range(1, 6)) + FOOT, bare=True,
                              head="<title>示例县人民政府</title>", url="http://www.example.gov.cn/"))
    assert found is not None
    assert len(found.items) == 10
    assert (found.count, found.newest) == (None, "2026-05-02")


def test_hanweb_records_in_a_script() -> None:
    body = """<div id="76"><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&amp;webid=7&columnid=10&unitid=76"></a>]]></nextgroup>
<totalrecord>107</totalrecord><recordset>
<record><![CDATA[<li><a href="/art/2026/9/4/art_10_2.html" title="关于印发甲办法的通知">关于印发...</a><b>2026-09-04</b></li>]]></record>
<record><![CDATA[<tr><td><a href='/art/2026/8/1/art_10_1.html'>关于印发乙办法的通知</a></td><td>[2026-08-01]</td></tr>]]></record>
</recordset></datastore></script></div>"""
    found = listing(body)
    assert found.dialect == "hanweb"
    assert [(item.title, item.href, item.date) for item in found.items] == [
        ("关于印发甲办法的通知", "http://www.example.gov.cn/art/2026/9/4/art_10_2.html", "2026-09-04"),
        ("关于印发乙办法的通知", "http://www.example.gov.cn/art/2026/8/1/art_10_1.html", "2026-08-01")]
    assert found.next_pages == ["http://www.example.gov.cn/module/web/jpage/dataproxy.jsp?page=1&webid=7&columnid=10&unitid=76"]
    assert (found.count, found.total, found.newest, found.script_filled) == (2, 107, "2026-09-04", False)


def test_hanweb_paging_answer_and_unfilled_store() -> None:
    xml = """<?xml version="1.0" encoding="UTF-8"?><datastore><nextgroup><![CDATA[<a href="/m/dataproxy.jsp?page=2"></a>]]></nextgroup>
<recordset><record><![CDATA[<li><a href="/art/1.html">第三页的一条信息</a><span>2026-01-02</span></li>]]></record></recordset></datastore>"""
    found = read_listing(parse_page(xml.encode(), "http://www.example.gov.cn/m/dataproxy.jsp?page=1", "text/xml"))
    assert found is not None
    assert [(item.title, item.date) for item in found.items] == [("第三页的一条信息", "2026-01-02")]
    empty = listing("""<div><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/m/dataproxy.jsp?page=1"></a>]]></nextgroup>
    <recordset></recordset></datastore></script></div>""")
    assert (empty.items, empty.script_filled, empty.count) == ([], True, None)
    bare = listing("<div><script type='text/xml'><datastore><recordset></recordset></datastore></script></div>")
    assert (bare.items, bare.script_filled, bare.count) == ([], False, 0)


LIST = f"<div class='list'><ul>{rows(ROW_FORMS['span'], DAYS)}</ul></div>"


@pytest.mark.parametrize(("script", "names"), [
    ('createPageHTML(4, 0, "index", "html");', ["index_1.html", "index_2.html", "index_3.html"]),
    ("createPageHTML(3,1,'list','shtml');", ["list_1.shtml", "list_2.shtml"]),
    ('createPageHTML(107, 3, 0, "index", "htm", 40);', ["index_1.htm", "index_2.htm"]),
    ("createPageHTML('page_div', 3, 1, 'index', 'shtml', 51);", ["index_2.shtml", "index_3.shtml"]),
    ("createPage(3, 0, 'index', 'html');", ["index_1.html", "index_2.html"]),
    ('createPageHTML(1, 0, "index", "html");', []),
    ("$('#p').pagination({totalPage:3,callback:function(c){if(c==1){location.href='index.html'}else{location.href='index_'+c+'.html'}}});",
     ["index_2.html", "index_3.html"]),
    ("var currentPage = 0;\nvar countPage = 3 //共多少页\ndocument.write(\"<a href=\\\"index\"+\"_\" + nextPage + \".\"+\"html\\\">下一页</a>\");",
     ["index_1.html", "index_2.html"]),
])
def test_pages_a_script_offers(script: str, names: list[str]) -> None:
    found = listing(f"{LIST}<div class='page'><script>{script}</script></div>")
    assert found.dialect == "trs"
    assert found.next_pages == [f"http://www.example.gov.cn/zwgk/tzgg/{name}" for name in names]
    assert [item.date for item in found.items] == DAYS


def test_totals_the_script_names() -> None:
    assert listing(f"{LIST}<script>createPageHTML(107, 3, 0, 'index', 'htm')</script>").total == 107
    assert listing(f"{LIST}<script>var p={{recordCount:'88', prepage:15}}</script>").total == 88


def test_a_script_that_claims_a_million_pages_is_not_believed() -> None:
    found = listing(f"{LIST}<script>createPageHTML(99999999, 0, 'index', 'html')</script>")
    assert len(found.next_pages) < 1001


@pytest.mark.parametrize(("bar", "url", "names"), [
    ("<a href='index_2.html'>2</a><a href='index_3.html'>3</a><a href='index_2.html'>下一页</a><a href='index_9.html'>尾页</a>", URL,
     ["index_2.html", "index_3.html", "index_9.html"]),
    ("<span>1</span><a href='?page=2'>2</a><a href='?page=3'>3</a><a href='?page=2'>&gt;</a>", "http://www.example.gov.cn/list.jsp",
     ["?page=2", "?page=3"]),
    ("<a>上页</a><a href='tzgg/12.htm'>2</a><a href='tzgg/11.htm'>3</a><a href='tzgg/12.htm'>下页</a><a href='tzgg/1.htm'>尾页</a>",
     "http://www.example.gov.cn/xxgk/tzgg.htm", ["tzgg/12.htm", "tzgg/11.htm", "tzgg/1.htm"]),
    ("<a href='../tzgg.htm'>首页</a><a href='13.htm'>上页</a><a href='11.htm'>下页</a><a href='1.htm'>尾页</a>",
     "http://www.example.gov.cn/xxgk/tzgg/12.htm", ["../tzgg.htm", "13.htm", "11.htm", "1.htm"]),
    ("共<b>107</b>条记录 1/8 <a href='list_2.shtml'>下一页</a> <a href='javascript:go(8)'>末页</a>", "http://www.example.gov.cn/a/list.shtml",
     ["list_2.shtml"]),
])
def test_paging_bars_of_links(bar: str, url: str, names: list[str]) -> None:
    found = listing(f"{LIST}<div class='fy'>{bar}</div>", url=url)
    base = url.rsplit("/", 1)[0]
    wanted = [f"{url}{name}" if name[0] == "?" else f"{base}/{name}" for name in names]
    assert found.next_pages == [address.replace("/xxgk/tzgg/../", "/xxgk/") for address in wanted]
    assert found.dialect == "numbered"
    assert [item.date for item in found.items] == DAYS


def test_the_total_a_paging_bar_shows() -> None:
    found = listing(f"{LIST}<div>共<b>107</b>条记录 <a href='index_2.html'>下一页</a><a href='index_8.html'>尾页</a></div>")
    assert found.total == 107


def test_the_paging_bar_tells_which_list_is_the_pages_own() -> None:
    other = "".join(f"<li><a href='/xw/{n}.html'>时政要闻第{n}则的标题</a><span>2026-11-{n:02}</span></li>" for n in range(1, 15))
    body = f"""<div class="w"><div class="left"><ul class="a">{other}</ul></div><div class="right"><ul class="b">{rows(ROW_FORMS['span'], DAYS[2:])}</ul>
    <div class="p"><a href="index_1.html">下一页</a><a href="index_2.html">尾页</a></div></div></div>"""
    assert [item.date for item in listing(body).items] == DAYS[2:]


def test_a_calendar_is_no_paging_bar() -> None:
    days = "".join(f"<td><a href='?d={n}'>{n}</a></td>" for n in range(1, 32))
    assert listing(f"{LIST}<table><tr>{days}</tr></table>").next_pages == []


@pytest.mark.parametrize("notice", [
    "暂无信息", "暂无相关内容！", "对不起，该栏目暂无内容。", "没有找到相关信息", "暂无数据", "无相关记录", "当前栏目下没有任何信息", "该栏目正在建设中", "暂时没有内容",
    "抱歉，没有符合条件的记录！", "——暂无内容——", "本分类暂无信息，敬请关注！", "暂无记录，请稍后再来。谢谢！", "此栏目正在建设中...", "该栏目内容待添加",
])
def test_a_list_that_says_it_is_empty(notice: str) -> None:
    found = listing(f"<div class='list'><ul><li>{notice}</li></ul></div>")
    assert (found.items, found.count, found.script_filled) == ([], 0, False)
    assert found.empty_notice == notice


@pytest.mark.parametrize("text", ["内容建设中，敬请期待！", "栏目建设中，敬请关注", "内容更新中, 敬请谅解。"])
def test_a_notice_with_a_courteous_tail(text: str) -> None:
    found = read_listing(page(f"<div class='list'><div class='x'>{text}</div></div>"))
    assert found is not None and found.empty_notice == text


@pytest.mark.parametrize("text", [
    "暂无天气", "县医院无痛分娩门诊", "无障碍浏览", "没有共产党就没有新中国", "暂无信息公开指南可供下载请联系办公室", "未央区信息中心",
])
def test_words_that_are_no_notice(text: str) -> None:
    found = read_listing(page(f"<div class='list'><div class='x'>{text}</div></div>"))
    assert found is None or found.empty_notice is None


@pytest.mark.parametrize("hidden", ["style='display:none'", "v-if='list.length==0'", "class='nodata hide'", "ng-show='!rows'"])
def test_a_hidden_notice_says_nothing(hidden: str) -> None:
    body = f"<div class='list'><ul id='rows'></ul><p {hidden}>暂无信息</p></div><script>$.get('/api/list',function(d){{$('#rows').html(d)}})</script>"
    found = listing(body)
    assert (found.empty_notice, found.script_filled, found.count) == (None, True, None)


@pytest.mark.parametrize("body", [
    "<ul class='news' id='newslist'></ul><script>$.ajax({url:'/api/list',success:function(r){$('#newslist').html(r)}})</script>",
    "<div id='list'></div><script>fetch('/api?col=3').then(r=>r.json()).then(show)</script>",
    "<ul class='ls'><li v-for='row in rows'><a :href='row.url'>{{row.title}}</a><span>{{row.date}}</span></li></ul>",
    "<div ng-controller='c'><p ng-repeat='r in rows'><a href='{{r.url}}'>{{r.t}}</a></p></div>",
    "<div class='list'></div><script type='text/html' id='tpl'><ul><li><a href='{{url}}'>{{title}}</a></li></ul></script>",
    "<div class='list'><script>document.write('<li><a href=\"/a/1.html\">标题</a></li>');</script></div>",
    "<div id='pageunit' url='/api-gateway/jpaas-publish-server/front/page/build/unit' querydata=\"{'pageId':'col1'}\"></div>",
    "<script src='/jact/front/datacall/showJsContent.do?iid=7'></script>",
    "<div class='list'><ul></ul></div><script>createPageHTML(5, 0, 'index', 'html')</script>",
    "<div id='app' v-cloak><ul></ul></div><script>var x=new XMLHttpRequest();x.open('GET','/api/list');x.send()</script>",
    "<iframe src='/zwgk/list_inner.jsp' width='100%' height='800' frameborder='0'></iframe>",
    "<ul id='data-list' data-channel='12'></ul><script src='/js/list_load.js'></script>",
    "<table><tbody id='tb'></tbody></table><script>var rows=[{title:'甲',url:'/a/1.html'}];for(i in rows){}</script>",
])
def test_a_list_a_script_fills_is_not_called_empty(body: str) -> None:
    found = listing(body)
    assert found.script_filled
    assert (found.items, found.count, found.empty_notice) == ([], None, None)


def test_a_side_list_does_not_stand_for_a_list_a_script_fills() -> None:
    body = f"""<div class="main"><ul id="main_list"></ul></div><div class="box"><h3>政务要闻</h3><ul>{rows(ROW_FORMS['span'], DAYS[2:])}</ul></div>
    <script>$("#main_list").load("/api/rows?c=1")</script>"""
    assert listing(body).script_filled


@pytest.mark.parametrize("body", [
    "<div class='list'><ul class='newslist'></ul></div>",
    "<div class='con'><table><tr><th>标题</th><th>日期</th></tr></table><p>共 0 条记录 第1页/共0页</p></div>",
    "<div class='list'><ul></ul></div><script>createPageHTML(0, 0, 'index', 'html')</script>",
    "<div class='list'><ul class='newslist'></ul></div><script src='/js/jquery-3.6.0.min.js'></script><script>var _hmt = 1;</script>",
])
def test_a_plainly_empty_list(body: str) -> None:
    found = listing(body)
    assert (found.items, found.count, found.script_filled) == ([], 0, False)


def test_rows_without_days_are_items_that_are_not_counted() -> None:
    body = "<ul class='nb'>" + "".join(
        f"<li><a href='/zwgk/nb/t{year}0131_{year}.html'>示例县{year}年政府信息公开工作年度报告</a></li>" for year in range(2019, 2026)) + "</ul>"
    found = listing(body)
    assert len(found.items) == 7
    assert (found.count, found.newest, found.items[0].date) == (None, None, None)


ARTICLE = """<div class="content"><h1>关于做好某项工作的通知</h1><div class="info">来源：县政府办 发布时间：2026-05-06 10:00 字号：大 中 小 【打印】【关闭】</div>
<div id="zoom"><p>各乡镇人民政府，县政府各部门：为了做好某项工作，现将有关事项通知如下，请认真贯彻执行，确保各项任务落到实处。</p>
<p>一、提高认识，加强领导，明确责任，压实任务；二、强化措施，狠抓落实，务求实效，形成合力；三、加强督查，严肃问责，及时总结，按时上报。</p></div>
<div>上一篇：<a href="t1.html">上一条公告的标题</a> 2026-05-05</div><div>下一篇：<a href="t3.html">下一条公告的标题</a> 2026-05-07</div></div>"""


@pytest.mark.parametrize("head", [
    "<title>关于做好某项工作的通知_示例县人民政府</title><meta name='ColumnName' content='通知公告'><meta name='ArticleTitle' content='关于做好某项工作的通知'>"
    "<meta name='PubDate' content='2026-05-06'>",
    "<title>关于做好某项工作的通知</title>",
    HEAD,
])
def test_an_article_has_no_listing(head: str) -> None:
    related = f"<div><h3>相关信息</h3><ul>{rows(ROW_FORMS['span'], DAYS)}</ul></div>"
    latest = f"<div class='r'><h3>最新公开</h3><ul>{rows(ROW_FORMS['span'], DAYS)}</ul></div>"
    assert read_listing(page(ARTICLE + related + latest, head=head, url="http://www.example.gov.cn/zwgk/tzgg/202605/t20260506_12.html")) is None


def test_a_column_of_summaries_is_no_article() -> None:
    form = """<div class="it"><h4><a href="t{n}.html">第{n}号通知公告全文标题</a></h4><p>为了做好某项工作，现将有关事项通知如下，请认真贯彻执行，确保任务落到实处。</p>
    <p>来源：县政府办　时间：{day}</p></div>"""
    found = listing(f"<div>{rows(form, [*DAYS, *DAYS])}</div><p>共8条 <a href='index_1.html'>下一页</a><a href='index_1.html'>尾页</a></p>")
    assert found.count == 8 or len(found.items) == 4
    assert found.newest == "2026-11-12"


@pytest.mark.parametrize("body", ["", "<h1>404</h1><p>您访问的页面不存在或已删除</p>", "<p>域名已暂停解析 2026-01-01</p>"])
def test_what_is_no_list_page(body: str) -> None:
    assert read_listing(page(body, head="<title>提示</title>", bare=True)) is None


def test_recorded_pages() -> None:
    labels = SHARED / "labels.json"
    if not labels.exists():
        pytest.skip("the recorded pages are not on this machine")
    right, judged = 0, 0
    for name, label in json.loads(labels.read_text(encoding="utf-8")).items():
        url = label["url"] or f"http://{label['host']}/"
        found = read_listing(parse_page((SHARED / name).read_bytes(), url))
        wanted = label["listing"]
        if label["page_kind"] in ("article", "document", "annual-report", "error"):
            assert found is None, name
        if wanted is None:
            continue
        assert found is not None, name
        judged += 1
        ok = wanted["newest"] in (None, found.newest) and wanted["count"] in (None, found.count)
        firsts = [(item.title, item.date) for item in found.items[:3]]
        ok = ok and (wanted["items"] is None or firsts[: len(wanted["items"])] == [
            (item["title"], item["date"]) for item in wanted["items"]])
        print(f"{name}: count {found.count} newest {found.newest} {'right' if ok else 'WRONG, wanted ' + str(wanted)}")
        right += ok
    assert judged == right


def test_a_giant_list_is_read_in_linear_time() -> None:
    def seconds(count: int) -> float:
        form = "<li><a href='t{0}.html'>第{0}号通知公告全文标题</a><span>2026-01-02</span></li>"
        made = page("<ul>" + "".join(form.format(n) for n in range(count)) + "</ul>")
        start = time.perf_counter()
        found = read_listing(made)
        assert found is not None
        assert found.count == count
        return time.perf_counter() - start
    seconds(100)
    small, large = max(seconds(2_000), 0.02), seconds(40_000)
    assert large < small * 20 * 4


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([
    "<ul>", "</ul>", "<li>", "</li>", "<a href='t1.html'>", "</a>", "<span>", "</span>", "2026-01-02", "[06-21]", "21", "2026-06", "标题标题标题",
    "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<div class='header'>", "</div>", "下一页", "尾页", "共0条", "暂无信息", "<dl>", "<dd>",
    "<script>createPageHTML(3,0,'i','h')</script>", "<script type='text/xml'><datastore><record><![CDATA[", "]]></record>", "</datastore></script>",
    "<a href='http://['>", "<a href='?'>", "2", "&#0;", "\x00", "<br>", "<iframe src='x'>", "当前位置：", "更多", "<base href='http://['>", "99-99",
]), max_size=40))
def test_any_soup_is_read(parts: list[str]) -> None:
    try:
        made = page("".join(parts), bare=True)
    except ValueError:
        return
    found = read_listing(made)
    if found is not None and found.newest:
        assert found.newest == max(item.date for item in found.items if item.date)
