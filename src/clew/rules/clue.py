"""The last relations of a plan: what a hit becomes, with its facts, strength and evidence."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from clew.plan import Role, Sentence, Side, Type
from clew.problems import did_you_mean
from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.frame import Count, Frame, Mark
from clew.rules.message import check_message, names
from clew.rules.model import Text
from clew.rules.settled import settled
from clew.rules.trees import both, call, cast, column, group, join, named, not_null, null, relation, select, text
from clew.rules.trees import number as whole

RESERVED = ("subject", "subject_name", "episode", "happened_on", "amount", "strength")
"""Columns every clue has. A measure may share a name only when it is that very value."""
TWICE = "several rows answer for one subject and episode: aggregate them, or set 'episode'"


def clue_facts(draft: Draft, frame: Frame) -> dict[str, Type]:
    """What is known of a hit: every computed column, and the dataset columns the clue speaks of."""
    clue = draft.rule.clue
    spoken = {
        *names(clue.message.value),
        *names(clue.message_zh.value),
        *(item.show.value for item in clue.evidence if item.show is not None),
    }
    for one in (clue.subject, clue.subject_name, clue.episode):
        if one is not None and one.value in frame.columns:
            spoken.add(one.value)
    return {name: kind for name, kind in frame.columns.items() if "." not in name or name in spoken}


def finish(draft: Draft, frame: Frame) -> dict[str, Type]:
    """Add the clue's relations; gives the facts of a clue."""
    clue, frame = draft.rule.clue, settled(draft, frame)
    subject = draft.expression(clue.subject, frame.columns, frame.unknown)
    parts = {
        "subject_name": _part(draft, frame, clue.subject_name, None),
        "episode": _part(draft, frame, clue.episode, None),
        "happened_on": _part(draft, frame, clue.happened_on, Type.DATE),
        "amount": _part(draft, frame, clue.amount, Type.DECIMAL),
    }
    strength = _strength(draft, frame)
    _check_sentences(draft, frame)
    facts = clue_facts(draft, frame)
    draft.read(facts)
    _check_reserved(draft, frame, facts)
    if subject is None or not draft.plans:
        return facts
    key = subject.as_text
    present = both([not_null(key), call("clew_filled", key)])
    draft.close(frame.marked("clue", Mark("clue", Count.KNOWN, exp.Case(ifs=[exp.If(this=present, true=exp.true())]))))
    columns = [
        named(key, "subject"),
        named(_text_or_null(parts["subject_name"]), "subject_name"),
        named(_text_or_null(parts["episode"]) if clue.episode else text(""), "episode"),
        named(_tree(parts["happened_on"], Type.DATE), "happened_on"),
        named(cast(_tree(parts["amount"], Type.DECIMAL), "decimal(18, 2)"), "amount"),
        named(cast(strength, "decimal(9, 6)"), "strength"),
        *(column(name) for name in facts if name not in RESERVED),
        *(named(frame.rows_of(alias), f"{alias}##") for alias in frame.rows),
    ]
    told = {
        one.tree.name
        for one in (subject, parts["episode"])
        if one is not None and isinstance(one.tree, exp.Column) and one.type is not Type.LIST
    }
    _relations(draft, frame, columns, present, facts, once=frame.tells_apart(told))
    return facts


