"""E321: what rows that never came make smaller, or push either way, is told where it is compared."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clew.contracts.catalogue import read_catalogue
from clew.problems import Problems
from clew.rules.compile import check_compiles
from clew.rules.parse import read_rule

PROBLEMS = Path(__file__).parents[1] / "problems"


@pytest.mark.parametrize(
    ("measure", "condition", "told"),
    [
        ("sum(payment.amount)", "overpaid < 1000", True),
        ("sum(payment.amount)", "overpaid >= 1000", False),
        ("avg(payment.amount)", "overpaid < 1000", True),
        ("avg(payment.amount)", "overpaid >= 1000", True),
        ("share(payment.amount > 100)", "overpaid >= 0.5", True),
        ("sum(payment.amount) / count(payment.paid_on)", "overpaid >= 1000", True),
        ("sum(payment.amount) / 12", "overpaid >= 1000", False),
        ("max(payment.amount)", "overpaid >= 1000", False),
    ],
)
def test_a_ratio_is_pushed_either_way_and_a_sum_made_smaller(
    tmp_path: Path, measure: str, condition: str, told: bool
) -> None:
    text = (PROBLEMS / "E321.yml").read_text(encoding="utf-8")
    assert "sum(payment.amount)" in text and "where: overpaid < 1000" in text
    path = tmp_path / "rule.yml"
    text = text.replace("sum(payment.amount)", measure).replace("where: overpaid < 1000", f"where: {condition}")
    path.write_text(text.replace("  amount: overpaid\n", ""), encoding="utf-8")
    problems = Problems()
    rule = read_rule(path, problems, path.name)
    assert rule is not None
    check_compiles(rule, read_catalogue(PROBLEMS / "data_contracts", problems), problems, as_of=date(2026, 6, 30))
    assert not problems.errors, list(map(str, problems))
    assert [one.code for one in problems] == (["E321"] if told else [])
