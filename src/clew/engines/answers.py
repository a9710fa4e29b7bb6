"""Reading the answers out of a plan's relations: clues, what is undecided, what was dropped, and the funnel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from clew.contracts.literal import quoted, text_literal
from clew.engine import Answers, FunnelStep
from clew.engines.relations import Relations
from clew.plan import Plan, Role

_UNDECIDED = "subject, episode, step, reason, dataset, region, period_from, period_to"
_SUBJECT = {"subject": pa.string(), "episode": pa.string(), "step": pa.string(), "reason": pa.string()}
_GAP = {"dataset": pa.string(), "region": pa.string(), "period_from": pa.date32(), "period_to": pa.date32()}
_ROWS = {"basis": pa.string(), "alias": pa.string(), "rows": pa.list_(pa.int64())}
# An empty table of no batches: ``empty_table`` would make pyarrow import pandas, which takes half a second.
_NO_ERRORS = pa.Table.from_batches([], pa.schema(_SUBJECT))
_NO_UNDECIDED = pa.Table.from_batches([], pa.schema(_SUBJECT | _GAP))
_NO_EXCLUDED = pa.Table.from_batches(
    [], pa.schema({name: kind for name, kind in (_SUBJECT | _ROWS).items() if name != "episode"})
)


def answers_of(relations: Relations, plan: Plan) -> Answers:
    """The answers, from relations that are all there. A subject with a clue is not undecided as well."""
    counts, sizes = _counts(relations, plan)
    errors = _union(plan, Role.ERROR, "subject, episode, {step} as step, {reason} as reason", sizes)
    undecided = _union(
        plan,
        Role.INCONCLUSIVE,
        "subject, episode, {step} as step, {reason} as reason, dataset, region, period_from, period_to",
        sizes,
    )
    excluded = _union(plan, Role.EXCLUDED, "subject, {step} as step, {reason} as reason, {basis} as basis, alias, rows")
    decided = f"select subject, episode from {quoted(plan.clue)}"  # noqa: S608 - identifiers are quoted
    if errors:
        errors = f"select distinct * from ({errors}) e where {_not_in('e', decided)}"  # noqa: S608 - quoted
    if undecided:
        undecided = f"select distinct {_UNDECIDED} from ({undecided}) u where {_not_in('u', decided)}"  # noqa: S608 - quoted
        if errors:
            undecided += f" and {_not_in('u', f'select subject, episode from ({errors})')}"  # noqa: S608 - quoted
    return Answers(
        clues=relations.table(f"select * from {quoted(plan.clue)} order by subject, episode"),  # noqa: S608 - quoted
        inconclusive=relations.table(f"{undecided} order by all") if undecided else _NO_UNDECIDED,
        errors=relations.table(f"{errors} order by all") if errors else _NO_ERRORS,
        excluded=relations.table(f"{excluded} order by all") if excluded else _NO_EXCLUDED,
        funnel=tuple(_funnel(counts, sizes, plan)),
        evaluated=sizes[plan.population] if plan.population else None,
        rings=tuple(relations.table(_rings_query(name, plan)) for name in plan.rings),
    )


def _rings_query(name: str, plan: Plan) -> str:
    """The rings that a clue is about, as its subject or its episode; whoever stores them puts them in order."""
    parts = ["subject"] if plan.episode is None else ["subject", "episode"]
    spoken = " union all ".join(f"select {part} from {quoted(plan.clue)}" for part in parts)  # noqa: S608 - quoted
    return f"select * from {quoted(name)} where ring in ({spoken})"  # noqa: S608 - identifiers are quoted


def _counts(relations: Relations, plan: Plan) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """What the tallies count; and how many rows the population and each side of undecided or failed subjects has.

    One statement, so that the engine counts several at once; beside each other as rows, since in one row it would look
    for the best order to join them in, which takes longer than to count. Rows stand in one tally; unknown ones may be
    counted in several.
    """
    counted = (Role.INCONCLUSIVE, Role.ERROR)
    sized = [side.relation for step in plan.steps for side in step.sides if side.role in counted]
    sized += [plan.population] if plan.population else []
    names = [name for tally in plan.tallies for name in tally.query.named_selects]
    parts = [f"({tally.text('duckdb')})" for tally in plan.tallies]
    parts += [f"(select count(*) from {quoted(name)})" for name in sized]  # noqa: S608 - quoted
    one_each = (f"select {at} as at, [*columns(*)] as n from {part}" for at, part in enumerate(parts))  # noqa: S608 - as above
    rows = sorted(relations.execute(" union all ".join(one_each)).fetchall())
    numbers = [number for _, some in rows for number in some]
    counts: dict[str, int] = {}
    for name, number in zip(names, numbers[: len(names)], strict=True):
        counts[name] = number if name.endswith(".rows") else counts.get(name, 0) + number
    return counts, dict(zip(sized, numbers[len(names) :], strict=True))


def _not_in(alias: str, others: str) -> str:
    """No row of ``others`` is about the same subject (and episode, where it is known)."""
    return (
        f"not exists (select 1 from ({others}) o where o.subject = {alias}.subject "  # noqa: S608 - quoted
        f"and ({alias}.episode is null or o.episode is null or o.episode = {alias}.episode))"
    )


def _union(plan: Plan, role: Role, columns: str, sizes: Mapping[str, int] | None = None) -> str:
    """The rows of all sides of a role (with ``sizes``, of those that have any); '' when there are none."""
    parts = []
    for step in plan.steps:
        for side in step.sides:
            if side.role is role and (sizes is None or sizes[side.relation]):
                words = {
                    "step": text_literal(step.number),
                    "reason": text_literal(side.reason),
                    "basis": text_literal(side.basis),
                }
                parts.append(f"select {columns.format(**words)} from {quoted(side.relation)}")  # noqa: S608 - quoted
    return " union all ".join(parts)


def _funnel(counts: Mapping[str, int], sizes: Mapping[str, int], plan: Plan) -> Iterable[FunnelStep]:
    for step in plan.steps:
        by_role = {
            role: sum(sizes[side.relation] for side in step.sides if side.role is role)
            for role in (Role.INCONCLUSIVE, Role.ERROR)
        }
        rows = counts.get(f"{step.number}.rows", counts.get(f"{step.relation}.rows"))
        if rows is None:
            raise KeyError(f"no count for {step.number}")
        yield FunnelStep(
            number=step.number,
            verb=step.verb,
            sentence=step.sentence,
            rows=rows,
            unknown=counts.get(f"{step.number}.unknown", 0),
            excluded=counts.get(f"{step.number}.excluded", 0),
            inconclusive=by_role[Role.INCONCLUSIVE],
            errors=by_role[Role.ERROR],
            reason=step.reason,
            clears=step.clears,
            reads=step.reads,
        )
