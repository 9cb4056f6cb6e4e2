"""What must not change a verdict: the order of pages, unrelated pages, a common shift of all dates."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from casework import Case, Raw, all_cases, judged

from checks.model import Finding

_CASES = all_cases()
_IDS = [f"{case.check}: {case.name}" for case in _CASES]
_BY_NUMBER = pytest.mark.parametrize("number", range(len(_CASES)), ids=_IDS)
_DAY = re.compile(r"\b(20\d\d)([-/])(\d\d)\2(\d\d)\b")
# working days, months and years do not shift with the rest
_BY_CALENDAR = {
    "reply-overdue", "interpretation-late", "late-publication", "periodic-publication-missed", "annual-report-missing",
}
# nor do quarters, and days written in characters are left as they stand
_UNSHIFTED = re.compile(r"[〇○零一二三四五六七八九]{4}年|[一二三四1-4]季度")
_SHIFTED = [
    number for number, case in enumerate(_CASES)
    if case.check not in _BY_CALENDAR and not _UNSHIFTED.search(str(case.raw))
]


def verdicts(findings: list[Finding]) -> list[tuple[str, ...]]:
    """What is said of each thing, without the words."""
    return sorted(
        (one.check, one.url, one.target or "", _DAY.sub("", one.locator), one.verdict, one.confidence, one.severity)
        for one in findings
    )


@cache
def as_written(number: int) -> list[tuple[str, ...]]:
    """The verdicts on a case as it stands."""
    return verdicts(judged(_CASES[number]).findings)


@_BY_NUMBER
def test_the_order_of_pages_changes_nothing(number: int) -> None:
    case = _CASES[number]
    pages = list(case.raw.get("pages", []))
    random.Random(case.name).shuffle(pages)
    assert verdicts(judged(case, pages).findings) == as_written(number)


@_BY_NUMBER
def test_unrelated_pages_change_nothing(number: int) -> None:
    case = _CASES[number]
    if case.raw.get("home") is False:
        pytest.skip("the case is about a site without other pages")
    unrelated: list[Raw] = [
        {"url": "/unrelated/1.html", "record": {"page_kind": "article", "title": "县图书馆举办少儿绘画展览"},
         "text": "本次展览共展出作品一百余件。"},
        {"url": "/unrelated/2.html", "record": {"page_kind": "article", "title": "我县今年秋粮再获丰收"},
         "text": "秋粮总产量比上年增加。"},
    ]
    more = [*case.raw.get("pages", []), *unrelated]
    assert verdicts(judged(case, more).findings) == as_written(number)


@pytest.mark.parametrize("number", _SHIFTED, ids=[_IDS[number] for number in _SHIFTED])
def test_shifting_all_dates_together_changes_nothing(number: int) -> None:
    case = _CASES[number]
    moved = replace(case, raw=shift(case.raw, 70))
    shifted = judged(moved, as_of=case.as_of + timedelta(days=70))
    assert verdicts(shifted.findings) == as_written(number)


@pytest.mark.parametrize("days", [7, 14, 21])
@pytest.mark.parametrize(("received", "replied"), [("2026-07-01", "2026-07-08"), ("2026-07-01", "2026-07-09")])
def test_shifting_letters_by_weeks_without_holidays_changes_nothing(days: int, received: str, replied: str) -> None:
    def of(moved: int) -> list[tuple[str, ...]]:
        letter = {"title": "路灯", "received": received, "replied": replied, "reply": "您好"}
        pages: list[Raw] = [{"url": "/1.html", "record": {"page_kind": "letter", "letters": [letter]}}]
        as_of = date(2026, 7, 10) + timedelta(days=moved)
        case = Case("reply-overdue", "", as_of, {"working_days": 5}, {"pages": shift(pages, moved)})
        return verdicts(judged(case).findings)

    assert of(days) == of(0)


def shift(value: Any, days: int) -> Any:
    """Return page descriptions with every date moved."""
    if isinstance(value, dict):
        return {key: inner if key == "url" else shift(inner, days) for key, inner in value.items()}
    if isinstance(value, list):
        return [shift(inner, days) for inner in value]
    if isinstance(value, date):
        return value + timedelta(days=days)
    if isinstance(value, str):
        return _DAY.sub(lambda match: _moved(match, days), value)
    return value


def _moved(match: re.Match[str], days: int) -> str:
    year, mark, month, day = match.groups()
    moved = date(int(year), int(month), int(day)) + timedelta(days=days)
    return moved.strftime(f"%Y{mark}%m{mark}%d")
