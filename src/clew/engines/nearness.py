"""How far a row is from passing a step: a number from 0 (passes) upwards, to put near-misses in order.

Each comparison that fails counts at most 1. Of two numbers it is their difference over the sum of their sizes (the
Canberra distance, Lance & Williams 1967), of two days ``d / (d + 30)`` for a difference of d days; everything else
that fails, or is unknown, counts 1. Parts joined by ``and`` add up, of parts joined by ``or`` the nearest counts.
"""

from __future__ import annotations

from sqlglot import exp

from clew.plan import COMPARES, Type

MONTH = 30
"""Days from its limit at which a date counts half."""
_DATED = (Type.DATE, Type.TIMESTAMP)


def distance(condition: exp.Expr, *, wanted: bool = True) -> exp.Expr:
    """An expression for the distance of a row from ``condition`` being true, or with ``wanted`` False from not true."""
    if isinstance(condition, exp.Paren):
        return distance(condition.this, wanted=wanted)
    if isinstance(condition, exp.Not):
        return distance(condition.this, wanted=not wanted)
    if isinstance(condition, exp.And | exp.Or):
        sides = [distance(side, wanted=wanted) for side in (condition.this, condition.expression)]
        if isinstance(condition, exp.And) is wanted:
            return exp.Paren(this=exp.Add(this=sides[0], expression=sides[1]))
        return exp.Least(this=sides[0], expressions=sides[1:], ignore_nulls=True)
    held: exp.Expr = exp.Coalesce(this=exp.Paren(this=condition), expressions=[exp.false()])
    held = held if wanted else exp.Not(this=held)
    short = exp.Coalesce(this=_short(condition), expressions=[_number(1)])
    return exp.Case(ifs=[exp.If(this=held, true=_number(0))], default=short)


def _short(condition: exp.Expr) -> exp.Expr:
    """What a comparison that fails counts."""
    kind = condition.meta.get(COMPARES)
    if isinstance(condition, exp.Between):
        low, high = condition.args["low"], condition.args["high"]
        ends = [_apart(condition.this, end, kind) for end in (low, high)]
        return exp.Least(this=ends[0], expressions=ends[1:], ignore_nulls=True)
    if isinstance(condition, exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE):
        return _apart(condition.this, condition.expression, kind)
    return _number(1)


def _apart(left: exp.Expr, right: exp.Expr, kind: Type | None) -> exp.Expr:
    if kind in _DATED:
        days = exp.Abs(this=exp.Anonymous(this="date_diff", expressions=[exp.Literal.string("day"), left, right]))
        return _ratio(days, exp.Add(this=days, expression=_number(MONTH)))
    if kind is not None and kind.is_number:
        sides = [exp.cast(exp.Paren(this=side), "double") for side in (left, right)]
        gap = exp.Abs(this=exp.Sub(this=sides[0], expression=sides[1]))
        return _ratio(gap, exp.Add(this=exp.Abs(this=sides[0]), expression=exp.Abs(this=sides[1])))
    return _number(1)


def _ratio(part: exp.Expr, whole: exp.Expr) -> exp.Expr:
    """``part / whole``; 0 over 0 is a value that stands on its limit."""
    nothing = exp.EQ(this=whole, expression=_number(0))
    return exp.Case(
        ifs=[exp.If(this=nothing, true=_number(0))], default=exp.Div(this=part, expression=exp.Paren(this=whole))
    )


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)
