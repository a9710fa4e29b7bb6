"""The questions of the motor model asked again of the clean data, with no rule and no engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import combinations

import polars as pl

from clew.demo.stage import Stage
from tests.demo.planted import planted

SINCE = date(2025, 7, 1)
WEIGHTS = {"plate": 0.5, "phone": 0.6, "payee_account": 0.7, "shop_id": 0.2}
col = pl.col
blameless = col("liability").is_in(["none", "secondary"]).mean() >= 0.9


def private(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Parties of the last year in private cars, whose liability is known."""
    return data["traffic_accident"].filter(
        col("occurred_on") >= SINCE, col("vehicle_use") == "private", col("liability") != "undetermined"
    )


def off_black_spots(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    year = data["traffic_accident"].filter(col("occurred_on") >= SINCE)
    spots = year.group_by("place").agg(col("person_id").n_unique()).filter(col("person_id") >= 20)
    return private(data).join(spots, on="place", how="anti")


def test_no_driver_is_never_at_fault(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    often = off_black_spots(data).group_by("person_id").agg(n=pl.len(), always=blameless)
    found = often.filter("always", col("n") >= 4)
    assert set(found["person_id"]) == planted(stage, "motor.driver_never_at_fault")


def claims(data: Mapping[str, pl.DataFrame], parties: pl.DataFrame) -> pl.DataFrame:
    return data["motor_claim"].join(parties.select("accident_no", "plate", "liability"), on=["accident_no", "plate"])


def test_no_car_is_hit_at_the_same_part_again(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    cars = (
        claims(data, off_black_spots(data))
        .group_by("plate")
        .agg(
            n=col("accident_no").n_unique(),
            always=blameless,
            part=col("hit_part").value_counts(sort=True).first().struct.field("count") / pl.len(),
        )
    )
    found = cars.filter("always", col("n") >= 4, col("part") >= 0.8)
    assert set(found["plate"]) == planted(stage, "motor.same_part_hit_again")


def test_no_shop_is_far_above_its_class(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    repaired = data["motor_claim"].filter(
        col("reported_on") >= SINCE, col("vehicle_use") == "private", ~col("insurer_shop")
    )
    shops = repaired.group_by("shop_id", "shop_class").agg(n=pl.len(), average=col("amount").mean())
    far = shops.filter(col("average") >= 2 * col("average").median().over("shop_class"), col("n") >= 10)
    assert set(far["shop_id"]) == planted(stage, "motor.shop_out_of_line")


def test_no_drivers_are_a_ring(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    rows = claims(data, private(data)).filter(col("reported_on") >= SINCE, col("vehicle_use") == "private")
    weak: dict[tuple[str, str], float] = defaultdict(lambda: 1.0)
    for kind, weight in WEIGHTS.items():
        of = rows.filter(~col("insurer_shop").fill_null(value=False)) if kind == "shop_id" else rows
        shared = of.filter(col(kind).is_not_null()).group_by(kind).agg(col("driver_id").unique())
        groups = [one for one in shared["driver_id"].to_list() if 2 <= len(one) <= 10]
        for pair in {pair for one in groups for pair in combinations(sorted(one), 2)}:
            weak[pair] *= 1 - weight
    ring = {driver: driver for driver in rows["driver_id"]}
    for (left, right), rest in sorted(weak.items()) * 3:  # three rounds are enough for rings this small
        if 1 - rest >= 0.5:
            ring[left] = ring[right] = min(ring[left], ring[right])
    named = rows.with_columns(ring=col("driver_id").replace_strict(ring))
    rings = named.group_by("ring").agg(n=pl.len(), always=blameless, drivers=col("driver_id").n_unique())
    found = rings.filter("always", col("n") >= 6, col("drivers") >= 3)
    assert set(found["ring"]) == planted(stage, "motor.claim_ring")
