"""What a screening could see: the deliveries visible on its day, and how far each dataset is certified complete."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

import duckdb

from clew.clues.identity import plain_json
from clew.completeness.certified import certified

CHANGES = ("correction", "deletion")
"""Modes in which the same bytes say something else than as rows."""


@dataclass(frozen=True)
class VisibleDelivery:
    """One delivery that counts on a day: received by then, and not yet superseded."""

    dataset: str
    batch: int
    file: str
    sha256: str
    received_on: date
    rows_loaded: int
    rows_quarantined: int
    mode: str = ""


@dataclass(frozen=True)
class CoveredPeriod:
    """One certificate behind a screening: ``dataset`` is complete for ``region`` in [start, end)."""

    dataset: str
    region: str
    start: date
    end: date


@dataclass(frozen=True)
class Inputs:
    """The deliveries and certificates of the datasets that a screening reads, in a fixed order.

    ``doubted`` are the periods that do not count although a sender certified them.
    """

    deliveries: tuple[VisibleDelivery, ...]
    coverage: tuple[CoveredPeriod, ...]
    doubted: tuple[CoveredPeriod, ...] = ()

    @property
    def hash(self) -> str:
        """One hash over what was delivered (the files' bytes and days) and what was certified.

        Batch numbers and file names are left out: they say in which order files arrived, not what they say.
        """
        deliveries = sorted(
            (one.dataset, one.sha256, one.received_on, *([one.mode] if one.mode in CHANGES else []))
            for one in self.deliveries
        )
        periods = [[asdict(one) for one in some] for some in (self.coverage, self.doubted)]
        return sha256(plain_json([deliveries, *periods]).encode()).hexdigest()

    def watermark(self, dataset: str) -> date | None:
        """The day up to which (exclusive) a dataset is certified anywhere, None when nowhere."""
        return max((one.end for one in self.coverage if one.dataset == dataset), default=None)

    def received(self, dataset: str) -> bool:
        """Whether any delivery of a dataset is visible."""
        return any(one.dataset == dataset for one in self.deliveries)


def visible_inputs(connection: duckdb.DuckDBPyConnection, datasets: Collection[str], as_of: date) -> Inputs:
    """Read the ledger as it stood on ``as_of``."""
    bound = {"names": sorted(datasets), "as_of": as_of}
    deliveries = connection.execute(
        """
        select dataset, batch, file, sha256, received_on, coalesce(rows_loaded, 0), coalesce(rows_quarantined, 0),
            coalesce(mode, '')
        from clew.delivery
        where status = 'loaded' and received_on <= $as_of and (superseded_on is null or superseded_on > $as_of)
            and dataset in (select unnest(cast($names as varchar[])))
        order by dataset, batch
        """,
        bound,
    ).fetchall()
    found = certified(connection, as_of, datasets)
    return Inputs(
        tuple(VisibleDelivery(*row) for row in deliveries),
        tuple(CoveredPeriod(one.dataset, one.region, one.start, one.end) for one in found.coverage),
        tuple(CoveredPeriod(one.dataset, one.region, one.start, one.end) for one in found.holes),
    )
