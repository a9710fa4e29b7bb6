"""Which rows a person may let in: those that failed a judgement. What is no value, or no row of its own, stays out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import duckdb

from clew.contracts.checks import every_check, table_checks
from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.ingest.land.papers import Mended
from clew.ingest.load.table import create_table
from clew.ingest.load.twins import seen_from
from clew.ingest.release.held import HeldRow
from clew.ingest.validate.quarantine import recorded, recorded_value

JUDGEMENTS = ("not_null", "enum", "range", "length", "pattern", "identity", "sql_row", "relationship")
"""Kinds of check that a person may overrule, on the row's own evidence."""

RESUBMIT = "have the sender correct it: clew quarantine export"


def not_releasable(
    con: duckdb.DuckDBPyConnection, contract: Contract, rows: Sequence[HeldRow], on: date
) -> Iterator[tuple[int, str, str]]:
    """Row, why it cannot be let in from ``on`` on, and what to do instead: a reader's fault, a value of no type, a key
    twice.

    A row whose own reasons say it is not told a second time by what the warehouse and the contract hold now.
    """
    told = set()
    kinds = {check.name: check.kind for check in every_check(contract)}
    for row in rows:
        for reason in row.reasons:
            name = reason.partition(":")[0]
            kind = kinds.get(name)
            if kind not in JUDGEMENTS:
                told.add(row.row)
            if kind == "unique":
                yield row.row, f"'{name}': another row has its key", "discard it, if it is a copy"
            elif kind == "type":
                yield row.row, f"'{name}': the text is no value of its type", RESUBMIT
            elif kind not in JUDGEMENTS:
                yield row.row, f"'{name}' is no judgement: the record was not read whole, or not agreed", RESUBMIT
    if left := [row for row in rows if row.row not in told]:
        yield from _keys(con, contract, left, on)
        yield from _casts(con, contract, left)


def admit(con: duckdb.DuckDBPyConnection, contract: Contract, of: Mended, batch: int, rows: Sequence[int]) -> int:
    """Write rows set aside into ``data.<dataset>`` under ``batch``, typed from their record; returns how many.

    They keep the file's name and row number: the place where they can be looked up.
    """
    con.execute(create_table(contract))
    columns = ", ".join(quoted(name) for name in contract.names)
    values = ", ".join(recorded_value(column) for column in contract.columns)
    done = con.execute(
        f"""insert into data.{quoted(contract.dataset)} ({columns}, _batch, _file, _row, _repaired, _original)
        select {values}, ?::integer, ?, q.row, 0, q.original::varchar from clew.quarantine q
        where q.batch = ? and q.row in (select unnest(?::bigint[])) order by q.row""",
        [batch, of.file, of.batch, list(rows)],
    ).fetchall()
    return int(done[0][0])


def _casts(
    con: duckdb.DuckDBPyConnection, contract: Contract, rows: Sequence[HeldRow]
) -> Iterator[tuple[int, str, str]]:
    """Rows with a text that the contract as it is now does not take, though the check of then did not say so."""
    lost = " or ".join(
        f"({recorded(column)} is not null and {recorded_value(column)} is null)" for column in contract.columns
    )
    for (row,) in con.execute(
        f"select row from clew.quarantine q where batch = ? and row in (select unnest(?::bigint[])) and ({lost}) "
        "order by row",
        _bound(rows),
    ).fetchall():
        yield row, "a text is no value of its column's type", RESUBMIT


def _keys(
    con: duckdb.DuckDBPyConnection, contract: Contract, rows: Sequence[HeldRow], on: date
) -> Iterator[tuple[int, str, str]]:
    """Rows without a whole primary key, or with a key that another of these rows has, or one seen from ``on`` on."""
    con.execute(create_table(contract))
    unique = [check.columns for check in table_checks(contract) if check.kind == "unique"]
    told = set()
    for key in dict.fromkeys(tuple(names) for names in (contract.primary_key, *unique) if names):
        named = ", ".join(f"{recorded_value(one)} as {quoted(one.name)}" for one in contract.columns if one.name in key)
        numbers = ", ".join(str(row.row) for row in rows)
        mine = (
            f"select q.row, {named} from clew.quarantine q where q.batch = {rows[0].batch:d} and q.row in ({numbers})"
        )
        same = " and ".join(f"b.{quoted(name)} = m.{quoted(name)}" for name in key)
        missing = " or ".join(f"m.{quoted(name)} is null" for name in key) if key == contract.primary_key else "false"
        found = con.execute(
            f"""with mine as ({mine}) select m.row, {missing} from mine m where {missing}
                or exists (select 1 from mine b where b.row <> m.row and {same})
                or m.row in ({seen_from(con, contract, key, mine, on)}) order by m.row"""
        ).fetchall()
        for row, absent in found:
            if row not in told:
                told.add(row)
                yield row, "it has no whole primary key" if absent else "another row has its key", RESUBMIT


def _bound(rows: Sequence[HeldRow]) -> list[object]:
    return [rows[0].batch, [row.row for row in rows]]
