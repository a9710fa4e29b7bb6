"""Whether what came before is what holds on a day: the same bytes again are news when something else was said since.

A list, a correction and a deletion say what holds from their day on. When one comes back to earlier bytes after
another took its place, it is the last word again. A file that adds rows adds them once, however often it comes.
"""

from __future__ import annotations

from datetime import date

import duckdb

from clew.contracts.model import Contract, Kind
from clew.ingest.land.landed import Landed
from clew.ingest.land.mode import WHOLE, Mode

_HERE = """with here as (select * from clew.delivery where dataset = $dataset and status = 'loaded'
    and received_on <= $on and (superseded_on is null or superseded_on > $on)),
    one as (select * from here where batch = $batch)"""
_LISTED = f"""d.mode in ({WHOLE}) and d.region = one.region and ($register or one.period_from is null
    or coalesce(d.period_from >= one.period_from and d.period_to <= one.period_to, false))"""
_CHANGED = "d.mode <> 'discard'"


def holds(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int, mode: Mode, on: date) -> bool:
    """Whether a loaded delivery of ``mode`` is in force on a day, and nothing received since says otherwise.

    Of a list: no other rows of its region (of events: and period), and none of its own corrected or deleted. Of a
    correction or deletion: nothing at all, since a key may have come, gone or changed with anything. Of other
    deliveries: every row counts, or is corrected.
    """
    hidden = "exists (select 1 from clew.withdrawn w join here d on d.batch = w.by_batch where w.batch = $batch{})"
    given: dict[str, object] = {"dataset": contract.dataset, "batch": batch, "on": on}
    if mode is Mode.SNAPSHOT or mode.changes:
        since = _LISTED if mode is Mode.SNAPSHOT else _CHANGED
        other = f"""exists (select 1 from here d, one
            where (d.received_on, d.batch) > (one.received_on, one.batch) and {since}) or {hidden.format("")}"""
        given |= {"register": contract.kind is Kind.REGISTER} if mode is Mode.SNAPSHOT else {}
    else:
        other = hidden.format(" and d.mode = 'deletion'")
    return bool(con.execute(f"{_HERE} select 1 from one where not ({other})", given).fetchall())


def names_what_stands(
    con: duckdb.DuckDBPyConnection, dataset: str, landed: Landed, own: str, names: tuple[str, ...], on: date
) -> bool:
    """Whether papers of the file ``own`` say that it takes the place of another one, with other bytes, that stands.

    Not when its last delivery of that day said so: it was received before what it names.
    """
    return bool(names) and bool(
        con.execute(
            """select 1 from clew.delivery d where d.dataset = $dataset and d.status = 'loaded'
                and list_contains($names::varchar[], d.file) and d.file <> $own and d.sha256 <> $sha256
                and d.received_on <= $on and (d.superseded_on is null or d.superseded_on > $on)
                and not exists (select 1 from clew.delivery o where o.dataset = $dataset and o.status = 'loaded'
                    and o.file = $own and o.received_on >= $on and list_contains(o.replaces, d.file)
                    and o.sha256 = $sha256)""",
            {"dataset": dataset, "names": list(names), "own": own, "sha256": landed.sha256, "on": on},
        ).fetchall()
    )
