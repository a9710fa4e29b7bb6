"""What the catalogue tells: counts, shares, dates, names of files and offices; never a value from a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clew.contracts.check import CheckMeasure, RowCheck, TableCheck
from clew.contracts.model import Contract
from clew.ingest.coverage.certificate import Certificate
from clew.ingest.observe.anomaly import Anomaly
from clew.ingest.observe.health import Health


@dataclass(frozen=True)
class Delivery:
    """One received file. ``codes``: why it was refused; the sentences may quote what stood in the file.

    ``whole``: a file of its own, and no handful of rows that corrects, deletes or mends what another brought.
    """

    batch: int
    file: str
    sha256: str
    received_on: date
    sender: str
    letter: str
    received_by: str
    region: str
    period: tuple[date, date] | None
    status: str
    codes: tuple[str, ...]
    read: int
    loaded: int
    quarantined: int
    superseded_by: int | None
    complete: bool
    whole: bool

    @property
    def in_force(self) -> bool:
        """Whether its rows count."""
        return self.status == "loaded" and self.superseded_by is None

    @property
    def days(self) -> int:
        """Days of its period, 0 without one."""
        return (self.period[1] - self.period[0]).days if self.period else 0

    def like(self, other: Delivery) -> bool:
        """Whether both can be compared: one region, periods about as long."""
        longer, shorter = max(self.days, other.days), min(self.days, other.days)
        return self.region == other.region and bool(longer) == bool(shorter) and longer <= 2 * shorter

    @property
    def share(self) -> float:
        """Share of its rows that were set aside."""
        return self.quarantined / self.read if self.read else 0.0


@dataclass(frozen=True)
class Point:
    """A column in one delivery: shares of rows without a value, and how many values differ."""

    batch: int
    nulls: float
    distinct: int
    shape: Mapping[str, int]


@dataclass(frozen=True)
class Judged:
    """A check of the contract with its measure in the newest delivery; None when there is none of this contract."""

    check: RowCheck | TableCheck
    measure: CheckMeasure | None

    @property
    def holds(self) -> bool | None:
        """Whether it passed."""
        return None if self.measure is None else self.check.holds(self.measure)


@dataclass(frozen=True)
class Use:
    """A rule that reads the dataset, and the models that weigh the rule; titles are (Chinese, English)."""

    rule: str
    title: tuple[str, str]
    models: tuple[str, ...]


@dataclass(frozen=True)
class Dataset:
    """Everything a page says. ``rows``: those that count on that day."""

    contract: Contract
    rows: int
    health: Health
    deliveries: tuple[Delivery, ...]
    points: Mapping[str, tuple[Point, ...]]
    checks: tuple[Judged, ...]
    anomalies: tuple[Anomaly, ...]
    certificates: tuple[Certificate, ...]
    uses: tuple[Use, ...]
    refers_to: tuple[str, ...]
    referred_by: tuple[str, ...]

    @property
    def loaded(self) -> tuple[Delivery, ...]:
        """Deliveries that were loaded, by number."""
        return tuple(one for one in self.deliveries if one.status == "loaded")

    @property
    def whole(self) -> tuple[Delivery, ...]:
        """Those of them that are files of their own: what says how large deliveries are, and how good."""
        return tuple(one for one in self.loaded if one.whole)


@dataclass(frozen=True)
class Facts:
    """The whole catalogue as of a day. ``models``: id -> (Chinese title, English title, status)."""

    as_of: date
    datasets: tuple[Dataset, ...]
    models: Mapping[str, tuple[str, str, str]]
