"""``overlap`` against the definition: every two periods compared, few rows a key and many (where buckets are laid)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.given import trial_data
from tests.verbs.datasets import VERBS
from tests.verbs.running import either_way, rule_of

RULE = """
datasets: {{p: wards, q: {other}}}
steps:
  - from: p
  - overlap: q
    on: q.id = p.id
    left: {{from: p.day, to: p.until}}
    {more}
clue:
  subject: {{type: person, id: p.name}}
  episode: q.name
  strength: [{{otherwise: 1.0}}]
  message: "{{overlap_days}}"
  message_zh: "{{overlap_days}}"
  evidence: [{{show: overlap_days, title_zh: 天}}]
tests:
  - name: t
    as_of: 2026-06-30
    given:
{given}
    expect: none
"""
FIRST = date(2026, 1, 1)
Row = tuple[str, int, int | None]
rows = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(-400, 170), st.one_of(st.none(), st.integers(0, 400))), max_size=30
)


def table(prefix: str, found: list[Row]) -> str:
    def line(at: int, row: Row) -> str:
        start = FIRST + timedelta(days=row[1])
        end = "" if row[2] is None else str(start + timedelta(days=row[2]))
        return f"        {row[0]}, {prefix}{at}, {start}, {end}"

    return "\n".join(["        id, name, day, until", *(line(at, row) for at, row in enumerate(found))])


def span(row: Row) -> tuple[int, int, int]:
    """Start, end, and end with a point taking up a day; open ends reach to the end of as_of."""
    as_of = (date(2026, 7, 1) - FIRST).days
    end = max(as_of, row[1]) if row[2] is None else row[1] + row[2]
    return row[1], end, max(end, row[1] + 1)


def found(given: str, other: str, more: str) -> set[tuple[str, str, int]]:
    rule = rule_of(RULE.format(given=given, other=other, more=more))
    problems = Problems()
    data = trial_data(rule.trials[0], {"p": "wards", "q": other}, VERBS, problems)
    plan = compile_rule(rule, VERBS, problems, as_of=rule.trials[0].as_of)
    assert plan is not None, list(problems)
    engine = for_trial(data, VERBS)
    first, *others = (
        {(row["subject"], row["episode"], row["overlap_days"]) for row in engine.run(one).clues.to_pylist()}
        for one in (plan, *either_way(plan))
    )
    assert all(other == first for other in others)
    return first


def shared(first: Row, second: Row) -> int | None:
    """Days in common, or None."""
    (a, b, taken), (c, d, also) = span(first), span(second)
    meets = first[0] == second[0] and a < also and c < taken
    return max(min(b, d) - max(a, c), 0) if meets else None


@settings(max_examples=20, deadline=None)
@given(rows, rows)
def test_two_datasets(left: list[Row], right: list[Row]) -> None:
    given = f"      p: |\n{table('L', left)}\n      q: |\n{table('R', right)}"
    wanted = {
        (f"L{i}", f"R{j}", days)
        for i, first in enumerate(left)
        for j, second in enumerate(right)
        if (days := shared(first, second)) is not None
    }
    assert found(given, "people", "right: {from: q.day, to: q.until}") == wanted


@settings(max_examples=20, deadline=None)
@given(rows)
def test_among_themselves(every: list[Row]) -> None:
    wanted = set()
    for i, first in enumerate(every):
        for j, second in enumerate(every):
            days = shared(first, second)
            if days is not None and (first[1], i) < (second[1], j):
                wanted.add((f"L{i}", f"L{j}", days))
    assert found(f"      p: |\n{table('L', every)}", "wards", "self: p") == wanted


@pytest.mark.parametrize("count", [3, 60])
def test_both_plans_are_taken(count: int) -> None:
    """Three rows are joined by key, sixty of one key are laid in buckets: the same answer by either way."""
    every: list[Row] = [("A", at * 3, 4) for at in range(count)]
    wanted = {(f"L{at}", f"L{at + 1}", 1) for at in range(count - 1)}
    assert found(f"      p: |\n{table('L', every)}", "wards", "self: p") == wanted
