"""``exists``: keep rows that have a match; rows are not multiplied, and the matches are kept as evidence."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.pairing import Pairing, pair
from clew.rules.trees import both, call, column, group, is_true, join, named, relation, select
from clew.rules.verbs.reason import REASON
from clew.rules.verbs.verb import Shape, Verb


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    pairing, lost = pair(draft, frame, step)
    if pairing is None:
        return replace(frame, unknown=frame.unknown | lost)
    known = exp.Case(ifs=[exp.If(this=pairing.known(), true=exp.true())])
    draft.close(frame.marked(frame.relation, Mark(number, Count.KNOWN, known)))
    alias = pairing.source.alias
    matches, flag, rows = f"{number}.matches", f"?{number}", f"{alias}##"
    draft.add(matches, _matches(frame, pairing, flag), {}, materialise=True)
    kept = replace(
        frame,
        relation=number,
        base=matches,
        columns=draft.lasting(frame.columns),
        rows={**frame.rows, alias: True},
        marks=(Mark(number, Count.KNOWN, column(flag)),),
    )
    left = [column(one.name, "l") for one in kept.everything() if one.name != rows]
    same = both(exp.NullSafeEQ(this=column(f"?{name}", "m"), expression=column(name, "l")) for name in frame.key)
    found = select([*left, column(rows, "m")], relation(frame.relation, "l"))
    draft.add(
        number, join(found, relation(matches, "m"), both([same, column(flag, "m")])), kept.columns, materialise=True
    )
    draft.close(kept)
    draft.step(number, "exists", _sentence(draft, step, pairing))
    return replace(kept, base=number, marks=())


def _matches(frame: Frame, pairing: Pairing, flag: str) -> exp.Select:
    """Per row that may have a match: whether one is certain, and the certain ones."""
    certain = call("clew_rows", exp.Case(ifs=[exp.If(this=pairing.certain(), true=column(pairing.identity))]))
    keys = [named(column(name), f"?{name}") for name in frame.key]
    surely = exp.Case(ifs=[exp.If(this=call("bool_or", _sure(pairing)), true=exp.true())])
    query = select([*keys, named(surely, flag), named(certain, f"{pairing.source.alias}##")], frame.relation)
    query = join(query, relation(pairing.source.relation), both([pairing.equal(), pairing.possible()]))
    return group(query, [column(name) for name in frame.key])


def _sure(pairing: Pairing) -> exp.Expr:
    return is_true(pairing.certain())


def _sentence(draft: Draft, step: Step, pairing: Pairing) -> Sentence:
    said, alias = draft.wording, pairing.source.alias
    parts = [step.options[name].text for name in ("on", "where") if name in step.options]
    zh, en = "，且".join(map(said.chinese, parts)), " and ".join(map(said.english, parts))
    return Sentence(
        f"保留在{said.dataset(alias)}中有对应记录的（{zh}）。",
        f"Keep rows that have a match in {pairing.source.dataset} where {en}.",
    )


EXISTS = Verb("exists", "存在", Shape.ALIAS, _apply, inner={}, options={"on": True, "where": False, **REASON})
