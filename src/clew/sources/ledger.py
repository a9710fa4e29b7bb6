"""What the ledger of deliveries says about a source: only what was loaded counts, so a lost fetch is fetched again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from clew.settings import Settings
from clew.warehouse import open_warehouse


@dataclass(frozen=True)
class Loaded:
    """One loaded delivery of a source. ``valid``: nothing took its place."""

    batch: int
    file: str
    sha256: str
    cursor: str | None
    received_on: date
    valid: bool


def loaded(settings: Settings, dataset: str, source: str) -> tuple[Loaded, ...]:
    """Every loaded delivery that a source brought, the oldest first; none before the first run.

    Raises duckdb.IOException while another process writes.
    """
    if not settings.warehouse_path.exists():
        return ()
    with closing(open_warehouse(settings, read_only=True)) as connection:
        return read(connection, dataset, source)


def read(connection: duckdb.DuckDBPyConnection, dataset: str, source: str) -> tuple[Loaded, ...]:
    """The same, of an open warehouse."""
    rows = connection.execute(
        """select batch, file, sha256, cursor, received_on, superseded_by is null from clew.delivery
        where dataset = ? and source = ? and status = 'loaded' order by batch""",
        [dataset, source],
    ).fetchall()
    return tuple(Loaded(*row) for row in rows)


def landed_file(settings: Settings, one: Loaded) -> Path | None:
    """Where the bytes of a delivery rest; None when they were taken away."""
    return next(iter((settings.landing_dir / one.sha256[:2]).glob(f"{one.sha256}*")), None)
