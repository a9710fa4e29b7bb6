"""How far a value stands from those of its peers: what the verb ``peer`` measures.

``median_ratio`` is the value over the median of the others. ``mad`` is the modified z-score 0.6745 (x - median) / MAD
of Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993), who advise a cut of 3.5. ``percentile`` is the
share of the others that lie below (or, looking for low values, above). Where the others show no spread (MAD 0, or a
median of 0 to divide by), the first two fall back to the percentile.

Leaving the own row out costs no second sort: removing one element of a sorted list moves the places at and after it
by one, so the three values round the middle give the median of the others for every row of the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.trees import as_subquery, both, call, cast, column, either, group, join, named, relation, select, text
from clew.rules.trees import number as whole


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


def _middle(draft: Draft, name: str, source: str, keys: Sequence[str], value: str) -> None:
    """Per group how many values there are, and the three round the middle of them in order."""
    by = [column(key) for key in keys]
    sort = call("list_sort", call("list", column(value)))
    counted = group(
        select([*by, named(exp.Count(this=exp.Star()), "?n"), named(sort, "?sorted")], source),
        by,
    )
    places = [
        named(call("clew_middle", column("?sorted"), column("?n"), whole(place)), f"?m{place}") for place in range(3)
    ]
    draft.add(name, select([*by, column("?n"), *places], as_subquery(counted, "g")), {}, materialise=True)


def _of_others(value: exp.Expr, table: str) -> exp.Expr:
    """The median of a group without one element of that value."""
    return call("clew_median_without", value, column("?n", table), *(column(f"?m{place}", table) for place in range(3)))


def judged(draft: Draft, number: str, names: tuple[str, ...], asked: Asked) -> str:
    """Every row of ``<number>.values`` (with ``?value``) with what it is measured against, and ``?far``: whether it is
    far. Gives the relation's name."""
    values, groups = f"{number}.values", f"{number}.groups"
    _middle(draft, groups, values, asked.group, "?value")
    same = both(exp.EQ(this=column(key, "g"), expression=column(key, "v")) for key in asked.group)
    compared = join(
        select(
            [
                *(column(name, "v") for name in (*names, "?value")),
                named(exp.Sub(this=column("?n", "g"), expression=whole(1)), "peer_n"),
                named(_of_others(column("?value", "v"), "g"), "peer_median"),
            ],
            relation(values, "v"),
        ),
        relation(groups, "g"),
        same,
    )
    source = draft.add(f"{number}.compared", compared, {}, materialise=True)
    scale: exp.Expr = column("peer_median")
    if asked.method == "mad":
        source = _spread(draft, number, names, asked)
        scale = column("?mad")
    if asked.method == "percentile":
        placed = _placed(draft, number, source, asked, exp.true(), (*names, "?value", "peer_n", "peer_median"))
        return draft.add(f"{number}.judged", _verdict(asked, names, placed, column("?share"), "percentile"), {})
    flat = exp.Coalesce(this=exp.EQ(this=scale, expression=whole(0)), expressions=[exp.false()])
    columns = (*names, "?value", "peer_n", "peer_median", *(("?mad",) if asked.method == "mad" else ()))
    level = _placed(draft, number, source, asked, flat, columns)
    measured = (
        call("clew_divide", column("?value"), scale)
        if asked.method == "median_ratio"
        else call("clew_z_of_mad", column("?value"), column("peer_median"), scale)
    )
    spread = _verdict(asked, names, source, measured, asked.method).where(exp.Not(this=flat), copy=False)
    fallen = _verdict(asked, names, level, column("?share"), "percentile").where(flat, copy=False)
    query = exp.union(spread, fallen, distinct=False, copy=False)
    return draft.add(f"{number}.judged", query, {}, materialise=True)


