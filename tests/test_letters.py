"""Letters on pages of several makes: detail tables, definition lists, chat blocks, header tables, labelled rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.letter_words import bare
from crawler.extract.letters import read_letters
from crawler.extract.parsed import ParsedPage, parse_page
from crawler.snapshot.records import Letter

SHARED = Path(__file__).parents[1].parent / "shared" / "pages"
URL = "http://www.example.gov.cn/hdjl/detail_12.html"


def page(body: str, head: str = "", url: str = URL) -> ParsedPage:
    return parse_page(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url)


def letters(body: str, head: str = "") -> list[Letter]:
    return read_letters(page(body, head))


def only(body: str, head: str = "") -> Letter:
    found = letters(body, head)
    assert len(found) == 1, found
    return found[0]


TABLE = """<div class="nav"><a href="/">首页</a><a href="/xx/">我要写信</a></div>
<table border="1"><tr><td>信件编号</td><td>2026091800012</td><td>来信时间</td><td>2026-09-18 10:22:31</td></tr>
<tr><td>来信标题</td><td colspan="3">关于老旧小区加装电梯的咨询</td></tr>
<tr><td>受理单位</td><td>区住房和城乡建设局</td><td>办理状态</td><td>已办结</td></tr>
<tr><td>来信内容</td><td colspan="3"><p>我家住三号楼。</p><p>请问何时加装电梯？</p></td></tr>
<tr><td>答复时间</td><td colspan="3">2026年9月21日</td></tr>
<tr><td>答复内容</td><td colspan="3"><p>您好，来信收悉。</p><p>现答复如下：计划于年内开工。</p></td></tr></table>
<div class="footer">主办单位：示例区人民政府办公室 承办单位：区大数据中心 网站标识码：0000000000</div>"""


def test_table_of_label_cells() -> None:
    letter = only(TABLE)
    assert letter.title == "关于老旧小区加装电梯的咨询"
    assert letter.number == "2026091800012"
    assert (letter.received, letter.replied) == ("2026-09-18", "2026-09-21")
    assert letter.department == "区住房和城乡建设局"
    assert letter.status == "已办结"
    assert letter.href is None
    assert letter.question == "我家住三号楼。\n请问何时加装电梯？"
    assert letter.reply == "您好，来信收悉。\n现答复如下：计划于年内开工。"
    assert letter.has_reply_area


def test_unanswered_table_keeps_empty_cells_apart() -> None:
    body = """<table><tr><th>来 信 时 间：</th><td>2026-09-18</td></tr><tr><th>主&nbsp;&nbsp;题：</th><td>路灯不亮</td></tr>
    <tr><th>承办单位：</th><td>区城管局</td></tr><tr><th>来信内容：</th><td>人民路的路灯不亮。</td></tr>
    <tr><th>回复时间：</th><td></td></tr><tr><th>回复内容：</th><td></td></tr></table><p>上一篇：无</p>"""
    letter = only(body)
    assert letter.received == "2026-09-18"
    assert letter.title == "路灯不亮"
    assert letter.department == "区城管局"
    assert letter.replied is None
    assert letter.reply == ""
    assert letter.has_reply_area


@pytest.mark.parametrize("words", ["暂无回复", "尚未答复", "正在办理中！", "——", "【待回复】"])
def test_words_for_no_reply_are_no_reply(words: str) -> None:
    body = f"""<div class="mail"><p>来信标题：路灯不亮</p><p>留言时间：2026/9/18</p><p>留言内容：人民路的路灯不亮。</p>
    <p>处理情况：{words}</p></div>"""
    letter = only(body)
    assert letter.reply == ""
    assert letter.has_reply_area
    assert letter.replied is None


@pytest.mark.parametrize(("state", "said"), [
    ("办理情况", "已答复"), ("处理结果", "已办结"), ("处理情况", "部门已回复（2026-09-21）"), ("办理结果", "按期办结 满意"),
    ("处理状态", "已处理"),
])
@pytest.mark.parametrize("first", [True, False])
def test_a_state_is_no_reply_where_the_reply_stands_elsewhere(state: str, said: str, first: bool) -> None:
    row = f"<tr><td>{state}</td><td>{said}</td></tr>"
    told = "<tr><td>答复意见</td><td>您好，每亩补贴15元，十月底前发到一卡通。</td></tr>"
    letter = only(f"""<table><tr><td>来信标题</td><td>补贴何时发</td></tr><tr><td>写信时间</td><td>2026/9/18</td></tr>
    <tr><td>来信正文</td><td>请问补贴何时发？</td></tr>{row if first else ""}
    <tr><td>答复部门</td><td>县农业农村局</td></tr>{told}{"" if first else row}</table>""")
    assert letter.reply == "您好，每亩补贴15元，十月底前发到一卡通。"
    assert letter.department == "县农业农村局"
    assert bare(letter.status or "").startswith(bare(said)[:4])


@pytest.mark.parametrize(("label", "reply"), [
    ("办理情况", ""), ("办理结果", ""), ("答复内容", "已办结"), ("回复", "已处理"), ("处理意见", "已转办"),
])
def test_a_state_alone_is_a_reply_only_where_the_label_asks_for_one(label: str, reply: str) -> None:
    letter = only(f"""<div class="mail"><p>来信标题：路灯不亮</p><p>留言时间：2026/9/18</p><p>留言内容：人民路的路灯不亮。</p>
    <p>{label}：{reply or "已办结"}</p></div>""")
    assert letter.reply == reply
    assert letter.status == (reply or "已办结")
    assert letter.has_reply_area


def test_labels_broken_up_by_spans_in_a_line() -> None:
    body = """<h1>小区停水何时恢复</h1><div class="info"><span>提问人：李某某</span>&nbsp;&nbsp;<span>提问时间：2026-03-02 09:10</span>
    <span>办<i></i>理<i></i>单位：</span><span>区水务局</span> <span>状态：<em>已回复</em></span></div>
    <div class="q"><b>提问内容</b><div>停水两天了。</div></div>
    <div class="a"><b>官方回复</b><div>管道已修复。</div><div>回复时间：2026-03-04</div></div>"""
    letter = only(body)
    assert letter.title == "小区停水何时恢复"
    assert (letter.received, letter.replied) == ("2026-03-02", "2026-03-04")
    assert letter.department == "区水务局"
    assert letter.status == "已回复"
    assert letter.question == "停水两天了。"
    assert letter.reply == "管道已修复。"


def test_definition_list() -> None:
    body = """<dl><dt>信件标题</dt><dd>公交线路调整建议</dd><dt>写信时间</dt><dd>2025.11.05</dd><dt>答复单位</dt><dd>市交通运输局</dd>
    <dt>答复时间</dt><dd>2025.11.12</dd><dt>信件内容</dt><dd>建议增加班次。</dd><dt>答复意见</dt><dd>已列入计划。</dd></dl>"""
    letter = only(body)
    assert letter.title == "公交线路调整建议"
    assert (letter.received, letter.replied) == ("2025-11-05", "2025-11-12")
    assert letter.department == "市交通运输局"
    assert letter.reply == "已列入计划。"


def test_label_and_value_in_sibling_blocks() -> None:
    body = """<ul><li><div class="l">来信主题：</div><div class="r">关于入学的问题</div></li>
    <li><div class="l">来信时间：</div><div class="r">2026-06-01</div></li><li><div class="l">受理部门：</div><div class="r">区教体局</div></li>
    <li><div class="l">回复日期：</div><div class="r">2026-06-03</div></li></ul>
    <div><h3>来信内容</h3><div>请问入学条件？</div><h3>回复内容</h3><div>条件见公告。</div></div>"""
    letter = only(body)
    assert letter.title == "关于入学的问题"
    assert (letter.received, letter.replied, letter.department) == ("2026-06-01", "2026-06-03", "区教体局")
    assert letter.question == "请问入学条件？"
    assert letter.reply == "条件见公告。"


def test_talk_of_citizen_and_office() -> None:
    head = "<title>网民留言-示例县人民政府</title><meta name='ColumnName' content='县长信箱'>"
    body = """<h2>垃圾清运不及时</h2><div class="ask"><span>网民留言</span><span>2026-04-07 08:00</span><p>垃圾三天没清。</p></div>
    <div class="reply"><div>回复单位：县综合行政执法局</div><div>回复时间：2026-04-09</div><div>官方回复：已安排清运。</div></div>"""
    letter = only(body, head)
    assert letter.title == "垃圾清运不及时"
    assert (letter.received, letter.replied) == ("2026-04-07", "2026-04-09")
    assert letter.department == "县综合行政执法局"
    assert letter.reply == "已安排清运。"


def test_several_letters_in_full_on_one_page() -> None:
    one = """<div class="box"><p>来信标题：第{0}封信</p><p>来信时间：2026-0{0}-01</p><p>来信内容：内容{0}</p>
    <p>答复单位：第{0}局</p><p>答复内容：答复{0}</p></div>"""
    found = letters("".join(one.format(at) for at in (1, 2, 3)))
    assert [letter.title for letter in found] == ["第1封信", "第2封信", "第3封信"]
    assert [letter.received for letter in found] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert [letter.reply for letter in found] == ["答复1", "答复2", "答复3"]


def test_questions_and_answers_in_blocks_each_with_its_own_heading() -> None:
    answered = """<li><h3>楼道灯坏了</h3><div><p>问：楼道灯坏了三天。</p><p>昵称：李** 提交时间：2026-03-02 08:11</p></div>
    <div><p>答：已更换灯泡。</p><p>回复部门：区房管中心　回复时间：2026-03-04</p></div></li>"""
    waiting = """<li><h3>地铁何时通车</h3><div><p>问：请问几月通车？</p><p>昵称：王** 提交时间：2026-03-09 17:40</p></div>
    <div><p>回复部门：区交通局　回复时间：　　状态：办理中</p></div></li>"""
    found = letters(
        f"<h2>互动留言</h2><ul>{answered}{waiting}</ul><div>主办：示例区政府 网站标识码：0000000000</div>",
        "<title>网民留言</title>",
    )
    assert [(letter.title, letter.received, letter.replied, letter.status) for letter in found] == [
        ("楼道灯坏了", "2026-03-02", "2026-03-04", None), ("地铁何时通车", "2026-03-09", None, "办理中"),
    ]
    assert [letter.question for letter in found] == ["楼道灯坏了三天。", "请问几月通车？"]
    assert found[1].has_reply_area and not found[1].reply


def test_blocks_under_a_heading_that_is_itself_a_label() -> None:
    entry = """<div class="i"><h4>{0}</h4><p>问：{0}怎么办？</p><p>提交时间：{1}</p><p>答：请到大厅办理。</p>
    <p>回复部门：县人社局 回复时间：{2}</p></div>"""
    body = "".join(entry.format(*values) for values in (
        ("社保卡丢失", "2026-06-01", "2026-06-02"), ("失业登记", "2026-06-08", "2026-06-11"),
    ))
    found = letters(f"<div><h2>网民留言</h2></div><div>{body}</div>", "<title>网民留言</title>")
    assert [(letter.title, letter.received, letter.replied) for letter in found] == [
        ("社保卡丢失", "2026-06-01", "2026-06-02"), ("失业登记", "2026-06-08", "2026-06-11"),
    ]


def test_a_letter_named_so_by_its_trail_alone() -> None:
    body = """<p>您的位置：<a href="/">首页</a> &gt; {0} &gt; 查看</p><table><tr><td><b>主　题</b>：路灯不亮</td></tr>
    <tr><td><b>提交时间</b>：2026/9/7 8:15:22</td></tr><tr><td><b>内　容</b>：村口路灯不亮。</td></tr>
    <tr><td><b>处理结果</b>：已修复。</td></tr><tr><td><b>回复部门</b>：县住建局 <b>回复时间</b>：2026/9/9</td></tr></table>"""
    letter = only(body.format("<a href='/xx/'>县长信箱</a>"))
    assert (letter.title, letter.received, letter.replied) == ("路灯不亮", "2026-09-07", "2026-09-09")
    assert letters(body.format("<a href='/yw/'>业务系统</a>")) == []


def test_guest_book_whose_answers_carry_their_day_in_brackets() -> None:
    entry = """<tr><td><table><tr><td>姓名：匿名 留言时间：{0}</td></tr><tr><td><b>{1}</b><br>{1}的详情如上所述。</td></tr>
    <tr><td>{2}</td></tr></table></td></tr>"""
    body = "".join(entry.format(*values) for values in (
        ("2026-05-06", "集市何时恢复", "管理员回复（2026-05-08）：下月恢复。"), ("2026-05-20", "停水通知", "管理员回复："),
    ))
    found = letters(f"<table>{body}</table>", "<title>在线咨询</title>")
    assert [(letter.title, letter.received, letter.replied, letter.reply) for letter in found] == [
        ("集市何时恢复", "2026-05-06", "2026-05-08", "下月恢复。"), ("停水通知", "2026-05-20", None, ""),
    ]


def test_values_that_end_right_above_the_footer() -> None:
    letter = only("""<table><tr><td>来信主题：</td><td>修路</td></tr><tr><td>来信日期：</td><td>2026-9-7 8:15:22</td></tr>
    <tr><td>来信内容：</td><td>村道坑洼。</td></tr><tr><td>回复内容：</td><td>已列入计划。</td></tr>
    <tr><td>回复单位：</td><td>县交通局</td></tr><tr><td>回复日期：</td><td>2026-9-29</td></tr></table>
    <p>主办：示例县政府 地址：示例路1号 网站标识码：0000000000</p>""")
    assert (letter.received, letter.replied, letter.department) == ("2026-09-07", "2026-09-29", "县交通局")


def test_list_table_with_a_header_row() -> None:
    body = """<table><thead><tr><th>信件编号</th><th>来信标题</th><th>来信时间</th><th>受理单位</th><th>办理状态</th><th>答复时间</th></tr></thead>
    <tbody><tr><td>101</td><td><a href="detail.jsp?id=101" title="关于社保补缴的咨询">关于社保补...</a></td><td>2026-09-18</td><td>区人社局</td>
    <td>办理中</td><td></td></tr>
    <tr><td>100</td><td><a href="detail.jsp?id=100">噪音扰民</a></td><td>2026-09-10</td><td>区环境分局</td><td>已办结</td><td>2026-09-12</td></tr></tbody></table>"""
    first, second = letters(body)
    assert (first.title, first.href) == ("关于社保补缴的咨询", "http://www.example.gov.cn/hdjl/detail.jsp?id=101")
    assert (first.number, first.received, first.replied, first.status) == ("101", "2026-09-18", None, "办理中")
    assert first.department == "区人社局"
    assert (second.received, second.replied, second.status) == ("2026-09-10", "2026-09-12", "已办结")


def test_list_of_divs_with_a_header_row() -> None:
    body = """<div class="tit"><span>标题</span><span>留言时间</span><span>回复部门</span><span>状态</span></div>
    <ul><li><span><a href="/a/1.html">停车难</a></span><span>2026-09-18</span><span>区交警大队</span><span>已回复</span></li>
    <li><span><a href="/a/2.html">道路破损</a></span><span>2026-09-17</span><span>区住建局</span><span>处理中</span></li></ul>"""
    found = letters(body)
    assert [(letter.title, letter.received, letter.department, letter.status) for letter in found] == [
        ("停车难", "2026-09-18", "区交警大队", "已回复"), ("道路破损", "2026-09-17", "区住建局", "处理中")]


def test_list_of_rows_that_label_their_values() -> None:
    row = """<li><a href="/mail/{0}.html">来信之{0}：问题反映</a><p><span>来信时间：2026-08-0{0}</span><span>答复单位：第{0}局</span>
    <span>答复时间：{1}</span></p></li>"""
    found = letters("<ul>" + row.format(1, "2026-08-05") + row.format(2, "") + "</ul>")
    assert [(letter.received, letter.replied, letter.department) for letter in found] == [
        ("2026-08-01", "2026-08-05", "第1局"), ("2026-08-02", None, "第2局")]
    assert all(letter.has_reply_area for letter in found)


def test_list_whose_rows_tell_both_days_in_a_line() -> None:
    head = "<title>县长信箱-示例县人民政府</title><meta name='ColumnName' content='县长信箱'>"
    body = """<ul><li><a href="/1.html">路灯</a><p>来信：2026-09-14　回复：2026-09-16　县住建局</p></li>
    <li><a href="/2.html">停水</a><p>来信：2026-09-15　回复：　县水务局</p></li></ul>"""
    found = letters(body, head)
    assert [(letter.title, letter.received, letter.replied) for letter in found] == [
        ("路灯", "2026-09-14", "2026-09-16"), ("停水", "2026-09-15", None)]


def test_list_whose_states_are_sentences() -> None:
    body = """<table><tr><td>编号</td><td>信件标题</td><td>来信日期</td><td>办理情况</td></tr>
    <tr><td>7</td><td><a href="/1.html">路灯</a></td><td>[2026-12-29]</td><td>县住建局于1月4日答复</td></tr>
    <tr><td>8</td><td><a href="/2.html">停水</a></td><td>[2026-11-10]</td><td>您的来信已转县水务局，正在处…</td></tr>
    <tr><td>9</td><td><a href="/3.html">重复</a></td><td>[2026-11-10]</td><td>与7号重复，不再另行答复</td></tr></table>"""
    assert [(letter.status, letter.replied, letter.department) for letter in letters(body)] == [
        ("已答复", "2027-01-04", "县住建局"), ("正在处", None, "县水务局"), ("不再另行答复", None, None)]


def test_list_of_rows_with_a_status_only() -> None:
    head = "<meta name='ColumnName' content='领导信箱'>"
    body = """<ul><li><em>[已办结]</em><a href="1.html">关于医保报销的问题</a><span>2026-05-06</span></li>
    <li><em>[待处理]</em><a href="2.html">关于供暖温度的投诉</a><span>2026-05-07</span></li></ul>"""
    found = letters(body, head)
    assert [(letter.status, letter.received) for letter in found] == [("已办结", None), ("待处理", "2026-05-07")]


def test_labels_that_are_inline_elements_over_blocks() -> None:
    body = """<ul class="xj"><li><label>来信标题</label><p>公园健身器材损坏</p></li><li><label>来信时间</label><p>2026-02-03</p></li>
    <li><label>办理单位</label><p>区园林局</p></li><li><label>状态</label><p>待办理</p></li><li><label>来信内容</label><p>器材坏了。</p></li></ul>
    <div><input type="radio" name="s">满意 <input type="radio" name="s">不满意 <input type="submit" value="评价"></div>"""
    letter = only(body)
    assert (letter.title, letter.received, letter.department) == ("公园健身器材损坏", "2026-02-03", "区园林局")
    assert (letter.status, letter.question) == ("待办理", "器材坏了。")
    assert (letter.reply, letter.replied, letter.has_reply_area) == (None, None, False)


def test_labels_and_values_side_by_side_without_colons() -> None:
    body = """<h2>关于公租房申请的疑问</h2><ul><li><b>编号</b><i>2026001</i></li><li><b>状态</b><i>已办结</i></li><li><b>来信日期</b><i>2026-02-03</i></li>
    <li><b>答复日期</b><i>2026-02-05</i></li><li><b>答复单位</b><i>区住建局</i></li></ul>"""
    letter = only(body)
    assert (letter.title, letter.number, letter.status) == ("关于公租房申请的疑问", "2026001", "已办结")
    assert (letter.received, letter.replied, letter.department) == ("2026-02-03", "2026-02-05", "区住建局")


def test_list_with_its_header_among_the_rows_and_pictures_for_statuses() -> None:
    head = "<title>区长信箱_示例区人民政府</title>"
    body = """<div class="c"><ul><li class="h"><span>序号</span><span>主题</span><span>日期</span><span>办理单位</span><span>状态</span></li>
    <li><span>1</span><span><a onclick="view('a01')" href="javascript:;">农村道路硬化</a></span><span>2026-05-06</span><span>区交通局</span>
    <span><img src="y.png" alt="已回复"></span></li><li><span>2</span><span><a onclick="view('a02')" href="javascript:;">自来水浑浊</a></span>
    <span>2026-05-07</span><span>区水务局</span><span><img src="n.png" alt="办理中"></span></li></ul></div>"""
    found = letters(body, head)
    assert [(letter.title, letter.href, letter.received, letter.department, letter.status) for letter in found] == [
        ("农村道路硬化", None, "2026-05-06", "区交通局", "已回复"), ("自来水浑浊", None, "2026-05-07", "区水务局", "办理中")]


def test_a_letter_beside_a_list_of_others_is_one_letter() -> None:
    side = """<div class="new"><h3>最新来信</h3><ul><li><a href="2.html">别的来信标题一</a><span>来信时间：2026-09-20</span></li>
    <li><a href="3.html">别的来信标题二</a><span>来信时间：2026-09-21</span></li></ul></div>"""
    letter = only(TABLE + side)
    assert letter.title == "关于老旧小区加装电梯的咨询"
    assert letter.received == "2026-09-18"


@pytest.mark.parametrize("body", [
    pytest.param("""<h1>关于征求《某办法（征求意见稿）》意见的公告</h1><table><tr><td>征集时间</td><td>2026-01-01至2026-02-01</td></tr>
    <tr><td>征集单位</td><td>区司法局</td></tr><tr><td>状态</td><td>已结束</td></tr><tr><td>内容</td><td>全文如下</td></tr></table>
    <p>留言内容：同意</p><p>留言时间：2026-01-03</p>""", id="consultation"),
    pytest.param("""<form><p>来信标题：<input name="t"></p><p>来信时间：<input></p><p>来信内容：<textarea></textarea></p><p>受理单位：
    <select><option>区教体局</option></select></p><p>信箱：<input></p></form>""", id="form"),
    pytest.param("""<h1>示例区信访工作会议召开</h1><p>来源：区政府办 发布时间：2026-03-01</p><p>会议要求，对群众来信要在5个工作日内答复内容，
    办理时间不得拖延。回复：各部门要落实。</p>""", id="article"),
    pytest.param("""<table><tr><th>办件编号</th><th>事项名称</th><th>受理时间</th><th>办结时间</th><th>办理状态</th></tr>
    <tr><td>1</td><td><a href="1">食品经营许可</a></td><td>2026-01-01</td><td>2026-01-03</td><td>已办结</td></tr></table>""", id="permits"),
    pytest.param("""<h1>对区政协第12号提案的答复</h1><table><tr><td>提案编号</td><td>12</td></tr><tr><td>承办单位</td><td>区交通局</td></tr>
    <tr><td>答复时间</td><td>2026-05-01</td></tr><tr><td>答复内容</td><td>某某委员：您好</td></tr></table>""", id="proposal"),
    pytest.param("""<ul><li><a href="1.html">关于放假的通知</a><span>2026-05-06</span></li><li><a href="2.html">公告</a>
    <span>2026-05-07</span></li></ul>""", id="plain list"),
    pytest.param("""<ul><li>[已办结]<a href="1.html">重点项目一</a><span>2026-05-06</span></li>
    <li>[办理中]<a href="2.html">重点项目二</a><span>2026-05-07</span></li></ul>""", id="statuses of something else"),
    pytest.param("", id="nothing"),
])
def test_what_is_no_letter(body: str) -> None:
    assert letters(body) == []


def test_recorded_pages_hold_no_letters() -> None:
    labels = SHARED / "labels.json"
    if not labels.exists():
        pytest.skip("the recorded pages are not on this machine")
    for name, label in json.loads(labels.read_text(encoding="utf-8")).items():
        url = label["url"] or f"http://{label['host']}/"
        assert read_letters(parse_page((SHARED / name).read_bytes(), url)) == [], name


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([
    "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<li>", "</li>", "<a href='x'>", "</a>", "<dl><dt>", "<dd>", "来信时间", "：",
    "2026-01-01", "答复内容", "信件标题", "办理状态", "已办结", "受理单位", "<div>", "</div>", "<script>", "</script>", "\x00", "&#0;", "问", "答",
]), max_size=40))
def test_any_soup_gives_letters_with_days(parts: list[str]) -> None:
    for letter in letters("".join(parts)):
        for day in (letter.received, letter.replied):
            assert day is None or len(day) == 10
