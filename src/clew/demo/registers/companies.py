"""Companies of the background, their staff and taxes, lost identity cards, and cases: every company does some business.

It also holds what is lawful and looks odd: bookkeeping agencies that lend their telephone to many clients, filed
cluster addresses where many register, companies at rest or closed, representatives who lost their card or died in
office.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, PERIOD_FROM, dates, day, month_plus, plus_days
from clew.demo.divisions import COUNTIES
from clew.demo.identity import ENTERPRISE, credit_codes
from clew.demo.population import Block
from clew.demo.schemas import frame

REPRESENTATIVE_LOTS = (0.45, 0.48)
STAFF_LOTS = (0.48, 0.60)
LOSS_LOTS = (0.60, 0.606)
TRADED_LOTS = (0.607, 0.608)
SELLING = "帮助信息网络犯罪活动罪"

_COUNTY_NAMES = {county.code: county.name for county in COUNTIES}
_LUCKY = "安邦昌达丰福广和恒宏华嘉金景聚康隆茂宁鹏启荣瑞盛泰通万祥兴源"
_TRADES = ("商贸", "科技", "建材", "物流", "文化传媒", "机电", "服饰", "农业", "装饰工程", "信息咨询")
_AGENCIES = 15
_QUARTERS = [month_plus(PERIOD_FROM, 3 * number) for number in range(7)]


def register(block: Block, judgments: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The companies of the block and what other registers know of them; the filed addresses come with the first."""
    rng = block.rng("companies")
    companies = _companies(rng, block)
    rows = {
        "business_register": frame("business_register", companies.select(_REGISTERED).to_dict()),
        "social_insurance": _enrolments(rng, block, companies),
        "tax_return": _returns(rng, companies),
        "identity_loss": _losses(rng, block, companies),
        "prosecution_case": _cases(rng, block, judgments),
    }
    if block.index == 0:
        rows["cluster_address"] = _filed()
    return rows


_REGISTERED = (
    "uscc", "business_name", "registered_on", "status", "status_on", "address", "phone", "legal_rep_id",
    "legal_rep_name", "legal_rep_from", "agent_id", "region",
)  # fmt: skip


def cluster(region: pl.Expr) -> pl.Expr:
    """The county's filed address where many may register."""
    return region.replace_strict(_COUNTY_NAMES, return_dtype=pl.String) + "创业路88号众创空间"


