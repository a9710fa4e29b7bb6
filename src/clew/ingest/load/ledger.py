"""The ledger of deliveries: what came before a file, what it replaces, and the record of its own arrival."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.landed import Landed
from clew.ingest.land.mode import mode_of
from clew.ingest.read import part_record


def letter_of(con: duckdb.DuckDBPyConnection, batch: int) -> tuple[str | None, str | None]:
    """From whom and under which letter a delivery came."""
    sender, letter = con.execute("select sender, letter from clew.delivery where batch = ?", [batch]).fetchall()[0]
    return sender, letter


def next_batch(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the next delivery."""
    return int(con.execute("select coalesce(max(batch), 0) + 1 from clew.delivery").fetchall()[0][0])


def has_size(con: duckdb.DuckDBPyConnection, size: int) -> bool:
    """Whether a delivery of so many bytes is recorded."""
    return bool(con.execute("select 1 from clew.delivery where bytes = ? limit 1", [size]).fetchall())


def refused_alike(con: duckdb.DuckDBPyConnection, incoming: Incoming, landed: Landed, problem: str) -> bool:
    """Whether these bytes were refused before for the same reason: then the ledger says nothing new."""
    return bool(
        con.execute(
            "select 1 from clew.delivery where dataset = ? and file = ? and sha256 = ? and status = 'refused' "
            "and problem = ?",
            [incoming.dataset, incoming.path.name, landed.sha256, problem],
        ).fetchall()
    )


def finish(con: duckdb.DuckDBPyConnection, batch: int, rows: tuple[int, int, int], supersedes: int | None) -> None:
    """Make a landed delivery a loaded one; ``rows`` are read, loaded and quarantined."""
    con.execute(
        "update clew.delivery set status = 'loaded', rows_read = ?, rows_loaded = ?, rows_quarantined = ?, "
        "supersedes = ? where batch = ?",
        [*rows, supersedes, batch],
    )


def unfinished(con: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Batch and dataset of deliveries whose rows were written but never settled: the process died in between."""
    return con.execute("select batch, dataset from clew.delivery where status = 'landed' order by batch").fetchall()


def discard(con: duckdb.DuckDBPyConnection, batch: int, dataset: str) -> None:
    """Take a landed delivery out again, rows and record; call it inside a transaction."""
    con.execute(f"delete from data.{quoted(dataset)} where _batch = ?", [batch])
    part_record.forget(con, batch)
    con.execute("delete from clew.delivery where batch = ? and status = 'landed'", [batch])


def record(
    con: duckdb.DuckDBPyConnection,
    incoming: Incoming,
    landed: Landed,
    contract: Contract,
    batch: int,
    *,
    format_: str,
    status: str,
    problem: str = "",
    replaces: Sequence[str] = (),
) -> None:
    """Write the acquisition record of a delivery. ``replaces`` are the names of files that it takes the place of."""
    sidecar = incoming.sidecar
    period = sidecar.period or (None, None)
    con.execute(
        """
        insert into clew.delivery (batch, dataset, file, sha256, bytes, received_on, sender, letter, received_by,
            region, period_from, period_to, expected_rows, format, contract_version, contract_hash, status, problem,
            complete, source, cursor, mode, resubmits, resubmits_rows, read_as, replaces)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            batch,
            incoming.dataset,
            incoming.path.name,
            landed.sha256,
            landed.size,
            sidecar.received_on,
            sidecar.sender,
            sidecar.letter,
            sidecar.received_by,
            sidecar.region,
            *period,
            sidecar.rows,
            format_,
            contract.version,
            contract.sha256,
            status,
            problem or None,
            sidecar.complete,
            sidecar.source,
            sidecar.cursor,
            mode_of(sidecar, contract).value,
            sidecar.resubmits,
            list(sidecar.resubmits_rows),
            sidecar.read_as,
            list(replaces),
        ],
    )
