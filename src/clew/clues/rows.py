"""Clues as rows of the warehouse: written in bulk, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from clew.clues.identity import plain_json
from clew.clues.model import Clue


def write(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all with the same keys (a clue with the id of a stored one takes its place).

    Each column is bound as one list: as fast as Arrow for these numbers of rows, without importing pandas for it.
    """
    if not rows:
        return
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    selected = ", ".join(f'unnest(${name}) as "{name}"' for name in columns)
    verb = "insert or replace" if table == "clue" else "insert"
    connection.execute(f"{verb} into clew.{table} by name select {selected}", columns)


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
