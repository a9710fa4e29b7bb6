"""Civil suits of the background: everybody sues once, over a loan, a home, a lease; institutions are on the list."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, PERIOD_FROM, dates, day
from clew.demo.divisions import COUNTIES
from clew.demo.identity import ENTERPRISE, credit_codes
from clew.demo.payments import accounts
from clew.demo.population import Block
from clew.demo.registers.judgments import court
from clew.demo.schemas import frame

PERSONS_PER_SUIT = 150
LEAST_SUITS = 500
"""Suits of the first block beside those by population, so that the courts of the smallest province have plaintiffs."""

LOAN, HOME, LEASE = "民间借贷纠纷", "房屋买卖合同纠纷", "房屋租赁合同纠纷"
REASONS = (
    "被告因经营饭店缺少本钱", "被告因装修新房", "被告因购买车辆", "被告因家人治病", "被告因子女上学",
    "被告因承包工程垫资", "被告因归还银行贷款", "被告因进货需要",
)  # fmt: skip
_CAUSES = (LOAN, HOME, LEASE, "物业服务合同纠纷")
_CAUSE_SHARES = (0.60, 0.15, 0.15, 0.10)
_DOCUMENTS = ("judgment", "mediation", "withdrawal")
_DOCUMENT_SHARES = (0.55, 0.28, 0.17)
_SUITS_PER_LAWYER = 6
_KINDS = ("bank", "microloan", "debt_buyer", "law_firm", "landlord", "utility")
_INSTITUTIONS = ("银行支行", "小额贷款", "资产管理", "律师事务所", "租赁", "物业服务")


def register(block: Block) -> dict[str, pl.DataFrame]:
    """Suits between people who meet once, and the office's list of institutional plaintiffs."""
    rng = block.rng("litigation")
    return {"civil_judgment": _suits(rng, block), "institutional_plaintiff": _institutions(rng, block)}


def wording(plaintiff: str, reason: str, *, absent: bool = False, noticed: bool = False, lent: str = "") -> str:
    """The text of a document in a lending suit, as far as rules read it."""
    service = "被告经本院公告送达开庭传票，未到庭参加诉讼。" if noticed else "被告经本院传票传唤。"
    ruling = "依法缺席判决如下。" if absent else "依法判决如下。"
    return f"原告：{plaintiff}。事实与理由：{reason}向原告借款{lent}，到期后经多次催要未还。{service}{ruling}"


def _suits(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    adults = block.people.filter(pl.col("age").is_between(22, 75), pl.col("died_on").is_null())
    wanted = block.people.height // PERSONS_PER_SUIT + (LEAST_SUITS if block.index == 0 else 0)
    count = min(wanted, adults.height // 2)
    chosen = adults[rng.permutation(adults.height)[: 2 * count]]
    plaintiffs, defendants = chosen.head(count), chosen.tail(count)
    filed = rng.integers(day(PERIOD_FROM), day(AS_OF) - 60, size=count)
    closed = np.minimum(filed + rng.integers(20, 150, size=count), day(AS_OF) - 2)
    closed = np.maximum(closed, day(PERIOD_FROM))
    cause = rng.choice(_CAUSES, size=count, p=_CAUSE_SHARES)
    reason = rng.integers(len(REASONS), size=count)
    absent, noticed = rng.random(count) < 0.25, rng.random(count) < 0.08
    lawyers = max(count // _SUITS_PER_LAWYER, 2)
    body = [
        wording(name, REASONS[why], absent=gone, noticed=told) if about == LOAN else None
        for name, why, gone, told, about in zip(
            plaintiffs["name"].to_list(),
            reason.tolist(),
            absent.tolist(),
            noticed.tolist(),
            cause.tolist(),
            strict=True,
        )
    ]
    made = plaintiffs.select(
        "region",
        plaintiff_id="person_id",
        plaintiff="name",
        defendant_id=defendants["person_id"],
        case_no=pl.Series([f"34MS{block.index:02d}{place:07d}" for place in range(count)]),
        court=court(pl.col("region")),
        cause=pl.Series(cause.tolist()),
        doc_type=pl.Series(rng.choice(_DOCUMENTS, size=count, p=_DOCUMENT_SHARES).tolist()),
        plaintiff_agent=_agents(rng, block, lawyers, count),
        defendant_agent=_agents(rng, block, lawyers, count),
        payee_account=accounts(rng, count, "62284"),
        filed_on=dates(filed),
        closed_on=dates(closed),
        amount=pl.Series(np.exp(rng.normal(15.6, 0.9, size=count))).cast(pl.Int64) // 10_000 * 10_000,
        body=pl.Series(body, dtype=pl.String),
    )
    return frame("civil_judgment", made.to_dict())


def _agents(rng: np.random.Generator, block: Block, lawyers: int, count: int) -> pl.Series:
    """Licence numbers of lawyers; four parties in ten have none."""
    number = rng.integers(lawyers, size=count).tolist()
    none = (rng.random(count) < 0.4).tolist()
    return pl.Series(
        [None if bare else f"134{block.index:02d}{one:06d}" for one, bare in zip(number, none, strict=True)],
        dtype=pl.String,
    )


def _institutions(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    """One of each kind in every county, listed with the first block."""
    if block.index:
        return frame("institutional_plaintiff", {"party_id": pl.Series([], dtype=pl.String)})
    places = [(county, place) for county in COUNTIES for place in range(len(_KINDS))]
    regions = [county.code for county, _ in places]
    made = {
        "party_id": credit_codes(regions, rng.integers(31**8, size=len(places)), ENTERPRISE),
        "org_name": [f"{county.name}{_INSTITUTIONS[place]}有限公司" for county, place in places],
        "kind": [_KINDS[place] for _, place in places],
        "expires_on": dates(day(AS_OF) + rng.integers(60, 700, size=len(places))),
        "region": regions,
    }
    return frame("institutional_plaintiff", made)
