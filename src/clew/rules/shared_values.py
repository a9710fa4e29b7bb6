"""Values that several nodes share: which of them join nodes, and which are cut because too many share them.

Most values stand in one row only. They are sorted out by counting rows, before nodes are told apart, so that all that
follows is as large as what is shared, the list of values that are cut too. From there on values and nodes are numbers:
texts take several times as long to compare and to keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from clew.plan import Type
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.trees import as_subquery, cast, column, group, join, named, null, relation, select, text
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
    ``once``: no two rows are of one node, so that a row's number is its node's.
    """

    node: exp.Expr
    known: exp.Expr
    kinds: tuple[Kind, ...]
    hub_limit: exp.Expr
    min_link: exp.Expr
    seeds: exp.Expr | None
    hops: exp.Expr | None
    once: bool


def share(draft: Draft, number: str, frame: Frame, names: tuple[str, ...], linking: Linking, alias: str) -> None:
    """Adds what is shared: ``.rows`` (those so far that have a node, numbered ``?row``), ``.repeated`` (values that
    stand in several rows, numbered ``?v``), ``.sharers`` (each row with each of these, and its identity in ``alias``),
    ``.nodes`` (where a node may have several rows: each with its number, that of its first row), ``.shared`` (each node
    with each value), ``.sharing`` (how many nodes have it) and ``.hubs`` (values that are cut)."""
    _rows(draft, number, frame, names, linking)
    draft.add(f"{number}.repeated", _repeated(number, linking), {}, materialise=True)
    identity = [column(frame.identity(alias), "r")] if alias else []
    draft.add(f"{number}.sharers", _sharers(number, linking, identity), {}, materialise=True)
    if linking.once:
        draft.add(f"{number}.shared", select([named(column("?row"), "?node"), column("?v")], f"{number}.sharers"), {})
    else:
        draft.add(f"{number}.nodes", _nodes(number), {}, materialise=True)
        draft.add(f"{number}.shared", _shared(number), {}, materialise=True)
    counted = group(select([column("?v"), named(exp.Count(this=exp.Star()), "?n")], f"{number}.shared"), [column("?v")])
    draft.add(f"{number}.sharing", counted.having(_several(), copy=False), {}, materialise=True)
    too_many = exp.GT(this=column("?n"), expression=linking.hub_limit)
    draft.add(f"{number}.hubs", select([column("?v")], f"{number}.sharing", too_many), {})


def join_few(draft: Draft, number: str, linking: Linking, held: str | None) -> None:
    """Adds ``.few`` (values that join nodes; with ``held``, how many ``?more`` a value may have) and ``.joining`` (each
    node with each of these)."""
    every = select([column("?v", "s")], relation(f"{number}.sharing", "s"))
    size: exp.Expr = column("?n", "s")
    if held is not None:
        join(every, relation(held, "h"), same("?v", "h", "s"), "left")
        more = exp.Coalesce(this=column("?more", "h"), expressions=[whole(0)])
        size = exp.Add(this=size, expression=more)
    few = every.where(exp.LTE(this=size, expression=linking.hub_limit), copy=False)
    draft.add(f"{number}.few", few, {}, materialise=held is not None)
    rows = select([column("?node", "v"), column("?v", "v")], relation(f"{number}.shared", "v"))
    joined = join(rows, relation(f"{number}.few", "s"), same("?v", "v", "s"), "semi")
    draft.add(f"{number}.joining", joined, {}, materialise=True)


def cut_values(number: str, kind: Kind, frame: Frame, alias: str) -> exp.Select:
    """Per value of a kind that joins too many: the rows that have it (their subject is not known yet)."""
    query = select(
        [named(null(Type.TEXT), "subject"), named(frame.gathered(alias, "r"), "rows"), named(text(alias), "alias")],
        relation(f"{number}.sharers", "r"),
    )
    own = exp.EQ(this=column("?kind", "k"), expression=text(kind.name))
    cut = select([column("?v", "k")], relation(f"{number}.repeated", "k"), own)
    join(cut, relation(f"{number}.hubs", "h"), same("?v", "k", "h"))
    return group(join(query, as_subquery(cut, "c"), same("?v", "r", "c")), [column("?v", "c")])


def same(name: str, one: str, other: str) -> exp.Expr:
    """Two tables' columns of one name are equal."""
    return exp.EQ(this=column(name, one), expression=column(name, other))


def _rows(draft: Draft, number: str, frame: Frame, names: tuple[str, ...], linking: Linking) -> None:
    """A row is known by its identity where it is one row of a dataset, else by its place."""
    identities = [frame.identity(alias) for alias, listed in frame.rows.items() if not listed]
    identity = next((column(name) for name in identities if frame.key == (name,)), None)
    place = exp.Window(this=exp.Anonymous(this="row_number"))
    values = [named(cast(kind.of, "varchar"), kind.value) for kind in linking.kinds]
    certain = exp.Coalesce(this=exp.Paren(this=linking.seeds), expressions=[exp.false()]) if linking.seeds else None
    seed = [] if certain is None else [named(certain, "?seed")]
    shown = [*map(column, names), named(linking.node, "?own"), named(identity or place, "?row"), *values, *seed]
    query = select(shown, frame.relation, linking.known)
    draft.add(f"{number}.rows", query, {}, materialise=identity is None or not frame.light)


def _repeated(number: str, linking: Linking) -> exp.Query:
    """Values that stand in several rows, whether or not of one node; an empty one is none."""

    def of(kind: Kind) -> exp.Query:
        value = column(kind.value)
        filled = exp.GTE(this=value, expression=text("!"))
        rows = select([named(text(kind.name), "?kind"), named(value, "?value")], f"{number}.rows", filled)
        return group(rows, [value]).having(_several(), copy=False)

    numbered = named(exp.Window(this=exp.Anonymous(this="row_number")), "?v")
    return select([exp.Star(), numbered], as_subquery(_all(map(of, linking.kinds)), "k"))


def _sharers(number: str, linking: Linking, identity: Sequence[exp.Expr]) -> exp.Query:
    """Each row once with each of its values that is repeated."""
    own = [] if linking.once else [column("?own", "r")]

    def of(kind: Kind) -> exp.Query:
        this = exp.EQ(this=column("?kind"), expression=text(kind.name))
        known = as_subquery(select([column("?value"), column("?v")], f"{number}.repeated", this), "k")
        rows = select([column("?row", "r"), column("?v", "k"), *own, *identity], relation(f"{number}.rows", "r"))
        return join(rows, known, exp.EQ(this=column(kind.value, "r"), expression=column("?value", "k")))

    return _all(map(of, linking.kinds))


def _nodes(number: str) -> exp.Select:
    first, last = exp.Min(this=column("?row")), exp.Max(this=column("?row"))
    return group(
        select([column("?own"), named(first, "?node"), named(last, "?last")], f"{number}.sharers"), [column("?own")]
    )


def _shared(number: str) -> exp.Select:
    """Only nodes with several rows are looked up: any other is known by its row."""
    apart = exp.NEQ(this=column("?node"), expression=column("?last"))
    several = as_subquery(select([column("?own"), column("?node")], f"{number}.nodes", apart), "n")
    node = exp.Coalesce(this=column("?node", "n"), expressions=[column("?row", "r")])
    rows = select([named(node, "?node"), column("?v", "r")], relation(f"{number}.sharers", "r"))
    return join(rows, several, same("?own", "n", "r"), "left").distinct(copy=False)


def _several() -> exp.Expr:
    return exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1))


def _all(parts: Iterable[exp.Query]) -> exp.Query:
    return reduce(lambda first, second: exp.union(first, second, distinct=False, copy=False), parts)
