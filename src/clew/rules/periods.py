"""Periods on one axis of whole ticks, and the pairs of them that meet, found without comparing all with all.

A tick is a day for dates and a microsecond for moments. A period is half-open, ``[start, end)``; a point event is a
period of length zero that takes up its own tick. Two periods meet where one starts inside the other, so every pair is
found once by looking for the *starts* of one side inside the periods of the other: periods are laid over buckets of
equal width, starts fall into one bucket each, and equal keys and buckets are a hash join. The width follows the data
(a third of the mean length), so that laying out never more than quadruples the rows. Where keys alone are choosy
enough (few rows of both sides share one), the buckets are left out (see :mod:`clew.rules.candidates`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from clew.plan import Type
from clew.rules.candidates import Counted, fork, width
from clew.rules.draft import Draft
from clew.rules.trees import as_subquery, both, call, column, join, named, number, relation, select

START, END, TAKEN = "?start", "?end", "?taken"
"""Columns of a side, after its prefix: first tick, first tick after, and the same where a point takes up one tick."""

TICKS_A_DAY = {Type.DATE: 1, Type.TIMESTAMP: 86_400_000_000}


@dataclass(frozen=True)
class Side:
    """One side: a relation with its ticks under ``<prefix>?start`` and so on, the columns that go on, and its keys;
    ``computed``: whether a key is computed as the rows are read. ``moment``: where all periods are points, the date or
    moment itself: by key alone it is compared as it is, so that rows are not made wider by their ticks."""

    relation: str
    prefix: str
    columns: tuple[str, ...]
    keys: tuple[exp.Expr, ...]
    computed: bool = False
    moment: tuple[exp.Expr, Type] | None = None

    @property
    def stored(self) -> bool:
        """Whether the keys are columns of which an engine keeps statistics."""
        return not self.computed and all(isinstance(key, exp.Column) for key in self.keys)

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
    finish: Callable[[exp.Expr], exp.Query],
    *,
    into: tuple[str, Mapping[str, Type]],
    starts_left: bool,
) -> None:
    """Pairs of equal keys whose periods meet: the columns of both sides and ``extra``, where all ``conditions`` hold.

    ``finish`` makes of them the query of the relation ``into`` (its name and columns), which is added for either way
    that :func:`clew.rules.candidates.fork` leaves open. Without
    ``starts_left`` only pairs whose right period starts inside the left one are looked for.
    """
    first, second = (
        Counted(one.relation, one.tick(START), one.tick(TAKEN), one.keys, one.stored) for one in (left, right)
    )
    asked = fork(first, second)
    buckets = (asked, False) if asked is not None else None
    wide = width(draft, name, (first, second)[: 1 + starts_left], buckets)
    inside = [
        exp.GTE(this=right.tick(START), expression=left.tick(START)),
        exp.LT(this=right.tick(START), expression=left.tick(TAKEN)),
    ]
    before = [
        exp.GT(this=left.tick(START), expression=right.tick(START)),
        exp.LT(this=left.tick(START), expression=right.tick(TAKEN)),
    ]
    reaches = exp.GT(this=right.tick(TAKEN), expression=left.tick(START))
    meets = [reaches, inside[1]] if starts_left else inside
    for point, period in ((right, left), (left, right)):
        if point.moment is not None:
            at, kind = point.moment
            meets = [
                exp.GTE(this=at, expression=from_ticks(period.tick(START), kind)),
                exp.LT(this=at, expression=from_ticks(period.tick(TAKEN), kind)),
            ]
    shown = [*map(column, (*left.names, *right.names)), *extra]

    def pairs(first: exp.Expr, second: exp.Expr, *on: exp.Expr) -> exp.Query:
        return join(select(shown, first), second, both([equal, *on])).where(both(conditions), copy=False)

    by_key = pairs(relation(left.relation), relation(right.relation), *meets)
    by_bucket = []
    for long, short, rest in ((left, right, inside), (right, left, before))[: 1 + starts_left]:
        laid, fallen = _with(wide, long, _laid(long), "a"), _with(wide, short, _fallen(short), "b")
        by_bucket.append(pairs(laid, fallen, exp.EQ(this=column("?laid"), expression=column("?fallen")), *rest))
    name, columns = into
    if asked is not None:
        draft.add(name, finish(as_subquery(by_key, "m")), columns, materialise=True, when=(asked, True))
    laid_out = reduce(_and_also, by_bucket)
    draft.add(name, finish(as_subquery(laid_out, "m")), columns, materialise=True, when=buckets)


def _and_also(first: exp.Query, second: exp.Query) -> exp.Query:
    return exp.union(first, second, distinct=False, copy=False)


def _with(wide: str, side: Side, bucket: exp.Expr, alias: str) -> exp.Expr:
    """A side with its buckets."""
    rows = select([*map(column, side.names), bucket], side.relation)
    return as_subquery(join(rows, as_subquery(select([column("?width")], wide), "w"), exp.true()), alias)


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
