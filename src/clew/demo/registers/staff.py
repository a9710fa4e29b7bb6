"""Staff of schools, kindergartens, training centres and children's homes; the background was checked on entry."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, dates, day
from clew.demo.divisions import COUNTIES
from clew.demo.population import Block
from clew.demo.schemas import frame

STAFF_LOTS = (0.10, 0.118)
DUTY_SINCE = day(AS_OF.replace(year=2021, month=6, day=1))
"""1 June 2021: since then the law asks for a check of sexual and violent offences before entry."""

_KINDS = ("school", "kindergarten", "training", "welfare")
_SUFFIX = {"school": "小学", "kindergarten": "幼儿园", "training": "培训中心", "welfare": "儿童福利院"}
_ROLES = ("教师", "保育员", "教练", "保安", "校车司机", "食堂员工", "宿管员", "行政人员")
_ROLE_SHARES = (0.6, 0.1, 0.05, 0.07, 0.03, 0.06, 0.03, 0.06)


def register(block: Block) -> dict[str, pl.DataFrame]:
    """One post for each staff member; some have left."""
    rng = block.rng("staff")
    people = block.people.filter(
        pl.col("age").is_between(22, 60),
        pl.col("died_on").is_null(),
        pl.col("lot").is_between(*STAFF_LOTS, closed="left"),
    )
    count = people.height
    since = rng.integers(day(AS_OF) - 4000, day(AS_OF) - 20, size=count)
    checked = since - rng.integers(2, 40, size=count)
    left = rng.random(count) < 0.12
    made = people.with_columns(
        *organisations(rng, people["region"]),
        role=pl.Series(rng.choice(_ROLES, size=count, p=_ROLE_SHARES)),
        from_on=dates(since),
        to_on=pl.when(pl.Series(left)).then(dates(np.minimum(since + 900, day(AS_OF)))),
        # Those hired before the duty existed have no check on entry.
        checked_on=pl.when(pl.Series(since >= DUTY_SINCE)).then(dates(checked)),
    )
    columns = (
        "person_id", "name", "org_id", "org_name", "org_kind", "role", "from_on", "to_on", "checked_on", "region",
    )  # fmt: skip
    return {"staff_roll": frame("staff_roll", made.select(columns).to_dict())}


def organisations(rng: np.random.Generator, region: pl.Series) -> list[pl.Series]:
    """Columns org_id, org_name, org_kind: one of sixty organisations of the county."""
    names = {county.code: county.name for county in COUNTIES}
    number = rng.integers(1, 61, size=len(region))
    kind = np.array(_KINDS)[np.where(number <= 30, 0, np.where(number <= 48, 1, np.where(number <= 58, 2, 3)))]
    table = pl.DataFrame({"region": region, "number": number, "org_kind": kind})
    made = table.select(
        org_id=pl.lit("DW") + pl.col("region") + pl.col("number").cast(pl.String).str.zfill(3),
        org_name=pl.col("region").replace_strict(names, return_dtype=pl.String)
        + "第"
        + pl.col("number").cast(pl.String)
        + pl.col("org_kind").replace_strict(_SUFFIX, return_dtype=pl.String),
        org_kind=pl.col("org_kind"),
    )
    return made.get_columns()
