"""The questions of the model of sham suits asked again of the clean data, with no rule and no engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import combinations

import polars as pl

from clew.demo.stage import Stage
from clew.demo.truth import Planted
from tests.demo.planted import planted

AS_OF = date(2026, 6, 30)
WEIGHTS = {"payee_account": 0.7, "plaintiff_agent": 0.4, "defendant_id": 0.3}
TRADE = ["非法拘禁罪", "敲诈勒索罪", "寻衅滋事罪", "非法经营罪", "催收非法债务罪", "虚假诉讼罪"]
col = pl.col


def loans(data: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Lending suits of two years by plaintiffs who are on no list."""
    listed = data["institutional_plaintiff"].filter(col("expires_on") >= AS_OF).rename({"party_id": "plaintiff_id"})
    suits = data["civil_judgment"].filter(col("cause") == "民间借贷纠纷", col("filed_on") > date(2024, 6, 30))
    return suits.join(listed, on="plaintiff_id", how="anti")


def test_nobody_lends_by_trade(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    rule = "litigation.professional_lender"
    stated = col("body").str.extract("原告：([^。]+)。")
    told = loans(data).filter((stated == col("plaintiff")).fill_null(value=True))
    many = told.group_by("plaintiff_id").agg(
        n=pl.len(), defendants=col("defendant_id").n_unique(), joint=(col("body").str.count_matches("原告：") > 1).sum()
    )
    found = many.filter(col("n") >= 10, col("defendants") >= 8)
    left_open = {row.subject for row in stage.truth if row.rule == rule and row.kind == Planted.INCONCLUSIVE}
    assert set(found.filter(col("joint") == 0)["plaintiff_id"]) == planted(stage, rule)
    assert set(found.filter(col("joint") > 0)["plaintiff_id"]) == left_open


def test_nobody_sues_far_more_than_others(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    counted = loans(data).group_by("plaintiff_id", "court").agg(n=pl.len())
    far = counted.filter(col("n") >= 5 * col("n").median().over("court"))
    assert set(far["plaintiff_id"]) == planted(stage, "litigation.suits_out_of_line")


def test_no_plaintiffs_are_a_ring(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    rows = loans(data)
    weak: dict[tuple[str, str], float] = defaultdict(lambda: 1.0)
    for kind, weight in WEIGHTS.items():
        shared = rows.filter(col(kind).is_not_null()).group_by(kind).agg(col("plaintiff_id").unique())
        groups = [one for one in shared["plaintiff_id"].to_list() if 2 <= len(one) <= 8]
        for pair in {pair for one in groups for pair in combinations(sorted(one), 2)}:
            weak[pair] *= 1 - weight
    ring = {plaintiff: plaintiff for plaintiff in rows["plaintiff_id"]}
    for (left, right), rest in sorted(weak.items()) * 3:  # three rounds are enough for rings this small
        if 1 - rest >= 0.5:
            ring[left] = ring[right] = min(ring[left], ring[right])
    named = rows.with_columns(ring=col("plaintiff_id").replace_strict(ring))
    rings = named.group_by("ring").agg(n=pl.len(), plaintiffs=col("plaintiff_id").n_unique())
    found = rings.filter(col("n") >= 10, col("plaintiffs") >= 3)
    assert set(found["ring"]) == planted(stage, "litigation.plaintiff_ring")


def test_no_convict_of_the_loan_trade_sues(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    records = data["criminal_judgment"].filter(col("charge").is_in(TRADE), ~col("retrial"))
    counted = loans(data).group_by("plaintiff_id").agg(n=pl.len()).filter(col("n") >= 5)
    found = counted.join(records, left_on="plaintiff_id", right_on="person_id", how="semi")
    assert set(found["plaintiff_id"]) == planted(stage, "litigation.convicted_lender")


def test_no_pair_of_agents_settles_homes_in_batches(stage: Stage, data: Mapping[str, pl.DataFrame]) -> None:
    homes = data["civil_judgment"].filter(
        col("cause") == "房屋买卖合同纠纷",
        col("closed_on") > date(2025, 6, 30),
        col("plaintiff_agent").is_not_null(),
        col("defendant_agent").is_not_null(),
    )
    pairs = homes.group_by("plaintiff_agent", "defendant_agent").agg(
        n=pl.len(),
        settled=col("doc_type").is_in(["mediation", "confirmation"]).mean(),
        sellers=col("defendant_id").n_unique(),
    )
    found = pairs.filter(col("n") >= 10, col("settled") >= 0.95, col("sellers") >= 0.5 * col("n"))
    assert set(found["plaintiff_agent"]) == planted(stage, "litigation.batch_mediation")
