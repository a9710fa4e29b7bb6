"""Two versions of a rule on the same data: which clues come, go and change, and the step that makes the difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clew.engine import Answers
from clew.engines.duckdb import DuckDBEngine
from clew.engines.trace import Key, Loss
from clew.plan import Plan
from clew.rules.model import Rule

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Version:
    """One version of a rule, and what it gave."""

    rule: Rule
    plan: Plan
    answers: Answers


@dataclass(frozen=True)
class OneSided:
    """A clue that one version gives alone: why the other does not.

    ``loss`` is the step that lost it; ``undecided`` says instead that the other version left it open, and why.
    """

    row: Row
    loss: Loss | None
    undecided: str = ""


@dataclass(frozen=True)
class Changed:
    """A clue that both give, and the names of the values that differ."""

    before: Row
    after: Row
    names: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """``added`` are given by ``after`` alone, ``gone`` by ``before`` alone; ``same`` counts those alike in all."""

    before: Version
    after: Version
    added: tuple[OneSided, ...]
    gone: tuple[OneSided, ...]
    changed: tuple[Changed, ...]
    same: int


def compare(engine: DuckDBEngine, before: tuple[Rule, Plan], after: tuple[Rule, Plan]) -> Comparison:
    """Run both versions over the same data; raises :class:`clew.engine.PlanError` when one cannot finish."""
    old, new = (Version(rule, plan, engine.run(plan)) for rule, plan in (before, after))
    was, now = _by_key(old.answers), _by_key(new.answers)
    both = [(was[key], now[key], _differing(was[key], now[key], old, new)) for key in sorted(was.keys() & now.keys())]
    changed = tuple(Changed(*one) for one in both if one[2])
    return Comparison(
        old,
        new,
        added=_one_sided(engine, now, old, now.keys() - was.keys()),
        gone=_one_sided(engine, was, new, was.keys() - now.keys()),
        changed=changed,
        same=len(both) - len(changed),
    )


def total(rows: Iterable[Row]) -> Decimal:
    """The amounts of some clues together, in CNY."""
    return sum((row["amount"] for row in rows if row["amount"] is not None), Decimal(0))


def _by_key(answers: Answers) -> dict[Key, Row]:
    return {(row["subject"], row["episode"] or ""): row for row in answers.clues.to_pylist()}


def _one_sided(
    engine: DuckDBEngine, rows: Mapping[Key, Row], other: Version, keys: Iterable[Key]
) -> tuple[OneSided, ...]:
    """The clues of one version at these keys, each with what the other version did with it."""
    wanted = sorted(keys)
    undecided = {
        key: f"{row['step']}: {row['reason']}"
        for table in (other.answers.inconclusive, other.answers.errors)
        for row in table.to_pylist()
        for key in wanted
        if row["subject"] == key[0] and row["episode"] in (None, key[1])
    }
    lost = engine.losses(other.plan, [key for key in wanted if key not in undecided])
    return tuple(OneSided(rows[key], lost.get(key), undecided.get(key, "")) for key in wanted)


def _differing(was: Row, now: Row, old: Version, new: Version) -> tuple[str, ...]:
    """Strength, amount, day and the facts that both versions tell, where they differ."""
    shared = [name for name in old.plan.facts if name in new.plan.facts]
    names = dict.fromkeys(("strength", "amount", "happened_on", *shared))
    return tuple(name for name in names if was[name] != now[name])
