"""Groups of nodes joined by shared values: which pairs share what, which of these count, and who hangs together.

A value shared by more nodes than the hub limit joins nobody: it is a public service, and would make one ring of the
whole province. The others join every two of their nodes; a pair's strength is the noisy-or of the kinds it shares.
Rings are the connected components over pairs that are strong enough. The nodes of a value that is strong enough by
itself hang together by its smallest node alone: their pairs are made only where links are counted.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from clew.plan import Type
from clew.rules.components import both_ways, components
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.recursion import keyed_recursion, so_far
from clew.rules.ring_names import ring_names
from clew.rules.shared_values import Kind, Linking, share
from clew.rules.trees import (
    as_subquery,
    both,
    call,
    cast,
    column,
    either,
    group,
    is_null,
    join,
    named,
    relation,
    select,
    text,
)
from clew.rules.trees import number as whole

VALUES_SHOWN = 50
"""How many shared values of a ring are listed."""
ADDED: Mapping[str, Type] = {
    "ring_id": Type.TEXT,
    "ring_size": Type.INTEGER,
    "ring_kinds": Type.INTEGER,
    "ring_values": Type.TEXT,
}
HOPS = "ring_hops"


def rings(draft: Draft, number: str, frame: Frame, names: tuple[str, ...], linking: Linking, alias: str) -> str:
    """Relation of the rows so far (with their ``names``) that are in a ring, and those of :data:`ADDED` (and
    :data:`HOPS`) that are read later.

    Rows of values that are cut are known by their identity in ``alias``.
    """
    share(draft, number, frame, names, linking, alias)
    components(draft, number, _links(draft, number, linking))
    return _members(draft, number, names, linking)


def _links(draft: Draft, number: str, linking: Linking) -> str:
    """Relation of links that are strong enough, from the smaller node to the larger."""
    stars = linking.seeds is None
    links: exp.Query = _strong_pairs(number, linking, weak=stars)
    if stars:
        links = exp.union(_stars(number, linking), links, distinct=False, copy=False)
    return draft.add(f"{number}.links", links, {}, materialise=True)


def _alone(linking: Linking, kind: exp.Expr) -> exp.Expr:
    """Whether sharing a value of this kind is strong enough by itself."""
    enough = [
        exp.If(
            this=exp.EQ(this=kind, expression=text(one.name)),
            true=exp.GTE(this=_strength(_missed(one)), expression=linking.min_link),
        )
        for one in linking.kinds
    ]
    return exp.Paren(this=exp.Case(ifs=enough))


def _missed(kind: Kind) -> exp.Expr:
    """How much strength sharing a value of this kind leaves open."""
    return cast(exp.Paren(this=exp.Sub(this=whole(1), expression=exp.Paren(this=kind.weight))), "decimal(18, 6)")


def _strength(left: exp.Expr) -> exp.Expr:
    return cast(exp.Sub(this=whole(1), expression=exp.Paren(this=left)), "decimal(18, 6)")


def _stars(number: str, linking: Linking) -> exp.Select:
    """The smallest node of each value that is strong enough by itself, with each of the others."""
    of_value = exp.Window(this=exp.Min(this=column("?node")), partition_by=[column("?kind"), column("?value")])
    shown = [named(of_value, "?a"), named(column("?node"), "?b")]
    stars = as_subquery(select(shown, f"{number}.joining", _alone(linking, column("?kind"))), "s")
    return select([column("?a"), column("?b")], stars, exp.LT(this=column("?a"), expression=column("?b")))


def _strong_pairs(number: str, linking: Linking, *, weak: bool) -> exp.Select:
    """Pairs that all they share makes strong enough; with ``weak``, of what is not strong enough by itself."""
    same = [exp.EQ(this=column(name, "a"), expression=column(name, "b")) for name in ("?kind", "?value")]
    apart = exp.LT(this=column("?node", "a"), expression=column("?node", "b"))
    pairs = join(
        select(
            [named(column("?node", "a"), "?a"), named(column("?node", "b"), "?b"), column("?kind", "a")],
            relation(f"{number}.joining", "a"),
            *([exp.Not(this=_alone(linking, column("?kind", "a")))] if weak else []),
        ),
        relation(f"{number}.joining", "b"),
        both([*same, apart]),
    )
    left: exp.Expr | None = None
    for kind in linking.kinds:
        shares = call("bool_or", exp.EQ(this=column("?kind"), expression=text(kind.name)))
        part = exp.Case(ifs=[exp.If(this=shares, true=_missed(kind))], default=whole(1))
        left = part if left is None else exp.Mul(this=left, expression=part)
    strong = exp.GTE(this=_strength(left or whole(1)), expression=linking.min_link)
    ends = [column("?a"), column("?b")]
    return group(select(ends, as_subquery(pairs, "p")), ends).having(strong, copy=False)


def _distances(number: str, linking: Linking) -> exp.Select:
    """How many links each node is away from the nearest seed."""
    seeds = select([column("?node", "n"), named(whole(0), "?hops")], relation(f"{number}.nodes", "n"))
    own = select([column("?own")], f"{number}.rows", column("?seed"))
    same = exp.EQ(this=column("?own", "s"), expression=column("?own", "n"))
    first = join(seeds, as_subquery(own, "s"), same, "semi")
    further = exp.Add(this=column("?hops", "f"), expression=whole(1))
    step = select([column("?b", "e"), named(exp.Min(this=further), "?hops")], relation("reach", "f"))
    join(step, relation(f"{number}.edges", "e"), exp.EQ(this=column("?a", "e"), expression=column("?node", "f")))
    join(step, so_far("reach", "r"), exp.EQ(this=column("?node", "r"), expression=column("?b", "e")), "left")
    nearer = either(is_null(column("?node", "r")), exp.LT(this=further, expression=column("?hops", "r")))
    conditions: list[exp.Expr] = [exp.Paren(this=nearer)]
    if linking.hops is not None:
        conditions.append(exp.LT(this=column("?hops", "f"), expression=linking.hops))
    step = step.where(both(conditions), copy=False)
    return keyed_recursion("reach", ("?node", "?hops"), first, group(step, [column("?b", "e")]))


def _members(draft: Draft, number: str, names: tuple[str, ...], linking: Linking) -> str:
    """Rows in a ring with its name, size, kinds and values (and, from seeds on, their distance)."""
    where = relation(f"{number}.rings", "g")
    here = f"{number}.rings"
    extra: list[str] = []
    if linking.seeds is not None:
        draft.add(f"{number}.edges", both_ways(f"{number}.links"), {}, materialise=True)
        draft.add(f"{number}.reach", _distances(number, linking), {}, materialise=True)
        near = select([column("?node", "g"), column("?ring", "g"), column("?hops", "d")], where)
        same = exp.EQ(this=column("?node", "d"), expression=column("?node", "g"))
        here = draft.add(f"{number}.near", join(near, relation(f"{number}.reach", "d"), same), {}, materialise=True)
        extra = ["?hops"]
    size = exp.Count(this=exp.Star())
    sizes = group(
        select([column("?ring"), named(size, "ring_size"), named(exp.Min(this=column("?node")), "?first")], here),
        [column("?ring")],
    )
    draft.add(f"{number}.sizes", sizes, {}, materialise=True)
    everyone, names_of_rings = ring_names(draft, number, here, f"{number}.sizes")
    told = frozenset(draft.lasting({**ADDED, HOPS: Type.INTEGER}))
    draft.add(f"{number}.shares", _shares(number, here, told), {}, materialise=True)
    added = {"ring_id": "i", "ring_size": "z", "ring_kinds": "s", "ring_values": "s"}
    rows = select(
        [
            *(column(name, "r") for name in names),
            *(column(name, table) for name, table in added.items() if name in told),
            *(named(column(name, "g"), HOPS) for name in extra),
        ],
        relation(f"{number}.rows", "r"),
    )
    join(
        rows,
        relation(everyone, "e"),
        exp.EQ(this=column("?member", "e"), expression=cast(column("?own", "r"), "varchar")),
    )
    if extra:
        join(rows, relation(here, "g"), exp.EQ(this=column("?node", "g"), expression=column("?node", "e")))
    for other, alias in ((f"{number}.sizes", "z"), (f"{number}.shares", "s"), (names_of_rings, "i")):
        same = exp.EQ(this=column("?ring", alias), expression=column("?ring", "e"))
        join(rows, relation(other, alias), same)
    return draft.add(f"{number}.members", rows, {})


def _shares(number: str, here: str, told: frozenset[str]) -> exp.Select:
    """Per ring how many kinds of value its pairs share, and the values in words, where these are told."""
    inside = select(
        [column("?ring", "g"), column("?kind", "j"), column("?value", "j"), column("?node", "j")],
        relation(f"{number}.joining", "j"),
    )
    join(inside, relation(here, "g"), exp.EQ(this=column("?node", "g"), expression=column("?node", "j")))
    keys = [column("?ring"), column("?kind"), column("?value")]
    common = group(select(keys, as_subquery(inside, "i")), keys).having(
        exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1)), copy=False
    )
    word = exp.DPipe(this=exp.DPipe(this=column("?kind"), expression=text(" ")), expression=column("?value"))
    listed = call("clew_first_of", call("list_sort", call("list", word)), whole(VALUES_SHOWN))
    shown: dict[str, exp.Expr] = {
        "ring_kinds": exp.Count(this=exp.Distinct(expressions=[column("?kind")])),
        "ring_values": call("clew_joined", listed),
    }
    columns = [named(tree, name) for name, tree in shown.items() if name in told]
    return group(select([column("?ring"), *columns], as_subquery(common, "c")), [column("?ring")])
