"""A document's fields that stand in a script of its page, under the labels of the visible table."""

from __future__ import annotations

import pytest

from crawler.cms.lexicon import load
from crawler.extract.inline_fields import fields_in
from crawler.extract.reading import read_page

TOLD = {"index_number": "SL-1-2026", "document_number": "示政发〔2026〕3号", "disclosure": "主动公开"}


@pytest.mark.parametrize("source", [
    "var d={'索引号':'SL-1-2026','文号':'示政发〔2026〕3号','公开方式':'主动公开'};for(k in d){h+='<th>'+k+'</th>'+d[k]}",
    "var a = [['索 引 号：','SL-1-2026'],['发文字号','示政发〔2026〕3号'],['公开属性', '主动公开']];",
    'rows=[{name:"索引号",value:"SL-1-2026"},{"name":"文　号：","value":"示政发〔2026〕3号"},{name:"公开方式",val:"主动公开"}]',
    "add('索引号','SL-1-2026');add('文号','示政发〔2026〕3号');info.公开方式='主动公开';",
    "t['索引号']=\"SL-1-2026\";t['文号']=\"示政发〔2026〕3号\";t['公开类别']=\"主动公开\";",
    "document.write('<td>索&nbsp;引&nbsp;号：</td><td>SL-1-2026</td><td>文号</td><td>示政发〔2026〕3号</td>');"
    "document.write('<td>公开方式：主动公开</td>');",
    r'{"\u7d22\u5f15\u53f7":"SL-1-2026","\u6587\u53f7":"\u793a\u653f\u53d1\u30142026\u30153\u53f7","\u516c\u5f00\u65b9\u5f0f":"\u4e3b\u52a8\u516c\u5f00"}',
    '["索引号","SL-1-2026","文号","示政发〔2026〕3号","公开方式","主动公开"]',
])
def test_fields_are_read_in_every_form(source: str) -> None:
    assert fields_in(source) == TOLD


@pytest.mark.parametrize("source", [
    "columns:[{title:'索引号',field:'syh'},{title:'文号',field:'fileNum'},{title:'公开方式',field:'gkfs'}]",
    "var keys={'索引号':'syh','文号':'wh','公开方式':'gkfs'}",
    "var hints={'索引号':'请输入索引号','文号':'请输入文号'}",
    "var l=[{'索引号':'A2026','文号':'示政发〔2026〕3号'},{'索引号':'B2026','文号':'示政发〔2026〕4号'}]",
    "h='<td>索引号</td><td>'+d.a+'</td><td>文号</td><td>'+d.b+'</td>';t=`<td>索引号：${d.a}</td><td>文号：${d.b}</td>`",
    "if(d['有效性']=='有效'){x()}else if(d['索引号']=='SL-1-2026'){y()}",
    "['索引号','文号','公开方式']",
])
def test_names_of_fields_without_values_are_no_table(source: str) -> None:
    assert fields_in(source) == {}


def test_the_first_of_several_labels_of_a_field_and_empty_ones_are_told() -> None:
    source = "{'索引号':'SL-1-2026','发布机构':'县政府办公室','发文机关':'示例县人民政府','成文日期':'2026-05-06','有效性':''}"
    fields = fields_in(source)
    assert (fields["issuer"], fields["signed"], fields["validity"]) == ("示例县人民政府", "2026-05-06", "")


def test_a_page_whose_table_a_script_writes_is_a_document() -> None:
    html = (
        "<html><head><title>示例县校车管理办法</title></head><body><h1>示例县校车管理办法</h1><div id='k'></div>"
        "<script>var d={'索引号':'SL-1-2026','成文日期':'2026年5月6日','公开方式':'主动公开'};show(d)</script>"
        "<p>第一条 为了加强校车管理，保障学生安全，根据有关规定，制定本办法。</p></body></html>"
    )
    record = read_page(html.encode(), "http://www.example.gov.cn/w/1.html").record
    assert record.page_kind == "document"
    assert record.attributes.has_table
    assert (record.attributes.signed, record.attributes.disclosure) == ("2026-05-06", "主动公开")


def fields_left_to_scripts(body: str, script: str) -> list[str]:
    html = (
        f"<html><head><title>示例县校车管理办法（示政发〔2026〕3号）</title></head><body><h1>示例县校车管理办法（示政发〔2026〕3号）</h1>"
        f"<p>发布时间：2026-05-06 来源：县政府办</p>{body}<script>{script}</script>"
        "<p>第一条 为了加强校车管理，保障学生安全，根据有关规定，制定本办法。</p></body></html>"
    )
    return read_page(html.encode(), "http://www.example.gov.cn/w/1.html").record.attributes.scripted


@pytest.mark.parametrize(("body", "script"), [
    ("<div class='t'></div>", "get(function(d){$('.t').html('<b>索引号：</b>'+d.a+'<b>公开方式：</b>'+d.b)})"),
    ("<div class='t'></div>", "get(function(d){show(d.syh, d.gkfs, d.fwzh)})"),
    ("<div class='t'></div>", "var kind=['主动公开','依申请公开'],state={1:'有效',2:'废止'};show(kind[d.a], state[d.b])"),
    ("<div id='fileInfo'><!-- 由脚本填写 --></div>", "load()"),
    ("<table><tr><th>索引号</th><td id='a'></td><th>公开方式</th><td id='b'></td></tr></table>", "$('#a').text(d.x);$('#b').text(d.y)"),
])
def test_a_table_left_to_a_script_is_told(body: str, script: str) -> None:
    assert {"index_number", "disclosure"} <= set(fields_left_to_scripts(body, script))


@pytest.mark.parametrize(("body", "script"), [
    ("<div id='hits'></div>", "$('#hits').load('/hits?id=1')"),
    ("<table><tr><th>索引号</th><td>SL-2026-1</td><th>公开方式</th><td></td></tr></table>", "$('#hits').load('/hits?id=1')"),
    ("<div></div>", "var d={'索引号':'SL-2026-1','公开方式':'主动公开','成文日期':'2026-05-06'}"),
    ("<div></div>", "document.title='发布日期'"),
])
def test_other_scripts_leave_no_doubt(body: str, script: str) -> None:
    assert "disclosure" not in fields_left_to_scripts(body, script)


def test_every_label_of_a_core_field_holds_a_sign() -> None:
    lexicon = load("disclosure_fields")
    labels = [label for name in lexicon["core"] for label in lexicon["labels"][name]]
    assert [label for label in labels if not any(sign in label for sign in lexicon["script_signs"])] == []


def test_rare_labels_are_read() -> None:
    source = "var d={'文件编号':'示政发〔2026〕3号','信息标识':'SL-1-2026'};show(d)"
    assert fields_in(source) == {"document_number": "示政发〔2026〕3号", "index_number": "SL-1-2026"}
