"""What a rule told of each copy, in the words of its trial: so that copies can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clew.plan import ROW_BITS
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.model import Rule
from tests.content.project import catalogue
from tests.laws.renaming import Apart
from tests.laws.world import World

_ROW = (1 << ROW_BITS) - 1


@dataclass(frozen=True)
class Told:
    """One clue. ``facts`` with numbers and words as the trial has them; ``evidence``: dataset and place of each row."""

    facts: Mapping[str, Any]
    evidence: frozenset[tuple[str, int]]

    @property
    def who(self) -> tuple[str, str]:
        return self.facts["subject"], self.facts["episode"]

    def is_no_more_than(self, other: Told, names: Iterable[str]) -> bool:
        """Whether none of the numbers is larger; one that is unknown, or not told at all, is none."""
        return all((self.facts.get(name) or 0) <= (other.facts.get(name) or 0) for name in names)


@dataclass(frozen=True)
class Answered:
    """``told`` of each copy, in the order of the world's, and the subjects left ``open``, where they are known.

    ``mixed``: subjects of clues that rest on several copies.
    """

    world: World
    told: Sequence[list[Told]]
    open: Sequence[set[str]]
    mixed: Sequence[str]


def answered(rule: Rule, world: World) -> Answered:
    first = world.trials[0]
    plan = compile_rule(rule, catalogue(), Problems(), as_of=first.as_of, overrides=first.parameters)
    assert plan is not None
    told: list[list[Told]] = [[] for _ in world.copies]
    mixed = []
    datasets = {alias: name.value for alias, name in rule.datasets.items()}
    answers = world.engine().run(plan)
    for clue in answers.clues.to_pylist():
        rows = {(name, one & _ROW) for alias, name in datasets.items() for one in clue.pop(f"{alias}##", ())}
        placed = [(name, world.rows[name][number - 1]) for name, number in sorted(rows)]
        of = {one.copy for _, one in placed}
        if len(of) != 1:
            mixed.append(clue["subject"])
            continue
        facts = {name: _meant(value, world.apart) for name, value in clue.items()}
        told[of.pop()].append(Told(facts, frozenset((name, one.place) for name, one in placed)))
    left_open: list[set[str]] = [set() for _ in world.copies]
    for gap in answers.inconclusive.to_pylist():
        if gap["subject"] in world.apart.copies:
            left_open[world.apart.copies[gap["subject"]]].add(world.apart.meant[gap["subject"]])
    return Answered(world, told, left_open, mixed)


def _meant(value: Any, apart: Apart) -> Any:
    """A value with the trial's own numbers and words; what is listed in order of its numbers, in order again."""
    if isinstance(value, list):
        return sorted(_meant(one, apart) for one in value)
    if not isinstance(value, str):
        return value
    return "、".join(
        sorted(" ".join(apart.meant.get(word, word) for word in part.split(" ")) for part in value.split("、"))
    )
