"""How pairs of periods are looked for: by key alone where few rows of both sides share one, else by buckets too.

How many pairs will share a key the engine tells from the statistics it keeps of every stored column, without reading a
row. It has none of a column that is computed as the rows are read; then buckets are laid at once, as they are never far
from the better way. Neither way changes what is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from clew.plan import Fork
from clew.rules.draft import Draft
from clew.rules.trees import both, call, cast, column, join, named, number, relation, select

FEW_PAIRS = 8
"""Up to this many candidates a row, keys alone are joined: laying out in buckets would cost more than it saves."""


@dataclass(frozen=True)
class Counted:
    """One side: its relation, first tick, first tick after, and keys; ``stored``: whether these are stored columns."""

    relation: str
    start: exp.Expr
    after: exp.Expr
    keys: Sequence[exp.Expr]
    stored: bool


def fork(left: Counted, right: Counted) -> Fork | None:
    """Keys alone, or buckets; None where buckets are laid without asking."""
    if not left.stored or not right.stored:
        return None
    same = [
        exp.EQ(this=column(one.name, "a"), expression=column(other.name, "b"))
        for one, other in zip(left.keys, right.keys, strict=True)
    ]
    one = [exp.Literal.number(1)]
    sharing = join(select(one, relation(left.relation, "a")), relation(right.relation, "b"), both(same))
    rows = exp.union(select(one, left.relation), select(one, right.relation), distinct=False, copy=False)
    return Fork(sharing, rows, FEW_PAIRS)


def width(draft: Draft, name: str, sides: Sequence[Counted], when: tuple[Fork, bool] | None) -> str:
    """Relation of one row, how wide a bucket is: a third of the mean length of the periods laid out (``?width``)."""

    def third(side: Counted) -> exp.Expr:
        length = exp.Sub(this=side.after, expression=side.start)
        parts = exp.Mul(this=exp.Count(this=exp.Star()), expression=number(3))
        mean = exp.IntDiv(this=exp.Sum(this=length), expression=exp.Paren(this=parts))
        return exp.Subquery(this=select([mean], side.relation))

    # ``greatest`` passes over the NULL of a side without rows.
    known = call("greatest", number(1), *map(third, sides))
    query = exp.Select(expressions=[named(cast(known, "bigint"), "?width")])
    return draft.add(f"{name}.width", query, {}, materialise=True, when=when)
