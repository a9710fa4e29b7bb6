"""Which file each row is sent in: the deliveries of two years, as departments make them.

Payments came as three half-year extracts when the work began and monthly since 2026; registers come as full
snapshots; the rest as half-years. Benefits of 2026 come from each city, one of which left a month out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from clew.contracts.model import Contract, Kind
from clew.demo.calendar import AS_OF, PERIOD_FROM, PERIOD_TO, month_plus, months
from clew.demo.divisions import BLIND_CITY, CITIES

MISSING_MONTH = date(2026, 5, 1)
"""The month of benefit payments that never came from the blind city."""

RECORDS_STOP = date(2026, 4, 1)
"""Where the blind city's records of revocations and of re-checks end (half-open)."""

CORRECTED = ("3402", date(2026, 3, 1))
"""City and month of the benefit file that was sent wrong first and corrected later."""

_REGISTER_SINCE = date(2000, 1, 1)
_LONG_SINCE = date(2019, 1, 1)
_IN_ONE = {
    "drug_control",
    "community_correction",
    "trade_bar",
    "custody",
    "prison_account",
    "identity_loss",
    "prosecution_case",
}
_BY_CITY = {"licence_revocation", "enforcement_recheck"}
_TWO_YEARS = {"medical_charge", "border_crossing"}
_MONTHLY = {"pension_payment", "benefit_payment"}
_FIRST_MONTH = date(2026, 1, 1)
_TOLD_TWICE = "disability_certificate"


@dataclass(frozen=True)
class Parcel:
    """One file to send: the rows of [since, until) in a region, when it came, and what it replaces.

    ``until`` is also the end of what the sidecar certifies. ``faulty`` marks the version that is corrected later.
    """

    dataset: str
    name: str
    received_on: date
    since: date
    until: date
    region: str = ""
    replaces: str | None = None
    faulty: bool = False

    def rows(self, frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
        """The rows of a frame that go into this file."""
        found = frame
        if contract.event_column:
            found = found.filter(pl.col(contract.event_column).is_between(self.since, self.until, closed="left"))
        elif self.until < PERIOD_TO:
            found = earlier_snapshot(found, self.until)
        return found.filter(pl.col("region").str.starts_with(self.region)) if self.region else found


def parcels(contract: Contract) -> list[Parcel]:
    """The files of a dataset, in the order they came."""
    dataset, title = contract.dataset, contract.title_zh
    if dataset == "water_permit":
        return list(_permits(dataset, title))
    if dataset == "social_insurance":
        return list(_enrolments(dataset, title))
    if contract.kind is Kind.REGISTER:
        return list(_snapshots(dataset, title))
    if dataset in _MONTHLY:
        return list(_payments(dataset, title))
    if dataset in _BY_CITY:
        return list(_by_city(dataset, title))
    if dataset in _IN_ONE:
        return [Parcel(dataset, f"{title}_20260630", AS_OF, _LONG_SINCE, PERIOD_TO)]
    if dataset in _TWO_YEARS:
        return [Parcel(dataset, f"{title}_20260630", AS_OF, PERIOD_FROM, PERIOD_TO)]
    if dataset == "criminal_judgment":
        first = Parcel(dataset, f"{title}_2019年至2025年", date(2026, 1, 12), _LONG_SINCE, _FIRST_MONTH)
        return [first, Parcel(dataset, f"{title}_2026年上半年", AS_OF, _FIRST_MONTH, PERIOD_TO)]
    return list(_half_years(dataset, title))


def earlier_snapshot(frame: pl.DataFrame, until: date) -> pl.DataFrame:
    """A register as it stood earlier: later certificates are not in it, later changes of status not known."""
    later = pl.col("status_on") >= until
    return frame.filter(pl.col("issued_on") < until).with_columns(
        status=pl.when(later).then(pl.lit("valid")).otherwise("status"),
        status_on=pl.when(later).then(None).otherwise("status_on"),
    )


def _snapshots(dataset: str, title: str) -> Iterator[Parcel]:
    if dataset == _TOLD_TWICE:
        yield Parcel(dataset, f"{title}_20260331", date(2026, 4, 7), _REGISTER_SINCE, date(2026, 4, 1))
    yield Parcel(dataset, f"{title}_20260630", AS_OF, _REGISTER_SINCE, PERIOD_TO)


def _permits(dataset: str, title: str) -> Iterator[Parcel]:
    """Each city's own register; that of the blind city never came."""
    for city, city_name in CITIES.items():
        if city != BLIND_CITY:
            yield Parcel(dataset, f"{city_name}{title}_20260630", AS_OF, _REGISTER_SINCE, PERIOD_TO, city)


def _payments(dataset: str, title: str) -> Iterator[Parcel]:
    yield from _half_years(dataset, title, _FIRST_MONTH)
    for month in months(_FIRST_MONTH, PERIOD_TO):
        until = month_plus(month, 1)
        received = min(until + timedelta(days=4), AS_OF)
        name = f"{title}_{month.year}年{month.month:02d}月"
        if dataset == "pension_payment":
            yield Parcel(dataset, name, received, month, until)
            continue
        for city, city_name in CITIES.items():
            if (city, month) == (BLIND_CITY, MISSING_MONTH):
                continue
            sent = f"{city_name}{name}"
            corrected = (city, month) == CORRECTED
            yield Parcel(dataset, sent, received, month, until, city, faulty=corrected)
            if corrected:
                later = received + timedelta(days=16)
                yield Parcel(dataset, f"{sent}_更正", later, month, until, city, replaces=sent)


def _by_city(dataset: str, title: str) -> Iterator[Parcel]:
    for city, city_name in CITIES.items():
        until = RECORDS_STOP if city == BLIND_CITY else PERIOD_TO
        received = min(until + timedelta(days=6), AS_OF)
        yield Parcel(dataset, f"{city_name}{title}", received, _LONG_SINCE, until, city)


def _enrolments(dataset: str, title: str) -> Iterator[Parcel]:
    """Each city's list of enrolments, but for one that sent none."""
    for city, city_name in CITIES.items():
        if city != BLIND_CITY:
            yield Parcel(dataset, f"{city_name}{title}_20260630", AS_OF, _REGISTER_SINCE, PERIOD_TO, city)


def _half_years(dataset: str, title: str, until: date = PERIOD_TO) -> Iterator[Parcel]:
    start = PERIOD_FROM
    while start < until:
        end = month_plus(start, 6)
        half = f"{start.year}年{'上' if start.month == 1 else '下'}半年"
        received = min(max(end, date(2026, 1, 1)) + timedelta(days=8), AS_OF)
        yield Parcel(dataset, f"{title}_{half}", received, start, end)
        start = end
