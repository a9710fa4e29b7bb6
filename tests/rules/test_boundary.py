"""A threshold that no test stands at is found by moving it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from clew.contracts.catalogue import read_catalogue
from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.quantities import Quantity
from clew.rules.boundary import check_boundaries, step_of
from clew.rules.model import Rule
from clew.rules.parse import read_rule

PROBLEMS = Path(__file__).parents[1] / "problems"


@pytest.fixture
def rule() -> Rule:
    """Payments after a grace of one month; one test far beyond it, one on its last day."""
    problems = Problems()
    found = read_rule(PROBLEMS / "E702.yml", problems)
    assert found is not None and not len(problems)
    return found


def found(rule: Rule) -> list[str]:
    problems = Problems()
    check_boundaries(rule, read_catalogue(PROBLEMS / "data_contracts", problems), for_trial, problems)
    return [str(problem) for problem in problems]


def test_a_test_on_the_last_day_notices(rule: Rule) -> None:
    assert found(rule) == []


def test_a_test_far_from_the_threshold_does_not_whatever_it_is_called() -> None:
    """The example file of E504 gives exactly the message in its leading comment."""
    path, problems = PROBLEMS / "boundaries" / "E504.yml", Problems()
    far = read_rule(path, problems, path.name)
    assert far is not None and not len(problems)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert "\n".join(found(far)).splitlines() == [line[2:] for line in lines if line.startswith("#")]


@pytest.mark.parametrize(("value", "step"), [(3, "1"), (Decimal("0.5"), "0.1"), (Decimal("1.25"), "0.01"), (1000, "1")])
def test_a_step_is_one_in_the_last_digit_written(rule: Rule, value: int | Decimal, step: str) -> None:
    parameter = replace(rule.parameters["grace"], quantity=Quantity(value, "ratio"))
    assert step_of(parameter) == Decimal(step)
