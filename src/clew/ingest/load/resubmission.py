"""Resubmission: mended rows join the delivery they belong to, and what was set aside of it counts no more."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from clew.contracts.literal import quoted
from clew.ingest.land.delivery import Delivery, RefusedError
from clew.ingest.land.mode import Mode
from clew.ingest.load.references import MASKED, REFERENCE, referred
from clew.ingest.validate import quarantine
from clew.problems import Place, Problem, Problems


def join(con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems) -> None:
    """Bind each row of a resubmission to the row it mends; a row that mends nothing is set aside (I075).

    Call it while the delivery is settled. Raises RefusedError (I074) when the file does not say which rows it mends.
    """
    if delivery.mode is not Mode.RESUBMISSION:
        return
    contract, batch = delivery.contract, delivery.batch
    of = delivery.incoming.sidecar.resubmits or 0
    _stage(con, delivery, _bound(con, delivery))
    strangers = quarantine.set_aside(
        con,
        contract,
        batch,
        f"select _row from data.{quoted(contract.dataset)} where _batch = ? and _row not in (select row from mended)",
        quarantine.reason("resubmission", f"退回编号未指向批次 {of} 中仍被搁置的行"),
        [batch],
    )
    con.execute(
        "insert into clew.decided select ?, ?, of_row, 'resubmitted', ?, row from mended order by of_row",
        [contract.dataset, of, batch],
    )
    count = int(con.execute("select count(*) from mended").fetchall()[0][0])
    sidecar = delivery.incoming.sidecar
    con.execute(
        "insert into clew.decision values (?, ?, 'resubmission', ?, ?, ?, ?, ?)",
        [
            batch,
            contract.dataset,
            of,
            sidecar.received_on,
            sidecar.sender or sidecar.received_by or "",
            sidecar.letter or "",
            count,
        ],
    )
    if strangers:
        problems.warn(
            delivery.place,
            "I075",
            f"{strangers} rows mend no row of delivery {of} that is still set aside; they were set aside too",
            f"keep the column '{REFERENCE}' as it was sent; rows that are new come in a delivery of their own",
        )


def _bound(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> Mapping[int, int]:
    """Row of the file -> row of the delivery it mends, as the file or its sidecar says."""
    sidecar, of = delivery.incoming.sidecar, delivery.incoming.sidecar.resubmits or 0
    rows = [
        row[0]
        for row in con.execute(
            f"select _row from data.{quoted(delivery.contract.dataset)} where _batch = ?"
            " union all select row from clew.quarantine where batch = ? order by 1",
            [delivery.batch, delivery.batch],
        ).fetchall()
    ]
    place = sidecar.mode_place or Place(f"{delivery.incoming.shown}.yml")
    if sidecar.resubmits_rows:
        if len(sidecar.resubmits_rows) != len(rows):
            raise RefusedError(
                Problem(
                    place,
                    "I074",
                    f"the sidecar names {len(sidecar.resubmits_rows)} rows, the file holds {len(rows)}",
                    "name one row for each row of the file, in the file's order",
                )
            )
        return dict(zip(rows, sidecar.resubmits_rows, strict=True))
    if any(text.strip().startswith(MASKED) for text in delivery.references.values()):
        raise RefusedError(
            Problem(
                delivery.place,
                "I074",
                "this is a masked workbook: what it holds are not the sender's values",
                "send back the sender's own rows, or export the workbook with --purpose case",
            )
        )
    found = referred(delivery.references, of)
    if not found:
        raise RefusedError(
            Problem(
                place,
                "I074",
                f"the file does not say which rows of delivery {of} it mends",
                f"keep the column '{REFERENCE}', or name them: resubmits: {{batch: {of}, rows: [..]}}",
            )
        )
    return found


def _stage(con: duckdb.DuckDBPyConnection, delivery: Delivery, bound: Mapping[int, int]) -> None:
    """``mended``: the file's rows that mend a row still open; of two that mend the same, the first."""
    con.execute(
        """create or replace temp table mended as
        select min(b.row) as row, b.of_row from (select unnest(?::bigint[]) as row, unnest(?::bigint[]) as of_row) b
        join clew.quarantine q on q.batch = ? and q.row = b.of_row
        where not exists (select 1 from clew.decided x join clew.delivery d on d.batch = x.by_batch
            where x.batch = q.batch and x.row = q.row and d.status = 'loaded' and d.superseded_by is null)
        group by b.of_row""",
        [list(bound), list(bound.values()), delivery.incoming.sidecar.resubmits],
    )
