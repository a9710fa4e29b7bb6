"""Days and moments alike: how long the shortest of them lasts, and when the day of the screening is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

DAY = timedelta(days=1)


def tick(value: date) -> timedelta:
    return timedelta(microseconds=1) if isinstance(value, datetime) else DAY


def over(as_of: date, like: date) -> date:
    """The first day, or the first moment, after ``as_of``."""
    after = as_of + DAY
    return datetime(after.year, after.month, after.day) if isinstance(like, datetime) else after
