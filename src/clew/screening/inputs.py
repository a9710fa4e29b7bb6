"""What a screening could see: the deliveries visible on its day, and how far each dataset is certified complete."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

import duckdb

from clew.clues.identity import plain_json


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


@dataclass(frozen=True)
class CoveredPeriod:
    """One certificate behind a screening: ``dataset`` is complete for ``region`` in [start, end)."""

    dataset: str
    region: str
    start: date
    end: date


@dataclass(frozen=True)
class Inputs:
    """The deliveries and certificates of the datasets that a screening reads, in a fixed order."""

    deliveries: tuple[VisibleDelivery, ...]
    coverage: tuple[CoveredPeriod, ...]

    @property
    def hash(self) -> str:
        """One hash over what was delivered (the files' bytes and days) and what was certified.

        Batch numbers and file names are left out: they say in which order files arrived, not what they say.
        """
        deliveries = sorted((one.dataset, one.sha256, one.received_on) for one in self.deliveries)
        return sha256(plain_json([deliveries, [asdict(one) for one in self.coverage]]).encode()).hexdigest()

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
        select dataset, batch, file, sha256, received_on, coalesce(rows_loaded, 0), coalesce(rows_quarantined, 0)
        from clew.delivery
        where status = 'loaded' and received_on <= $as_of and (superseded_on is null or superseded_on > $as_of)
            and dataset in (select unnest(cast($names as varchar[])))
        order by dataset, batch
        """,
        bound,
    ).fetchall()
    coverage = connection.execute(
        """
        select distinct c.dataset, c.region, c.period_from, c.period_to
        from clew.coverage c left join clew.delivery d on d.batch = c.batch
        where (c.batch is null or (d.status = 'loaded' and d.received_on <= $as_of
                and (d.superseded_on is null or d.superseded_on > $as_of)))
            and c.dataset in (select unnest(cast($names as varchar[])))
        order by all
        """,
        bound,
    ).fetchall()
    return Inputs(tuple(VisibleDelivery(*row) for row in deliveries), tuple(CoveredPeriod(*row) for row in coverage))
