"""What the store already knows about a model's clues, read before a screening writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from clew.clues.lifecycle import State
from clew.clues.suppression import Suppression

COLUMNS = (
    "clue_id", "subject", "score", "band", "route", "due_on", "state", "disposition", "first_screening",
    "last_screening", "first_as_of", "last_as_of", "gone", "content_hash", "evidence_hash", "suppressed_until",
    "suppressed_reason", "suppressed_source",
)  # fmt: skip


@dataclass(frozen=True)
class StoredClue:
    """The part of a stored clue that outlives a screening: its state, its history's span, its suppression."""

    clue_id: str
    subject: str
    score: int
    band: str
    route: str
    due_on: date | None
    state: State
    disposition: str | None
    first_screening: str
    last_screening: str
    first_as_of: date
    last_as_of: date
    gone: bool
    content_hash: str
    evidence_hash: str
    suppressed: Suppression | None


def stored_clues(connection: duckdb.DuckDBPyConnection, model: str) -> dict[str, StoredClue]:
    """Every stored clue of a model, by clue id."""
    return _read(connection, "model = ?", model)


def stored_clue(connection: duckdb.DuckDBPyConnection, clue_id: str) -> StoredClue | None:
    """One stored clue, or None."""
    return _read(connection, "clue_id = ?", clue_id).get(clue_id)


def _read(connection: duckdb.DuckDBPyConnection, condition: str, value: str) -> dict[str, StoredClue]:
    rows = connection.execute(
        f"select {', '.join(COLUMNS)} from clew.clue where {condition} order by clue_id",  # noqa: S608 - both fixed
        [value],
    ).fetchall()
    return {row[0]: _stored(*row) for row in rows}


def _stored(*row: object) -> StoredClue:
    values = dict(zip(COLUMNS, row, strict=True))
    until, reason, source = (values.pop(f"suppressed_{part}") for part in ("until", "reason", "source"))
    values["state"] = State(str(values["state"]))
    values["suppressed"] = Suppression(reason, until, source) if reason is not None else None  # type: ignore[arg-type]  # typed by the table
    return StoredClue(**values)  # type: ignore[arg-type]  # typed by the table
