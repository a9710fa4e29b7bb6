"""``complete`` of ``where``: a comparison that accuses by being too small counts only where nothing can be missing.

A sum, a count or a share over part of the rows is as plain as one over all of them; only coverage tells them apart. So
the rows that meet the condition stay where each dataset named is certified for their region and the days named, and no
record with their key was set aside. Elsewhere their subject is undecided. Rows that fail the condition are not asked:
what is missing could only clear them further. With ``only: received`` coverage is not asked, only what was set aside.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.contracts.model import Kind
from clew.plan import Input, Sentence, Type
from clew.rules.absence import FROM, REGION, TO, Claim, decided, judge, regions_of, undecided
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.model import Step, Text
from clew.rules.pairing import Key, Pairing
from clew.rules.settled import settled
from clew.rules.trees import as_subquery, call, column, day, join, named, select
from clew.yaml_file import Node

COMPLETE = "complete"
PERIOD = ("from", "to")
RECEIVED = ("received",)
ROW, LOST = "?row", "?lost"
_ROW = exp.Window(this=exp.RowNumber())


def only_complete(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    """The rows for which every dataset under ``complete`` is certified, as a step of the funnel for each."""
    frame = settled(draft, frame)
    entries = list(step.options[COMPLETE].items())
    for position, (name, entry) in enumerate(entries, start=1):
        pairing = _pairing(draft, frame, Text(name, step.options[COMPLETE].key_place(name)), entry)
        period = _period(draft, frame, entry, pairing) if pairing is not None else None
        if pairing is None or period is None:
            return frame
        kept = replace(frame, columns=frame.columns if position < len(entries) else draft.lasting(frame.columns))
        frame = _certain(draft, frame, kept, pairing, period, entry, number.replace("_where", f"_{name}"))
    return frame


def _certain(
    draft: Draft,
    frame: Frame,
    kept: Frame,
    pairing: Pairing,
    period: tuple[exp.Expr, exp.Expr],
    entry: Node,
    number: str,
) -> Frame:
    """The rows of ``frame`` that can be decided, with the columns of ``kept``.

    Each region that the rows behind a row lie in is asked for by itself, and all must answer.
    """
    draft.close(frame)
    region = regions_of(draft, frame, pairing)
    kept = replace(kept, relation=number, base=number, marks=())
    own = {one.name for one in kept.everything()}
    keys = sorted({name for key in pairing.keys for name in key.left_columns} - own)
    carried = [*kept.everything(), *(column(name) for name in keys)]
    asked = [named(period[0], FROM), named(period[1], TO), named(region, REGION), named(_ROW, ROW)]
    rows = draft.add(f"{number}.asked", select([*carried, *asked], frame.relation), {}, materialise=True)
    names = (*(one.name for one in carried), ROW)
    each = named(call("unnest", call("clew_regions", column(REGION))), REGION)
    candidates = draft.add(
        f"{number}.candidates", lambda: select([*map(column, (*names, FROM, TO)), each], rows), {}, materialise=True
    )
    claim = Claim(candidates, names, pairing, entry.get("from") is not None, certified=entry.get("only") is None)
    judged = judge(draft, claim, number)
    open_ = as_subquery(select([named(column(ROW), LOST)], judged, exp.Not(this=exp.Paren(this=decided(claim)))), "o")
    certain = join(select(kept.everything(), rows), open_, exp.EQ(this=column(ROW), expression=column(LOST)), "anti")
    draft.add(number, certain, kept.columns, materialise=True)
    draft.step(
        number, "where", lambda: _sentence(draft, pairing, entry), *undecided(draft, kept, claim, judged, number)
    )
    return kept


def _pairing(draft: Draft, frame: Frame, alias: Text, entry: Node) -> Pairing | None:
    """The dataset with the keys its records are found by: those of the step that paired it, or of the rows so far."""
    source = draft.input(alias)
    if source is None:
        return None
    if alias.value not in frame.rows:
        if not frame.unknown:  # else a step with a fault may have been to bring them in
            draft.problems.error(
                alias.place,
                "E203",
                f"no row of '{alias}' has been looked at before this step",
                f"name one of {', '.join(frame.rows)}",
            )
        return None
    keys = tuple(
        key
        for key in draft.paired.get(alias.value, ())
        if key.left_columns <= set(frame.columns) and not _own(key, alias.value)
    ) or _keys(draft, frame, source)
    if not keys and "." in draft.rule.clue.subject.value:
        if not frame.unknown:
            draft.problems.error(
                alias.place,
                "E320",
                f"the rows no longer tell whose records of '{alias}' they stand for",
                "keep the column that the records were paired by among the columns of 'by'",
            )
        return None
    draft.read(name for key in keys for name in key.left_columns)
    if entry.get("only") is None:
        draft.asked_complete.add(alias.value)
    return Pairing(source, source.columns, keys, ())


def _own(key: Key, alias: str) -> bool:
    """Whether a key's left side is of the dataset itself (two aliases paired both ways)."""
    return all(name.startswith(f"{alias}.") for name in key.left_columns)


