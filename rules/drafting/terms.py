"""Reads deadlines and numbers out of a requirement: 「7月底之前」「5个工作日内」「不得少于2次」「按季度」."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import Any

_DIGITS = {**{digit: value for value, digit in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_NUMBER = r"(?:\d{1,6}|[零〇一二两三四五六七八九十百]{1,6})"
_UNIT = r"(?:次|件|期|篇|场|个(?!工作日|月|小时|自然)|项|名|条|家|人|份|类|种|部|例|批|轮|人次|场次)"
_LIMIT = r"(?:内|之内|以内|前|之前|以前|完成|答复|办结|回复|反馈|公开|公布|向社会|予以|作出|按期)"

_PERIODS = (
    ("month", re.compile(r"按月|逐月|每个?月|月度(?:公布|公开|发布|更新)")),
    ("quarter", re.compile(r"按季度?|逐季|每个?季度?|季度(?:公布|公开|发布|更新|通报)")),
    ("half-year", re.compile(r"每半年|按半年|半年一次")),
)
_TIMES = {"month": 12, "quarter": 4, "half-year": 2}
_VAGUE = re.compile(r"不?定期|每[日天周]|即时|实时")
_FLOOR = re.compile(rf"(?:不少于|不得少于|不低于|至少|不短于)\s*({_NUMBER})\s*(?:个)?(工作日|[日天](?![报记]))")
_ALL = re.compile(r"均[应要需须]|一律|应\w{1,3}尽\w{1,3}|扩大到所有|全覆盖|逐[项件条一]\w{0,4}(?:公开|公布|公示)")
_EACH_MONTH = re.compile(rf"(?:每月|次月)\s*({_NUMBER})\s*日(?:之?前|以前)")
_EACH_QUARTER = re.compile(
    rf"每(?:个)?季度?(?:首月|末月|第[一二三]个月|结束后|后|初|末|首|次月)?[^，。；]{{0,4}}?({_NUMBER})\s*(?:个工作)?日(?:之?前|以?内)"
)
_WORKING = re.compile(rf"({_NUMBER})\s*个?\s*工作日")
_DAYS = re.compile(rf"(?<![月年\d])({_NUMBER})\s*(?:个?自然)?[日天](?={_LIMIT})")
_WEEKS = re.compile(rf"({_NUMBER})\s*(?:个星期|周)(?={_LIMIT})")
_MONTHS = re.compile(rf"({_NUMBER})\s*个月(?={_LIMIT})")
_HALF_MONTH = re.compile(rf"(半)个月(?={_LIMIT})")
_ANSWERED = re.compile(r"^(?:之内|以内|内)?[^，。；、]{0,6}(?:答复|回复|办结|反馈|公开|公布|发布)")
_HOURS = re.compile(rf"({_NUMBER})\s*个?小时")
_SPANS = (
    ("working_days", _WORKING, 1),
    ("hours", _HOURS, 1),
    ("days", _DAYS, 1),
    ("days", _WEEKS, 7),
    ("months", _MONTHS, 1),
    ("days", _HALF_MONTH, 15),
)
_LEAST = re.compile(rf"(?:不少于|不得少于|不低于|不得低于|至少\w{{0,8}}?|最少)\s*({_NUMBER})\s*(?:余|多)?({_UNIT})")
_YEARLY = re.compile(rf"(?:每年|每年度|年内|全年|一年)\w{{0,8}}?({_NUMBER})\s*({_UNIT})(?:以上|及以上)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]|百分之([一二三四五六七八九十百]+)")
_SINCE = re.compile(r"(20\d\d)\s*年(?:\d{1,2}月\d{1,2}日)?(?:以来|以后|之后|起(?!施行|实施|执行))")
_YEAR = r"(?:(20\d\d)年|(每年|次年|明年|下一?年度?))?\s*"
_BY = r"(?:[（(]含[^）)]*[）)]|\d{1,2}[时:：]\d{0,2})?(?:之?前|以前|底前|止|截止)"
_DAY = re.compile(
    rf"{_YEAR}(\d{{1,2}})月\s*(\d{{1,2}})日{_BY}"
    rf"|(?:截至|不晚于|不迟于|最迟)(?:于|在)?{_YEAR}(\d{{1,2}})月\s*(\d{{1,2}})日"
)
_MONTH = re.compile(rf"{_YEAR}(\d{{1,2}})月(?:份)?(底|末|中旬|上旬|下旬)?(?:之前|以前|前)")
_MONTH_END = re.compile(rf"{_YEAR}(\d{{1,2}})月(底|末|中旬|上旬|下旬)(?!前|之前|以前)")
_YEAR_END = re.compile(
    r"(?:(20\d\d)年|今年|本年度?|当年)年?(?:底|末)(?:之?前|以前)?|(?<!\d)年[底末](?:之?前|以前)?"
)
_EVERY_YEAR_END = re.compile(r"每年年?(?:底|末)(?:之?前|以前)?")
_SAME_DAY = re.compile(r"(?:当[日天]|同日)(?=[^，。；]{0,8}(?:公开|发布|公布|反馈|答复|上传))")
_WITHIN_YEAR = re.compile(r"年内|今年内|本年度内")
_QUARTER_END = re.compile(r"(第?[一二三四]季度)(?:末|底|结束)?(?:之前|以前|前|内|(?=完成|报送|公布|公开|上报))?")
_HALF = re.compile(r"上半年(?:内|之?前|末|底|.{0,4}(?=完成|公布|公开|发布))")
_IN_MONTH = re.compile(r"(?:将|定于|集中在|于|在|确定)\s*(\d{1,2})月(?:份)?(?!\d|底|末|前)")
_STATUTORY = re.compile(r"法定(?:时限|期限)|(?:各渠道|规定|规定的)?(?:办理|答复|回复)(?:时限|期限)")


@dataclass
class Terms:
    """What a requirement says of when and how much.

    ``deadline`` an ISO date or the document's words; ``threshold`` as a clause's; ``words`` the pieces of text
    each value was read from, by the name of the value.
    """

    deadline: str | None = None
    threshold: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def number(text: str) -> int | None:
    """Return the value of Arabic or Chinese digits up to 999; None if it is neither."""
    if text.isdigit() or text == "半":
        return int(text.replace("半", "1"))
    total, digit = 0, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in ("十", "百"):
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            return None
    return total + digit


def parse(text: str, year: int | None) -> Terms:
    """Return the deadline and thresholds a requirement states; ``year`` is the year the document plans for."""
    terms = Terms()
    plain = re.sub(r"(?<=[\d年月日前])\s+|\s+(?=[\d年月日])", "", _without_titles(text))
    _counts(plain, terms)
    _span(plain, terms)
    _date(plain, year, terms)
    if terms.deadline is None:
        _words(plain, terms)
    if "period" in terms.threshold:
        terms.threshold.setdefault("min_per_year", _TIMES[terms.threshold["period"]])
    elif "min_per_year" in terms.threshold and terms.deadline is None:
        _fix(terms, year, 12, 31, terms.words["min_per_year"])
    return terms


def _without_titles(text: str) -> str:
    """Drop what stands in 《》 and document numbers: figures there are no demand of this document."""
    text = re.sub(r"《[^《》]*(?:[〈<][^〉>]*[〉>])?[^《》]*》", "", text)
    return re.sub(r"〔\d{4}〕\s*\d+\s*号", "", text)


def _counts(text: str, terms: Terms) -> None:
    for pattern in (_LEAST, _YEARLY):
        match = pattern.search(text)
        if match and (value := number(match[1])) is not None and "min_per_year" not in terms.threshold:
            periodic = re.search(r"每年|年内|全年|每年度|年度|一年", text)
            key = "min_per_year" if periodic or match[2] in ("次", "场", "期") else "min"
            _set(terms, key, value, match[0])
            break
    match = _PERCENT.search(text)
    if match:
        share = float(match[1]) if match[1] else float(number(match[2]) or 0)
        _set(terms, "coverage_percent", int(share) if share.is_integer() else share, match[0])
    elif all_ := _ALL.search(text):
        _set(terms, "coverage_percent", 100, all_[0])
    match = _SINCE.search(text)
    if match:
        _set(terms, "documents_issued_since", int(match[1]), match[0])


def _span(text: str, terms: Terms) -> None:
    for name, pattern in (("month", _EACH_MONTH), ("quarter", _EACH_QUARTER)):
        match = pattern.search(text)
        if match:
            _set(terms, "period", name, match[0])
            terms.deadline = match[0]
            return
    text = _floor(text, terms)
    for name, pattern, each in _SPANS:
        match = _chief(pattern, text)
        if match and (value := number(match[1])) is not None:
            _set(terms, name, value * each, match[0])
            ending = re.match(r"(?:之内|以内|内)", text[match.end() :])
            terms.deadline = _phrase(text, match.start(), match.end() + (ending.end() if ending else 0))
            break
    match = _SAME_DAY.search(text)
    if match and terms.deadline is None:
        _set(terms, "days", 0, match[0])
        terms.deadline = match[0]
    for name, pattern in _PERIODS:
        match = pattern.search(text)
        if match:
            _per_period(text[match.end() :], name, terms)
            _set(terms, "period", name, match[0])
            terms.deadline = terms.deadline or match[0]
            break


def _per_period(after: str, period: str, terms: Terms) -> None:
    """Count over the year what is asked for in each period (「每季度不少于2次」)."""
    match = re.match(rf"[^，。；]{{0,12}}?({_NUMBER})\s*(?:次|期|场|篇|条)", after)
    if match and (value := number(match[1])):
        terms.threshold["min_per_year"] = value * _TIMES[period]
        terms.words["min_per_year"] = match[0]


def _floor(text: str, terms: Terms) -> str:
    """Read a least duration (「征求意见不少于30日」); return the text without it, for it limits nothing."""
    match = _FLOOR.search(text)
    if match and (value := number(match[1])) is not None:
        _set(terms, "min_working_days" if match[2] == "工作日" else "min_days", value, match[0])
        return text[: match.start()] + text[match.end() :]
    return text


def _chief(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Of several terms, the one for the answer or the publication itself; else the first."""
    matches = list(pattern.finditer(text))
    answered = (match for match in matches if _ANSWERED.match(text[match.end() :]))
    return next(answered, matches[0] if matches else None)


