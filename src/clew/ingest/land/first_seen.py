"""The day of a copy that names none: the one on which it was first seen, however long it stays in the drop folder.

A file without a day of receipt counts as of the day of the run. One that said nothing new has no delivery that would
keep that day; were it of a new day each night, it would come back whenever the list that it copies is replaced.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb

from clew.ingest.land.incoming import Incoming
from clew.ingest.land.landed import Landed
from clew.ingest.land.statement import stated


def as_first_seen(con: duckdb.DuckDBPyConnection, incoming: Incoming, landed: Landed) -> Incoming:
    """The same file, of the day on which these bytes with these papers were first seen under its name."""
    if incoming.sidecar.dated:
        return incoming
    found = con.execute(
        "select seen_on from clew.copy where dataset = ? and file = ? and sha256 = ? and says = ?",
        [incoming.dataset, incoming.path.name, landed.sha256, repr(stated(incoming.sidecar))],
    ).fetchall()
    return replace(incoming, sidecar=replace(incoming.sidecar, received_on=found[0][0])) if found else incoming


def note_copy(con: duckdb.DuckDBPyConnection, incoming: Incoming, landed: Landed) -> None:
    """Keep the day of a file that said nothing new and names no day; once."""
    if not incoming.sidecar.dated:
        con.execute(
            "insert into clew.copy values (?, ?, ?, ?, ?) on conflict do nothing",
            [incoming.dataset, incoming.path.name, landed.sha256, repr(stated(incoming.sidecar)),
             incoming.sidecar.received_on],
        )  # fmt: skip
