"""Which rows can be far from their peers at all: a bound for each group, so that few rows are measured exactly.

A bound never decides. It is the least a value must be (``?high``) or the most (``?low``) to be far, whatever its own
place in the group; a group for which no bound is known is measured as a whole: all of it may be far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from clew.rules.expression import Typed
from clew.rules.medians import of_others, three_medians
from clew.rules.trees import as_subquery, both, call, cast, column, either, join, named, relation, select, text
from clew.rules.trees import number as whole

_SMALL = 20
"""Groups below are measured whole: places in them are too coarse for a bound by quantiles."""
_ROUNDED = exp.Literal.number("0.000001")
"""Measures are rounded to six places: a value this much short of the cut may reach it."""


@dataclass(frozen=True)
class Asked:
    """What the author asks: whose value, among whom, how, and from where on it is far."""

    of: Typed
    group: tuple[str, ...]
    method: str
    side: str
    least: exp.Expr
    cut: exp.Expr
    fallback: exp.Expr

    @property
    def sides(self) -> tuple[str, ...]:
        """``high``, ``low``, or both of them."""
        return ("high", "low") if self.side == "both" else (self.side,)


def fractions(asked: Asked) -> Sequence[exp.Expr]:
    """The quantiles that the bounds of a method need."""
    if asked.method == "median_ratio":
        return ()
    if asked.method == "mad":
        return exp.Literal.number("0.3"), exp.Literal.number("0.7")
    # A twentieth below the cut is below it by a whole place in every group that is not small.
    inside = call("greatest", whole(0), call("least", whole(1), cast(exp.Paren(this=asked.cut), "double")))
    share = exp.Mul(this=exp.Literal.number("0.95"), expression=inside)
    return share, exp.Sub(this=whole(1), expression=share)


def bounded(groups: str, asked: Asked) -> exp.Select:
    """The groups of :func:`clew.rules.medians.middle` with ``?high`` and ``?low``."""
    known, high, low = {"median_ratio": _ratio, "mad": _deviation, "percentile": _place}[asked.method](asked)
    large = exp.GT(this=column("?n"), expression=asked.least)
    shown = [*asked.group, "?n", "?m0", "?m1", "?m2"]
    bounds = [
        named(
            exp.Case(
                ifs=[exp.If(this=both([large, known]), true=cast(bound, "double"))], default=cast(text(far), "double")
            ),
            name,
        )
        for name, bound, far in (("?high", high, "-infinity"), ("?low", low, "infinity"))
    ]
    return select([*map(column, shown), *bounds], groups)


def outlying(values: str, bounds: str, asked: Asked, shown: Sequence[str]) -> exp.Select:
    """The rows that can be far (``?high``, ``?low``: on which side), with the number and the median of the others."""
    value = column("?value", "v")
    anywhere = {
        "high": exp.GTE(this=column("?value"), expression=_scalar(exp.Min(this=column("?high")), bounds)),
        "low": exp.LTE(this=column("?value"), expression=_scalar(exp.Max(this=column("?low")), bounds)),
    }
    sides = {
        "high": exp.GTE(this=value, expression=column("?high", "b")),
        "low": exp.LTE(this=value, expression=column("?low", "b")),
    }
    extreme = select([exp.Star()], values, either(*(anywhere[side] for side in asked.sides)))
    rows = select(
        [
            *(column(name, "v") for name in (*shown, "?value")),
            named(exp.Sub(this=column("?n", "b"), expression=whole(1)), "peer_n"),
            named(of_others(value, "b"), "peer_median"),
            *(named(sides[side], f"?{side}") for side in asked.sides),
        ],
        as_subquery(extreme, "v"),
    )
    same = both(exp.EQ(this=column(key, "b"), expression=column(key, "v")) for key in asked.group)
    return join(rows, relation(bounds, "b"), same).where(either(*(sides[side] for side in asked.sides)), copy=False)


def _scalar(tree: exp.Expr, source: str) -> exp.Expr:
    return exp.Subquery(this=select([tree], source))


def _ratio(asked: Asked) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
    """A ratio to the median reaches the cut only where it reaches it for one of the medians there can be."""
    medians = [cast(median, "double") for median in three_medians()]
    short = exp.Paren(this=exp.Sub(this=exp.Paren(this=asked.cut), expression=_ROUNDED))
    over = exp.Paren(this=exp.Add(this=exp.Paren(this=asked.cut), expression=_ROUNDED))
    high = call("least", *(exp.Mul(this=short, expression=one) for one in medians))
    low = call("greatest", *(exp.Mul(this=over, expression=one) for one in medians))
    positive = exp.GT(this=call("least", *medians), expression=whole(0))
    return positive, high, low


def _deviation(asked: Asked) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
    """The MAD is no less than the nearer of two values that have a little more than half of the group between them.

    Fewer than half of the others lie strictly between the quantiles 0.3 and 0.7, so a distance that takes in half of
    them reaches one of the two.
    """
    first, last = cast(column("?m0"), "double"), cast(column("?m2"), "double")
    least = call("least", exp.Sub(this=first, expression=column("?q0")), exp.Sub(this=column("?q1"), expression=last))
    short = exp.Paren(this=exp.Sub(this=exp.Paren(this=asked.cut), expression=_ROUNDED))
    reach = exp.Div(this=exp.Mul(this=short, expression=least), expression=exp.Literal.number("0.6745"))
    known = exp.And(
        this=exp.And(this=_large(), expression=exp.GT(this=least, expression=whole(0))),
        expression=exp.GT(this=short, expression=whole(0)),
    )
    return known, exp.Add(this=first, expression=reach), exp.Sub(this=last, expression=reach)


def _place(_: Asked) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
    return _large(), column("?q0"), column("?q1")


def _large() -> exp.Expr:
    return exp.GTE(this=column("?n"), expression=whole(_SMALL))
