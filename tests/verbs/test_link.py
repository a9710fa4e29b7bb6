"""``link`` against the definition: pairs one by one, rings by union-find; and the hubs that are listed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from clew.contracts.catalogue import Catalogue
from clew.engine import Answers
from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.given import trial_data
from tests.oracle.world import World
from tests.verbs.datasets import VERBS
from tests.verbs.running import rule_of

RULE = """
datasets: {{p: people}}
steps:
  - from: p
  - link: p.id
    same:
      phone: {{of: p.name, weight: 0.5}}
      place: {{of: p.region, weight: 0.3}}
      grade: {{of: p.grade, weight: 0.4}}
    hub_limit: 3
    min_link: 0.5
clue:
  subject: {{type: person, id: p.id}}
  strength: [{{otherwise: 1.0}}]
  message: "{{ring_id}} {{ring_size}}"
  message_zh: "{{ring_id}} {{ring_size}}"
  evidence: [{{show: ring_id, title_zh: 团伙}}, {{show: ring_size, title_zh: 人数}}]
tests:
  - name: t
    as_of: 2026-06-30
    given:
      p: |
        id, name, region, grade
{rows}
    expect: none
"""
KEYED = Catalogue({"people": replace(VERBS.contracts["people"], primary_key=("id",))})
"""The same, told that a person has one row."""
WEIGHTS = (0.5, 0.3, 0.4)
Row = tuple[int, int, int]
people = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(0, 6)), max_size=16)


def answers(every: list[Row], text: str = RULE) -> Answers:
    """The same whether or not rows are told by a key."""
    found, by_key = (_answers(every, text, catalogue) for catalogue in (VERBS, KEYED))
    assert found.clues.equals(by_key.clues) and found.excluded.equals(by_key.excluded)
    assert sorted(map(str, found.rings[0].to_pylist())) == sorted(map(str, by_key.rings[0].to_pylist()))
    return found


def _answers(every: list[Row], text: str, catalogue: Catalogue) -> Answers:
    """0 stands for a value that is not there."""
    lines = (
        f"        N{at:02}, {f'n{a}' if a else ''}, {f'r{b}' if b else ''}, {c or ''}"
        for at, (a, b, c) in enumerate(every)
    )
    rule = rule_of(text.format(rows="\n".join(lines)))
    problems = Problems()
    data = trial_data(rule.trials[0], {"p": "people"}, catalogue, problems)
    plan = compile_rule(rule, catalogue, problems, as_of=rule.trials[0].as_of)
    assert plan is not None, list(problems)
    return for_trial(data, catalogue).run(plan)


def sharers(every: list[Row]) -> dict[tuple[int, int], list[int]]:
    """(kind, value) -> who has it."""
    found = defaultdict(list)
    for at, row in enumerate(every):
        for kind, value in enumerate(row):
            if value:
                found[kind, value].append(at)
    return found


def rings(every: list[Row]) -> dict[int, set[int]]:
    """Member -> its ring, by definition."""
    kinds: dict[tuple[int, int], set[int]] = defaultdict(set)
    for (kind, _), who in sharers(every).items():
        for pair in combinations(who, 2) if len(who) <= 3 else ():
            kinds[pair].add(kind)
    ring = {at: {at} for at in range(len(every))}
    for (a, b), shared in kinds.items():
        left = 1.0
        for kind in shared:
            left *= 1 - WEIGHTS[kind]
        if 1 - left >= 0.5 - 1e-9 and ring[a] is not ring[b]:
            ring[a] |= ring[b]
            for member in ring[b]:
                ring[member] = ring[a]
    return {at: members for at, members in ring.items() if len(members) > 1}


@settings(max_examples=40, deadline=None)
@given(people)
def test_rings_and_hubs(every: list[Row]) -> None:
    found = answers(every)
    clues = {row["subject"]: (row["ring_id"], row["ring_size"]) for row in found.clues.to_pylist()}
    assert clues == {f"N{at:02}": (f"N{min(ring):02}", len(ring)) for at, ring in rings(every).items()}
    hubs = sorted(len(who) for who in sharers(every).values() if len(who) > 3)
    assert sorted(len(row["rows"]) for row in found.excluded.to_pylist()) == hubs


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(30)))
def test_a_chain_is_one_ring_however_its_members_are_numbered(order: list[int]) -> None:
    """Each shares one value with the member before it and another with the one after it."""
    every = [(0, 0, 0)] * len(order)
    for place, at in enumerate(order):
        every[at] = (place // 2 + 1, (place + 1) // 2 + 1, 0)
    found = answers(every, RULE.replace("weight: 0.3", "weight: 0.5"))
    assert {(row["ring_id"], row["ring_size"]) for row in found.clues.to_pylist()} == {("N00", len(order))}
    assert found.clues.num_rows == len(order)


def test_rows_whose_id_is_empty_are_nobody_and_join_nobody() -> None:
    """Taken for one member, they would tie together all who share anything with any of them."""
    rule = rule_of(RULE.format(rows="        N00, , ,"))
    plan = compile_rule(rule, VERBS, Problems(), as_of=rule.trials[0].as_of)
    assert plan is not None
    shared = [("A", "n1"), ("", "n1"), (" ", "n1"), ("", "n2"), ("B", "n2"), ("C", "n3"), ("D", "n3")]
    people = [{"id": one, "name": name} for one, name in shared]
    found = World(rule.trials[0].as_of, {"people": people}).engine().run(plan)
    assert {(row["subject"], row["ring_id"]) for row in found.clues.to_pylist()} == {("C", "C"), ("D", "C")}
    assert [step.unknown for step in found.funnel if step.verb == "link"] == [3]


@settings(max_examples=15, deadline=None)
@given(people)
def test_from_seeds_on_as_far_as_so_many_links(every: list[Row]) -> None:
    seeded = RULE.replace("min_link: 0.5", "min_link: 0.5\n    seeds: p.id in ('N00', 'N05')\n    hops: 1")
    found = answers(every, seeded.replace("show: ring_size", "show: ring_hops"))
    away = {row["subject"]: row["ring_hops"] for row in found.clues.to_pylist()}
    whole = rings(every)
    assert {who for who, hops in away.items() if hops == 0} == {f"N{at:02}" for at in (0, 5) if at in whole}
    assert set(away.values()) <= {0, 1} and set(away) <= {f"N{at:02}" for at in whole}
