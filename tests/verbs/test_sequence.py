"""``sequence`` against the definition: every chain tried, the earliest complete one kept."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.given import trial_data
from tests.verbs.datasets import VERBS
from tests.verbs.running import either_way, rule_of

RULE = """
parameters: {{window: {{title_zh: 期限, value: 6, unit: day, range: [0, 9], source: practice, why: w}}}}
datasets: {{v: visits, w: visits, x: visits}}
steps:
  - sequence:
      by: id
      steps:
        - {{name: v, where: v.amount > 0}}
        - {{name: w, where: w.amount < v.amount}}
        - {{name: x, where: x.amount = v.amount - w.amount}}
      within: $window
      keep: {keep}
clue:
  subject: {{type: person, id: v.no}}
  episode: w.no
  strength: [{{otherwise: 1.0}}]
  message: "{{x.no}}"
  message_zh: "{{x.no}}"
  evidence: [{{show: x.no, title_zh: 号}}]
tests:
  - name: t
    as_of: 2026-06-30
    given:
      v: |
        no, id, day, amount
{rows}
    expect: none
"""
FIRST = date(2026, 1, 1)
Row = tuple[str, int, int]
rows = st.lists(st.tuples(st.sampled_from("AAAB"), st.integers(0, 12), st.integers(0, 3)), max_size=22)


def found(every: list[Row], keep: str) -> list[tuple[str, ...]]:
    lines = []
    for at, (key, day, amount) in enumerate(every):
        lines.append(f"        N{at:02}, {key}, {FIRST + timedelta(days=day)}, {amount}")
    rule = rule_of(RULE.format(keep=keep, rows="\n".join(lines)))
    problems = Problems()
    data = trial_data(rule.trials[0], {"v": "visits", "w": "visits", "x": "visits"}, VERBS, problems)
    plan = compile_rule(rule, VERBS, problems, as_of=rule.trials[0].as_of)
    assert plan is not None, list(problems)
    last = [step for step in plan.steps if step.verb == "sequence"][-1]
    engine = for_trial(data, VERBS)
    sample, *others = (
        engine.sample(one, last.number, 100_000).select(["v.no", "w.no", "x.no"]).to_pylist()
        for one in (plan, *either_way(plan))
    )
    assert all(other == sample for other in others)
    return [(row["v.no"], row["w.no"], row["x.no"]) for row in sample]


def chains(every: list[Row]) -> dict[int, list[tuple[int, int]]]:
    """First event -> all (second, third) that complete it, the earliest first."""
    all_: dict[int, list[tuple[int, int]]] = {}
    for i, (key, day, amount) in enumerate(every):
        for j, second in enumerate(every):
            for k, third in enumerate(every):
                same = key == second[0] == third[0] and day < second[1] < third[1] <= day + 6
                if same and amount > 0 and second[2] < amount and third[2] == amount - second[2]:
                    all_.setdefault(i, []).append((j, k))
    for ends in all_.values():
        ends.sort(key=lambda one: (every[one[0]][1], one[0], every[one[1]][1], one[1]))
    return all_


@settings(max_examples=20, deadline=None)
@given(rows)
def test_earliest_and_every_chain(every: list[Row]) -> None:
    wanted = chains(every)
    first = [(i, *ends[0]) for i, ends in wanted.items()]
    assert sorted(found(every, "first")) == sorted(tuple(map("N{:02}".format, one)) for one in first)
    all_ = [(i, *end) for i, ends in wanted.items() for end in ends]
    assert sorted(found(every, "all")) == sorted(tuple(map("N{:02}".format, one)) for one in all_)
