"""Which sheet or member of a delivery a row came from: ``clew.part``."""

from __future__ import annotations

import duckdb

from clew.ingest.read.source import Part


def record(con: duckdb.DuckDBPyConnection, batch: int, parts: tuple[Part, ...], read: int) -> None:
    """Keep the parts of a delivery; call it in the transaction that writes the rows."""
    if parts:
        con.executemany(
            "insert into clew.part values (?, ?, ?, ?, ?)",
            [
                [batch, position, part.name, part.first_row, read if part.rows is None else part.rows]
                for position, part in enumerate(parts, start=1)
            ],
        )


def forget(con: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Drop the parts of a delivery that is taken out."""
    con.execute("delete from clew.part where batch = ?", [batch])


def part_of(batch: str, row: str) -> str:
    """SQL: the part of a row as ``{name, row}`` (the row's number in the part), or NULL for a plain file.

    Both arguments are qualified column names. A sheet's row numbers have gaps: ``rows`` says nothing of its last.
    """
    return (
        f"(select arg_max({{'name': p.name, 'row': {row} - p.first_row + 1}}, p.first_row) from clew.part p "
        f"where p.batch = {batch} and p.rows > 0 and p.first_row <= {row})"
    )


def find_part(con: duckdb.DuckDBPyConnection, batch: int, row: int) -> tuple[str | None, int | None]:
    """The part a row came from and its number there; (None, None) for a plain file."""
    found = con.execute(
        f"select part.name, part.row from (select {part_of('x.batch', 'x.row')} as part "
        "from (select ?::integer as batch, ?::bigint as row) x)",
        [batch, row],
    ).fetchall()
    return found[0]
