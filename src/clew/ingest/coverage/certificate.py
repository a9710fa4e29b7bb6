"""Certificates: for each dataset, region and month whether it is complete, partial or unknown, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from clew.completeness.certified import Certified, certified, joined, without
from clew.completeness.doubt import Doubt, Doubted
from clew.completeness.volume import VISIBLE, EventVolume, event_volumes, month_number, month_start
from clew.contracts.catalogue import Catalogue
from clew.engine import Coverage
from clew.plan import Sentence

State = Literal["complete", "partial", "unknown"]


@dataclass(frozen=True, order=True)
class Certificate:
    """``dataset`` for ``region`` (a code prefix, '' everywhere) in the month that begins on ``month``.

    ``complete`` counts for rules, the others do not. ``rows`` are those received (None where they cannot be told by
    month: registers). ``expected`` is (least, usual), where the volume was judged and found wanting. ``by_parts``: the
    region's data come in parts, and each part has a certificate of its own that says more.
    """

    dataset: str
    region: str
    month: date
    state: State
    reason_zh: str
    reason_en: str
    rows: int | None = None
    expected: tuple[int, int] | None = None
    by_parts: bool = False


@dataclass(frozen=True)
class Received:
    """What a visible delivery says of itself: its region and period, and why it certifies nothing ('' if it does).

    A register's list without a period speaks of its day of receipt and after.
    """

    dataset: str
    region: str
    start: date | None
    end: date | None
    certifies: bool
    why: Sentence


def certificates(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, as_of: date) -> tuple[Certificate, ...]:
    """Every month from the first that anything was received or certified for, up to that of ``as_of``.

    Regions are those of the deliveries, those the contract expects, and those in doubt. Ordered by dataset, region and
    month. A dataset of which nothing was received has none. Complete means: certified on every day of the month (up to
    ``as_of``), with no doubt about any part of the region.
    """
    found, volumes, received = certified(con, as_of), event_volumes(con, as_of), _received(con, as_of)
    made: list[Certificate] = []
    for dataset in sorted(catalogue.contracts):
        own = found.of(dataset)
        about = [one for one in received if one.dataset == dataset]
        expected = catalogue.contracts[dataset].regions
        made += _of_dataset(dataset, own, volumes.get(dataset), about, expected, as_of)
    return tuple(made)


def _of_dataset(
    dataset: str,
    found: Certified,
    volume: EventVolume | None,
    received: Sequence[Received],
    expected: Sequence[str],
    as_of: date,
) -> Iterator[Certificate]:
    last = month_number(as_of)
    starts = [one.start for one in found.coverage] + [one.start for one in received if one.start is not None]
    months = [month for of_region in (volume.rows if volume else {}).values() for month in of_region]
    first = min([month_number(day) for day in starts] + months, default=None)
    if first is None:
        return
    regions = {one.region for one in found.coverage} | {one.region for one in received}
    regions |= {one.region for one in found.doubts} | {*expected}
    delivered = {one.region for one in found.coverage} | {one.region for one in received}
    for region in sorted(regions):
        judge = _Region(dataset, region, found, volume, received, as_of)
        judge.in_parts = _in_parts(region, delivered, volume)
        for month in range(first, last + 1):
            yield judge.certificate(month)


class _Region:
    """What is known of one region of a dataset."""

    def __init__(
        self,
        dataset: str,
        region: str,
        found: Certified,
        volume: EventVolume | None,
        received: Sequence[Received],
        as_of: date,
    ) -> None:
        self.dataset, self.region, self.volume, self.as_of = dataset, region, volume, as_of
        self.in_parts = False
        self.spans = joined([_span(one) for one in found.coverage if region.startswith(one.region)])
        self.parts = [one for one in found.coverage if one.region.startswith(region) and one.region != region]
        self.doubts = [one for one in found.doubts if _touches(one.region, region)]
        self.received = [one for one in received if _touches(one.region, region)]

    def certificate(self, month: int) -> Certificate:
        """The month's state, with the reason that weighs most."""
        start, end = month_start(month), month_start(month + 1)
        until = min(end, date.fromordinal(self.as_of.toordinal() + 1))
        holes = [one for one in self.doubts if one.start < until and one.end > start]
        missing = list(without([(start, until)], self.spans))
        rows = self._rows(month)
        if not missing and not any(not one.accepted for one in holes):
            said = _accepted(holes) if holes else Sentence("按来函证明完整", "complete, as the sender certifies")
            return self._made(month, "complete", said, rows)
        if not missing:
            hole = min((one for one in holes if not one.accepted), key=lambda one: (len(one.region), one.region))
            return self._made(month, "partial", said_of(hole), rows, (hole.least, hole.usual))
        state, said = self._uncertified(start, until, missing)
        parts = self.in_parts and missing == [(start, until)] and self._certified_below(start, until)
        return self._made(month, state, said, rows, by_parts=parts)

    def _uncertified(self, start: date, until: date, missing: Sequence[tuple[date, date]]) -> tuple[State, Sentence]:
        about = [one for one in self.received if _overlaps(one, start, until)]
        for one in about:
            if not one.certifies and one.why.en:
                return "partial", one.why
        if (missing[0][0], missing[-1][1]) != (start, until) or len(missing) > 1:
            days = sum((end - begin).days for begin, end in missing)
            return "partial", Sentence(f"当月有{days}天没有完整性证明", f"{days} days of the month are not certified")
        if self._certified_below(start, until):
            return "partial", Sentence("仅部分下级区划有完整性证明", "certified for some of its parts only")
        if any(not one.certifies for one in about):
            return "partial", Sentence("已收到数据，但来函未证明完整", "received, but not certified complete")
        if self._rows(until.year * 12 + until.month - 1) and self.volume is not None:
            return "partial", Sentence("仅有零散数据，无完整性证明", "some stray rows, and no certificate")
        return "unknown", Sentence("未收到数据", "nothing was received")

    def _certified_below(self, start: date, until: date) -> bool:
        return any(one.start < until and one.end > start for one in self.parts)

    def _rows(self, month: int) -> int | None:
        if self.volume is None:
            return None
        return sum(of.get(month, 0) for place, of in self.volume.rows.items() if place.startswith(self.region))

    def _made(
        self,
        month: int,
        state: State,
        said: Sentence,
        rows: int | None,
        expected: tuple[int, int] | None = None,
        *,
        by_parts: bool = False,
    ) -> Certificate:
        return Certificate(
            self.dataset, self.region, month_start(month), state, said.zh, said.en, rows, expected, by_parts
        )


