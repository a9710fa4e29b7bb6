"""``exists``: keep rows that have a match; rows are not multiplied, and the matches are kept as evidence."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.pairing import Pairing
from clew.rules.parse_pairing import pair
from clew.rules.trees import as_subquery, both, call, column, group, join, named, relation, select
from clew.rules.uncertain import uncertain
from clew.rules.verbs.reason import REASON
from clew.rules.verbs.verb import Shape, Verb


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    pairing, lost = pair(draft, frame, step)
    if pairing is None:
        return replace(frame, unknown=frame.unknown | lost)
    known = exp.Case(ifs=[exp.If(this=pairing.known(), true=exp.true())])
    draft.close(frame.marked(frame.relation, Mark(number, Count.KNOWN, known)))
    alias = pairing.source.alias
    kept = replace(
        frame,
        relation=number,
        base=number,
        columns=draft.lasting(frame.columns),
        rows={**frame.rows, alias: True},
        marks=(),
    )
    draft.add(number, lambda: _matched(frame, kept, pairing), kept.columns, materialise=True)
    _count_uncertain(draft, frame, pairing, number)
    draft.step(number, "exists", lambda: _sentence(draft, step, pairing))
    return kept


def _matched(frame: Frame, kept: Frame, pairing: Pairing) -> exp.Select:
    """The rows that certainly have a match, each once, with its matches."""
    rows = f"{pairing.source.alias}##"
    matches = select(
        [
            *(named(column(name), f"?{name}") for name in frame.key),
            named(call("clew_rows_once", column(pairing.identity)), rows),
        ],
        frame.relation,
    )
    matches = join(matches, relation(pairing.source.relation), both([pairing.equal(), pairing.certain()]))
    matches = group(matches, [column(name) for name in frame.key])
    same = both(exp.NullSafeEQ(this=column(f"?{name}", "m"), expression=column(name, "l")) for name in frame.key)
    left = [column(one.name, "l") for one in kept.everything() if one.name != rows]
    return join(select([*left, column(rows, "m")], relation(frame.relation, "l")), as_subquery(matches, "m"), same)


def _count_uncertain(draft: Draft, frame: Frame, pairing: Pairing, number: str) -> None:
    """Count the rows whose only matches are uncertain."""
    maybe = uncertain(draft, frame, pairing, number)
    if maybe:
        query = select([named(exp.Count(this=exp.Star()), f"{number}.unknown")], relation(maybe, "p"))
        same = both(exp.NullSafeEQ(this=column(name, "n"), expression=column(name, "p")) for name in frame.key)
        draft.count(number, join(query, relation(number, "n"), same, "anti"))


def _sentence(draft: Draft, step: Step, pairing: Pairing) -> Sentence:
    said, alias = draft.wording, pairing.source.alias
    parts = [step.options[name].text for name in ("on", "where") if name in step.options]
    zh, en = "，且".join(map(said.chinese, parts)), " and ".join(map(said.english, parts))
    return Sentence(
        f"保留在{said.dataset(alias)}中有对应记录的（{zh}）。",
        f"Keep rows that have a match in {pairing.source.dataset} where {en}.",
    )


EXISTS = Verb("exists", "存在", Shape.ALIAS, _apply, inner={}, options={"on": True, "where": False, **REASON})
