"""Benefit payments of the background population: exactly to whom they are due, exactly while they are due."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from clew.demo.payments import accounts, month_index, monthly
from clew.demo.population import Block
from clew.demo.schemas import frame

PAY_DAY = 20
FOREVER = 1000
NURSING = {1: 10_000, 2: 8_000}
"""Fen a month by level of disability."""
HARDSHIP, OLD_AGE, SUBSISTENCE = 8_500, 6_000, 56_000


def register(block: Block, registers: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Payments of the four programmes, from the disability, low-income and institution registers of the block."""
    rng = block.rng("benefits")
    people = block.people.select(
        "person_id", "name", "region", "born_on", "age", _death=month_index(pl.col("died_on")).fill_null(FOREVER)
    ).with_columns(account=accounts(rng, block.people.height, "62284"))
    holders = _holders(people, registers)
    parts = [
        _nursing(holders),
        _hardship(holders, registers["low_income_register"]),
        _old_age(people),
        _subsistence(people, registers["low_income_register"]),
    ]
    payments = monthly(pl.concat(parts), PAY_DAY)
    columns = ("person_id", "name", "program", "pay_month", "paid_on", "amount", "account", "region")
    return {"benefit_payment": frame("benefit_payment", payments.select(columns).to_dict())}


def _holders(people: pl.DataFrame, registers: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Holders of a certificate in force at some time of the period, outside institutions."""
    certificates = registers["disability_certificate"].filter(
        ~pl.col("certificate_no").str.ends_with("A1"),
        (pl.col("status") != "cancelled") | (pl.col("status_on") > pl.col("issued_on")),
    )
    lapse = (
        # A payment in the month a certificate lapses would be argued about: the background avoids it.
        pl.when(pl.col("status") == "renewing").then(FOREVER).otherwise(month_index(pl.col("expires_on")) - 1)
    )
    held = certificates.select(
        "person_id", "level", "category", "status", _issued=month_index(pl.col("issued_on")) + 1, _lapse=lapse
    )
    homes = registers["institution_residence"].select("person_id")
    return (
        people.join(held, on="person_id")
        .filter((pl.col("status") != "cancelled") | (pl.col("_death") < FOREVER))
        .join(homes, on="person_id", how="anti")
        .sort("person_id")
    )


def _recipients(rows: pl.DataFrame, program: str, amount: pl.Expr | int, first: pl.Expr, last: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "person_id",
        "name",
        "region",
        "account",
        program=pl.lit(program),
        amount=(pl.lit(amount) if isinstance(amount, int) else amount).cast(pl.Int64),
        first=first.cast(pl.Int32),
        last=pl.min_horizontal(last, pl.col("_death")).cast(pl.Int32),
    )


def _nursing(holders: pl.DataFrame) -> pl.DataFrame:
    severe = holders.filter(pl.col("level") <= 2)
    amount = pl.col("level").replace_strict(NURSING, return_dtype=pl.Int64)
    return _recipients(severe, "disability_nursing", amount, pl.col("_issued"), pl.col("_lapse"))


def _hardship(holders: pl.DataFrame, low_income: pl.DataFrame) -> pl.DataFrame:
    spells = low_income.select(
        "person_id", _from=month_index(pl.col("from_on")) + 1, _to=month_index(pl.col("to_on")).fill_null(FOREVER)
    )
    poor = holders.join(spells, on="person_id").sort("person_id")
    first = pl.max_horizontal("_issued", "_from")
    last = pl.min_horizontal("_lapse", "_to")
    return _recipients(poor, "disability_hardship", HARDSHIP, first, last)


def _old_age(people: pl.DataFrame) -> pl.DataFrame:
    aged = people.filter(pl.col("age") >= 80)
    first = month_index(pl.col("born_on")) + 80 * 12 + 1
    return _recipients(aged, "old_age_allowance", OLD_AGE, first, pl.lit(FOREVER))


def _subsistence(people: pl.DataFrame, low_income: pl.DataFrame) -> pl.DataFrame:
    """One payment a month to the first person of each low-income household."""
    heads = low_income.sort("household_id", "person_id").unique("household_id", keep="first", maintain_order=True)
    spells = heads.select(
        "person_id", _from=month_index(pl.col("from_on")) + 1, _to=month_index(pl.col("to_on")).fill_null(FOREVER)
    )
    rows = people.join(spells, on="person_id").sort("person_id")
    return _recipients(rows, "subsistence_allowance", SUBSISTENCE, pl.col("_from"), pl.col("_to"))
