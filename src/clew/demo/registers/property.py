"""Property of the background: flats, cars and deposits; who was closed as without assets holds nothing to be seized."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, PERIOD_FROM, dates, day, plus_days
from clew.demo.population import Block
from clew.demo.schemas import frame

_KINDS = ("real_estate", "vehicle", "provident_fund", "insurance", "deposit")
_KIND_SHARES = (0.35, 0.35, 0.1, 0.1, 0.1)
OWNER_SHARE = 0.12


def register(block: Block, cases: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Assets of one adult in eight, and what debtors without assets have left."""
    rng = block.rng("property")
    closed = cases.filter(pl.col("close_kind") == "no_assets")
    owners = block.people.filter(
        pl.col("age").is_between(25, 80), pl.Series(rng.random(block.people.height) < OWNER_SHARE),
        ~pl.col("person_id").is_in(closed["debtor_id"].implode()),
    )  # fmt: skip
    count = owners.height
    since = rng.integers(day(PERIOD_FROM) - 5000, day(AS_OF) - 30, size=count)
    sold = rng.random(count) < 0.1
    made = owners.select(
        "region",
        owner_id="person_id",
        owner_name="name",
        kind=pl.Series(rng.choice(_KINDS, p=_KIND_SHARES, size=count)),
        value=pl.Series(np.exp(rng.normal(11.5, 1.1, size=count))).cast(pl.Int64) * 100,
        necessity=pl.lit(False),
        from_on=dates(since),
        to_on=pl.when(pl.Series(sold)).then(dates(np.minimum(since + 900, day(AS_OF)))),
    )
    parts = [frame("property_register", part.to_dict()) for part in (made, _left(rng, closed))]
    return {"property_register": pl.concat(parts)}


def _left(rng: np.random.Generator, closed: pl.DataFrame) -> pl.DataFrame:
    """A third of them have a home they need, one mortgaged beyond its value, or sold a car before the closing."""
    some = closed.filter(pl.Series(rng.random(closed.height) < 0.33)).unique(
        "debtor_id", keep="first", maintain_order=True
    )
    case = pl.Series(rng.integers(3, size=some.height))
    value = pl.Series(rng.integers(200_000, 900_000, size=some.height) * 100)
    return some.select(
        "region",
        value=value,
        owner_id="debtor_id",
        owner_name="debtor_name",
        kind=pl.when(case == 2).then(pl.lit("vehicle")).otherwise(pl.lit("real_estate")),
        prior_claims=pl.when(case == 1).then(value + 100_000),
        necessity=case == 0,
        from_on=plus_days(pl.col("closed_on"), -2500),
        to_on=pl.when(case == 2).then(plus_days(pl.col("received_on"), -30)),
    )
