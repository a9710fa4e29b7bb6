"""Checks of a delivery by a query of the contract, or by Great Expectations itself, on the rows just loaded."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from clew.contracts.check import CheckMeasure, TableCheck
from clew.contracts.gx_run import MOST_CELLS, NotRunError, met_in_frame
from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.contracts.query_tree import DELIVERY
from clew.ingest.read.engine_fault import NO_FILE_TO_BLAME
from clew.ingest.validate.table_checks import Finding

KINDS = ("sql_value", "sql_rows", "expectation")


@dataclass(frozen=True)
class Answer:
    """What a check gave: its measure, what it says in a message, and the rows to set aside where it names them.

    The number a query gave is not said: the smallest of a column is somebody's value. ``ran`` is False for a check
    that could not be worked out; its measure then meets no limit.
    """

    measure: CheckMeasure
    said: str
    finding: Finding | None = None
    ran: bool = True


def answer(con: duckdb.DuckDBPyConnection, check: TableCheck, contract: Contract, batch: int) -> Answer:
    """Run one check of :data:`KINDS`. One that cannot be run never looks passed."""
    table = f"data.{quoted(contract.dataset)}"
    rows = int(con.execute(f"select count(*) from {table} where _batch = ?", [batch]).fetchall()[0][0])
    try:
        if check.kind == "expectation":
            return _by_gx(con, check, table, batch, rows)
        return _by_query(con, check, contract, batch, rows)
    except NO_FILE_TO_BLAME:
        raise
    except (duckdb.Error, NotRunError) as error:
        fault = str(error) if isinstance(error, NotRunError) else type(error).__name__
        return Answer(_failed(check, rows), f"{check.reason_en}; it could not be worked out ({fault})", ran=False)


def _by_query(con: duckdb.DuckDBPyConnection, check: TableCheck, contract: Contract, batch: int, rows: int) -> Answer:
    columns = ", ".join(quoted(name) for name in (*contract.names, "_row"))
    query = (
        f"with {quoted(DELIVERY)} as (select {columns} from data.{quoted(contract.dataset)} where _batch = ?) "
        f"select * from ({check.arguments['query']})"
    )
    if check.kind == "sql_value":
        found = con.execute(f"select (select * from ({query}))::varchar", [batch]).fetchall()[0][0]
        return Answer(CheckMeasure(rows, value=_number(found)), f"{check.reason_en}: it {_limit(check)}")
    count = int(con.execute(f"select count(*) from ({query})", [batch]).fetchall()[0][0])
    said = f"{check.reason_en}: {count} rows, {_limit(check)}"
    if not check.arguments["names_rows"]:
        return Answer(CheckMeasure(rows, unexpected=count), said)
    named = f"select distinct _row from ({query})"
    count = int(con.execute(f"select count(*) from ({named})", [batch]).fetchall()[0][0])
    return Answer(CheckMeasure(rows, unexpected=count), said, Finding(named, [batch], check.reason_zh))


def _by_gx(con: duckdb.DuckDBPyConnection, check: TableCheck, table: str, batch: int, rows: int) -> Answer:
    if rows * len(check.columns) > MOST_CELLS:
        raise NotRunError(f"more than {MOST_CELLS} values to hold in memory; say it as type: sql")
    columns = ", ".join(quoted(name) for name in check.columns)
    frame = con.execute(f"select {columns} from {table} where _batch = ? order by _row", [batch]).df()
    met = met_in_frame(check, frame)
    return Answer(CheckMeasure(rows, unexpected=0 if met else 1), check.reason_en)


def _failed(check: TableCheck, rows: int) -> CheckMeasure:
    """A measure that does not meet the check: no value, and a number of rows it does not admit."""
    bounds = [int(check.limit.low), int(check.limit.high or 0)] if check.limit is not None else []
    tried = [1, 0, *bounds, *(bound + 1 for bound in bounds)]
    counts = [count for count in tried if not check.holds(CheckMeasure(rows, unexpected=count))]
    return CheckMeasure(rows, unexpected=counts[0])


def _number(text: str | None) -> str | None:
    """A number as text; a truth value counts 1 or 0, anything else is no number at all."""
    word = {"true": "1", "false": "0"}.get(text or "", text)
    try:
        return None if word is None or float(word) != float(word) else word
    except ValueError:
        return None


def _limit(check: TableCheck) -> str:
    return check.limit.words()[1] if check.limit is not None else "must be 0"
