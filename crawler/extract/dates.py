"""Chinese and numeric dates in text, as ISO strings.

Read are 2026-06-21, 2026/6/21, 2026.06.21, 2017——04——12, 2026年6月21日, 二〇二六年六月二十一日, 20260621 where it
stands alone, Sun Jun 21 10:08:00 CST 2026, with a time of day behind where there is one (10:08, 10∶08, 10时08分,
下午3:08). Days without a year (06-21, 6月21日) need the caller's ``year``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

_SHORT = 80
_GAP = r"[^\S\n]{0,4}"
_DASH = r"[-‐‑‒–—―−－_]{1,3}"
_TIME = re.compile(
    r"[^\S\n]{0,6}(?:T|[，,(（]|星期.|周.)?[^\S\n]{0,6}(上午|下午|晚上?|中午|凌晨)?[^\S\n]{0,2}"
    r"(\d{1,2})[^\S\n]?(?:[:：∶︰﹕]|时|点)[^\S\n]?([0-5]\d)(?!\d)"
    r"(?:[:：∶︰﹕][0-5]\d(?:\.\d{1,3})?(?!\d)|[^\S\n]?分(?:[^\S\n]?[0-5]?\d[^\S\n]?秒)?)?"
)
_NUMERIC = (
    rf"(?<![\d.])((?:19|20)\d\d|[１２][０-９]{{3}}){_GAP}"
    rf"(?:年{_GAP}(\d{{1,2}}){_GAP}月{_GAP}(\d{{1,2}})(?:{_GAP}日|(?!\d))"
    rf"|(?:{_DASH}|/){_GAP}(\d{{1,2}}){_GAP}(?:{_DASH}|/){_GAP}(\d{{1,2}})(?!\d)"
    rf"|\.{_GAP}(\d{{1,2}}){_GAP}\.{_GAP}(\d{{1,2}})(?![\d.]))"
)
_DIGITS = "〇○零ＯO0◯一二三四五六七八九"
_CHINESE = (
    rf"([一二][{_DIGITS}]{{3}}){_GAP}年{_GAP}([一二三四五六七八九十元正]{{1,3}}){_GAP}月{_GAP}"
    rf"([一二三四五六七八九十廿卅]{{1,4}}){_GAP}日"
)
_COMPACT = r"(?<![\w./-])((?:19|20)\d\d)([01]\d)([0-3]\d)(?![\w./-])"
_JAVA = r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,?\s(?:(\d{1,2})\s)?([A-Z][a-z]{2})\s(?:(\d{1,2})\s)?" \
        r"(?:(\d\d):(\d\d):\d\d\s[A-Z+:\d]{3,9}\s)?(\d{4})\b"
_ANY = re.compile(f"{_NUMERIC}|{_CHINESE}|{_COMPACT}|{_JAVA}")
_MONTH_DAY = re.compile(
    rf"(?<![\d./:-])(\d{{1,2}})(?:{_GAP}月{_GAP}(\d{{1,2}}){_GAP}日|(?:{_DASH}|/)(\d{{1,2}})(?![\d./:%-]))"
)
_MONTHS = {name: number for number, name in enumerate(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)}
_VALUES = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
    "○": "0", "零": "0", "Ｏ": "0", "O": "0", "0": "0", "◯": "0"}


class FoundDate(NamedTuple):
    """A date found in a text: where it stands, its day, and its time of day (``""`` where none is given)."""

    start: int
    end: int
    day: str
    time: str

    @property
    def iso(self) -> str:
        """``YYYY-MM-DD`` or ``YYYY-MM-DD HH:MM``."""
        return f"{self.day} {self.time}" if self.time else self.day


def find_dates(text: str) -> Iterator[FoundDate]:
    """Yield the dates of a text in order; what is no day of the calendar is passed over."""
    if not ("20" in text or "19" in text or "年" in text or "２" in text or "１" in text):
        return
    yield from _found_in_short(text) if len(text) <= _SHORT else _found(text)


@lru_cache(maxsize=8192)
def _found_in_short(text: str) -> tuple[FoundDate, ...]:
    """Return the dates of a short text: those of lists come again on many pages, and are asked for several times."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[FoundDate]:
    for match in _ANY.finditer(text):
        parts = _parts(match)
        day = _iso(*parts[:3]) if parts else None
        if parts is None or day is None:
            continue
        if parts[3]:
            yield FoundDate(match.start(), match.end(), day, parts[3])
            continue
        time, end = _time(text, match.end())
        yield FoundDate(match.start(), end, day, time)


def parse_date(text: str | None, *, year: int | None = None) -> str | None:
    """Return the first date of a text in ISO form, None where there is none.

    With ``year``, a day without a year is read as a day of that year.
    """
    if not text:
        return None
    for found in find_dates(text):
        return found.iso
    if year is not None:
        for match in _MONTH_DAY.finditer(text):
            day = _iso(year, int(match.group(1)), int(match.group(2) or match.group(3)))
            if day:
                return day
    return None


def month_day(text: str) -> tuple[int, int] | None:
    """Return month and day of the first date without a year (06-21, [06-21], 6月21日), None where there is none."""
    for match in _MONTH_DAY.finditer(text):
        month, day = int(match.group(1)), int(match.group(2) or match.group(3))
        if _iso(2024, month, day):
            return month, day
    return None


def chinese_number(text: str) -> int | None:
    """Return the value of a Chinese numeral below 100 (十二, 二十一, 廿三, 〇五, 元, 正); None for anything else."""
    if text in ("元", "正"):
        return 1
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        if any(part and (len(part) > 1 or part not in _VALUES) for part in (tens, ones)):
            return None
        return 10 * int(_VALUES.get(tens, "1")) + int(_VALUES.get(ones, "0"))
    if text and all(character in _VALUES for character in text):
        return int("".join(_VALUES[character] for character in text))
    return None


def _parts(match: re.Match[str]) -> tuple[int, int, int, str] | None:
    groups = match.groups()
    if groups[0]:
        month, day = next((groups[at], groups[at + 1]) for at in (1, 3, 5) if groups[at])
        return int(groups[0]), int(month), int(day), ""
    if groups[7]:
        year = int("".join(_VALUES[character] for character in groups[7]))
        chinese_month, chinese_day = chinese_number(groups[8]), chinese_number(groups[9])
        if chinese_month is None or chinese_day is None:
            return None
        return year, chinese_month, chinese_day, ""
    if groups[10]:
        return int(groups[10]), int(groups[11]), int(groups[12]), ""
    before, name, behind, hour, minute, last = groups[13:19]
    number = before or behind
    if name not in _MONTHS or not number:
        return None
    return int(last), _MONTHS[name], int(number), f"{hour}:{minute}" if hour and int(hour) < 24 else ""


def _time(text: str, position: int) -> tuple[str, int]:
    match = _TIME.match(text, position)
    if not match:
        return "", position
    half, hour, minute = match.group(1), int(match.group(2)), int(match.group(3))
    if half in ("下午", "晚", "晚上") and hour < 12:
        hour += 12
    if hour > 23:
        return "", position
    return f"{hour:02}:{minute:02}", match.end()


def _iso(year: int, month: int, day: int) -> str | None:
    if not 1900 <= year <= 2099:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
