"""Effective criminal judgments, and the community corrections that follow from suspended sentences."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, dates, day, plus_days, plus_months
from clew.demo.divisions import COUNTIES
from clew.demo.population import Block
from clew.demo.schemas import frame

DRUNK_LOTS = (0.0, 0.0016)
OTHER_LOTS = (0.0016, 0.0050)

_CHARGES = (
    ("盗窃罪", 0.30),
    ("诈骗罪", 0.15),
    ("帮助信息网络犯罪活动罪", 0.14),
    ("故意伤害罪", 0.12),
    ("开设赌场罪", 0.10),
    ("寻衅滋事罪", 0.08),
    ("生产、销售不符合安全标准的食品罪", 0.03),
    ("生产、销售有毒、有害食品罪", 0.02),
    ("强制猥亵罪", 0.02),
    ("强奸罪", 0.02),
    ("非法经营罪", 0.02),
)

_ROBBED = ("盗窃罪", "诈骗罪")
_FINES = (1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 20_000, 50_000)


def register(block: Block) -> dict[str, pl.DataFrame]:
    """Judgments of drunk drivers and of other offenders; corrections for the suspended ones."""
    rng = block.rng("judgments")
    adults = block.people.filter(pl.col("age").is_between(19, 68), pl.col("died_on").is_null())
    drunk = adults.filter(pl.col("lot").is_between(*DRUNK_LOTS, closed="left"))
    other = adults.filter(pl.col("lot").is_between(*OTHER_LOTS, closed="left"))
    # In one chunk: formatting a frame with an empty chunk panics in polars.
    judged = _numbered(pl.concat([_drunk(rng, drunk), _other(rng, other)], rechunk=True), block)
    judged = _sentenced(block.rng("property penalties"), judged)
    return {"criminal_judgment": judged, "community_correction": corrections(judged)}


def court(region: pl.Expr) -> pl.Expr:
    """The county's court."""
    names = {county.code: f"{county.name}人民法院" for county in COUNTIES}
    return region.replace_strict(names, return_dtype=pl.String)


def _numbered(judged: pl.DataFrame, block: Block) -> pl.DataFrame:
    """Case numbers, running through the province: other registers name them."""
    number = pl.int_range(pl.len(), dtype=pl.Int64) * block.count + block.index + 1
    year, county = pl.col("effective_on").dt.year(), pl.col("region").str.slice(2)
    return judged.with_columns(case_no=pl.format("({})皖{}刑初{}号", year, county, number))


def _sentenced(rng: np.random.Generator, judged: pl.DataFrame) -> pl.DataFrame:
    """The operative part: a fine for nearly all, restitution after theft and fraud; some was paid before."""
    count = judged.height
    fine = pl.Series(rng.choice(_FINES, size=count)).cast(pl.String)
    paid = pl.Series(np.where(rng.random(count) < 0.4, "（已缴纳）", ""))
    harm = pl.Series(rng.integers(3, 300, size=count) * 500).cast(pl.String)
    robbed = pl.Series(rng.random(count) < 0.8) & pl.col("charge").is_in(_ROBBED)
    fined = pl.Series(rng.random(count) < 0.9) | (pl.col("main_penalty") == "fine_only")
    parts = (
        pl.format("被告人{}犯{}，判处刑罚", pl.col("name"), pl.col("charge")),
        pl.when(fined).then(pl.format("，并处罚金人民币{}元{}", fine, paid)).otherwise(pl.lit("")),
        pl.when(robbed).then(pl.format("。责令退赔被害人经济损失人民币{}元", harm)).otherwise(pl.lit("")),
    )
    return judged.with_columns(operative_part=pl.concat_str(*parts, pl.lit("。")))


def _drunk(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    count = people.height
    offence = rng.integers(day(AS_OF) - 850, day(AS_OF) - 60, size=count)
    effective = np.minimum(offence + rng.integers(45, 150, size=count), day(AS_OF) - 6)
    suspended = rng.random(count) < 0.35
    term = rng.integers(1, 5, size=count)
    made = people.with_columns(
        charge=pl.lit("危险驾驶罪"),
        drunk=pl.lit(True),
        vehicle=pl.Series(rng.choice(["car", "motorcycle", "truck"], size=count, p=(0.82, 0.13, 0.05))),
        offence_on=dates(offence),
        effective_on=dates(effective),
        main_penalty=pl.lit("detention"),
        term_months=pl.Series(term),
        probation_months=pl.when(pl.Series(suspended)).then(pl.Series(term + rng.integers(1, 3, size=count))),
        retrial=pl.lit(False),
        court=court(pl.col("region")),
    )
    return _judgments(made)


def _other(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    count = people.height
    offence = rng.integers(day(AS_OF) - 1700, day(AS_OF) - 160, size=count)
    penalty = rng.choice(["fixed_term", "detention", "control", "fine_only"], size=count, p=(0.72, 0.16, 0.04, 0.08))
    term = np.where(penalty == "fixed_term", rng.integers(6, 72, size=count), rng.integers(2, 6, size=count))
    short = (penalty != "fine_only") & (penalty != "control") & (term <= 36) & (rng.random(count) < 0.35)
    made = people.with_columns(
        charge=pl.Series(
            rng.choice([charge for charge, _ in _CHARGES], size=count, p=[share for _, share in _CHARGES])
        ),
        drunk=pl.lit(False),
        vehicle=pl.lit("none"),
        offence_on=dates(offence),
        effective_on=dates(offence + rng.integers(70, 155, size=count)),
        main_penalty=pl.Series(penalty),
        term_months=pl.when(pl.Series(penalty) != "fine_only").then(pl.Series(term)),
        probation_months=pl.when(pl.Series(short)).then(pl.Series(np.maximum(term, 6) + 6)),
        retrial=pl.lit(False),
        court=court(pl.col("region")),
    )
    return _judgments(made)


def _judgments(made: pl.DataFrame) -> pl.DataFrame:
    columns = (
        "person_id", "name", "charge", "drunk", "vehicle", "offence_on", "effective_on", "main_penalty",
        "term_months", "probation_months", "retrial", "court", "region",
    )  # fmt: skip
    return frame("criminal_judgment", made.select(columns).to_dict())


def corrections(judged: pl.DataFrame) -> pl.DataFrame:
    """Community correction starts ten days after the judgment and lasts as long as the probation."""
    suspended = judged.filter(pl.col("probation_months").is_not_null())
    made = suspended.with_columns(kind=pl.lit("probation"), from_on=plus_days(pl.col("effective_on"), 10)).with_columns(
        to_on=plus_months(pl.col("from_on"), pl.col("probation_months"))
    )
    columns = ("person_id", "name", "kind", "from_on", "to_on", "region")
    return frame("community_correction", made.filter(pl.col("from_on") <= AS_OF).select(columns).to_dict())
