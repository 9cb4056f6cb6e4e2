"""Days counted back from the day of inspection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

GOLDEN_MARGIN = timedelta(days=14)
# the month whose monthly figures the county forgot to publish, counted back from that of the inspection
MONTH_LEFT_OUT = 4


@dataclass(frozen=True)
class GoldenWeek:
    """A National Day week: the last working day before it, its last day off, its make-up working day."""

    before: date
    last_off: date
    makeup: date


@dataclass(frozen=True)
class Clock:
    """The day of inspection, and the latest National Day week that is well past (None: none known)."""

    as_of: date
    golden: GoldenWeek | None

    @classmethod
    def at(cls, as_of: date, weeks: list[GoldenWeek]) -> Clock:
        """Set the clock; ``weeks`` are those whose notices are known."""
        past = [week for week in weeks if week.last_off + GOLDEN_MARGIN <= as_of]
        return cls(as_of, max(past, key=lambda week: week.before, default=None))

    def ago(self, days: int, *, exact: bool = False) -> date:
        """Return the day so many days back, moved to the Friday before a weekend unless ``exact``."""
        day = self.as_of - timedelta(days=days)
        return day if exact else workday(day)

    def on(self, day: str) -> date:
        """Return the latest day of that month and day (``01-20``) that is past, moved before a weekend."""
        month, number = (int(part) for part in day.split("-"))
        found = date(self.as_of.year, month, number)
        return workday(found if found < self.as_of else found.replace(year=found.year - 1))

    def months_back(self, count: int) -> date:
        """Return the first day of the month so many months before that of the inspection."""
        years, month = divmod(self.as_of.month - 1 - count, 12)
        return date(self.as_of.year + years, month + 1, 1)

    @property
    def periods(self) -> dict[str, str]:
        """The names of periods that defects are planted in: the year, the one before, a month left out."""
        return {
            "y": str(self.as_of.year),
            "ly": str(self.as_of.year - 1),
            "month": f"{self.months_back(MONTH_LEFT_OUT):%Y-%m}",
        }

    @property
    def report_year(self) -> int:
        """The latest year whose report is due by now (a government's: on 31 March of the next year)."""
        return self.as_of.year - (1 if self.as_of >= date(self.as_of.year, 4, 1) else 2)

    def letter_days(self, golden: str) -> tuple[date, date] | None:
        """Return when a letter around the National Day week came and was answered; None without such a week.

        ``holiday``: within 5 working days though 9 days and more passed. ``makeup``: on the 6th working day,
        which is only the 5th for whoever forgets the make-up working day.
        """
        if self.golden is None:
            return None
        week = self.golden
        if golden == "holiday":
            return week.before, week.last_off + timedelta(days=2)
        day, worked = week.last_off, 0
        while worked < 6:
            day += timedelta(days=1)
            worked += day.weekday() < 5 or day == week.makeup
        return week.before, day


# month and last day of the holidays that begin on the first of a month: no office signs anything then
_HOLIDAYS = {1: 3, 5: 5, 10: 7}


def workday(day: date) -> date:
    """Return the day itself, or the Friday before a weekend, or the working day before a fixed holiday."""
    if day.day <= _HOLIDAYS.get(day.month, 0):
        day -= timedelta(days=day.day)
    return day - timedelta(days=max(0, day.weekday() - 4))
