"""Groups of nodes joined by shared values: which pairs share what, which of these count, and who hangs together.

A value shared by more nodes than the hub limit joins nobody: it is a public service, and would make one ring of the
whole province. The others join every two of their nodes; a pair's strength is the noisy-or of the kinds it shares.
Rings are the connected components over pairs that are strong enough. The nodes of a value that is strong enough by
itself hang together by its smallest node alone: their pairs are made only where links are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from sqlglot import exp

from clew.plan import Type
from clew.rules.components import both_ways, components
from clew.rules.draft import Draft
from clew.rules.evaluate import evaluate
from clew.rules.frame import Frame
from clew.rules.held_sharers import held_sharers
from clew.rules.recursion import keyed_recursion, so_far
from clew.rules.ring_names import ring_names
from clew.rules.shared_values import Kind, Linking, join_few, same, share
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
    join_few(draft, number, linking, held_sharers(draft, number, linking))
    here = components(draft, number, _links(draft, number, linking))
    if linking.seeds is not None:
        draft.add(f"{number}.edges", both_ways(f"{number}.links"), {}, materialise=True)
        draft.add(f"{number}.reach", _distances(number, linking), {}, materialise=True)
        near = select([column("?node", "g"), column("?ring", "g"), column(HOPS, "d")], relation(here, "g"))
        join(near, relation(f"{number}.reach", "d"), same("?node", "d", "g"))
        here = draft.add(f"{number}.near", near, {}, materialise=True)
    if linking.once:
        everyone = draft.add(f"{number}.placed", _placed(number, here, names, linking), {}, materialise=True)
    else:
        everyone = draft.add(f"{number}.everyone", _everyone(number, here, linking), {}, materialise=True)
        draft.add(f"{number}.placed", _placed(number, everyone, names, linking), {}, materialise=True)
    return _members(draft, number, here, everyone, names, linking)


def _links(draft: Draft, number: str, linking: Linking) -> str:
    """Relation of links that are strong enough, from the smaller node to the larger."""
    stars = [kind for kind in linking.kinds if linking.seeds is None and _alone(linking, kind)]
    paired = [kind for kind in linking.kinds if kind not in stars]
    ways: list[exp.Query] = [_stars(number, None if not paired else stars)] if stars else []
    ways += [_strong_pairs(number, linking, paired)] if paired else []
    links = reduce(lambda one, other: exp.union(one, other, distinct=False, copy=False), ways)
    return draft.add(f"{number}.links", links, {}, materialise=True)


def _alone(linking: Linking, kind: Kind) -> bool:
    """Whether sharing a value of this kind is strong enough by itself."""
    return evaluate(exp.GTE(this=_strength(_missed(kind)), expression=linking.min_link), {}) is True


def _missed(kind: Kind) -> exp.Expr:
    """How much strength sharing a value of this kind leaves open."""
    return cast(exp.Paren(this=exp.Sub(this=whole(1), expression=exp.Paren(this=kind.weight))), "decimal(18, 6)")


def _strength(left: exp.Expr) -> exp.Expr:
    return cast(exp.Sub(this=whole(1), expression=exp.Paren(this=left)), "decimal(18, 6)")


def _stars(number: str, kinds: Sequence[Kind] | None) -> exp.Select:
    """The smallest node of each value (of these kinds) with each of the others."""
    of_value = exp.Window(this=exp.Min(this=column("?node", "j")), partition_by=[column("?v", "j")])
    shown = [named(of_value, "?a"), named(column("?node", "j"), "?b")]
    stars = select(shown, relation(f"{number}.joining", "j"))
    if kinds is not None:
        join(stars, as_subquery(_values(number, kinds), "k"), same("?v", "k", "j"), "semi")
    apart = exp.LT(this=column("?a"), expression=column("?b"))
    return select([column("?a"), column("?b")], as_subquery(stars, "s"), apart)


def _values(number: str, kinds: Sequence[Kind]) -> exp.Select:
    """The values of these kinds."""
    wanted = exp.In(this=column("?kind"), expressions=[text(kind.name) for kind in kinds])
    return select([column("?v"), column("?kind")], f"{number}.repeated", wanted)


def _strong_pairs(number: str, linking: Linking, kinds: Sequence[Kind]) -> exp.Select:
    """Pairs that all they share of these kinds makes strong enough."""
    ends = [named(column("?node", "a"), "?a"), named(column("?node", "b"), "?b"), column("?kind", "k")]
    pairs = select(ends, relation(f"{number}.joining", "a"))
    join(pairs, as_subquery(_values(number, kinds), "k"), same("?v", "k", "a"))
    apart = exp.LT(this=column("?node", "a"), expression=column("?node", "b"))
    join(pairs, relation(f"{number}.joining", "b"), both([same("?v", "b", "a"), apart]))
    left: exp.Expr | None = None
    for kind in kinds:
        part = exp.Case(ifs=[exp.If(this=_shares_kind(kind), true=_missed(kind))], default=whole(1))
        left = part if left is None else exp.Mul(this=left, expression=part)
    strong = exp.GTE(this=_strength(left or whole(1)), expression=linking.min_link)
    both_ends = [column("?a"), column("?b")]
    return group(select(both_ends, as_subquery(pairs, "p")), both_ends).having(strong, copy=False)


def _shares_kind(kind: Kind) -> exp.Expr:
    return call("bool_or", exp.EQ(this=column("?kind"), expression=text(kind.name)))


def _distances(number: str, linking: Linking) -> exp.Select:
    """How many links each node is away from the nearest seed."""
    zero = named(whole(0), HOPS)
    if linking.once:
        first = select([named(column("?row"), "?node"), zero], f"{number}.rows", column("?seed"))
    else:
        own = as_subquery(select([column("?own")], f"{number}.rows", column("?seed")), "s")
        first = select([column("?node", "n"), zero], relation(f"{number}.nodes", "n"))
        join(first, own, same("?own", "s", "n"), "semi")
    further = exp.Add(this=column(HOPS, "f"), expression=whole(1))
    step = select([column("?b", "e"), named(exp.Min(this=further), HOPS)], relation("reach", "f"))
    join(step, relation(f"{number}.edges", "e"), exp.EQ(this=column("?a", "e"), expression=column("?node", "f")))
    join(step, so_far("reach", "r"), exp.EQ(this=column("?node", "r"), expression=column("?b", "e")), "left")
    nearer = either(is_null(column("?node", "r")), exp.LT(this=further, expression=column(HOPS, "r")))
    conditions: list[exp.Expr] = [exp.Paren(this=nearer)]
    if linking.hops is not None:
        conditions.append(exp.LT(this=column(HOPS, "f"), expression=linking.hops))
    step = step.where(both(conditions), copy=False)
    return keyed_recursion("reach", ("?node", HOPS), first, group(step, [column("?b", "e")]))


def _everyone(number: str, here: str, linking: Linking) -> exp.Select:
    """Each node in a ring once, with who it is."""
    hops = [column(HOPS, "g")] if linking.seeds is not None else []
    found = select([column("?ring", "g"), column("?own", "n"), *hops], relation(here, "g"))
    return join(found, relation(f"{number}.nodes", "n"), same("?node", "n", "g"))


def _placed(number: str, found: str, names: Sequence[str], linking: Linking) -> exp.Select:
    """Every row in a ring, in order of the rings: what is gathered by ring from here on stands side by side."""
    hops = [column(HOPS, "g")] if linking.seeds is not None else []
    own = [column("?own", "r")] if linking.once else []
    shown = [*(column(name, "r") for name in names), *own, column("?ring", "g"), *hops]
    by_row = exp.EQ(this=column("?node", "g"), expression=column("?row", "r"))
    rows = select(shown, relation(f"{number}.rows", "r"))
    join(rows, relation(found, "g"), by_row if linking.once else same("?own", "g", "r"))
    return rows.order_by(column("?ring", "g"), copy=False)


def _members(draft: Draft, number: str, here: str, everyone: str, names: Sequence[str], linking: Linking) -> str:
    """Rows in a ring with its name, size, kinds and values (and, from seeds on, their distance)."""
    size, first = exp.Count(this=exp.Star()), exp.Min(this=column("?own"))
    sizes = group(
        select([column("?ring"), named(size, "ring_size"), named(first, "?first")], everyone), [column("?ring")]
    )
    draft.add(f"{number}.sizes", sizes, {}, materialise=True)
    names_of_rings = ring_names(draft, number, everyone, f"{number}.sizes")
    told = frozenset(draft.lasting(ADDED if linking.seeds is None else {**ADDED, HOPS: Type.INTEGER}))
    draft.add(f"{number}.shares", _shares(number, here, linking, told), {}, materialise=True)
    added = {"ring_id": "i", "ring_size": "z", "ring_kinds": "s", "ring_values": "s", HOPS: "p"}
    shown = [column(name, "p") for name in names]
    shown += [column(name, table) for name, table in added.items() if name in told]
    rows = select(shown, relation(f"{number}.placed", "p"))
    for alias, other in {"z": f"{number}.sizes", "s": f"{number}.shares", "i": names_of_rings}.items():
        if any(alias == table for name, table in added.items() if name in told):
            join(rows, relation(other, alias), same("?ring", alias, "p"))
    return draft.add(f"{number}.members", rows, {})


def _shares(number: str, here: str, linking: Linking, told: frozenset[str]) -> exp.Select:
    """Per ring how many kinds of value its pairs share, and the values in words, where these are told."""
    keys = [column("?ring", "g"), column("?v", "j")]
    inside = join(select(keys, relation(f"{number}.joining", "j")), relation(here, "g"), same("?node", "g", "j"))
    several = exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1))
    common = as_subquery(group(inside, keys).having(several, copy=False), "c")
    word = exp.DPipe(this=exp.DPipe(this=column("?kind", "k"), expression=text(" ")), expression=column("?value", "k"))
    listed = call("clew_first_of", call("list_sort", call("list", word)), whole(VALUES_SHOWN))
    one_each = [cast(_shares_kind(kind), "bigint") for kind in linking.kinds]
    shown: dict[str, exp.Expr] = {
        "ring_kinds": reduce(lambda one, other: exp.Add(this=one, expression=other), one_each),
        "ring_values": call("clew_joined", listed),
    }
    columns = [named(tree, name) for name, tree in shown.items() if name in told]
    rows = join(
        select([column("?ring", "c"), *columns], common), relation(f"{number}.repeated", "k"), same("?v", "k", "c")
    )
    return group(rows, [column("?ring", "c")])
