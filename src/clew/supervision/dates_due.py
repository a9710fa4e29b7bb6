"""Dates due in working days, and a year of which no holidays are known (E705)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from clew.problems import Problems
from clew.rules.holidays import Notice
from clew.supervision.model import Model


def check_dates_due(model: Model, notices: Mapping[str, Notice], on: date, problems: Problems) -> None:
    """E705 (a warning) where a clue found on a day like ``on`` is due in working days of an unknown year; told once."""
    counted = next((one for one in model.routes if one.due is not None and one.due.counting == "working"), None)
    if counted is not None and str(on.year) not in notices:
        problems.warn(
            counted.place,
            "E705",
            f"clues are due in working days, and no holidays are known of {on.year}",
            "Mondays to Fridays are counted there; add rules/holidays/<year>.yml from the notice",
        )
