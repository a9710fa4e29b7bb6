"""E705 for models: dates due in working days that reach into a year whose holidays are not known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clew.problems import Problems, Severity
from clew.rules.holidays import Notice
from clew.supervision.dates_due import check_dates_due
from clew.supervision.parse import read_model

MODEL = Path(__file__).parent / "project" / "models" / "after_death" / "model.yml"


@pytest.mark.parametrize(
    ("on", "missing"),
    [
        (date(2026, 6, 30), ""),
        (date(2026, 12, 1), "2027"),  # a clue of this month may be due next year
        (date(2027, 1, 1), "2027"),
        (date(2027, 12, 1), "2027 to 2028"),
        (date(2025, 12, 31), "2025"),
    ],
)
def test_a_model_due_in_working_days_misses_the_holidays_of_years_it_reaches(on: date, missing: str) -> None:
    problems = Problems()
    model = read_model(MODEL, problems, "model.yml")
    assert model is not None and any(route.due and route.due.is_working for route in model.routes)
    check_dates_due(model, {"2026": Notice("2026", frozenset(), frozenset(), model.place)}, on, problems)
    if missing:
        [told] = problems
        assert (told.code, told.severity) == ("E705", Severity.WARNING)
        assert told.message.endswith(f"no holidays are known of {missing}") and told.place.line > 1
    else:
        assert list(problems) == []
