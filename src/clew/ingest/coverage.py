"""Certified coverage: for which region and period a dataset is known to be complete, and how far it reaches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import duckdb

from clew.contracts.model import Contract
from clew.ingest.deliveries import Sidecar
from clew.plan import Coverage


def why_not_certified(sidecar: Sidecar, contract: Contract, rows_read: int, rows_quarantined: int) -> str | None:
    """Why a delivery certifies nothing; None when it does. An empty text: nobody asked for a certificate."""
    if not sidecar.complete or sidecar.period is None:
        return "'complete: true' needs a period" if sidecar.complete else ""
    if sidecar.rows is not None and sidecar.rows != rows_read:
        return f"the sender's control total is {sidecar.rows} rows, the file holds {rows_read}"
    if rows_quarantined > contract.tolerance * Decimal(rows_read):
        return (
            f"{rows_quarantined} of {rows_read} rows are quarantined, more than the tolerance of {contract.tolerance}"
        )
    return None


def certify(con: duckdb.DuckDBPyConnection, sidecar: Sidecar, dataset: str, batch: int) -> None:
    """Record that the delivery covers its region and period."""
    if sidecar.period is not None:
        con.execute(
            "insert into clew.coverage values (?, ?, ?, ?, ?)", [dataset, sidecar.region, *sidecar.period, batch]
        )


def read_coverage(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Coverage, ...]:
    """What was certified by deliveries visible at ``as_of``: merged half-open intervals per dataset and region."""
    rows = con.execute(
        """
        select c.dataset, c.region, c.period_from, c.period_to from clew.coverage c
        left join clew.delivery d using (batch)
        where c.batch is null or (d.status = 'loaded' and d.received_on <= ?
            and (d.superseded_on is null or d.superseded_on > ?))
        order by all
        """,
        [as_of, as_of],
    ).fetchall()
    return tuple(merged(Coverage(*row) for row in rows))


def merged(intervals: Iterable[Coverage]) -> list[Coverage]:
    """Touching and overlapping intervals of one dataset and region as one; in order."""
    found: list[Coverage] = []
    for item in sorted(intervals, key=lambda one: (one.dataset, one.region, one.start, one.end)):
        last = found[-1] if found else None
        if last and (last.dataset, last.region) == (item.dataset, item.region) and item.start <= last.end:
            found[-1] = Coverage(last.dataset, last.region, last.start, max(last.end, item.end))
        else:
            found.append(item)
    return found


def watermark(coverage: Iterable[Coverage], dataset: str) -> date | None:
    """The first day a dataset is not certified for: the end of its coverage anywhere, or None."""
    return max((item.end for item in coverage if item.dataset == dataset), default=None)
