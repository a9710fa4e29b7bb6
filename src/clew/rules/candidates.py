"""How many pairs equal keys alone would give, and how wide a bucket of time is. Neither changes what is found.

Counting rows is next to free, telling keys apart is not. So the keys of the smaller side are counted first: where few
of its rows share one, the other side's need not be. Where both sides are the same rows, one count is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from clew.rules.draft import Draft
from clew.rules.trees import as_subquery, both, call, cast, column, join, named, number, select

FEW_PAIRS = 8
"""Up to this many candidates a row, keys alone are joined: laying out in buckets would cost more than it saves."""


@dataclass(frozen=True)
class Counted:
    """One side: its relation, first tick, first tick after, and keys."""

    relation: str
    start: exp.Expr
    after: exp.Expr
    keys: Sequence[exp.Expr]


def planned(draft: Draft, name: str, left: Counted, right: Counted | None) -> str:
    """Relation of one row: whether keys alone are choosy enough (``?few``), and a bucket's ``?width``.

    Without ``right`` both sides are the rows of ``left``.
    """
    other = right or left
    sizes = draft.add(f"{name}.sizes", _sizes(left, other), {}, materialise=True)
    first, second = column("?first"), column("?second")
    left_is_less = exp.LTE(this=first, expression=second)
    keys = _keys(left, sizes, left_is_less)
    if right is not None:
        keys = exp.union(
            keys, _keys(right, sizes, exp.Not(this=exp.Paren(this=left_is_less))), distinct=False, copy=False
        )
    known = select([exp.Star(), named(_greatest(keys), "?keys")], sizes)
    less = draft.add(f"{name}.keys", known, {}, materialise=True)
    if right is not None:
        crowded = exp.GT(this=call("least", first, second), expression=_times(number(FEW_PAIRS), column("?keys")))
        more = exp.union(
            _keys(right, less, both([left_is_less, crowded])),
            _keys(left, less, both([exp.Not(this=exp.Paren(this=left_is_less)), crowded])),
            distinct=False,
            copy=False,
        )
        known = select(
            [first, second, column("?length"), named(call("greatest", column("?keys"), _greatest(more)), "?keys")], less
        )
        less = draft.add(f"{name}.all_keys", known, {}, materialise=True)
    return draft.add(f"{name}.plan", _plan(less), {}, materialise=True)


def _sizes(left: Counted, right: Counted) -> exp.Select:
    """One row: how many rows each side has (``?first``, ``?second``), and the ``?length`` of all periods together."""

    def counted(side: Counted, rows: str, alias: str) -> exp.Expr:
        length = exp.Sum(this=exp.Sub(this=side.after, expression=side.start))
        told = [named(exp.Count(this=exp.Star()), rows), named(length, f"?{alias}")]
        return as_subquery(select(told, side.relation), alias)

    lengths = (exp.Coalesce(this=column(f"?{alias}"), expressions=[number(0)]) for alias in "ab")
    length = exp.Add(this=next(lengths), expression=next(lengths))
    query = select([column("?first"), column("?second"), named(length, "?length")], counted(left, "?first", "a"))
    return join(query, counted(right, "?second", "b"), exp.true())


def _keys(side: Counted, sizes: str, condition: exp.Expr) -> exp.Query:
    """About how many keys a side has; where the condition does not hold nothing of it is read, and none are counted."""
    counted = named(call("approx_count_distinct", call("hash", *side.keys)), "?keys")
    asked = as_subquery(select([column("?first")], sizes, condition), "s")
    return join(select([counted], side.relation), asked, exp.true())


def _greatest(keys: exp.Query) -> exp.Expr:
    return exp.Subquery(this=select([exp.Max(this=column("?keys"))], as_subquery(keys, "k")))


def _plan(counted: str) -> exp.Select:
    first, second = column("?first"), column("?second")
    rows = exp.Paren(this=exp.Add(this=first, expression=second))
    candidates = exp.Div(
        this=_times(cast(first, "double"), second), expression=call("greatest", column("?keys"), number(1))
    )
    few = exp.LTE(this=candidates, expression=_times(number(FEW_PAIRS), rows))
    thirds = exp.Paren(this=_times(number(3), call("greatest", rows, number(1))))
    width = call("greatest", number(1), exp.IntDiv(this=column("?length"), expression=thirds))
    return select([named(few, "?few"), named(cast(width, "bigint"), "?width")], counted)


def _times(first: exp.Expr, second: exp.Expr) -> exp.Expr:
    return exp.Mul(this=first, expression=second)
