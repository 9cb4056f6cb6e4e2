"""The measures some checks rest on: shared text, periods named by titles, kinds of files."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.broken_attachment import fault_of, kind_of
from checks.overlaps import differing_figures, differing_words, runs_of, share_found
from checks.periods import covers, months_named, periods_of
from crawler.snapshot.records import Fetch

_TEXT = "八十至八十九周岁的老年人每人每月发放五十元，九十周岁以上的每人每月发放一百元"


def test_a_text_shares_all_of_itself_and_nothing_of_another() -> None:
    assert share_found(_TEXT, runs_of(_TEXT)) == 1.0
    assert share_found(_TEXT, runs_of("申请人应当提供居民身份证、户口簿和社会保障卡复印件")) == 0.0
    assert share_found("", runs_of(_TEXT)) == 0.0


def test_shared_text_is_counted_once_and_without_marks() -> None:
    half = _TEXT.replace("，", "\n") + "。以上内容由县民政局负责解释，并会同县财政局组织实施，各镇配合做好有关工作"
    assert 0.4 < share_found(half, runs_of(_TEXT)) < 0.7


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_shares_are_shares(one: str, other: str) -> None:
    assert 0.0 <= share_found(one, runs_of(other)) <= 1.0
    differing_figures(one, other)
    differing_words(one, other)


@pytest.mark.parametrize(("title", "months"), [
    ("2026年7月主要经济指标", {7}), ("2026年1-7月主要经济指标", {7}), ("1—2月份经济指标", {1, 2}),
    ("上半年经济运行情况", {6}), ("前三季度经济运行情况", {9}), ("第二季度任务进展", {6}), ("三季度任务进展", {9}),
    ("八月份任务进展", {8}), ("2025年度部门决算", {12}), ("2026-07任务进展", {7}), ("十一月份任务进展", {11}),
    ("2026年7—9月任务进展", {7, 8, 9}), ("7、8月份任务进展", {7, 8}), ("2026Q2债务余额", {6}), ("202608期", {8}),
    ("截至2026年9月30日债务余额", {9}), ("元月份快报", {1}), ("2026年3季度", {9}), ("12至1月供暖情况", set()),
    ("关于7月15日召开会议的公告", set()), ("任务进展情况", set()), ("99月进展", set()),
])
def test_months_a_title_names(title: str, months: set[int]) -> None:
    assert months_named(title) == months


def test_a_title_decides_before_its_day() -> None:
    july = periods_of(2026, "month")[6]
    assert covers("2026年7月经济指标", date(2026, 9, 20), july, "month")
    assert not covers("2026年6月经济指标", date(2026, 7, 20), july, "month")
    assert not covers("2025年7月经济指标", date(2026, 7, 20), july, "month")
    assert covers("经济指标", date(2026, 8, 10), july, "month")
    assert not covers("经济指标", date(2026, 9, 1), july, "month")
    december = periods_of(2025, "month")[11]
    assert covers("12月经济指标", date(2026, 1, 20), december, "month")
    assert covers("经济指标", date(2026, 1, 20), december, "month")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_any_title_can_be_asked(title: str, day: date | None) -> None:
    for period in (*periods_of(2026, "month"), *periods_of(2026, "half-year"), *periods_of(2026, "year")):
        assert covers(title, day, period, "month") in (True, False)


def test_periods_fill_the_year() -> None:
    for kind, count in (("month", 12), ("quarter", 4), ("half-year", 2), ("year", 1)):
        found = periods_of(2024, kind)  # type: ignore[arg-type]
        assert len(found) == count
        assert found[0].start == date(2024, 1, 1)
        assert found[-1].end == date(2024, 12, 31)
        assert all(a.end < b.start for a, b in itertools.pairwise(found))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=24), st.sampled_from(["pdf", "docx", "xls", "zip", ""]))
def test_any_bytes_can_be_judged(start: bytes, suffix: str) -> None:
    fetch = Fetch(outcome="ok", status=200, bytes=9000, content_type="", headers={"first-bytes": start.hex()})
    assert isinstance(kind_of(fetch), str)
    fault = fault_of(fetch, suffix)
    assert fault is None or suffix
