"""Connected components of links: which nodes hang together, each component known by its smallest node.

Every node goes to the smallest of its smaller neighbours, and on to that one's: a component that is small or a star is
one label by then. The links between labels are few; over these alone the smallest label is passed on to neighbours
until nothing changes, and only what shrank goes on to the next round. (Hooking and shortcutting, as in Shiloach and
Vishkin, An O(log n) parallel connectivity algorithm, 1982.)
"""

from __future__ import annotations

from sqlglot import exp

from clew.rules.draft import Draft
from clew.rules.recursion import keyed_recursion, so_far
from clew.rules.trees import as_subquery, column, group, join, named, relation, select


def components(draft: Draft, number: str, links: str) -> str:
    """Relation of each node (``?node``) with the smallest of its component (``?ring``).

    ``links`` has two nodes a row, ``?a`` smaller than ``?b``.
    """
    itself = select([column("?a"), named(column("?a"), "?up")], links)
    smaller = select([named(column("?b"), "?node"), named(column("?a"), "?up")], links)
    ways = as_subquery(exp.union(smaller, itself, distinct=False, copy=False), "w")
    nearest = group(select([column("?node"), named(exp.Min(this=column("?up")), "?up")], ways), [column("?node")])
    near = draft.add(f"{number}.nearest", nearest, {}, materialise=True)
    further = select([column("?node", "p"), column("?up", "q")], relation(near, "p"))
    up = draft.add(f"{number}.up", join(further, relation(near, "q"), _at("q", "?up", "p")), {}, materialise=True)
    bridges = draft.add(f"{number}.bridges", _bridges(links, up), {}, materialise=True)
    edges = draft.add(f"{number}.bridges.both", both_ways(bridges), {}, materialise=True)
    label = exp.Coalesce(this=column("?ring", "s"), expressions=[column("?up", "p")])
    rings = select([column("?node", "p"), named(label, "?ring")], relation(up, "p"))
    rings = join(rings, as_subquery(_smallest(edges), "s"), _at("s", "?up", "p"), "left")
    return draft.add(f"{number}.rings", rings, {}, materialise=True)


def both_ways(links: str) -> exp.Query:
    """Each link from either end."""
    back = select([named(column("?b"), "?a"), named(column("?a"), "?b")], links)
    return exp.union(select([column("?a"), column("?b")], links), back, distinct=False, copy=False)


def _bridges(links: str, up: str) -> exp.Select:
    """The links between nodes that do not have the same label, as links of their labels."""
    ends = select([named(column("?up", "p"), "?a"), named(column("?up", "q"), "?b")], relation(links, "l"))
    join(ends, relation(up, "p"), _at("p", "?a", "l"))
    join(ends, relation(up, "q"), _at("q", "?b", "l"))
    apart = exp.NEQ(this=column("?up", "p"), expression=column("?up", "q"))
    return ends.where(apart, copy=False).distinct(copy=False)


def _smallest(edges: str) -> exp.Select:
    """Each node of these edges with the smallest it can reach."""
    first = select([column("?a"), named(column("?a"), "?ring")], edges).distinct(copy=False)
    smaller = select([column("?b", "e"), named(exp.Min(this=column("?ring", "c")), "?ring")], relation("label", "c"))
    join(smaller, relation(edges, "e"), exp.EQ(this=column("?a", "e"), expression=column("?node", "c")))
    join(smaller, so_far("label", "r"), exp.EQ(this=column("?node", "r"), expression=column("?b", "e")))
    smaller = smaller.where(exp.LT(this=column("?ring", "c"), expression=column("?ring", "r")), copy=False)
    return keyed_recursion("label", ("?node", "?ring"), first, group(smaller, [column("?b", "e")]))


def _at(alias: str, end: str, of: str) -> exp.Expr:
    """The row of ``alias`` for the node that stands as ``end`` in ``of``."""
    return exp.EQ(this=column("?node", alias), expression=column(end, of))
