"""Days as the records write them, and how a finding speaks of spans of days."""

from __future__ import annotations

import calendar
from datetime import date

from rules.calendar import WorkCalendar


def day_of(text: str | None) -> date | None:
    """Return the day of an ISO date or date and time; None where there is none or it is no real day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def provisional_years(work_calendar: WorkCalendar, start: date, end: date) -> list[int]:
    """Return the years a span touches whose notice of days off is not known."""
    return [year for year in range(start.year, end.year + 1) if year not in work_calendar.years]


def provisional_note(years: list[int]) -> str:
    """Return the words that say a count of working days rests on a guess; empty where it does not."""
    if not years:
        return ""
    return f"（{'、'.join(map(str, years))} 年放假安排未收录，工作日暂按推定）"