def _in_parts(region: str, delivered: Iterable[str], volume: EventVolume | None) -> bool:
    """Whether everything ever received of a region lies in parts of it that are delivered on their own."""
    parts = [one for one in delivered if one.startswith(region) and one != region]
    places = [place for place in (volume.rows if volume else {}) if place.startswith(region)]
    return bool(parts) and all(any(place.startswith(part) for part in parts) for place in places)


def said_of(one: Doubted) -> Sentence:
    """A doubt in words."""
    zh, en = (f"{one.region}：", f"{one.region}: ") if one.region else ("", "")
    match one.kind:
        case Doubt.CUT:
            return Sentence(
                f"{zh}最后一条数据为{one.edge_on}，此后无数据，疑似月末被截断",
                f"{en}nothing is dated after {one.edge_on}; the end of the month seems cut off",
            )
        case Doubt.LATE:
            return Sentence(
                f"{zh}第一条数据为{one.edge_on}，此前无数据，疑似月初缺失",
                f"{en}nothing is dated before {one.edge_on}; the beginning of the month seems to be missing",
            )
        case Doubt.SHRUNK:
            return Sentence(
                f"{zh}名册仅{one.rows}行，此前通常约{one.usual}行",
                f"{en}the list holds {one.rows} rows, earlier ones about {one.usual}",
            )
        case Doubt.ABSENT:
            return Sentence(
                f"{zh}契约列明应有该区划，但从未收到其数据",
                f"{en}the contract expects this region, and no row of it was ever received",
            )
        case Doubt.ASIDE:
            return Sentence(
                f"{zh}收到{one.usual}行，其中{one.usual - one.rows}行被隔离，超过容许比例",
                f"{en}of {one.usual} rows received {one.usual - one.rows} are set aside, more than the tolerance",
            )
        case _:
            return Sentence(
                f"{zh}仅{one.rows}行，通常约{one.usual}行，至少应有{one.least}行",
                f"{en}{one.rows} rows where about {one.usual} are usual and at least {one.least} expected",
            )


def _accepted(holes: Iterable[Doubted]) -> Sentence:
    count = sum(one.accepted for one in holes)
    return Sentence(f"{count}处数量存疑，已人工确认完整", f"{count} doubts about its volume were accepted by a person")


def _span(one: Coverage) -> tuple[date, date]:
    return one.start, one.end


def _touches(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _overlaps(one: Received, start: date, end: date) -> bool:
    return one.start is not None and one.end is not None and one.start < end and one.end > start


def _received(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Received]:
    rows = con.execute(
        f"""select dataset, region,
            case when period_from is null and listed then received_on else period_from end,
            case when period_from is null and listed then date '9999-12-31' else period_to end,
            exists (select 1 from clew.coverage c where c.batch = d.batch),
            coalesce(uncertified ->> 'zh', ''), coalesce(uncertified ->> 'en', '')
        from (select *, exists (select 1 from clew.volume v where v.batch = e.batch and v.month is null) as listed
            from clew.delivery e) d
        where {VISIBLE} order by dataset, batch""",
        {"as_of": as_of},
    ).fetchall()
    return [
        Received(dataset, region, start, end, certifies, Sentence(zh, en))
        for dataset, region, start, end, certifies, zh, en in rows
    ]
