"""A driver's value as the text that stands in the fetched file: exact, and the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from clew.sources.zone import local

Converter = Callable[[Any], str | None]


def cell(value: Any, zone: str = "", *, day: bool = False) -> str | None:
    """The text of one value. A moment with a time zone is told in ``zone``; with ``day``, midnight is its day."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return _moment(local(value, zone) if value.tzinfo is not None else value, day)
    return _other(value)


def utc_cell(zone: str, *, day: bool) -> Converter:
    """The text of moments that come without a zone and are meant as UTC, told in ``zone``."""

    def convert(value: Any) -> str | None:
        return _moment(local(value, zone), day) if isinstance(value, datetime) else cell(value)

    return convert


def bits(value: Any) -> str | None:
    """A field of bits as the number it is."""
    return str(int.from_bytes(value)) if isinstance(value, bytes) else cell(value)


def _moment(moment: datetime, day: bool) -> str:
    return moment.date().isoformat() if day and moment.time() == time() else moment.isoformat(sep=" ")


def _other(value: Any) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(abs(value) // timedelta(seconds=1), 60)
        part = f".{abs(value).microseconds:06}" if value.microseconds else ""
        return f"{'-' if value < timedelta() else ''}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{part}"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"\\x{bytes(value).hex()}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
