"""Data in a page's script: the rows of its list say nothing of the page, its own document's fields do."""

from __future__ import annotations

import json
import time

import pytest

from crawler.extract.data_rows import without_rows
from crawler.extract.parsed import parse_page
from crawler.extract.reading import read_page
from crawler.snapshot.records import PageRecord

SITE = "http://www.example.gov.cn"
TITLE = "示例县教育局关于印发《示例县校外培训预收费管理办法》的通知"
ROW = {
    "id": 7131853, "title": TITLE, "document_number": "示教规〔2026〕2号", "publisher": "示例县教育局",
    "display_publish_time": "2026-08-24", "is_expired": 0, "is_abolished": 0,
}
LIST = (
    "<h2>行政规范性文件</h2><table class='gl'><thead><tr><th>名称</th><th>文号</th><th>发布日期</th></tr></thead><tbody><tr>"
    f"<td><a href='/jyj/gkmlpt/content/7/7131/post_7131853.html' title='{TITLE}'>{TITLE}</a></td>"
    "<td>示教规〔2026〕2号</td><td>2026-08-24</td></tr></tbody></table>"
)
TEXT = "".join(
    f"<p>第{n}条 为了规范校外培训机构预收费管理，保护学员合法权益，根据有关规定，结合本县实际，制定本办法的第{n}款。</p>"
    for n in "一二三四五六"
)


def read(body: str, script: str, path: str, heading: str, column: str = "行政规范性文件") -> PageRecord:
    html = (
        f"<html><head><title>{heading}</title><meta name='ColumnName' content='{column}'></head><body>"
        f"<div>当前位置：<a href='/'>首页</a> &gt; <a href='/jyj/gkmlpt/'>政府信息公开</a></div>{body}<script>{script}</script></body></html>"
    )
    return read_page(html.encode(), SITE + path).record


def state(**data: object) -> str:
    return "window.__INITIAL_STATE__=" + json.dumps({"sid": "jyj", "page": 1, **data}, ensure_ascii=False)


SCRIPTED_LISTS = {
    "one row": state(total=1, cat={"id": 3104, "name": "行政规范性文件"}, articles=[ROW]),
    "two rows": state(total=2, articles=[ROW, {**ROW, "id": 7131854, "title": "示例县教育局关于学生资助的通知"}]),
    "rows in a list of lists": state(columns=[{"name": "规范性文件", "articles": [ROW]}]),
    "an object literal": f"var list = {{rows: [{{title: '{TITLE}', wenhao: '示教规〔2026〕2号', is_expired: 0, cwrq: '2026-08-20'}}]}};",
    "labels for keys": f"var d=[{{'标题':'{TITLE}','索引号':'SL-1-2026','文号':'示教规〔2026〕2号','公开方式':'主动公开'}}];draw(d)",
    "an apostrophe in a remark": f"// it's the list\nvar s = {json.dumps({'list': [ROW]}, ensure_ascii=False)};",
    "a summary as content": state(articles=[{**ROW, "content": "为了规范校外培训机构预收费管理，保护学员合法权益。"}]),
}


@pytest.mark.parametrize("name", SCRIPTED_LISTS)
def test_a_list_of_one_is_no_document(name: str) -> None:
    record = read(LIST, SCRIPTED_LISTS[name], "/jyj/gkmlpt/cat/3104", "行政规范性文件 - 示例县教育局")
    assert record.page_kind == "column"
    assert record.listing is not None
    assert len(record.listing.items) == 1
    assert not record.attributes.has_table
    assert record.attributes.validity is None


PATH = "/jyj/gkmlpt/content/7/7131/post_7131853.html"
OWN_DATA = {
    "an object": (state(article=ROW), TITLE),
    "of a configuration": ("window._CONFIG = {DETAIL: " + json.dumps(ROW) + ", ALL_CATEGORIES: [{id: 1, title: '机构职能'}]}", TITLE),
    "a list of one, by its title": (state(detail=[ROW]), TITLE),
    "a list of one, by its number": (state(articles=[ROW]), "文件内容"),
    "a list of one, by its address": (state(list=[{**ROW, "id": 5, "url": SITE + PATH}]), "文件内容"),
    "a list of one, by its body": (state(list=[{**ROW, "id": 5, "content": TEXT}]), "文件内容"),
    "beside lists of others": (state(article=ROW, related=[
        {**ROW, "id": 9, "title": "关于公布义务教育学校名单的公告", "is_abolished": 1, "document_number": "示教〔2020〕1号"}]), TITLE),
    "behind an array of data": ("window.__NUXT__={data:[{detail:" + json.dumps(ROW) + "}]}", TITLE),
}


@pytest.mark.parametrize("name", OWN_DATA)
def test_a_documents_own_data_are_read(name: str) -> None:
    script, heading = OWN_DATA[name]
    record = read(f"<h1>{TITLE}</h1><p>发布时间：2026-08-24 来源：本局</p>{TEXT}", script, PATH, heading)
    assert record.page_kind == "document"
    got = record.attributes
    assert (got.document_number, got.issuer, got.validity) == ("示教规〔2026〕2号", "示例县教育局", "有效")


@pytest.mark.parametrize("source", ["[{" * 100_000, "[{title:'x'}," * 20_000, "/*" * 150_000, "'\\" * 100_000, "[{\"title\":\"a\"" * 30_000])
def test_hostile_data_cost_no_time(source: str) -> None:
    page = parse_page(b"<html></html>", SITE)
    begun = time.perf_counter()
    without_rows(source + "is_expired", page)
    assert time.perf_counter() - begun < 5


REPORTS = "".join(
    f"<li><a href='/gkmlpt/content/7/7145/post_71458{n}.html'>示例县人民政府202{n}年政府信息公开工作年度报告</a>"
    f"<span>202{n + 1}-03-25</span></li>" for n in (5, 4)
)


@pytest.mark.parametrize("name", ["政府信息公开年报", "政府信息公开年度报告"])
def test_a_list_of_few_reports_is_their_column(name: str) -> None:
    body = f"<i>&gt;</i><span>{name}</span><div><h3>{name}</h3><ul class='l'>{REPORTS}</ul></div>"
    record = read(body, "", "/gkmlpt/annual", f"{name}-示例县人民政府", name)
    assert record.page_kind == "column"
    assert record.listing is not None
    assert len(record.listing.items) == 2


def test_a_report_beside_those_of_other_years_is_one() -> None:
    title = "示例县人民政府2025年政府信息公开工作年度报告"
    record = read(f"<h1>{title}</h1><p>发布时间：2026-03-25</p>{TEXT}<ul>{REPORTS}</ul>", "", "/gkmlpt/content/7/post_7145815.html", title, "政府信息公开年报")
    assert record.page_kind == "annual-report"
