"""Which conditions of an ordered list can ever be the first to hold.

Conditions compare columns with constants, so their truth only changes at those constants: trying every
combination of a value at, just below and just above each constant is trying everything. Where a condition
compares columns with each other, or the combinations are too many, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from sqlglot import exp

from clew.rules.evaluate import evaluate
from clew.rules.expression import Typed

MOST_COMBINATIONS = 4000
"""Above this, an unreachable condition goes unnoticed rather than the check becoming slow."""

Values = Mapping[str, Sequence[Any]]

_UNCLEAR = object()


def never_first(
    conditions: Sequence[Typed | None], fixed: Values, derived: Mapping[str, Callable[[Mapping[str, Any]], Any]]
) -> list[int]:
    """Indices of the conditions that are never the first to hold (None always holds).

    ``fixed`` gives the values to try for some columns in place of those drawn from the constants; ``derived``
    computes a column (``band``) from the others. Empty where nothing can be said.
    """
    typed = [condition for condition in conditions if condition is not None]
    constants = _constants(typed)
    if constants is None:
        return []
    names = sorted((set(constants) | set(fixed)) - set(derived))
    choices = [_around(constants.get(name, ()), fixed.get(name)) for name in names]
    if prod(len(choice) for choice in choices) > MOST_COMBINATIONS:
        return []
    unseen = set(range(len(conditions)))
    for values in product(*choices):
        point = dict(zip(names, values, strict=True))
        point |= {name: compute(point) for name, compute in derived.items()}
        unseen.discard(_first(conditions, point))
        if not unseen:
            break
    return sorted(unseen)


def _first(conditions: Sequence[Typed | None], point: Mapping[str, Any]) -> int:
    holds = (index for index, when in enumerate(conditions) if when is None or evaluate(when, point) is True)
    return next(holds, -1)


def _around(constants: Iterable[Any], fixed: Sequence[Any] | None) -> list[Any]:
    near: set[Any] = set()
    for value in constants:
        near |= _neighbours(value)
    if fixed is not None:
        low, high = fixed[0], fixed[-1]
        return sorted({*fixed, *(value for value in near if low <= value <= high)})
    return [*(sorted(near) or [0]), None]  # without constants only "is null" is asked: any value will do


def _neighbours(value: Any) -> set[Any]:
    if isinstance(value, bool):
        return {True, False}
    if isinstance(value, Decimal):
        step = Decimal(1) if value == value.to_integral_value() else Decimal("0.01")
        return {value - step, value, value + step}
    if isinstance(value, date):
        return {value - timedelta(days=1), value, value + timedelta(days=1)}
    return {"", value}


def _constants(conditions: Iterable[Typed]) -> dict[str, set[Any]] | None:
    """Per column the constants it is compared with; None when a column stands anywhere else."""
    found: dict[str, set[Any]] = {}
    for condition in conditions:
        seen = 0
        for node in condition.tree.find_all(
            exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Is
        ):
            sides = list(node.iter_expressions())
            columns = [side for side in sides if isinstance(side, exp.Column)]
            values = [_constant(side) for side in sides if not isinstance(side, exp.Column)]
            if len(columns) != 1 or any(value is _UNCLEAR for value in values):
                return None
            found.setdefault(columns[0].name, set()).update(value for value in values if value is not None)
            seen += 1
        if seen != len(list(condition.tree.find_all(exp.Column))):
            return None
    return found


def _constant(side: exp.Expr) -> Any:
    """The value of a side without columns; _UNCLEAR for one that reads a column."""
    try:
        value = evaluate(side, {})
    except KeyError:
        return _UNCLEAR
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
