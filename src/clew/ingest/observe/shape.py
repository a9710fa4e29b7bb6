"""The shape of a column: how its values spread over a few buckets that reveal no value, and how far two shapes differ.

Only columns that say nothing about a person have a shape. An enumeration and a boolean are counted by value, numbers
by sign and half power of ten, days by how long before the newest of them they lie (in powers of two), other text by
a sum of its length and last two characters, modulo sixteen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, sqrt

from clew.contracts.literal import quoted
from clew.contracts.model import Classification, Column
from clew.plan import Type

Shape = Mapping[str, int]

NOTABLE = 0.25
"""Above this a population stability index is usually called a significant shift (Siddiqi, Credit Risk Scorecards)."""

_SHOWN = (Classification.PUBLIC, Classification.INTERNAL)
_UNLIKELY = 4.75
"""Standard normal quantile of one in a million: deliveries are many, and a false alarm costs trust."""


def bucket(column: Column) -> str | None:
    """SQL of the bucket a value falls into, NULL for no value; None for a column that must not have a shape.

    The buckets of days are days; :func:`folded` makes fewer of them.
    """
    name = quoted(column.name)
    if column.classification not in _SHOWN or column.identity is not None:
        return None
    if column.enum or column.type is Type.BOOLEAN:
        return f"{name}::varchar"
    if column.type in (Type.INTEGER, Type.DECIMAL):
        size = f"floor(2 * log10(abs({name}::double)))::integer"
        return f"case when {name} = 0 then '0' else if({name} < 0, '-', '+') || {size} end"
    if column.type in (Type.DATE, Type.TIMESTAMP):
        return f"({name}::date - date '1970-01-01')::varchar"
    # An engine's hash may change with its version, and a cryptographic one costs ten times as much.
    return f"((unicode({name}[-1]) * 31 + unicode({name}[-2]) * 7 + strlen({name})) % 16)::varchar"


def folded(column: Column, counts: Shape) -> Shape:
    """The shape from the counts of :func:`bucket`: days are seen from the newest one."""
    if column.type not in (Type.DATE, Type.TIMESTAMP) or not counts:
        return dict(sorted(counts.items()))
    newest = max(int(day) for day in counts)
    shape: Counter[str] = Counter()
    for day, rows in counts.items():
        shape[str((newest - int(day)).bit_length())] += rows
    return dict(sorted(shape.items()))


def pooled(shapes: Iterable[Shape]) -> Counter[str]:
    """Several shapes as one."""
    total: Counter[str] = Counter()
    for shape in shapes:
        total.update(shape)
    return total


def stability(now: Shape, before: Shape) -> float:
    """The population stability index between two shapes: 0 for equal ones, above :data:`NOTABLE` a real shift.

    Half a row is added to each bucket, so that one seen on one side only counts as rare and not as impossible.
    """
    buckets = now.keys() | before.keys()
    own, other = sum(now.values()) + len(buckets) / 2, sum(before.values()) + len(buckets) / 2
    return sum(_term((now.get(one, 0) + 0.5) / own, (before.get(one, 0) + 0.5) / other) for one in sorted(buckets))


def chance(now: Shape, before: Shape) -> float:
    """The index that chance alone exceeds once in a million, if both shapes are samples of one distribution.

    It is then about (1/n + 1/m) times chi squared with a degree less than there are buckets (Yurdakul, Statistical
    Properties of Population Stability Index, 2018); the quantile is Wilson and Hilferty's.
    """
    degrees, n, m = len(now.keys() | before.keys()) - 1, sum(now.values()), sum(before.values())
    if degrees < 1 or not n or not m:
        return float("inf")
    spread = 2 / (9 * degrees)
    quantile = degrees * (1 - spread + _UNLIKELY * sqrt(spread)) ** 3
    return quantile * (1 / n + 1 / m)


def _term(own: float, other: float) -> float:
    return (own - other) * log(own / other)
