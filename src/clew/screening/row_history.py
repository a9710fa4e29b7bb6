"""What was done about one source row: a person let it in, the sender mended it, a later delivery corrected it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True)
class WayBack:
    """How a row came in that was once set aside. ``of_row`` is its row in the file of delivery ``of_batch``."""

    kind: str
    on: date
    actor: str
    reason: str
    of_batch: int
    of_file: str
    of_row: int


@dataclass(frozen=True)
class Correction:
    """The correction or deletion in force that took a row out of sight, from ``on`` on."""

    mode: str
    on: date
    batch: int
    file: str
    row: int


def way_back(connection: duckdb.DuckDBPyConnection, batch: int, row: int) -> WayBack | None:
    """The decision or resubmission that brought a row in; None for a row that was never set aside."""
    rows = connection.execute(
        "select c.kind, c.decided_on, c.actor, c.reason, x.batch, d.file, x.row from clew.decided x"
        " join clew.decision c on c.batch = x.by_batch join clew.delivery d on d.batch = x.batch"
        " where x.by_batch = ? and x.by_row = ?",
        [batch, row],
    ).fetchall()
    return WayBack(*rows[0]) if rows else None


def corrected(connection: duckdb.DuckDBPyConnection, batch: int, row: int) -> Correction | None:
    """The last correction or deletion of a row; None when none is in force."""
    rows = connection.execute(
        "select d.mode, d.received_on, d.batch, d.file, w.by_row from clew.withdrawn w"
        " join clew.delivery d on d.batch = w.by_batch where w.batch = ? and w.row = ? and d.superseded_by is null"
        " order by d.received_on desc, d.batch desc limit 1",
        [batch, row],
    ).fetchall()
    return Correction(*rows[0]) if rows else None
