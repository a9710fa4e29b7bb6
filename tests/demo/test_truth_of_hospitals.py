"""The questions of model M08 asked of the clean data without rule or engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from clew.demo.stage import Stage
from tests.demo.planted import planted

col = pl.col
NIGHT = pl.duration(days=1)
Data = Mapping[str, pl.DataFrame]


def stays(data: Data) -> pl.DataFrame:
    """Inpatient settlements that stand and are the patient's own."""
    return data["medical_settlement"].filter(col("visit_type") == "inpatient", ~col("reversed"), ~col("newborn"))


def shared(left_from: str, left_to: pl.Expr, right_from: str, right_to: pl.Expr) -> pl.Expr:
    """The time two periods have in common."""
    return pl.min_horizontal(left_to, right_to) - pl.max_horizontal(left_from, right_from)


def test_nobody_is_in_two_hospitals(stage: Stage, data: Data) -> None:
    one = stays(data)
    pairs = one.join(one, on="person_id", suffix="_2").filter(
        col("provider_id") < col("provider_id_2"),
        shared("admitted_on", col("discharged_on"), "admitted_on_2", col("discharged_on_2")) >= 2 * NIGHT,
    )
    by_hand = (col("settlement_kind") == "manual") | (col("settlement_kind_2") == "manual")
    told_twice = by_hand & (col("admitted_on") == col("admitted_on_2"))
    assert set(pairs.filter(~told_twice)["person_id"]) == planted(stage, "medical.overlapping_stays")


def test_the_dead_are_not_treated(stage: Stage, data: Data) -> None:
    dead = (
        data["death_register"]
        .filter(col("revoked_on").is_null())
        .group_by("person_id")
        .agg(col("died_on").max(), col("name").min().alias("dead_name"), sources=col("source").n_unique())
    )
    visits = data["medical_settlement"].filter(~col("reversed"), ~col("newborn")).join(dead, on="person_id")
    late = visits.filter(
        col("admitted_on") > col("died_on").dt.offset_by("3d"),
        (col("sources") >= 2) | (col("name") == col("dead_name")),
    )
    assert set(late["person_id"]) == planted(stage, "medical.visit_after_death")


def test_nobody_in_custody_is_in_hospital(stage: Stage, data: Data) -> None:
    held = data["custody"].select("person_id", "in_on", "out_on", held="name")
    met = (
        stays(data)
        .join(held, on="person_id")
        .filter(
            col("held") == col("name"),
            shared("admitted_on", col("discharged_on"), "in_on", col("out_on").fill_null(date(2026, 7, 1)))
            >= 3 * NIGHT,
        )
    )
    released = data["community_correction"].filter(col("kind") == "temporary_release")
    found = met.join(released, on="person_id", how="anti")
    assert set(found["person_id"]) == planted(stage, "medical.stay_in_custody")


def test_nobody_abroad_is_in_hospital(stage: Stage, data: Data) -> None:
    crossed = data["border_crossing"].sort("person_id", "crossed_at")
    before = crossed.select(pl.all().shift().over("person_id").name.suffix("_before"))
    trips = pl.concat([crossed, before], how="horizontal").filter(
        col("direction") == "entry", col("direction_before") == "exit"
    )
    trips = trips.select(
        "person_id", traveller="name", left=col("crossed_at_before").dt.date(), back=col("crossed_at").dt.date()
    )
    found = (
        stays(data)
        .filter(col("settlement_kind") != "manual")
        .join(trips, on="person_id")
        .filter(
            col("traveller") == col("name"),
            shared("admitted_on", col("discharged_on"), "left", col("back")) >= 2 * NIGHT,
        )
    )
    assert set(found["person_id"]) == planted(stage, "medical.stay_while_abroad")


def test_nobody_is_admitted_ten_times_a_year(stage: Stage, data: Data) -> None:
    course = col("diagnosis_code").str.contains("^(Z51|Z49|N18)")
    often = (
        stays(data)
        .filter(~course, col("admitted_on") > date(2025, 6, 30))
        .group_by("person_id")
        .agg(col("admission_no").n_unique())
        .filter(col("admission_no") >= 10)
    )
    assert set(often["person_id"]) == planted(stage, "medical.many_stays")


def test_providers_claim_what_can_be(stage: Stage, data: Data) -> None:
    real = data["medical_charge"].filter(~col("reversed"), ~col("newborn")).join(data["medical_item"], on="item_code")
    day = (
        real.group_by("provider_id", "person_id", "item_code", "charged_on")
        .agg(col("quantity").sum(), limit=col("most_per_day").first() * col("days").max())
        .filter(col("quantity") > col("limit"), col("quantity") < 20 * col("limit"))
    )
    often = day.group_by("provider_id").len().filter(col("len") >= 3)
    assert set(often["provider_id"]) == planted(stage, "medical.quantity_over_maximum")
    sexes = data["population_register"].select("person_id", "sex")
    wrong = real.join(sexes, on="person_id").filter(col("only_sex") != col("sex"))
    assert set(wrong["provider_id"]) == planted(stage, "medical.item_for_other_sex")
    born = data["population_register"].select("person_id", "born_on")
    settled = data["medical_settlement"].filter(~col("reversed"), ~col("newborn")).join(born, on="person_id")
    impossible = settled.filter(
        (col("discharged_on") < col("admitted_on"))
        | (col("settled_on") < col("admitted_on"))
        | (col("admitted_on") < col("born_on"))
    )
    slips = impossible.group_by("provider_id").len().filter(col("len") >= 2)
    assert set(slips["provider_id"]) == planted(stage, "medical.impossible_dates")