def _date(text: str, year: int | None, terms: Terms) -> None:
    match = _DAY.search(text)
    if match and match[3]:
        _fall(terms, match, year, int(match[3]), int(match[4]))
        return
    if match:
        _fix(terms, int(match[5]) if match[5] else year, int(match[7]), int(match[8]), match[0])
        return
    match = _MONTH.search(text) or _MONTH_END.search(text)
    if match:
        day = {"中旬": 20, "上旬": 10}.get(match[4] or "", 31) if match[4] else None
        month = int(match[3])
        _fall(terms, match, year, month, day if day else 31)
        return
    match = _HALF.search(text)
    if match:
        _fix(terms, year, 6, 30, match[0])
        return
    match = _QUARTER_END.search(text)
    if match and re.match(r"[^，。；]{0,3}(?:末|底|前|内|结束|完成|报送|公布|公开|上报)", text[match.end(1) :]):
        quarter = "一二三四".index(match[1][-3]) + 1
        _fix(terms, year, quarter * 3, 31, match[0])
        return
    match = _EVERY_YEAR_END.search(text)
    if match:
        _set(terms, "by_day", "12-31", match[0])
        terms.deadline = match[0]
        return
    match = _YEAR_END.search(text)
    if match:
        _fix(terms, int(match[1]) if match[1] else year, 12, 31, match[0])
        return
    match = _IN_MONTH.search(text)
    if match and 1 <= int(match[1]) <= 12:
        _set(terms, "month", int(match[1]), match[0])
        _fix(terms, year, int(match[1]), 31, match[0])
        return
    match = _WITHIN_YEAR.search(text)
    if match:
        _fix(terms, year, 12, 31, match[0])


