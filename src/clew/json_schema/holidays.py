"""The schema of a year's holidays, from the tables their reader checks by."""

from __future__ import annotations

from clew.json_schema.parts import Schema, closed, document, every
from clew.rules import holidays

_DAYS = {"type": "array", "items": {"type": "string", "format": "date"}}


def holidays_schema() -> Schema:
    """A file ``rules/holidays/<year>.yml``."""
    off = every(closed(holidays.DAYS_OFF, "days_off"))
    root = closed(holidays.NOTICE, "holidays", {"days_off": off, "days_of_work": _DAYS})
    return document("The holidays of a year of Clew", "节假日安排", root, {})
