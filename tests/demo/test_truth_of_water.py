"""The questions of the water model asked again of the clean data, with no rule and no engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from clew.demo.stage import Stage
from tests.demo.planted import planted

AS_OF = date(2026, 6, 30)
col = pl.col


def natural(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Devices that take water from nature for a use that is not exempt."""
    return data["water_device"].filter(
        col("source").is_in(["ground", "surface"]), ~col("purpose").is_in(["agriculture", "emergency"])
    )


def test_nobody_pumps_without_a_permit(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    permitted = data["water_permit"].filter(
        (col("status") == "renewing") | ((col("status") == "valid") & (col("expires_on") >= AS_OF))
    )
    running = natural(data).filter(col("status") == "in_use", col("installed_on") <= date(2026, 3, 30))
    bare = running.join(permitted, on="uscc", how="anti").filter(~col("region").str.starts_with("3404"))
    assert set(bare["uscc"]) == planted(stage, "water.device_without_permit")


def test_no_meter_runs_backwards(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    read = data["water_meter"].filter(col("method") != "estimated").sort("device_no", "read_on")
    before = [col(name).shift().over("device_no").alias(f"old_{name}") for name in ("reading", "meter_no")]
    fell = read.with_columns(before).filter(
        col("old_reading") - col("reading") >= 10,
        col("old_meter_no") == col("meter_no"),
        ~((col("old_reading") >= 0.9 * col("full_scale")) & (col("reading") <= 0.1 * col("full_scale"))),
    )
    assert set(fell.join(natural(data), on="device_no", how="semi")["uscc"]) == planted(stage, "water.reading_falls")


def years(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """By taxed unit: volume, certain volume, electricity and tax of 2025."""
    taxed = natural(data).filter(col("purpose") != "public_supply").select("device_no", "industry", "source")
    rate = col("source").replace_strict({"ground": 50, "surface": 20}, return_dtype=pl.Int64)
    read = data["water_meter"].filter(col("read_on").dt.year() == 2025).join(taxed, on="device_no")
    used = read.group_by("uscc", "industry").agg(
        col("volume").sum(),
        col("electricity").sum(),
        due=(col("volume") * rate).filter(col("method") != "estimated").sum(),
    )
    paid = (
        data["tax_return"]
        .filter(col("tax_kind") == "water_resource_tax", col("period_from").dt.year() == 2025)
        .group_by("uscc")
        .agg(col("paid").sum(), returns=pl.len())
    )
    return used.join(paid, on="uscc", how="left").with_columns(col("paid").fill_null(0), col("returns").fill_null(0))


def test_the_tax_of_the_year_was_paid(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    short = years(data).filter(
        col("due") - col("paid") >= 100_000, col("paid") < 0.8 * col("due"), col("returns").is_in([0, 4])
    )
    assert set(short["uscc"]) == planted(stage, "water.tax_short")


def test_nobody_uses_far_more_than_the_trade_and_pays_next_to_nothing(
    stage: Stage, data: Mapping[str, pl.DataFrame]
) -> None:
    far = pl.any_horizontal(col(name) >= 5 * col(name).median().over("industry") for name in ("volume", "electricity"))
    least = col("paid") <= col("paid").quantile(0.05, "nearest").over("industry")
    assert set(years(data).filter(far, least)["uscc"]) == planted(stage, "water.out_of_line")
