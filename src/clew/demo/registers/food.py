"""Food businesses and their people; trade bars of the background hit nobody who is still in the trade."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, dates, day, plus_days
from clew.demo.divisions import COUNTIES
from clew.demo.identity import credit_codes
from clew.demo.population import Block
from clew.demo.schemas import frame

OWNER_LOTS = (0.20, 0.22)
MANAGER_LOTS = (0.22, 0.23)
_TRADES = ("小吃店", "餐馆", "超市", "食品店", "面馆", "烘焙坊", "火锅店", "粮油店", "食堂", "茶餐厅")
_WORDS = "兴旺福顺和盛源泰丰鑫美味佳鲜聚仙满香缘禾"
_COUNTY_NAMES = {county.code: county.name for county in COUNTIES}


def register(block: Block, judgments: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Food licences with a legal representative and a safety manager, and trade bars from food judgments."""
    rng = block.rng("food")
    return {"food_licence": _licences(rng, block), "trade_bar": _bars(judgments)}


def business_names(rng: np.random.Generator, region: pl.Series, owner: pl.Series) -> pl.Series:
    """Signboards: county, two lucky characters or the owner's surname, trade."""
    count = len(region)
    words = np.array(list(_WORDS))
    lucky = pl.Series(words[rng.integers(len(words), size=count)] + words[rng.integers(len(words), size=count)])
    by_owner = pl.Series(rng.random(count) < 0.3)
    trade = pl.Series(_TRADES).gather(rng.integers(len(_TRADES), size=count))
    middle = pl.when(by_owner).then(owner.str.slice(0, 1) + "记").otherwise(lucky)
    # A comma or a line break inside a name has to survive quoting.
    extra = pl.Series(["", ",分店", "\n(老店)"]).gather(rng.choice(3, size=count, p=(0.97, 0.02, 0.01)))
    county = region.replace_strict(_COUNTY_NAMES, return_dtype=pl.String)
    return pl.select(county + middle + trade + extra).to_series()


def _licences(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    adults = block.people.filter(pl.col("age").is_between(20, 70), pl.col("died_on").is_null())
    owners = adults.filter(pl.col("lot").is_between(*OWNER_LOTS, closed="left"))
    managers = adults.filter(pl.col("lot").is_between(*MANAGER_LOTS, closed="left"))
    count = owners.height
    other = managers[rng.integers(max(managers.height, 1), size=count)] if managers.height else owners
    own = pl.Series(rng.random(count) < 0.55)
    issued = rng.integers(day(AS_OF) - 2400, day(AS_OF) - 5, size=count)
    closed = (issued + 1826 <= day(AS_OF)) | (rng.random(count) < 0.06)
    shut = np.minimum(issued + 1826, issued + 200 + rng.integers(0, 900, size=count))
    made = owners.select(
        "region",
        legal_rep_id="person_id",
        legal_rep_name="name",
        business_name=business_names(rng, owners["region"], owners["name"]),
        uscc=credit_codes(owners["region"].to_list(), rng.integers(31**8, size=count)),
        manager_id=pl.when(own).then(pl.col("person_id")).otherwise(other["person_id"]),
        manager_name=pl.when(own).then(pl.col("name")).otherwise(other["name"]),
        issued_on=dates(issued),
        expires_on=dates(issued + 1826),
        status=pl.when(pl.Series(closed)).then(pl.lit("cancelled")).otherwise(pl.lit("active")),
        status_on=pl.when(pl.Series(closed)).then(dates(np.minimum(shut, day(AS_OF)))),
    )
    return frame("food_licence", made.to_dict())


def _bars(judgments: pl.DataFrame) -> pl.DataFrame:
    """A bar of five years from the judgment for each food offender of the background (who holds no licence)."""
    food = judgments.filter(pl.col("charge").str.contains("食品"))
    made = food.with_columns(
        field=pl.lit("food"),
        decided_on=pl.min_horizontal(plus_days(pl.col("effective_on"), 30), pl.lit(AS_OF)),
        until_on=pl.col("effective_on").dt.offset_by("5y"),
        authority=pl.col("region").replace_strict(_COUNTY_NAMES, return_dtype=pl.String) + "市场监督管理局",
    )
    columns = ("person_id", "field", "decided_on", "until_on", "authority", "region")
    return frame("trade_bar", made.select(columns).to_dict())
