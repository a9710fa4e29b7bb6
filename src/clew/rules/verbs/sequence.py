"""``sequence``: dated steps in strict order, each after the one before; or each row and the one just before it."""

from __future__ import annotations

from clew.plan import Sentence
from clew.problems import did_you_mean
from clew.rules.chain import KEEP, chained
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.model import Step, Text
from clew.rules.predecessor import preceded
from clew.rules.verbs.from_ import start
from clew.rules.verbs.latest import nodes
from clew.rules.verbs.verb import Shape, Verb

CHAIN = ("by", "steps", "within", "keep")
PREVIOUS = ("by", "at", "previous", "where")


def _begin(draft: Draft, step: Step, number: str) -> Frame | None:
    """A chain that starts the rule: its first step is where the rows come from."""
    listed = step.subject.get("steps")
    first = listed.entries()[0] if listed is not None and listed.entries() else None
    name = first.get("name") if first is not None else None
    if first is None or name is None:
        draft.problems.error(
            step.place, "E110", "the first step cannot be 'sequence' without 'steps'", "start with 'from: <dataset>'"
        )
        return None
    where = first.get("where")
    opening = Step("from", name, {"where": where} if where is not None else {}, step.place)
    frame = start(draft, opening, number.replace("_sequence", "_from"))
    return _apply(draft, frame, step, number) if frame is not None else None


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    previous = "previous" in dict(step.subject.items())
    wanted, other = (PREVIOUS, "previous") if previous else (CHAIN, "steps")
    for name, node in step.subject.items():
        if name not in wanted:
            draft.problems.error(
                step.subject.key_place(name), "E111", f"'{name}' does not go with '{other}'", did_you_mean(name, wanted)
            )
            return frame
        if name in ("steps", "previous") and node.is_scalar and not node.text.strip():
            return frame
    if step.subject.get(other) is None:
        draft.problems.error(
            step.place,
            "E102",
            "'sequence' has neither 'steps' nor 'previous'",
            "list the dated steps, or name the row before: previous: before",
        )
        return frame
    said = _previous_sentence if previous else _chain_sentence
    return (preceded if previous else chained)(draft, frame, step, number, lambda: said(draft, step))


def _chain_sentence(draft: Draft, step: Step) -> Sentence:
    said = draft.wording
    listed = step.subject.get("steps")
    entries = listed.entries() if listed is not None else []
    zh, en = [], []
    for entry in entries:
        name, where = entry.get("name"), entry.get("where")
        if name is None:
            continue
        condition_zh, condition_en = (
            (f"（{said.chinese(where.text)}）", f" where {said.english(where.text)}") if where is not None else ("", "")
        )
        dataset = draft.rule.datasets.get(name.text, Text(name.text, name.place)).value
        zh.append(f"{said.dataset(name.text)}{condition_zh}")
        en.append(f"{dataset}{condition_en}")
    within = step.subject.get("within")
    within_zh = f"在{said.chinese(within.text)}之内" if within is not None else ""
    within_en = f" within {said.english(within.text)}" if within is not None else ""
    return Sentence(
        f"{within_zh}依次出现：{'，之后'.join(zh)}。", f"Find in strict order{within_en}: {', then '.join(en)}."
    )


def _previous_sentence(draft: Draft, step: Step) -> Sentence:
    said = draft.wording
    by = [node.text for node in nodes(step.subject.get("by"))]
    at, where = (step.subject.get(name) for name in ("at", "where"))
    at_text, where_text = (node.text if node is not None else "" for node in (at, where))
    zh = f"同一{'、'.join(map(said.chinese, by))}按{said.chinese(at_text)}排序，每条与前一条相比"
    en = f"Compare each row with the one before it by {said.english(at_text)}, per {', '.join(map(said.english, by))}"
    if where_text:
        zh, en = f"{zh}，仅保留{said.chinese(where_text)}的", f"{en}; keep those where {said.english(where_text)}"
    return Sentence(f"{zh}。", f"{en}.")


SEQUENCE = Verb(
    "sequence",
    "先后顺序",
    Shape.MAPPING,
    _apply,
    begin=_begin,
    options={},
    inner={"by": False, "steps": False, "within": False, "keep": False, "at": False, "previous": False, "where": False},
    choices={"keep": KEEP},
    listed={"steps": {"name": True, "at": False, "on": False, "where": False}},
)
