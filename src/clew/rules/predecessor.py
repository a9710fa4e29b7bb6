"""Each row and the row just before it of the same key, by one pass over the rows in order.

Rows of one moment have no order. Where they say the same they are one; where they differ, their key is an error and
nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlglot import exp

from clew.plan import Input, Sentence, Type
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step, Text
from clew.rules.sides import error_side
from clew.rules.trees import as_subquery, both, call, column, either, join, named, not_null, relation, select
from clew.yaml_file import Node

AT = "?at"
BEFORE = "?before"


def preceded(draft: Draft, frame: Frame, step: Step, number: str, sentence: Callable[[], Sentence]) -> Frame:
    """The rows that have one before them (and meet ``where``), its columns under the alias of ``previous``."""
    other = step.subject.get("previous")
    at_node, by_node = step.subject.get("at"), step.subject.get("by")
    for name, node in (("at", at_node), ("by", by_node)):
        if node is None:
            draft.problems.error(step.place, "E102", f"'previous' needs '{name}'", f"add '{name}:' below 'sequence'")
    if other is None or at_node is None or by_node is None:
        return frame
    keys = [draft.name_column(node, frame) for node in (by_node.entries() if by_node.is_list else [by_node])]
    at = draft.expression(at_node, frame.columns, frame.unknown)
    if at is not None and at.type not in (Type.DATE, Type.TIMESTAMP):
        draft.problems.error(at_node.place, "E304", f"'{at_node.text}' must be a date, or a date with a time")
        at = None
    source = _mirror(draft, frame, other)
    if source is None or at is None or not all(keys):
        return replace(frame, unknown=frame.unknown | {other.text})
    names = [name for name in keys if name]
    draft.read(names, later=True)
    known = both([*(not_null(column(name)) for name in names), not_null(at.tree)])
    draft.close(
        frame.marked(frame.relation, Mark(number, Count.KNOWN, exp.Case(ifs=[exp.If(this=known, true=exp.true())])))
    )
    own = next(iter(frame.rows))
    alias = source.alias
    columns = {**frame.columns, **source.columns}
    where = _where(draft, step, columns, frame)
    kept = replace(
        frame,
        relation=number,
        base=number,
        marks=(),
        columns=draft.lasting(columns),
        rows={**frame.rows, alias: False},
        suspect=frame.suspect | {alias},
    )
    carried = {one.name: one for one in replace(frame, columns=dict(frame.columns)).everything()}
    said = {name: column(f"{own}.{name.removeprefix(f'{alias}.')}") for name in source.columns}
    others = _read_on(draft, frame) - {one.name for one in said.values()} - {*names, at.name}
    said |= {f"{BEFORE}.{name}": column(name) for name in sorted(others)}

    def before(tree: exp.Expr) -> exp.Expr:
        return exp.Window(
            this=exp.Anonymous(this="lag", expressions=[tree]),
            partition_by=[column(name) for name in names],
            order=exp.Order(
                expressions=[exp.Ordered(this=one, nulls_first=False) for one in (at.tree, column(f"{own}#"))]
            ),
        )

    ordered = select(
        [
            *carried.values(),
            named(at.tree, AT),
            *(
                named(before(tree), name)
                for name, tree in {BEFORE: at.tree, f"{alias}#": column(f"{own}#"), **said}.items()
            ),
        ],
        frame.relation,
        known,
    )
    names_kept = dict.fromkeys([*carried, *(one.name for one in kept.everything()), *names])
    told = [column(AT), column(BEFORE), named(where, "?sure"), named(_differ(said), "?differ")]
    looked_at = select([*map(column, names_kept), *told], as_subquery(ordered, "w"))
    in_order = exp.LT(this=column(BEFORE), expression=column(AT))
    at_once = both([exp.EQ(this=column(BEFORE), expression=column(AT)), column("?differ")])
    possible = exp.Not(this=exp.Is(this=column("?sure"), expression=exp.false()))
    told_of = select(
        [exp.Star()], as_subquery(looked_at, "l"), exp.Paren(this=either(both([in_order, possible]), at_once))
    )
    seen = draft.add(f"{number}.seen", told_of, {}, materialise=True)
    tied = draft.add(
        f"{number}.tied", select(list(map(column, names)), seen, at_once).distinct(copy=False), {}, materialise=True
    )
    same = both(exp.EQ(this=column(name, "t"), expression=column(name, "o")) for name in names)
    pairs = select([*kept.everything(), column("?sure")], relation(seen, "o"))
    pairs = join(pairs, relation(tied, "t"), same, "anti").where(in_order, copy=False)
    draft.add(f"{number}.pairs", pairs, kept.columns, materialise=True)
    draft.add(number, select(kept.everything(), f"{number}.pairs", column("?sure")), kept.columns)
    unordered = join(select([exp.Star()], relation(seen, "o")), relation(tied, "t"), same, "semi")
    errors = error_side(
        draft,
        f"{number}.unordered",
        as_subquery(unordered, "e"),
        frame,
        exp.true(),
        "several records of one moment differ, so their order is unknown",
    )
    draft.step(number, "sequence", sentence, errors)
    return replace(kept, base=f"{number}.pairs", marks=(Mark(number, Count.KEEP, column("?sure")),))


def _mirror(draft: Draft, frame: Frame, other: Node) -> Input | None:
    """The input behind the alias of the row before: the same dataset as the rows so far."""
    source = draft.input(Text.of(other))
    if source is None:
        return None
    own = next(iter(frame.rows))
    if len(frame.rows) != 1 or frame.key != (f"{own}#",):
        draft.problems.error(
            other.place,
            "E305",
            "the row before is known only while the rows are those of one dataset",
            "put this step before joins and aggregations",
        )
        return None
    if draft.rule.datasets[own].value != source.dataset:
        draft.problems.error(
            other.place,
            "E203",
            f"'{other.text}' and '{own}' are two datasets",
            f"declare '{other.text}: {draft.rule.datasets[own]}' under datasets",
        )
        return None
    draft.mirror(other.text, own)
    return source


def _where(draft: Draft, step: Step, columns: dict[str, Type], frame: Frame) -> exp.Expr:
    node = step.subject.get("where")
    typed = draft.expression(node, columns, frame.unknown, expect=Type.BOOLEAN) if node is not None else None
    return typed.tree if typed is not None else exp.true()


def _read_on(draft: Draft, frame: Frame) -> set[str]:
    """The columns of the rows so far that this step or a later one reads."""
    return {name for name in frame.columns if draft.used is None or draft.used.get(name, -1) >= draft.position}


def _differ(compared: Mapping[str, exp.Expr]) -> exp.Expr:
    """Whether two rows differ in what the rule reads of either; ``compared``: column of the row before -> own."""
    if not compared:
        return exp.false()
    return exp.NullSafeNEQ(this=call("row", *compared.values()), expression=call("row", *map(column, compared)))
