"""E705 for models: dates due in working days of a year whose holidays are not known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from clew.problems import Problems, Severity
from clew.rules.holidays import Notice
from clew.supervision.dates_due import check_dates_due
from clew.supervision.parse import read_model

MODEL = Path(__file__).parent / "project" / "models" / "after_death" / "model.yml"


def test_a_model_due_in_working_days_misses_the_holidays_of_the_year() -> None:
    problems = Problems()
    model = read_model(MODEL, problems, "model.yml")
    assert model is not None and any(route.due and route.due.counting == "working" for route in model.routes)
    known = {"2026": Notice("2026", frozenset(), frozenset(), model.place)}
    check_dates_due(model, known, date(2026, 12, 31), problems)
    assert list(problems) == []
    check_dates_due(model, known, date(2027, 1, 1), problems)
    [told] = problems
    assert (told.code, told.severity) == ("E705", Severity.WARNING)
    assert "no holidays are known of 2027" in told.message and told.place.line > 1
