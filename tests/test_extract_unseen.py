"""What pages of sites nobody had looked at before taught the extractors, each as a small made-up page."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.extract.dates import find_dates
from crawler.extract.labels import as_labels
from crawler.extract.reading import read_page
from crawler.extract.title import without_site
from crawler.snapshot.records import Listing

URL = "http://www.example.gov.cn/xxgk/tzgg/index.html"


def read(body: str, head: str = "", url: str = URL) -> dict[str, Any]:
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return as_labels(read_page(page.encode(), url), url)


def article(facts: str, crumb: str = "") -> str:
    text = "<p>县农业农村局组织技术人员到田间地头，指导农户做好春季田间管理，并就病虫害防治答疑解惑。</p>" * 4
    return f"{crumb}<div id='main'><h1>县农业农村局组织开展春季田间管理指导</h1>{facts}<div class='txt'>{text}</div></div>"


@pytest.mark.parametrize("shown", [
    "2025年06月03日 13时44分", "2025年06月03日 13时44分05秒", "2025-06-03 13:44:05", "2025-06-03 13:44:05.0", "2025年6月3日13时44分",
])
def test_a_date_ends_behind_its_minutes_and_seconds(shown: str) -> None:
    (found,) = find_dates(shown)
    assert (found.iso, found.end) == ("2025-06-03 13:44", len(shown))


@pytest.mark.parametrize("shown", ["2025年06月03日 13时44分", "2025-06-03 13:44:05"])
def test_a_bare_day_with_minutes_below_the_title_is_the_publication(shown: str) -> None:
    got = read(article(f"<ul><li>{shown}</li><li>来源: 县农业农村局</li></ul>"))
    assert got["published"] == "2025-06-03 13:44"


@pytest.mark.parametrize(("shown", "wanted"), [
    ("【来源：县融媒体中心】 发布日期：2025-06-03", "县融媒体中心"),
    ("（来源：县政府办（督查室））2025-06-03", "县政府办（督查室）"),
    ("来源：县教育局（原县文教局） 2025-06-03", "县教育局（原县文教局）"),
])
def test_a_source_in_brackets_ends_before_the_closing_one(shown: str, wanted: str) -> None:
    assert read(article(f"<div class='info'>{shown}</div>"))["source"] == wanted


def column(rows: str, trail: str = "通知公告", named: str = "通知公告") -> dict[str, Any]:
    head = f"<title>{trail}-某县人民政府</title><meta name='SiteName' content='某县人民政府'><meta name='ColumnName' content='{named}'>"
    crumb = f"<div>当前位置：<a href='/'>首页</a>&gt;<a href='/xxgk/'>政务公开</a>&gt;<a href='./'>{trail}</a></div>"
    return read(f"{crumb}<div class='list'>{rows}</div>", head)


def test_a_column_whose_tag_names_the_one_above_is_called_as_its_trail_ends() -> None:
    rows = "".join(f"<li><a href='./t{at}.html'>关于第{at}批土地出让的公告</a><span>2026-05-0{at}</span></li>" for at in range(1, 6))
    assert column(f"<ul>{rows}</ul>", "土地供应", "政务公开")["title"] == "土地供应"
    assert column(f"<ul>{rows}</ul>", "土地供应", "土地出让")["title"] == "土地出让"


@pytest.mark.parametrize("facts", ["日期：2025-06-03 10:32 来源： 字号：【大 中 小】", "发布日期：2025-06-03"])
def test_a_short_text_without_any_tag_is_an_article_where_no_list_is(facts: str) -> None:
    head = "<title>县图书馆端午节期间开放时间安排-某县人民政府网站</title>"
    got = read(f"<div><a href='/'>首页</a> &gt; <a href='/tz/'>通知</a></div><h3>县图书馆端午节期间开放时间安排</h3>"
               f"<h4>{facts}</h4><p>照常开放。</p>", head)
    assert (got["page_kind"], got["title"], got["published"][:10]) == ("article", "县图书馆端午节期间开放时间安排", "2025-06-03")


@pytest.mark.parametrize("crumb", [
    "<table><tr><td>当前位置：<a href='/'>首页</a></td><td><table><tr><td> &gt; <a href='/a/'>政务公开</a></td>"
    "<td> &gt; <a href='/a/b/'>工作动态</a></td></tr></table></td></tr></table>",
    "<div class='breadcrumb'><ul><li>当前位置： <a href='/'>首页</a></li><li><a href='/a/'>政务公开&nbsp;</a></li>"
    "<li><a href='/a/b/'>工作动态&nbsp;</a></li></ul></div>",
])
def test_a_trail_spread_over_cells_or_items_is_read_to_its_end(crumb: str) -> None:
    got = read(article("<p>发布日期：2025-06-03 来源：县农业农村局</p>", crumb))
    assert got["breadcrumb"] == ["首页", "政务公开", "工作动态"]


def test_a_menu_below_a_trail_of_the_home_page_alone_is_no_part_of_it() -> None:
    menu = "<ul><li><a href='/a/'>新闻中心</a></li><li><a href='/b/'>政务公开</a></li></ul>"
    got = read(article("<p>发布日期：2025-06-03 来源：县农业农村局</p>",
                       f"<div class='top'><p>当前位置：<a href='/'>首页</a></p>{menu}</div>"))
    assert got["breadcrumb"] == ["首页"]


def test_interpretations_listed_inside_a_row_do_not_take_its_place() -> None:
    rows = "".join(
        f"<li><a href='./t{at}.html'>第{at}号令</a><div class='pop'><h3>相关解读</h3><ul>"
        f"<li><a href='../jd/j{at}.html'>有关负责同志就第{at}号令的出台背景和主要内容答记者问</a></li></ul></div>"
        f"<span>2026/05/0{at}</span></li>"
        for at in range(1, 4)
    )
    listing = column(f"<ul>{rows}</ul>")["listing"]
    assert [item["title"] for item in listing["items"]] == ["第1号令", "第2号令", "第3号令"]
    assert (listing["count"], listing["newest"]) == (3, "2026-05-03")


def catalogue(first: str) -> str:
    return ("<table><tr><th>名称</th><th>索引号</th><th>发布机构</th><th>发布日期</th></tr>"
            f"<tr><td>{first}</td><td>000014348/2026-00001</td><td>县教育局</td><td>2026-05-05</td></tr></table>")


def test_a_catalogue_with_one_row_is_a_list_not_a_document() -> None:
    got = column(catalogue("<a href='./202605/t1.html'>县教育局关于印发学校安全工作考核办法的通知</a>"))
    assert (got["page_kind"], got["published"], got["attributes"]["index_number"]) == ("column", None, None)
    assert [item["date"] for item in got["listing"]["items"]] == ["2026-05-05"]


def test_a_row_of_labels_over_the_document_itself_is_its_table() -> None:
    got = read(article(catalogue("县农业农村局组织开展春季田间管理指导")))
    assert (got["page_kind"], got["attributes"]["index_number"]) == ("document", "000014348/2026-00001")


def paged(script: str) -> Listing:
    rows = "".join(f"<li><a href='./t{at}.html'>关于第{at}批土地出让的公告</a><span>2026-05-0{at}</span></li>" for at in range(1, 6))
    html = f"<html><body><ul>{rows}</ul><div class='page'>{script}</div></body></html>"
    listing = read_page(html.encode(), URL).record.listing
    assert listing is not None
    return listing


def test_a_paging_call_is_found_behind_a_script_that_only_defines_it() -> None:
    defined = "<script>function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){if(_nPageCount<=1){return;}}</script>"
    listing = paged(f"{defined}<script>createPageHTML(3, 0, 'index', 'html');</script>")
    assert [url.rsplit("/", 1)[1] for url in listing.next_pages] == ["index_1.html", "index_2.html"]


def test_a_paging_call_may_end_with_the_number_of_rows() -> None:
    listing = paged("<script>createPageHTML(55,0, 'index','shtml','1089');</script>")
    assert (len(listing.next_pages), listing.total) == (54, 1089)


def test_a_count_left_over_in_a_template_is_not_believed_against_the_rows() -> None:
    assert paged("<!--共有<span>0</span>条信息--><script>createPageHTML(3, 0, 'index', 'html');</script>").total is None


@pytest.mark.parametrize("wording", ["对不起，您暂时访问不了该页面！！", "很抱歉，您要的网页打不开了"])
def test_an_error_page_under_the_sites_own_title_is_told_by_its_words(wording: str) -> None:
    menu = "".join(f"<li><a href='/{at}/'>栏目{at}</a></li>" for at in range(12))
    html = f"<html><head><title>某县商务局</title></head><body><ul>{menu}</ul><div class='con'><p>{wording}</p></div></body></html>"
    assert read_page(html.encode(), "http://www.example.gov.cn/no/such.html").record.error_page


@pytest.mark.parametrize("trail", [
    "当前位置：首页&gt;&gt;废止失效文件", "您当前的位置 : 首页 &gt; 失效文件", "首页 / 政策文件 / 失效废止", "所在位置：首页-网页错误举报",
])
def test_a_trail_with_a_columns_odd_name_is_no_error(trail: str) -> None:
    menu = "".join(f"<li><a href='/{at}/'>栏目{at}</a></li>" for at in range(12))
    rows = "".join(f"<tr><td><a href='/show?id={at}'>关于某事的通知之{at}</a></td><td>2026-0{at}-11</td></tr>" for at in range(1, 4))
    html = (f"<html><head><title>某县人民政府</title></head><body><ul>{menu}</ul><div>{trail}</div><table>{rows}</table>"
            "</body></html>")
    assert not read_page(html.encode(), "http://www.example.gov.cn/list?cid=16").record.error_page


def test_a_letter_about_a_page_that_does_not_open_is_no_error_page() -> None:
    got = read("<h1>办事网页打不开怎么办</h1><div>来信时间：2026-05-04 来信人：李某</div><p>我打开办事大厅的页面总是打不开。</p>"
               "<div>答复单位：县数据局 答复时间：2026-05-06</div><p>您好，系统已经恢复，给您带来不便敬请谅解。</p>")
    assert not got["error_page"]


@pytest.mark.parametrize("heading", ["某县教育局_全县校园安全培训班举办", "全县校园安全培训班举办-某县政府办"])
def test_a_title_that_ends_in_a_verb_is_not_taken_for_an_office(heading: str) -> None:
    assert without_site(heading, "", [], "") == "全县校园安全培训班举办"


FIELDS = [
    ("索引号", "SL5800-2026-00018"), ("发布机构", "示例县人民政府"), ("发文字号", "示政〔2026〕9号"), ("主题分类", "城乡建设；环境保护"),
    ("成文日期", "2026-06-10"), ("发布日期", "2026-06-12"), ("公开形式", "主动公开"),
]


@pytest.mark.parametrize("mark", ["；", "；　", ";", "，", ", ", " ｜ ", "|", " / ", "/", "、"])
@pytest.mark.parametrize("ends", ["（）", "()", "【】", "〔〕", "  "])
def test_fields_told_in_a_row_are_each_read(mark: str, ends: str) -> None:
    row = mark.join(f"{label}：{value}" for label, value in FIELDS)
    got = read(article(f"<p>2026-06-12</p><p>{ends[0]}{row}{ends[1]}</p>"))["attributes"]
    told = {name: got[name] for name in ("index_number", "document_number", "topic", "signed", "disclosure", "issuer")}
    assert told == {
        "index_number": "SL5800-2026-00018", "document_number": "示政〔2026〕9号", "topic": "城乡建设；环境保护",
        "signed": "2026-06-10", "disclosure": "主动公开", "issuer": "示例县人民政府",
    }


@pytest.mark.parametrize("row", ["【{}】{}", "<span>[{}]</span>{}", "<label>{}</label><em>{}</em>", "<span>{}</span> <span>{}</span> "])
def test_fields_told_one_behind_the_other_are_each_read(row: str) -> None:
    block = "".join(row.format(label, value) for label, value in FIELDS)
    got = read(article(f"<p>2026-06-12</p><p>{block}</p>"))["attributes"]
    assert (got["index_number"], got["document_number"], got["topic"]) == ("SL5800-2026-00018", "示政〔2026〕9号", "城乡建设；环境保护")
    assert (got["signed"], got["disclosure"], got["issuer"]) == ("2026-06-10", "主动公开", "示例县人民政府")


@pytest.mark.parametrize("text", [
    "<b>索引号</b>是信息的编号，<b>公开方式</b>由各单位填写", "（牵头单位：县水利局；责任单位：县农业农村局，各镇人民政府）", "登记表应当写明：名称；文号：由登记机关编写；公开方式：另行规定。",
])
def test_fields_that_sentences_speak_of_are_none_of_the_pages(text: str) -> None:
    got = read(article(f"<p>2026-06-12</p><p>各单位要压实责任。{text}</p>"))["attributes"]
    assert (got["document_number"], got["disclosure"], got["issuer"]) == (None, None, None)


@pytest.mark.parametrize("rows", [
    [("索<i></i> 引 号", "01102-2026-1"), ("文<i></i>　号", "示教规〔2026〕1号"), ("主<i></i>题分类", "综合政务")],
    [("索<span></span>引号", "01102-2026-1"), ("发<span></span>文字号", "示教规〔2026〕1号"), ("主<b></b>题分类", "综合政务")],
])
def test_labels_broken_by_empty_elements_are_labels(rows: list[tuple[str, str]]) -> None:
    listed = "".join(f"<li><label>{label}</label><em>{value}</em></li>" for label, value in rows)
    body = (
        "<h1>示例县教育局关于校外培训机构预收费管理的通知</h1><p>各学校：</p><p>一次收费时间跨度不得超过三个月，预收费进入专用账户，退费限时办结。</p>"
        f"<p>示例县教育局</p><p>2026年6月2日</p><aside><ul>{listed}</ul></aside>"
    )
    attributes = read_page(f"<html><body>{body}</body></html>".encode(), URL).record.attributes
    assert attributes.has_table
    assert (attributes.index_number, attributes.document_number) == ("01102-2026-1", "示教规〔2026〕1号")
    assert attributes.topic == "综合政务"


@pytest.mark.parametrize(("shown", "validity"), [
    ("<span class='b'>文件时效　有效</span>", "有效"), ("<em>有效性 现行有效</em>", "现行有效"), ("<p>文件时效：已废止</p>", "已废止"),
    ("<p>时效 有效保障了各项工作的开展。</p>", None),
])
def test_a_value_may_follow_its_label_behind_a_blank(shown: str, validity: str | None) -> None:
    body = (
        f"<h1>示例县零工驿站运行管理办法</h1>{shown}<p>索引号：01102-2026-1</p><p>文号：示人社规〔2026〕1号</p><p>公开方式：主动公开</p>"
        "<p>第一条 为了规范零工驿站运行，保障劳动者权益，根据有关规定，制定本办法。</p>"
    )
    assert read_page(f"<html><body>{body}</body></html>".encode(), URL).record.attributes.validity == validity
