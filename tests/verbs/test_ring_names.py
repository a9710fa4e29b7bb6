"""A ring keeps its name while its members come and go: against the definition, ring by ring."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from clew.engines.duckdb import DuckDBEngine, for_trial
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.given import trial_data
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of

RULE = """
datasets: {{p: people}}
steps:
  - from: p
  - link: p.id
    same: {{phone: {{of: p.name, weight: 0.5}}}}
    hub_limit: 20
    min_link: 0.5
  - aggregate: {{by: ring_id, members: count(*)}}
clue:
  subject: {{type: group, id: ring_id}}
  strength: [{{otherwise: 1.0}}]
  message: m
  message_zh: 文
  evidence: [{{rows: p, title_zh: 明细}}]
tests:
  - name: t
    as_of: 2026-06-30
    given:
      p: |
        id, name
{rows}
    expect: none
"""
Rings = dict[str, frozenset[str]]


def engine_and_plan(groups: list[frozenset[str]]) -> tuple[DuckDBEngine, Plan]:
    """People of one group share a telephone number."""
    lines = [f"        {one}, phone{at}" for at, group in enumerate(groups) for one in sorted(group, reverse=True)]
    rule = rule_of(RULE.format(rows="\n".join(lines)))
    problems = Problems()
    data = trial_data(rule.trials[0], {"p": "people"}, VERBS, problems)
    plan = compile_rule(rule, VERBS, problems, as_of=rule.trials[0].as_of)
    assert plan is not None, list(problems)
    return for_trial(data, VERBS), plan


def named(groups: list[frozenset[str]], earlier: Rings) -> tuple[Rings, dict[str, list[str]]]:
    """The rings that are found by name, with the earlier ones each met, where ``earlier`` are known."""
    engine, plan = engine_and_plan(groups)
    engine.connection.execute(
        "create table ring (rule varchar, variant varchar, link integer, ring varchar, members varchar[],"
        " earlier varchar[], position integer, as_of date, screening_id varchar)"
    )
    for name, members in earlier.items():
        engine.connection.execute(
            "insert into ring values ('test.rule', '', 1, ?, ?, [], 1, '2026-06-29', 's')", [name, sorted(members)]
        )
    engine.sources = replace(engine.sources, rings="ring")
    answers = engine.run(plan)
    found = answers.rings[0].to_pylist()
    told: dict[str, list[str]] = {}
    for row in found:
        told.setdefault(row["ring"], []).append(row["member"])
    assert sorted(told) == sorted(answers.clues.column("subject").to_pylist())
    assert all(len(set(who)) == len(who) for who in told.values()), "each member is told once"
    return {ring: frozenset(who) for ring, who in told.items()}, {row["ring"]: row["earlier"] for row in found}


def defined(groups: list[frozenset[str]], earlier: Rings) -> Rings:
    """The same by the definition."""
    real = [group for group in groups if len(group) > 1]

    def may_be(name: str, group: frozenset[str]) -> bool:
        shared = len(earlier[name] & group)
        return shared >= 2 and 2 * shared >= min(len(earlier[name]), len(group))

    goes_on: dict[frozenset[str], list[str]] = {}
    for name, was in earlier.items():
        met = [group for group in real if may_be(name, group)]
        if met:
            best = min((-len(was & group), len(group), min(group), group) for group in met)[-1]
            goes_on.setdefault(best, []).append(name)
    names = {}
    for group in real:
        past = goes_on.get(group)
        if past:
            name = min((-len(earlier[one] & group), len(earlier[one]), one) for one in past)[-1]
        else:
            free = [one for one in sorted(group) if one not in earlier]
            name = free[0] if free else f"{min(group)}~2"
        names[name] = group
    return names


people = st.lists(st.integers(0, 4), min_size=4, max_size=12)


def grouped(places: list[int]) -> list[frozenset[str]]:
    groups: dict[int, set[str]] = {}
    for at, place in enumerate(places):
        groups.setdefault(place, set()).add(f"N{at:02}")
    return [frozenset(group) for _, group in sorted(groups.items())]


@settings(max_examples=20, deadline=None)
@given(people, people)
def test_names_are_those_of_the_definition(before: list[int], after: list[int]) -> None:
    earlier, _ = named(grouped(before), {})
    assert all(name == min(members) for name, members in earlier.items()), "without a past, the smallest member"
    found, _ = named(grouped(after), earlier)
    assert found == defined(grouped(after), earlier)
    assert named(grouped(after)[::-1], earlier)[0] == found, "the order of rows says nothing"
    assert all(found[name] == members for name, members in earlier.items() if members in found.values())


@settings(max_examples=8, deadline=None)
@given(st.lists(people, min_size=2, max_size=4))
def test_over_many_screenings_names_stay_apart(screenings: list[list[int]]) -> None:
    ledger: Rings = {}
    for places in screenings:
        groups = grouped(places)
        found, _ = named(groups, ledger)
        assert sorted(map(sorted, found.values())) == sorted(sorted(group) for group in groups if len(group) > 1)
        again, _ = named(groups, ledger | found)
        assert again == found, "the same rings keep their names"
        ledger |= found


def test_the_smallest_member_leaves_and_comes_back() -> None:
    was = {"N00": frozenset({"N00", "N01", "N02"})}
    found, met = named([frozenset({"N01", "N02"})], was)
    assert found == {"N00": frozenset({"N01", "N02"})} and met == {"N00": ["N00"]}
    back, _ = named([frozenset({"N00", "N01", "N02"})], found)
    assert list(back) == ["N00"]


def test_the_larger_part_of_a_split_keeps_the_name() -> None:
    was = {"N00": frozenset({"N00", "N01", "N02", "N03", "N04"})}
    found, met = named([frozenset({"N00", "N01"}), frozenset({"N02", "N03", "N04"})], was)
    assert found == {"N00": frozenset({"N02", "N03", "N04"}), "N01": frozenset({"N00", "N01"})}
    assert met == {"N00": ["N00"], "N01": ["N00"]}, "where the part comes from is told"


def test_the_larger_of_two_that_merge_keeps_the_name() -> None:
    was = {"N00": frozenset({"N00", "N01"}), "N02": frozenset({"N02", "N03", "N04"})}
    found, met = named([frozenset({"N00", "N01", "N02", "N03", "N04"})], was)
    assert list(found) == ["N02"] and met == {"N02": ["N00", "N02"]}


def test_one_member_in_common_is_not_enough() -> None:
    found, met = named([frozenset({"N00", "N05"})], {"N00": frozenset({"N00", "N01"})})
    assert found == {"N05": frozenset({"N00", "N05"})} and met == {"N05": None}
