"""Periods as people say them, both ends included, and half-open as everything else counts."""

from __future__ import annotations

import re
from datetime import date, timedelta

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def read_period(text: str) -> tuple[date, date]:
    """``2026-01..2026-03``, ``2026-01-05..2026-02-10``, ``2026-03`` or ``2026``, both ends included.

    Returns the first day and the first day after; raises ValueError with a sentence.
    """
    first, _, last = text.partition("..")
    start, end = _span(first)[0], _span(last or first)[1]
    if start >= end:
        raise ValueError(f"the period '{text}' ends before it begins")
    return start, end


def shown_period(start: date | None, end: date | None) -> str:
    """A half-open period in the same words, the shortest that say it."""
    if start is None or end is None:
        return ""
    last = end - timedelta(days=1)
    if start.day == 1 and end.day == 1:
        months = [f"{day.year}-{day.month:02d}" for day in (start, last)]
        return months[0] if months[0] == months[1] else "..".join(months)
    return f"{start}..{last}"


def _span(text: str) -> tuple[date, date]:
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is no day, month or year; write 2026-03-31, 2026-03 or 2026")
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        if year is None or month is None:
            return date(year or 0, 1, 1), date((year or 0) + 1, 1, 1)
        if day is None:
            start = date(year, month, 1)
            return start, (start + timedelta(days=31)).replace(day=1)
        start = date(year, month, day)
    except ValueError:
        raise ValueError(f"'{text}' is no day of the calendar") from None
    return start, start + timedelta(days=1)
