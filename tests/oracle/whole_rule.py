"""A whole rule for the oracle: written as a file for the engine, and walked row by row for what it must answer."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.oracle.absence import NotExists, NotFollowedBy
from tests.oracle.aggregate import Aggregate
from tests.oracle.expression import Expression, Length
from tests.oracle.join import Join
from tests.oracle.ledger import CLEAR, CLUE, ERROR, INCONCLUSIVE, Ledger, Row
from tests.oracle.steps import Step, Union, Where
from tests.oracle.world import HAS_REGION, World


@dataclass(frozen=True)
class WholeRule:
    datasets: Mapping[str, str]
    lengths: Sequence[Length]
    steps: Sequence[Step]
    subject: Expression
    episode: Expression | None
    happened_on: Expression | None
    amount: Expression | None
    strength: Sequence[tuple[Expression, Decimal]]
    shown: Sequence[str]

    @property
    def written(self) -> str:
        """The rule as YAML, from its datasets on."""
        clue: dict[str, Any] = {"subject": {"type": "person", "id": self.subject.text}}
        told = {"episode": self.episode, "happened_on": self.happened_on, "amount": self.amount}
        clue |= {name: one.text for name, one in told.items() if one is not None}
        clue["strength"] = [{"when": one.text, "is": float(value)} for one, value in self.strength]
        clue["strength"].append({"otherwise": 0.1})
        clue |= {"message": "m", "message_zh": "文"}
        clue["evidence"] = [{"show": name, "title_zh": "列"} for name in self.shown]
        used = json.dumps([step.written for step in self.steps])
        alias = next(iter(self.datasets))
        parts = {
            "datasets": self.datasets,
            "parameters": {one.name: one.written for one in self.lengths if re.search(rf"\${one.name}\b", used)},
            "steps": [step.written for step in self.steps],
            "clue": clue,
            "tests": [{"name": "t", "as_of": "2026-06-30", "given": {alias: "id\nA"}, "expect": "none"}],
        }
        written = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in parts.items())
        return re.sub(r'"(\d{4}-\d{2}-\d{2})"', r"\1", written)

    @property
    def spoken(self) -> frozenset[str]:
        """The columns that the clue reads."""
        parts = [one for one in (self.subject, self.episode, self.happened_on, self.amount) if one is not None]
        return frozenset(self.shown).union(*(one.names for one in (*parts, *(when for when, _ in self.strength))))

    def read_later(self, index: int) -> frozenset[str]:
        """The columns that are read after a step."""
        rest = self.steps[index + 1 :]
        return self.spoken.union(*(step.names for step in rest), *(self._regions(step) for step in rest))

    def _regions(self, step: Step) -> frozenset[str]:
        """The region that a step asks coverage for."""
        if isinstance(step, Union):
            return frozenset().union(*(self._regions(one) for steps in step.branches.values() for one in steps))
        asks = isinstance(step, (NotExists, NotFollowedBy)) or (isinstance(step, Join) and step.keep == "optional")
        keys = step.pairing.keys if asks else ()  # type: ignore[attr-defined]
        keyed = [name.split(".")[0] for left, _ in keys for name in left.names if "." in name]
        found = [alias for alias in (*keyed, *self.datasets) if self.datasets[alias] in HAS_REGION]
        asked = asks or (isinstance(step, Where) and step.complete)
        return frozenset({f"{found[0]}.region"} if asked and found else ())


@dataclass(frozen=True)
class Answer:
    ledger: Ledger
    clues: Mapping[tuple[str, str | None], Mapping[str, Any]]
    population: frozenset[str]

    @property
    def outcomes(self) -> Mapping[str, str]:
        """Subject -> outcome; the first that holds, in the order of docs/rules.md."""
        found = dict.fromkeys(self.population, CLEAR)
        for outcome, subjects in (
            (INCONCLUSIVE, [one[0] for one in self.ledger.undecided]),
            (ERROR, [one[0] for one in self.ledger.errors]),
            (CLUE, [one[0] for one in self.clues]),
        ):
            found |= dict.fromkeys((one for one in subjects if one is not None), outcome)
        return found


def answer(rule: WholeRule, world: World) -> Answer:
    """What the documents say a rule answers. Raises :class:`tests.oracle.pairs.StoppedError`."""
    run = Ledger(world, rule.datasets, rule.subject, rule.episode)
    rows: list[Row] = []
    population: frozenset[str] | None = None
    for index, step in enumerate(rule.steps):
        run.read_later = rule.read_later(index)
        rest = rule.steps[index + 1 :]
        run.facts_last = not any(isinstance(one, Aggregate) and not one.keep_rows for one in rest)
        rows = step.run(run, rows, f"s{index + 1}_{step.verb}")
        if population is None and rows and rule.subject.names <= set(rows[0].values):
            population = frozenset(name for row in rows if (name := run.who(row)[0]) and name.strip())
    named = [(run.who(row), row) for row in rows]
    told = [(who, row) for who, row in named if who[0] is not None and who[0].strip()]
    run.unknown["clue"] += len(named) - len(told)
    times = Counter(who for who, _ in told)
    for who, row in told:
        if times[who] > 1:
            run.wrong(row, "clue")
    clues = {who: _clue(rule, row) for who, row in told if times[who] == 1}
    return Answer(run, {(str(who[0]), who[1]): found for who, found in clues.items()}, population or frozenset())


def _clue(rule: WholeRule, row: Row) -> dict[str, Any]:
    strength = next((value for when, value in rule.strength if when.of(row.values) is True), Decimal("0.1"))
    found: dict[str, Any] = {name: row.values[name] for name in rule.shown}
    found |= {"happened_on": rule.happened_on.of(row.values) if rule.happened_on else None}
    found |= {"amount": rule.amount.of(row.values) if rule.amount else None, "strength": strength}
    return found | {f"{alias}##": sorted(ids) for alias, ids in row.ids.items()}
