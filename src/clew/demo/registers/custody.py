"""Custody of the background: who was held before the judgment, and who serves a sentence where and until when."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, PERIOD_FROM, PERIOD_TO, dates, plus_days, plus_months
from clew.demo.divisions import COUNTIES
from clew.demo.population import Block
from clew.demo.schemas import frame

PRISONS = {"安和省清河监狱": "340104", "安和省云台监狱": "340207", "安和省临湖监狱": "340303"}
WOMENS_PRISON = ("安和省女子监狱", "340121")
_JAILS = {county.code: f"{county.name}看守所" for county in COUNTIES}


def register(block: Block, judgments: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Detention before the judgment for seven in ten, then the sentence; the term counts from the arrest."""
    rng = block.rng("custody")
    held = judgments.filter(
        pl.col("main_penalty").is_in(["fixed_term", "detention"]), pl.col("probation_months").is_null()
    )
    made = _periods(rng, held)
    remand = made.filter(pl.col("arrested_on") < pl.col("admitted_on")).select(
        "person_id", "name", "region", kind=pl.lit("remand"), facility=jail(),
        in_on="arrested_on", out_on=pl.when(pl.col("admitted_on") <= AS_OF).then("admitted_on"),
    )  # fmt: skip
    served = _placed(rng, made.filter(pl.col("admitted_on") <= AS_OF)).select(
        "person_id", "name", "region", "case_no", "facility", kind=pl.lit("sentence"), in_on="admitted_on",
        out_on=pl.when(pl.col("released_on") <= AS_OF).then("released_on"),
    )  # fmt: skip
    return {"custody": pl.concat([frame("custody", part.to_dict()) for part in (remand, served)])}


def jail() -> pl.Expr:
    """The jail of the row's county."""
    return pl.col("region").replace_strict(_JAILS, return_dtype=pl.String)


def held_months(custody: pl.DataFrame) -> pl.DataFrame:
    """person_id and pay_month of every month spent in custody from its first to its last day."""
    first = pl.max_horizontal(pl.col("in_on"), pl.lit(PERIOD_FROM)).dt.offset_by("-1d").dt.month_end()
    last = pl.col("out_on").fill_null(PERIOD_TO).dt.truncate("1mo")
    spent = custody.select("person_id", first=plus_days(first, 1), last=last).filter(pl.col("first") < pl.col("last"))
    months = pl.date_ranges("first", "last", interval="1mo", closed="left").alias("pay_month")
    return spent.select("person_id", months).explode("pay_month").unique(maintain_order=True)


def _periods(rng: np.random.Generator, held: pl.DataFrame) -> pl.DataFrame:
    """Days of arrest, admission and release. Who was not detained goes to prison when the judgment takes effect."""
    count = held.height
    offence, effective = (held[name].cast(pl.Int32).to_numpy() for name in ("offence_on", "effective_on"))
    admitted = effective + rng.integers(3, 15, size=count)
    detained = rng.random(count) < 0.7
    arrested = np.where(detained, np.minimum(offence + rng.integers(2, 40, size=count), effective - 20), admitted)
    made = held.with_columns(arrested_on=dates(arrested), admitted_on=dates(admitted)).with_columns(
        released_on=plus_months(pl.col("arrested_on"), pl.col("term_months"))
    )
    # A term spent in detention altogether ends in a release, not in prison.
    spent = pl.col("released_on") <= pl.col("admitted_on")
    return made.filter(~spent)


def _placed(rng: np.random.Generator, served: pl.DataFrame) -> pl.DataFrame:
    """Detention and short rests of a term are served in the county's jail, all else in a prison."""
    count = served.height
    names = pl.Series(list(PRISONS)).gather(rng.integers(len(PRISONS), size=count))
    woman = pl.col("person_id").str.slice(16, 1).cast(pl.Int32) % 2 == 0
    short = (pl.col("main_penalty") == "detention") | (
        pl.col("released_on") <= pl.col("admitted_on").dt.offset_by("3mo")
    )
    facility = pl.when(short).then(jail()).when(woman).then(pl.lit(WOMENS_PRISON[0])).otherwise(names)
    homes = PRISONS | {WOMENS_PRISON[0]: WOMENS_PRISON[1]}
    return served.with_columns(facility=facility).with_columns(
        region=pl.when(pl.col("facility").is_in(list(homes)))
        .then(pl.col("facility").replace_strict(homes, default=None, return_dtype=pl.String))
        .otherwise("region")
    )
