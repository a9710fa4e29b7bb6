"""Working days: Mondays to Fridays, less the days off and with the weekends of work that a year's notice sets."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """``off`` are days off, ``work`` weekend days of work, ``years`` those whose notice is known.

    In any other year Mondays to Fridays are counted, public holidays or not.
    """

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether a day is one of work."""
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def moved(self, day: date, days: int) -> date:
        """The working day so many after ``day``, which is not counted itself; before it for a negative count."""
        moved, left = day, abs(days)
        while left > 0:
            moved += ONE_DAY if days > 0 else -ONE_DAY
            left -= self.is_working(moved)
        return moved

    @property
    def listed(self) -> tuple[date, tuple[int, ...], tuple[int, ...]]:
        """The known years and one more on either side, as lists to look up in: the first day; how many working days
        there are up to and with each day; and how many days after the first each working day is."""
        return self._listed()

    @lru_cache(maxsize=16)  # noqa: B019 - equal ones share what is listed: every rule of a project has its own
    def _listed(self) -> tuple[date, tuple[int, ...], tuple[int, ...]]:
        first, last = date(min(self.years) - 1, 1, 1), date(max(self.years) + 1, 12, 31)
        days = range((last - first).days + 1)
        working = tuple(at for at in days if self.is_working(first + at * ONE_DAY))
        return first, tuple(bisect_right(working, at) for at in days), working


MONDAY_TO_FRIDAY = WorkingDays()
