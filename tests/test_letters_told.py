"""Letters told by sentences, headings, courses and signatures: pages of many makes, beside pages that are no letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.letter_states import is_out, looks_answered
from checks.letters import SiteLetter
from crawler.extract.letter_phrases import masked, opening, state_of
from crawler.extract.reading import read_page
from crawler.snapshot.records import Letter, PageRecord

PAGES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "letter_pages.yaml").read_text(encoding="utf-8")
)
URL = "http://www.shili.gov.cn/hd/view.html?id=12"


def read(raw: dict[str, Any]) -> PageRecord:
    column = raw.get("column")
    names = raw.get("trail") or ([column] if column else [])
    steps = " &gt; ".join(f'<a href="/c{at}/">{name}</a>' for at, name in enumerate(["首页", *names]))
    trail = f'<div class="pos">当前位置：{steps}</div>' if names else ""
    meta = f'<meta name="ColumnName" content="{column}">' if column else ""
    html = f"""<html><head><title>{raw["title"]}</title>{meta}</head><body>
    <div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zw/">政务公开</a></li><li><a href="/hd/">互动交流</a></li></ul></div>
    {trail}<div class="main">{raw["body"]}</div><p>上一篇：<a href="/1.html">别的信件</a></p>
    <div class="footer"><p>主办：示例县人民政府办公室 网站标识码：3700000000</p></div></body></html>"""
    return read_page(html.encode(), URL, content_type="text/html; charset=utf-8").record


def state(letter: Letter) -> str:
    entry = SiteLetter(URL, "", letter, None)
    return "out" if is_out(entry) else "answered" if looks_answered(entry) else "waiting"


@pytest.mark.parametrize("raw", PAGES["letters"], ids=lambda raw: raw["name"])
def test_a_letter_is_read(raw: dict[str, Any]) -> None:
    record = read(raw)
    assert record.page_kind == "letter"
    (letter,) = record.letters
    expected = raw["expect"]
    for name in ("title", "received", "replied", "department"):
        if name in expected:
            assert getattr(letter, name) == (str(expected[name]) if expected[name] is not None else None), name
    assert state(letter) == expected["state"]
    for name in ("question", "reply"):
        if expected.get(name):
            assert expected[name] in (getattr(letter, name) or "")
        elif name in expected:
            assert not getattr(letter, name)
    if expected.get("question") and letter.reply:
        assert expected["question"] not in letter.reply
    assert "标识码" not in (letter.reply or "")


@pytest.mark.parametrize("raw", PAGES["several"], ids=lambda raw: raw["name"])
def test_several_letters_are_read(raw: dict[str, Any]) -> None:
    found = read(raw).letters
    assert [(letter.received, letter.replied) for letter in found] == [
        (str(received), str(replied)) for received, replied, _, _ in raw["expect"]
    ]
    for letter, (_, _, question, reply) in zip(found, raw["expect"], strict=True):
        assert question in (letter.question or "")
        assert reply in (letter.reply or "")


@pytest.mark.parametrize("raw", PAGES["others"], ids=lambda raw: raw["name"])
def test_what_is_no_letter(raw: dict[str, Any]) -> None:
    record = read(raw)
    assert record.page_kind != "letter"
    assert not [letter for letter in record.letters if letter.question or letter.reply]


@pytest.mark.parametrize(("words", "kind", "received", "replied", "unit"), [
    ("网友“林**”于2026年9月14日来信", "question", "2026-09-14", None, None),
    ("【2026-10-15】县水务局回复", "reply", None, "2026-10-15", "县水务局"),
    ("您于2026年3月1日提交的来信，县民政局已于2026年3月4日回复，内容如下", "reply", "2026-03-01", "2026-03-04", "县民政局"),
    ("2026-06-02 转办 县信箱办", "step", None, None, "县信箱办"),
    ("办结2026-08-07", "reply", None, "2026-08-07", None),
])
def test_openings(words: str, kind: str, received: str | None, replied: str | None, unit: str | None) -> None:
    found = opening(masked(words), 0, len(words))
    assert found is not None
    assert (found.kind, found.received, found.replied, found.department) == (kind, received, replied, unit)


@pytest.mark.parametrize("words", [
    "近日，县公安局收到群众来信", "局里回复", "来源", "咨询电话", "县住建局有关负责人介绍说", "一、受理单位应当在五日内答复",
])
def test_words_that_open_nothing(words: str) -> None:
    assert opening(masked(words), 0, len(words)) is None


@pytest.mark.parametrize(("words", "kind"), [
    ("本信件已于2026年9月29日由县城管局办结并答复。", "answered"), ("县城管局于9月29日答复", "answered"),
    ("您的来信已转县教育局，正在处理之中。", "waiting"), ("正由县自然资源局办理，请您耐心等待", "waiting"), ("转县水务局办理。", "waiting"),
    ("您的留言已提交成功，工作人员将在5个工作日内回复。", "waiting"), ("此件与20260503号信件重复，不再另行答复。", "out"),
    ("来信人已于2026年7月2日撤回该信件。", "out"),
])
def test_states_in_sentences(words: str, kind: str) -> None:
    found = state_of(words, "2026-06-01", labelled=True)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("words", [
    "您的来信已收到，感谢您对我们工作的关心和支持。", "已电话答复来信人，问题已解决", "已列入今年计划，正在招标", "正在办理施工许可，十二月开工",
])
def test_replies_are_no_states(words: str) -> None:
    assert state_of(words, "2026-06-01", labelled=True) is None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([
    "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<p>", "</p>", "<dl><dt>", "<dd>", "来信时间", "：", "2026-01-01", "2月30日", "3月5日",
    "答复内容", "网友", "来信", "县住建局", "答复", "（2026-13-41）", "（2026-02-03）", "【", "】", "已办结", "正在处理", "。", "问：", "答：", "您好", "\x00", "1",
]), max_size=40))
def test_any_soup_in_a_mailbox_gives_letters_with_days(parts: list[str]) -> None:
    record = read({"title": "路灯-县长信箱", "column": "县长信箱", "body": "".join(parts)})
    for letter in record.letters:
        for day in (letter.received, letter.replied):
            assert day is None or len(day) == 10
