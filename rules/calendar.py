"""Working days in China, from cited State Council notices; provisional where no notice is known."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property, lru_cache
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import Any

from rules.yamlfile import parse

_FIRST, _LAST = date(1990, 1, 1), date(2100, 12, 31)
_BUILT_IN = ("calendars", "state-council.yaml")

_KINDS = {
    **dict.fromkeys(("休", "放假", "休息", "假", "节假日", "off", "holiday", "rest"), "off"),
    **dict.fromkeys(("班", "上班", "补班", "调休上班", "工作日", "work", "workday", "working"), "work"),
}
_DATE_HEADS = ("date", "日期", "day")
_KIND_HEADS = ("type", "类型", "kind", "性质")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


class CalendarError(ValueError):
    """A calendar file that cannot be used: one Chinese line naming file, line and what was expected."""


class WorkCalendar:
    """Days off and make-up working days of the years covered; other years by weekday, provisionally.

    ``off`` are weekdays (or weekend days) off by notice, ``work`` weekend days worked by notice; ``years``
    the years whose notices are known. ``fixed`` are (month, day) pairs off in every year not covered, from
    the year ``fixed_since`` on.
    """

    def __init__(
        self,
        off: frozenset[date],
        work: frozenset[date],
        years: frozenset[int],
        fixed: frozenset[tuple[int, int]] = frozenset(),
        fixed_since: int = 0,
    ) -> None:
        self.off, self.work, self.years = off, work, years
        self.fixed, self.fixed_since = fixed, fixed_since

    def is_working(self, day: date) -> bool:
        """Whether offices work that day."""
        if day in self.off:
            return False
        if day in self.work:
            return True
        uncovered = day.year not in self.years and day.year >= self.fixed_since
        return day.weekday() < 5 and not (uncovered and (day.month, day.day) in self.fixed)

    def add(self, start: date, days: int) -> date:
        """Return the last day of a term of so many working days; the start day itself is not counted."""
        if days <= 0:
            return start
        if _FIRST <= start < _LAST:
            index = bisect_left(self._until, self._until[(start - _FIRST).days] + days)
            if index < len(self._until):
                return _FIRST + timedelta(days=index)
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return day

    def count(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and with ``end``; negative backwards."""
        if end < start:
            return -self.count(end, start)
        if start >= _FIRST and end <= _LAST:
            return self._until[(end - _FIRST).days] - self._until[(start - _FIRST).days]
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def provisional(self, start: date, end: date) -> bool:
        """Whether a span touches a year whose notice is not known (暂按推定)."""
        first, last = min(start, end), max(start, end)
        return any(year not in self.years for year in range(first.year, last.year + 1))

    @cached_property
    def _until(self) -> list[int]:
        days = (_FIRST + timedelta(days=n) for n in range((_LAST - _FIRST).days + 1))
        return list(accumulate(int(self.is_working(day)) for day in days))


def load_calendar(extra: Path | None = None) -> WorkCalendar:
    """Return the built-in calendar, amended by a CSV of days off and make-up working days.

    ``extra`` has the columns 日期,类型 (or date,type), 类型 being 休 / 班 (or off / work); it may be UTF-8 or
    GB 18030. What it says of a day goes before the built-in notices, and a year it names days off in counts
    as covered. Raises CalendarError for a file that cannot be read or a row that says neither.
    """
    if extra is None:
        return _built_in()
    base, rows = _built_in(), _read_rows(extra)
    off = {day for day, kind in rows.items() if kind == "off"}
    work = {day for day, kind in rows.items() if kind == "work"}
    return WorkCalendar(
        frozenset((base.off - work) | off),
        frozenset((base.work - off) | work),
        base.years | {day.year for day in off},
        base.fixed,
        base.fixed_since,
    )


def notices(year: int) -> list[str]:
    """Return the addresses of the notices a year's days are taken from; empty for a year not covered."""
    return list(_data()["years"].get(year, {}).get("notices", []))


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    file = resources.files("rules").joinpath(*_BUILT_IN)
    data: dict[str, Any] = parse(file.read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=1)
def _built_in() -> WorkCalendar:
    years, fixed = _data()["years"], _data()["fixed"]
    spans = [span for year in years.values() for span in year["rest"]]
    off = frozenset(day for first, last in spans for day in _span(first, last))
    work = frozenset(day for year in years.values() for day in year["work"])
    days = frozenset((month, day) for month, day in fixed["days"])
    return WorkCalendar(off, work, frozenset(years), days, fixed["since"])


def _span(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _read_rows(path: Path) -> dict[date, str]:
    lines = list(csv.reader(io.StringIO(_decode(path))))
    numbered = [(number, row) for number, row in enumerate(lines, 1) if any(cell.strip() for cell in row)]
    if not numbered:
        raise CalendarError(f"{path}：文件为空，应有表头「日期,类型」和至少一行，类型为「休」或「班」")
    number, head = numbered[0]
    names = [cell.strip().lower() for cell in head]
    at_date = next((i for i, name in enumerate(names) if name in _DATE_HEADS), None)
    at_kind = next((i for i, name in enumerate(names) if name in _KIND_HEADS), None)
    if at_date is None or at_kind is None:
        written = ",".join(head)
        raise CalendarError(f"{path} 第 {number} 行：表头为「{written}」，应含「日期,类型」（或 date,type）")
    rows: dict[date, str] = {}
    for number, row in numbered[1:]:
        day, kind = _row(path, number, row, at_date, at_kind)
        if rows.setdefault(day, kind) != kind:
            raise CalendarError(f"{path} 第 {number} 行：{day} 已写作另一类型，同一天只应有一种")
    return rows


def _row(path: Path, number: int, row: list[str], at_date: int, at_kind: int) -> tuple[date, str]:
    if len(row) <= max(at_date, at_kind):
        raise CalendarError(f"{path} 第 {number} 行：只有 {len(row)} 列，应有日期和类型")
    written, kind = row[at_date].strip(), row[at_kind].strip()
    day = _day(written)
    if day is None:
        raise CalendarError(f"{path} 第 {number} 行：日期「{written}」应为 2027-01-01 这样的有效日期")
    if kind.lower() not in _KINDS:
        raise CalendarError(f"{path} 第 {number} 行：类型「{kind}」应为「休」（off）或「班」（work，补班）")
    return day, _KINDS[kind.lower()]


def _day(written: str) -> date | None:
    match = _DAY.fullmatch(written)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        expected = "应为含「日期,类型」两列的 CSV 文件"
        raise CalendarError(f"{path}：无法读取（{error.strerror}），{expected}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CalendarError(f"{path}：既不是 UTF-8 也不是 GB18030 编码，应另存为 UTF-8 的 CSV 文件")
