"""The values in the middle of each group: enough to know the median of the others for every row of it.

Leaving the own row out costs no second sort: removing one element of a sorted list moves the places at and after it
by one, so the three values round the middle give the median of the others for every row of the group. The middle one
is selected, not sorted for; its neighbours follow from how many values lie below and at it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from clew.rules.draft import Draft
from clew.rules.trees import (
    as_subquery,
    both,
    call,
    cast,
    column,
    count_where,
    group,
    join,
    named,
    number,
    relation,
    select,
)

_TOLD = ("?m", "?n", "?below", "?above", "?before", "?after")


def middle(
    draft: Draft, name: str, values: str, keys: Sequence[str], *, about: str = "", fractions: Sequence[exp.Expr] = ()
) -> str:
    """Relation ``name``: ``keys``, how many values there are (``?n``), the three round the middle (``?m0`` to ``?m2``)
    and the quantiles at ``fractions`` (``?q0``...).

    The values are ``?value`` of ``values``; with ``about``, a relation of the keys and ``peer_median``, their
    distances from each such median, which then is a key too.
    """
    own = [*keys, *(["peer_median"] if about else [])]
    _centres(draft, name, values, keys, about, fractions)
    value = _value("c" if about else "")
    centre = column("?centre", "c")
    below, above = exp.LT(this=value, expression=centre), exp.GT(this=value, expression=centre)

    def where(counted: exp.Expr, condition: exp.Expr) -> exp.Expr:
        return exp.Filter(this=counted, expression=exp.Where(this=condition))

    around = select(
        [
            *(column(key, "c") for key in own),
            named(exp.Min(this=centre), "?m"),
            named(exp.Count(this=exp.Star()), "?n"),
            named(count_where(below), "?below"),
            named(count_where(above), "?above"),
            named(where(exp.Max(this=value), below), "?before"),
            named(where(exp.Min(this=value), above), "?after"),
            *(named(exp.AnyValue(this=column(f"?q{at}", "c")), f"?q{at}") for at in range(len(fractions))),
        ],
        relation(values, "v"),
    )
    around = group(join(around, relation(f"{name}.centres", "c"), _same(keys, "c")), [column(key, "c") for key in own])
    places = [named(call("clew_middle", number(place), *map(column, _TOLD)), f"?m{place}") for place in range(3)]
    kept = [*own, "?n", *(f"?q{at}" for at in range(len(fractions)))]
    return draft.add(name, select([*map(column, kept), *places], as_subquery(around, "g")), {}, materialise=True)


def _centres(
    draft: Draft, name: str, values: str, keys: Sequence[str], about: str, fractions: Sequence[exp.Expr]
) -> None:
    """Per group the middle value and the quantiles, in one selection."""
    by = [column(key, "v") for key in keys] + ([column("peer_median", "m")] if about else [])
    asked = exp.Array(expressions=[exp.Literal.number("0.5"), *fractions])
    chosen = select(
        [*by, named(call("quantile_disc", _value("m" if about else ""), asked), "?q")], relation(values, "v")
    )
    if about:
        join(chosen, relation(about, "m"), _same(keys, "m"))
    own = [column(key) for key in keys] + ([column("peer_median")] if about else [])
    places = [named(_at(1), "?centre"), *(named(_at(at + 2), f"?q{at}") for at in range(len(fractions)))]
    query = select([*own, *places], as_subquery(group(chosen, by), "q"))
    draft.add(f"{name}.centres", query, {}, materialise=True)


def _at(place: int) -> exp.Expr:
    return call("list_extract", column("?q"), number(place))


def _value(about: str) -> exp.Expr:
    """The value itself, or its distance from the median that stands in table ``about``."""
    return distance(about) if about else column("?value", "v")


def distance(table: str) -> exp.Expr:
    """How far the value of ``v`` is from the ``peer_median`` of another table."""
    own = cast(column("?value", "v"), "decimal(18, 6)")
    return exp.Abs(this=exp.Sub(this=own, expression=column("peer_median", table)))


def _same(keys: Sequence[str], other: str) -> exp.Expr:
    return both(exp.EQ(this=column(key, other), expression=column(key, "v")) for key in keys)


def of_others(value: exp.Expr, table: str | None = None) -> exp.Expr:
    """The median of a group without one element of that value; ``table`` holds the group's middle."""
    return call("clew_median_without", value, column("?n", table), *(column(f"?m{place}", table) for place in range(3)))


def three_medians() -> list[exp.Expr]:
    """What the median of the others can be at all: one for each place the own value may have in the middle."""
    beyond = exp.Add(this=column("?m1"), expression=number(1))
    return [of_others(value) for value in (column("?m0"), column("?m1"), beyond)]
