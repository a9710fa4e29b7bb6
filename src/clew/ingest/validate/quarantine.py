"""Quarantine: rows that break the contract, kept with every reason, out of the way of the good ones."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Column, Contract
from clew.ingest.repair.originals import with_codes
from clew.ingest.repair.typed import cast, exact
from clew.ingest.validate.validation import WORD, Validation
from clew.warehouse import insert_rows


def reason(name: str, text: str) -> str:
    """How a reason is written: the check's stable name, and the sentence for people."""
    return f"{name}: {text}"


def move_marked(con: duckdb.DuckDBPyConnection, validation: Validation, batch: int) -> None:
    """Move the rows that the load marked from ``data.<dataset>`` to ``clew.quarantine``, with all their reasons.

    Afterwards ``marked`` (a temporary table: row, repaired) knows which repairs those rows had.
    """
    contract = validation.contract
    table = f"data.{quoted(contract.dataset)}"
    marked = con.execute(
        "create or replace temp table marked as select -_row as row, _file::json as payload "
        f"from {table} where _batch = ? and _row < 0",
        [batch],
    ).fetchall()
    if not marked[0][0]:
        return
    con.execute(f"delete from {table} where _batch = ? and _row < 0", [batch])
    con.execute("create or replace temp table reason (word varchar, bit bigint, position integer, text varchar)")
    insert_rows(
        con,
        "reason",
        [
            [f"mask{position // WORD}", 1 << position % WORD, position, reason(check.name, check.reason_zh)]
            for position, check in enumerate(validation.marking)
        ],
    )
    con.execute(
        f"""
        insert into clew.quarantine (batch, dataset, row, reasons, record, original)
        select ?, ?, row, reasons, record, {with_codes(batch, "original", "repaired", "record")} from (
        select row, list(text order by position) as reasons, any_value(payload -> 'record') as record,
            nullif(any_value(payload -> 'original'), 'null'::json) as original,
            any_value(payload ->> 'repaired')::hugeint as repaired
        from (
            select m.row, r.text, r.position, m.payload from marked m
            join reason r on (m.payload ->> r.word)::bigint & r.bit <> 0
            where m.payload ->> 'fault' is null
            union all
            select row, payload ->> 'fault', -1, payload from marked where payload ->> 'fault' is not null)
        group by row) order by row
        """,
        [batch, contract.dataset],
    )


def recorded(column: Column) -> str:
    """A column of a row set aside (``q``), as the text after its repairs."""
    path = f'$."{column.name}"'
    return f"json_extract_string(q.record, {text_literal(path)})"


def recorded_value(column: Column) -> str:
    """The same as a value of the column's type; NULL where the text is none."""
    return exact(column, recorded(column), cast(column, recorded(column)))


def set_aside(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    batch: int,
    rows: str,
    text: str,
    parameters: Sequence[object] = (),
) -> int:
    """Quarantine loaded rows after all: ``rows`` is a query of their ``_row`` numbers; returns how many.

    Their record is rebuilt from the typed values.
    """
    table = f"data.{quoted(contract.dataset)}"
    record = ", ".join(f"'{name}', {quoted(name)}::varchar" for name in contract.names)
    aside = f"create or replace temp table aside as select distinct _row as row from ({rows})"
    if not con.execute(aside, parameters).fetchall()[0][0]:
        return 0
    con.execute(
        f"""insert into clew.quarantine (batch, dataset, row, reasons, record, original)
        select ?, ?, _row, [?], record, {with_codes(batch, "_original", "_repaired", "record")}
        from (select _row, _repaired, _original::json as _original, json_object({record}) as record from {table}
            where _batch = ? and _row in (select row from aside)) order by _row""",
        [batch, contract.dataset, text, batch],
    )
    found = con.execute(f"delete from {table} where _batch = ? and _row in (select row from aside)", [batch]).fetchall()
    return int(found[0][0])
