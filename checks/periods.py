"""Periods of a year (months, quarters, halves, the year) and which of them a title speaks of."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["month", "quarter", "half-year", "year"]
_MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"(20\d\d)(?:年|\.|-|/)?")
_MONTH = re.compile(r"(?<!\d)(\d{1,2})月(?!\d{1,2}日)")
_SPAN = re.compile(r"(?<![\d日])(\d{1,2})月?(?:[-—–~～至到、和]+)(\d{1,2})月(?!\d{1,2}日)")
_NUMERIC = re.compile(r"20\d\d[-./](\d{1,2})(?![\d])|(?<!\d)20\d\d(0[1-9]|1[0-2])(?!\d)")
_UP_TO = re.compile(r"截[至止到]+(?:20\d\d年)?(\d{1,2})月\d{1,2}日")
_QUARTER = re.compile(r"第?([一二三四1-4])季(?:度|报)|[qQ]([1-4])(?!\d)")
_SPELT = {word: number for number, word in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), 1)}
_SPELT_MONTH = re.compile(r"(十[一二]?|[一二三四五六七八九])月(?:份|[^一二三四五六七八九十]|$)")
# 一至二月份; 各月、逐月: every month by itself, kept at one address
_SPELT_SPAN = re.compile(
    r"(十[一二]?|[一二三四五六七八九])月?(?:份)?([-—–~～至到、和]+)(十[一二]?|[一二三四五六七八九])月"
)
_EACH = re.compile(r"[各逐历分]月|每月(?!\d)")
_MOST_MONTHS = 12

_NAMED = (
    ("上半年", 6), ("前半年", 6), ("下半年", 12), ("前三季度", 9), ("前三个季度", 9), ("前两季度", 6), ("前二季度", 6),
    ("元月", 1), ("全年", 12),
)


@dataclass(frozen=True)
class Period:
    """A month, quarter, half or year: ``2026-07``, ``2026Q2``, ``2026H1``, ``2026``; its first and last day."""

    label: str
    start: date
    end: date


def periods_of(year: int, kind: Kind) -> list[Period]:
    """Return the periods of one kind in a year, in order."""
    length = _MONTHS[kind]
    found = []
    for number in range(1, 12 // length + 1):
        last = number * length
        label = {
            "month": f"{year}-{number:02d}", "quarter": f"{year}Q{number}", "half-year": f"{year}H{number}",
            "year": str(year),
        }[kind]
        end = date(year, last, calendar.monthrange(year, last)[1])
        found.append(Period(label, date(year, last - length + 1, 1), end))
    return found


def covers(title: str, day: date | None, period: Period, kind: Kind) -> bool:
    """Whether a publication of this title and day is one for a period.

    A title that names a period decides; one that names none stands for the period it was published in and, as
    publications come after their period, for the one before. Titles that name months of the year so far (1—6月,
    前三季度) stand for their last month or quarter, 1—2月 for both its months.
    """
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", title))
    named = [int(year) for year in _YEAR.findall(plain)]
    if kind == "year":
        return period.start.year in named or (day is not None and day.year == period.start.year)
    months = months_named(plain)
    if not months:
        return day is not None and _near(day, period, kind)
    last = period.end.month
    first = period.start.month
    if not any(first <= month <= last for month in months):
        return False
    if named:
        return period.start.year in named
    # no year beside the month: that of the day, the year before where the month is still to come
    if day is None:
        return True
    return (day.year if min(months) <= day.month else day.year - 1) == period.start.year


def months_named(plain: str) -> set[int]:
    """Return the months a title stands for, each period by its last one; empty where it names none."""
    found: set[int] = set()
    plain = _SPELT_SPAN.sub(lambda match: f"{_SPELT[match[1]]}{match[2]}{_SPELT[match[3]]}月", plain)
    each = _EACH.search(plain) is not None
    if each and _SPAN.search(plain) is None and not _MONTH.search(plain):
        return set(range(1, 13))
    for match in _SPAN.finditer(plain):
        first, last = int(match[1]), int(match[2])
        if each and first <= last <= _MOST_MONTHS:
            found |= set(range(first, last + 1))
            continue
        # what runs from January is a figure of the year so far, but for January and February taken together
        found |= {last} if first == 1 and last != 2 else set(range(first, min(last, 12) + 1))
    rest = _SPAN.sub("", plain)
    found |= {int(number) for number in (*_MONTH.findall(rest), *_UP_TO.findall(rest))}
    found |= {int(dashed or joined) for dashed, joined in _NUMERIC.findall(rest)}
    found |= {_SPELT[number] for number in _SPELT_MONTH.findall(rest)}
    for spelt, lettered in _QUARTER.findall(rest):
        found.add(3 * ("一二三四".find(spelt or "无") + 1 or int(spelt or lettered)))
    for words, month in _NAMED:
        if words in rest:
            found.add(month)
    if not found and re.search(r"20\d\d年度", rest):
        found.add(12)
    return {month for month in found if 1 <= month <= 12}


def without_periods(plain: str) -> str:
    """Return a title without blanks (as ``months_named`` takes it) and without the years and periods it names."""
    bare = plain
    for pattern in (_SPAN, _UP_TO, _NUMERIC, _QUARTER, _MONTH, _YEAR):
        bare = pattern.sub("", bare)
    for words, _ in _NAMED:
        bare = bare.replace(words, "")
    return bare


def _near(day: date, period: Period, kind: Kind) -> bool:
    """Whether a day lies in a period or in the one after it."""
    following = (period.end.month + _MONTHS[kind] - 1) // 12
    year, month = period.end.year + following, (period.end.month + _MONTHS[kind] - 1) % 12 + 1
    return period.start <= day <= date(year, month, calendar.monthrange(year, month)[1])