def _companies(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    """One company for each representative; ``agency`` is the county's bookkeeping agency, or none."""
    people = block.people.filter(
        pl.col("lot").is_between(*REPRESENTATIVE_LOTS, closed="left"), pl.col("age").is_between(25, 75)
    )
    count = people.height
    since = rng.integers(day(AS_OF) - 2100, day(AS_OF) - 200, size=count)
    fate = rng.choice(["active", "suspended", "cancelled", "revoked"], size=count, p=(0.88, 0.03, 0.07, 0.02))
    words = np.array(list(_LUCKY))
    lucky = pl.Series(words[rng.integers(len(words), size=count)] + words[rng.integers(len(words), size=count)])
    trade = pl.Series(_TRADES).gather(rng.integers(len(_TRADES), size=count))
    agency = pl.Series(rng.integers(1, _AGENCIES + 1, size=count))
    by_agency, in_cluster = pl.Series(rng.random(count) < 0.2), pl.Series(rng.random(count) < 0.05)
    place = pl.col("region").replace_strict(_COUNTY_NAMES, return_dtype=pl.String)
    number = pl.int_range(pl.len())
    serials = np.arange(1, count + 1, dtype=np.int64) + block.index * 1_000_000
    made = people.with_columns(
        uscc=credit_codes(people["region"].to_list(), serials, ENTERPRISE),
        business_name=place + lucky + trade + "有限公司",
        registered_on=dates(since),
        status=pl.Series(fate),
        status_on=pl.when(pl.Series(fate) != "active").then(dates(since + 190)),
        address=pl.when(in_cluster)
        .then(cluster(pl.col("region")))
        .otherwise(
            place + "建设路" + (number // 40 + 1).cast(pl.String) + "号" + (number % 40 + 101).cast(pl.String) + "室"
        ),
        phone=pl.when(by_agency)
        .then(pl.lit("0551") + pl.col("region").str.slice(2) + agency.cast(pl.String).str.zfill(3))
        .otherwise(pl.lit("139") + (number + block.index * 1_000_000).cast(pl.String).str.zfill(8)),
        legal_rep_id="person_id",
        legal_rep_name="name",
        legal_rep_from=dates(since),
        agent_id=pl.when(by_agency).then(agency.cast(pl.String)),
    )
    # An agency files through one of its people: here the first representative of the county with that agency.
    filing = pl.col("person_id").first().over("region", "agent_id")
    made = made.with_columns(agent_id=pl.when(pl.col("agent_id").is_not_null()).then(filing))
    return made.filter(pl.col("died_on").is_null() | (pl.col("registered_on") <= pl.col("died_on")))


def _enrolments(rng: np.random.Generator, block: Block, companies: pl.DataFrame) -> pl.DataFrame:
    """Employees of the first seven in ten companies; some have left."""
    people = block.people.filter(
        pl.col("lot").is_between(*STAFF_LOTS, closed="left"), pl.col("age").is_between(20, 60)
    ).filter(pl.col("died_on").is_null())
    employers = companies.head(max(companies.height * 7 // 10, 1))
    if not employers.height:
        return frame("social_insurance", {"person_id": pl.Series([], dtype=pl.String)})
    count = people.height
    employer = employers[rng.integers(employers.height, size=count)]
    since = employer["registered_on"].cast(pl.Int32).to_numpy() + rng.integers(5, 180, size=count)
    left = (rng.random(count) < 0.15) & (since + 300 < day(AS_OF))
    made = people.with_columns(
        uscc=employer["uscc"],
        region=employer["region"],
        from_on=dates(since),
        to_on=pl.when(pl.Series(left)).then(dates(since + 300)),
    )
    return frame("social_insurance", made.select("person_id", "uscc", "from_on", "to_on", "region").to_dict())


def _returns(rng: np.random.Generator, companies: pl.DataFrame) -> pl.DataFrame:
    """Quarterly VAT returns since registration, until closed; small sales are declared and untaxed."""
    parts = []
    usual = np.exp(rng.normal(11.2, 1.1, size=companies.height))
    for start in _QUARTERS:
        end = month_plus(start, 3)
        base = pl.Series(usual * rng.uniform(0.6, 1.4, size=companies.height) * 100).cast(pl.Int64) // 100 * 100
        rest = pl.col("status_on").is_null() | (pl.col("status_on") > end)
        made = companies.with_columns(
            tax_kind=pl.lit("vat"),
            period_from=pl.lit(start),
            period_to=plus_days(pl.lit(end), -1),
            base=base,
            paid=pl.when(base > 30_000_000).then(base * 3 // 100).otherwise(0),
            filed_on=pl.lit(end.replace(day=15)),
        ).filter(pl.col("registered_on") < start, rest)
        columns = ("uscc", "tax_kind", "period_from", "period_to", "base", "paid", "filed_on", "region")
        parts.append(frame("tax_return", made.select(columns).to_dict()))
    return pl.concat(parts)


def _losses(rng: np.random.Generator, block: Block, companies: pl.DataFrame) -> pl.DataFrame:
    """Cards lost and replaced within weeks, by anybody, and by representatives some time after taking office."""
    anybody = block.people.filter(
        pl.col("lot").is_between(*LOSS_LOTS, closed="left"), pl.col("age") >= 16, pl.col("died_on").is_null()
    ).select("person_id", "name", "region", after=pl.lit(PERIOD_FROM))
    officers = companies.filter(pl.Series(rng.random(companies.height) < 0.03)).select(
        "person_id", "name", "region", after=plus_days(pl.col("registered_on"), 60)
    )
    both = pl.concat([anybody, officers])
    count = both.height
    reported = plus_days(pl.col("after"), pl.Series(rng.integers(1, 700, size=count)))
    waited = pl.Series(rng.integers(5, 40, size=count))
    made = both.with_columns(reported_on=reported).with_columns(reissued_on=plus_days(pl.col("reported_on"), waited))
    made = made.filter(pl.col("reissued_on") <= AS_OF, pl.col("reported_on") >= date(2019, 1, 1))
    columns = ("person_id", "name", "reported_on", "reissued_on", "region")
    return frame("identity_loss", made.select(columns).to_dict())


def _cases(rng: np.random.Generator, block: Block, judgments: pl.DataFrame) -> pl.DataFrame:
    """The suspects of the block's account-selling judgments, and people whose identity a case found traded."""
    sold = judgments.filter(pl.col("charge") == SELLING)
    suspects = sold.select(
        "person_id", "name", "charge", "region",
        role=pl.lit("suspect"), accepted_on=plus_days(pl.col("offence_on"), 50), decision=pl.lit("prosecuted"),
        decided_on=plus_days(pl.col("offence_on"), 60), phone=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
    traded = block.people.filter(
        pl.col("lot").is_between(*TRADED_LOTS, closed="left"), pl.col("age") >= 18, pl.col("died_on").is_null()
    )
    phones = pl.Series(rng.integers(10**7, 10**8, size=traded.height)).cast(pl.String)
    accepted = dates(rng.integers(day(PERIOD_FROM), day(AS_OF) - 60, size=traded.height))
    victims = traded.select(
        "name", "region", person_id=pl.lit(None, dtype=pl.String), charge=pl.lit(SELLING), phone="137" + phones,
        role=pl.lit("identity_used"), accepted_on=accepted, decision=pl.lit("pending"),
        decided_on=pl.lit(None, dtype=pl.Date),
    )  # fmt: skip
    both = pl.concat([suspects, victims.select(suspects.columns)])
    number = pl.int_range(pl.len()).cast(pl.String).str.zfill(6)
    made = both.with_columns(case_no=pl.lit(f"安检刑受{block.index:03d}") + number, party_no=pl.lit("1"))
    return frame("prosecution_case", made.to_dict())


def _filed() -> pl.DataFrame:
    codes = pl.DataFrame({"region": [county.code for county in COUNTIES]})
    made = codes.with_columns(
        address=cluster(pl.col("region")),
        host_name=pl.col("region").replace_strict(_COUNTY_NAMES, return_dtype=pl.String) + "众创空间管理有限公司",
        from_on=pl.lit(date(2018, 1, 1)),
    )
    return frame("cluster_address", made.to_dict())
