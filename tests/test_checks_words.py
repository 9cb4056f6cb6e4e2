"""Titles, organs, days and documents: the words checks go by."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import titles
from checks.days import day_of, months_after, provisional_note, provisional_years
from checks.organs import is_outside, looks_like_organ
from rules.calendar import load_calendar

ANY_TEXT = st.text(alphabet=st.sampled_from("关于印发《》〈〉示例县2026年办法的通知 （试行）()〔〕5号解读<>一图读懂\n"), max_size=60)


@pytest.mark.parametrize(
    ("document", "interpretation"),
    [
        ("示例县人民政府办公室关于印发《示例县人才引进办法（试行）》的通知", "《示例县人才引进办法（试行）》解读"),
        ("示例县人民政府办公室关于印发示例县人才引进办法的通知", "一图读懂《示例县人才引进办法》"),
        ("关于印发示例县人才引进办法的通知", "【图解】示例县人才引进办法"),
        ("示例县人才引进办法", "《关于印发〈示例县人才引进办法〉的通知》政策解读"),
        ("示例县 人才引进 办法", "关于《示例县人才引进办法》的解读"),
    ],
)
def test_document_and_interpretation_share_a_name(document: str, interpretation: str) -> None:
    assert titles.names(document) & titles.interpreted_names(interpretation)


@pytest.mark.parametrize(
    ("document", "interpretation"),
    [
        ("示例县2026年招生方案", "《示例县2025年招生方案》解读"),
        ("示例县人才引进办法", "《示例县人才公寓管理办法》解读"),
        ("示例县人才引进办法", "政策解读"),
    ],
)
def test_other_documents_share_none(document: str, interpretation: str) -> None:
    assert not titles.names(document) & titles.interpreted_names(interpretation)


def test_document_numbers_have_one_form() -> None:
    text = "（示政发[2026]05号）、示政办字〔2026〕12号，印发了示政发（2026）5 号"
    assert titles.document_numbers(text) == [
        ("示政发", "〔2026〕5号"), ("示政办字", "〔2026〕12号"), ("印发了示政发", "〔2026〕5号"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("关于开展2026年职称评审工作的通知", "县图书馆国庆开放时间公告", True),
        ("关于开展2026年职称评审工作的通知", "关于开展2025年职称评审工作的通知", False),
        ("示例县人才引进办法", "一图读懂人才引进办法", False),
        ("通知", "公告", False),
    ],
)
def test_titles_differ_only_beyond_doubt(one: str, other: str, differ: bool) -> None:
    assert titles.differ_clearly(one, other) is differ


@given(ANY_TEXT, ANY_TEXT)
def test_hostile_titles_are_endured(one: str, other: str) -> None:
    assert all(len(name) >= 4 for name in titles.names(one))
    assert all(len(name) >= 4 for name in titles.interpreted_names(one))
    assert titles.differ_clearly(one, other) == titles.differ_clearly(one, other)
    assert not titles.differ_clearly(one, one)


def test_an_endless_title_is_cut() -> None:
    assert len(titles.key("长" * 10_000_000)) <= 400


@pytest.mark.parametrize(
    ("issuer", "number", "site", "outside"),
    [
        ("国务院办公厅", None, "示例县人民政府", True),
        (None, "国办发〔2026〕1号", "示例县人民政府", True),
        ("国务院办公厅", None, "国家能源局", False),
        ("国家税务总局示例县税务局", None, "示例县人民政府", False),
        ("山东省人民政府", None, "临淄区人民政府", True),
        ("淄博市人民政府", None, "临淄区人民政府", True),
        ("淄博市临淄区教育局", None, "临淄区人民政府", False),
        ("临淄区教育局", None, "淄博市临淄区人民政府", False),
        ("临淄区教育局", None, "淄博市人民政府", False),
        ("张店区教育局", None, "临淄区人民政府", True),
        ("枣庄市人民政府", None, "滕州市人民政府", True),
        ("市政府办公室", None, "示例县人民政府", True),
        ("县政府办公室", None, "示例县人民政府", False),
        ("市场监督管理局", None, "示例县人民政府", False),
        ("城关镇人民政府", None, "示例县人民政府", False),
        (None, "示政发〔2026〕1号", "示例县人民政府", False),
        (None, None, "", False),
    ],
)
def test_whose_document_it_is(issuer: str | None, number: str | None, site: str, outside: bool) -> None:
    assert is_outside(issuer, number, site) is outside


@pytest.mark.parametrize("name", ["示例县教育局", "县委办公室", "城关镇", "东城街道办事处", "示例县人民政府"])
def test_organs(name: str) -> None:
    assert looks_like_organ(name)


@pytest.mark.parametrize("name", ["新华网", "人民日报", "示例县融媒体中心微信公众号", "本站原创", "", None, "张三"])
def test_no_organs(name: str | None) -> None:
    assert not looks_like_organ(name)


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_none(text: str) -> None:
    assert day_of(text) is None or isinstance(day_of(text), date)


def test_days() -> None:
    assert day_of("2026-11-20 09:30") == date(2026, 11, 20)
    assert day_of("2026-02-30") is None
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    calendar = load_calendar()
    years = provisional_years(calendar, date(2026, 12, 30), date(2027, 1, 8))
    assert years == [2027]
    assert "暂按推定" in provisional_note(years)
    assert provisional_note([]) == ""
