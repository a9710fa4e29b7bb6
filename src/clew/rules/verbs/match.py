"""``match``: fuzzy identity. Rows are paired with a dataset's rows whose name is alike, inside blocks, and each pair is
put into a band by its likeness and by what else agrees.

Rows are never compared all with all: a block is an equality, found by a hash join, and the likeness of two names is
computed once for each distinct pair of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from clew.plan import Sentence, Type
from clew.rules.corroboration import BAND, SURE
from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.pairing import Pairing
from clew.rules.parse_pairing import pair
from clew.rules.shape import chosen
from clew.rules.trees import (
    as_subquery,
    both,
    call,
    column,
    either,
    is_null,
    join,
    named,
    not_null,
    relation,
    select,
    text,
)
from clew.rules.trees import number as whole
from clew.rules.verbs.latest import nodes
from clew.rules.verbs.verb import Shape, Verb

BANDS = (SURE, "B", "C")
NAMES = {"person": "clew_person_form", "company": "clew_company_form"}
ADDED = {
    BAND: Type.TEXT,
    "match_score": Type.DECIMAL,
    "match_agree": Type.INTEGER,
    "match_against": Type.INTEGER,
}
LEFT, RIGHT = "?left", "?right"


@dataclass(frozen=True)
class Asked:
    """What an author asks for: the two names, the blocks (one of them must hold), further evidence, the bands."""

    left: Typed
    right: Typed
    blocks: tuple[Pairing, ...]
    evidence: Mapping[str, Typed]
    bands: Mapping[str, Typed]
    form: str

    @property
    def pairing(self) -> Pairing:
        """The other side."""
        return self.blocks[0]

    def known(self) -> exp.Expr:
        """Whether a row so far has a name, and a key for at least one block (never NULL)."""
        return both(
            [not_null(call("clew_norm_name", self.left.tree)), either(*(block.known() for block in self.blocks))]
        )


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    asked, lost = _asked(draft, frame, step)
    if asked is None:
        return replace(frame, unknown=frame.unknown | lost | {*ADDED, *names(step)})
    draft.made[BAND] = tuple(asked.bands)
    known = exp.Case(ifs=[exp.If(this=asked.known(), true=exp.true())])
    draft.close(replace(frame, marks=(*frame.marks, Mark(number, Count.KNOWN, known))))
    added = {**ADDED, **dict.fromkeys(asked.evidence, Type.BOOLEAN)}
    met = _met(draft, frame, asked.pairing, added, number)
    flag = f"?{number}"
    pairs = draft.add(
        f"{number}.pairs",
        _banded(draft, frame, asked, met, number, flag),
        {**met.columns, flag: Type.BOOLEAN},
        materialise=True,
    )
    draft.add(number, select(met.everything(), pairs, column(flag)), met.columns)
    draft.step(number, "match", lambda: _sentence(draft, step, asked))
    return replace(met, relation=number, base=pairs, marks=(Mark(number, Count.KEEP, column(flag)),))


def names(step: Step) -> Iterator[str]:
    """The kinds of evidence, each a column."""
    node = step.options.get("on")
    for name, _ in node.items() if node is not None and node.is_mapping else ():
        yield name


def _asked(draft: Draft, frame: Frame, step: Step) -> tuple[Asked | None, frozenset[str]]:
    for name in ADDED:
        draft.new_name(name, step.place, frame.columns)
    blocks, lost = _blocks(draft, frame, step)
    form = NAMES[chosen(step.options.get("names"), tuple(NAMES), "person")]
    if not blocks:
        return None, lost
    columns = {**frame.columns, **blocks[0].columns}
    left = draft.expression(step.options["left"], frame.columns, frame.unknown, expect=Type.TEXT)
    right = draft.expression(step.options["right"], blocks[0].columns, frame.unknown, expect=Type.TEXT)
    evidence: dict[str, Typed] = {}
    for name, node in step.options["on"].items() if "on" in step.options else ():
        typed = draft.expression(node, columns, frame.unknown, expect=Type.BOOLEAN)
        if draft.new_name(name, step.options["on"].key_place(name), {**frame.columns, **ADDED}) and typed is not None:
            evidence[name] = typed
    seen = {**columns, **ADDED, **dict.fromkeys(names(step), Type.BOOLEAN)}
    bands = {
        band: typed
        for band in BANDS
        if (written := step.options["bands"].get(band)) is not None
        and (typed := draft.expression(written, seen, frame.unknown, expect=Type.BOOLEAN)) is not None
    }
    whole_bands = len(bands) == sum(1 for _ in step.options["bands"].items())
    if left is None or right is None or not form or not whole_bands or len(evidence) < len(set(names(step))):
        return None, lost
    return Asked(left, right, blocks, evidence, bands, form), lost


def _blocks(draft: Draft, frame: Frame, step: Step) -> tuple[tuple[Pairing, ...], frozenset[str]]:
    """One pairing for each block; none when one of them has a fault."""
    found: list[Pairing] = []
    for node in nodes(step.options["block"]):
        block, lost = pair(draft, frame, replace(step, options={"on": node}))
        if block is None:
            return (), lost | {step.subject.text}
        found.append(block)
    return tuple(found), frozenset({step.subject.text})


def _met(draft: Draft, frame: Frame, pairing: Pairing, added: Mapping[str, Type], number: str) -> Frame:
    """What may be named afterwards. A row may meet several others on either side, so sums over them are refused."""
    alias = pairing.source.alias
    return replace(
        frame,
        relation=number,
        base=number,
        marks=(),
        columns=draft.lasting({**frame.columns, **pairing.columns, **added}),
        rows={**frame.rows, alias: False},
        key=(*frame.key, pairing.identity),
        repeated=dict.fromkeys((*frame.rows, *frame.pairs, alias), number) | dict(frame.repeated),
        fans=frame.fans + 1,
        pairs=(*frame.pairs, number),
        origins={**frame.origins, **dict.fromkeys(added, frozenset({number}))},
    )


def _banded(draft: Draft, frame: Frame, asked: Asked, met: Frame, number: str, flag: str) -> exp.Query:
    """The pairs that are in a band, or may be: with the score, what agrees, and the band."""
    candidates = _candidates(draft, frame, asked, number)
    both_names = [column(LEFT), column(RIGHT)]
    distinct = as_subquery(select(both_names, candidates).distinct(copy=False), "d")
    likeness = named(call("clew_name_likeness", *both_names), "match_score")
    alike = draft.add(f"{number}.names", select([*both_names, likeness], distinct), {}, materialise=True)
    same = both(exp.EQ(this=column(name, "c"), expression=column(name, "n")) for name in (LEFT, RIGHT))
    everything = exp.Column(this=exp.Star(), table=exp.to_identifier("c"))
    rows = select([everything, column("match_score", "n")], relation(candidates, "c"))
    scored = as_subquery(join(rows, relation(alike, "n"), same), "s")
    evidence = [named(typed.tree, name) for name, typed in asked.evidence.items()]
    weighed = as_subquery(select([exp.Star(), *evidence], scored), "e")
    flags = [column(name) for name in asked.evidence]
    counts = [
        named(_how_many(flags), "match_agree"),
        named(_how_many([exp.Not(this=one) for one in flags]), "match_against"),
    ]
    counted = as_subquery(select([exp.Star(), *counts], weighed), "a")
    band = exp.Case(ifs=[exp.If(this=typed.tree, true=text(name)) for name, typed in asked.bands.items()])
    unsure = either(*(is_null(typed.tree) for typed in asked.bands.values()))
    judged = as_subquery(select([exp.Star(), named(band, BAND), named(unsure, "?unsure")], counted), "b")
    certain = exp.Case(ifs=[exp.If(this=not_null(column(BAND)), true=exp.true())])
    possible = either(not_null(column(BAND)), column("?unsure"))
    return select([*met.everything(), named(certain, flag)], judged, possible)


def _how_many(conditions: Sequence[exp.Expr]) -> exp.Expr:
    total: exp.Expr = whole(0)
    for one in conditions:
        total = exp.Add(this=total, expression=exp.Case(ifs=[exp.If(this=one, true=whole(1))], default=whole(0)))
    return exp.Paren(this=total)


def _candidates(draft: Draft, frame: Frame, asked: Asked, number: str) -> str:
    """Pairs that share a block, each once, with the forms of both names; pairs without a name are none."""
    source = asked.pairing.source
    theirs = (*asked.pairing.columns, asked.pairing.identity)
    left = draft.add(
        f"{number}.left",
        select([exp.Star(), named(call(asked.form, asked.left.tree), LEFT)], frame.relation),
        {},
        materialise=True,
    )
    right = draft.add(
        f"{number}.right",
        select([*map(column, theirs), named(call(asked.form, asked.right.tree), RIGHT)], source.relation),
        {},
        materialise=True,
    )
    filled = [not_null(column(LEFT)), not_null(column(RIGHT))]
    ours = [one.name for one in frame.everything()]
    columns = [column(name) for name in (*ours, *theirs, LEFT, RIGHT)]
    queries = [
        join(select(columns, left), relation(right), both([block.equal(), block.possible(), *filled]))
        for block in asked.blocks
    ]
    query: exp.Query = queries[0]
    for other in queries[1:]:
        query = exp.union(query, other, distinct=True, copy=False)
    return draft.add(f"{number}.candidates", query, {}, materialise=True)


def _sentence(draft: Draft, step: Step, asked: Asked) -> Sentence:
    said, alias = draft.wording, step.subject.text
    left, right = step.options["left"].text, step.options["right"].text
    blocks = [node.text for node in nodes(step.options["block"])]
    evidence = [node.text for _, node in step.options["on"].items()] if asked.evidence else []
    bands = [(band, node.text) for band in asked.bands if (node := step.options["bands"].get(band)) is not None]
    more_zh = f"，并看{'、'.join(map(said.chinese, evidence))}是否相符" if evidence else ""
    more_en = f", also looking at {', '.join(map(said.english, evidence))}" if evidence else ""
    bands_zh = "；".join(f"{band}级：{said.chinese(node)}" for band, node in bands)
    bands_en = "; ".join(f"{band}: {said.english(node)}" for band, node in bands)
    return Sentence(
        f"与{said.dataset(alias)}比对姓名（名称）：在{'，或'.join(map(said.chinese, blocks))}的范围内，"
        f"比较{said.chinese(left)}与{said.chinese(right)}的相似度{more_zh}。{bands_zh}。",
        f"Match with {asked.pairing.source.dataset}, inside {' or '.join(map(said.english, blocks))}, by the likeness "
        f"of {said.english(left)} and {said.english(right)}{more_en}. {bands_en}.",
    )


MATCH = Verb(
    "match",
    "模糊比对",
    Shape.ALIAS,
    _apply,
    inner={},
    options={"left": True, "right": True, "names": False, "block": True, "on": False, "bands": True},
    adds=tuple(ADDED),
    mapped={"bands": {SURE: True, "B": False, "C": False}},
    conditions=("on",),
    choices={"names": tuple(NAMES)},
    names=names,
)
