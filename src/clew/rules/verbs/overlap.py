"""``overlap``: pairs of rows whose periods have time in common, with a dataset or among the rows so far themselves.

Periods are half-open, [from, to): ``to`` is the first day after. ``bounds: closed`` says that it is the last day.
Without a value in ``to`` a period is still open, and reaches to the end of ``as_of``; without a ``to`` at all it is one
point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlglot import exp

from clew.plan import Sentence, Type
from clew.problems import did_you_mean
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step, Text
from clew.rules.pairing import Pairing
from clew.rules.parse_pairing import pair
from clew.rules.periods import END, START, Side, from_ticks, meeting, with_ticks
from clew.rules.stated_period import BOUNDS, PERIOD, Period, name_of_other, stated_period
from clew.rules.trees import both, call, column, either, named, select
from clew.rules.trees import number as whole
from clew.rules.verbs.verb import Shape, Verb

LENGTH = {Type.DATE: "overlap_days", Type.TIMESTAMP: "overlap_minutes"}
MINUTE = 60_000_000


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    own = _own(draft, frame, step)
    pairing, lost = pair(draft, frame, step)
    left = stated_period(draft, frame.columns, frame, step, "left")
    right = _right(draft, frame, step, pairing, own)
    if pairing is None or left is None or right is None:
        return replace(frame, unknown=frame.unknown | lost | {"overlap_start", "overlap_end", *LENGTH.values()})
    if left.type is not right.type:
        draft.problems.error(
            step.place, "E304", "one period is of days and the other of moments", "write date_of(...) for the moments"
        )
        return frame
    added = {"overlap_start": left.type, "overlap_end": left.type, LENGTH[left.type]: Type.INTEGER}
    for name in added:
        draft.new_name(name, step.place, frame.columns)
    known = both([pairing.known(), left.known])
    draft.close(
        replace(
            frame, marks=(*frame.marks, Mark(number, Count.KNOWN, exp.Case(ifs=[exp.If(this=known, true=exp.true())])))
        )
    )
    met = _met(draft, frame, pairing, added, number)
    flag, least = f"?{number}", _least(draft, step, met, added)
    pairs, long_enough = f"{number}.pairs", [least] if least is not None else []

    def lasting(found: exp.Expr) -> exp.Query:
        return select([*met.everything(), column(flag)], found, *long_enough)

    _pairs(
        draft, frame, pairing, (left, right, known), number, own, lasting, (pairs, {**met.columns, flag: Type.BOOLEAN})
    )
    draft.add(number, select(met.everything(), pairs, column(flag)), met.columns)
    draft.step(number, "overlap", lambda: _sentence(draft, step, pairing, own))
    return replace(met, relation=number, base=pairs, marks=(Mark(number, Count.KEEP, column(flag)),))


def _own(draft: Draft, frame: Frame, step: Step) -> str:
    """The alias whose rows are paired with each other; '' when another dataset is paired."""
    node = step.options.get("self")
    if node is None:
        return ""
    other = step.subject.text
    if node.text not in frame.rows:
        draft.problems.error(
            node.place, "E203", f"there are no rows of '{node.text}' so far", did_you_mean(node.text, frame.rows)
        )
    elif frame.key != (f"{node.text}#",):
        draft.problems.error(
            node.place,
            "E305",
            "rows are paired with each other only while they are rows of one dataset",
            "put this step before joins and aggregations",
        )
    elif other in draft.rule.datasets and draft.rule.datasets[other].value != draft.rule.datasets[node.text].value:
        draft.problems.error(
            step.subject.place,
            "E203",
            f"'{other}' and '{node.text}' are two datasets",
            f"declare '{other}: {draft.rule.datasets[node.text]}' under datasets, or leave 'self' out",
        )
    else:
        draft.mirror(other, node.text)
        return node.text
    return ""


def _right(draft: Draft, frame: Frame, step: Step, pairing: Pairing | None, own: str) -> Period | None:
    if pairing is None:
        return None
    columns = {**frame.columns, **pairing.columns}
    if "right" in step.options:
        return stated_period(draft, columns, frame, step, "right")
    if not own:
        draft.problems.error(
            step.place, "E102", "'overlap' has no 'right'", f"add right: {{from: {step.subject.text}.…, to: …}}"
        )
        return None
    return stated_period(draft, columns, frame, step, "left", renamed=(own, step.subject.text))


def _met(draft: Draft, frame: Frame, pairing: Pairing, added: Mapping[str, Type], number: str) -> Frame:
    """What may be named afterwards. A row may meet several others on either side, so sums over them are refused;
    what belongs to the pair itself (its days in common) may be added up."""
    alias = pairing.source.alias
    repeated = dict.fromkeys((*frame.rows, *frame.pairs, alias), number) | dict(frame.repeated)
    return replace(
        frame,
        relation=number,
        base=number,
        marks=(),
        columns=draft.lasting({**frame.columns, **pairing.columns, **added}),
        rows={**frame.rows, alias: False},
        key=(*frame.key, pairing.identity),
        repeated=repeated,
        fans=frame.fans + 1,
        pairs=(*frame.pairs, number),
        origins={**frame.origins, **dict.fromkeys(added, frozenset({number}))},
    )


def _pairs(
    draft: Draft,
    frame: Frame,
    pairing: Pairing,
    periods: tuple[Period, Period, exp.Expr],
    number: str,
    own: str,
    finish: Callable[[exp.Expr], exp.Query],
    into: tuple[str, Mapping[str, Type]],
) -> None:
    """Adds the relation ``into``: what ``finish`` makes of the pairs."""
    left, right, known = periods
    columns = tuple(one.name for one in frame.everything())
    keys = sorted({name for key in pairing.keys for name in key.left_columns} - set(columns))
    columns = (*columns, *keys)
    rows = select([*map(column, columns), *with_ticks("l", left.start, left.end)], frame.relation, known)
    computed = frame.light and frame.computes(pairing.plain_keys)
    first = Side(
        draft.add(f"{number}.left", rows, {}, materialise=not frame.light),
        "l",
        columns,
        tuple(key.left for key in pairing.keys),
        computed,
        left.moment,
    )
    theirs = (*pairing.columns, pairing.identity)
    source = pairing.source.relation
    if own:
        mirrored = [named(column(name_of_other(name, pairing.source.alias, own)), name) for name in pairing.columns]
        same = named(column(f"{own}#"), pairing.identity)
        rows_kept = frame.relation if frame.light else f"{number}.left"
        source = draft.add(f"{number}.other", select([*mirrored, same], rows_kept), {})
    others = select([*map(column, theirs), *with_ticks("r", right.start, right.end)], source, right.known)
    rights = tuple(key.right for key in pairing.keys)
    second = Side(draft.add(f"{number}.right", others, {}), "r", theirs, rights, computed and bool(own), right.moment)
    conditions = [pairing.possible()] if pairing.conditions else []
    if own:  # each pair once, the earlier first, and no row with itself
        later = exp.GT(this=second.tick(START), expression=first.tick(START))
        tie = both(
            [
                exp.EQ(this=second.tick(START), expression=first.tick(START)),
                exp.GT(this=column(pairing.identity), expression=column(f"{own}#")),
            ]
        )
        conditions.append(exp.Paren(this=either(later, tie)))
    start = call("greatest", first.tick(START), second.tick(START))
    end = call("least", first.tick(END), second.tick(END))
    length: exp.Expr = call("greatest", exp.Sub(this=end, expression=start), whole(0))
    if left.type is Type.TIMESTAMP:
        length = exp.IntDiv(this=length, expression=whole(MINUTE))
    extra = [
        named(from_ticks(start, left.type), "overlap_start"),
        named(from_ticks(call("greatest", start, end), left.type), "overlap_end"),
        named(length, LENGTH[left.type]),
        named(pairing.certain(), f"?{number}"),
    ]
    meeting(
        draft,
        number,
        first,
        second,
        pairing.equal(),
        conditions,
        extra,
        finish,
        into=into,
        starts_left=not own,
    )


def _least(draft: Draft, step: Step, met: Frame, added: Mapping[str, Type]) -> exp.Expr | None:
    """The shortest time in common that counts: a parameter with a unit, or a number of days (or minutes)."""
    node = step.options.get("min")
    if node is None:
        return None
    columns = {**met.columns, **added}
    length = LENGTH[added["overlap_start"]]
    name = node.text.strip().removeprefix("$")
    quantity = draft.parameters.get(name) if node.text.strip().startswith("$") else None
    if quantity is not None and quantity.is_duration and length == LENGTH[Type.DATE]:
        text = f"overlap_start + {node.text} <= overlap_end"
    elif quantity is not None and quantity.is_working:
        draft.problems.error(
            node.place, "E304", f"'{node.text}' is no length of time between moments", "count it in calendar days"
        )
        return None
    elif quantity is not None and length == LENGTH[Type.TIMESTAMP] and quantity.unit in _MINUTES:
        text = f"{length} >= {int(quantity.value) * _MINUTES[quantity.unit]}"
        draft.parameters_read.add(name)
    else:
        text = f"{length} >= ({node.text})"
    typed = draft.expression(Text(text, node.place), columns, met.unknown, expect=Type.BOOLEAN)
    return typed.tree if typed is not None else None


_MINUTES = {"day": 1440, "hour": 60, "minute": 1}


def _sentence(draft: Draft, step: Step, pairing: Pairing, own: str) -> Sentence:
    said, alias = draft.wording, pairing.source.alias
    parts = [step.options[name].text for name in ("on", "where") if name in step.options]
    zh, en = "，且".join(map(said.chinese, parts)), " and ".join(map(said.english, parts))
    least = step.options["min"].text if "min" in step.options else ""
    least_zh = f"，重叠不少于{said.chinese(least)}" if least else ""
    least_en = f", with at least {said.english(least)} in common" if least else ""
    if own:
        return Sentence(
            f"找出{said.dataset(alias)}中时间段相互重叠的两条记录（{zh}）{least_zh}。",
            f"Find pairs of {pairing.source.dataset} rows whose periods overlap where {en}{least_en}.",
        )
    return Sentence(
        f"与{said.dataset(alias)}中时间段重叠的记录配对（{zh}）{least_zh}。",
        f"Pair with {pairing.source.dataset} rows whose period overlaps where {en}{least_en}.",
    )


OVERLAP = Verb(
    "overlap",
    "时间重叠",
    Shape.ALIAS,
    _apply,
    inner={},
    adds=("overlap_start", "overlap_end", *LENGTH.values()),
    options={"on": True, "left": True, "right": False, "where": False, "self": False, "bounds": False, "min": False},
    mapped={"left": PERIOD, "right": PERIOD},
    choices={"bounds": BOUNDS},
)
