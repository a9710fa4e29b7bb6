"""Values that several nodes share: which of them join nodes, and which are cut because too many share them.

Most values stand in one row only. They are sorted out by counting rows, before nodes are numbered and told apart, so
that all that follows is as large as what is shared, the list of values that are cut too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from clew.plan import Type
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.trees import as_subquery, both, call, cast, column, group, join, named, relation, select, text
from clew.rules.trees import number as whole


@dataclass(frozen=True)
class Kind:
    """One kind of shared value, and how much sharing it says (0 to 1)."""

    name: str
    of: exp.Expr
    type: Type
    weight: exp.Expr

    @property
    def value(self) -> str:
        """The column that holds a row's value of this kind."""
        return f"?value.{self.name}"


@dataclass(frozen=True)
class Linking:
    """What joins nodes: the kinds, the largest number of nodes a value may join, and the least strength of a pair.

    ``known``: whether a row has a node at all (an empty id is nobody's).
    """

    node: exp.Expr
    known: exp.Expr
    kinds: tuple[Kind, ...]
    hub_limit: exp.Expr
    min_link: exp.Expr
    seeds: exp.Expr | None
    hops: exp.Expr | None


def share(draft: Draft, number: str, frame: Frame, names: tuple[str, ...], linking: Linking, alias: str) -> None:
    """Adds what is shared: ``.rows`` (those so far that have a node), ``.sharers`` (each with each of its values that
    is repeated, and its identity in ``alias``), ``.nodes`` (numbered by the order of
    their ids, so that the smallest is the ring's name), ``.hubs`` (values that are cut) and ``.joining`` (each node
    with each value that joins it to others)."""
    _rows(draft, number, frame, names, linking)
    draft.add(f"{number}.repeated", _all(_repeated(number, kind) for kind in linking.kinds), {}, materialise=True)
    identity = [column(frame.identity(alias), "r")] if alias else []
    sharers = _all(_sharers(number, kind, identity) for kind in linking.kinds)
    draft.add(f"{number}.sharers", sharers, {}, materialise=True)
    each = [column(name) for name in ("?own", "?kind", "?value")]
    draft.add(f"{number}.shared", select(each, f"{number}.sharers").distinct(copy=False), {}, materialise=True)
    ranked = exp.Window(
        this=exp.Anonymous(this="row_number"), order=exp.Order(expressions=[exp.Ordered(this=column("?own"))])
    )
    own = select([column("?own")], f"{number}.shared").distinct(copy=False)
    draft.add(
        f"{number}.nodes", select([column("?own"), named(ranked, "?node")], as_subquery(own, "o")), {}, materialise=True
    )
    keys = [column("?kind"), column("?value")]
    counted = group(select([*keys, named(exp.Count(this=exp.Star()), "?n")], f"{number}.shared"), keys).having(
        exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1)), copy=False
    )
    draft.add(f"{number}.sharing", counted, {}, materialise=True)
    hub = exp.GT(this=column("?n"), expression=linking.hub_limit)
    draft.add(f"{number}.hubs", select(keys, f"{number}.sharing", hub), {})
    draft.add(f"{number}.joining", _joining(number, linking), {}, materialise=True)


def cut_values(number: str, kind: Kind, rows: exp.Expr, alias: str) -> exp.Select:
    """Per value of a kind that joins too many: the rows that have it (their subject is not known yet)."""
    own = exp.EQ(this=column("?kind", "r"), expression=text(kind.name))
    same = both(exp.EQ(this=column(one, "r"), expression=column(one, "h")) for one in ("?kind", "?value"))
    query = select(
        [
            named(cast(exp.null(), "varchar"), "subject"),
            named(call("clew_rows", rows), "rows"),
            named(text(alias), "alias"),
        ],
        relation(f"{number}.sharers", "r"),
        own,
    )
    return group(join(query, relation(f"{number}.hubs", "h"), same), [column("?value", "h")])


def _rows(draft: Draft, number: str, frame: Frame, names: tuple[str, ...], linking: Linking) -> None:
    values = [named(cast(kind.of, "varchar"), kind.value) for kind in linking.kinds]
    certain = exp.Coalesce(this=exp.Paren(this=linking.seeds), expressions=[exp.false()]) if linking.seeds else None
    seed = [] if certain is None else [named(certain, "?seed")]
    query = select([*map(column, names), named(linking.node, "?own"), *values, *seed], frame.relation, linking.known)
    draft.add(f"{number}.rows", query, {}, materialise=not frame.light)


def _repeated(number: str, kind: Kind) -> exp.Query:
    """Values that stand in several rows, whether or not of one node; an empty one is none."""
    value = column(kind.value)
    filled = exp.GTE(this=value, expression=text("!"))
    rows = select([named(text(kind.name), "?kind"), named(value, "?value")], f"{number}.rows", filled)
    several = exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1))
    return group(rows, [value]).having(several, copy=False)


def _sharers(number: str, kind: Kind, identity: Sequence[exp.Expr]) -> exp.Query:
    """Each row once with each of its values that is repeated."""
    known = select([column("?value")], f"{number}.repeated", exp.EQ(this=column("?kind"), expression=text(kind.name)))
    value = column(kind.value, "r")
    shown = [column("?own", "r"), named(text(kind.name), "?kind"), named(value, "?value"), *identity]
    same = exp.EQ(this=value, expression=column("?value", "k"))
    return join(select(shown, relation(f"{number}.rows", "r")), as_subquery(known, "k"), same, "semi")


def _joining(number: str, linking: Linking) -> exp.Select:
    few = exp.LTE(this=column("?n"), expression=linking.hub_limit)
    joined = as_subquery(select([column("?kind"), column("?value")], f"{number}.sharing", few), "s")
    rows = select(
        [column("?node", "n"), column("?kind", "v"), column("?value", "v")], relation(f"{number}.shared", "v")
    )
    join(
        rows, joined, both(exp.EQ(this=column(name, "v"), expression=column(name, "s")) for name in ("?kind", "?value"))
    )
    return join(
        rows, relation(f"{number}.nodes", "n"), exp.EQ(this=column("?own", "n"), expression=column("?own", "v"))
    )


def _all(parts: Iterable[exp.Query]) -> exp.Query:
    return reduce(lambda first, second: exp.union(first, second, distinct=False, copy=False), parts)
