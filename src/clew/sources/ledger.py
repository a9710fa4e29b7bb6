"""What the ledger of deliveries says about a source: only what was loaded counts, so a lost fetch is fetched again."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from clew.settings import Settings
from clew.warehouse import open_warehouse

PATIENCE_SECONDS, LOOK_SECONDS = 600.0, 0.5


@dataclass(frozen=True)
class Loaded:
    """One loaded delivery of a source. ``valid``: nothing took its place.

    ``refused``: the file that its fetch wrote beside it (new rows, or changed ones) was refused and never loaded, so
    that fetch has not come as far as its cursor says.
    """

    batch: int
    file: str
    sha256: str
    cursor: str | None
    received_on: date
    valid: bool
    refused: str | None = None


def loaded(settings: Settings, dataset: str, source: str, say: Callable[[str], None]) -> tuple[Loaded, ...]:
    """Every loaded delivery that a source brought, the oldest first; none before the first run.

    Waits while another process writes; raises duckdb.IOException when that takes too long.
    """
    if not settings.warehouse_path.exists():
        return ()
    with closing(waiting_for(settings, say, read_only=True)) as connection:
        rows = connection.execute(
            """select batch, file, sha256, cursor, received_on, superseded_by is null, (
                select any_value(r.file) from clew.delivery r
                where r.dataset = d.dataset and r.source = d.source and r.status = 'refused' and r.file <> d.file
                    and replace(r.file, '-changed', '') = replace(d.file, '-changed', '')
                    and not exists (select 1 from clew.delivery l
                        where l.dataset = r.dataset and l.file = r.file and l.status = 'loaded'))
            from clew.delivery d where dataset = ? and source = ? and status = 'loaded' order by batch""",
            [dataset, source],
        ).fetchall()
    return tuple(Loaded(*row) for row in rows)


def landed_file(settings: Settings, one: Loaded) -> Path | None:
    """Where the bytes of a delivery rest; None when they were taken away."""
    return next(iter((settings.landing_dir / one.sha256[:2]).glob(f"{one.sha256}*")), None)


def waiting_for(
    settings: Settings, say: Callable[[str], None], *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """The open warehouse, as soon as no other process writes to it. Raises duckdb.IOException when that takes long."""
    read_only = read_only and settings.warehouse_path.exists()
    deadline, said = time.monotonic() + PATIENCE_SECONDS, False
    while True:
        try:
            return open_warehouse(settings, read_only=read_only)
        except duckdb.IOException as busy:
            if "lock" not in str(busy).lower() or time.monotonic() > deadline:
                raise
        if not said:
            say("waiting for another process that writes to the warehouse")
            said = True
        time.sleep(LOOK_SECONDS)
