"""``from``: start from a dataset; only rows received and dated up to ``as_of`` are there."""

from __future__ import annotations

from clew.plan import Sentence
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.model import Step, Text
from clew.rules.verbs.verb import Shape, Verb
from clew.rules.verbs.where import filtered


def start(draft: Draft, step: Step, number: str) -> Frame | None:
    """The first rows; None when the dataset is not known (reported elsewhere)."""
    alias = Text.of(step.subject)
    source = draft.input(alias)
    if source is None:
        return None
    frame = Frame(
        relation=source.relation,
        columns=source.columns,
        rows={alias.value: False},
        key=(f"{alias}#",),
        base=source.relation,
    )

    def everything() -> Sentence:
        return Sentence(f"读取{draft.wording.dataset(alias.value)}的全部记录。", f"Take every row of {source.dataset}.")

    condition = step.options.get("where")
    if condition is None:
        draft.step(number, "from", everything, relation=source.relation)
        return frame
    draft.step(number.replace("_from", "_all"), "from", everything, relation=source.relation)

    def some() -> Sentence:
        zh, en = draft.wording.chinese(condition.text), draft.wording.english(condition.text)
        return Sentence(f"保留{zh}的记录。", f"Keep rows where {en}.")

    return filtered(
        draft,
        frame,
        condition,
        number,
        "from",
        some,
    )


def _apply(draft: Draft, frame: Frame, step: Step, _number: str) -> Frame:
    draft.problems.error(
        step.place, "E110", "'from' can only be the first step", "use join, exists or union to bring in another dataset"
    )
    return frame


FROM = Verb("from", "起始", Shape.ALIAS, _apply, begin=start, options={"where": False}, inner={})
