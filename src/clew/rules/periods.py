"""Periods on one axis of whole ticks, and the pairs of them that meet, found without comparing all with all.

A tick is a day for dates and a microsecond for moments. A period is half-open, ``[start, end)``; a point event is a
period of length zero that takes up its own tick. Two periods meet where one starts inside the other, so every pair is
found once by looking for the *starts* of one side inside the periods of the other: periods are laid over buckets of
equal width, starts fall into one bucket each, and equal keys and buckets are a hash join. The width follows the data
(a third of the mean length), so that laying out never more than quadruples the rows. Where keys alone are choosy
enough (few rows of both sides share one), the buckets are left out (see :mod:`clew.rules.candidates`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from clew.plan import Type
from clew.rules.candidates import Counted, planned
from clew.rules.draft import Draft
from clew.rules.trees import as_subquery, both, call, column, either, join, named, number, select

START, END, TAKEN = "?start", "?end", "?taken"
"""Columns of a side, after its prefix: first tick, first tick after, and the same where a point takes up one tick."""

TICKS_A_DAY = {Type.DATE: 1, Type.TIMESTAMP: 86_400_000_000}


@dataclass(frozen=True)
class Side:
    """One side: a relation with its ticks under ``<prefix>?start`` and so on, the columns that go on, and its key."""

    relation: str
    prefix: str
    columns: tuple[str, ...]
    keys: tuple[exp.Expr, ...]

    def tick(self, name: str) -> exp.Expr:
        """One of the tick columns."""
        return column(f"{self.prefix}{name}")

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, ticks included."""
        return (*self.columns, *(f"{self.prefix}{name}" for name in (START, END, TAKEN)))


def ticks(value: exp.Expr, kind: Type) -> exp.Expr:
    """A date or moment as a number of ticks since 1970."""
    return call("clew_day_number" if kind is Type.DATE else "epoch_us", value)


def from_ticks(value: exp.Expr, kind: Type) -> exp.Expr:
    """The date or moment of a tick."""
    return call("clew_day_numbered" if kind is Type.DATE else "make_timestamp", value)


def with_ticks(prefix: str, start: exp.Expr, end: exp.Expr) -> list[exp.Expr]:
    """The tick columns of a side, for the SELECT list that makes its relation; both arguments are ticks."""
    after = exp.Add(this=start, expression=number(1))
    return [
        named(start, f"{prefix}{START}"),
        named(end, f"{prefix}{END}"),
        named(call("greatest", end, after), f"{prefix}{TAKEN}"),
    ]


def meeting(
    draft: Draft,
    name: str,
    left: Side,
    right: Side,
    equal: exp.Expr,
    conditions: Sequence[exp.Expr],
    extra: Sequence[exp.Expr],
    *,
    alike: bool = False,
    starts_left: bool,
) -> exp.Query:
    """Pairs of equal keys whose periods meet: the columns of both sides and ``extra``, where all ``conditions`` hold.

    ``alike`` says that both sides are the same rows. Without ``starts_left`` only pairs whose right period starts
    inside the left one are looked for.
    """
    first, second = (Counted(one.relation, one.tick(START), one.tick(TAKEN), one.keys) for one in (left, right))
    plan = planned(draft, name, first, None if alike else second)
    inside = [
        exp.GTE(this=right.tick(START), expression=left.tick(START)),
        exp.LT(this=right.tick(START), expression=left.tick(TAKEN)),
    ]
    before = [
        exp.GT(this=left.tick(START), expression=right.tick(START)),
        exp.LT(this=left.tick(START), expression=right.tick(TAKEN)),
    ]
    meets = either(both(inside), both(before)) if starts_left else both(inside)
    shown = [*map(column, (*left.names, *right.names)), *extra]

    def pairs(first: exp.Expr, second: exp.Expr, *on: exp.Expr) -> exp.Select:
        return join(select(shown, first), second, both([equal, *on])).where(both(conditions), copy=False)

    few = column("?few")
    queries = [pairs(_when(plan, left, few, [], "l"), _when(plan, right, few, [], "r"), meets)]
    many = exp.Not(this=few)
    for long, short, rest in ((left, right, inside), (right, left, before))[: 1 + starts_left]:
        laid, fallen = _when(plan, long, many, [_laid(long)], "a"), _when(plan, short, many, [_fallen(short)], "b")
        same = exp.EQ(this=column("?laid"), expression=column("?fallen"))
        queries.append(pairs(laid, fallen, same, *rest))
    query: exp.Query = queries[0]
    for other in queries[1:]:
        query = exp.union(query, other, distinct=False, copy=False)
    return query


def _when(plan: str, side: Side, condition: exp.Expr, more: list[exp.Expr], alias: str) -> exp.Expr:
    """A side, or nothing of it where the plan says otherwise."""
    rows = select([*map(column, side.names), *more], side.relation)
    return as_subquery(join(rows, as_subquery(select([column("?few"), column("?width")], plan), "p"), condition), alias)


def _laid(side: Side) -> exp.Expr:
    """A row for each bucket that a period reaches into."""
    last = exp.Paren(this=exp.Sub(this=side.tick(TAKEN), expression=number(1)))
    first, end = _bucket(side.tick(START)), exp.Add(this=_bucket(last), expression=number(1))
    return named(call("unnest", call("range", first, end)), "?laid")


def _fallen(side: Side) -> exp.Expr:
    """The bucket a period starts in."""
    return named(_bucket(side.tick(START)), "?fallen")


def _bucket(tick: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.IntDiv(this=tick, expression=column("?width")))
