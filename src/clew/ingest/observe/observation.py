"""A delivery observed: profiled, and compared with the deliveries of its dataset before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import median

import duckdb

from clew.contracts.model import Kind
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.mode import WHOLE
from clew.ingest.observe.anomaly import FEWEST, WINDOW, Anomaly, judged, kinds_floor, share_floor, volume_floor
from clew.ingest.observe.profile import ColumnProfile, read_profiles, take_profile
from clew.ingest.observe.shape import NOTABLE, chance, pooled, stability
from clew.problems import Problems

_KEYLIKE = 0.5
"""A column whose values are mostly different is judged by their share; the number grows with the delivery."""


@dataclass(frozen=True)
class Past:
    """A delivery as the comparison sees it: rows, ``days`` of its period (0 without one), share of rows set aside."""

    batch: int
    region: str
    days: int
    rows: int
    quarantine: float

    @property
    def volume(self) -> float:
        """Rows, or rows a day where the delivery has a period."""
        return self.rows / (self.days or 1)

    def like(self, other: Past) -> bool:
        """Whether it speaks of the same region, and of a period about as long: a month is no half-year."""
        longer, shorter = max(self.days, other.days), min(self.days, other.days)
        return self.region == other.region and bool(longer) == bool(shorter) and longer <= 2 * shorter


def observe(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, read: int, set_aside: int, problems: Problems
) -> tuple[Anomaly, ...]:
    """Profile a delivery that was just loaded, compare it with its past, keep and say (I110) what is unusual.

    Call it inside the transaction that settles the delivery.
    """
    profiles = take_profile(con, delivery, read)
    sidecar = delivery.incoming.sidecar
    mine = _past(delivery.batch, sidecar.region, read, set_aside, sidecar.period)
    past = [one for one in _earlier(con, delivery) if one.like(mine)][:WINDOW]
    if len(past) < FEWEST:
        return ()
    found = [*_whole(delivery, mine, past), *_columns(con, delivery, profiles, past)]
    if found:
        con.executemany(
            "insert into clew.anomaly values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [one.batch, one.dataset, one.measure, one.column, one.value, one.expected, one.low, one.high, one.past]
                for one in found
            ],
        )
    for one in found:
        problems.warn(
            delivery.place,
            "I110",
            f"unlike earlier deliveries: {one.says_en}",
            "the rows were loaded; ask the sender whether this is right",
        )
    return tuple(found)


def _whole(delivery: Delivery, mine: Past, past: Sequence[Past]) -> Iterator[Anomaly]:
    batch = (delivery.batch, delivery.contract.dataset)
    volumes = [one.volume for one in past]
    volume = judged(batch, ("volume", ""), mine.volume, volumes, volume_floor(volumes, mine.days or 1))
    shares = [one.quarantine for one in past]
    aside = judged(batch, ("quarantine", ""), mine.quarantine, shares, share_floor(shares, mine.rows))
    yield from (one for one in (volume, aside) if one)


def _columns(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, profiles: Sequence[ColumnProfile], past: Sequence[Past]
) -> Iterator[Anomaly]:
    batch = (delivery.batch, delivery.contract.dataset)
    before = read_profiles(con, delivery.contract.dataset, [one.batch for one in past])
    for profile in profiles:
        own = [one for columns in before.values() if (one := columns.get(profile.column)) and one.sampled]
        if len(own) < FEWEST or not profile.sampled:
            continue
        shares = [one.null_share for one in own]
        floor = share_floor(shares, profile.sampled)
        nulls = judged(batch, ("nulls", profile.column), profile.null_share, shares, floor)
        yield from (
            one for one in (nulls, distinct_anomaly(batch, profile, own), shape_anomaly(batch, profile, own)) if one
        )


def distinct_anomaly(batch: tuple[int, str], profile: ColumnProfile, own: Sequence[ColumnProfile]) -> Anomaly | None:
    """How many different values there are: of key-like columns their share, else their number."""
    filled = [one for one in own if one.sampled > one.nulls]
    values = profile.sampled - profile.nulls
    if len(filled) < FEWEST or not values:
        return None
    shares = [one.distinct_share for one in filled]
    if median(shares) >= _KEYLIKE:
        return judged(batch, ("distinct", profile.column), profile.distinct_share, shares, 0.05 + 3 / sqrt(values))
    counts = [float(one.distinct) for one in filled]
    return judged(batch, ("distinct", profile.column), float(profile.distinct), counts, kinds_floor(counts))


def shape_anomaly(batch: tuple[int, str], profile: ColumnProfile, own: Sequence[ColumnProfile]) -> Anomaly | None:
    """The shape against the pooled past, where each past delivery's own distance from it says what is usual."""
    shapes = [one.shape for one in own if one.shape]
    if len(shapes) < FEWEST or not profile.shape:
        return None
    before = pooled(shapes)
    usual = [stability(shape, before) for shape in shapes]
    floor = NOTABLE + chance(profile.shape, before)
    return judged(batch, ("shape", profile.column), stability(profile.shape, before), usual, floor)


def _earlier(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> list[Past]:
    """Earlier deliveries, the newest first.

    Each delivery of a register replaces the one before, so those replaced count too. A delivery of events is replaced
    when it was wrong, and then no longer says what is usual.
    """
    rows = con.execute(
        f"""select batch, region, rows_read, rows_quarantined, period_from, period_to from clew.delivery
        where dataset = ? and status = 'loaded' and mode in ({WHOLE}) and batch < ?
            and (? or superseded_by is null) order by batch desc""",
        [delivery.contract.dataset, delivery.batch, delivery.contract.kind is Kind.REGISTER],
    ).fetchall()
    return [
        _past(batch, region, read, aside, (start, end) if start and end else None)
        for batch, region, read, aside, start, end in rows
    ]


def _past(batch: int, region: str, read: int, aside: int, period: tuple[date, date] | None) -> Past:
    return Past(batch, region, (period[1] - period[0]).days if period else 0, read, aside / read if read else 0.0)
