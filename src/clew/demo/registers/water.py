"""Water users of the background: licensed, read every quarter, and taxed for what they took.

Lawful and odd are there too: meters that ran over or were replaced, estimates above the true reading, farms that pay
no tax, permits in renewal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, dates, day, plus_days
from clew.demo.divisions import COUNTIES
from clew.demo.identity import ENTERPRISE, credit_codes
from clew.demo.population import Block
from clew.demo.schemas import frame

PERSONS_PER_USER = 500
LEAST_USERS = 144
"""Users in the first block beside those by population, so that the smallest province has peers of every trade."""

QUARTERS = (
    date(2024, 9, 30), date(2024, 12, 31), date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30),
    date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30),
)  # fmt: skip
"""The last days of the quarters; meters are read on them."""

RATES = {"ground": 50, "surface": 20}
"""The demo province's lowest rates, fen per cubic metre. Everybody pays at least these."""

TRADES: Mapping[str, tuple[str, str, int]] = {
    "food": ("production", "食品", 3000),
    "paper": ("production", "纸业", 9000),
    "chemical": ("production", "化工", 7000),
    "textile": ("production", "印染", 6000),
    "building_material": ("production", "建材", 2500),
    "car_wash": ("service", "汽车美容", 400),
    "bathing": ("service", "温泉", 2200),
    "farming": ("agriculture", "农业", 12000),
    "waterworks": ("public_supply", "自来水", 90000),
}
"""Industry -> purpose, a word for the name, and the usual cubic metres of a quarter."""

_COUNTY_NAMES = {county.code: county.name for county in COUNTIES}
_LUCKY = "永新长明东升光大诚信立业振兴"


def register(block: Block) -> dict[str, pl.DataFrame]:
    """Devices, permits, quarterly readings and the returns of the water resource tax."""
    rng = block.rng("water")
    users = _users(rng, block)
    readings = _readings(rng, users)
    return {
        "water_device": frame("water_device", users.select(_DEVICE).to_dict()),
        "water_permit": _permits(rng, users),
        "water_meter": frame("water_meter", readings.select(_READING).to_dict()),
        "tax_return": _returns(rng, readings),
    }


_DEVICE = ("device_no", "uscc", "holder", "industry", "purpose", "source", "status", "installed_on", "region")
_READING = (
    "device_no", "uscc", "meter_no", "read_on", "reading", "full_scale", "volume", "electricity", "method", "region",
)  # fmt: skip