def _keys(draft: Draft, frame: Frame, source: Input) -> tuple[Key, ...]:
    """Of the dataset the rows are made of: the clue's subject, else the columns they are told apart by.

    The subject alone, as what is wrong with a record set aside may be the very column that tells its group.
    """
    subject = draft.rule.clue.subject.value.strip()
    alike = [name for name in frame.key if name in frame.columns and name in source.columns]
    names = [subject] if subject in frame.columns and subject in source.columns else alike
    return tuple(Key(column(name), column(name), frozenset({name}), frame.columns[name]) for name in names)


def _period(draft: Draft, frame: Frame, entry: Node, pairing: Pairing) -> tuple[exp.Expr, exp.Expr] | None:
    """The first and the last day that must be certified; of a register, where none is named, any certified list."""
    contract, now = draft.contracts[pairing.source.alias], day(draft.as_of)
    given = {name: node for name in PERIOD if (node := entry.get(name)) is not None}
    if entry.get("only") is not None:
        if given:
            draft.problems.error(
                entry.place, "E111", "no period goes with 'only: received'", "leave out 'from' and 'to'"
            )
        return None if given else (now, now)
    if len(given) < len(PERIOD) and (contract.kind is Kind.EVENT or given):
        draft.problems.error(
            entry.place,
            "E320",
            f"'{contract.dataset}' must be complete from when to when?",
            "write from: <the first day counted> and to: <the last day counted>",
        )
        return None
    typed = {
        name: draft.expression(node, frame.columns, frame.unknown, expect=Type.DATE) for name, node in given.items()
    }
    if None in typed.values():
        return None
    first, last = typed.get("from"), typed.get("to")
    return (first.tree, last.tree) if first and last else (now, now)


def _sentence(draft: Draft, pairing: Pairing, entry: Node) -> Sentence:
    said, title = draft.wording, draft.wording.dataset(pairing.source.alias)
    first, last = entry.get("from"), entry.get("to")
    if entry.get("only") is not None:
        return Sentence(
            f"{title}没有同一对象的记录被隔离的才作判断，否则列为未能判定。",
            f"Only where no record of {pairing.source.dataset} about the subject was set aside; elsewhere undecided.",
        )
    if first is None or last is None:
        return Sentence(
            f"{title}完整的才作判断，否则列为未能判定。",
            f"Only where {pairing.source.dataset} is complete; elsewhere undecided.",
        )
    return Sentence(
        f"{title}自{said.chinese(first.text)}至{said.chinese(last.text)}完整的才作判断，否则列为未能判定。",
        f"Only where {pairing.source.dataset} is complete from {said.english(first.text)} to "
        f"{said.english(last.text)}; elsewhere undecided.",
    )
