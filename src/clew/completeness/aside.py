"""Rows set aside, by month and county: a delivery may be within its tolerance and one county of it far outside.

A certificate is judged per delivery when it is given (``clew.ingest.coverage``). Here the share is taken again over
everything that arrived for a month and a region, from however many deliveries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, sqrt

import duckdb

from clew.completeness.doubt import Doubt, Doubted
from clew.completeness.tree import merged_upward, tree
from clew.completeness.volume import ADDING, VISIBLE, EventVolume, RegisterList, month_number, month_start
from clew.engine import Coverage

FEWEST = 3
"""Fewer rows set aside say nothing about a month; each still protects the one it is about."""
DEVIATIONS = 3
"""How far above the tolerance chance may lie, in the standard deviations of a count."""

_OPEN = f"""
    select p.dataset, p.batch, p.region, p.month, count(*), max(p.tolerance)
    from clew.aside p join clew.delivery d using (batch)
    where {ADDING} and {VISIBLE} and (p.batch, p.row) not in (select (x.batch, x.row) from clew.decided x
        where x.by_batch in (select batch from clew.delivery where {VISIBLE}))
    group by all order by all
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Aside:
    """One dataset's rows still set aside: (delivery, county, month; None of a register) -> how many.

    ``tolerance`` is the share that the contract lets pass, as it stood when they were set aside.
    """

    rows: Mapping[tuple[int, str, int | None], int]
    tolerance: Decimal

    def too_many(self, aside: int, arrived: int) -> bool:
        """Whether so many of the rows that arrived are more than the tolerance and chance explain."""
        allowed = float(self.tolerance) * arrived
        return aside >= FEWEST and aside > allowed + DEVIATIONS * sqrt(allowed)

    def least(self, arrived: int) -> int:
        """How many of the rows that arrived must be good."""
        return ceil(arrived * (1 - self.tolerance))


def rows_aside(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, Aside]:
    """By dataset, of the deliveries visible on ``as_of``: neither mended, released nor discarded by then."""
    rows: dict[str, dict[tuple[int, str, int | None], int]] = {}
    tolerance: dict[str, Decimal] = {}
    for dataset, batch, region, month, count, share in con.execute(_OPEN, {"as_of": as_of}).fetchall():
        rows.setdefault(dataset, {})[batch, region, month_number(month) if month else None] = count
        tolerance[dataset] = max(share, tolerance.get(dataset, share))
    return {dataset: Aside(found, tolerance[dataset]) for dataset, found in rows.items()}


def aside_events(
    dataset: str, aside: Aside, volume: EventVolume | None, certified: Sequence[Coverage]
) -> Iterator[Doubted]:
    """Certified months of which too many rows are set aside; the shortest code that says it."""
    months: dict[int, Counter[str]] = {}
    for (_, region, month), count in aside.rows.items():
        if month is not None:
            months.setdefault(month, Counter())[region] += count
    for month, set_aside in sorted(months.items()):
        start, end = month_start(month), month_start(month + 1)
        regions = {one.region for one in certified if one.start < end and one.end > start}
        loaded = {place: of.get(month, 0) for place, of in (volume.rows if volume else {}).items()}
        for region, rows, arrived in _over(aside, set_aside, loaded, regions):
            yield Doubted(dataset, region, start, start, end, Doubt.ASIDE, rows, arrived, aside.least(arrived))


def aside_lists(
    dataset: str, aside: Aside, lists: Sequence[RegisterList], certified: Mapping[int, Sequence[Coverage]]
) -> Iterator[Doubted]:
    """The same of each standing list of a register, for the periods it certifies."""
    for one in lists:
        periods = [period for batch in one.batches for period in certified.get(batch, ())] if one.standing else []
        set_aside: Counter[str] = Counter()
        for (batch, region, month), count in aside.rows.items():
            if batch in one.batches and month is None:
                set_aside[region] += count
        for region, rows, arrived in _over(aside, set_aside, one.rows, {period.region for period in periods}):
            for period in periods:
                yield Doubted(
                    dataset, region, one.received_on, period.start, period.end, Doubt.ASIDE, rows, arrived,
                    aside.least(arrived),
                )  # fmt: skip


def _over(
    aside: Aside, set_aside: Mapping[str, int], loaded: Mapping[str, int], certified: Collection[str]
) -> Iterator[tuple[str, int, int]]:
    """Region, rows loaded and rows arrived wherever too many are set aside; what is told below is not told above."""
    places = tree({*set_aside, *loaded}, certified)
    flagged: set[str] = set()

    def counts(leaves: Collection[str]) -> tuple[int, int]:
        good = sum(loaded.get(leaf, 0) for leaf in leaves)
        return good, good + sum(set_aside.get(leaf, 0) for leaf in leaves)

    for node in places.nodes:
        good, arrived = counts([leaf for leaf in places.under[node] if not leaf.startswith(tuple(flagged))])
        if aside.too_many(arrived - good, arrived):
            flagged.add(node)
    arrivals = {leaf: counts([leaf])[1] for leaf in places.leaves}
    for region in sorted(merged_upward(flagged, places, arrivals)):
        yield region, *counts(places.under[region])