def _fall(terms: Terms, match: re.Match[str], year: int | None, month: int, day: int) -> None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return
    if match[2] == "每年":
        last = min(day, monthrange(2023, month)[1])
        _set(terms, "by_day", f"{month:02d}-{last:02d}", match[0])
        terms.deadline = match[0]
        return
    shift = 1 if match[2] else 0
    _fix(terms, int(match[1]) if match[1] else year and year + shift, month, day, match[0])


def _fix(terms: Terms, year: int | None, month: int, day: int, words: str) -> None:
    terms.words["deadline"] = words
    if year is None:
        terms.deadline = words
        return
    terms.deadline = date(year, month, min(day, monthrange(year, month)[1])).isoformat()


def _words(text: str, terms: Terms) -> None:
    match = _STATUTORY.search(text)
    if match:
        _set(terms, "working_days", None, match[0])
        terms.deadline = f"{match[0]}（文件未写明天数）"
        return
    match = _VAGUE.search(text)
    if match and re.search(r"公开|公布|发布|公示|更新", text):
        terms.deadline = match[0]
        terms.words["deadline"] = match[0]


def _phrase(text: str, start: int, end: int) -> str:
    """Return the words of a term with what it is counted from (「…后的10个工作日内」)."""
    before = re.sub(r"^[①-⑳\s]+", "", text[:start])
    match = re.search(r"[^，。；、]{0,20}(?:后的?|之日起|起)$", before)
    return (match[0] if match else "") + text[start:end]


def _set(terms: Terms, name: str, value: Any, words: str) -> None:
    terms.threshold[name] = value
    terms.words[name] = words
