"""The two years the demo province is seen over, and days as numbers for vectorised arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

AS_OF = date(2026, 6, 30)
PERIOD_FROM = date(2024, 7, 1)
PERIOD_TO = date(2026, 7, 1)  # half-open

Days = NDArray[np.integer[Any]]
"""Days since 1970-01-01."""

EPOCH = date(1970, 1, 1)


def day(value: date) -> int:
    """A date as days since 1970-01-01."""
    return (value - EPOCH).days


def months(start: date = PERIOD_FROM, stop: date = PERIOD_TO) -> list[date]:
    """The first days of the months in [start, stop)."""
    found = []
    month = start.replace(day=1)
    while month < stop:
        found.append(month)
        month = next_month(month)
    return found


def next_month(value: date) -> date:
    """The first day of the month after ``value``."""
    return (value.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_plus(value: date, count: int) -> date:
    """The first day of the month ``count`` months after (or before) that of ``value``."""
    index = value.year * 12 + value.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def dates(days: Days) -> pl.Series:
    """Days since 1970-01-01 as a Date column."""
    return pl.Series(days.astype(np.int32)).cast(pl.Date)


def plus_days(value: pl.Expr, count: pl.Series | pl.Expr | int) -> pl.Expr:
    """A Date some days later (or earlier); the count may differ by row."""
    return (value.cast(pl.Int32) + count).cast(pl.Int32).cast(pl.Date)


def plus_months(value: pl.Expr, count: pl.Expr) -> pl.Expr:
    """A Date some months later, the last day of a shorter month where the day is not in it."""
    index = value.dt.year().cast(pl.Int32) * 12 + value.dt.month().cast(pl.Int32) - 1 + count.cast(pl.Int32)
    first = pl.date(index // 12, index % 12 + 1, 1)
    return plus_days(first, pl.min_horizontal(value.dt.day(), first.dt.month_end().dt.day()).cast(pl.Int32) - 1)
