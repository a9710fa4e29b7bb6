"""Members that records set aside would add to a shared value: with them it may be shared by too many to join anybody.

A value that joins few is taken for somebody's own. A record set aside may be one more member of it, so each counts as
far as it can be read: its value as the rule computes it, what it does not hold itself being unknown; its member too,
so that nobody counts twice. A value that would be over the limit with them joins nobody and leaves its rows undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from sqlglot import exp

from clew.plan import Input, Side, Type
from clew.rules.absence import region_of
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.model import Text
from clew.rules.pairing import Pairing
from clew.rules.shared_values import Kind, Linking, same
from clew.rules.sides import undecided_side
from clew.rules.trees import (
    SQL_TYPES,
    as_subquery,
    both,
    call,
    cast,
    column,
    day,
    group,
    join,
    named,
    null,
    relation,
    select,
    text,
    try_cast,
)

HUB_IN_DOUBT = "with a record set aside at ingest, a value it shares may be over the limit"


def held_sharers(draft: Draft, number: str, linking: Linking) -> str | None:
    """Adds ``.held``: values (``?v``) with how many more members (``?more``) records set aside give them; None where
    no kind can be read from such a record."""
    read: list[exp.Query] = [one for kind in linking.kinds for one in _of_kind(draft, kind, linking.node)]
    if not read:
        return None
    every = reduce(_both, read)
    member = exp.Coalesce(this=column("?own", "h"), expressions=[call("concat", text("?"), column("?place", "h"))])
    found = select([column("?v", "k"), named(member, "?own")], as_subquery(every, "h"))
    alike = both([same("?kind", "k", "h"), same("?value", "k", "h")])
    draft.add(
        f"{number}.held_members",
        join(found, relation(f"{number}.repeated", "k"), alike).distinct(copy=False),
        {},
        materialise=True,
    )
    here = select([column("?v", "s"), named(_text(column("?own", "r")), "?own")], relation(f"{number}.sharers", "s"))
    join(here, relation(f"{number}.rows", "r"), same("?row", "r", "s"))
    join(here, relation(f"{number}.held_members", "m"), same("?v", "m", "s"), "semi")
    others = select(
        [column("?v", "m"), named(exp.Count(this=exp.Star()), "?more")], relation(f"{number}.held_members", "m")
    )
    known = both([same("?v", "o", "m"), same("?own", "o", "m")])
    counted = group(join(others, as_subquery(here, "o"), known, "anti"), [column("?v", "m")])
    return draft.add(f"{number}.held", counted, {}, materialise=True)


def in_doubt(draft: Draft, number: str, frame: Frame, linking: Linking) -> list[Side]:
    """The rows of values that are over the limit only with records set aside, as undecided."""
    read = {alias for kind in linking.kinds for alias in _aliases(draft, _written_out(draft, kind.of))}
    alias = next(iter([*sorted(read & _aliases(draft, linking.node)), *sorted(read)]), None)
    source = draft.input(Text(alias, draft.rule.datasets[alias].place)) if alias is not None else None
    if source is None:
        return []
    region = region_of(draft, frame, Pairing(source, source.columns, (), ()))
    draft.read((one.name for one in region.find_all(exp.Column)), later=True)
    few = exp.LTE(this=column("?n", "s"), expression=linking.hub_limit)
    doubtful = select([column("?row", "r")], relation(f"{number}.sharers", "r"))
    values = select([column("?v", "s")], relation(f"{number}.sharing", "s"), few)
    join(values, as_subquery(select([column("?v")], f"{number}.few"), "f"), same("?v", "f", "s"), "anti")
    join(doubtful, as_subquery(values, "d"), same("?v", "d", "r"), "semi")
    now = day(draft.as_of)
    side = undecided_side(
        draft,
        f"{number}.in_doubt",
        f"{number}.rows",
        frame,
        source.dataset,
        region,
        (now, call("clew_add_days", now, exp.Literal.number(1))),
        exp.In(this=column("?row"), query=exp.Subquery(this=doubtful)),
        HUB_IN_DOUBT,
    )
    return [side]


def _of_kind(draft: Draft, kind: Kind, node: exp.Expr) -> Iterator[exp.Query]:
    """The values of a kind in records set aside, each with its member: a query for each dataset they are read from."""
    value, member = _written_out(draft, kind.of), _written_out(draft, node)
    for alias in sorted(_aliases(draft, value)) if value is not None else ():
        source = draft.input(Text(alias, draft.rule.datasets[alias].place))
        if source is None or value is None:
            continue
        shared = _text(_read(draft, source, value))
        if _is_number(draft, source, value):
            shared = call("unnest", call("clew_ids_meant", shared))
        own = null(Type.TEXT)
        if member is not None and _aliases(draft, member) == {alias}:
            own = _text(_read(draft, source, member))
        place = exp.Window(this=exp.Anonymous(this="row_number"))
        yield select(
            [named(text(kind.name), "?kind"), named(shared, "?value"), named(own, "?own"), named(place, "?place")],
            source.held,
        )


def _written_out(draft: Draft, tree: exp.Expr, within: frozenset[str] = frozenset()) -> exp.Expr | None:
    """An expression over columns of datasets alone: what was derived by what it was derived from; None where a column
    has another origin, or two."""
    found = tree.copy()
    for one in list(found.find_all(exp.Column)):
        if "." in one.name:
            continue
        ways = draft.written.get(one.name, [])
        other = None
        if one.name not in within and len({str(way) for way in ways}) == 1:
            other = _written_out(draft, ways[0], within | {one.name})
        if other is None:
            return None
        if one is found:
            return other
        one.replace(exp.Paren(this=other))
    return found


def _aliases(draft: Draft, tree: exp.Expr | None) -> set[str]:
    if tree is None:
        return set()
    return {one.name.split(".")[0] for one in tree.find_all(exp.Column)} & set(draft.contracts)


def _read(draft: Draft, source: Input, tree: exp.Expr) -> exp.Expr:
    """An expression over a record set aside, whose columns are texts; what is another dataset's is unknown."""

    def typed(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        kind = source.columns.get(node.name)
        if kind is None:
            alias, _, own = node.name.partition(".")
            found = draft.contracts[alias].column(own)
            return null(found.type if found is not None else Type.TEXT)
        return column(node.name) if kind is Type.TEXT else try_cast(column(node.name), SQL_TYPES[kind])

    return tree.copy().transform(typed)


def _is_number(draft: Draft, source: Input, tree: exp.Expr) -> bool:
    """Whether the value is an identity number itself, which one slip away may be another one."""
    if not isinstance(tree, exp.Column):
        return False
    found = draft.contracts[source.alias].column(tree.name.removeprefix(f"{source.alias}."))
    return found is not None and found.identity == "id18"


def _both(one: exp.Query, other: exp.Query) -> exp.Query:
    return exp.union(one, other, distinct=False, copy=False)


def _text(tree: exp.Expr) -> exp.Expr:
    return cast(tree, "varchar")
