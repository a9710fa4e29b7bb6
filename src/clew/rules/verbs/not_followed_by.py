"""``not_followed_by``: a duty not done by its deadline, judged against the register's coverage and not today."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence, Type
from clew.rules.absence import END, FROM, REGION, TO, Claim, decided, judge, region_of, undecided
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
    day,
    group,
    is_null,
    join,
    named,
    not_null,
    relation,
    select,
    text,
)
from clew.rules.verbs.reason import REASON, reason_of
from clew.rules.verbs.verb import Shape, Verb

ADDED = {"due_on": Type.DATE, "done_on": Type.DATE, "outcome": Type.TEXT, "overdue_days": Type.INTEGER}
MISSING, LATE = "missing", "late"
OUTCOMES = (MISSING, LATE)
"""The values of ``outcome``."""
DONE_LATE = ("drop", "keep")
"""What becomes of a duty done late."""


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    pairing, lost = pair(draft, frame, step)
    dates = _dates(draft, frame, step, pairing)
    late = chosen(step.options.get("late"), DONE_LATE) == "keep"
    for name in ADDED:
        draft.new_name(name, step.place, frame.columns)
    if pairing is None or dates is None:
        return replace(frame, unknown=frame.unknown | lost | set(ADDED))
    when, after, until = dates
    draft.made["outcome"] = OUTCOMES
    pairing = pairing.also(exp.GTE(this=when.tree, expression=after.tree))
    known = both([pairing.known(), not_null(after.tree), not_null(until.tree)])
    region = region_of(draft, frame, pairing)
    draft.close(
        frame.marked(frame.relation, Mark(number, Count.KNOWN, exp.Case(ifs=[exp.If(this=known, true=exp.true())])))
    )
    alias = pairing.source.alias
    kept = replace(
        frame,
        relation=number,
        rows={**frame.rows, alias: False},
        marks=(),
        shared=frame.shared | {alias},
        columns=draft.lasting({**frame.columns, **ADDED}),
        origins={**frame.origins, **dict.fromkeys(ADDED, frozenset({*frame.rows, alias}))},
    )
    draft.add(f"{number}.done", lambda: _done(frame, pairing, when.tree), {}, materialise=True)
    carried = _carried(frame, draft, pairing)
    states = draft.add(
        f"{number}.states",
        lambda: _states(frame, carried, number, (after.tree, until.tree), region, known, pairing.identity),
        {},
        materialise=True,
    )
    draft.count(number, _unknown(states, number))
    draft.add(f"{number}.candidates", _candidates(states, carried, alias, draft, late=late), {})
    claim = Claim(f"{number}.candidates", (*carried, f"{alias}#", "?done"), pairing, exact=True)
    judged = judge(draft, claim, number)
    added = _added()
    columns = [named(added[one.name], one.name) if one.name in added else one for one in kept.everything()]
    draft.add(number, lambda: select(columns, judged, decided(claim)), kept.columns)
    sides = undecided(draft, frame, claim, judged, number)
    draft.step(
        number,
        "not_followed_by",
        lambda: _sentence(draft, step, pairing),
        *sides,
        reason=reason_of(step).stored,
        clears=lambda: _clears(draft, step, pairing),
        reads=("due_on", "done_on"),
    )
    marks = [
        Mark(number, Count.KEEP, decided(claim)),
        *(Mark("", Count.DERIVE, tree, name) for name, tree in added.items() if name in kept.columns),
    ]
    return replace(kept, base=judged, marks=tuple(marks))


def _dates(draft: Draft, frame: Frame, step: Step, pairing: Pairing | None) -> tuple[Typed, Typed, Typed] | None:
    """``when`` (of the dataset), ``after`` and ``until`` (of the rows so far)."""
    both_sides = {**frame.columns, **(pairing.columns if pairing else {})}
    unknown = frame.unknown if pairing else frame.unknown | {step.subject.text}
    found = []
    for option, columns in (("when", both_sides), ("after", frame.columns), ("until", frame.columns)):
        node = step.options.get(option)
        found.append(draft.expression(node, columns, unknown, expect=Type.DATE) if node is not None else None)
    when, after, until = found
    return (when, after, until) if when and after and until else None


def _done(frame: Frame, pairing: Pairing, when: exp.Expr) -> exp.Select:
    """Per row with a certain or possible match: the first certain date with its record, and whether one is possible.

    Date and record are one number, so that one smallest value gives both.
    """
    dated = call("clew_dated", when, column(pairing.identity))
    first = exp.Filter(this=exp.Min(this=dated), expression=exp.Where(this=pairing.certain()))
    maybe = call("bool_or", is_null(pairing.certain()))
    keys = [named(column(name), f"?{name}") for name in frame.key]
    matches = join(
        select([*keys, named(first, "?first"), named(maybe, "?maybe")], frame.relation),
        relation(pairing.source.relation),
        both([pairing.equal(), pairing.possible()]),
    )
    return group(matches, [column(name) for name in frame.key])


def _carried(frame: Frame, draft: Draft, pairing: Pairing) -> tuple[str, ...]:
    """What goes on, and the keys that records set aside are looked up by."""
    names = [one.name for one in replace(frame, columns=draft.lasting(frame.columns)).everything()]
    return (*names, *sorted({name for key in pairing.keys for name in key.left_columns} - set(names)))


def _states(
    frame: Frame,
    carried: tuple[str, ...],
    number: str,
    period: tuple[exp.Expr, exp.Expr],
    region: exp.Expr,
    known: exp.Expr,
    identity: str,
) -> exp.Select:
    """Every row with a key and dates, its deadline, and what was done."""
    left = select(
        [
            *(column(name) for name in dict.fromkeys((*carried, *frame.key))),
            named(period[0], FROM),
            named(period[1], TO),
            named(region, REGION),
        ],
        frame.relation,
        known,
    )
    same = both(exp.NullSafeEQ(this=column(f"?{name}", "d"), expression=column(name, "l")) for name in frame.key)
    first = column("?first", "d")
    done = [
        named(call("clew_dated_day", first), "?done"),
        named(call("clew_dated_row", first), identity),
        column("?maybe", "d"),
    ]
    rows = select([*(column(name, "l") for name in (*carried, FROM, TO, REGION)), *done], as_subquery(left, "l"))
    return join(rows, relation(f"{number}.done", "d"), same, "left")


def _in_time() -> exp.Expr:
    return exp.Coalesce(this=exp.LTE(this=column("?done"), expression=column(TO)), expressions=[exp.false()])


def _perhaps() -> exp.Expr:
    return exp.Coalesce(this=column("?maybe"), expressions=[exp.false()])


def _unknown(states: str, number: str) -> exp.Select:
    """Rows with an undated (or otherwise unknown) record that may have been in time."""
    perhaps = both([exp.Not(this=_in_time()), _perhaps()])
    return select([named(exp.Count(this=exp.Star()), f"{number}.unknown")], states, perhaps)


def _candidates(states: str, carried: tuple[str, ...], alias: str, draft: Draft, *, late: bool) -> exp.Select:
    """Rows whose deadline has passed, certainly without a record in time."""
    passed = exp.LT(this=column(TO), expression=day(draft.as_of))
    conditions: list[exp.Expr] = [passed, exp.Not(this=_in_time()), exp.Not(this=_perhaps())]
    if not late:
        conditions.append(is_null(column("?done")))
    names = (*carried, f"{alias}#", "?done", FROM, TO, REGION)
    return select([column(name) for name in names], states, *conditions)


def _added() -> dict[str, exp.Expr]:
    """What the verb adds; what was never done is overdue up to the last day covered."""
    last_day = call("clew_add_days", column(END), exp.Neg(this=exp.Literal.number(1)))
    until = exp.Coalesce(this=column("?done"), expressions=[last_day])
    outcome = exp.Case(ifs=[exp.If(this=is_null(column("?done")), true=text(MISSING))], default=text(LATE))
    return {
        "due_on": column(TO),
        "done_on": column("?done"),
        "outcome": outcome,
        "overdue_days": call("clew_days_between", column(TO), until),
    }


def _clears(draft: Draft, step: Step, pairing: Pairing) -> Sentence:
    said, alias = draft.wording, pairing.source.alias
    texts = {name: node.text for name, node in step.options.items()}
    return Sentence(
        f"在{said.dataset(alias)}中查到{said.chinese(texts['when'])}不早于{said.chinese(texts['after'])}、"
        f"不晚于{said.chinese(texts['until'])}的记录",
        f"{pairing.source.dataset} shows {said.english(texts['when'])} on or after {said.english(texts['after'])} and"
        f" by {said.english(texts['until'])}",
    )


def _sentence(draft: Draft, step: Step, pairing: Pairing) -> Sentence:
    said, alias = draft.wording, pairing.source.alias
    texts = {name: node.text for name, node in step.options.items()}
    parts = [texts[name] for name in ("on", "where") if name in texts]
    zh, en = "，且".join(map(said.chinese, parts)), " and ".join(map(said.english, parts))
    late_zh, late_en = ("，或逾期的", ", or late") if texts.get("late") == "keep" else ("", "")
    return Sentence(
        f"保留自{said.chinese(texts['after'])}起、至{said.chinese(texts['until'])}止在{said.dataset(alias)}中"
        f"未见{said.chinese(texts['when'])}{late_zh}的（{zh}）。",
        f"Keep rows with no {said.english(texts['when'])} in {pairing.source.dataset} on or after "
        f"{said.english(texts['after'])} and by {said.english(texts['until'])}{late_en}, where {en}.",
    )


NOT_FOLLOWED_BY = Verb(
    "not_followed_by",
    "未依法跟进",
    Shape.ALIAS,
    _apply,
    inner={},
    adds=tuple(ADDED),
    options={"on": True, "when": True, "after": True, "until": True, "late": False, "where": False, **REASON},
    choices={"late": DONE_LATE},
)
