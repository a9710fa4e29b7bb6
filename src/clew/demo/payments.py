"""Monthly payments: recipients with a first and a last month become one row a month."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from clew.demo.calendar import PERIOD_FROM, months

_MONTHS = months()


def month_index(value: pl.Expr) -> pl.Expr:
    """Months since the first month of the period (July 2024 is 0)."""
    base = PERIOD_FROM.year * 12 + PERIOD_FROM.month
    return value.dt.year().cast(pl.Int32) * 12 + value.dt.month().cast(pl.Int32) - base


def monthly(recipients: pl.DataFrame, pay_day: int) -> pl.DataFrame:
    """One row for each recipient and month in [first, last] (month indexes, both inclusive), as far as seen.

    Adds ``pay_month`` and ``paid_on`` (``pay_day`` of that month, or the Monday after a weekend).
    """
    calendar = pl.DataFrame(
        {
            "month": range(len(_MONTHS)),
            "pay_month": _MONTHS,
            "paid_on": [paid_on(month, pay_day) for month in _MONTHS],
        }
    )
    first = recipients["first"].clip(0, len(_MONTHS)).to_numpy()
    last = recipients["last"].clip(-1, len(_MONTHS) - 1).to_numpy()
    count = np.maximum(last - first + 1, 0)
    row = np.repeat(np.arange(recipients.height), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    month = first[row] + offset
    made: pl.DataFrame = pl.concat([recipients[row], calendar[month]], how="horizontal")
    return made


def paid_on(month: date, pay_day: int) -> date:
    """The pay day of a month; Saturday and Sunday move to Monday."""
    value = month.replace(day=pay_day)
    late = {5: 2, 6: 1}.get(value.weekday(), 0)
    return value.replace(day=pay_day + late)


def accounts(rng: np.random.Generator, count: int, prefix: str) -> pl.Series:
    """Bank account numbers of 19 digits (no check digit is modelled)."""
    numbers = rng.integers(10**13, 10**14, size=count)
    return pl.select(pl.lit(prefix) + pl.Series(numbers).cast(pl.String)).to_series()
