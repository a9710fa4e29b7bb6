"""How far a value stands from those of its peers: what the verb ``peer`` measures.

``median_ratio`` is the value over the median of the others. ``mad`` is the modified z-score 0.6745 (x - median) / MAD
of Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993), who advise a cut of 3.5. ``percentile`` is the
share of the others that lie below (or, looking for low values, above). Where the others show no spread (MAD 0, or a
median of 0 to divide by), the first two fall back to the percentile.

One pass over all rows finds those that can be far at all; only they are measured.
"""

from __future__ import annotations

from sqlglot import exp

from clew.rules.draft import Draft
from clew.rules.medians import distance, middle, of_others
from clew.rules.outlying import Asked, bounded, fractions, outlying
from clew.rules.trees import (
    as_subquery,
    both,
    call,
    cast,
    column,
    either,
    join,
    named,
    not_null,
    relation,
    select,
    text,
)
from clew.rules.trees import number as whole


def judged(draft: Draft, number: str, names: tuple[str, ...], asked: Asked) -> str:
    """The rows of ``<number>.values`` (with ``?value``) that are far, or have too few peers, with what they are
    measured against; ``?far`` tells which. Gives the relation's name."""
    groups = middle(draft, f"{number}.groups", f"{number}.values", asked.group, fractions=fractions(asked))
    draft.add(f"{number}.bounds", bounded(groups, asked), {}, materialise=True)
    measured = draft.add(
        f"{number}.outlying", outlying(f"{number}.values", f"{number}.bounds", asked, names), {}, materialise=True
    )
    told = (*names, "?value", "peer_n", "peer_median", *(f"?{side}" for side in asked.sides))
    if asked.method == "percentile":
        placed = as_subquery(_placed(relation(measured, "v"), asked, told), "p")
        query: exp.Query = _told(asked, names, placed, column("?share"), "percentile")
        return draft.add(f"{number}.judged", query, {}, materialise=True)
    scale = column("peer_median")
    if asked.method == "mad":
        measured, scale, told = _with_spread(draft, number, measured, told, asked), column("?mad"), (*told, "?mad")
    flat = exp.EQ(this=scale, expression=whole(0))
    value = (
        call("clew_divide", column("?value"), scale)
        if asked.method == "median_ratio"
        else call("clew_z_of_mad", column("?value"), column("peer_median"), scale)
    )
    spread = exp.Not(this=exp.Coalesce(this=flat, expressions=[exp.false()]))
    level = select([column(key) for key in asked.group], measured, flat)
    same = both(exp.EQ(this=column(key, "f"), expression=column(key, "v")) for key in asked.group)
    rows = select([column(name, "v") for name in told], relation(measured, "v"))
    whole_groups = as_subquery(join(rows, as_subquery(level, "f"), same, "semi"), "v")
    fallen = as_subquery(_placed(whole_groups, asked, told), "p")
    query = exp.union(
        _told(asked, names, measured, value, asked.method, spread),
        _told(asked, names, fallen, column("?share"), "percentile", flat),
        distinct=False,
        copy=False,
    )
    return draft.add(f"{number}.judged", query, {}, materialise=True)


def _with_spread(draft: Draft, number: str, far: str, told: tuple[str, ...], asked: Asked) -> str:
    """Adds the MAD of the others, for the medians that the rows are measured against."""
    keys = [*asked.group, "peer_median"]
    enough = exp.GTE(this=column("peer_n"), expression=asked.least)
    medians = select([*map(column, keys)], far, enough, not_null(column("peer_median"))).distinct(copy=False)
    about = draft.add(f"{number}.medians", medians, {}, materialise=True)
    spreads = middle(draft, f"{number}.spreads", f"{number}.values", asked.group, about=about)
    own = distance("v")
    rows = select([*(column(name, "v") for name in told), named(of_others(own, "g"), "?mad")], relation(far, "v"))
    same = both(exp.EQ(this=column(key, "g"), expression=column(key, "v")) for key in keys)
    return draft.add(f"{number}.spread", join(rows, relation(spreads, "g"), same, "left"), {}, materialise=True)


def _placed(source: exp.Expr, asked: Asked, columns: tuple[str, ...]) -> exp.Select:
    """Rows with the share of the others that lie beyond them; beyond a row that can be far all stand in ``source``."""
    shares = [
        exp.Case(ifs=[exp.If(this=column(f"?{side}"), true=_share(asked, side == "high"))]) for side in asked.sides
    ]
    share = call("greatest", *shares) if len(shares) > 1 else shares[0]
    none = exp.Coalesce(this=share, expressions=[whole(0)])
    return select([*map(column, columns), named(cast(none, "decimal(18, 6)"), "?share")], source)


def _share(asked: Asked, high: bool) -> exp.Expr:
    """The share of the others below the row (above it when looking from the top): those not level with or beyond it."""
    level = exp.Window(
        this=exp.Count(this=exp.Star()),
        partition_by=[column(key) for key in asked.group],
        order=exp.Order(expressions=[exp.Ordered(this=column("?value"), desc=high, nulls_first=False)]),
    )
    beyond = exp.Sub(this=exp.Add(this=column("peer_n"), expression=whole(1)), expression=level)
    others = exp.Nullif(this=column("peer_n"), expression=whole(0))
    return exp.Div(this=cast(exp.Paren(this=beyond), "double"), expression=others)


def _told(
    asked: Asked,
    names: tuple[str, ...],
    source: str | exp.Expr,
    measured: exp.Expr,
    method: str,
    *conditions: exp.Expr,
) -> exp.Select:
    """The rows of ``source`` that something is said of: far ones (``?far``), and those with too few peers."""
    cut = asked.cut if method == asked.method else asked.fallback
    value = column("peer_value")
    far: exp.Expr = exp.GTE(this=value, expression=cut)
    if method == "median_ratio" and asked.side == "low":
        far = exp.LTE(this=value, expression=cut)
    elif method == "mad" and asked.side == "low":
        far = exp.LTE(this=value, expression=exp.Neg(this=exp.Paren(this=cut)))
    elif method == "mad" and asked.side == "both":
        far = either(far, exp.LTE(this=value, expression=exp.Neg(this=exp.Paren(this=cut))))
    columns = [column(name) for name in (*names, "peer_n", "peer_median")]
    inner = select([*columns, named(measured, "peer_value")], source, *conditions)
    flag = exp.Coalesce(this=exp.Paren(this=far), expressions=[exp.false()])
    enough = exp.GTE(this=column("peer_n"), expression=asked.least)
    told = select([*columns, value, named(text(method), "peer_method"), named(flag, "?far")], as_subquery(inner, "j"))
    return told.where(either(exp.Not(this=enough), exp.Paren(this=flag)), copy=False)
