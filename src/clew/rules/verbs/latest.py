"""``latest``: one record per key, the newest. A tie is an error for that subject, unless an order decides."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence, Side, Type
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.sides import error_side
from clew.rules.trees import (
    as_subquery,
    both,
    call,
    column,
    either,
    group,
    is_null,
    join,
    named,
    not_null,
    relation,
    select,
)
from clew.rules.trees import number as whole
from clew.rules.verbs.verb import Shape, Verb
from clew.yaml_file import Node


def nodes(node: Node | None) -> list[Node]:
    """One value or a list of values."""
    if node is None:
        return []
    return node.entries() if node.is_list else [node]


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    by = [draft.name_column(node, frame) for node in nodes(step.subject.get("by"))]
    order = [draft.expression(node, frame.columns, frame.unknown) for node in nodes(step.subject.get("order_by"))]
    prefer = [
        draft.expression(node, frame.columns, frame.unknown, expect=Type.BOOLEAN)
        for node in nodes(step.subject.get("prefer"))
    ]
    keys, orders = [name for name in by if name], [one.tree for one in order if one]
    if len(keys) < len(by) or len(orders) < len(order) or None in prefer or not keys or not orders:
        return frame
    draft.read(keys, later=True)
    known = both([*(not_null(column(key)) for key in keys), not_null(orders[0])])
    draft.close(
        frame.marked(frame.relation, Mark(number, Count.KNOWN, exp.Case(ifs=[exp.If(this=known, true=exp.true())])))
    )
    kept = replace(
        frame,
        columns=draft.lasting(frame.columns),
        relation=number,
        base=number,
        marks=(),
        told_by=dict.fromkeys((alias for alias, listed in frame.rows.items() if not listed), frozenset(keys)),
    )
    ranking = [*orders, *(exp.Coalesce(this=one.tree, expressions=[exp.false()]) for one in prefer if one)]
    draft.add(f"{number}.top", lambda: _top(kept, frame.relation, keys, ranking, known), kept.columns, materialise=True)
    tied = _tied(draft, kept, keys, number)
    draft.add(number, lambda: _chosen(kept, keys, number), kept.columns, materialise=True)
    draft.step(number, "latest", lambda: _sentence(draft, step), tied)
    return kept


def _top(kept: Frame, source: str, keys: list[str], ranking: list[exp.Expr], known: exp.Expr) -> exp.Select:
    """The rows no other row of the same key is newer than."""
    window = exp.Window(
        this=exp.Anonymous(this="rank"),
        partition_by=[column(key) for key in keys],
        order=exp.Order(expressions=[exp.Ordered(this=one, desc=True, nulls_first=False) for one in ranking]),
    )
    return select(kept.everything(), source, known).qualify(exp.EQ(this=window, expression=whole(1)), copy=False)


def _tied(draft: Draft, kept: Frame, keys: list[str], number: str) -> Side:
    """Keys with several newest rows; ``?tied`` where these differ in what the rule still reads."""
    content = call("row", *(column(name) for name in kept.columns))
    different = exp.GT(this=exp.Count(this=exp.Distinct(expressions=[content])), expression=whole(1))
    by = [column(key) for key in keys]
    # Counting rows is cheap, comparing what they say is not: that is for the few keys with several.
    more = group(select([named(one, f"?{one.name}") for one in by], f"{number}.top"), by).having(
        exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1)), copy=False
    )
    same = both(exp.EQ(this=column(f"?{key}", "m"), expression=column(key)) for key in keys)
    rows = select([*by, named(exp.Min(this=_first_row(kept)), "?row"), named(different, "?tied")], f"{number}.top")
    groups = group(join(rows, as_subquery(more, "m"), same, "semi"), by)
    draft.add(f"{number}.several", groups, {}, materialise=True)
    draft.add(
        f"{number}.rows",
        _with_several(kept, keys, number, [named(column("?tied", "g"), "?tied")]).where(
            column("?tied", "g"), copy=False
        ),
        kept.columns,
    )
    return error_side(
        draft, f"{number}.tied", f"{number}.rows", kept, exp.true(), "several records are equally recent and differ"
    )


def _first_row(kept: Frame, table: str | None = None) -> exp.Expr:
    """What tells rows apart, as one value."""
    key = [column(name, table) for name in kept.key]
    return key[0] if len(key) == 1 else call("row", *key)


def _with_several(kept: Frame, keys: list[str], number: str, extra: list[exp.Expr]) -> exp.Select:
    on = both(exp.EQ(this=column(key, "t"), expression=column(key, "g")) for key in keys)
    rows = select([*kept.everything("t"), *extra], relation(f"{number}.top", "t"))
    return join(rows, relation(f"{number}.several", "g"), on, "left")


def _chosen(kept: Frame, keys: list[str], number: str) -> exp.Select:
    """The single newest rows, and the first of several equal ones."""
    first = both(
        [exp.Not(this=column("?tied", "g")), exp.EQ(this=_first_row(kept, "t"), expression=column("?row", "g"))]
    )
    return _with_several(kept, keys, number, []).where(either(is_null(column("?row", "g")), first), copy=False)


def _sentence(draft: Draft, step: Step) -> Sentence:
    said = draft.wording
    by = [node.text for node in nodes(step.subject.get("by"))]
    order = [node.text for node in nodes(step.subject.get("order_by"))]
    prefer = [node.text for node in nodes(step.subject.get("prefer"))]
    zh = f"每个{'、'.join(map(said.chinese, by))}只取{'、'.join(map(said.chinese, order))}最近的一条"
    en = f"Take the latest row per {', '.join(map(said.english, by))} by {', '.join(map(said.english, order))}"
    if prefer:
        zh += f"，相同时优先{'、'.join(map(said.chinese, prefer))}"
        en += f"; of equals prefer {', then '.join(map(said.english, prefer))}"
    return Sentence(f"{zh}。", f"{en}.")


LATEST = Verb(
    "latest", "取最近", Shape.MAPPING, _apply, options={}, inner={"by": True, "order_by": True, "prefer": False}
)
