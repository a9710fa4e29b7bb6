"""A relation as ingest stages it: for each column ``c`` the repaired text ``c~text`` and the typed value ``c``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from clew.contracts.check import CheckMeasure, TableCheck
from clew.contracts.checks import row_checks, table_checks
from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.plan import Type

SQL_TYPES = {
    Type.TEXT: "VARCHAR",
    Type.INTEGER: "BIGINT",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.TIMESTAMP: "TIMESTAMP",
    Type.DECIMAL: "DECIMAL(18,3)",
}


def stage(contract: Contract, rows: Sequence[Mapping[str, str | None]]) -> duckdb.DuckDBPyConnection:
    """A connection with the table ``staged``; ``position`` keeps the order of the rows."""
    connection = duckdb.connect()
    texts = ", ".join(f"{quoted(f'{name}~text')} varchar" for name in contract.names)
    connection.execute(f"create table raw (position integer, {texts})")
    marks = ", ".join("?" for _ in range(len(contract.names) + 1))
    for position, row in enumerate(rows):
        values = [row.get(name) or None for name in contract.names]
        connection.execute(f"insert into raw values ({marks})", [position, *values])
    typed = ", ".join(
        f"try_cast({quoted(f'{column.name}~text')} as {SQL_TYPES[column.type]}) as {quoted(column.name)}"
        for column in contract.columns
    )
    connection.execute(f"create table staged as select *, {typed} from raw")
    return connection


def violations(connection: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, list[int]]:
    """The positions of the rows that violate each row check; every check must be true or false, never NULL."""
    found: dict[str, list[int]] = {}
    for check in row_checks(contract):
        marked = connection.execute(f"select position, {check.violated} from staged order by position").fetchall()
        assert all(isinstance(bad, bool) for _, bad in marked), check.name
        found[check.name] = [position for position, bad in marked if bad]
    return found


def measure(connection: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, CheckMeasure]:
    """What a single pass would measure for every check."""
    rows = connection.execute("select count(*) from staged").fetchall()[0][0]
    found: dict[str, CheckMeasure] = {}
    for check in row_checks(contract):
        column = quoted(f"{check.columns[0]}~text" if check.kind in ("not_null", "type") else check.columns[0])
        nulls = connection.execute(f"select count(*) from staged where {column} is null").fetchall()[0][0]
        bad = connection.execute(f"select {column} from staged where {check.violated} order by position").fetchall()
        found[check.name] = CheckMeasure(rows, nulls, len(bad), [value for (value,) in bad[:20]])
    for whole in table_checks(contract):
        found[whole.name] = table_measure(connection, whole, rows)
    return found


def table_measure(connection: duckdb.DuckDBPyConnection, check: TableCheck, rows: int) -> CheckMeasure:
    if check.kind in ("row_count", "relationship"):
        return CheckMeasure(rows)
    key = ", ".join(quoted(name) for name in check.columns)
    missing = " or ".join(f"{quoted(name)} is null" for name in check.columns)
    nulls = connection.execute(f"select count(*) from staged where {missing}").fetchall()[0][0]
    repeated = connection.execute(
        f"""select {key} from staged where not ({missing}) and ({key}) in
        (select {f"({key})" if len(check.columns) > 1 else key} from staged group by {key} having count(*) > 1)
        order by position"""
    ).fetchall()
    samples = [dict(zip(check.columns, row, strict=True)) if len(row) > 1 else row[0] for row in repeated]
    return CheckMeasure(rows, nulls, len(repeated) if check.kind == "unique" else 0, samples[:20])
