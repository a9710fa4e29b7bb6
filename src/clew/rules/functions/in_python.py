"""Clew's own functions computed in Python, for one row; none is called with a NULL."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from clew.letters import ADDRESS_LETTERS, NAME_LETTERS
from clew.quantities import Rounding, add_months
from clew.rules.identity import id18, id_valid, uscc_valid
from clew.rules.money import amount_cn
from clew.working_days import MONDAY_TO_FRIDAY


def month_end(day: date) -> date:
    """The last day of the month."""
    return add_months(day.replace(day=1), 1, Rounding.DOWN) - timedelta(days=1)


def months_between(first: date, last: date) -> int:
    """Complete months; the month that 31 January opens is complete on 28 February. Negative when ``last`` is before."""
    if first > last:
        return -months_between(last, first)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (add_months(first, months, Rounding.DOWN) > last)


def age_at(born: date, day: date) -> int | None:
    """Completed years, reached on the birthday; unknown before birth."""
    return months_between(born, day) // 12 if born <= day else None


def criminal_age(born: date, day: date) -> int | None:
    """Completed years as criminal law counts them, each reached on the day after the birthday; unknown before birth.

    Source: the Supreme People's Court's interpretation on criminal cases of minors (法释〔2006〕1号), article 2:
    周岁 are computed by the calendar and counted from the day after the birthday.
    """
    return age_at(born, max(born, day - timedelta(days=1))) if born <= day else None


def divide(dividend: Any, divisor: Any) -> Decimal | None:
    """The quotient to six digits, halves away from zero, computed as engines do (binary, 53 bits).

    Unknown for a divisor of 0 and for a quotient of more than 12 digits before the point.
    """
    if divisor == 0:
        return None
    millionths = float(dividend) / float(divisor) * 1e6
    whole = math.floor(abs(millionths))
    whole += abs(millionths) - whole >= 0.5
    if whole >= 10**18:
        return None
    return Decimal(whole if millionths >= 0 else -whole).scaleb(-6)


def _letters(table: Mapping[str, str]) -> Callable[[str], str | None]:
    forms = {ord(letter): form for letter, form in table.items()}
    return lambda text: text.translate(forms) or None


def _known_working_days(day: date, days: int, first: date, counts: str, offsets: str) -> date:
    """By the lists of :attr:`clew.working_days.WorkingDays.listed`; by Mondays to Fridays outside them."""
    past, working = _numbers(counts), _numbers(offsets)
    at = (day - first).days - (days < 0)
    if days == 0 or not 0 <= at < len(past):
        return MONDAY_TO_FRIDAY.moved(day, days)
    found = past[at] + days - (days > 0)
    return first + timedelta(days=working[found]) if 0 <= found < len(working) else MONDAY_TO_FRIDAY.moved(day, days)


@cache
def _numbers(listed: str) -> tuple[int, ...]:
    return tuple(map(int, listed.split(",")))


def _elapsed(unit: timedelta) -> Callable[[datetime, datetime], int]:
    return lambda first, last: (abs(last - first) // unit) * (1 if last >= first else -1)


IN_PYTHON: Mapping[str, Callable[..., Any]] = {
    "clew_month_end": month_end,
    "clew_month_start": lambda day: day.replace(day=1),
    "clew_add_days": lambda day, days: day + timedelta(days=days),
    "clew_add_months": lambda day, months, rounding: add_months(day, months, Rounding(rounding)),
    "clew_add_working_days": MONDAY_TO_FRIDAY.moved,
    "clew_add_known_working_days": _known_working_days,
    "clew_days_between": lambda first, last: (last - first).days,
    "clew_months_between": months_between,
    "clew_age_at": age_at,
    "clew_criminal_age": criminal_age,
    "clew_year": lambda day: day.year,
    "clew_month": lambda day: day.month,
    "clew_day": lambda day: day.day,
    "clew_weekday": lambda day: day.isoweekday(),
    "clew_date_of": lambda moment: moment.date(),
    "clew_minutes_between": _elapsed(timedelta(minutes=1)),
    "clew_days_elapsed": _elapsed(timedelta(days=1)),
    "clew_divide": divide,
    "clew_id18": id18,
    "clew_id_valid": id_valid,
    "clew_uscc_valid": uscc_valid,
    "clew_norm_name": _letters(NAME_LETTERS),
    "clew_norm_address": _letters(ADDRESS_LETTERS),
    "clew_contains": lambda text, part: part in text,
    "clew_starts_with": lambda text, part: text.startswith(part),
    "clew_length": len,
    "clew_amount_cn": amount_cn,
}
"""What each computes; None where the value is unknown."""
