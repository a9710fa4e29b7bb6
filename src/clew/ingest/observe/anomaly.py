"""Anomalies: what about a delivery is unlike the deliveries of its dataset before it.

Each measure is compared with its median over the past; how far it may lie from it is a multiple of the median
absolute deviation (Leys et al., Detecting outliers, 2013), and never less than a floor that chance alone or an
ordinary month reaches. With fewer than five past deliveries nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, sqrt
from statistics import median

import duckdb

FEWEST = 5
"""Past deliveries without which nothing is unusual."""
WINDOW = 24
"""The newest past deliveries that count: what was usual years ago is not."""

_REACH = 5.0
_SCALE = 1.4826  # of the median absolute deviation, to estimate a standard deviation


@dataclass(frozen=True)
class Anomaly:
    """One measure outside what the past makes likely. ``column`` is '' for measures of the whole delivery.

    ``measure``: volume (rows, or rows per day of the period), quarantine and nulls (shares of rows), distinct (share
    of values for key-like columns, else a count), shape (population stability index, only ever too high).
    """

    batch: int
    dataset: str
    measure: str
    column: str
    value: float
    expected: float
    low: float
    high: float
    past: int

    @property
    def says_en(self) -> str:
        """One sentence; numbers only, never a value of the data."""
        return (
            f"{_EN[self.measure].format(column=self.column)} is {_shown(self, self.value)}, usually "
            f"{_shown(self, self.expected)} (between {_shown(self, self.low)} and {_shown(self, self.high)} "
            f"in {self.past} earlier deliveries)"
        )

    @property
    def says_zh(self) -> str:
        """The same in Chinese."""
        return (
            f"{_ZH[self.measure].format(column=self.column)}为{_shown(self, self.value)}，通常为"
            f"{_shown(self, self.expected)}（此前{self.past}次交付的合理范围："
            f"{_shown(self, self.low)}至{_shown(self, self.high)}）"
        )


_EN = {
    "volume": "the volume (rows, or rows a day)",
    "quarantine": "the share of rows set aside",
    "nulls": "the share of rows without '{column}'",
    "distinct": "the number of different values of '{column}'",
    "shape": "the shift of the distribution of '{column}'",
}
_ZH = {
    "volume": "数据量（行数或日均行数）",
    "quarantine": "隔离行占比",
    "nulls": "“{column}”缺失占比",
    "distinct": "“{column}”不同取值数",
    "shape": "“{column}”分布偏移",
}


def judged(
    batch: tuple[int, str], what: tuple[str, str], value: float, past: Sequence[float], floor: float
) -> Anomaly | None:
    """The anomaly of one measure, or None. ``batch`` is number and dataset, ``what`` measure and column."""
    middle, reach = limits(past, floor)
    low, high = (0.0 if what[0] == "shape" else middle - reach), middle + reach
    return None if low <= value <= high else Anomaly(*batch, *what, value, middle, max(low, 0.0), high, len(past))


def limits(past: Sequence[float], floor: float) -> tuple[float, float]:
    """The median of the past and how far a value may lie from it.

    The deviation of a few values is itself uncertain, so the fewer there are the wider the reach.
    """
    middle = median(past)
    spread = _SCALE * median(abs(value - middle) for value in past)
    return middle, max(_REACH * (1 + 4 / len(past)) * spread, floor)


def volume_floor(volumes: Sequence[float], days: float) -> float:
    """Three tenths of what is usual, and for small numbers what chance does (counts vary by their root)."""
    middle = median(volumes)
    return max(0.3 * middle, _REACH * sqrt(max(middle * days, 1)) / days)


def share_floor(shares: Sequence[float], rows: int) -> float:
    """Two points in a hundred, and for small deliveries what chance does."""
    if not rows:
        return inf
    likely = (median(shares) * rows + 1) / (rows + 2)
    return max(0.02, _REACH * sqrt(likely * (1 - likely) / rows))


def kinds_floor(counts: Sequence[float]) -> float:
    """Half of what is usual, and for few different values two or three."""
    middle = median(counts)
    return max(0.5 * middle, 2.0, 3 * sqrt(middle))


def read_anomalies(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Anomaly]:
    """Every anomaly of deliveries received up to ``as_of``, by dataset, delivery and measure."""
    rows = con.execute(
        """select a.* from clew.anomaly a join clew.delivery d using (batch)
        where d.received_on <= ? and d.status = 'loaded' order by a.dataset, batch, measure, column_name""",
        [as_of],
    ).fetchall()
    return [Anomaly(*row) for row in rows]


def _shown(anomaly: Anomaly, value: float) -> str:
    if anomaly.measure in ("quarantine", "nulls"):
        return f"{value * 100:.1f} %"
    if anomaly.measure == "shape" or value < 1:
        return f"{value:.2f}"
    return f"{value:,.0f}".replace(",", " ") if value >= 100 or value == int(value) else f"{value:.1f}"
