"""The questions of models M15 and M22 asked of the clean data without rule or engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from clew.demo.stage import Stage
from tests.demo.planted import planted

AS_OF = date(2026, 6, 30)
col = pl.col
Data = Mapping[str, pl.DataFrame]


def test_property_penalties_are_transferred(stage: Stage, data: Data) -> None:
    due = data["criminal_judgment"].filter(
        ~col("retrial"),
        col("operative_part").str.contains("罚金人民币[^（。；，]*[。；，]")
        | col("operative_part").str.contains("令退赔[^（]*元整?。"),
        col("effective_on") < date(2026, 4, 1),
    )
    in_time = (
        due.join(data["enforcement_case"], left_on="case_no", right_on="basis_case_no")
        .filter(col("received_on") <= col("effective_on").dt.offset_by("90d"))
        .select("case_no")
    )
    two_sums = col("operative_part").str.count_matches("退赔") > 1
    found = due.join(in_time, on="case_no", how="anti").filter(~two_sums)
    assert set(found["person_id"]) == planted(stage, "penalty.property_penalty_not_transferred")


def test_property_penalties_are_filed_in_a_week(stage: Stage, data: Data) -> None:
    due = col("received_on").dt.offset_by("7d")
    rolled = pl.when(due.dt.weekday() >= 6).then(due.dt.offset_by("1w").dt.truncate("1w")).otherwise(due)
    found = data["enforcement_case"].filter(
        col("kind") == "criminal_property", rolled < AS_OF, col("filed_on").is_null() | (col("filed_on") > rolled)
    )
    assert set(found["debtor_id"]) == planted(stage, "penalty.enforcement_filed_late")


def held_at_closing(data: Data) -> pl.DataFrame:
    closed = data["enforcement_case"].filter(
        col("close_kind") == "no_assets", col("resumed_on").is_null(), col("recovered") < col("amount")
    )
    return closed.join(data["property_register"], left_on="debtor_id", right_on="owner_id").filter(
        col("from_on") <= col("closed_on"),
        col("to_on").is_null() | (col("to_on") > col("closed_on")),
        ~col("necessity").fill_null(False),
        col("seized_for").is_null() | (col("seized_for") == col("exec_no")),
        col("value") - col("prior_claims").fill_null(0) >= 500_000,
        col("owner_name") == col("debtor_name"),
    )


def test_nobody_holds_property_when_a_case_is_closed_without_assets(stage: Stage, data: Data) -> None:
    found = held_at_closing(data)
    penalty = col("kind") == "criminal_property"
    assert set(found.filter(penalty)["debtor_id"]) == planted(stage, "penalty.closed_with_assets")
    assert set(found.filter(~penalty)["exec_no"]) == planted(stage, "enforcement.closed_with_assets")


def test_nobody_who_owes_spends_three_times_the_usual(stage: Stage, data: Data) -> None:
    own = col("spent") - col("medical").fill_null(0)
    monthly = (
        data["prison_account"]
        .filter(col("month") > date(2025, 6, 30))
        .group_by("person_id", "name", "facility", "grade")
        .agg(own.mean().alias("own"), pl.len().alias("months"))
        .filter(col("months") >= 3)
        .with_columns(usual=col("own").median().over("facility", "grade"), others=pl.len().over("facility", "grade"))
    )
    owing = data["enforcement_case"].filter(
        col("kind") == "criminal_property", col("amount") > col("recovered"), col("fulfilled_on").is_null()
    )
    found = (
        monthly.filter(col("own") >= 3 * col("usual"), col("others") > 10)
        .join(owing, left_on="person_id", right_on="debtor_id")
        .filter(col("name") == col("debtor_name"))
    )
    assert set(found["person_id"]) == planted(stage, "penalty.prison_spending")


def test_closed_cases_are_looked_at_every_six_months(stage: Stage, data: Data) -> None:
    closed = data["enforcement_case"].filter(col("close_kind") == "no_assets").unique("exec_no")
    seen = data["enforcement_recheck"].select("exec_no", at="checked_on")
    points = pl.concat(
        [closed.select("exec_no", at="closed_on"), seen.join(closed, on="exec_no").select("exec_no", "at")]
    )
    gaps = (
        points.sort("exec_no", "at")
        .with_columns(due=col("at").dt.offset_by("6mo"), next=col("at").shift(-1).over("exec_no"))
        .join(closed.select("exec_no", "resumed_on", "region"), on="exec_no")
        .filter(col("due") < AS_OF, col("next").is_null() | (col("next") > col("due")))
        .filter(col("resumed_on").is_null() | (col("resumed_on") > col("due")))
    )
    blind = col("region").str.starts_with("3404") & (col("due") >= date(2026, 4, 1))
    assert set(gaps.filter(~blind)["exec_no"]) == planted(stage, "enforcement.recheck_missed")


def test_the_list_is_right_in_both_directions(stage: Stage, data: Data) -> None:
    cases, listed = data["enforcement_case"], data["dishonest_debtor"]
    deadline = col("fulfilled_on").dt.add_business_days(3)
    stays = (
        cases.filter(col("fulfilled_on").is_not_null(), col("fulfilled_on").dt.weekday() < 6)
        .join(listed, on=["exec_no", "debtor_id"])
        .filter(col("published_on") <= col("fulfilled_on"), deadline < AS_OF, col("expires_on") > deadline)
        .filter(col("removed_on").is_null() | (col("removed_on") > deadline))
    )
    assert set(stays["exec_no"]) == planted(stage, "enforcement.listed_after_fulfilment")

    due = col("misconduct_on").dt.offset_by("30d")
    in_time = (
        cases.join(listed, on=["exec_no", "debtor_id"])
        .filter(col("published_on") <= due)
        .select("exec_no", "debtor_id")
    )
    people = data["population_register"].select(debtor_id="person_id", born_on="born_on")
    missing = (
        cases.filter(col("misconduct_on").is_not_null(), due < AS_OF, col("restricted_on").is_null())
        .filter(col("fulfilled_on").is_null() | (col("fulfilled_on") > due))
        .join(in_time, on=["exec_no", "debtor_id"], how="anti")
        .join(people, on="debtor_id")
        .filter(col("born_on").dt.offset_by("18y") <= col("misconduct_on"))
    )
    assert set(missing["exec_no"]) == planted(stage, "enforcement.not_listed")

    minors = listed.join(
        data["population_register"].select("person_id", "name", "born_on"), left_on="debtor_id", right_on="person_id"
    )
    found = minors.filter(col("born_on").dt.offset_by("18y") > col("published_on"), col("name") == col("debtor_name"))
    assert set(found["exec_no"]) == planted(stage, "enforcement.minor_listed")
