"""Clues as rows of the warehouse: written in bulk, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from clew.clues.identity import plain_json
from clew.clues.model import Clue

_SCORE = pa.decimal128(9, 4)
_TEXT, _WHOLE, _DAY = pa.string(), pa.int64(), pa.date32()

SCHEMAS: Mapping[str, pa.Schema] = {
    "clue": pa.schema(
        {
            "clue_id": _TEXT, "model": _TEXT, "subject_type": _TEXT, "subject": _TEXT, "subject_name": _TEXT,
            "episode": _TEXT, "score": _WHOLE, "band": _TEXT, "route": _TEXT, "due_on": _DAY, "happened_on": _DAY,
            "amount": pa.decimal128(18, 2), "shadow": pa.bool_(), "state": _TEXT, "disposition": _TEXT,
            "first_screening": _TEXT, "last_screening": _TEXT, "first_as_of": _DAY, "last_as_of": _DAY,
            "gone": pa.bool_(), "suppressed_until": _DAY, "suppressed_reason": _TEXT, "content_hash": _TEXT,
            "evidence_hash": _TEXT, "suppressed_source": _TEXT,
        }
    ),
    "signal": pa.schema(
        {
            "clue_id": _TEXT, "rule": _TEXT, "rule_version": _WHOLE, "weight": _SCORE, "strength": _SCORE,
            "result": _SCORE, "title": _TEXT, "title_zh": _TEXT, "message": _TEXT, "message_zh": _TEXT,
            "facts": _TEXT, "position": _WHOLE, "answers": _WHOLE, "evidence_rows": _TEXT,
        }
    ),
    "factor": pa.schema(
        {
            "clue_id": _TEXT, "position": _WHOLE, "condition": _TEXT, "title_zh": _TEXT, "weight": _SCORE,
            "result": _SCORE,
        }
    ),
    "evidence": pa.schema(
        {
            "clue_id": _TEXT, "rule": _TEXT, "alias": _TEXT, "dataset": _TEXT, "batch": _WHOLE, "row": _WHOLE,
            "record": _TEXT,
        }
    ),
    "event": pa.schema(
        {
            "clue_id": _TEXT, "position": _WHOLE, "as_of": _DAY, "kind": _TEXT, "before": _TEXT, "after": _TEXT,
            "actor": _TEXT, "note": _TEXT,
        }
    ),
}  # fmt: skip


def write(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows (a row with the primary key of a stored one takes its place)."""
    if not rows:
        return
    connection.register("incoming_rows", pa.Table.from_pylist(list(rows), SCHEMAS[table]))
    try:
        connection.execute(
            f"insert or replace into clew.{table} by name select * from incoming_rows"  # noqa: S608 - a fixed name
            if table == "clue"
            else f"insert into clew.{table} by name select * from incoming_rows"  # noqa: S608 - a fixed name
        )
    finally:
        connection.unregister("incoming_rows")


def replace_parts(connection: duckdb.DuckDBPyConnection, clues: Sequence[Clue]) -> None:
    """Put the clues' signals, factors and evidence in the place of those stored."""
    if not clues:
        return
    ids = [clue.clue_id for clue in clues]
    for table in ("signal", "factor", "evidence"):
        connection.execute(
            f"delete from clew.{table} where clue_id in (select unnest(cast(? as varchar[])))",  # noqa: S608 - fixed
            [ids],
        )
    write(connection, "signal", [row for clue in clues for row in _signals(clue)])
    write(connection, "factor", [row for clue in clues for row in _factors(clue)])
    write(connection, "evidence", [row for clue in clues for row in _evidence(clue)])


def _signals(clue: Clue) -> Iterable[Mapping[str, Any]]:
    for position, signal in enumerate(clue.signals, start=1):
        texts = {"facts": plain_json(signal.facts), "evidence_rows": plain_json(signal.evidence_rows)}
        yield vars(signal) | texts | {"clue_id": clue.clue_id, "position": position}


def _factors(clue: Clue) -> Iterable[Mapping[str, Any]]:
    for position, factor in enumerate(clue.factors, start=1):
        yield vars(factor) | {"clue_id": clue.clue_id, "position": position}


def _evidence(clue: Clue) -> Iterable[Mapping[str, Any]]:
    for row in clue.evidence:
        yield vars(row) | {"clue_id": clue.clue_id, "record": plain_json(row.record)}
