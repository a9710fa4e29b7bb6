"""What a ring is called: by the name it had before, as long as enough of its members are the same.

A ring and an earlier one may be the same where they share at least two members, and at least half of the smaller one's.
An earlier ring goes on in the ring that shares the most members with it (then the smaller, then the one with the
smaller first member). Where several go on in one, the name of the one that shares the most stays (then of the smaller,
then the smaller name). So the largest part of a ring that splits keeps its name, and the largest of rings that merge.
A ring without a past is called after its smallest member whose name no earlier ring has.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from clew.plan import EARLIER_RINGS
from clew.rules.draft import Draft
from clew.rules.shared_values import same
from clew.rules.trees import as_subquery, both, call, cast, column, group, join, named, relation, select, text
from clew.rules.trees import number as whole

_SHARED = 2
"""The least number of members that make two rings one."""


def ring_names(draft: Draft, number: str, everyone: str, sizes: str) -> str:
    """The relation of ``?ring`` and its name ``ring_id``, for the members in ``everyone`` (``?ring``, ``?own``); tells
    the plan who they are."""
    known = draft.add(f"{number}.known", _known(len(draft.rings) + 1), {}, materialise=True)
    met = draft.add(f"{number}.met", _met(everyone, known, sizes), {}, materialise=True)
    heirs = _best(met, "?earlier", ("?shared", "?size", "?first"), "?heir")
    kept = _best(
        as_subquery(select([exp.Star()], as_subquery(heirs, "h"), _first("?heir")), "m"),
        "?ring",
        ("?shared", "?before", "?earlier"),
        "?place",
    )
    draft.add(
        f"{number}.kept",
        select([column("?ring"), column("?earlier")], as_subquery(kept, "k"), _first("?place")),
        {},
    )
    asked = draft.add(f"{number}.asked", _asked(sizes, known), {})
    draft.add(f"{number}.free", _free(everyone, asked, known), {})
    names = draft.add(f"{number}.names", _names(number, sizes), {}, materialise=True)
    draft.rings.append(draft.add(f"{number}.told", _told(everyone, names, met), {}))
    return names


def _known(link: int) -> exp.Select:
    """The members of earlier rings, with how many each has."""
    size = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[column("ring")])
    shown = [named(column("ring"), "?earlier"), named(column("member"), "?member"), named(size, "?before")]
    return select(shown, EARLIER_RINGS, exp.EQ(this=column("link"), expression=whole(link)))


def _met(everyone: str, known: str, sizes: str) -> exp.Select:
    """Pairs of a ring and an earlier one that may be the same, with how many members they share."""
    keys = [column("?ring", "m"), column("?earlier", "k")]
    count = named(exp.Count(this=exp.Star()), "?shared")
    shared = select([*keys, named(exp.Min(this=column("?before", "k")), "?before"), count], relation(everyone, "m"))
    shared = group(join(shared, relation(known, "k"), _is("?member", "k", "?own", "m")), keys)
    number = column("?shared", "s")
    smaller = call("least", column("?before", "s"), column("ring_size", "z"))
    enough = both(
        [
            exp.GTE(this=number, expression=whole(_SHARED)),
            exp.GTE(this=exp.Mul(this=number, expression=whole(2)), expression=smaller),
        ]
    )
    columns = [column(name, "s") for name in ("?ring", "?earlier", "?before", "?shared")]
    size = [named(column("ring_size", "z"), "?size"), column("?first", "z")]
    pairs = join(select([*columns, *size], as_subquery(shared, "s")), relation(sizes, "z"), same("?ring", "z", "s"))
    return pairs.where(enough, copy=False)


def _best(source: str | exp.Expr, of: str, order: Sequence[str], place: str) -> exp.Select:
    """Rows with their place among those of one ``of``: the first of ``order`` falling, the others rising."""
    by = [exp.Ordered(this=column(name), desc=at == 0, nulls_first=False) for at, name in enumerate(order)]
    ranked = exp.Window(this=exp.RowNumber(), partition_by=[column(of)], order=exp.Order(expressions=by))
    return select([exp.Star(), named(ranked, place)], source)


def _asked(sizes: str, known: str) -> exp.Select:
    """The rings whose smallest member's name an earlier one has."""
    asked = select([column("?ring", "z"), named(_text(column("?first", "z")), "?least")], relation(sizes, "z"))
    return join(asked, _taken(known), _is("?earlier", "t", "?first", "z"), "semi")


def _free(everyone: str, asked: str, known: str) -> exp.Select:
    """For each ring that asks: its smallest member whose name no earlier ring has, or else a new number behind the
    name of its smallest of all."""
    own = named(_text(exp.Min(this=column("?own", "m"))), "?own")
    free = join(
        select([column("?ring", "m"), own], relation(everyone, "m")),
        relation(asked, "a"),
        same("?ring", "a", "m"),
        "semi",
    )
    join(free, _taken(known), _is("?earlier", "t", "?own", "m"), "anti")
    free = group(free, [column("?ring", "m")])
    mark = exp.DPipe(this=column("?least", "a"), expression=text("~"))
    same_mark = call("starts_with", column("?earlier"), exp.Paren(this=mark))
    how_many = select([exp.Count(this=exp.Distinct(expressions=[column("?earlier")]))], known, same_mark)
    numbered = exp.Add(this=exp.Subquery(this=how_many), expression=whole(_SHARED))
    another = exp.DPipe(this=mark, expression=cast(exp.Paren(this=numbered), "varchar"))
    name = exp.Coalesce(this=column("?own", "o"), expressions=[another])
    rows = select([column("?ring", "a"), named(name, "?free")], relation(asked, "a"))
    return join(rows, as_subquery(free, "o"), same("?ring", "o", "a"), "left")


def _names(number: str, sizes: str) -> exp.Select:
    others = [column("?free", "o"), _text(column("?first", "z"))]
    name = exp.Coalesce(this=column("?earlier", "k"), expressions=others)
    rows = select([column("?ring", "z"), named(name, "ring_id")], relation(sizes, "z"))
    join(rows, relation(f"{number}.kept", "k"), same("?ring", "k", "z"), "left")
    return join(rows, relation(f"{number}.free", "o"), same("?ring", "o", "z"), "left")


def _told(everyone: str, names: str, met: str) -> exp.Select:
    """Each member of each ring by its name, with the earlier rings it met."""
    earlier = named(call("clew_list", column("?earlier")), "earlier")
    past = group(select([column("?ring"), earlier], met), [column("?ring")])
    told = [named(column("ring_id", "n"), "ring"), named(_text(column("?own", "m")), "member"), column("earlier", "p")]
    rows = select(told, relation(names, "n"))
    join(rows, relation(everyone, "m"), same("?ring", "m", "n"))
    return join(rows, as_subquery(past, "p"), same("?ring", "p", "n"), "left")


def _taken(known: str) -> exp.Expr:
    """The names of earlier rings."""
    return as_subquery(select([column("?earlier")], known), "t")


def _first(place: str) -> exp.Expr:
    return exp.EQ(this=column(place), expression=whole(1))


def _is(name: str, alias: str, member: str, of: str) -> exp.Expr:
    """A text kept of earlier rings is this member."""
    return exp.EQ(this=column(name, alias), expression=_text(column(member, of)))


def _text(member: exp.Expr) -> exp.Expr:
    return cast(member, "varchar")
