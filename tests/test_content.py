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


def test_a_short_lead_and_a_table_are_the_text_not_the_facts_above() -> None:
    body = (
        "<div class='a'><i>发布日期：2026-11-03 13:29</i><i>信息来源：县人力资源和社会保障局</i><i>浏览次数：</i></div>"
        "<div class='b'><p>现将名单公示如下。</p><table><tr><td>姓名</td><td>证号</td><td>岗位</td></tr>"
        "<tr><td>甲某</td><td>0001</td><td>护林员</td></tr></table></div>"
    )
    page = PAGE.replace("<div>发布日期：2026-11-03 来源：县政府办公室</div>", "").format(body=body)
    reading = read_page(page.encode(), "http://www.example.gov.cn/dt/1.html")
    assert reading.record.published == "2026-11-03 13:29"
    assert reading.text.split("\n")[0] == "现将名单公示如下。"
    assert "护林员" in reading.text
    assert "浏览次数" not in reading.text


@pytest.mark.parametrize("facts", [
    "时间：2026-11-03 来源：县政府办公室 浏览：<b>12</b> 字体：大 中 小",
    "2026-11-03 09:30 来源：示例县人力资源和社会保障局 作者：办公室 浏览次数：120",
    "日期：2026年11月03日 【字号：大 中 小】 来源：县政府办公室",
])
def test_facts_that_begin_with_the_day_are_hardly_text(facts: str) -> None:
    body = (
        f"<div>{facts}</div><div><p>名单如下：</p><table><tr><td>序号</td><td>姓名</td></tr><tr><td>1</td><td>甲某</td></tr>"
        "<tr><td>2</td><td>乙某</td></tr></table></div>"
    )
    page = PAGE.replace("<div>发布日期：2026-11-03 来源：县政府办公室</div>", "").format(body=body)
    reading = read_page(page.encode(), "http://www.example.gov.cn/dt/1.html")
    assert reading.text.startswith("名单如下：")
    assert "乙某" in reading.text
    assert (reading.record.published or "").startswith("2026-11-03")


def test_the_time_of_a_meeting_is_text() -> None:
    body = "<div><p>时间：2026年11月3日上午，地点：县政府会议室。</p><p>请参加人员提前到场。</p></div>"
    text = read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/dt/1.html").text
    assert text.startswith("时间：2026年11月3日上午")


def test_facts_and_a_picture_alone_keep_their_day() -> None:
    body = "<div><img src='/1.jpg' alt=''></div>"
    assert read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/dt/1.html").record.published == "2026-11-03"


TABLE = (
    "<table><tr><td>索引号</td><td>sl000/2026-001</td><td>主题分类</td><td>综合政务</td></tr>"
    "<tr><td>文 号</td><td>示政办发〔2026〕3号</td><td>有效性</td><td>有效</td></tr></table>"
)
TEXT = "<p>为规范管理，结合本县实际，制定本办法。</p><p>本办法适用于全县范围。</p><p>本办法自印发之日起施行。</p><p>2026年11月2日</p>"
COLOPHON = ("信息公开类别：主动公开", "抄送：县委有关部门，县人大常委会办公室，县法院，县检察院。", "示例县人民政府办公室 2026年11月2日印发")


@pytest.mark.parametrize("colophon", [
    "<table>" + "".join(f"<tr><td>{line}</td></tr>" for line in COLOPHON) + "</table>",
    "".join(f"<p>{line}</p>" for line in COLOPHON),
    "<div>" + "<br>".join(COLOPHON) + "</div>",
    "<table><tr><td>发文机关</td><td>县政府办公室</td></tr><tr><td>公开属性</td><td>主动公开</td></tr></table>",
])
@pytest.mark.parametrize("outside", [True, False])
def test_the_fields_beneath_a_text_leave_it_whole(colophon: str, *, outside: bool) -> None:
    body = f"{TABLE}<div>{TEXT}{colophon}</div>" if outside else f"<div>{TABLE}{TEXT}{colophon}</div>"
    reading = read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/dt/1.html")
    assert reading.text.startswith("为规范管理")
    assert "本办法自印发之日起施行。" in reading.text
    assert reading.record.attributes.disclosure == "主动公开"
    assert reading.record.attributes.document_number == "示政办发〔2026〕3号"


@pytest.mark.parametrize("colophon", [
    "<table>" + "".join(f"<tr><td>{line}</td></tr>" for line in COLOPHON) + "</table>",
    "".join(f"<p>{line}</p>" for line in COLOPHON),
])
def test_a_text_of_few_words_is_whole_too(colophon: str) -> None:
    text = (
        "<p>示政发〔2026〕5号</p><p>县政府决定对下列文件予以废止：</p><p>1．示例县网吧管理办法（示政发〔2018〕3号）</p>"
        "<p>2．示例县散装水泥管理办法（示政发〔2019〕5号）</p><p>示例县人民政府</p><p>2026年11月2日</p>"
    )
    body = f"<div>{TABLE}{text}{colophon}</div>"
    reading = read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/dt/1.html")
    assert "示例县网吧管理办法" in reading.text
    assert "索引号" not in reading.text


