"""``exclude``: drop rows for a stated reason; they go to the exclusion ledger. NULL is not excluded."""

from __future__ import annotations

from sqlglot import exp

from clew.plan import Role, Sentence, Side, Type
from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.sides import answered
from clew.rules.trees import group, is_true, named, select
from clew.rules.trees import text as literal
from clew.rules.verbs.reason import REASON, Reason, reason_of
from clew.rules.verbs.verb import Shape, Verb


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    typed = draft.expression(step.subject, frame.columns, frame.unknown, expect=Type.BOOLEAN)
    if typed is None:
        return frame
    reason = reason_of(step)
    basis = step.options["basis"].text if "basis" in step.options else ""
    kept = draft.add(
        number, lambda: select(frame.everything(), frame.relation, exp.Not(this=is_true(typed.tree))), frame.columns
    )
    ledger = _ledger(draft, frame, typed, number, reason.stored, basis)
    draft.step(
        number,
        "exclude",
        lambda: _sentence(draft, step, reason),
        ledger,
        reason=reason.stored,
        condition=typed.tree,
        drops=True,
        clears=lambda: _clears(draft, step, reason),
        reads=sorted(typed.columns),
    )
    return frame.marked(kept, Mark(number, Count.DROP, typed.tree))


def _sentence(draft: Draft, step: Step, reason: Reason) -> Sentence:
    said, text = draft.wording, step.subject.text
    return Sentence(f"排除{said.chinese(text)}的记录（{reason.zh}）。", f"Drop {said.english(text)} ({reason.en}).")


def _clears(draft: Draft, step: Step, reason: Reason) -> Sentence:
    said, text = draft.wording, step.subject.text
    return Sentence(f"{said.chinese(text)}（{reason.zh}）", f"{said.english(text)} ({reason.en})")


def _ledger(draft: Draft, frame: Frame, typed: Typed, number: str, reason: str, basis: str) -> Side:
    """The rows dropped, by subject: those of the dataset the condition speaks of, else of the first dataset."""
    spoken = [alias for name in sorted(typed.columns) for alias in frame.rows if alias in frame.aliases_of(name)]
    alias = spoken[0] if spoken else next(iter(frame.rows))

    def dropped() -> exp.Query:
        subject = answered(draft, frame)[0]
        of_dropped = select(
            [subject, named(frame.gathered(alias), "rows"), named(literal(alias), "alias")], frame.relation, typed.tree
        )
        return group(of_dropped, [exp.Literal.number(1)])

    draft.add(f"{number}.excluded", dropped, {"subject": Type.TEXT, "rows": Type.LIST, "alias": Type.TEXT})
    return Side(Role.EXCLUDED, f"{number}.excluded", reason, basis)


EXCLUDE = Verb(
    "exclude", "排除", Shape.EXPRESSION, _apply, inner={}, options={**REASON, "reason": True, "basis": False}
)
