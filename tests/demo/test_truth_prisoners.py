"""The questions of model M02 asked of the clean data without rule or engine."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from clew.demo.stage import Stage
from tests.demo.planted import planted

col = pl.col
FOREIGN = ("funeral_grant", "survivor_allowance")


def kept(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Pensions that did not come back."""
    return data["pension_payment"].filter(col("returned_on").is_null(), ~col("kind").is_in(FOREIGN))


def test_nobody_is_paid_for_a_month_served(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    standing = data["criminal_judgment"].filter(~col("retrial")).select("case_no", "person_id")
    served = data["custody"].filter(col("kind") == "sentence").join(standing, on=["case_no", "person_id"])
    paid = kept(data).join(served.select("person_id", "in_on", "out_on", held="name"), on="person_id")
    late = (col("kind") == "back_payment") & (col("paid_on") >= col("out_on")).fill_null(False)
    found = paid.filter(
        col("pay_month") >= col("in_on"),
        col("out_on").is_null() | (col("pay_month").dt.offset_by("1mo") <= col("out_on")),
        col("held") == col("name"),
        ~late,
    )
    assert set(found["person_id"]) == planted(stage, "benefit.pension_in_prison")


def test_nobody_is_raised_under_correction(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    running = data["community_correction"].select("person_id", "from_on", "to_on", corrected="name")
    found = (
        kept(data)
        .filter(col("adjusted_on").is_not_null())
        .join(running, on="person_id")
        .filter(
            col("adjusted_on") >= col("from_on"),
            col("to_on").is_null() | (col("adjusted_on") < col("to_on")),
            col("corrected") == col("name"),
        )
    )
    assert set(found["person_id"]) == planted(stage, "benefit.pension_raised_in_correction")


def test_nobody_held_is_certified_in_person(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    people = data["population_register"].select("person_id", own="name")
    found = (
        data["life_certification"]
        .filter(col("channel").is_in(["face", "counter"]))
        .join(data["custody"], on="person_id")
        .join(people, on="person_id")
        .filter(
            col("certified_on") > col("in_on").dt.offset_by("7d"),
            col("out_on").is_null() | (col("certified_on").dt.offset_by("7d") < col("out_on")),
            col("own") == col("name"),
        )
    )
    assert set(found["person_id"]) == planted(stage, "benefit.certified_alive_in_custody")
