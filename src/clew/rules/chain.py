"""A chain of dated events of one key, each strictly after the one before, the whole within a time.

A next event lies inside the period that the chain so far leaves open, so it is looked for as periods are
(:mod:`clew.rules.periods`): by key, and by buckets of time where keys alone are not choosy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence
from clew.rules.chain_events import Event, dated, enough, later_events, too_late
from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.pairing import Pairing
from clew.rules.periods import Side, meeting, ticks, with_ticks
from clew.rules.shape import chosen
from clew.rules.trees import both, column, named, not_null, select
from clew.rules.trees import number as whole

KEEP = ("first", "all")


def chained(draft: Draft, frame: Frame, step: Step, number: str, sentence: Callable[[], Sentence]) -> Frame:
    """The rows so far with the chain that follows each: its earliest, or every one."""
    listed = step.subject.get("steps")
    entries = listed.entries() if listed is not None else []
    keep = chosen(step.subject.get("keep"), KEEP, "first")
    lost = {name.text for entry in entries if (name := entry.get("name")) is not None} - set(frame.rows)
    if not enough(draft, step, frame, entries):
        return replace(frame, unknown=frame.unknown | lost)
    first = dated(draft, entries[0], frame.columns, frame)
    events, shape = later_events(draft, frame, step, entries)
    if first is None or len(events) < len(entries) - 1 or not keep:
        return replace(frame, unknown=frame.unknown | lost)
    if any(event.at.type is not first.type for event in events):
        draft.problems.error(
            step.place, "E304", "some steps are dated by days and some by moments", "write date_of(...) for the moments"
        )
        return replace(frame, unknown=frame.unknown | lost)
    until = too_late(draft, step, first)
    known = both([*(event.pairing.known() for event in events[:1]), not_null(first.tree)])
    draft.close(
        replace(
            frame, marks=(*frame.marks, Mark(number, Count.KNOWN, exp.Case(ifs=[exp.If(this=known, true=exp.true())])))
        )
    )
    whole_chain = _shape(draft, frame, shape, [event.pairing for event in events], number, keep)
    chains, last = frame.relation, first
    opening: Frame | None = frame
    columns = tuple(one.name for one in frame.everything())
    for index, event in enumerate(events):
        needed = _needed(draft, shape, first, events, index + 1)
        chains, columns = _found(draft, number, (chains, columns), last, until, event, needed, opening)
        last, opening = event.at, None
    sure = column("?sure")
    draft.step(number, "sequence", sentence)
    if keep == "all":
        draft.add(number, select(whole_chain.everything(), chains, sure), whole_chain.columns)
        return replace(whole_chain, relation=number, base=chains, marks=(Mark(number, Count.KEEP, sure),))
    draft.close(replace(whole_chain, base=chains, marks=(Mark(number, Count.KNOWN, sure),)))
    order = [one for event in events for one in (event.at.tree, column(event.pairing.identity))]
    ranking = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(name) for name in frame.key],
        order=exp.Order(expressions=[exp.Ordered(this=one, nulls_first=False) for one in order]),
    )
    earliest = select(whole_chain.everything(), chains, sure).qualify(
        exp.EQ(this=ranking, expression=whole(1)), copy=False
    )
    draft.add(number, earliest, whole_chain.columns, materialise=True)
    return replace(whole_chain, relation=number, base=number)


def _shape(draft: Draft, frame: Frame, shape: Frame, pairings: list[Pairing], number: str, keep: str) -> Frame:
    """What may be named afterwards. A chain's later rows may belong to several chains."""
    aliases = [pairing.source.alias for pairing in pairings]
    every = keep == "all"
    repeated = dict(frame.repeated)
    if every:
        repeated = dict.fromkeys((*frame.rows, *frame.pairs, *aliases), number) | repeated
    return replace(
        frame,
        relation=number,
        base=number,
        marks=(),
        columns=draft.lasting(shape.columns),
        rows={**frame.rows, **dict.fromkeys(aliases, False)},
        key=(*frame.key, *(pairing.identity for pairing in pairings)) if every else frame.key,
        repeated=repeated,
        fans=frame.fans + every,
        suspect=frame.suspect | (frozenset() if every else frozenset(aliases)),
    )


def _needed(draft: Draft, shape: Frame, first: Typed, events: list[Event], index: int) -> frozenset[str]:
    """The columns that are read after the events before ``index``, tell rows apart, or put chains in order."""
    read = [*(event.at.columns for event in events), *(event.pairing.reads for event in events[index:])]
    return frozenset(draft.lasting(shape.columns)).union(shape.key, first.columns, *read)


def _found(
    draft: Draft,
    number: str,
    so_far: tuple[str, tuple[str, ...]],
    last: Typed,
    until: exp.Expr,
    event: Event,
    needed: frozenset[str],
    opening: Frame | None,
) -> tuple[str, tuple[str, ...]]:
    """The chains so far, each with every next event that may follow it; ``?sure`` is whether all conditions hold.

    ``so_far`` is their relation and its columns, ``needed`` names the columns that are read later. ``opening`` are the
    rows so far where these are the chains, as nothing was found yet.
    """
    chains, columns = so_far
    (pairing, fits, possible), kind = event.pairing.folded("?fits"), last.type
    name = f"{number}.{pairing.source.alias}"
    light = opening is not None and opening.light
    after = exp.Add(this=ticks(last.tree, kind), expression=whole(1))
    here = needed | pairing.reads
    columns = tuple(one for one in columns if one in here or "." not in one)
    keys = sorted({name for key in pairing.keys for name in key.left_columns} - set(columns))
    carried = (*columns, *keys)
    open_ = [not_null(last.tree), pairing.known(), exp.LT(this=after, expression=until)]
    left = select([*map(column, carried), *with_ticks("l", after, until)], chains, *open_)
    first = Side(
        draft.add(f"{name}.open", left, {}, materialise=opening is not None and not light),
        "l",
        carried,
        tuple(key.left for key in pairing.keys),
        opening is not None and light and opening.computes(pairing.plain_keys),
    )
    theirs = (*(one for one in pairing.columns if one in here), pairing.identity)
    moment = ticks(event.at.tree, kind)
    right = select(
        [*map(column, theirs), *fits, *with_ticks("r", moment, moment)],
        pairing.source.relation,
        not_null(event.at.tree),
        *([possible] if fits else []),
    )
    shown = (*theirs, *(one.alias for one in fits))
    second = Side(
        draft.add(f"{name}.events", right, {}),
        "r",
        shown,
        tuple(key.right for key in pairing.keys),
        moment=(event.at.tree, kind),
    )
    sure = pairing.certain() if opening is not None else both([column("?sure"), pairing.certain()])
    found = tuple(one for one in (*columns, *theirs) if one != "?sure" and (one in needed or "." not in one))
    chains = f"{name}.chains"

    def chosen(pairs: exp.Expr) -> exp.Query:
        return select([*map(column, found), named(column("?now"), "?sure")], pairs)

    meeting(
        draft,
        name,
        first,
        second,
        pairing.equal(),
        [pairing.possible()] if pairing.conditions else [],
        [named(sure, "?now")],
        chosen,
        into=(chains, {}),
        starts_left=False,
    )
    return chains, (*found, "?sure")
