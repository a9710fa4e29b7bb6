"""``derive``: add columns computed from the row itself and ``as_of``."""

from __future__ import annotations

from dataclasses import replace

from clew.plan import Sentence
from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.trees import named, select
from clew.rules.verbs.verb import Shape, Verb
from clew.yaml_file import Node


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    """The expressions are read one after another: a later one may use an earlier name."""
    entries = list(step.subject.items())
    for index, (name, node) in enumerate(entries):
        if not draft.new_name(name, step.subject.key_place(name), frame.columns):
            continue
        typed = draft.expression(node, frame.columns, frame.unknown)
        if typed is None:
            frame = replace(frame, unknown=frame.unknown | {name})
            continue
        last = index == len(entries) - 1
        draft.compute(name, typed.unit, step.subject.key_place(name))
        draft.too_small.derived(name, typed)
        draft.written.setdefault(name, []).append(typed.tree)
        frame = _add(draft, frame, name, typed, number if last else f"{number}.{index}", counted=last)
    draft.step(number, "derive", lambda: _sentence(draft, entries))
    return frame


def _add(draft: Draft, frame: Frame, name: str, typed: Typed, number: str, *, counted: bool) -> Frame:
    columns = {**frame.columns, name: typed.type}
    draft.add(number, lambda: select([*frame.everything(), named(typed.tree, name)], frame.relation), columns)
    came_from = frozenset(alias for one in typed.columns for alias in frame.aliases_of(one))
    mark = Mark(number if counted else "", Count.DERIVE, typed.tree, name)
    return replace(frame.marked(number, mark), columns=columns, origins={**frame.origins, name: came_from})


def _sentence(draft: Draft, entries: list[tuple[str, Node]]) -> Sentence:
    said = draft.wording
    zh = "，".join(f"{said.chinese(name)} = {said.chinese(node.text, name)}" for name, node in entries)
    en = ", ".join(f"{name} = {said.english(node.text)}" for name, node in entries)
    return Sentence(f"计算{zh}。", f"Compute {en}.")


DERIVE = Verb("derive", "派生", Shape.MAPPING, _apply, options={}, inner={}, free=True)
