"""``where``: keep rows whose condition is certainly true; unknown ones are dropped and counted apart.

With ``complete`` a comparison counts only where coverage says that nothing of it can be missing.
"""

from __future__ import annotations

from collections.abc import Callable

from clew.plan import Sentence, Type
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.trees import select
from clew.rules.verbs.complete import COMPLETE, PERIOD, RECEIVED, only_complete
from clew.rules.verbs.reason import REASON, Reason, reason_of
from clew.rules.verbs.verb import Shape, Verb
from clew.yaml_file import Node


def filtered(
    draft: Draft,
    frame: Frame,
    condition: Node,
    number: str,
    verb: str,
    sentence: Callable[[], Sentence],
    reason: str = "",
    clears: Callable[[], Sentence] | None = None,
) -> Frame:
    """The rows a condition keeps, as one step of the funnel."""
    typed = draft.expression(condition, frame.columns, frame.unknown, expect=Type.BOOLEAN)
    if typed is None:
        return frame
    draft.too_small.met(typed, condition.place)
    draft.step(number, verb, sentence, reason=reason, condition=typed.tree, clears=clears, reads=sorted(typed.columns))
    draft.add(number, lambda: select(frame.everything(), frame.relation, typed.tree), frame.columns)
    return frame.marked(number, Mark(number, Count.KEEP, typed.tree))


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    reason = reason_of(step)
    kept = filtered(
        draft,
        frame,
        step.subject,
        number,
        "where",
        lambda: _sentence(draft, step, reason),
        reason.stored,
        (lambda: _clears(draft, step, reason)) if reason.en else None,
    )
    return only_complete(draft, kept, step, number) if COMPLETE in step.options else kept


def _sentence(draft: Draft, step: Step, reason: Reason) -> Sentence:
    said, text = draft.wording, step.subject.text
    more_zh, more_en = (f"（{reason.zh}）", f" ({reason.en})") if reason.en else ("", "")
    return Sentence(f"仅保留{said.chinese(text)}的记录{more_zh}。", f"Keep only {said.english(text)}{more_en}.")


def _clears(draft: Draft, step: Step, reason: Reason) -> Sentence:
    said, text = draft.wording, step.subject.text
    return Sentence(f"不符合{said.chinese(text)}（{reason.zh}）", f"not {said.english(text)} ({reason.en})")


WHERE = Verb(
    "where",
    "筛选",
    Shape.EXPRESSION,
    _apply,
    options={**REASON, COMPLETE: False},
    inner={},
    each={COMPLETE: dict.fromkeys((*PERIOD, "only"), False)},
    choices={"only": RECEIVED},
)
