"""Reading the answers out of a plan's relations: clues, what is undecided, what was dropped, and the funnel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from clew.contracts.literal import quoted, text_literal
from clew.plan import Answers, FunnelStep, Plan, Role, Side, Step

_UNDECIDED = "subject, episode, step, reason, dataset, region, period_from, period_to"
_NO_UNDECIDED = ("select null::varchar subject, null::varchar episode, '' step, '' reason, '' dataset, '' region, "
                 "null::date period_from, null::date period_to where false")
_NO_ERRORS = "select null::varchar subject, null::varchar episode, '' step, '' reason where false"
_NO_EXCLUDED = ("select null::varchar subject, '' step, '' reason, '' basis, '' alias, cast([] as bigint[]) as rows "
                "where false")


def answers_of(connection: duckdb.DuckDBPyConnection, plan: Plan) -> Answers:
    """The answers, from relations that are all there. A subject with a clue is not undecided as well."""
    clues = _table(connection, f"select * from {quoted(plan.clue)} order by subject, episode")
    errors = _union(plan, Role.ERROR, "subject, episode, {step} as step, {reason} as reason", _NO_ERRORS)
    undecided = _union(plan, Role.INCONCLUSIVE, "subject, episode, {step} as step, {reason} as reason, "
                       "dataset, region, period_from, period_to", _NO_UNDECIDED)
    decided = f"select subject, episode from {quoted(plan.clue)}"
    failed = f"select distinct * from ({errors}) e where {_not_in('e', decided)}"
    open_ends = (f"select distinct {_UNDECIDED} from ({undecided}) u where {_not_in('u', decided)} "
                 f"and {_not_in('u', f'select subject, episode from ({failed})')}")
    excluded = _union(plan, Role.EXCLUDED, "subject, {step} as step, {reason} as reason, {basis} as basis, alias, rows",
                      _NO_EXCLUDED)
    return Answers(
        clues=clues,
        inconclusive=_table(connection, f"{open_ends} order by all"),
        errors=_table(connection, f"{failed} order by all"),
        excluded=_table(connection, f"select * from ({excluded}) order by all"),
        funnel=tuple(_funnel(connection, plan)),
        evaluated=_count(connection, plan.population) if plan.population else None,
    )


def _not_in(alias: str, others: str) -> str:
    """No row of ``others`` is about the same subject (and episode, where it is known)."""
    return (f"not exists (select 1 from ({others}) o where o.subject = {alias}.subject "  # noqa: S608 - quoted
            f"and ({alias}.episode is null or o.episode is null or o.episode = {alias}.episode))")


def _union(plan: Plan, role: Role, columns: str, nothing: str) -> str:
    parts = []
    for step, side in _sides(plan.steps, role):
        words = {"step": text_literal(step.number), "reason": text_literal(side.reason),
                 "basis": text_literal(side.basis)}
        parts.append(f"select {columns.format(**words)} from {quoted(side.relation)}")  # noqa: S608 - quoted
    return " union all ".join(parts) if parts else nothing


def _sides(steps: Iterable[Step], role: Role) -> Iterable[tuple[Step, Side]]:
    return ((step, side) for step in steps for side in step.sides if side.role is role)


def _funnel(connection: duckdb.DuckDBPyConnection, plan: Plan) -> Iterable[FunnelStep]:
    counts = _tallies(connection, plan)
    for step in plan.steps:
        rows = counts.get(f"{step.number}.rows", counts.get(f"{step.relation}.rows"))
        yield FunnelStep(
            number=step.number, verb=step.verb, sentence=step.sentence,
            rows=_count(connection, step.relation) if rows is None else rows,
            unknown=counts.get(f"{step.number}.unknown", 0), excluded=counts.get(f"{step.number}.excluded", 0),
            inconclusive=sum(_count(connection, side.relation) for side in step.sides
                             if side.role is Role.INCONCLUSIVE),
            errors=sum(_count(connection, side.relation) for side in step.sides if side.role is Role.ERROR),
            reason=step.reason,
        )


def _tallies(connection: duckdb.DuckDBPyConnection, plan: Plan) -> Mapping[str, int]:
    """What the tallies count. Rows stand in one of them; unknown ones may be counted in several."""
    counts: dict[str, int] = {}
    for tally in plan.tallies:
        result = connection.execute(tally.query.sql(dialect="duckdb"))
        names = [str(one[0]) for one in result.description or ()]
        for name, number in zip(names, result.fetchall()[0], strict=True):
            counts[name] = number if name.endswith(".rows") else counts.get(name, 0) + number
    return counts


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"select count(*) from {quoted(relation)}").fetchall()[0][0])  # noqa: S608 - quoted


def _table(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    return connection.sql(query).to_arrow_table()
