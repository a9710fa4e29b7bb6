"""The ledger of deliveries: what came before a file, what it replaces, and the record of its own arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Contract, Kind
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.landed import Landed
from clew.ingest.land.mode import Mode, mode_of
from clew.ingest.read import part_record


@dataclass(frozen=True)
class Earlier:
    """An earlier delivery that the new one stands in some relation to."""

    batch: int
    file: str
    received_on: date
    superseded_on: date | None = None


def superseded_by(
    con: duckdb.DuckDBPyConnection, incoming: Incoming, contract: Contract, restated: list[int]
) -> list[Earlier]:
    """Deliveries that the new one takes the place of, the valid ones first.

    The same file name with other bytes or papers; the files that the sidecar names in ``replaces``; the ``restated``
    batches; and where the new one is a snapshot, what was received by then of the same region (of events: and within
    the same period). Of the same file name also those that were replaced later than the new one was received: two
    versions of a file are never visible on one day. Among them are snapshots received later that hold what the new
    one says: they take its place at once.
    """
    on, mode = incoming.sidecar.received_on, mode_of(incoming.sidecar, contract)
    start, end = incoming.sidecar.period or (None, None)
    rows = con.execute(
        """select batch, file, received_on, superseded_on from clew.delivery
        where dataset = $dataset and status = 'loaded' and batch in (
            select batch from clew.delivery where superseded_by is null and (
                file = $file or list_contains($replaces::varchar[], file) or list_contains($restated::integer[], batch)
                or region = $region and received_on <= $on and $snapshot
                    and ($register or $start is null or (period_from >= $start and period_to <= $end))
                or region = $region and received_on > $on and $whole and mode = 'snapshot'
                    and ($register or period_from is null or (period_from <= $start and period_to >= $end)))
            union all
            select batch from clew.delivery where file = $file and superseded_on > greatest($on, received_on))
        order by superseded_by is not null, batch""",
        {
            "dataset": incoming.dataset,
            "file": incoming.path.name,
            "replaces": list(incoming.sidecar.replaces),
            "restated": restated,
            "region": incoming.sidecar.region,
            "on": on,
            "snapshot": mode is Mode.SNAPSHOT,
            "whole": mode.whole,
            "register": contract.kind is Kind.REGISTER,
            "start": start,
            "end": end,
        },
    ).fetchall()
    return [Earlier(*row) for row in rows]


def supersede(con: duckdb.DuckDBPyConnection, earlier: list[Earlier], batch: int, on: date) -> None:
    """Mark earlier deliveries as replaced; their rows stay, and are visible as of days before ``on``.

    What was released or resubmitted of a delivery goes with it.
    """
    for one in earlier:
        con.execute(
            "update clew.delivery set superseded_by = ?, superseded_on = ? where batch = ?",
            [batch, max(on, one.received_on), one.batch],
        )
        parts = con.execute(
            "select batch, file, received_on, superseded_on from clew.delivery where resubmits = ?"
            " and status = 'loaded' and (superseded_on is null or superseded_on > greatest(?, received_on))",
            [one.batch, on],
        ).fetchall()
        supersede(con, [Earlier(*part) for part in parts if part[0] != batch], batch, on)


def put_back(con: duckdb.DuckDBPyConnection, earlier: list[Earlier], delivery: Delivery) -> None:
    """What a file replaced by mistake counts again, once its papers say that it is no whole list after all.

    Only where they do so from the first day on: then the mistaken list was never seen on any day.
    """
    if delivery.mode is Mode.SNAPSHOT:
        return
    con.execute(
        """update clew.delivery set superseded_by = null, superseded_on = null
        where superseded_on >= ? and superseded_by in (select batch from clew.delivery
            where batch in (select unnest(?::integer[])) and mode = 'snapshot' and sha256 = ?)""",
        [delivery.incoming.sidecar.received_on, [one.batch for one in earlier], delivery.landed.sha256],
    )


def letter_of(con: duckdb.DuckDBPyConnection, batch: int) -> tuple[str | None, str | None]:
    """From whom and under which letter a delivery came."""
    sender, letter = con.execute("select sender, letter from clew.delivery where batch = ?", [batch]).fetchall()[0]
    return sender, letter


def next_batch(con: duckdb.DuckDBPyConnection) -> int:
    """The number of the next delivery."""
    return int(con.execute("select coalesce(max(batch), 0) + 1 from clew.delivery").fetchall()[0][0])


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
) -> None:
    """Write the acquisition record of a delivery."""
    sidecar = incoming.sidecar
    period = sidecar.period or (None, None)
    con.execute(
        """
        insert into clew.delivery (batch, dataset, file, sha256, bytes, received_on, sender, letter, received_by,
            region, period_from, period_to, expected_rows, format, contract_version, contract_hash, status, problem,
            complete, source, cursor, mode, resubmits, resubmits_rows, read_as)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
        ],
    )
