"""The questions of model M25 asked of the clean data without rule or engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import combinations

import polars as pl

from clew.demo.divisions import BLIND_CITY
from clew.demo.stage import Stage
from clew.demo.truth import Planted
from tests.demo.planted import planted

col = pl.col
SINCE = date(2025, 12, 30)
SELLING = ("帮助信息网络犯罪活动罪", "掩饰、隐瞒犯罪所得罪", "妨害信用卡管理罪", "买卖身份证件罪")
Data = Mapping[str, pl.DataFrame]
Pair = tuple[str, str]


def active(data: Data) -> pl.DataFrame:
    """Companies in being; place is empty at an address that is filed for many."""
    filed = data["cluster_address"]["address"].to_list()
    firms = data["business_register"].filter(col("status") == "active")
    return firms.with_columns(place=pl.when(~col("address").is_in(filed)).then("address"))


def idle(data: Data) -> pl.DataFrame:
    """Companies older than six months, without staff or declared sales in them; the blind city's returns are known."""
    staff = data["social_insurance"].filter(col("to_on").is_null() | (col("to_on") > SINCE))
    sales = data["tax_return"].filter((col("base") > 0) | (col("paid") > 0), col("filed_on") >= SINCE)
    old = active(data).filter(col("registered_on") <= SINCE)
    return old.join(staff, on="uscc", how="anti").join(sales, on="uscc", how="anti")


def links(firms: pl.DataFrame) -> set[Pair]:
    """Pairs that share the representative, or telephone and place; a value of more than forty firms joins nobody."""
    same: dict[str, set[Pair]] = {}
    for name in ("legal_rep_id", "phone", "place"):
        groups = firms.filter(col(name).is_not_null()).group_by(name).agg(col("uscc").unique())
        small = (group for group in groups["uscc"].to_list() if 1 < len(group) <= 40)
        same[name] = {pair for group in small for pair in combinations(sorted(group), 2)}
    return same["legal_rep_id"] | (same["phone"] & same["place"])


def neighbours(pairs: set[Pair]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return found


def reached(start: set[str], near: Mapping[str, set[str]], hops: int) -> set[str]:
    """Everybody at most so many links away from the start, the start included."""
    found = set(start)
    for _ in range(hops):
        found |= {other for one in found for other in near.get(one, ())}
    return found


def test_every_company_does_business(stage: Stage, data: Data) -> None:
    rule = "company.no_tax_no_staff"
    blind = col("region").str.starts_with(BLIND_CITY)
    assert set(idle(data).filter(~blind)["uscc"]) == planted(stage, rule)
    undecided = {row.subject for row in stage.truth if row.rule == rule and row.kind == Planted.INCONCLUSIVE}
    assert undecided == set(idle(data).filter(blind)["uscc"])


def test_idle_companies_make_no_ring(stage: Stage, data: Data) -> None:
    firms = idle(data)
    near, seen, rings = neighbours(links(firms)), set[str](), set[str]()
    owner = dict(zip(firms["uscc"], firms["legal_rep_id"], strict=True))
    for company in sorted(near):
        if company not in seen:
            ring = reached({company}, near, 50)
            seen |= ring
            if len(ring) >= 5 and len({owner[one] for one in ring}) > 1:
                rings.add(min(ring))
    assert rings == planted(stage, "company.idle_ring")


def test_representatives_live_and_are_free(stage: Stage, data: Data) -> None:
    firms = active(data).rename({"legal_rep_id": "person_id"})
    dead = (
        data["death_register"]
        .filter(col("revoked_on").is_null())
        .group_by("person_id")
        .agg(col("died_on").max(), col("name").min(), sources=col("source").n_unique())
    )
    late = firms.join(dead, on="person_id").filter(
        col("legal_rep_from") > col("died_on").dt.offset_by("30d"),
        (col("sources") >= 2) | (col("name") == col("legal_rep_name")),
    )
    assert set(late["uscc"]) == planted(stage, "company.representative_dead")
    held = firms.join(data["custody"].select("person_id", "name", "in_on", "out_on"), on="person_id").filter(
        col("name") == col("legal_rep_name"),
        col("legal_rep_from") > col("in_on").dt.offset_by("15d"),
        col("out_on").is_null() | (col("legal_rep_from") < col("out_on")),
    )
    assert set(held["uscc"]) == planted(stage, "company.representative_in_custody")
    lost = firms.join(data["identity_loss"].drop("region"), on="person_id").filter(
        col("name") == col("legal_rep_name"),
        col("legal_rep_from") > col("reported_on"),
        col("reissued_on").is_null() | (col("legal_rep_from") < col("reissued_on")),
        col("temporary_from").is_null() | (col("temporary_from") > col("legal_rep_from")),
    )
    assert set(lost["uscc"]) == planted(stage, "company.card_was_lost")


def test_no_representative_is_in_a_case(stage: Stage, data: Data) -> None:
    traded = data["prosecution_case"].filter(col("role") == "identity_used").drop("region")
    firms = active(data)
    by_phone = traded.join(firms, on="phone", how="inner").filter(
        col("person_id").is_null() | (col("person_id") == col("legal_rep_id"))
    )
    by_number = traded.join(firms, left_on="person_id", right_on="legal_rep_id").filter(col("phone").is_null())
    found = [part.filter(col("name") == col("legal_rep_name")) for part in (by_phone, by_number)]
    assert {uscc for part in found for uscc in part["uscc"]} == planted(stage, "company.identity_in_case")


def test_no_company_is_near_a_suspects(stage: Stage, data: Data) -> None:
    suspects = data["prosecution_case"].filter(
        col("role") == "suspect", col("decision") != "not_prosecuted", col("charge").is_in(SELLING)
    )
    firms = active(data)
    named = suspects.select(legal_rep_id="person_id", legal_rep_name="name")
    seeds = firms.join(named, on=["legal_rep_id", "legal_rep_name"])
    start = set(seeds["uscc"])
    found = reached(start, neighbours(links(firms)), hops=2) - start
    assert found == planted(stage, "company.linked_to_case")