def test_a_table_beneath_the_text_leaves_it_whole() -> None:
    reading = read_page(PAGE.format(body=f"<div>{TEXT}</div>{TABLE}").encode(), "http://www.example.gov.cn/dt/1.html")
    assert "本办法自印发之日起施行。" in reading.text
    assert reading.record.attributes.index_number == "sl000/2026-001"


def test_a_table_that_sums_the_document_up_is_no_text() -> None:
    table = (
        "<ul><li>索引号：sl000/2026-001</li><li>主题分类：综合政务</li>"
        "<li>内容概述：本办法规定了管理的范围、程序和责任，自印发之日起施行。</li><li>有效性：有效</li></ul>"
    )
    reading = read_page(PAGE.format(body=f"{table}<div>{TEXT}</div>").encode(), "http://www.example.gov.cn/dt/1.html")
    assert reading.text.startswith("为规范管理")


EMPTY_ISSUER = (
    "<ul><li><b>索 引 号：</b>sl000/2026-001</li><li><b>发文机关：</b>{place}</li><li><b>成文日期：</b>2026年11月2日</li>"
    "<li><b>公开属性：</b>主动公开</li></ul>"
)


def test_a_label_shown_empty_is_not_filled_from_the_signature() -> None:
    body = f"{EMPTY_ISSUER.format(place='')}<div>{TEXT.replace('<p>2026', '<p>示例县人民政府办公室</p><p>2026')}</div>"
    attributes = read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/dt/1.html").record.attributes
    assert (attributes.issuer, attributes.signed) == ("", "2026-11-02")


def test_a_label_that_is_not_shown_is_filled_from_the_signature() -> None:
    table = EMPTY_ISSUER.format(place="").replace("<li><b>发文机关：</b></li>", "")
    body = f"{table}<div>{TEXT.replace('<p>2026', '<p>示例县人民政府办公室</p><p>2026')}</div>"
    attributes = read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/dt/1.html").record.attributes
    assert attributes.issuer == "示例县人民政府办公室"


def test_a_place_that_a_script_fills_is_filled_from_the_signature() -> None:
    table = EMPTY_ISSUER.format(place="<span id='fwjg'></span>")
    script = "<script>document.getElementById('fwjg').innerHTML = info.fwjg;</script>"
    body = f"{table}<div>{TEXT.replace('<p>2026', '<p>示例县人民政府办公室</p><p>2026')}</div>"
    page = PAGE.format(body=body).replace("</body>", f"{script}</body>")
    attributes = read_page(page.encode(), "http://www.example.gov.cn/dt/1.html").record.attributes
    assert attributes.issuer == "示例县人民政府办公室"
    assert "issuer" not in attributes.scripted


@pytest.mark.parametrize("item", ["热点回应", "相关政策", "推荐阅读活动", "分享会"])
def test_a_row_of_a_table_does_not_end_the_text(item: str) -> None:
    names = ["机构职能", "统计信息", "财政预算", item, "政策解读", "领导信息"]
    rows = "".join(f"<tr><td>{name}</td><td>{name}有关内容</td><td>主管部门</td></tr>" for name in names)
    body = f"<div><table><tr><td>公开事项</td><td>公开内容</td><td>公开主体</td></tr>{rows}</table></div>"
    text = read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/ml/1.html").text
    assert f"{item}有关内容" in text
    assert "领导信息有关内容" in text
    assert "上一篇" not in text


def test_a_heading_on_what_people_ask_does_not_end_the_text() -> None:
    body = f"<div>{PARAGRAPHS}<p>热点问题一：怎么申请</p><p>到户籍所在地的乡镇便民服务中心申请。</p></div>"
    text = read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/dt/1.html").text
    assert "便民服务中心" in text


@pytest.mark.parametrize("heading", ["热点新闻", "热门推荐", "热点", "相关链接"])
def test_lists_beneath_a_text_laid_out_in_a_table_end_it(heading: str) -> None:
    links = "".join(f"<tr><td><a href='/x{n}.html'>县政府召开第{n}次常务会议</a></td></tr>" for n in range(5))
    rows = f"<tr><td>{PARAGRAPHS}</td></tr><tr><td>{heading}</td></tr>{links}"
    body = f"<table><tr><td>来源：县政府办公室</td></tr>{rows}</table>"
    text = read_page(PAGE.format(body=body).encode(), "http://www.example.gov.cn/dt/1.html").text
    assert "第5段" in text
    assert heading not in text
    assert "常务会议" not in text
