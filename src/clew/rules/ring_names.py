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
from clew.rules.trees import as_subquery, both, call, cast, column, group, is_null, join, named, relation, select, text
from clew.rules.trees import number as whole

_SHARED = 2
"""The least number of members that make two rings one."""


def ring_names(draft: Draft, number: str, here: str, sizes: str) -> tuple[str, str]:
    """The relations of the members in ``here`` (``?ring``, ``?node``, ``?member``, which is the node as text), and of
    ``?ring`` and its name ``ring_id``; tells the plan who they are."""
    members = select(
        [column("?ring", "g"), column("?node", "g"), named(cast(column("?own", "n"), "varchar"), "?member")],
        relation(here, "g"),
    )
    join(members, relation(f"{number}.nodes", "n"), _same("?node", "n", "g"))
    everyone = draft.add(f"{number}.everyone", members, {}, materialise=True)
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
        materialise=True,
    )
    draft.add(f"{number}.firsts", _firsts(number, sizes), {}, materialise=True)
    draft.add(f"{number}.free", _free(number, everyone, known), {})
    names = draft.add(f"{number}.names", _names(number, known), {}, materialise=True)
    told = draft.add(f"{number}.told", _told(everyone, names, met), {})
    draft.rings.append(told)
    return everyone, names


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
    shared = group(join(shared, relation(known, "k"), _same("?member", "k", "m")), keys)
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
    pairs = join(select([*columns, *size], as_subquery(shared, "s")), relation(sizes, "z"), _same("?ring", "z", "s"))
    return pairs.where(enough, copy=False)


def _best(source: str | exp.Expr, of: str, order: Sequence[str], place: str) -> exp.Select:
    """Rows with their place among those of one ``of``: the first of ``order`` falling, the others rising."""
    by = [exp.Ordered(this=column(name), desc=at == 0, nulls_first=False) for at, name in enumerate(order)]
    ranked = exp.Window(this=exp.RowNumber(), partition_by=[column(of)], order=exp.Order(expressions=by))
    return select([exp.Star(), named(ranked, place)], source)


def _firsts(number: str, sizes: str) -> exp.Select:
    """Each ring with its smallest member."""
    rows = select(
        [column("?ring", "z"), named(cast(column("?own", "n"), "varchar"), "?least")], relation(f"{number}.nodes", "n")
    )
    return join(rows, relation(sizes, "z"), exp.EQ(this=column("?first", "z"), expression=column("?node", "n")))


def _free(number: str, everyone: str, known: str) -> exp.Select:
    """The smallest member whose name no earlier ring has, for rings of which the smallest of all has one's."""
    taken = as_subquery(select([column("?earlier")], known), "t")
    asked = select([column("?ring", "f")], relation(f"{number}.firsts", "f"))
    join(asked, taken, exp.EQ(this=column("?earlier", "t"), expression=column("?least", "f")), "semi")
    own = column("?member", "m")
    rows = select(
        [column("?ring", "m"), named(call("arg_min", own, column("?node", "m")), "?free")], relation(everyone, "m")
    )
    join(rows, as_subquery(asked, "a"), _same("?ring", "a", "m"), "semi")
    join(rows, taken, exp.EQ(this=column("?earlier", "t"), expression=own), "anti")
    return group(rows, [column("?ring", "m")])


def _names(number: str, known: str) -> exp.Select:
    asked = named(exp.Not(this=is_null(column("?earlier", "t"))), "?taken")
    rows = select(
        [
            column("?ring", "f"),
            column("?least", "f"),
            named(column("?earlier", "k"), "?kept"),
            named(column("?free", "o"), "?free"),
            asked,
        ],
        relation(f"{number}.firsts", "f"),
    )
    taken = as_subquery(select([column("?earlier")], known).distinct(copy=False), "t")
    join(rows, taken, exp.EQ(this=column("?earlier", "t"), expression=column("?least", "f")), "left")
    join(rows, relation(f"{number}.kept", "k"), _same("?ring", "k", "f"), "left")
    join(rows, relation(f"{number}.free", "o"), _same("?ring", "o", "f"), "left")
    mark = exp.DPipe(this=column("?least"), expression=text("~"))
    same_mark = call("starts_with", column("?earlier"), exp.Paren(this=mark))
    how_many = select([exp.Count(this=exp.Distinct(expressions=[column("?earlier")]))], known, same_mark)
    numbered = exp.Add(this=exp.Subquery(this=how_many), expression=whole(_SHARED))
    another = exp.DPipe(this=mark, expression=cast(exp.Paren(this=numbered), "varchar"))
    own = exp.Case(ifs=[exp.If(this=exp.Not(this=column("?taken")), true=column("?least"))])
    name = exp.Coalesce(this=column("?kept"), expressions=[own, column("?free"), another])
    return select([column("?ring"), named(name, "ring_id")], as_subquery(rows, "r"))


def _told(everyone: str, names: str, met: str) -> exp.Select:
    """Each ring by its name, with its members and the earlier rings it met."""
    listed = call("list_sort", call("list", column("?member")))  # each is there once, and known
    members = group(select([column("?ring"), named(listed, "members")], everyone), [column("?ring")])
    past = group(
        select([column("?ring"), named(call("clew_list", column("?earlier")), "earlier")], met), [column("?ring")]
    )
    rows = select(
        [named(column("ring_id", "n"), "ring"), column("members", "m"), column("earlier", "p")], relation(names, "n")
    )
    join(rows, as_subquery(members, "m"), _same("?ring", "m", "n"))
    return join(rows, as_subquery(past, "p"), _same("?ring", "p", "n"), "left")


def _first(place: str) -> exp.Expr:
    return exp.EQ(this=column(place), expression=whole(1))


def _same(name: str, one: str, other: str) -> exp.Expr:
    return exp.EQ(this=column(name, one), expression=column(name, other))
