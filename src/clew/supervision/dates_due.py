"""Dates due in working days, and years of which no holidays are known (E705)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from clew.problems import Problems
from clew.rules.holidays import Notice, years_missing
from clew.supervision.model import Model


def check_dates_due(model: Model, notices: Mapping[str, Notice], on: date, problems: Problems) -> None:
    """E705 (a warning) where clues found in the month of ``on`` are due in working days that reach into a year whose
    holidays are not known; told once for a model, of the route that reaches furthest.
    """
    last = on.replace(day=monthrange(on.year, on.month)[1])
    counted = [(route.due.after(last), route.place) for route in model.routes if route.due and route.due.is_working]
    if not counted:
        return
    until, place = max(counted, key=lambda one: one[0])
    if missing := years_missing(on.year, until.year, notices):
        problems.warn(
            place,
            "E705",
            f"clues are due in working days, and no holidays are known of {missing}",
            "Mondays to Fridays are counted there; add rules/holidays/<year>.yml from the notice",
        )
