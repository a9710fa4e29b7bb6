"""``peer``: keep rows that stand far from their peers, each judged against the others of its group and not itself."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence, Type
from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.outlying import Asked
from clew.rules.peers import judged
from clew.rules.shape import chosen
from clew.rules.sides import undecided_side
from clew.rules.trees import both, cast, column, named, not_null, null, select
from clew.rules.verbs.latest import nodes
from clew.rules.verbs.verb import Shape, Verb

METHODS = ("median_ratio", "mad", "percentile")
SIDES = ("high", "low", "both")
ADDED = {"peer_n": Type.INTEGER, "peer_median": Type.DECIMAL, "peer_value": Type.DECIMAL, "peer_method": Type.TEXT}
FALLBACK = "0.99"
"""The percentile asked for where a method falls back and the author names none."""


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    for name in ADDED:
        draft.new_name(name, step.place, frame.columns)
    draft.made["peer_method"] = METHODS
    asked = _asked(draft, frame, step)
    if asked is None:
        return replace(frame, unknown=frame.unknown | set(ADDED))
    known = both(not_null(tree) for tree in (asked.of.tree, *map(column, asked.group)))
    draft.close(
        frame.marked(frame.relation, Mark(number, Count.KNOWN, exp.Case(ifs=[exp.If(this=known, true=exp.true())])))
    )
    kept = replace(
        frame,
        relation=number,
        base=number,
        marks=(),
        columns=draft.lasting({**frame.columns, **ADDED}),
        origins={**frame.origins, **dict.fromkeys(ADDED, frozenset(frame.rows))},
    )
    carried = [one.name for one in replace(frame, columns=draft.lasting(frame.columns)).everything()]
    names = tuple(dict.fromkeys((*carried, *asked.group)))
    draft.add(
        f"{number}.values",
        select([*map(column, names), named(asked.value, "?value")], frame.relation, known),
        {},
        materialise=not frame.light,
    )
    measured = judged(draft, number, names, asked)
    enough = exp.GTE(this=column("peer_n"), expression=asked.least)
    draft.add(
        number, select(kept.everything(), measured, both([enough, column("?far")])), kept.columns, materialise=True
    )
    small = undecided_side(
        draft,
        f"{number}.small",
        measured,
        frame,
        _dataset(draft, asked, frame),
        null(Type.TEXT),
        (null(Type.DATE), null(Type.DATE)),
        exp.Not(this=enough),
        "too few peers to compare with",
    )
    draft.step(number, "peer", lambda: _sentence(draft, step, asked), small)
    return kept


def _asked(draft: Draft, frame: Frame, step: Step) -> Asked | None:
    of_node = step.subject.get("of")
    of = draft.expression(of_node, frame.columns, frame.unknown) if of_node is not None else None
    if of is not None and of_node is not None and not of.type.is_number:
        draft.problems.error(of_node.place, "E304", f"'{of_node.text}' must be a number to be compared with its peers")
        of = None
    names = [draft.name_column(node, frame) for node in nodes(step.subject.get("group"))]
    draft.read((name for name in names if name), later=True)
    method = chosen(step.subject.get("method"), METHODS)
    side = chosen(step.subject.get("side"), SIDES, "high")
    if method == "median_ratio" and side == "both":
        draft.problems.error(
            step.subject.key_place("side"),
            "E104",
            "a ratio to the median is far on one side at a time",
            "write side: high or side: low, or method: mad",
        )
        return None
    cut, least, fallback = (_constant(draft, step, name) for name in ("cut", "min_n", "fallback"))
    if of is None or not method or not side or not cut or not least or not all(names):
        return None
    fallback = fallback or exp.Literal.number(FALLBACK)
    return Asked(of, *_value(draft, of), tuple(name for name in names if name), method, side, least, cut, fallback)


def _value(draft: Draft, of: Typed) -> tuple[exp.Expr, tuple[int, int] | None]:
    """The value compared, and its digits: a dataset's column is as its contract says, a computed one in millionths."""
    alias, _, name = of.name.partition(".")
    contract = draft.contracts.get(alias)
    stored = contract.column(name) if contract is not None else None
    if stored is None:
        return cast(of.tree, "decimal(18, 6)"), (18, 6)
    return of.tree, None if stored.type is Type.INTEGER else stored.precision


def _constant(draft: Draft, step: Step, option: str) -> exp.Expr | None:
    """A number that no row changes: written out, or a parameter."""
    node = step.subject.get(option)
    if node is None:
        return None
    typed = draft.expression(node, {}, frozenset(), expect=Type.DECIMAL)
    return typed.tree if typed is not None else None


def _dataset(draft: Draft, asked: Asked, frame: Frame) -> str:
    """The dataset the compared value comes from."""
    aliases = [alias for name in sorted(asked.of.columns) for alias in sorted(frame.aliases_of(name))]
    alias = next((one for one in (*aliases, *frame.rows) if one in draft.contracts), "")
    return draft.contracts[alias].dataset if alias else ""


def _sentence(draft: Draft, step: Step, asked: Asked) -> Sentence:
    said = draft.wording
    found = (step.subject.get(name) for name in ("of", "cut", "min_n"))
    of, cut, least = (node.text if node is not None else "" for node in found)
    by = [node.text for node in nodes(step.subject.get("group"))]
    zh, en = _SAID[asked.method, asked.side]
    by_zh, by_en = "、".join(map(said.chinese, by)), ", ".join(map(said.english, by))
    return Sentence(
        f"保留{said.chinese(of)}在同类（{by_zh}）中{zh.format(said.chinese(cut))}的记录，"
        f"同类少于{said.chinese(least)}个的不下结论。",
        f"Keep rows whose {said.english(of)} {en.format(said.english(cut))} of its peers (same {by_en}); "
        f"with fewer than {said.english(least)} peers nothing is said.",
    )


_SAID = {
    ("median_ratio", "high"): ("达到其他成员中位数{}倍以上", "is at least {} times the median"),
    ("median_ratio", "low"): ("不超过其他成员中位数{}倍", "is at most {} times the median"),
    ("mad", "high"): ("高出其他成员{}个稳健标准差以上", "lies at least {} robust deviations above the median"),
    ("mad", "low"): ("低于其他成员{}个稳健标准差以上", "lies at least {} robust deviations below the median"),
    ("mad", "both"): ("偏离其他成员{}个稳健标准差以上", "lies at least {} robust deviations from the median"),
    ("percentile", "high"): ("高于其他成员的比例达到{}", "is above a share of at least {}"),
    ("percentile", "low"): ("低于其他成员的比例达到{}", "is below a share of at least {}"),
    ("percentile", "both"): ("高于或低于其他成员的比例达到{}", "is above, or below, a share of at least {}"),
}


PEER = Verb(
    "peer",
    "同类比较",
    Shape.MAPPING,
    _apply,
    options={},
    adds=tuple(ADDED),
    inner={
        "of": True,
        "group": True,
        "method": True,
        "min_n": True,
        "cut": True,
        "side": False,
        "fallback": False,
    },
    choices={"method": METHODS, "side": SIDES},
)
