"""The day of a copy that names none: the one on which it was first seen, however long it stays in the drop folder.

A file without a day of receipt counts as of the day of the run. One that said nothing new has no delivery that would
keep that day; were it of a new day each night, it would come back whenever the list that it copies is replaced.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb

from clew.ingest.land.incoming import Incoming
from clew.ingest.land.landed import Landed
from clew.ingest.land.statement import Known, stated


def as_first_seen(con: duckdb.DuckDBPyConnection, incoming: Incoming, landed: Landed) -> Incoming:
    """The same file, of the day from which on these bytes with these papers have lain there under its name."""
    if incoming.sidecar.dated:
        return incoming
    found = con.execute(
        "select seen_on from clew.copy where dataset = ? and file = ? and sha256 = ? and says = ?",
        [incoming.dataset, incoming.path.name, landed.sha256, repr(stated(incoming.sidecar))],
    ).fetchall()
    return replace(incoming, sidecar=replace(incoming.sidecar, received_on=found[0][0])) if found else incoming


def note_copy(con: duckdb.DuckDBPyConnection, incoming: Incoming, landed: Landed, known: Known) -> None:
    """Keep the day of a copy of another file that names no day, as long as it stays as it is."""
    if incoming.sidecar.dated or known.file == incoming.path.name:
        return
    now = [incoming.dataset, incoming.path.name, landed.sha256, repr(stated(incoming.sidecar))]
    con.execute(
        "insert into clew.copy values (?, ?, ?, ?, ?) on conflict do update"
        " set sha256 = excluded.sha256, says = excluded.says, seen_on = excluded.seen_on"
        " where (sha256, says) <> (excluded.sha256, excluded.says)",
        [*now, incoming.sidecar.received_on],
    )


def forget_copy(con: duckdb.DuckDBPyConnection, incoming: Incoming) -> None:
    """A file that has a delivery of its own has its day there: call it when the delivery is settled."""
    con.execute("delete from clew.copy where dataset = ? and file = ?", [incoming.dataset, incoming.path.name])
