"""Which rows can be far from their peers at all: a bound for each group, so that few rows are measured exactly.

A bound never decides. It is the least a value must be (``?high``) or the most (``?low``) to be far, whatever its own
place in the group; a group for which no bound is known is measured as a whole: all of it may be far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from clew.rules.expression import Typed
from clew.rules.medians import of_others, three_medians
from clew.rules.trees import (
    as_subquery,
    both,
    call,
    cast,
    column,
    either,
    join,
    named,
    relation,
    select,
    text,
    try_cast,
)
from clew.rules.trees import number as whole

_SMALL = 20
"""Groups below are measured whole by MAD: places in them are too coarse for its bound."""
_ROUNDED = exp.Literal.number("0.000001")
"""Measures are rounded to six places: a value this much short of the cut may reach it."""


@dataclass(frozen=True)
class Asked:
    """What the author asks: whose value, among whom, how, and from where on it is far.

    ``precision`` are the digits and the scale of the value's own type, None for whole numbers. The bounds are of the
    same type, so that an engine leaves out rows as it reads them.
    """

    of: Typed
    value: exp.Expr
    precision: tuple[int, int] | None
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

    @property
    def kind(self) -> str:
        """The engine type of the value."""
        return "bigint" if self.precision is None else f"decimal({self.precision[0]}, {self.precision[1]})"

    @property
    def scale(self) -> int:
        """Digits after the point."""
        return self.precision[1] if self.precision else 0

    @property
    def largest(self) -> Decimal:
        """The largest value of the type."""
        whole_digits = 2**63 - 1 if self.precision is None else 10 ** self.precision[0] - 1
        return Decimal(whole_digits).scaleb(-self.scale)


def fractions(asked: Asked) -> Sequence[exp.Expr]:
    """The quantiles that the bounds of a method need."""
    if asked.method == "median_ratio":
        return ()
    if asked.method == "mad":
        return exp.Literal.number("0.3"), exp.Literal.number("0.7")
    # Of n values in order the k-th has k - 1 of the n - 1 others below it, a share of at most k / n.
    short = exp.Sub(this=cast(exp.Paren(this=asked.cut), "double"), expression=_ROUNDED)
    share = call("greatest", whole(0), call("least", whole(1), short))
    return share, exp.Sub(this=whole(1), expression=share)


def bounded(groups: str, asked: Asked) -> exp.Select:
    """The groups of :func:`clew.rules.medians.middle` with ``?high`` and ``?low``."""
    known, high, low = {"median_ratio": _ratio, "mad": _deviation, "percentile": _place}[asked.method](asked)
    large = exp.GT(this=column("?n"), expression=asked.least)
    shown = [*asked.group, "?n", "?m0", "?m1", "?m2"]
    bounds = [
        named(exp.Case(ifs=[exp.If(this=both([large, known]), true=bound)], default=far), name)
        for name, (bound, far) in (("?high", _typed(high, asked, -1)), ("?low", _typed(low, asked, 1)))
    ]
    return select([*map(column, shown), *bounds], groups)


def _typed(bound: exp.Expr, asked: Asked, way: int) -> tuple[exp.Expr, exp.Expr]:
    """A bound in the value's own type, moved outwards (``way``: -1 down, 1 up) by a step or two of its last digit; and
    the bound that every value meets. A bound too large or small for the type is met by none, or by all."""
    most = Decimal(way) * asked.largest
    step = whole(10**asked.scale)
    outwards = call("floor" if way < 0 else "ceil", exp.Mul(this=cast(bound, "double"), expression=step))
    moved = exp.Div(this=exp.Paren(this=exp.Add(this=outwards, expression=whole(way))), expression=step)
    extreme = cast(text(f"{most * Decimal('-0.9'):f}"), "double")  # well inside what the type holds
    held = try_cast(call("least" if way < 0 else "greatest", moved, extreme), asked.kind)
    far = cast(text(f"{most:f}"), asked.kind)
    return exp.Coalesce(this=held, expressions=[far]), far


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
    extreme = relation(values, "v")  # a bound on one side alone is pushed down to where the rows are read
    if len(asked.sides) > 1:
        extreme = as_subquery(select([exp.Star()], values, either(*(anywhere[side] for side in asked.sides))), "v")
    rows = select(
        [
            *(column(name, "v") for name in (*shown, "?value")),
            named(exp.Sub(this=column("?n", "b"), expression=whole(1)), "peer_n"),
            named(of_others(value, "b"), "peer_median"),
            *(named(sides[side], f"?{side}") for side in asked.sides),
        ],
        extreme,
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
        this=exp.And(
            this=exp.GTE(this=column("?n"), expression=whole(_SMALL)),
            expression=exp.GT(this=least, expression=whole(0)),
        ),
        expression=exp.GT(this=short, expression=whole(0)),
    )
    return known, exp.Add(this=first, expression=reach), exp.Sub(this=last, expression=reach)


def _place(_: Asked) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
    return exp.true(), column("?q0"), column("?q1")
