"""The history of clues: one row per change, numbered per clue, never rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import duckdb


class Kind(StrEnum):
    """What happened to a clue."""

    FOUND = "found"
    CHANGED = "changed"
    GONE = "gone"
    UNDECIDED = "undecided"
    FOUND_AGAIN = "found_again"
    MOVED = "moved"
    SUPPRESSED = "suppressed"
    LIFTED = "lifted"
    SOURCE_CORRECTED = "source_corrected"


@dataclass(frozen=True)
class Event:
    """One change. ``before`` and ``after`` are short words for what changed; ``note`` says why."""

    clue_id: str
    as_of: date
    kind: Kind
    before: str | None
    after: str | None
    actor: str
    note: str


def numbered(connection: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> list[Mapping[str, object]]:
    """The events as table rows, each numbered after its clue's last stored event."""
    found = list(events)
    last: dict[str, int] = (
        dict(
            connection.execute(
                "select clue_id, max(position) from clew.event"
                " where clue_id in (select unnest(cast(? as varchar[]))) group by clue_id",
                [sorted({event.clue_id for event in found})],
            ).fetchall()
        )
        if found
        else {}
    )
    rows: list[Mapping[str, object]] = []
    for event in found:
        position = last[event.clue_id] = last.get(event.clue_id, 0) + 1
        rows.append(vars(event) | {"kind": event.kind.value, "position": position})
    return rows
