"""Regions that a contract expects, and of which no row ever came: what certifies the whole says nothing about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import duckdb

from clew.completeness.doubt import Doubt, Doubted
from clew.completeness.volume import VISIBLE, EventVolume, RegisterList, month_number, month_start
from clew.engine import Coverage


def expected_regions(con: duckdb.DuckDBPyConnection, as_of: date) -> Mapping[str, tuple[str, ...]]:
    """By dataset, as the contract said when the last delivery visible on ``as_of`` was taken in."""
    found: dict[str, list[str]] = {}
    for dataset, region in con.execute(
        f"""select dataset, region from clew.expected_region where batch in (
            select arg_max(batch, (received_on, batch)) from clew.delivery
            where mode in ('snapshot', 'append') and {VISIBLE} group by dataset) order by all""",  # noqa: S608 - a constant
        {"as_of": as_of},
    ).fetchall():
        found.setdefault(dataset, []).append(region)
    return {dataset: tuple(regions) for dataset, regions in found.items()}


def absent_events(
    dataset: str, regions: Sequence[str], volume: EventVolume | None, certified: Sequence[Coverage]
) -> Iterator[Doubted]:
    """Every certified month of the regions of which nothing was ever received."""
    for region in regions:
        counts = (of for place, of in (volume.rows if volume else {}).items() if place.startswith(region))
        if any(rows for of in counts for rows in of.values()):
            continue
        spans = [(one.start, one.end) for one in certified if region.startswith(one.region)]
        months = {
            month
            for start, end in spans
            for month in range(month_number(start), month_number(date.fromordinal(end.toordinal() - 1)) + 1)
        }
        for month in sorted(months):
            start, end = month_start(month), month_start(month + 1)
            yield Doubted(dataset, region, start, start, end, Doubt.ABSENT, 0, 1, 1)


def absent_lists(
    dataset: str,
    regions: Sequence[str],
    lists: Sequence[RegisterList],
    certified: Mapping[int, Sequence[Coverage]],
) -> Iterator[Doubted]:
    """The periods that the standing lists certify for the regions of which they hold no row."""
    for one in lists:
        if not one.standing:
            continue
        for region in regions:
            if not region.startswith(one.region) or any(
                rows for place, rows in one.rows.items() if place.startswith(region)
            ):
                continue
            for batch in one.batches:
                for period in certified.get(batch, ()):
                    on = one.received_on
                    yield Doubted(dataset, region, on, period.start, period.end, Doubt.ABSENT, 0, 1, 1)
