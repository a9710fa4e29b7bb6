"""Counting a delivery's rows by county and month, once, when it is taken in: what expectations are made from."""

from __future__ import annotations

import duckdb

from clew.completeness.volume import REGION_DIGITS
from clew.contracts.literal import quoted
from clew.contracts.model import Contract, Kind


def record_volume(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> None:
    """Write ``clew.volume`` for one delivery: one grouped statement; its own earlier counts are replaced.

    Rows without a region stand under ''; events without a date are left out, a register has no months.
    """
    region = quoted(contract.region_column) if contract.region_column else "''"
    event = quoted(contract.event_column) if contract.kind is Kind.EVENT and contract.event_column else None
    month, last = (f"date_trunc('month', {event})::date", f"max({event})::date") if event else ("null", "null")
    con.execute("delete from clew.volume where batch = ?", [batch])
    con.execute(
        f"""insert into clew.volume (batch, dataset, region, month, rows, last_on)
        select ?, ?, left(coalesce(region, ''), {REGION_DIGITS}), month, sum(rows)::bigint, max(last_on)
        from (select {region} as region, {month} as month, count(*) as rows, {last} as last_on
            from data.{quoted(contract.dataset)} where _batch = ? {f"and {event} is not null" if event else ""}
            group by 1, 2)
        group by 3, 4 order by 3, 4""",
        [batch, contract.dataset, batch],
    )