def _relations(
    draft: Draft, frame: Frame, columns: list[exp.Expr], present: exp.Expr, facts: Mapping[str, Type], *, once: bool
) -> None:
    """``clue`` holds the rows that answer for a subject and episode alone. Where these may be there more than ``once``,
    ``clue.several`` holds each subject and episode with several rows.
    """
    kinds = {
        "subject": Type.TEXT,
        "subject_name": Type.TEXT,
        "episode": Type.TEXT,
        "happened_on": Type.DATE,
        "amount": Type.DECIMAL,
        "strength": Type.DECIMAL,
        **facts,
        **{f"{alias}##": Type.LIST for alias in frame.rows},
    }
    # Rows that were kept are read where they stand: lists of evidence are long to copy.
    hits, kept = select(columns, frame.relation, present), _stored(draft, frame)
    sides = []
    if once:
        draft.add("clue", hits, kinds, materialise=not kept)
    else:
        draft.add("clue.hits", hits, {}, materialise=not kept)
        pair = [column("subject"), column("episode")]
        several = group(select(pair, "clue.hits"), pair).having(
            exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1)), copy=False
        )
        draft.add("clue.several", several, {"subject": Type.TEXT, "episode": Type.TEXT}, materialise=True)
        out = [column(one.alias_or_name, "h") for one in columns]
        same = both(exp.NullSafeEQ(this=column(name.name, "s"), expression=column(name.name, "h")) for name in pair)
        alone = join(select(out, relation("clue.hits", "h")), relation("clue.several", "s"), same, "anti")
        draft.add("clue", alone, kinds)
        sides.append(Side(Role.ERROR, "clue.several", TWICE))
    draft.count("clue", select([named(exp.Count(this=exp.Star()), "clue.rows")], "clue"))
    said = Sentence("评定强度，形成线索。", "Band the strength and write the clue.")
    draft.step("clue", "clue", lambda: said, *sides)


def _stored(draft: Draft, frame: Frame) -> bool:
    """Whether the rows so far stand in a relation that is kept, and no function is called on them since."""
    return frame.plain and any(one.name == frame.base and one.materialise for one in draft.relations)


def _part(draft: Draft, frame: Frame, written: Text | None, expect: Type | None) -> Typed | None:
    if written is None:
        return None
    return draft.expression(written, frame.columns, frame.unknown, expect=expect)


def _tree(typed: Typed | None, kind: Type) -> exp.Expr:
    return typed.tree if typed is not None else null(kind)


def _text_or_null(typed: Typed | None) -> exp.Expr:
    return typed.as_text if typed is not None else null(Type.TEXT)


def _strength(draft: Draft, frame: Frame) -> exp.Expr:
    """The first band whose condition is certainly true; the last one otherwise."""
    ifs: list[exp.If] = []
    default: exp.Expr | None = None
    for band in draft.rule.clue.strength:
        strength = exp.Literal.number(str(band.strength))
        if band.when is None:
            default = default or strength
            continue
        typed = draft.expression(band.when, frame.columns, frame.unknown, expect=Type.BOOLEAN)
        if typed is not None and default is None:
            ifs.append(exp.If(this=typed.tree, true=strength))
    fallback = default or exp.null()
    return exp.Case(ifs=ifs, default=fallback) if ifs else fallback


def _check_sentences(draft: Draft, frame: Frame) -> None:
    clue = draft.rule.clue
    if frame.unknown or draft.lost:  # a name may be missing for a fault that is already reported
        return
    for message in (clue.message, clue.message_zh):
        check_message(message, frame.columns, draft.problems)
    for item in clue.evidence:
        if item.show is not None:
            draft.name_column(item.show, frame)
        if item.rows is not None and item.rows.value not in frame.rows:
            draft.problems.error(
                item.rows.place,
                "E203",
                f"there are no rows of '{item.rows}' to show",
                did_you_mean(item.rows.value, frame.rows),
            )


def _check_reserved(draft: Draft, frame: Frame, facts: Mapping[str, Type]) -> None:
    """A measure named like a column of every clue must be that column's value."""
    clue = draft.rule.clue
    own = {
        "subject": clue.subject,
        "subject_name": clue.subject_name,
        "episode": clue.episode,
        "happened_on": clue.happened_on,
        "amount": clue.amount,
    }
    for name in facts:
        written = own.get(name)
        if name in RESERVED and (written is None or written.value.strip() != name) and name not in frame.unknown:
            draft.problems.error(
                clue.place,
                "E206",
                f"the column '{name}' has the name of a part of every clue",
                f"give the column another name, or write '{name}: {name}' in the clue",
            )
