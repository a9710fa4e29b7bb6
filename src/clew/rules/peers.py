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


def judged(draft: Draft, number: str, names: tuple[str, ...], asked: Asked) -> str:
    """The rows of ``<number>.values`` (with ``?value``) that are far, or have too few peers, with what they are
    measured against; ``?far`` tells which. Gives the relation's name."""
    values, groups = f"{number}.values", f"{number}.groups"
    _middle(draft, groups, values, asked.group, "?value", _three_medians())
    compared = draft.add(f"{number}.compared", _compared(number, names, asked), {})
    columns = (*names, "?value", "peer_n", "peer_median")
    if asked.method == "percentile":
        placed = _placed(draft, number, compared, asked, columns)
        return draft.add(
            f"{number}.judged", _told(asked, names, placed, column("?share"), "percentile"), {}, materialise=True
        )
    flat_groups, scale = groups, column("peer_median")
    zero = either(*(exp.EQ(this=column(f"?median{place}"), expression=whole(0)) for place in range(3)))
    if asked.method == "mad":
        compared, flat_groups, zero = _spread(draft, number, compared, names, asked)
        scale, columns = column("?mad"), (*columns, "?mad")
    flat = select(list(map(column, asked.group)), flat_groups, exp.Paren(this=zero)).distinct(copy=False)
    draft.add(f"{number}.flat", flat, {}, materialise=True)
    same = both(exp.EQ(this=column(key, "f"), expression=column(key, "v")) for key in asked.group)

    def of_groups(how: str) -> exp.Expr:
        rows = select([column(name, "v") for name in columns], relation(compared, "v"))
        return as_subquery(join(rows, relation(f"{number}.flat", "f"), same, how), "v")

    level = _placed(draft, number, of_groups("semi"), asked, columns)
    none = exp.Coalesce(this=exp.EQ(this=scale, expression=whole(0)), expressions=[exp.false()])
    measured = (
        call("clew_divide", column("?value"), scale)
        if asked.method == "median_ratio"
        else call("clew_z_of_mad", column("?value"), column("peer_median"), scale)
    )
    wide = _told(asked, names, of_groups("anti"), measured, asked.method)
    spread = _told(asked, names, level, measured, asked.method, exp.Not(this=none))
    fallen = _told(asked, names, level, column("?share"), "percentile", none)
    query = exp.union(exp.union(wide, spread, distinct=False, copy=False), fallen, distinct=False, copy=False)
    return draft.add(f"{number}.judged", query, {}, materialise=True)


def _middle(
    draft: Draft, name: str, source: str, keys: Sequence[str], value: str, more: Sequence[exp.Expr] = ()
) -> None:
    """Per group how many values there are, and the three round the middle of them in order.

    The middle one is selected, not sorted for; its neighbours follow from how many values lie below and at it.
    """
    by = [column(key) for key in keys]
    half = exp.Literal.number("0.5")
    centres = group(select([*by, named(call("quantile_disc", column(value), half), "?centre")], source), by)
    draft.add(f"{name}.centres", centres, {}, materialise=True)
    same = both(exp.EQ(this=column(key, "c"), expression=column(key, "v")) for key in keys)
    own, centre = column(value, "v"), column("?centre", "c")
    below, above = exp.LT(this=own, expression=centre), exp.GT(this=own, expression=centre)

    def where(counted: exp.Expr, condition: exp.Expr, as_: str) -> exp.Expr:
        return named(exp.Filter(this=counted, expression=exp.Where(this=condition)), as_)

    around = select(
        [
            *(column(key, "v") for key in keys),
            named(exp.Min(this=centre), "?m"),
            named(exp.Count(this=exp.Star()), "?n"),
            where(exp.Count(this=exp.Star()), below, "?below"),
            where(exp.Count(this=exp.Star()), above, "?above"),
            where(exp.Max(this=own), below, "?before"),
            where(exp.Min(this=own), above, "?after"),
        ],
        relation(source, "v"),
    )
    around = group(join(around, relation(f"{name}.centres", "c"), same), [column(key, "v") for key in keys])
    told = ("?m", "?n", "?below", "?above", "?before", "?after")
    places = [named(call("clew_middle", whole(place), *map(column, told)), f"?m{place}") for place in range(3)]
    middle = select([*by, column("?n"), *places], as_subquery(around, "g"))
    draft.add(name, select([exp.Star(), *more], as_subquery(middle, "m")), {}, materialise=True)


