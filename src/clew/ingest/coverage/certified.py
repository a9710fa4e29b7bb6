"""Certified coverage: for which region and period a dataset is known to be complete, and how far it reaches.

A sender certifies; control totals and the share of rows set aside may contradict at once (see ``acquisition``); the
volume of a month may contradict at any later time (see ``clew.completeness``). What contradicts does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from clew.completeness.certified import certified, joined, without
from clew.contracts.model import Contract
from clew.engine import Coverage
from clew.ingest.coverage.certificate import Certificate, certificates
from clew.ingest.land.sidecar import Sidecar
from clew.plan import Sentence

__all__ = [
    "Certificate",
    "certificates",
    "certify",
    "known_until",
    "merged",
    "read_coverage",
    "refusal",
    "row_difference",
    "watermark",
]


def refusal(
    sidecar: Sidecar, contract: Contract, rows_read: int, rows_quarantined: int, differences: Sequence[Sentence]
) -> Sentence | None:
    """Why a delivery certifies nothing; None when it does. An empty text: nobody asked for a certificate.

    ``differences`` are those between the sender's control totals and the file.
    """
    if not sidecar.complete:
        return Sentence("", "")
    faults = list(differences)
    if sidecar.period is None:
        faults.insert(0, Sentence("声明完整，但没有写明所属期间", "'complete: true' needs a period"))
    elif sidecar.period[0] > sidecar.received_on:
        faults.insert(0, Sentence("所属期间在收到之日以后", "its period begins after the day of receipt"))
    if not rows_read and sidecar.rows is None:
        faults.append(
            Sentence(
                "文件没有数据行，来函也没有写明为0行", "the file holds no row, and the sidecar does not say 'rows: 0'"
            )
        )
    if rows_quarantined > contract.tolerance * Decimal(rows_read):
        faults.append(
            Sentence(
                f"{rows_read}行中有{rows_quarantined}行被隔离，超过容许比例{contract.tolerance}",
                f"{rows_quarantined} of {rows_read} rows are quarantined, more than the tolerance of "
                f"{contract.tolerance}",
            )
        )
    if not faults:
        return None
    return Sentence("；".join(one.zh for one in faults), "; ".join(one.en for one in faults))


def row_difference(sidecar: Sidecar, rows_read: int) -> list[Sentence]:
    """The difference between the rows stated and those read, if there is one."""
    if sidecar.rows is None or sidecar.rows == rows_read:
        return []
    less = rows_read - sidecar.rows
    return [
        Sentence(
            f"来函称{sidecar.rows}行，文件实有{rows_read}行，相差{less:+d}行",
            f"the sender's control total is {sidecar.rows} rows, the file holds {rows_read} ({less:+d})",
        )
    ]


def certify(con: duckdb.DuckDBPyConnection, sidecar: Sidecar, dataset: str, batch: int) -> None:
    """Record that the delivery covers its region and period, as far as that had passed on the day of receipt."""
    if sidecar.period is not None:
        start, end = sidecar.period[0], min(sidecar.period[1], known_until(sidecar))
        con.execute("insert into clew.coverage values (?, ?, ?, ?, ?)", [dataset, sidecar.region, start, end, batch])


def known_until(sidecar: Sidecar) -> date:
    """The first day after the receipt: what happens from then on no sender knew."""
    return sidecar.received_on + timedelta(days=min(1, (date.max - sidecar.received_on).days))


def read_coverage(con: duckdb.DuckDBPyConnection, as_of: date) -> tuple[Coverage, ...]:
    """What is complete in all its parts as of ``as_of``: merged half-open intervals per dataset and region.

    Months in doubt are left out of their region and of every region that holds it or lies in it.
    """
    found = certified(con, as_of)
    complete = []
    for one in merged(found.coverage):
        cut = [
            (hole.start, hole.end)
            for hole in found.holes
            if hole.dataset == one.dataset
            and (one.region.startswith(hole.region) or hole.region.startswith(one.region))
        ]
        complete += [
            Coverage(one.dataset, one.region, start, end) for start, end in without([(one.start, one.end)], cut)
        ]
    return tuple(complete)


def merged(intervals: Iterable[Coverage]) -> list[Coverage]:
    """Touching and overlapping intervals of one dataset and region as one; in order."""
    spans: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for one in intervals:
        spans.setdefault((one.dataset, one.region), []).append((one.start, one.end))
    return [Coverage(*key, *span) for key in sorted(spans) for span in joined(spans[key])]


def watermark(coverage: Iterable[Coverage], dataset: str) -> date | None:
    """The first day a dataset is not certified for: the end of its coverage anywhere, or None."""
    return max((item.end for item in coverage if item.dataset == dataset), default=None)
