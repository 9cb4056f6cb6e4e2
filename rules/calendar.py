"""Working days in China, from cited State Council notices; provisional where no notice is known."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

import yaml


class WorkCalendar:
    """Days off and make-up working days of the years covered; other years by weekday, provisionally.

    ``off`` are weekdays (or weekend days) off by notice, ``work`` weekend days worked by notice; ``years`` the
    years whose notices are known.
    """

    def __init__(self, off: frozenset[date], work: frozenset[date], years: frozenset[int]) -> None:
        self.off, self.work, self.years = off, work, years

    def is_working(self, day: date) -> bool:
        """Whether offices work that day."""
        if day in self.off:
            return False
        return day in self.work or day.weekday() < 5

    def add(self, start: date, days: int) -> date:
        """Return the last day of a term of so many working days; the start day itself is not counted."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return day

    def count(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and including ``end``; negative backwards."""
        if end < start:
            return -self.count(end, start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def provisional(self, start: date, end: date) -> bool:
        """Whether a span touches a year whose notice is not known (暂按推定)."""
        return any(year not in self.years for year in range(start.year, end.year + 1))
