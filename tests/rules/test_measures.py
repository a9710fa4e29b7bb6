"""Numbers of different measures are not compared, added or mixed; where a unit is not known, nothing is claimed."""

from __future__ import annotations

from datetime import date

import pytest

from clew.plan import Type
from clew.problems import Place, Problems
from clew.quantities import UNITS, Quantity
from clew.rules.expression import Scope, parse_expression
from clew.rules.measures import clash
from clew.rules.model import Text

PARAMETERS = {"least": (1000, "CNY"), "few": (3, "person"), "part": (5, "ratio"), "land": (2, "m2")}
SCOPE = Scope(
    {**dict.fromkeys(("p.amount", "p.wan", "p.area", "p.plain"), Type.DECIMAL), "n": Type.INTEGER},
    {name: Quantity(value, unit) for name, (value, unit) in PARAMETERS.items()},
    date(2026, 6, 30),
    units={"p.amount": "元", "p.wan": "万元", "p.area": "亩", "n": "count"},
)  # fmt: skip


def codes(text: str) -> list[str]:
    problems = Problems()
    typed = parse_expression(Text(text, Place("x.yml"), 0), SCOPE, problems, aggregates=True)
    assert (typed is None) == bool(problems.errors)
    return [problem.code for problem in problems]


@pytest.mark.parametrize("text", [
    "p.amount >= $least", "p.amount * 0.1 >= $least", "sum(p.amount) / count(*) >= $least", "p.plain >= $least",
    "p.amount >= 1000", "n >= $few", "count_distinct(p.plain) >= $few", "p.amount * $part >= $least",
    "p.amount / p.wan >= $part", "p.amount * n >= $least", "p.area * p.amount >= p.plain",
    "coalesce(p.amount, 0) >= $least", "case when n > 1 then p.amount else 0 end >= $least",
])  # fmt: skip
def test_what_goes_together_is_taken(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize("text", [
    "p.wan >= $least", "p.amount + p.wan > 0", "n >= $least", "count(*) >= $least", "sum(p.wan) >= $least",
    "p.area >= $land", "p.amount between $few and 10", "greatest(p.amount, p.area) > 1", "p.amount in ($few, 2)",
    "case when n > 1 then p.amount else p.area end > 1", "max(p.wan) - min(p.amount) > 0", "-p.wan < $least",
    "round(p.wan * 2, 1) < $least",
])  # fmt: skip
def test_what_does_not_is_refused(text: str) -> None:
    assert codes(text) == ["E309"]


def test_the_help_says_how_many_of_one_the_other_is() -> None:
    assert clash("CNY", "万元") == "one 万元 is 10000 CNY: bring them to one unit in the contract (repair 'units')"
    assert (clash("CNY", "m2") or "").startswith("CNY and m2 do not measure the same")


def test_every_unit_goes_with_itself_and_the_relation_has_no_sides() -> None:
    for one in (*UNITS, "元", "万元", "亩", ""):
        assert clash(one, one) is None
        assert all((clash(one, other) is None) == (clash(other, one) is None) for other in UNITS)
