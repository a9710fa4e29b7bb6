"""Numbers with units, and calendar arithmetic that says what it does at the end of a short month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from clew.working_days import MONDAY_TO_FRIDAY, WorkingDays


class Rounding(StrEnum):
    """What 31 January plus one month is: 28 February (``down``) or 1 March (``up``)."""

    DOWN = "down"
    UP = "up"


DURATION_UNITS = ("day", "month", "year")
COUNTED_UNITS = (
    "CNY",
    "ratio",
    "count",
    "person",
    "company",
    "row",
    "case",
    "payment",
    "point",
    "percent",
    "day_of_month",
    "hour",
    "minute",
    "kg",
    "tonne",
    "litre",
    "m2",
    "m3",
    "kWh",
)
UNITS = DURATION_UNITS + COUNTED_UNITS


@dataclass(frozen=True)
class Quantity:
    """A value with its unit. For durations: ``counting`` calendar or working days, ``rounding`` of months, and which
    days are ``working``."""

    value: int | Decimal
    unit: str
    counting: str = "calendar"
    rounding: Rounding | None = None
    start: str = "next_day"
    working: WorkingDays = field(default=MONDAY_TO_FRIDAY, compare=False, repr=False)

    @property
    def is_duration(self) -> bool:
        """Whether this is a length of time."""
        return self.unit in DURATION_UNITS

    @property
    def is_working(self) -> bool:
        """Whether this is a number of working days."""
        return self.unit == "day" and self.counting == "working"

    def after(self, day: date) -> date:
        """The date this duration after ``day``; the first day is not counted unless ``start`` is same_day.

        Raises ValueError for a unit that is not a duration.
        """
        whole = int(self.value)
        if self.unit == "day":
            whole -= 1 if self.start == "same_day" else 0
            return self.working.moved(day, whole) if self.is_working else day + timedelta(days=whole)
        if self.unit in ("month", "year"):
            return add_months(day, whole * (12 if self.unit == "year" else 1), self.rounding or Rounding.DOWN)
        raise ValueError(f"'{self.unit}' is not a unit of time")


def add_months(day: date, months: int, rounding: Rounding) -> date:
    """``day`` moved by whole months; a day the target month lacks is rounded down or up."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    if day.day <= last:
        return date(year, month + 1, day.day)
    end = date(year, month + 1, last)
    return end if rounding is Rounding.DOWN else end + timedelta(days=1)