def _users(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    """One device each, the trades in equal parts; ``usual`` is the cubic metres of a quarter."""
    count = block.people.height // PERSONS_PER_USER + (LEAST_USERS if block.index == 0 else 0)
    trades = list(TRADES)
    trade = pl.Series([trades[place % len(trades)] for place in range(count)], dtype=pl.String)
    county = rng.choice(len(COUNTIES), size=count, p=[county.share for county in COUNTIES])
    region = pl.Series([county.code for county in COUNTIES]).gather(county)
    words = np.array(list(_LUCKY))
    lucky = pl.Series(words[rng.integers(len(words), size=count)] + words[rng.integers(len(words), size=count)])
    place, word = region.replace_strict(_COUNTY_NAMES), trade.replace_strict({key: TRADES[key][1] for key in trades})
    middle = trade.replace_strict({key: TRADES[key][2] for key in trades}, return_dtype=pl.Int64)
    ground = pl.Series(rng.random(count) < 0.45) & (trade != "waterworks")
    return pl.DataFrame(
        {
            "device_no": [f"34QS{block.index:03d}{place:06d}" for place in range(count)],
            "uscc": credit_codes(region.to_list(), rng.integers(31**8, size=count), ENTERPRISE),
            "holder": place + lucky + word + "有限公司",
            "industry": trade,
            "purpose": trade.replace_strict({key: TRADES[key][0] for key in trades}),
            "source": pl.select(pl.when(ground).then(pl.lit("ground")).otherwise(pl.lit("surface"))).to_series(),
            "status": ["in_use"] * count,
            "installed_on": dates(rng.integers(day(date(2005, 1, 1)), day(date(2024, 6, 1)), size=count)),
            "region": region,
            "usual": (middle * np.exp(rng.normal(0, 0.35, size=count))).cast(pl.Int64),
            "shared_meter": pl.Series(rng.random(count) < 0.15),
        }
    )


def _permits(rng: np.random.Generator, users: pl.DataFrame) -> pl.DataFrame:
    """Everybody but the farms holds one; of those that ended, renewal was applied for in time."""
    holders = users.filter(pl.col("purpose") != "agriculture")
    ends = pl.Series(rng.integers(-60, 1700, size=holders.height))
    made = holders.with_columns(expires_on=plus_days(pl.lit(AS_OF), ends)).select(
        "uscc",
        "region",
        "expires_on",
        issued_on=plus_days(pl.col("expires_on"), -1825),
        status=pl.when(pl.col("expires_on") < AS_OF).then(pl.lit("renewing")).otherwise(pl.lit("valid")),
    )
    return frame("water_permit", made.to_dict())


def _readings(rng: np.random.Generator, users: pl.DataFrame) -> pl.DataFrame:
    """Eight quarters of each device. Scales are wide enough for a roll-over to begin in the last tenth."""
    count, size = users.height, users.height * len(QUARTERS)
    scale = pl.when(pl.col("usual") > 20_000).then(9_999_999).otherwise(999_999)
    replaced = np.where(rng.random(count) < 0.03, rng.integers(1, len(QUARTERS), size=count), len(QUARTERS))
    quarters = pl.DataFrame({"quarter": range(len(QUARTERS)), "read_on": QUARTERS})
    rows = users.with_columns(
        full_scale=scale,
        start=(scale * pl.Series(rng.random(count))).cast(pl.Int64),
        replaced=pl.Series(replaced),
    ).join(quarters, how="cross")
    season = pl.Series(rng.uniform(0.7, 1.3, size=size))
    guessed = pl.Series(rng.random(size) < 0.03)
    rows = rows.with_columns(
        volume=(pl.col("usual") * season).cast(pl.Int64), new=pl.col("quarter") >= pl.col("replaced")
    )
    pumped = pl.col("volume").cum_sum().over("device_no", "new")
    true = pl.when("new").then(pumped).otherwise((pl.col("start") + pumped) % pl.col("full_scale"))
    power = (pl.col("volume") * 0.45 * pl.Series(rng.uniform(0.9, 1.1, size=size))).cast(pl.Int64)
    return rows.with_columns(
        meter_no=pl.col("device_no") + pl.when("new").then(pl.lit("B")).otherwise(pl.lit("A")),
        reading=pl.when(guessed).then(pl.min_horizontal(true + pl.col("volume") // 5, "full_scale")).otherwise(true),
        method=pl.when(guessed).then(pl.lit("estimated")).otherwise(pl.lit("remote")),
        electricity=pl.when(~pl.col("shared_meter")).then(power),
    )


def _returns(rng: np.random.Generator, readings: pl.DataFrame) -> pl.DataFrame:
    """Quarterly returns in the month after, for taxed users; that of the last quarter is yet to come."""
    taxed = readings.filter(pl.col("purpose") != "agriculture", pl.col("read_on") < QUARTERS[-1])
    rate = pl.col("source").replace_strict(RATES, return_dtype=pl.Int64)
    made = taxed.select(
        "uscc",
        "region",
        tax_kind=pl.lit("water_resource_tax"),
        period_from=pl.col("read_on").dt.offset_by("-2mo").dt.month_start(),
        period_to="read_on",
        base=pl.col("volume") * 100,
        paid=pl.col("volume") * rate,
        filed_on=plus_days(pl.col("read_on"), pl.Series(rng.integers(4, 15, size=taxed.height))),
    )
    return frame("tax_return", made.to_dict())