def _spread(draft: Draft, number: str, names: tuple[str, ...], asked: Asked) -> str:
    """Adds the MAD of the others. A group knows at most three medians of others, so three sorts of it are enough."""
    compared, keys = f"{number}.compared", [*asked.group, "peer_median"]
    medians = as_subquery(select([column(key) for key in keys], compared).distinct(copy=False), "m")
    away = exp.Abs(this=exp.Sub(this=column("?value", "v"), expression=column("peer_median", "m")))
    same = both(exp.EQ(this=column(key, "m"), expression=column(key, "v")) for key in asked.group)
    rows = select([*(column(key, "m") for key in keys), named(away, "?away")], relation(f"{number}.values", "v"))
    draft.add(f"{number}.away", join(rows, medians, same), {}, materialise=True)
    _middle(draft, f"{number}.spreads", f"{number}.away", keys, "?away")
    own = exp.Abs(this=exp.Sub(this=column("?value", "v"), expression=column("peer_median", "v")))
    same = both(exp.EQ(this=column(key, "g"), expression=column(key, "v")) for key in keys)
    spread = select(
        [
            *(column(name, "v") for name in (*names, "?value", "peer_n", "peer_median")),
            named(_of_others(own, "g"), "?mad"),
        ],
        relation(compared, "v"),
    )
    query = join(spread, relation(f"{number}.spreads", "g"), same, "left")
    return draft.add(f"{number}.spread", query, {}, materialise=True)


def _placed(draft: Draft, number: str, source: str, asked: Asked, condition: exp.Expr, columns: tuple[str, ...]) -> str:
    """Rows of the groups in which ``condition`` holds somewhere, with the share of the others that lie beyond them."""
    wanted = select([column(key) for key in asked.group], source, condition).distinct(copy=False)
    rows = select([column(name, "v") for name in columns], relation(source, "v"))
    same = both(exp.EQ(this=column(key, "w"), expression=column(key, "v")) for key in asked.group)
    here: exp.Expr = relation(source, "v")
    if not isinstance(condition, exp.Boolean):
        here = as_subquery(join(rows, as_subquery(wanted, "w"), same, "semi"), "v")
    shares = {side: _share(asked, side == "low") for side in ("high", "low")}
    share = call("greatest", *shares.values()) if asked.side == "both" else shares[asked.side]
    share = cast(share, "decimal(18, 6)")
    query = select([*(column(name) for name in columns), named(share, "?share")], here)
    return draft.add(f"{number}.placed", query, {}, materialise=True)


def _share(asked: Asked, falling: bool) -> exp.Expr:
    """The share of the others below the row (above it when looking from the top), by rank: ties are not beyond."""
    return exp.Window(
        this=exp.Anonymous(this="percent_rank"),
        partition_by=[column(key) for key in asked.group],
        order=exp.Order(expressions=[exp.Ordered(this=column("?value"), desc=falling, nulls_first=False)]),
    )


def _verdict(asked: Asked, names: tuple[str, ...], source: str, measured: exp.Expr, method: str) -> exp.Select:
    """The rows of ``source`` with the verb's columns and ``?far``."""
    cut = asked.cut if method == asked.method else asked.fallback
    value = column("?measured")
    far: exp.Expr = exp.GTE(this=value, expression=cut)
    if method == "median_ratio" and asked.side == "low":
        far = exp.LTE(this=value, expression=cut)
    elif method == "mad" and asked.side == "low":
        far = exp.LTE(this=value, expression=exp.Neg(this=exp.Paren(this=cut)))
    elif method == "mad" and asked.side == "both":
        far = either(far, exp.LTE(this=value, expression=exp.Neg(this=exp.Paren(this=cut))))
    columns = [column(name) for name in (*names, "?value", "peer_n", "peer_median")]
    inner = select([exp.Star(), named(measured, "?measured")], source)
    flag = exp.Coalesce(this=exp.Paren(this=far), expressions=[exp.false()])
    return select(
        [*columns, named(value, "peer_value"), named(text(method), "peer_method"), named(flag, "?far")],
        as_subquery(inner, "j"),
    )
