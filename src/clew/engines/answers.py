"""Reading the answers out of a plan's relations: clues, what is undecided, what was dropped, and the funnel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from clew.contracts.literal import quoted, text_literal
from clew.plan import Answers, FunnelStep, Plan, Role

_UNDECIDED = "subject, episode, step, reason, dataset, region, period_from, period_to"
_NO_UNDECIDED = (
    "select null::varchar subject, null::varchar episode, '' step, '' reason, '' dataset, '' region, "
    "null::date period_from, null::date period_to where false"
)
_NO_ERRORS = "select null::varchar subject, null::varchar episode, '' step, '' reason where false"
_NO_EXCLUDED = (
    "select null::varchar subject, '' step, '' reason, '' basis, '' alias, cast([] as bigint[]) as rows where false"
)


def answers_of(connection: duckdb.DuckDBPyConnection, plan: Plan) -> Answers:
    """The answers, from relations that are all there. A subject with a clue is not undecided as well."""
    sizes = _sizes(connection, plan)
    errors = _union(plan, Role.ERROR, sizes, "subject, episode, {step} as step, {reason} as reason", _NO_ERRORS)
    undecided = _union(
        plan,
        Role.INCONCLUSIVE,
        sizes,
        "subject, episode, {step} as step, {reason} as reason, dataset, region, period_from, period_to",
        _NO_UNDECIDED,
    )
    excluded = _union(
        plan,
        Role.EXCLUDED,
        sizes,
        "subject, {step} as step, {reason} as reason, {basis} as basis, alias, rows",
        _NO_EXCLUDED,
    )
    decided = f"select subject, episode from {quoted(plan.clue)}"  # noqa: S608 - identifiers are quoted
    if errors is not _NO_ERRORS:
        errors = f"select distinct * from ({errors}) e where {_not_in('e', decided)}"  # noqa: S608 - quoted
    if undecided is not _NO_UNDECIDED:
        failed = f"select subject, episode from ({errors})"  # noqa: S608 - quoted
        neither = f"{_not_in('u', decided)} and {_not_in('u', failed)}"
        undecided = f"select distinct {_UNDECIDED} from ({undecided}) u where {neither}"  # noqa: S608 - quoted
    return Answers(
        clues=_table(connection, f"select * from {quoted(plan.clue)} order by subject, episode"),  # noqa: S608 - quoted
        inconclusive=_table(connection, f"{undecided} order by all"),
        errors=_table(connection, f"{errors} order by all"),
        excluded=_table(connection, f"{excluded} order by all"),
        funnel=tuple(_funnel(_tallies(connection, plan), sizes, plan)),
        evaluated=sizes[plan.population] if plan.population else None,
    )


def _sizes(connection: duckdb.DuckDBPyConnection, plan: Plan) -> Mapping[str, int]:
    """How many rows each side, and the population, has: in one statement."""
    names = [side.relation for step in plan.steps for side in step.sides if side.role is not Role.GUARD]
    names += [plan.population] if plan.population else []
    if not names:
        return {}
    counts = ", ".join(f"(select count(*) from {quoted(name)})" for name in names)  # noqa: S608 - quoted
    return dict(zip(names, connection.execute(f"select {counts}").fetchall()[0], strict=True))


def _not_in(alias: str, others: str) -> str:
    """No row of ``others`` is about the same subject (and episode, where it is known)."""
    return (
        f"not exists (select 1 from ({others}) o where o.subject = {alias}.subject "  # noqa: S608 - quoted
        f"and ({alias}.episode is null or o.episode is null or o.episode = {alias}.episode))"
    )


def _union(plan: Plan, role: Role, sizes: Mapping[str, int], columns: str, nothing: str) -> str:
    """The rows of all sides of a role that have any; ``nothing`` when none has."""
    parts = []
    for step in plan.steps:
        for side in step.sides:
            if side.role is role and sizes[side.relation]:
                words = {
                    "step": text_literal(step.number),
                    "reason": text_literal(side.reason),
                    "basis": text_literal(side.basis),
                }
                parts.append(f"select {columns.format(**words)} from {quoted(side.relation)}")  # noqa: S608 - quoted
    return " union all ".join(parts) if parts else nothing


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


def _tallies(connection: duckdb.DuckDBPyConnection, plan: Plan) -> Mapping[str, int]:
    """What the tallies count. Rows stand in one of them; unknown ones may be counted in several."""
    counts: dict[str, int] = {}
    for tally in plan.tallies:
        result = connection.execute(tally.text("duckdb"))
        names = [str(one[0]) for one in result.description or ()]
        for name, number in zip(names, result.fetchall()[0], strict=True):
            counts[name] = number if name.endswith(".rows") else counts.get(name, 0) + number
    return counts


def _table(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    return connection.sql(query).to_arrow_table()
