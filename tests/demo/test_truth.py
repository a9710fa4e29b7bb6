"""The truth against the clean data: the models' questions asked again in polars, with no rule and no engine.

A planted clue must follow from the data, a near-miss must not, and the background must answer nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from clew.demo.parcels import MISSING_MONTH
from clew.demo.stage import Stage
from clew.demo.truth import Planted
from tests.demo.planted import planted

AS_OF = date(2026, 6, 30)
col = pl.col


def deaths(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    alive_again = col("revoked_on").is_null()
    return (
        data["death_register"]
        .filter(alive_again)
        .group_by("person_id")
        .agg(col("died_on").max(), col("name").min().alias("dead_name"), sources=col("source").n_unique())
    )


def after_death(data: Mapping[str, pl.DataFrame], payments: pl.DataFrame) -> set[str]:
    late = (
        payments.join(deaths(data), on="person_id")
        .filter(col("pay_month") > col("died_on").dt.month_end(), col("returned_on").is_null())
        .filter((col("sources") >= 2) | (col("name") == col("dead_name")))
    )
    return set(late["person_id"])


def test_pension_after_death(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    due = data["pension_payment"].filter(col("kind").is_in(["pension", "back_payment"]))
    assert after_death(data, due) == planted(stage, "benefit.pension_after_death")


def test_allowance_after_death(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    due = data["benefit_payment"].filter(col("program") == "old_age_allowance")
    assert after_death(data, due) == planted(stage, "benefit.allowance_after_death")


def test_subsidy_after_death(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    due = data["benefit_payment"].filter(col("program").str.starts_with("disability"))
    assert after_death(data, due) == planted(stage, "disability.paid_after_death")


def test_certified_alive_after_death(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    seen = data["life_certification"].join(deaths(data), on="person_id")
    late = seen.filter(col("certified_on") > col("died_on").dt.offset_by("7d"))
    assert set(late["person_id"]) == planted(stage, "benefit.certified_alive_after_death")


def test_nobody_is_paid_a_subsidy_without_ever_holding_a_certificate(
    stage: Stage, data: Mapping[str, pl.DataFrame]
) -> None:
    paid = data["benefit_payment"].filter(col("program").str.starts_with("disability"), col("returned_on").is_null())
    people = data["population_register"].select("person_id", home="region", own_name="name")
    bare = (
        paid.join(data["disability_certificate"], on="person_id", how="anti")
        .join(people, on="person_id")
        .filter(col("region") == col("home"), col("name") == col("own_name"))
    )
    assert set(bare["person_id"]) == planted(stage, "disability.paid_without_certificate")


def entitled(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    newest = data["disability_certificate"].sort("issued_on").group_by("person_id").last()
    people = data["population_register"].select("person_id", home="region")
    living = newest.join(deaths(data), on="person_id", how="anti")
    at_home = living.join(data["institution_residence"], on="person_id", how="anti")
    return at_home.join(people, on="person_id").filter(
        col("status") == "valid",
        col("expires_on") >= AS_OF,
        col("issued_on") < date(2026, 2, 28),
        col("region") == col("home"),
    )


def unpaid(data: Mapping[str, pl.DataFrame], due: pl.DataFrame, program: str) -> tuple[set[str], set[str]]:
    """Who was not paid since March, outside the blind city and in it, whose file of May never came."""
    lost = col("region").str.starts_with("3404") & (col("pay_month") == MISSING_MONTH)
    paid = data["benefit_payment"].filter(
        col("program") == program, col("returned_on").is_null(), col("paid_on") >= date(2026, 2, 28), ~lost
    )
    without = due.join(paid, on="person_id", how="anti")
    blind = without.filter(col("region").str.starts_with("3404"))
    return set(without["person_id"]) - set(blind["person_id"]), set(blind["person_id"])


def test_nursing_due_and_unpaid(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    rule = "disability.nursing_unpaid"
    found, undecided = unpaid(data, entitled(data).filter(col("level") <= 2), "disability_nursing")
    assert found == planted(stage, rule)
    assert undecided == {row.subject for row in stage.truth if row.rule == rule and row.kind == Planted.INCONCLUSIVE}


def test_hardship_due_and_unpaid(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    rule = "disability.hardship_unpaid"
    poor = data["low_income_register"].filter(
        col("from_on") < date(2026, 2, 28), col("to_on").is_null() | (col("to_on") > AS_OF)
    )
    found, undecided = unpaid(data, entitled(data).join(poor, on="person_id", how="semi"), "disability_hardship")
    assert found == planted(stage, rule)
    assert undecided == {row.subject for row in stage.truth if row.rule == rule and row.kind == Planted.INCONCLUSIVE}


def test_drunk_drivers_keep_no_licence(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    drunk = data["criminal_judgment"].filter(
        "drunk", ~col("retrial"), col("vehicle") != "electric_bicycle", col("effective_on") < date(2026, 5, 31)
    )
    licence = data["driving_licence"].select("person_id", "issued_on", "status", "expires_on", holder="name")
    held = drunk.join(licence, on="person_id").filter(
        col("issued_on") <= col("offence_on"), col("expires_on") >= col("offence_on"), col("holder") == col("name")
    )
    revoked = data["licence_revocation"].select("person_id", "decided_on")
    in_time = held.join(revoked, on="person_id").filter(
        col("decided_on").is_between(col("offence_on"), col("effective_on").dt.offset_by("30d"))
    )
    kept = held.join(in_time, on=["person_id", "effective_on"], how="anti")
    blind = kept.filter(col("region").str.starts_with("3404") & (col("effective_on") > date(2026, 3, 1)))
    found = set(kept["person_id"]) - set(blind["person_id"])
    assert found == planted(stage, "traffic.licence_not_revoked")


def test_drug_users_hold_no_licence(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    running = data["drug_control"].filter(col("from_on") < date(2026, 5, 31), col("to_on") > AS_OF)
    normal = data["driving_licence"].filter(col("status") == "normal", col("expires_on") >= AS_OF)
    both = running.join(normal, on="person_id", how="semi")
    assert set(both["control_no"]) == {
        row.episode for row in stage.truth if row.rule == "traffic.drug_user_holds_licence" and row.kind == Planted.CLUE
    }


def test_probationers_without_licence_do_not_drive(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    seen = (
        data["community_correction"]
        .join(data["traffic_violation"].select("person_id", "occurred_on"), on="person_id")
        .join(data["licence_revocation"].select("person_id", "decided_on"), on="person_id")
        .filter(
            col("occurred_on").is_between(col("from_on"), col("to_on"), closed="left"),
            col("occurred_on") > col("decided_on"),
        )
    )
    assert set(seen["person_id"]) == planted(stage, "traffic.disqualified_driving")


def in_force(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    licence = data["food_licence"].filter(col("status") == "active", col("expires_on") >= AS_OF)
    parts = [
        licence.select("licence_no", person_id=f"{role}_id", holder=f"{role}_name") for role in ("legal_rep", "manager")
    ]
    return pl.concat(parts)


def test_food_offenders_hold_no_licence(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    barred = data["criminal_judgment"].filter(
        col("charge").str.contains("食品"),
        col("main_penalty") == "fixed_term",
        col("probation_months").is_null(),
        ~col("retrial"),
        col("effective_on") < date(2026, 5, 31),
    )
    both = in_force(data).join(barred, on="person_id").filter(col("name") == col("holder"))
    assert set(both["person_id"]) == planted(stage, "food.barred_person_holds_licence")


def test_the_barred_hold_no_licence(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    bars = data["trade_bar"].filter(col("field") == "food", col("until_on").is_null() | (col("until_on") > AS_OF))
    both = in_force(data).join(bars, on="person_id", how="semi")
    assert set(both["person_id"]) == planted(stage, "food.barred_by_decision")


def test_no_entry_without_a_check(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    late = data["staff_roll"].filter(
        col("from_on").is_between(date(2021, 6, 1), date(2026, 5, 30)),
        col("to_on").is_null() | (col("to_on") > AS_OF),
        col("checked_on").is_null() | (col("checked_on") > col("from_on")),
    )
    assert set(late["person_id"]) == planted(stage, "minors.unchecked_entry")


def test_every_near_miss_has_rows_of_its_own(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    people = set(data["population_register"]["person_id"])
    named = {row.subject for row in stage.truth}
    others = list(named - people)
    texts = (column for rows in data.values() for column in rows.iter_columns() if column.dtype == pl.String)
    shown = {value for column in texts for value in column.filter(column.is_in(others))}
    assert set(others) <= shown, "a company, case, vehicle or agent that no row names"
    numbers = [data["population_register"]["person_id"].n_unique(), data["population_register"].height]
    assert numbers[0] == numbers[1]
    kinds = {(row.rule, row.kind) for row in stage.truth}
    assert {rule for rule, kind in kinds if kind == Planted.CLUE} == {
        rule for rule, kind in kinds if kind == Planted.NEAR_MISS
    }


def test_a_subject_is_not_both_planted_and_near_miss_of_one_rule(stage: Stage) -> None:
    keys = [(row.rule, row.subject, row.episode) for row in stage.truth]
    assert len(keys) == len(set(keys))
