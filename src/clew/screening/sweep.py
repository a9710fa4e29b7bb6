"""Another threshold: what a rule would find at other values of each parameter, and what is known of those clues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from clew.clues.lifecycle import DISPOSITIONS, State
from clew.clues.review import RIGHT, WRONG, Review
from clew.engines.duckdb import DuckDBEngine
from clew.engines.trace import Key
from clew.plan import Plan
from clew.rules.model import Parameter, Rule
from clew.supervision.answer import Answered

FACTORS = (Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1), Decimal("1.5"), Decimal(2), Decimal(4))
FEW = 9
"""A range of no more whole numbers than this is tried in full."""
Compile = Callable[[Mapping[str, Decimal]], Plan]
"""The rule's plan with these parameters."""


@dataclass(frozen=True)
class Tried:
    """A rule as it answered with one value of one parameter; ``current`` is the value it has."""

    parameter: Parameter
    value: Decimal
    current: bool
    answered: Answered


@dataclass(frozen=True)
class Point:
    """The clues of one value of one parameter. ``open`` were never answered, or never found before.

    ``missed`` counts the substantiated clues of the rule that this value would not find.
    """

    parameter: str
    unit: str
    value: Decimal
    current: bool
    clues: int
    right: int
    wrong: int
    handled: int
    open: int
    missed: int

    def as_dict(self) -> dict[str, Any]:
        """The point as plain values, in the words of people."""
        return {
            "parameter": self.parameter,
            "value": f"{self.value:f}",
            "unit": self.unit,
            "current": self.current,
            "clues": self.clues,
            "substantiated": self.right,
            "not_substantiated": self.wrong,
            "already_handled": self.handled,
            "not_reviewed": self.open,
            "substantiated_not_found": self.missed,
        }


def known_answers(
    connection: duckdb.DuckDBPyConnection, rule: Rule, answers: Iterable[Review]
) -> dict[Key, tuple[State, Decimal]]:
    """The answered clues in which the rule spoke: subject and episode -> the answer, and the rule's strength.

    Where two models asked the same and were told differently, substantiated counts.
    """
    spoke = dict(connection.execute("select clue_id, strength from clew.signal where rule = ?", [rule.id]).fetchall())
    found: dict[Key, tuple[State, Decimal]] = {}
    for one in answers:
        if one.answer is None or one.clue_id not in spoke:
            continue
        key = (one.subject, one.episode)
        if key not in found or DISPOSITIONS.index(one.answer) < DISPOSITIONS.index(found[key][0]):
            found[key] = (one.answer, spoke[one.clue_id])
    return found


def answered_by(engine: DuckDBEngine, rule: Rule, plan: Plan) -> Answered:
    """The rule as it answers today. Raises :class:`clew.engine.PlanError`."""
    return Answered(rule, plan, engine.run(plan))


def tried(engine: DuckDBEngine, today: Answered, compiled: Compile, current: Mapping[str, Decimal]) -> Iterator[Tried]:
    """The rule at other values of each parameter in turn, the others as they are; only other values are run.

    ``current`` holds the values a model sets differently. Raises :class:`clew.engine.PlanError`.
    """
    for parameter in today.rule.parameters.values():
        own = current.get(parameter.name, Decimal(parameter.quantity.value))
        for value in values_around(parameter, own):
            plan = None if value == own else compiled({**current, parameter.name: value})
            answered = today if plan is None else answered_by(engine, today.rule, plan)
            yield Tried(parameter, value, value == own, answered)


def point(one: Tried, known: Mapping[Key, State]) -> Point:
    """What is known of the clues of one value."""
    clues = one.answered.answers.clues
    columns = (clues.column(name).to_pylist() for name in ("subject", "episode"))
    keys = {(subject, episode or "") for subject, episode in zip(*columns, strict=True)}
    told = [known[key] for key in keys if key in known]
    return Point(
        one.parameter.name,
        one.parameter.quantity.unit,
        one.value,
        one.current,
        clues=clues.num_rows,
        right=sum(answer in RIGHT for answer in told),
        wrong=sum(answer in WRONG for answer in told),
        handled=sum(answer not in RIGHT | WRONG for answer in told),
        open=len(keys) - len(told),
        missed=sum(answer in RIGHT for key, answer in known.items() if key not in keys),
    )


def values_around(parameter: Parameter, current: Decimal) -> list[Decimal]:
    """Values of a parameter's range to try, the current one among them, in order.

    All of a short range of whole numbers; else the ends and multiples of the current value, whole where it is.
    """
    whole = isinstance(parameter.quantity.value, int) and current == current.to_integral_value()
    low, high = parameter.range or (min(current / 4, current * 4), max(current / 4, current * 4))
    if whole and high - low < FEW:
        first = int(low.to_integral_value(rounding="ROUND_CEILING"))
        return sorted({*(Decimal(value) for value in range(first, int(high) + 1)), current})
    tried = [current * factor for factor in FACTORS] if current else [low + (high - low) * one / 4 for one in range(5)]
    tried = [value.to_integral_value() if whole else value for value in (*tried, low, high)]
    return sorted({value.normalize() + 0 for value in tried if low <= value <= high} | {current.normalize() + 0})
