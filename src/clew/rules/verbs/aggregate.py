"""``aggregate``: one row per key; the identities of the contributing rows are kept.

With ``keep: rows`` the rows stay as they are and each gets the measures of its key beside its own columns: what a
window would say, in the author's words.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence, Side, Type
from clew.rules.draft import ROW_WISE, Draft
from clew.rules.expression import Typed
from clew.rules.frame import Frame, Pending
from clew.rules.grain import check_grain, to_guard
from clew.rules.model import Step
from clew.rules.sides import error_side
from clew.rules.trees import both, call, column, group, join, named, relation, select, text
from clew.rules.verbs.latest import nodes
from clew.rules.verbs.verb import Shape, Verb
from clew.rules.verbs.where import filtered
from clew.yaml_file import Node

OPTIONS = ("by", "having", "keep")
TWICE = "rows stand here more than once (a join without expect, or two branches), so sums would count them twice"


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    keys = nodes(step.subject.get("by"))
    by = [name for node in keys if (name := draft.name_column(node, frame)) is not None]
    measures, unknown = _measures(draft, frame, step)
    draft.close(frame)
    if _keeps_rows(draft, step):
        return _beside(draft, replace(frame, unknown=frame.unknown | unknown), step, by, measures, number)
    regions = _regions(draft, frame, by)
    columns = {
        **{name: frame.columns[name] for name in by},
        **{name: one.type for name, one in measures.items()},
        **dict.fromkeys(regions, Type.TEXT),
    }
    lost = frozenset(frame.columns) - frozenset(columns) if len(by) < len(keys) else frozenset()
    """What a key with a fault may have been: later steps that name one of them rest on that fault."""
    guarded = sorted({alias for one in measures.values() for alias in to_guard(one, frame)})
    origins = {name: _origins(one, frame) for name, one in measures.items()} | {
        name: frame.origins[name] for name in by if name in frame.origins
    }
    grouped = Frame(
        relation=number,
        columns=columns,
        rows=dict.fromkeys(frame.rows, True),
        key=tuple(by),
        base=number,
        origins=origins,
        unknown=frame.unknown | unknown | lost,
    )
    if by and not guarded and frame.light and _few_may_remain(draft, step):
        grouped = replace(grouped, pending=Pending(frame.relation, tuple(_identities(frame, grouped))))
    shown = {**{name: one.tree for name, one in measures.items()}, **regions}
    whole = f"{number}.all" if guarded else number
    draft.add(whole, lambda: _query(frame, grouped, shown, guarded), columns, materialise=True)
    sides = [_guard(draft, grouped, guarded, number)] if guarded else []
    draft.step(number, "aggregate", lambda: _sentence(draft, step), *sides)
    having = step.subject.get("having")
    return _having(draft, grouped, having, number) if having is not None else grouped


def _few_may_remain(draft: Draft, step: Step) -> bool:
    """Whether rows are kept or dropped right after this aggregation."""
    return step.subject.get("having") is not None or (draft.following is not None and draft.following.verb in ROW_WISE)


def _keeps_rows(draft: Draft, step: Step) -> bool:
    node = step.subject.get("keep")
    if node is not None and node.text != "rows":
        draft.problems.error(
            node.place, "E111", f"'{node.text}' is not something aggregate keeps", "write 'keep: rows', or leave it out"
        )
    return node is not None


def _beside(draft: Draft, frame: Frame, step: Step, by: list[str], measures: dict[str, Typed], number: str) -> Frame:
    """Every row with the measures of its key; computed once per key and joined back."""
    groups = f"{number}.groups"
    query = select(
        [*(named(column(name), f"?{name}") for name in by), *(named(one.tree, name) for name, one in measures.items())],
        frame.relation,
    )
    draft.add(groups, group(query, [column(name) for name in by]), {}, materialise=True)
    measured = {name: one.type for name, one in measures.items()}
    origins = {**frame.origins, **{name: _origins(one, frame) for name, one in measures.items()}}
    kept = replace(
        frame,
        relation=number,
        columns={**draft.lasting(frame.columns), **measured},
        base=number,
        marks=(),
        origins=origins,
    )
    left = [column(one.name, "l") for one in kept.everything() if one.name not in measured]
    same = both(exp.NullSafeEQ(this=column(f"?{name}", "g"), expression=column(name, "l")) for name in by)
    rows = select([*left, *(column(name, "g") for name in measured)], relation(frame.relation, "l"))
    draft.add(number, join(rows, relation(groups, "g"), same if by else exp.true()), kept.columns, materialise=True)
    draft.step(number, "aggregate", lambda: _sentence(draft, step, beside=True))
    having = step.subject.get("having")
    if having is None:
        return kept
    draft.position += 0.5  # it reads what this step gives, so its columns must still be there
    return _having(draft, kept, having, number)


def _measures(draft: Draft, frame: Frame, step: Step) -> tuple[dict[str, Typed], frozenset[str]]:
    """The measures by name, and the names of those with a fault."""
    measures: dict[str, Typed] = {}
    unknown: set[str] = set()
    for name, node in step.subject.items():
        if name in OPTIONS or not draft.new_name(name, step.subject.key_place(name), measures):
            continue
        typed = draft.expression(node, frame.columns, frame.unknown, aggregates=True)
        if typed is not None and typed.bare:
            draft.problems.error(
                node.place,
                "E304",
                f"'{sorted(typed.bare)[0]}' must stand inside an aggregate function",
                "write min(...) or max(...), or name it under 'by'",
            )
            typed = None
        if typed is None:
            unknown.add(name)
            continue
        check_grain(name, typed, frame, node.place, draft.problems)
        measures[name] = typed
        draft.compute(name, typed.unit, step.subject.key_place(name))
        draft.too_small.measured(name, typed, frame)
    return measures, frozenset(unknown)


def _regions(draft: Draft, frame: Frame, by: list[str]) -> dict[str, exp.Expr]:
    """The region columns that later steps ask coverage for, each with the regions of a group's rows, in order.

    A row without a region is in none: '' stands first, and is everywhere.
    """
    found: dict[str, exp.Expr] = {}
    for alias in frame.rows:
        contract = draft.contracts.get(alias)
        name = f"{alias}.{contract.region_column}" if contract and contract.region_column else ""
        if name in frame.columns and name not in by and name in draft.lasting(frame.columns):
            code = exp.Coalesce(this=column(name), expressions=[text("")])
            found[name] = call("clew_joined", call("clew_list", code))
    return found


def _origins(typed: Typed, frame: Frame) -> frozenset[str]:
    return frozenset(alias for name in typed.columns for alias in frame.aliases_of(name)) or frozenset(frame.rows)


def _identities(frame: Frame, grouped: Frame) -> list[exp.Expr]:
    """Per alias the aggregate that gathers the identities of its rows."""
    by = frozenset(grouped.key)

    def gathered(alias: str, listed: bool) -> exp.Expr:
        if not listed and frame.told_by.get(alias, {""}) <= by:  # one row, however often a join repeats it
            return call("clew_row_or_none", exp.AnyValue(this=column(frame.identity(alias))))
        return frame.gathered(alias)

    return [named(gathered(alias, listed), grouped.identity(alias)) for alias, listed in frame.rows.items()]


def _query(frame: Frame, grouped: Frame, measures: dict[str, exp.Expr], guarded: list[str]) -> exp.Select:
    """One row per key; ``?n.<alias>`` counts the rows of an alias that is guarded."""
    counts = [named(exp.Count(this=column(frame.identity(alias))), f"?n.{alias}") for alias in guarded]
    keys = [column(name) for name in grouped.key]
    identities = _identities(frame, grouped) if grouped.pending is None else []
    return group(
        select([*keys, *(named(one, name) for name, one in measures.items()), *identities, *counts], frame.relation),
        keys,
    )


def _guard(draft: Draft, grouped: Frame, guarded: list[str], number: str) -> Side:
    """Groups whose rows were repeated are set apart as errors."""
    sound = both(
        exp.EQ(this=column(f"?n.{alias}"), expression=call("len", column(grouped.identity(alias)))) for alias in guarded
    )
    draft.add(number, select(grouped.everything(), f"{number}.all", sound), grouped.columns)
    return error_side(draft, f"{number}.repeated", f"{number}.all", grouped, exp.Not(this=exp.Paren(this=sound)), TWICE)


def _having(draft: Draft, grouped: Frame, having: Node, number: str) -> Frame:
    def said() -> Sentence:
        zh, en = draft.wording.chinese(having.text), draft.wording.english(having.text)
        return Sentence(f"仅保留{zh}的分组。", f"Keep only groups where {en}.")

    return filtered(
        draft,
        grouped,
        having,
        number.replace("_aggregate", "_having"),
        "aggregate",
        said,
    )


def _sentence(draft: Draft, step: Step, *, beside: bool = False) -> Sentence:
    said = draft.wording
    by = [node.text for node in nodes(step.subject.get("by"))]
    entries = [(name, node.text) for name, node in step.subject.items() if name not in OPTIONS]
    zh = "，".join(f"{said.chinese(name)} = {said.chinese(written)}" for name, written in entries)
    en = ", ".join(f"{name} = {said.english(written)}" for name, written in entries)
    tail_zh, tail_en = (f"，计算{zh}", f"; compute {en}") if entries else ("", "")
    if beside:
        group_zh, group_en = ("、".join(map(said.chinese, by)), ", ".join(by)) if by else ("全部记录", "all rows")
        return Sentence(f"每行附上按{group_zh}计算的{zh}。", f"Add to each row, over {group_en}: {en}.")
    if not by:
        return Sentence(f"全部记录汇总为一行{tail_zh}。", f"One row over all{tail_en}.")
    return Sentence(f"按{'、'.join(map(said.chinese, by))}汇总{tail_zh}。", f"One row per {', '.join(by)}{tail_en}.")


AGGREGATE = Verb(
    "aggregate",
    "汇总",
    Shape.MAPPING,
    _apply,
    options={},
    free=True,
    inner={"by": False, "having": False, "keep": False},
)
