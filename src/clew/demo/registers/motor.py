"""Road accidents and motor claims of the background: nobody has more than one, and one road is a black spot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, PERIOD_FROM, dates, day, plus_days
from clew.demo.divisions import COUNTIES
from clew.demo.identity import ENTERPRISE, credit_codes
from clew.demo.payments import accounts
from clew.demo.population import Block
from clew.demo.schemas import frame

PERSONS_PER_ACCIDENT = 60
LEAST_ACCIDENTS, LEAST_SHOPS = 40, 40
"""In the first block beside those by population."""

CLAIMS_PER_SHOP = 12
BLACK_SPOT = "S101K12"
"""Where the first thirty accidents of the last year of the first block happened, each with other drivers."""

SHOP_CLASSES: Mapping[str, tuple[str, int]] = {
    "dealer": ("汽车销售服务", 620_000),
    "first": ("汽车维修", 360_000),
    "second": ("汽修", 240_000),
    "third": ("快修", 140_000),
}
"""Class -> a word for the name, and the usual claim in fen."""

_USES = ("private", "taxi", "ride_hailing", "freight", "coach", "company", "official")
_USE_SHARES = (0.86, 0.03, 0.03, 0.03, 0.01, 0.03, 0.01)
_SIDES = (("full", "none"), ("main", "secondary"), ("equal", "equal"), ("undetermined", "undetermined"))
_SIDE_SHARES = (0.74, 0.14, 0.10, 0.02)
_PARTS = ("front", "rear", "left", "right", "roof")
_PART_SHARES = (0.38, 0.34, 0.13, 0.13, 0.02)
_LUCKY = "驰骏程顺畅捷迅腾跃远"
_COUNTY_NAMES = {county.code: county.name for county in COUNTIES}
_PLATE_LETTERS = {"3401": "A", "3402": "B", "3403": "C", "3404": "D"}


def register(block: Block) -> dict[str, pl.DataFrame]:
    """Both parties of every accident, and the claims of those who were insured."""
    rng = block.rng("motor")
    parties = _parties(rng, block)
    claims = _claims(rng, block, parties)
    return {
        "traffic_accident": frame("traffic_accident", parties.select(_PARTY).to_dict()),
        "motor_claim": claims,
    }


_PARTY = ("accident_no", "occurred_on", "place", "person_id", "name", "plate", "vehicle_use", "liability", "region")


def plate(region: str, running: int) -> str:
    """The number plate by city, and by a number below 1,048,576 that is written in hexadecimal digits."""
    return f"皖{_PLATE_LETTERS[region[:4]]}{running:05X}"


def _parties(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    """Two drivers for each accident, nobody twice."""
    drivers = block.people.filter(pl.col("age").is_between(20, 66), pl.col("died_on").is_null())
    wanted = block.people.height // PERSONS_PER_ACCIDENT + (LEAST_ACCIDENTS if block.index == 0 else 0)
    count = min(wanted, drivers.height // 2)
    chosen = drivers[rng.permutation(drivers.height)[: 2 * count]]
    accident = np.repeat(np.arange(count), 2)
    occurred = rng.integers(day(PERIOD_FROM), day(AS_OF) - 20, size=count)
    side = rng.choice(len(_SIDES), size=count, p=_SIDE_SHARES)
    spot = (np.arange(count) < 30) & (block.index == 0)
    occurred = np.where(spot, day(AS_OF) - 30 - 10 * np.arange(count), occurred)
    road = np.where(spot, BLACK_SPOT, [f"X{block.index:02d}{place:06d}" for place in range(count)])
    liability = np.array(_SIDES)[side].reshape(-1)
    running = pl.Series(block.index * 20_000 + np.arange(2 * count))
    return chosen.with_columns(
        accident_no=pl.Series([f"34SG{block.index:02d}{place:07d}" for place in accident.tolist()]),
        occurred_on=dates(occurred[accident]),
        place=pl.Series(road[accident].tolist()),
        plate=pl.Series(map(plate, chosen["region"], running)),
        vehicle_use=pl.Series(rng.choice(_USES, size=2 * count, p=_USE_SHARES).tolist()),
        liability=pl.Series(liability.tolist()),
        phone=pl.lit("13") + running.cast(pl.String).str.zfill(9),
    )


def _claims(rng: np.random.Generator, block: Block, parties: pl.DataFrame) -> pl.DataFrame:
    """Seven in ten parties claim, within a fortnight, at a shop of any class."""
    claiming = parties.filter(pl.Series(rng.random(parties.height) < 0.7))
    count = claiming.height
    shops = _shops(rng, block, count)
    shop = shops[rng.integers(shops.height, size=count)]
    usual = shop["shop_class"].replace_strict({key: usual for key, (_, usual) in SHOP_CLASSES.items()})
    made = claiming.with_columns(
        reported_on=plus_days(pl.col("occurred_on"), pl.Series(rng.integers(0, 15, size=count))),
        driver_id="person_id",
        payee_account=accounts(rng, count, "62284"),
        hit_part=pl.Series(rng.choice(_PARTS, size=count, p=_PART_SHARES).tolist()),
        amount=(usual * pl.Series(np.exp(rng.normal(0, 0.4, size=count)))).cast(pl.Int64) // 100 * 100,
    ).with_columns(*shop)
    columns = (
        "accident_no", "reported_on", "plate", "vehicle_use", "driver_id", "phone", "payee_account", "shop_id", "shop",
        "shop_class", "insurer_shop", "hit_part", "amount", "region",
    )  # fmt: skip
    return frame("motor_claim", made.select(columns).to_dict())


def _shops(rng: np.random.Generator, block: Block, claims: int) -> pl.DataFrame:
    """Repair shops, the classes in equal parts."""
    count = claims // CLAIMS_PER_SHOP + (LEAST_SHOPS if block.index == 0 else 1)
    classes = [list(SHOP_CLASSES)[place % len(SHOP_CLASSES)] for place in range(count)]
    region = pl.Series([COUNTIES[place].code for place in rng.integers(len(COUNTIES), size=count).tolist()])
    words = pl.Series(["".join(pair) for pair in rng.choice(list(_LUCKY), size=(count, 2)).tolist()])
    trade = pl.Series([SHOP_CLASSES[one][0] for one in classes])
    return pl.DataFrame(
        {
            "shop_id": credit_codes(region.to_list(), rng.integers(31**8, size=count), ENTERPRISE),
            "shop": region.replace_strict(_COUNTY_NAMES) + words + trade + "有限公司",
            "shop_class": classes,
            "insurer_shop": [False] * count,
        }
    )
