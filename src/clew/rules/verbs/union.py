"""``union``: rows that meet any of several branches; each keeps its branch's id in the column ``branch``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence, Type
from clew.rules.draft import Draft
from clew.rules.frame import Frame, missing_row, missing_rows
from clew.rules.model import Step
from clew.rules.parse import parse_step
from clew.rules.trees import column, named, select, text
from clew.rules.verbs.verb import Shape, Verb

BRANCH = "branch"


def _united(draft: Draft, frame: Frame | None, step: Step, number: str) -> Frame | None:
    """The rows of all branches. Each goes on from ``frame``, or starts anew with its own ``from``."""
    if frame is not None:
        frame = _shared(draft, frame, number)
    ends: dict[str, Frame] = {}
    whole = True
    outer = step.subject.get("branches") or step.subject
    for name, node in outer.items():
        if not draft.new_name(name, outer.key_place(name), ()):
            whole = False
            continue
        steps = [parse_step(entry, draft.problems) for entry in node.entries()]
        if not steps or None in steps:
            whole = False
            if not steps:
                draft.problems.error(node.place, "E102", f"the branch '{name}' has no steps", "add a step to it")
            continue
        end = draft.walk(draft, frame, [one for one in steps if one], f"{number}.{name}.")
        if end is None:
            whole = False
            continue
        draft.close(end)
        ends[name] = end
    if not ends or not whole:
        return None
    return _together(draft, frame, ends, step, number)


def _shared(draft: Draft, frame: Frame, number: str) -> Frame:
    """The rows so far, kept once for all branches."""
    draft.close(frame)
    draft.add(f"{number}.source", lambda: select(frame.everything(), frame.relation), frame.columns, materialise=True)
    return replace(frame, relation=f"{number}.source", base=f"{number}.source", marks=())


def _together(draft: Draft, frame: Frame | None, ends: Mapping[str, Frame], step: Step, number: str) -> Frame | None:
    first, *others = ends.values()
    unknown = frozenset().union(*(end.unknown for end in ends.values()))
    columns = {
        name: kind for name, kind in first.columns.items() if all(end.columns.get(name) is kind for end in others)
    }
    columns = {**draft.lasting(columns), BRANCH: Type.TEXT}
    draft.made[BRANCH] = tuple(ends)
    if frame is not None and BRANCH in frame.columns:
        draft.problems.error(step.place, "E206", "there is already a column 'branch'", "one union is enough in a rule")
    if len(columns) == 1 and not unknown:
        draft.problems.error(
            step.place,
            "E306",
            "the branches of this union have no column in common",
            "derive the same names, of the same types, in each branch",
        )
        return None
    aliases = list(dict.fromkeys(alias for end in ends.values() for alias in end.rows))
    listed = {alias: any(end.rows.get(alias, False) for end in ends.values()) for alias in aliases}
    shape = Frame(
        relation=number,
        columns=columns,
        rows=listed,
        key=(),
        base=number,
        unknown=unknown,
        repeated={alias: where for end in ends.values() for alias, where in end.repeated.items()},
        suspect=frozenset().union(*(end.suspect for end in ends.values())),
        shared=frozenset(aliases),
        fans=max(end.fans for end in ends.values()),
        origins=_origins(ends, columns),
    )
    shape = replace(shape, key=(BRANCH, *(shape.identity(alias) for alias in aliases)))
    draft.add(number, lambda: _all(ends, shape), columns, materialise=True)
    draft.step(number, "union", lambda: _sentence(draft, ends))
    return shape


def _all(ends: Mapping[str, Frame], shape: Frame) -> exp.Query:
    """The rows of all branches, one branch after another."""
    query, *others = [_branch(name, end, shape) for name, end in ends.items()]
    whole: exp.Query = query
    for other in others:
        whole = exp.union(whole, other, distinct=False, copy=False)
    return whole


def _branch(name: str, end: Frame, shape: Frame) -> exp.Select:
    """One branch with the columns and identities all branches share."""
    identities: list[exp.Expr] = []
    for alias, listed in shape.rows.items():
        if alias not in end.rows:
            own = missing_rows() if listed else missing_row()
        else:
            own = end.rows_of(alias) if listed else column(end.identity(alias))
        identities.append(named(own, shape.identity(alias)))
    shared = [text(name) if one == BRANCH else column(one) for one in shape.columns]
    return select(
        [*(named(tree, one) for tree, one in zip(shared, shape.columns, strict=True)), *identities], end.relation
    )


def _origins(ends: Mapping[str, Frame], columns: Mapping[str, Type]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for end in ends.values():
        for name, aliases in end.origins.items():
            if name in columns:
                found[name] = found.get(name, frozenset()) | aliases
    return found


def _sentence(draft: Draft, ends: Mapping[str, Frame]) -> Sentence:
    chinese = "、".join(draft.wording.name(end) for end in ends)
    return Sentence(f"合并以下任一情形：{chinese}。", f"Take rows of any branch: {', '.join(ends)}.")


def _begin(draft: Draft, step: Step, number: str) -> Frame | None:
    return _united(draft, None, step, number)


UNION = Verb("union", "合并", Shape.MAPPING, _united, begin=_begin, options={}, inner={"branches": True})
