"""Columns of each content system, in the wordings and markups they come in: every item with title, day and address."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cms import DIALECTS, FILLED, read_listing
from crawler.cms.data import find_list, read_data
from crawler.cms.scripts import evaluate, functions, names_of, values
from crawler.cms.steps import Length, further_pages
from crawler.extract.feeds import read_feed
from crawler.extract.parsed import ParsedPage, parse_page
from crawler.extract.reading import read_page
from crawler.snapshot.records import Listing, ListItem, Reading

SITE = "http://www.example.gov.cn"
URL = f"{SITE}/zwgk/tzgg/index.html"
HEAD = '<title>通知公告_示例县人民政府</title><meta name="SiteName" content="示例县人民政府"><meta name="ColumnName" content="通知公告">'
TOP = """<div class="top"><a href="/">首页</a>今天是：2026年11月20日</div><ul class="menu"><li><a href="/zwgk/">政务公开</a></li></ul>
<div class="wz">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="./">通知公告</a></div>"""
FOOT = '<div class="footer"><a href="/about.html">关于我们</a> 版权所有：示例县人民政府 备案序号：2005001号</div>'
COUNT = 7


def page(body: str, url: str = URL, head: str = HEAD) -> ParsedPage:
    return parse_page(f"<html><head>{head}</head><body>{TOP}{body}{FOOT}</body></html>".encode(), url)


def listing(body: str, url: str = URL, head: str = HEAD) -> Listing:
    found = read_listing(page(body, url, head))
    assert found is not None
    return found


def wanted(count: int = COUNT, first: int = 1, place: str = f"{SITE}/zwgk/tzgg/") -> list[ListItem]:
    return [
        ListItem(title=f"关于第{n}号事项的通知公告", href=f"{place}t{n}.html", date=day(n)) for n in range(first, first + count)
    ]


def day(n: int) -> str:
    return f"2026-{1 + n % 9:02}-{1 + n % 27:02}"


def rows(form: str, count: int = COUNT, first: int = 1, between: str = "") -> str:
    return between.join(
        form.format(n=n, title=f"关于第{n}号事项的通知公告", day=day(n)) for n in range(first, first + count)
    )


LI = '<li><a href="t{n}.html" title="{title}">{title}</a><span>{day}</span></li>'
ROOTED = '<li><a href="/zwgk/tzgg/t{n}.html">{title}</a><span>{day}</span></li>'
LIST = f'<div class="list"><ul>{rows(LI)}</ul></div>'
SHELL = '<div class="list"><ul id="news_list"></ul><div id="page"></div></div>'


def test_every_family_answers_whether_a_page_is_its_and_what_it_lists() -> None:
    plain = page(LIST)
    for dialect in (*DIALECTS, *FILLED):
        assert dialect.matches(plain) in (True, False)
        found = dialect.items(plain)
        assert found is None or isinstance(found, Listing)


# -- Hanweb jpage ---------------------------------------------------------------------------------------------

RECORD = "<record><![CDATA[" + ROOTED + "]]></record>"
PARAMETERS = "var param_76 = {col:1,webid:7,path:'http://www.example.gov.cn/',columnid:10,sourceContentType:1,unitid:'76',webname:'示例',permissiontype:0};"
JPAGE = "$('#76').jpage({totalRecord:53,perPage:15,proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:param_76});"
DATASTORES = {
    "in a script": '<div id="76"><script type="text/xml"><datastore><totalrecord>53</totalrecord><recordset>{}</recordset></datastore></script></div>',
    "upper case": '<div id="76"><script type="text/xml"><DATASTORE><RECORDSET>{}</RECORDSET></DATASTORE></script></div>',
    "escaped in a script": '<div id="76"><script>var store = "{}";</script></div>',
    "in a textarea": '<textarea style="display:none"><datastore>{}</datastore></textarea>',
}


@pytest.mark.parametrize("name", DATASTORES)
def test_hanweb_datastores(name: str) -> None:
    records = rows(RECORD)
    if name == "upper case":
        records = records.replace("record>", "RECORD>")
    if name == "escaped in a script":
        records = f"<datastore><recordset>{records}</recordset></datastore>".replace('"', '\\"').replace("</", "<\\/")
    if name == "in a textarea":
        records = records.replace("&", "&amp;").replace("<", "&lt;")
    body = DATASTORES[name].format(records)
    if name == "in a textarea":
        body = body.replace("<datastore>", "&lt;datastore&gt;").replace("</datastore>", "&lt;/datastore&gt;")
    found = listing(body)
    assert (found.dialect, found.items) == ("hanweb", wanted())


def test_hanweb_groups_behind_the_first_are_asked_as_the_pages_own_call_says() -> None:
    records = rows(RECORD, 45)
    found = listing(f'<div id="76"><script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script></div>'
                    f"<script>{PARAMETERS}{JPAGE.replace('53', '107')}</script>")
    query = ("col=1&webid=7&path=http%3A%2F%2Fwww.example.gov.cn%2F&columnid=10&sourceContentType=1&unitid=76"
             "&webname=%E7%A4%BA%E4%BE%8B&permissiontype=0")
    proxy = f"{SITE}/module/web/jpage/dataproxy.jsp"
    assert found.items == wanted(45)
    assert found.next_pages == [
        f"{proxy}?startrecord=46&endrecord=90&perpage=15&{query}", f"{proxy}?startrecord=91&endrecord=135&perpage=15&{query}"]
    assert found.total == 107


def test_hanweb_rows_that_only_the_call_brings() -> None:
    found = listing(f'<div id="76"></div><script>{PARAMETERS}{JPAGE}</script>')
    assert (found.items, found.script_filled) == ([], True)
    assert found.next_pages[0].startswith(f"{SITE}/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15&")
    assert found.next_pages[1].startswith(f"{SITE}/module/web/jpage/dataproxy.jsp?startrecord=46&endrecord=90&perpage=15&")


def test_hanweb_lists_that_are_whole_ask_for_nothing_more() -> None:
    found = listing(f'<div id="76"><script type="text/xml"><datastore><recordset>{rows(RECORD)}</recordset></datastore></script></div>'
                    f"<script>{PARAMETERS}{JPAGE.replace('53', str(COUNT))}</script>")
    assert (found.next_pages, found.unreachable_pages) == ([], False)


# -- Hanweb jpaas ---------------------------------------------------------------------------------------------

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
GIVEN = "{'parseType':'bulidstatic','webId':'52','tplSetId':'Ms1','pageType':'column','tagId':'信息列表','editType':'null','pageId':'1638'}"
ASKED = (f"{SITE}{UNIT}?parseType=bulidstatic&webId=52&tplSetId=Ms1&pageType=column"
         "&tagId=%E4%BF%A1%E6%81%AF%E5%88%97%E8%A1%A8&editType=null&pageId=1638")
PARAM_JSON = "&paramJson=%7B%22pageNo%22%3A{}%2C%22pageSize%22%3A{}%7D"


@pytest.mark.parametrize("tag", [
    f'<script parsetype="bulidstatic" url="{UNIT}" querydata="{GIVEN}"></script>',
    f'<script id="a1" src="/cms_files/unitbuild.js" webId="52" parseType="buildstatic" url="{UNIT}" queryData="{GIVEN}"> </script>',
    f'<div class="unit" url="{UNIT}" queryData="{GIVEN}"></div>',
])
def test_jpaas_units_are_asked_with_the_parameters_of_their_tag(tag: str) -> None:
    head_unit = tag.replace("信息列表", "公共头部").replace("1638", "1")
    found = listing(f'{head_unit}<div class="con">{tag}</div>')
    assert (found.dialect, found.items, found.script_filled) == ("jpaas", [], True)
    assert found.next_pages == [ASKED]


def unit_answer(count: int, first: int, total: int, number: int, bar: str) -> bytes:
    html = f'<div class="page-content"><ul>{rows(ROOTED, count, first)}</ul></div>' + bar.format(total=total, number=number)
    return json.dumps({"code": "200", "success": True, "data": {"html": html}}, ensure_ascii=False).encode()


@pytest.mark.parametrize("bar", [
    '<div class="pagination" rows="24" count="{total}" pageNo="{number}"></div>',
    "<div id='p' queryData=\"{{'rows':'24','count':'{total}','pageNo':'{number}'}}\"></div>",
])
def test_jpaas_answers_are_html_in_json_and_tell_how_long_the_list_is(bar: str) -> None:
    first = read_page(unit_answer(24, 1, 50, 1, bar), ASKED, content_type="application/json")
    record = first.record
    assert record.page_kind == "fragment"
    assert record.listing is not None
    assert (record.listing.items, record.listing.total) == (wanted(24), 50)
    assert record.listing.next_pages == [ASKED + PARAM_JSON.format(2, 24), ASKED + PARAM_JSON.format(3, 24)]
    last = read_page(unit_answer(2, 49, 50, 3, bar), ASKED + PARAM_JSON.format(3, 24), content_type="text/html")
    assert last.record.listing is not None
    assert (last.record.listing.items, last.record.listing.next_pages) == (wanted(2, 49), [])
    assert not last.record.listing.unreachable_pages


def test_jpaas_pages_with_their_first_rows_in_the_markup() -> None:
    bar = "<div class=\"pagination\" queryData=\"{'webId':'52','pageId':'1638','tplSetId':'Ms1','tagId':'信息列表','parseType':'bulidstatic'," \
          "'rows':'7','count':'20','pageNo':'1'}\"></div>"
    found = listing(f"{LIST}{bar}<script>var service='{UNIT}';</script>")
    assert (found.dialect, found.items, found.total) == ("jpaas", wanted(), 20)
    assert len(found.next_pages) == 2
    assert found.next_pages[0].endswith(PARAM_JSON.format(2, 7))


# -- TRS ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("call", "names"), [
    ('createPageHTML(4, 0, "index", "html");', ["index_1.html", "index_2.html", "index_3.html"]),
    ('createPageHTML(3, 0, "index", "shtml", "black2", 51);', ["index_1.shtml", "index_2.shtml"]),
    ("createPageHTML(107, 3, 0, 'index', 'htm')", ["index_1.htm", "index_2.htm"]),
    ("createPageHTML('page_div', 3, 1, 'index', 'shtml', 51);", ["index_2.shtml", "index_3.shtml"]),
    ("createPage(3, 0, 'index', 'html');", ["index_1.html", "index_2.html"]),
    ('pageControl(3, 0, "index", "shtml", 10, \'pages-nav\');', ["index_1.shtml", "index_2.shtml"]),
])
def test_trs_calls(call: str, names: list[str]) -> None:
    found = listing(f"{LIST}<div class='page'><script>{call}</script></div>")
    assert (found.dialect, found.items) == ("trs", wanted())
    assert found.next_pages == [f"{SITE}/zwgk/tzgg/{name}" for name in names]


def test_trs_groups_hidden_in_the_page_are_all_of_the_list() -> None:
    groups = "".join(
        f'<ul class="doclist" ms-visible="$showStatic({group})" style="display:none">{rows(LI, 5, 1 + 5 * group)}</ul>' for group in range(4))
    found = listing(f'<div class="box">{groups}</div><script>var pageChnlInfo={{quickMode:"动静结合",maxStaticIndex:4,recordCount:"20",prepage:5}}</script>')
    assert found.items == wanted(20)
    assert not found.unreachable_pages


def test_trs_rows_beyond_those_in_the_page_are_known_to_be_missing() -> None:
    found = listing(f'{LIST}<script>var pageChnlInfo={{recordCount:"107",prepage:7,listApi:{{url:"/dzapp/search"}}}}</script>')
    assert (found.items, found.total, found.next_pages, found.unreachable_pages) == (wanted(), 107, [], True)


# -- paging bars ----------------------------------------------------------------------------------------------

BARS = {
    "VSB, counting down": ('<a href="tzgg/12.htm">2</a><a href="tzgg/11.htm">3</a><a href="tzgg/12.htm">下页</a><a href="tzgg/1.htm">尾页</a>',
                           f"{SITE}/zwgk/tzgg.htm", ["tzgg/12.htm", "tzgg/11.htm", "tzgg/1.htm"]),
    "VSB, PAGENUM": ('<a href="?PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=1021">下页</a><a href="?PAGENUM=3&urltype=tree.TreeTempUrl&wbtreeid=1021">尾页</a>',
                     f"{SITE}/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1021",
                     ["list.jsp?PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=1021", "list.jsp?PAGENUM=3&urltype=tree.TreeTempUrl&wbtreeid=1021"]),
    "ASP": ('<a href="list.asp?classid=4&page=2">下一页</a> <a href="list.asp?classid=4&page=3">尾页</a>', f"{SITE}/list.asp?classid=4",
            ["list.asp?classid=4&page=2", "list.asp?classid=4&page=3"]),
    "goPage": ("<a href='javascript:goPage(2)'>2</a><a href='javascript:goPage(3)'>3</a><a href='javascript:goPage(4)'>尾页</a>"
               "<script>function goPage(n){ location.href = 'index_' + n + '.html'; }</script>", URL,
               ["zwgk/tzgg/index_2.html", "zwgk/tzgg/index_3.html", "zwgk/tzgg/index_4.html"]),
    "counting from nought": ("<a onclick='toPage(1)'>下一页</a><a onclick='toPage(2)'>末页</a><script>var toPage=function(i){var u=i==0?'index.html':'index_'+i+'.html';"
                             "window.location.href=u;}</script>", URL, ["zwgk/tzgg/index_1.html", "zwgk/tzgg/index_2.html"]),
    "branches": ("<a href='javascript:void(0)' onclick='turn(2)'>下一页</a><a href='javascript:void(0)' onclick='turn(3)'>尾页</a><script>function turn(p)"
                 "{if(p==1){location='index.html'}else{location='index_'+(p-1)+'.html'}}</script>", URL, ["zwgk/tzgg/index_1.html", "zwgk/tzgg/index_2.html"]),
    "a base of its own": ("<a href=\"javascript:page('2')\">下一页</a><a href=\"javascript:page('3')\">末页</a><script>var base='/zwgk/tzgg/list.do?cid=7';"
                          "function page(no){var url=base+'&pageNo='+no; window.location.replace(url);}</script>", f"{SITE}/zwgk/tzgg/list.do?cid=7",
                          ["zwgk/tzgg/list.do?cid=7&pageNo=2", "zwgk/tzgg/list.do?cid=7&pageNo=3"]),
    "template": ("<a onclick='go(2)'>下一页</a><a onclick='go(3)'>尾页</a><script>const go = (n) => { location.href = `index_${n}.html` }</script>", URL,
                 ["zwgk/tzgg/index_2.html", "zwgk/tzgg/index_3.html"]),
    "addresses handed over": ("<a href=\"javascript:toPage('index_2.html')\">下一页</a><a href=\"javascript:toPage('index_9.html')\">尾页</a>", URL,
                              ["zwgk/tzgg/index_2.html", "zwgk/tzgg/index_9.html"]),
    "jump menu of addresses": ("第1页 下一页 <select onchange='location.href=this.value'><option value='index.html'>1</option><option value='index_1.html'>2</option>"
                               "<option value='index_2.html'>3</option></select>", URL, ["zwgk/tzgg/index_1.html", "zwgk/tzgg/index_2.html"]),
    "jump menu of numbers": ("第1页 下一页 <select onchange='goto(this.value)'><option value='1'>1</option><option value='2'>2</option><option value='3'>3</option></select>"
                             "<script>function goto(v){self.location='?page='+v}</script>", f"{SITE}/zwgk/list.php",
                             ["zwgk/list.php?page=1", "zwgk/list.php?page=2", "zwgk/list.php?page=3"]),
    "literal in onclick": ("<span onclick=\"location.href='index_2.html'\">下一页</span><span onclick=\"location.href='index_3.html'\">尾页</span>", URL,
                           ["zwgk/tzgg/index_2.html", "zwgk/tzgg/index_3.html"]),
}


@pytest.mark.parametrize("name", BARS)
def test_paging_bars(name: str) -> None:
    bar, url, names = BARS[name]
    found = listing(f"{LIST}<div class='fy'>{bar}</div>", url)
    base = url.rsplit("/", 1)[0] + "/"
    assert found.items == wanted(place=base)
    assert found.next_pages == [f"{SITE}/{name}" if not name.startswith("tzgg") else f"{SITE}/zwgk/{name}" for name in names]
    assert not found.unreachable_pages


BEYOND = {
    "post back": "<a disabled='disabled'>首页</a><span>1</span><a href=\"javascript:__doPostBack('AspNetPager1','2')\">2</a>"
                 "<a href=\"javascript:__doPostBack('AspNetPager1','2')\">下一页</a>",
    "form": "<a href='javascript:goPage(2)'>下一页</a><a href='javascript:goPage(8)'>尾页</a><script>function goPage(n){"
            "document.forms[0].pageNo.value=n;document.forms[0].submit();}</script>",
    "a script from elsewhere": "<a onclick='turnPage(2)'>下一页</a><a onclick='turnPage(5)'>尾页</a><script src='/js/page.js'></script>",
}


@pytest.mark.parametrize("name", BEYOND)
def test_bars_whose_pages_have_no_address_say_so(name: str) -> None:
    found = listing(f"{LIST}<div class='fy'>{BEYOND[name]}</div>")
    assert (found.items, found.next_pages, found.unreachable_pages) == (wanted(), [], True)


@pytest.mark.parametrize("bar", [
    "", "<a href='javascript:void(0)'>首页</a><a href='javascript:void(0)'>上一页</a><span>1</span><a href='javascript:void(0)'>下一页</a>",
    "共 7 条 1/1 页 <a disabled>首页</a><a disabled>下一页</a>", "<a href='javascript:window.print()'>打印本页</a>",
])
def test_lists_of_one_page_have_no_more(bar: str) -> None:
    found = listing(f"{LIST}<div class='fy'>{bar}</div>")
    assert (found.next_pages, found.unreachable_pages) == ([], False)


def test_the_lists_own_address_tells_its_further_pages() -> None:
    bar = "<div class='fy'>共 20 条 <a onclick='x(this)'>下一页</a></div>"
    found = listing(LIST + bar, f"{SITE}/zwgk/tzgg/list.do?cid=7&pageNo=1")
    assert found.next_pages == [f"{SITE}/zwgk/tzgg/list.do?cid=7&pageNo={n}" for n in (2, 3)]


# -- data -----------------------------------------------------------------------------------------------------

def objects(count: int = COUNT, first: int = 1, **names: str) -> list[dict[str, Any]]:
    """Return rows with the fields a system calls ``title``, ``url`` and ``day``."""
    title, url, when = names.get("title", "title"), names.get("url", "url"), names.get("day", "publishTime")
    return [
        {"id": n, title: f"关于第{n}号事项的通知公告", url: f"/zwgk/tzgg/t{n}.html", when: day(n), "hits": 3} for n in range(first, first + count)
    ]


def epoch(text: str, factor: int) -> int:
    return int(time.mktime(time.strptime(text + " 08:00:00 UTC", "%Y-%m-%d %H:%M:%S %Z")) - time.timezone) * factor


def gkmlpt_rows(count: int = COUNT, first: int = 1) -> list[dict[str, Any]]:
    return [
        {"id": n, "title": row["title"], "url": f"{SITE}/zwgk/tzgg/t{n}.html", "created_at": "2019-01-01 00:00:00",
         "display_publish_time": epoch(day(n), 1), "is_expired": False, "publisher": "示例县教育局"}
        for n, row in enumerate(objects(count, first), start=first)
    ]


LISTS: dict[str, tuple[str, Any]] = {
    "UCAP": ("/common/search/abc?_isAgg=true&_isJson=true&_pageSize=7&_template=index&page=1",
             {"code": 200, "data": {"channelId": "abc", "page": 1, "rows": 7, "total": 20, "results": [
                 {**row, "publishedTimeStr": f"{row['publishTime']} 16:38:00", "publishTime": 1, "publishedTime": 1, "content": "正文" * 90,
                  "domainMetaList": [{"resultList": [{"name": "文号", "value": "县发1号"}]}]} for row in objects()]}}),
    "gkmlpt": ("/gkmlpt/api/all/5?page=1&sid=2", {"classify": {"id": 5, "name": "通知公告"}, "articles": gkmlpt_rows(), "total": 20}),
    "集约化": ("/api/v1/articles?channelId=9&pageNum=1&pageSize=7", {"status": 0, "result": {"pageInfo": {"totalCount": "20", "pageSize": "7"}, "list": objects(
        title="articleTitle", url="articleUrl", day="releaseTime")}}),
    "rows and total (easyui)": ("/list.do?cid=3&page=1&rows=7", {"total": 20, "rows": objects(title="infoTitle", url="linkurl", day="infodate")}),
    "pages instead of total": ("/list.do?cid=3&pageIndex=1", {"data": {"totalPages": 3, "content": objects(day="createTime")}}),
    "milliseconds": ("/list.do?cid=3&pageNo=1&pageSize=7", {"count": 20, "data": [{**row, "pubDate": epoch(row.pop("publishTime"), 1000)} for row in objects()]}),
    "a row inside each row": ("/list.do?cid=3&pageNo=1&pageSize=7", {"total": 20, "hits": [{"_score": 1.0, "_source": row} for row in objects()]}),
    "JSON in JSON": ("/list.do?cid=3&pageNo=1&pageSize=7", {"code": 1, "data": json.dumps({"total": 20, "list": objects(title="bt", day="fbsj")}, ensure_ascii=False)}),
    "pinyin and upper case": ("/list.do?cid=3&curPage=1&pageSize=7", {"TOTAL": 20, "DATA": objects(title="BIAOTI", url="URL", day="FBRQ")}),
    "days without dashes": ("/list.do?cid=3&p=1&size=7", {"total": 20, "items": [{**row, "publishTime": row["publishTime"].replace("-", "")} for row in objects()]}),
    "from row to row": ("/list.do?cid=3&start=0&limit=7", {"total": 20, "items": objects()}),
    "marked up titles": ("/list.do?cid=3&page=1&size=7", {"total": 20, "list": [{**row, "title": f"<b style='color:red'>{row['title']}</b>"} for row in objects()]}),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("wrap", ["{}", "callback_1({});", "/**/jQuery1_2({})", "var data = {};"])
def test_lists_in_json(name: str, wrap: str) -> None:
    address, data = LISTS[name]
    body = wrap.replace("{}", json.dumps(data, ensure_ascii=False)).encode()
    kind = "application/json" if wrap == "{}" else "text/javascript;charset=utf-8"
    record = read_page(body, SITE + address, content_type=kind).record
    assert record.page_kind == "fragment"
    assert record.listing is not None
    assert record.listing.items == wanted()
    assert len(record.listing.next_pages) == 2
    assert len({SITE + address, *record.listing.next_pages}) == 3
    assert (record.listing.count, record.listing.newest) == (COUNT, max(day(n) for n in range(1, COUNT + 1)))


def test_data_is_told_by_its_bytes_whatever_its_type() -> None:
    body = json.dumps({"total": 7, "list": objects()}).encode()
    for kind in ("text/html", "text/plain;charset=gbk", None, "application/octet-stream"):
        assert _items(read_page(body, URL, content_type=kind)) == wanted()
    assert _items(read_page("\ufeff".encode() + body, URL)) == wanted()
    gb = json.dumps({"total": 7, "list": objects()}, ensure_ascii=False).encode("gb18030")
    assert _items(read_page(gb, URL, content_type="application/json;charset=GBK")) == wanted()


def _items(reading: Reading) -> list[ListItem]:
    assert reading.record.listing is not None
    return reading.record.listing.items


@pytest.mark.parametrize("data", [
    {"total": 0, "list": []}, {"code": 200, "data": {"results": [], "total": 0, "page": 1}}, {"totalCount": "0", "rows": []},
])
def test_a_list_of_nothing_is_one(data: Any) -> None:
    found = read_page(json.dumps(data).encode(), f"{SITE}/list.do?page=1").record.listing
    assert found is not None
    assert (found.items, found.count, found.total, found.next_pages, found.script_filled) == ([], 0, 0, [], False)


@pytest.mark.parametrize("data", [
    {"code": 0, "data": {"count": 31, "id": 7}}, {"weather": [{"city": "示例", "temp": 21, "day": "2026-11-20"}]}, [1, 2, 3], {}, [],
    {"menu": [{"name": "首页", "id": 1}, {"name": "更多", "id": 2}]}, {"msg": "success", "users": [{"name": "admin", "loginTime": 12}]}, "text", None, 3,
    {"files": [{"name": "1.jpg", "url": "/a/1.jpg"}]},
])
def test_data_that_is_no_list_of_items(data: Any) -> None:
    found = read_page(json.dumps(data).encode(), f"{SITE}/api?page=1").record.listing
    assert found is None or not any(item.date for item in found.items)


def test_pages_without_a_number_in_their_address_say_what_cannot_be_reached() -> None:
    found = read_page(json.dumps({"total": 99, "list": objects()}).encode(), f"{SITE}/api/list").record.listing
    assert found is not None
    assert (found.next_pages, found.unreachable_pages) == ([], True)


def test_a_number_in_the_path_is_believed_where_the_answer_repeats_it() -> None:
    data = {"pageNo": 1, "totalPages": 3, "list": objects()}
    assert _next(data, f"{SITE}/static/tzgg_1.json") == [f"{SITE}/static/tzgg_2.json", f"{SITE}/static/tzgg_3.json"]
    assert _next(data, f"{SITE}/static/tzgg_88.json") == []


def _next(data: Any, url: str) -> list[str]:
    found = read_page(json.dumps(data).encode(), url).record.listing
    assert found is not None
    return found.next_pages


def test_lists_without_an_end_are_followed_only_so_far() -> None:
    assert len(_next({"total": 10**8, "list": objects()}, f"{SITE}/list?page=1&size=7")) == 1000
    assert _next({"list": objects()}, f"{SITE}/list?page=1&pageSize=7") == [f"{SITE}/list?page=2&pageSize=7"]
    assert _next({"list": objects()}, f"{SITE}/list?page=50&pageSize=7") == []
    assert _next({"list": objects(3)}, f"{SITE}/list?page=1&pageSize=7") == []
    assert further_pages(f"{SITE}/list?page=1", Length(total=50, shown=0)) == []


# -- what a page's script asks --------------------------------------------------------------------------------

CONFIG = "window._CONFIG = {{ SID: '200025', SITE_NAME: '示例', {} }}"


def test_gkmlpt_pages_ask_for_their_category() -> None:
    url = f"{SITE}/gkmlpt/policy"
    found = listing(f'<div id="app"></div><script>{CONFIG.format("COLUMN_ID: 505")}</script><script src="/gkmlpt/static/app.js"></script>', url)
    assert (found.dialect, found.next_pages, found.script_filled) == ("gkmlpt", [f"{SITE}/gkmlpt/api/all/505?page=1&sid=200025"], True)
    tree = 'TREE: [{"id":11,"name":"机构职能","parent":0},{"id":12,"name":"政策文件"}]'
    found = listing(f'<div id="app"></div><script>{CONFIG.format(tree)}</script>', f"{SITE}/jyj/gkmlpt/index")
    assert found.next_pages == [f"{SITE}/jyj/gkmlpt/api/all/{n}?page=1&sid=200025" for n in (11, 12)]


CALLS = {
    "UCAP": ("var channelId='abc', pageSize=20;function load(page){$.ajax({url:'/common/search/'+channelId+'?_isAgg=true&_isJson=true&_pageSize='+pageSize+'&_template=index&page='+page,"
             "type:'GET',dataType:'json',success:function(res){$('#news_list').html(res)}})} load(1);",
             "/common/search/abc?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=1"),
    "Ls": ("Ls.ajaxGet({url:'/site/label/8888',data:{labelName:'publicInfoList',siteId:'67',pageSize:15,pageIndex:1,organId:'21',catId:32,file:'/xxgk/list2020'}}).done(function(h){$('#news_list').html(h)})",
           "/site/label/8888?labelName=publicInfoList&siteId=67&pageSize=15&pageIndex=1&organId=21&catId=32&file=%2Fxxgk%2Flist2020"),
    "getJSON": ("$.getJSON('/api/list.json', {cid: 5, page: 1, size: 15}, function(d){ $('#news_list').append(d) })", "/api/list.json?cid=5&page=1&size=15"),
    "fetch": ("const cid = 5; fetch(`/api/articles?cid=${cid}&page=1`).then(r => { document.getElementById('news_list').innerHTML = r })", "/api/articles?cid=5&page=1"),
    "axios": ("axios.get('/api/articles', {params: {cid: 5, pageNo: 1}}).then(function(r){ $('#news_list').html(r) })", "/api/articles?cid=5&pageNo=1"),
    "load": ("$('#news_list').load('/zwgk/tzgg/list_data.html?page=1 #rows')", "/zwgk/tzgg/list_data.html?page=1"),
    "data in a variable": ("var p = {cid: 5, pageNum: 1}; $.ajax({ url: '/api/query', data: p, success: function(r){ $('#news_list').html(r) } });", "/api/query?cid=5&pageNum=1"),
    "jsonp": ("$.ajax({url:'/ucap/list.jsp', dataType:'jsonp', data:{webid:1,cur:1}, success:function(r){ $('#news_list').html(r) }})", "/ucap/list.jsp?webid=1&cur=1"),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls_that_stand_in_the_page_are_followed(name: str) -> None:
    code, address = CALLS[name]
    counter = "$.get('/hits/count?id=3'); $.ajax({url:'/user/loginStatus'});"
    found = listing(f"{SHELL}<script>{counter}{code}</script>")
    assert (found.items, found.script_filled) == ([], True)
    assert found.next_pages == [SITE + address]


@pytest.mark.parametrize("code", [
    "$.ajax({url:'/api/list', type:'POST', data:{page:1}, success:function(r){ $('#news_list').html(r) }})",
    "$.post('/api/list', {page:1}, function(r){ $('#news_list').html(r) })",
    "$.ajax({url: window.apiRoot + '/list', success:function(r){ $('#news_list').html(r) }})",
    "$.get('/hits/count?id=3', function(r){ $('#news_list').html(r) })",
    "$.get('http://other.example.com/api/list', function(r){ $('#news_list').html(r) })",
])
def test_calls_that_post_or_are_not_known_are_not_followed(code: str) -> None:
    found = listing(f"{SHELL}<script>{code}</script>")
    assert (found.next_pages, found.script_filled) == ([], True)


def test_an_article_that_fetches_its_neighbours_is_no_list() -> None:
    body = f"""<h1>关于某事项的通知</h1><p>发布时间：2026-03-01 来源：县政府办 字号：大 中 小 打印</p><div id="zoom">{'<p>现将有关事项通知如下，请认真执行。</p>' * 9}</div>
    <ul id="xgwz"></ul><script>$.ajax({{url:'/api/list?page=1',success:function(r){{$('#xgwz').html(r)}}}})</script>"""
    assert read_listing(page(body, f"{SITE}/zwgk/tzgg/t20260301_1.html", "<title>关于某事项的通知</title>")) is None


@pytest.mark.parametrize("form", [
    "<script>var data = {array};render(data);</script>",
    "<script>var page = {{total: 20, list: {array}}};</script>",
    "<script>$('#news_list').render({array})</script>",
    "<script type='application/json' id='d'>{array}</script>",
    "<script>var rows={loose};</script>",
])
def test_rows_that_stand_in_a_script(form: str) -> None:
    array = json.dumps(objects(), ensure_ascii=False)
    loose = array.replace('"title"', "title").replace('"url"', "url").replace('"id"', "id").replace('"', "'")
    if "application/json" in form:
        array = json.dumps({"list": objects()}, ensure_ascii=False)
    found = listing(SHELL + form.format(array=array, loose=loose))
    assert (found.dialect, found.items) == ("inline", wanted())


def test_rows_that_a_script_writes() -> None:
    lines = "\n".join(f"document.write('{line}');" for line in rows(LI, between="\n").replace("'", "\\'").splitlines())
    found = listing(f"<div class='list'><ul><script>{lines}</script></ul></div>")
    assert found.items == wanted()
    joined = "var h='';" + "\n".join(f'h += "{line}";' for line in rows(LI, between="\n").replace('"', '\\"').splitlines())
    assert listing(f"{SHELL}<script>{joined} document.getElementById('news_list').innerHTML=h;</script>").items == wanted()


def test_rows_of_a_carousel_do_not_stand_in_for_the_list() -> None:
    found = listing(LIST + f"<script>var focus = {json.dumps(objects(12, 50))};</script>")
    assert found.items == wanted()


# -- fragments and frames -------------------------------------------------------------------------------------

@pytest.mark.parametrize("body", [
    "<ul>{rows}</ul><div class='pagination'>共 20 条</div>", "{rows}<script>Ls.pagination('#p',{{total: 20, pageIndex: 1}});var totalCount=20;</script>",
    "<table>{table}</table><p>总记录数：20</p>",
])
def test_fragments_of_html_are_pages_of_the_list(body: str) -> None:
    table = rows("<tr><td><a href='/zwgk/tzgg/t{n}.html'>{title}</a></td><td>{day}</td></tr>")
    url = f"{SITE}/site/label/8888?labelName=publicInfoList&pageSize=7&pageIndex=1"
    record = read_page(body.format(rows=rows(ROOTED), table=table).encode(), url, content_type="text/html").record
    assert record.page_kind == "fragment"
    assert record.listing is not None
    assert record.listing.items == wanted()
    assert record.listing.next_pages == [f"{SITE}/site/label/8888?labelName=publicInfoList&pageSize=7&pageIndex={n}" for n in (2, 3)]


# -- sitemaps and feeds ---------------------------------------------------------------------------------------

def test_sitemaps_and_feeds_name_addresses() -> None:
    urlset = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> {SITE}/a.html </loc></url><url><loc>{SITE}/b.html</loc></url></urlset>'
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{SITE}/s1.xml.gz</loc></sitemap></sitemapindex>'
    rss = f'<rss version="2.0"><channel><link>{SITE}/</link><item><title>甲</title><link>{SITE}/a.html</link></item></channel></rss>'
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><link href="{SITE}/"/><entry><link href="{SITE}/a.html"/></entry></feed>'
    assert _named(urlset) == [(f"{SITE}/a.html", "sitemap"), (f"{SITE}/b.html", "sitemap")]
    assert _named(index) == [(f"{SITE}/s1.xml.gz", "feed")]
    assert _named(rss) == _named(atom) == [(f"{SITE}/a.html", "sitemap")]
    assert _named(urlset.replace("</url></urlset>", "")) == _named(urlset)
    assert read_feed(b"<html><body>404</body></html>", URL) is None
    assert read_feed(b'<?xml version="1.0"?><datastore></datastore>', URL) is None


def _named(text: str) -> list[tuple[str, str]]:
    found = read_feed(text.encode(), f"{SITE}/sitemap.xml")
    assert found is not None
    assert read_page(text.encode(), f"{SITE}/sitemap.xml").links == found.links
    return [(link.href, link.element) for link in found.links]


def test_a_sitemap_of_entities_unfolds_to_nothing() -> None:
    laughs = '<!DOCTYPE urlset [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)) + "]>"
    began = time.process_time()
    found = read_feed(f"{laughs}<urlset><url><loc>http://x.cn/&j;</loc></url></urlset>".encode(), URL)
    assert time.process_time() - began < 1
    assert found is None or all(len(link.href) < 1000 for link in found.links)


# -- hostile --------------------------------------------------------------------------------------------------

_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
_KEYS = st.sampled_from(["title", "url", "publishTime", "data", "list", "total", "page", "rows", "html", "a"]) | st.text(max_size=8)
_JSON = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=6) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=60)


@settings(max_examples=60, deadline=None)
@given(_JSON, st.sampled_from([URL, f"{SITE}/a?page=1&size=3", f"{SITE}/a?paramJson=%7B%22pageNo%22%3A1%7D", f"{SITE}/x_1.json"]))
def test_any_json_is_read(data: Any, url: str) -> None:
    body = json.dumps(data).encode()
    record = read_page(body, url, content_type="application/json").record
    found = record.listing
    if found is not None:
        assert len(found.next_pages) <= 1000
        assert all(item.title for item in found.items)
    again = find_list(data, url)
    assert again is None or again == find_list(data, url)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abn+-*?:'\"`(){}[],;=. \n/\\<>0123$&|", max_size=200))
def test_any_script_is_looked_at(code: str) -> None:
    names_of(code)
    list(functions(code))
    evaluate(code, {"a": 1, "b": "x"})
    values("{" + code, 0, {})
    read_data(code)
    read_listing(page(f"{SHELL}<script>{code}</script><a href=\"javascript:go(2)\">下一页</a><a onclick='{code}'>尾页</a>"))


@pytest.mark.parametrize("body", [
    "[" * 200_000, "{\"a\":" * 100_000, "[" + "{\"title\":\"甲乙丙\",\"url\":\"/a\"}," * 20_000 + "]",
    json.dumps({"list": [{f"k{m}": m for m in range(40)} for _ in range(5_000)]}),
    json.dumps("{\"a\":\"" + "\\" * 5_000), "callback(" * 20_000,
])
def test_data_costs_little_however_it_nests(body: str) -> None:
    began = time.process_time()
    read_page(body.encode(), f"{SITE}/a?page=1", content_type="application/json")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("code", [
    "var a = " + "(" * 50_000, "location.href=" * 10_000, "function f(" * 10_000, "f(" * 20_000, "$.ajax({url:" * 5_000, "`${" * 20_000,
    "a='" * 30_000, "[{title:" * 5_000, "document.write('<a " * 5_000, "x+=" * 20_000, "{" * 60_000, "createPageHTML(" * 5_000,
    "var p={columnid:1,unitid:2,proxyUrl:'/jpage/dataproxy.jsp'};" * 2_000,
])
def test_scripts_cost_little_whatever_they_say(code: str) -> None:
    began = time.process_time()
    found = read_listing(page(f"{SHELL}{LIST}<script>{code}</script><div>共 900 条 <a onclick='f(2)'>下一页</a><a onclick='f(9)'>尾页</a></div>"))
    assert found is None or len(found.next_pages) <= 1000
    read_listing(page(f"{SHELL}<script>{code}</script>"))
    assert time.process_time() - began < 6




def test_titles_cut_short_are_given_in_full() -> None:
    data = {"total": 7, "list": [{**row, "title": row["title"][:8] + "...", "fullName": row["title"]} for row in objects()]}
    assert _items(read_page(json.dumps(data).encode(), f"{SITE}/api?page=1")) == wanted()


def test_a_program_answered_for_a_list_says_nothing() -> None:
    reading = read_page("function f(){ alert('联系电话 13800000000') }".encode(), f"{SITE}/api?page=1", content_type="text/javascript")
    assert (reading.record.page_kind, reading.record.listing, reading.text, reading.links) == ("fragment", None, "", [])


PLUGINS = {
    "tcd": ("$('.p').createPage({pageCount:4,current:1,backFn:function(p){ location.href='index_'+(p-1)+'.html' }});", URL,
            ["zwgk/tzgg/index_1.html", "zwgk/tzgg/index_2.html", "zwgk/tzgg/index_3.html"]),
    "laypage": ("laypage.render({elem:'page',count:20,limit:7,curr:1,jump:function(obj,first){if(!first){location.href='?cid=3&page='+obj.curr}}});",
                f"{SITE}/zwgk/list.jsp?cid=3", ["zwgk/list.jsp?cid=3&page=2", "zwgk/list.jsp?cid=3&page=3"]),
    "from one on": ("$('#p').pagination({totalPage:3,callback:function(n){location.href='index_'+n+'.html'}});", URL,
                    ["zwgk/tzgg/index_2.html", "zwgk/tzgg/index_3.html"]),
}


@pytest.mark.parametrize("name", PLUGINS)
def test_paging_plugins(name: str) -> None:
    code, url, names = PLUGINS[name]
    found = listing(f"{LIST}<div class='p' id='page'></div><script>{code}</script>", url)
    assert found.items == wanted(place=url.rsplit("/", 1)[0] + "/")
    assert found.next_pages == [f"{SITE}/{name}" for name in names]


@pytest.mark.parametrize("taken", [
    "$('#channelId').val()", "document.getElementById('channelId').value", "$(\"#box\").attr('data-channel')",
])
def test_parameters_that_stand_in_the_pages_elements(taken: str) -> None:
    found = listing(f"""{SHELL}<input type="hidden" id="channelId" value="ab12"><div id="box" data-channel="ab12"></div>
    <script>function load(page){{$.ajax({{url:'/common/search/'+{taken}+'?_isJson=true&page='+page,success:function(r){{$('#news_list').html(r)}}}})}}load(1);</script>""")
    assert found.next_pages == [f"{SITE}/common/search/ab12?_isJson=true&page=1"]


def test_hanweb_parameters_written_as_a_query() -> None:
    found = listing("<div id='76'></div><script>$('#76').jpage({totalRecord:20,perPage:5,proxyUrl:'/module/jslib/jquery/jpage/dataproxy.jsp',"
                    "ajaxParam:'appid=1&webid=1&path=/&columnid=34&unitid=35565&permissiontype=0'});</script>")
    assert [url.partition("&perpage")[0] for url in found.next_pages] == [
        f"{SITE}/module/jslib/jquery/jpage/dataproxy.jsp?startrecord={first}&endrecord={first + 14}" for first in (1, 16)]
    assert found.next_pages[0].endswith("&perpage=5&appid=1&webid=1&path=%2F&columnid=34&unitid=35565&permissiontype=0")


def test_rows_of_cells_and_typed_names() -> None:
    cells = {"draw": 1, "recordsTotal": 20, "data": [[n, row["title"], row["url"], row["publishTime"]] for n, row in enumerate(objects())]}
    found = read_page(json.dumps(cells).encode(), f"{SITE}/dt?start=0&length=7").record.listing
    assert found is not None
    assert (found.items, found.next_pages) == (wanted(), [f"{SITE}/dt?start=7&length=7", f"{SITE}/dt?start=14&length=7"])
    solr = {"response": {"numFound": 20, "start": 0, "docs": objects(title="biaoti_s", url="url_s", day="fbrq_dt")}}
    found = read_page(json.dumps(solr).encode(), f"{SITE}/select?q=a&start=0&rows=7").record.listing
    assert found is not None
    assert (found.items, len(found.next_pages)) == (wanted(), 2)


def test_a_bar_that_sends_a_form_says_that_more_cannot_be_reached() -> None:
    bar = "<form name='f' method='get'><input name='page'><a href='#' onclick='document.f.page.value=2;document.f.submit()'>下一页</a> 共5页</form>"
    found = listing(LIST + bar)
    assert (found.items, found.next_pages, found.unreachable_pages) == (wanted(), [], True)


def test_a_call_in_markup_that_a_script_writes_is_none() -> None:
    script = """function show(d, n) {
        list.innerHTML = d.rows.map(r => '<li><a href="' + r.url + '">' + r.title + '</a></li>').join('');
        pager.innerHTML = '<a href="javascript:draw(' + (n + 1) + ')">下一页</a>'; }
        function draw(n) { fetch('/api/list?page=' + n).then(r => r.json()).then(d => show(d, n)); }
        // draw('x')
        draw(1);"""
    body = f'<div class="pos">当前位置：<a href="/">首页</a> &gt; 通知公告</div><ul id="list"></ul><script>{script}</script>'
    reading = read_page(f"<html><body>{body}</body></html>".encode(), "http://a.cn/t/index.html")
    assert reading.record.listing is not None
    assert reading.record.listing.next_pages == ["http://a.cn/api/list?page=1"]
