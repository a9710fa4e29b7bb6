"""Counting a delivery's rows by county and month, once, when it is taken in: what expectations are made from."""

from __future__ import annotations

import duckdb

from clew.completeness.volume import HEADS, REGION_DIGITS, TAIL_DAYS, TAILS
from clew.contracts.literal import quoted
from clew.contracts.model import Contract, Kind
from clew.ingest.validate.quarantine import recorded, recorded_value


def place_changes(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> None:
    """Write beside each row that a delivery withdrew or put in another's place where such rows are counted.

    ``contract`` is the dataset's whole contract. Also for rows of a late delivery that went under later changes.
    """
    region = f"o.{quoted(contract.region_column)}" if contract.region_column else "''"
    event = quoted(contract.event_column) if contract.kind is Kind.EVENT and contract.event_column else None
    month = f"date_trunc('month', o.{event})::date" if event else "null::date"
    for table, by in (("withdrawn", "c.by_batch"), ("correction", "c.base_batch")):
        con.execute(
            f"""update clew.{table} c set region = left(coalesce({region}, ''), {REGION_DIGITS}), month = {month}
            from data.{quoted(contract.dataset)} o
            where c.dataset = ? and ? in (c.batch, {by}) and o._batch = c.batch and o._row = c.row""",
            [contract.dataset, batch],
        )


def record_expected(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> None:
    """Write which regions the contract expects, as it stood when this delivery was taken in."""
    con.execute("delete from clew.expected_region where batch = ?", [batch])
    con.execute(
        "insert into clew.expected_region select ?, ?, unnest(?::varchar[])",
        [batch, contract.dataset, list(contract.regions)],
    )


def record_aside(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> None:
    """Write ``clew.aside`` for one delivery: each row set aside whose county and month can be told."""
    by_name = {column.name: column for column in contract.columns}
    region, month, told = "''", "null", ["q.batch = $batch"]
    if contract.region_column:
        region = f"left({recorded(by_name[contract.region_column])}, {REGION_DIGITS})"
        told.append(f"regexp_matches({region}, '^[0-9]{{2,}}$')")
    if contract.kind is Kind.EVENT and contract.event_column:
        month = f"date_trunc('month', ({recorded_value(by_name[contract.event_column])})::date)::date"
        told.append(f"{month} is not null")
    con.execute("delete from clew.aside where batch = ?", [batch])
    con.execute(
        f"""insert into clew.aside select q.batch, q.dataset, q.row, {region}, {month}, $tolerance
        from clew.quarantine q where {" and ".join(told)}""",
        {"tolerance": contract.tolerance, "batch": batch},
    )


def record_volume(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> None:
    """Write ``clew.volume`` for one delivery: one grouped statement; its own earlier counts are replaced.

    Rows without a region stand under ''; events without a date are left out, a register has no months.
    """
    region = quoted(contract.region_column) if contract.region_column else "''"
    event = quoted(contract.event_column) if contract.kind is Kind.EVENT and contract.event_column else None
    day = f"{event}::date" if event else "null::date"
    end = "date_trunc('month', day)::date + interval 1 month"
    begin = "date_trunc('month', day)::date"
    ends = [f"day >= {end} - interval {days} day" for days in TAIL_DAYS]
    ends += [f"day < {begin} + interval {days} day" for days in TAIL_DAYS]
    counts = ", ".join(f"coalesce(sum(rows) filter (where {condition}), 0)::bigint" for condition in ends)
    con.execute("delete from clew.volume where batch = ?", [batch])
    con.execute(
        f"""insert into clew.volume
            (batch, dataset, region, month, rows, last_on, first_on, {", ".join((*TAILS, *HEADS))})
        select ?, ?, left(coalesce(region, ''), {REGION_DIGITS}) as county, date_trunc('month', day)::date as month,
            sum(rows)::bigint, max(day), min(day), {counts}
        from (select {region} as region, {day} as day, count(*) as rows from data.{quoted(contract.dataset)}
            where _batch = ? {f"and {event} is not null" if event else ""} group by 1, 2)
        group by 3, 4 order by 3, 4""",
        [batch, contract.dataset, batch],
    )
