"""Working days against the published figures, and a user's own calendar file."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import CalendarError, load_calendar, notices

SHARED = Path(__file__).parents[1].parent / "shared"

VECTORS = [
    ("2024-09-13", 5, "2024-09-23"),
    ("2024-02-01", 20, "2024-03-05"),
    ("2025-01-20", 20, "2025-02-21"),
    ("2025-01-24", 5, "2025-02-07"),
    ("2025-09-26", 5, "2025-10-10"),
    ("2025-09-26", 20, "2025-10-30"),
    ("2026-02-12", 5, "2026-02-26"),
    ("2026-02-13", 20, "2026-03-19"),
    ("2026-09-18", 5, "2026-09-24"),
    ("2026-09-30", 20, "2026-11-03"),
    ("2020-01-20", 5, "2020-02-04"),
    ("2019-04-26", 5, "2019-05-06"),
]
WORK_DAYS = {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}

days = st.dates(min_value=date(2018, 6, 1), max_value=date(2028, 6, 1))


@pytest.mark.parametrize(("start", "term", "end"), VECTORS)
def test_terms_end_on_the_published_day(start: str, term: int, end: str) -> None:
    calendar = load_calendar()
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert calendar.add(first, term) == last
    assert calendar.count(first, last) == term
    assert not calendar.provisional(first, last)


@pytest.mark.parametrize(("year", "count"), WORK_DAYS.items())
def test_a_year_has_its_working_days_and_its_notice(year: int, count: int) -> None:
    assert load_calendar().count(date(year - 1, 12, 31), date(year, 12, 31)) == count
    assert all("gov.cn/" in address for address in notices(year))
    assert notices(year)


def test_every_day_agrees_with_the_recorded_notices() -> None:
    source = SHARED / "holidays_2019_2026.json"
    if not source.exists():
        pytest.skip("没有 holidays_2019_2026.json")
    recorded = json.loads(source.read_text(encoding="utf-8"))
    calendar = load_calendar()
    assert {day.isoformat() for day in calendar.off} == set(recorded["off"])
    assert {day.isoformat() for day in calendar.work} == set(recorded["work"])


def test_beyond_the_notices_is_provisional_but_keeps_the_fixed_holidays() -> None:
    calendar = load_calendar()
    assert calendar.provisional(date(2026, 12, 30), date(2027, 1, 5))
    assert calendar.provisional(date(2027, 1, 5), date(2026, 12, 30))
    assert not calendar.provisional(date(2026, 12, 1), date(2026, 12, 31))
    assert not calendar.is_working(date(2027, 1, 1))
    assert calendar.add(date(2026, 12, 30), 2) == date(2027, 1, 4)


@given(days, st.integers(min_value=0, max_value=400))
def test_add_and_count_agree_with_counting_by_hand(start: date, term: int) -> None:
    calendar = load_calendar()
    end = calendar.add(start, term)
    by_hand = sum(calendar.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    assert calendar.count(start, end) == by_hand == term
    assert calendar.count(end, start) == -term
    assert term == 0 or calendar.is_working(end)


def test_terms_outside_the_prepared_range_are_still_counted() -> None:
    calendar = load_calendar()
    assert calendar.add(date(1949, 10, 1), 5) == date(1949, 10, 7)
    assert calendar.count(date(1949, 10, 1), date(1949, 10, 7)) == 5
    assert calendar.add(date(2100, 12, 30), 3) > date(2100, 12, 31)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("head", ["日期,类型,名称", "date,type,name"])
def test_a_file_of_ones_own_covers_its_year(tmp_path: Path, head: str, encoding: str) -> None:
    off, work = ("休", "班") if head.startswith("日期") else ("off", "work")
    file = tmp_path / "holidays-2027.csv"
    rows = f"{head}\n2027-01-01,{off},元旦\n2027/2/8,{off},春节\n2027年2月14日,{work},\n\n20271004,{off},\n"
    file.write_text(rows, encoding=encoding)
    calendar = load_calendar(file)
    assert not calendar.provisional(date(2026, 12, 30), date(2027, 3, 1))
    assert not calendar.is_working(date(2027, 2, 8))
    assert calendar.is_working(date(2027, 2, 14))
    assert not calendar.is_working(date(2027, 10, 4))
    assert calendar.is_working(date(2027, 10, 1))
    assert calendar.provisional(date(2027, 12, 31), date(2028, 1, 4))
    assert load_calendar().provisional(date(2027, 1, 1), date(2027, 3, 1))


def test_a_file_of_ones_own_goes_before_the_notice(tmp_path: Path) -> None:
    file = tmp_path / "amended.csv"
    file.write_text("date,type\n2026-10-10,off\n2026-10-07,work\n", encoding="utf-8")
    calendar = load_calendar(file)
    assert not calendar.is_working(date(2026, 10, 10))
    assert calendar.is_working(date(2026, 10, 7))


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("", ("文件为空", "日期,类型")),
        ("day1,kind1\n2027-01-01,休\n", ("第 1 行", "日期", "类型")),
        ("日期,类型\n2027-01-01,休\n2027-02-30,休\n", ("第 3 行", "2027-02-30", "2027-01-01")),
        ("日期,类型\n2027-01-01,调休\n", ("第 2 行", "调休", "休", "班")),
        ("日期,类型\n2027-01-01\n", ("第 2 行", "只有 1 列")),
        ("日期,类型\n2027-01-01,休\n2027-01-01,班\n", ("第 3 行", "2027-01-01", "同一天")),
    ],
)
def test_a_bad_file_gives_one_clear_line(tmp_path: Path, content: str, parts: tuple[str, ...]) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CalendarError) as caught:
        load_calendar(file)
    line = str(caught.value)
    assert "\n" not in line
    assert all(part in line for part in (str(file), *parts))


def test_an_unreadable_file_gives_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="无法读取"):
        load_calendar(tmp_path / "none.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xff\xff\xff")
    with pytest.raises(CalendarError, match="编码"):
        load_calendar(binary)
