"""``peer`` against the definition: every row's others gathered one by one and measured with the standard library."""

from __future__ import annotations

from decimal import Decimal
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.given import trial_data
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of

RULE = """
datasets: {{p: people}}
steps:
  - from: p
  - peer: {{of: p.amount, group: p.name, method: {method}, min_n: 1, cut: {cut}, side: {side}}}
clue:
  subject: {{type: person, id: p.id}}
  happened_on: p.day
  strength: [{{otherwise: 1.0}}]
  message: m
  message_zh: 文
  evidence: [{{show: peer_value, title_zh: 值}}, {{show: peer_method, title_zh: 法}}]
tests:
  - name: t
    as_of: 2026-06-30
    given:
      p: |
        id, name, amount, day
{rows}
    expect: none
"""
values = st.lists(st.tuples(st.sampled_from("xy"), st.integers(0, 12)), min_size=2, max_size=14)


def found(rows: list[tuple[str, int]], method: str, cut: str, side: str) -> dict[str, tuple[Decimal, str]]:
    lines = "\n".join(f"        P{at}, {name}, {value}, 2026-01-01" for at, (name, value) in enumerate(rows))
    rule = rule_of(RULE.format(method=method, cut=cut, side=side, rows=lines))
    problems = Problems()
    data = trial_data(rule.trials[0], {"p": "people"}, VERBS, problems)
    plan = compile_rule(rule, VERBS, problems, as_of=rule.trials[0].as_of)
    assert plan is not None, list(problems)
    clues = for_trial(data, VERBS).run(plan).clues.to_pylist()
    return {row["subject"]: (row["peer_value"], row["peer_method"]) for row in clues}


def defined(rows: list[tuple[str, int]], method: str, cut: float, side: str) -> set[str]:
    """The subjects that are far by the definition, with the method that said so."""
    far = set()
    for at, (name, value) in enumerate(rows):
        others = [other for place, (group, other) in enumerate(rows) if group == name and place != at]
        if not others:
            continue
        centre = median(others)
        mad = median(abs(other - centre) for other in others)
        scale = centre if method == "median_ratio" else mad
        bound = cut
        if method == "percentile" or scale == 0:
            below = sum(other < value for other in others) / len(others)
            above = sum(other > value for other in others) / len(others)
            measure = {"high": below, "low": above, "both": max(below, above)}[side]
            bound = cut if method == "percentile" else 0.99
            hit = measure >= bound
        elif method == "median_ratio":
            hit = value / centre >= cut if side == "high" else value / centre <= cut
        else:
            z = 0.6745 * (value - centre) / mad
            hit = {"high": z >= cut, "low": -z >= cut, "both": abs(z) >= cut}[side]
        if hit:
            far.add(f"P{at}")
    return far


@settings(max_examples=25, deadline=None)
@given(values, st.sampled_from([("median_ratio", "1.6", "high"), ("median_ratio", "0.4", "low"), ("mad", "1.3", "both"),
                                ("mad", "1.3", "low"), ("percentile", "0.61", "both")]))  # fmt: skip
def test_far_from_the_others(rows: list[tuple[str, int]], asked: tuple[str, str, str]) -> None:
    method, cut, side = asked
    assert set(found(rows, *asked)) == defined(rows, method, float(cut), side)
