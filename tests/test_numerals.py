"""Counts in figures and in characters, and the terms documents set themselves by them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from checks.ended import own_term
from checks.numerals import count_of
from crawler.snapshot.records import Attributes, PageRecord


@pytest.mark.parametrize(("text", "count"), [
    ("5", 5), ("15", 15), ("１５", 15), ("五", 5), ("两", 2), ("十", 10), ("十五", 15), ("二十", 20), ("二十五", 25),
    ("百", None), ("", None), ("十十", None), ("100", None),
])
def test_count_of(text: str, count: int | None) -> None:
    assert count_of(text) == count


@pytest.mark.parametrize(("text", "last"), [
    ("本办法自2020年1月1日起施行，有效期五年。", date(2025, 1, 1)),
    ("本办法自2011年1月1日起施行，有效期十五年。", date(2026, 1, 1)),
    ("本规定自发布之日起施行，有效期为15年。", date(2035, 3, 4)),
    ("本办法自2026年1月1日起施行，试行期六个月。", date(2026, 7, 1)),
    ("本通知有效期二十年，自2026年1月1日起施行。", date(2046, 1, 1)),
    ("本意见自印发之日起施行，有效期至2027年12月31日。", date(2027, 12, 31)),
    ("食品的有效期五年，自出厂之日起计算。", None),
    ("许可证有效期十年。", None),
])
def test_own_term(text: str, last: date | None) -> None:
    page: Any = SimpleNamespace(text=text, record=PageRecord(attributes=Attributes(signed="2020-03-04")))
    assert own_term(page, []) == last
