"""``not_exists``: keep rows that have no match, where the dataset certainly covers their region and the period."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.contracts.model import Kind
from clew.plan import Sentence, Type
from clew.rules.absence import FROM, REGION, TO, Claim, decided, judge, region_of, undecided
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.pairing import Pairing
from clew.rules.parse_pairing import pair
from clew.rules.trees import (
    as_subquery,
    both,
    cast,
    column,
    day,
    join,
    named,
    not_null,
    relation,
    select,
)
from clew.rules.uncertain import uncertain
from clew.rules.verbs.reason import REASON, reason_of
from clew.rules.verbs.verb import Shape, Verb


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    pairing, lost = pair(draft, frame, step)
    if pairing is None:
        return replace(frame, unknown=frame.unknown | lost)
    period = _period(draft, frame, step, pairing)
    if period is None:
        return frame
    exact = "from" in step.options
    if exact and pairing.source.event_column is not None:
        inside = _inside(draft, pairing, period)
        # Without 'to' the period ends on as_of, and later rows are invisible anyway.
        pairing = pairing.also(*(inside if "to" in step.options else inside[:1])).knowing(period)
    known = both([pairing.known(), *(not_null(one) for one in period)])
    region = region_of(draft, frame, pairing)
    draft.close(
        frame.marked(frame.relation, Mark(number, Count.KNOWN, exp.Case(ifs=[exp.If(this=known, true=exp.true())])))
    )
    kept = replace(frame, relation=number, columns=draft.lasting(frame.columns), marks=(), base=number)
    maybe = uncertain(draft, frame, pairing, number)
    draft.add(
        f"{number}.candidates",
        lambda: _candidates(frame, kept, pairing, maybe, period, region, known),
        kept.columns,
        materialise=True,
    )
    if maybe:
        _count_possible(draft, maybe, pairing, known, number)
    claim = Claim(f"{number}.candidates", tuple(one.name for one in _carried(kept, pairing)), pairing, exact)
    judged = judge(draft, claim, number)
    draft.add(number, lambda: select(kept.everything(), judged, decided(claim)), kept.columns)
    sides = undecided(draft, kept, claim, judged, number)
    draft.step(
        number,
        "not_exists",
        lambda: _sentence(draft, step, pairing),
        *sides,
        reason=reason_of(step).stored,
        clears=lambda: _clears(draft, step, pairing),
    )
    return replace(kept, base=judged, marks=(Mark(number, Count.KEEP, decided(claim)),))


def _carried(kept: Frame, pairing: Pairing) -> list[exp.Expr]:
    """The columns candidates carry: what goes on, and the keys that records set aside are looked up by."""
    names = [one.name for one in kept.everything()]
    keys = sorted({name for key in pairing.keys for name in key.left_columns} - set(names))
    return [column(name) for name in (*names, *keys)]


def _candidates(
    frame: Frame,
    kept: Frame,
    pairing: Pairing,
    maybe: str,
    period: tuple[exp.Expr, exp.Expr],
    region: exp.Expr,
    known: exp.Expr,
) -> exp.Select:
    """Rows with a key and a period, and neither a certain nor a possible match (those of ``maybe``).

    A certain match is a plain comparison, which engines look up a fifth faster than one that may be unknown.
    """
    columns = [*_carried(kept, pairing), named(period[0], FROM), named(period[1], TO), named(region, REGION)]
    certain = both([pairing.equal(), pairing.certain()])
    unmatched = join(select(columns, frame.relation), relation(pairing.source.relation), certain, "anti")
    if maybe:
        keys = as_subquery(select([named(column(name), f"?{name}") for name in frame.key], maybe), "m")
        same = both(exp.NullSafeEQ(this=column(f"?{name}", "m"), expression=column(name)) for name in frame.key)
        unmatched = join(unmatched, keys, same, "anti")
    return unmatched.where(known, copy=False)


def _count_possible(draft: Draft, maybe: str, pairing: Pairing, known: exp.Expr, number: str) -> None:
    """Count the rows whose only matches are uncertain: they are unknown, neither cleared nor accused.

    Rows without a key or a period are not ``known``, and counted as such.
    """
    query = select([named(exp.Count(this=exp.Star()), f"{number}.unknown")], relation(maybe, "p"), known)
    certain = both([pairing.equal(), pairing.certain()])
    draft.count(number, join(query, relation(pairing.source.relation), certain, "anti"))


def _period(draft: Draft, frame: Frame, step: Step, pairing: Pairing) -> tuple[exp.Expr, exp.Expr] | None:
    """The first and the last day of the claim; E320 where absence cannot be certified.

    Of events, rows dated inside are looked for. A register is looked at as a whole: the days say how recent (or how
    old) the certified list must be; without them any certified list of the region will do.
    """
    contract = draft.contracts[pairing.source.alias]
    start, end = step.options.get("from"), step.options.get("to")
    now = day(draft.as_of)
    if contract.kind is Kind.EVENT and contract.event_column is None:
        draft.problems.error(
            step.place,
            "E320",
            f"'{contract.dataset}' has no event date, so absence from it cannot be told",
            f"declare eventColumn in {contract.path}",
        )
        return None
    if start is None and (contract.kind is Kind.EVENT or end is not None):
        draft.problems.error(
            step.place,
            "E320",
            f"absence from '{contract.dataset}' counts only inside certified coverage: from when?",
            "add from: <the first day looked at>, and to: <the last day> ($as_of when left out)",
        )
        return None
    if start is None:
        return now, now
    typed = draft.expression(start, frame.columns, frame.unknown, expect=Type.DATE)
    until = draft.expression(end, frame.columns, frame.unknown, expect=Type.DATE) if end is not None else None
    if typed is None or (end is not None and until is None):
        return None
    return typed.tree, until.tree if until is not None else now


def _inside(draft: Draft, pairing: Pairing, period: tuple[exp.Expr, exp.Expr]) -> tuple[exp.Expr, exp.Expr]:
    """Only rows dated inside the period are matches."""
    name = f"{pairing.source.alias}.{pairing.source.event_column}"
    draft.read([name])
    contract = draft.contracts[pairing.source.alias]
    event: exp.Expr = column(name)
    found = contract.column(pairing.source.event_column or "")
    if found is not None and found.type is Type.TIMESTAMP:
        event = cast(event, "date")
    return (exp.GTE(this=event, expression=period[0]), exp.LTE(this=event, expression=period[1]))


def _clears(draft: Draft, step: Step, pairing: Pairing) -> Sentence:
    zh, en, when_zh, when_en = _parts(draft, step)
    title = draft.wording.dataset(pairing.source.alias)
    return Sentence(
        f"{when_zh}在{title}中查到对应记录（{zh}）", f"a match is found in {pairing.source.dataset}{when_en} where {en}"
    )


def _parts(draft: Draft, step: Step) -> tuple[str, str, str, str]:
    """What a match is, and the period it is looked for in, each in Chinese and English."""
    said = draft.wording
    parts = [step.options[name].text for name in ("on", "where") if name in step.options]
    zh, en = "，且".join(map(said.chinese, parts)), " and ".join(map(said.english, parts))
    if "from" not in step.options:
        return zh, en, "", ""
    first = step.options["from"].text
    last = step.options["to"].text if "to" in step.options else "$as_of"
    return (
        zh, en,
        f"自{said.chinese(first)}至{said.chinese(last)}", f" from {said.english(first)} to {said.english(last)}",
    )  # fmt: skip


def _sentence(draft: Draft, step: Step, pairing: Pairing) -> Sentence:
    said, alias = draft.wording, pairing.source.alias
    zh, en, when_zh, when_en = _parts(draft, step)
    return Sentence(
        f"保留{when_zh}在{said.dataset(alias)}中没有对应记录的（{zh}）。",
        f"Keep rows that have no match in {pairing.source.dataset}{when_en} where {en}.",
    )


NOT_EXISTS = Verb(
    "not_exists",
    "不存在",
    Shape.ALIAS,
    _apply,
    inner={},
    options={"on": True, "where": False, "from": False, "to": False, **REASON},
)