def _three_medians() -> list[exp.Expr]:
    """What the median of the others can be at all: one value for each place the own value may have in the middle."""
    beyond = exp.Add(this=column("?m1"), expression=whole(1))
    return [
        named(_of_others(value), f"?median{place}")
        for place, value in enumerate((column("?m0"), column("?m1"), beyond))
    ]


def _of_others(value: exp.Expr, table: str | None = None) -> exp.Expr:
    """The median of a group without one element of that value."""
    return call("clew_median_without", value, column("?n", table), *(column(f"?m{place}", table) for place in range(3)))


def _compared(number: str, names: tuple[str, ...], asked: Asked) -> exp.Select:
    """Every row with the number and the median of the others."""
    same = both(exp.EQ(this=column(key, "g"), expression=column(key, "v")) for key in asked.group)
    rows = select(
        [
            *(column(name, "v") for name in (*names, "?value")),
            named(exp.Sub(this=column("?n", "g"), expression=whole(1)), "peer_n"),
            named(_of_others(column("?value", "v"), "g"), "peer_median"),
        ],
        relation(f"{number}.values", "v"),
    )
    return join(rows, relation(f"{number}.groups", "g"), same)


def _spread(
    draft: Draft, number: str, compared: str, names: tuple[str, ...], asked: Asked
) -> tuple[str, str, exp.Expr]:
    """Adds the MAD of the others: the rows with it, and which groups have one of 0. A group knows at most three medians
    of others, so three sorts of it are enough."""
    keys = [*asked.group, "peer_median"]
    medians: exp.Query = _median_of(number, asked, 0)
    for place in (1, 2):
        medians = exp.union(medians, _median_of(number, asked, place), distinct=True, copy=False)
    away = exp.Abs(this=exp.Sub(this=column("?value", "v"), expression=column("peer_median", "m")))
    same = both(exp.EQ(this=column(key, "m"), expression=column(key, "v")) for key in asked.group)
    rows = select([*(column(key, "m") for key in keys), named(away, "?away")], relation(f"{number}.values", "v"))
    draft.add(f"{number}.away", join(rows, as_subquery(medians, "m"), same), {})
    _middle(draft, f"{number}.spreads", f"{number}.away", keys, "?away")
    own = exp.Abs(this=exp.Sub(this=column("?value", "v"), expression=column("peer_median", "v")))
    same = both(exp.EQ(this=column(key, "g"), expression=column(key, "v")) for key in keys)
    columns = [column(name, "v") for name in (*names, "?value", "peer_n", "peer_median")]
    spread = select([*columns, named(_of_others(own, "g"), "?mad")], relation(compared, "v"))
    query = join(spread, relation(f"{number}.spreads", "g"), same, "left")
    zero = exp.EQ(this=call("least", column("?m0"), column("?m1")), expression=whole(0))
    return draft.add(f"{number}.spread", query, {}), f"{number}.spreads", zero


def _median_of(number: str, asked: Asked, place: int) -> exp.Select:
    keys = [column(key) for key in asked.group]
    median = column(f"?median{place}")
    return select(
        [*keys, named(median, "peer_median")],
        f"{number}.groups",
        exp.Not(this=exp.Is(this=median, expression=exp.null())),
    )


def _placed(draft: Draft, number: str, source: str | exp.Expr, asked: Asked, columns: tuple[str, ...]) -> str:
    """Rows with the share of the others that lie beyond them."""
    shares = {side: _share(asked, side == "low") for side in ("high", "low")}
    share = call("greatest", *shares.values()) if asked.side == "both" else shares[asked.side]
    share = cast(share, "decimal(18, 6)")
    return draft.add(f"{number}.placed", select([*map(column, columns), named(share, "?share")], source), {})


def _share(asked: Asked, falling: bool) -> exp.Expr:
    """The share of the others below the row (above it when looking from the top), by rank: ties are not beyond."""
    return exp.Window(
        this=exp.Anonymous(this="percent_rank"),
        partition_by=[column(key) for key in asked.group],
        order=exp.Order(expressions=[exp.Ordered(this=column("?value"), desc=falling, nulls_first=False)]),
    )


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
