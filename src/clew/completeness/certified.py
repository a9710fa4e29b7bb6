"""What is certified on a day, and what of it is in doubt: read by engines, screenings and people alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

import duckdb

from clew.completeness.acceptance import read_acceptances
from clew.completeness.aside import aside_events, aside_lists, rows_aside
from clew.completeness.doubt import Doubted
from clew.completeness.events import event_doubts
from clew.completeness.expected import absent_events, absent_lists, expected_regions
from clew.completeness.registers import register_doubts
from clew.completeness.volume import VISIBLE, event_volumes, register_lists
from clew.engine import Coverage
from clew.plan import ALONE

Found = TypeVar("Found")


@dataclass(frozen=True)
class Certified:
    """``coverage``: the senders' certificates as they stand; ``doubts``: where the volume contradicts them."""

    coverage: tuple[Coverage, ...] = ()
    doubts: tuple[Doubted, ...] = ()

    @property
    def holes(self) -> tuple[Doubted, ...]:
        """The doubts that nobody accepted: there the certificates do not count."""
        return tuple(one for one in self.doubts if not one.accepted)

    def of(self, dataset: str) -> Certified:
        """The same for one dataset only."""
        return Certified(
            tuple(one for one in self.coverage if one.dataset == dataset),
            tuple(one for one in self.doubts if one.dataset == dataset),
        )


def certified(con: duckdb.DuckDBPyConnection, as_of: date, datasets: Collection[str] | None = None) -> Certified:
    """Of the deliveries visible on ``as_of``, with the acceptances decided by then; the same every time.

    Of all datasets, or of some: what is said of one depends on no other.
    """
    rows = con.execute(
        f"""select distinct c.dataset, c.region, c.period_from, c.period_to, c.batch
        from clew.coverage c left join clew.delivery d using (batch)
        where c.batch is null or ({VISIBLE}) order by all""",  # noqa: S608 - a constant
        {"as_of": as_of},
    ).fetchall()
    rows = [row for row in rows if datasets is None or row[0] in datasets]
    coverage = [Coverage(*row[:4]) for row in rows]
    accepted = read_acceptances(con, as_of)
    expected = expected_regions(con, as_of)
    aside = _only(datasets, rows_aside(con, as_of))
    found: list[Doubted] = []
    volumes = event_volumes(con, as_of, datasets)
    for dataset, volume in volumes.items():
        own = [one for one in coverage if one.dataset == dataset]
        found += event_doubts(dataset, volume, own, partial(accepted.about, dataset))
        found += absent_events(dataset, expected.get(dataset, ()), volume, own)
    for dataset, held in aside.items():
        own = [one for one in coverage if one.dataset == dataset]
        found += aside_events(dataset, held, volumes.get(dataset), own)
    of_batch: dict[int, list[Coverage]] = {}
    for (*_, batch), one in zip(rows, coverage, strict=True):
        of_batch.setdefault(batch, []).append(one)
    for dataset, lists in _only(datasets, register_lists(con, as_of)).items():
        found += register_doubts(dataset, lists, of_batch, partial(accepted.about, dataset))
        found += absent_lists(dataset, expected.get(dataset, ()), lists, of_batch)
        if dataset in aside:
            found += aside_lists(dataset, aside[dataset], lists, of_batch)
    doubts = tuple(one.taken(accepted.of(one) is not None) for one in sorted(found))
    return Certified(tuple(dict.fromkeys(coverage)), doubts)


def _only(datasets: Collection[str] | None, found: Mapping[str, Found]) -> Mapping[str, Found]:
    return {name: one for name, one in found.items() if datasets is None or name in datasets}


Interval = tuple[str, date | None, date | None]


def intervals(found: Certified, dataset: str, end: date) -> list[Interval]:
    """(region, start, end) of a dataset up to ``end``, exclusive; merged, and those of shorter codes included.

    Where something is in doubt, its region has intervals of its own without the doubted months, and each region above
    it a second entry (``340=``) for what is said of it as a whole. Nothing left is (region, NULL, NULL): the region is
    known, and not covered.
    """
    own = [one for one in found.coverage if one.dataset == dataset]
    holes = [one for one in found.holes if one.dataset == dataset]
    regions = sorted({one.region for one in own} | {one.region for one in holes})
    rows = [row for region in regions for row in _rows(region, region, own, holes, end, below=False)]
    above = sorted({one.region[:length] for one in holes for length in range(len(one.region))})
    for region in above:
        rows += _rows(region, region + ALONE, own, holes, end, below=True)
    return rows


def _rows(
    region: str, name: str, own: list[Coverage], holes: list[Doubted], end: date, *, below: bool
) -> Iterator[Interval]:
    spans = [(one.start, min(one.end, end)) for one in own if region.startswith(one.region)]
    if not spans:
        return
    cut = [
        (one.start, one.end)
        for one in holes
        if region.startswith(one.region) or (below and one.region.startswith(region))
    ]
    left = list(without(joined(spans), cut))
    yield from ((name, start, stop) for start, stop in left)
    if not left and cut:
        yield (name, None, None)


Span = tuple[date, date]


def joined(spans: Collection[Span]) -> list[Span]:
    """Touching and overlapping half-open spans as one; in order, empty ones left out."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Collection[Span], holes: Collection[Span]) -> Iterator[Span]:
    """What is left of merged spans without the holes; in order."""
    for first, last in spans:
        start = first
        for hole_start, hole_end in joined(holes):
            if hole_end <= start or hole_start >= last:
                continue
            if start < hole_start:
                yield start, hole_start
            start = max(start, hole_end)
        if start < last:
            yield start, last
