"""The relations an engine makes for each input of a plan: its rows, its records set aside, its coverage."""

from __future__ import annotations

from datetime import date, timedelta

from clew.contracts.literal import quoted, text_literal
from clew.engines.sources import Source, Sources, coverage_rows
from clew.plan import ROW_BITS, Input, Plan, Type

_TYPES = {
    Type.TEXT: "varchar",
    Type.INTEGER: "bigint",
    Type.DECIMAL: "decimal(18, 2)",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.TIMESTAMP: "timestamp",
}


def input_query(source: Input, found: Source | None, as_of: date | None) -> str:
    """Rows received and, with ``as_of``, dated up to it; a row without a date stays, its date is unknown."""
    identity = quoted(f"{source.alias}#")
    if found is None:
        typed = [f"cast(null as {_TYPES[kind]}) as {quoted(name)}" for name, kind in source.columns.items()]
        return f"select {', '.join([*typed, f'cast(null as bigint) as {identity}'])} where false"
    columns = [_column(source, found, name, kind) for name, kind in source.columns.items()]
    columns.append(f"(cast(_batch as bigint) << {ROW_BITS}) | _row as {identity}")
    conditions = []
    if found.batches is not None:
        numbers = ", ".join(str(int(batch)) for batch in found.batches)
        conditions.append(f"_batch in ({numbers})" if numbers else "false")
    if as_of is not None and source.event_column in found.columns:
        event = quoted(source.event_column or "")
        conditions.append(f"({event} is null or {event} < date '{(as_of + timedelta(days=1)).isoformat()}')")
    if found.condition:
        conditions.append(found.condition)
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return f"select {', '.join(columns)} from {found.table}{where}"  # noqa: S608 - identifiers are quoted


def _column(source: Input, found: Source, name: str, kind: Type) -> str:
    own = name.removeprefix(f"{source.alias}.")
    stored = quoted(own) if own in found.columns else f"cast(null as {_TYPES[kind]})"
    return f"{stored} as {quoted(name)}"


def held_query(source: Input, sources: Sources) -> str:
    """Records set aside at ingest, their columns as text; of visible deliveries only."""
    batches = sources.held_batches.get(source.dataset, ())
    if sources.held is None or not batches:
        nulls = ", ".join(f"cast(null as varchar) as {quoted(name)}" for name in source.columns)
        return f"select {nulls or 'null as none'} where false"
    columns = [
        f"json_extract_string(record, {text_literal(_path(source, name))}) as {quoted(name)}" for name in source.columns
    ]
    numbers = ", ".join(str(int(batch)) for batch in batches)
    return (
        f"select {', '.join(columns) or 'null as none'} from {sources.held} h "  # noqa: S608 - quoted, numbers
        f"where dataset = {text_literal(source.dataset)} and batch in ({numbers}) and not exists (select 1 "
        f"from clew.decided d where d.batch = h.batch and d.row = h.row and d.by_batch in ({numbers}))"
    )


def _path(source: Input, name: str) -> str:
    return f'$."{name.removeprefix(source.alias + ".")}"'


def coverage_query(source: Input, sources: Sources, as_of: date) -> str:
    """``region, start, end`` of what is certified for the dataset."""
    rows = [
        f"({text_literal(region)}, {_day(start)}, {_day(end)})"
        for region, start, end in coverage_rows(sources, source.dataset, as_of)
    ]
    if not rows:
        return (
            "select cast(null as varchar) as region, cast(null as date) as start, "
            'cast(null as date) as "end" where false'
        )
    return f'select * from (values {", ".join(rows)}) as certified(region, start, "end")'  # noqa: S608 - literals


def _day(day: date | None) -> str:
    return "cast(null as date)" if day is None else f"date '{day.isoformat()}'"


def rings_query(plan: Plan, sources: Sources) -> str:
    """``link, ring, member``: who was last in each ring that the rule's clues were about, these parameters first."""
    if sources.rings is None:
        return (
            "select cast(null as integer) as link, cast(null as varchar) as ring, null::varchar as member where false"
        )
    own = f"(variant = {text_literal(plan.variant)}, position)"
    return (
        f"select link, ring, unnest(members) as member from (select link, ring, arg_max(members, {own}) as members "  # noqa: S608 - quoted
        f"from {sources.rings} where rule = {text_literal(plan.rule)} and as_of <= {_day(plan.as_of)} group by all)"
    )
