"""Pensions of the background population: paid through the month of death, and what is lawful after it."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, PERIOD_FROM, plus_days
from clew.demo.payments import accounts, month_index, monthly
from clew.demo.population import Block
from clew.demo.registers.custody import held_months
from clew.demo.schemas import frame

PAY_DAY = 15
EMPLOYEE_SHARE = 0.38
RAISED_ON = date(2025, 7, 21)


def register(block: Block, custody: pl.DataFrame, corrections: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Pension payments and the life certifications that go with them.

    Nobody is paid for a whole month in custody, raised while in custody or under correction, or certified while held.
    """
    rng = block.rng("pensions")
    pensioners = _pensioners(rng, block.people)
    regular = monthly(pensioners, PAY_DAY).with_columns(kind=pl.lit("pension"))
    due = regular.join(held_months(custody), on=["person_id", "pay_month"], how="anti", maintain_order="left")
    barred = pl.concat([_at(custody, "in_on", "out_on"), _at(corrections, "from_on", "to_on")])
    parts = [_rows(_raised(due, barred)), *_lawful_after_death(rng, pensioners)]
    return {
        "pension_payment": pl.concat(parts),
        "life_certification": _certifications(rng, pensioners.filter(~_in(custody["person_id"]))),
    }


def _raised(due: pl.DataFrame, barred: pl.Series) -> pl.DataFrame:
    """The general raise of the middle of 2025, 2.5 %, in what is paid from August on."""
    raised = (pl.col("pay_month") > RAISED_ON) & ~_in(barred)
    by = pl.when(raised).then(pl.col("amount") // 40)
    return due.with_columns(
        adjusted_on=pl.when(raised).then(pl.lit(RAISED_ON)),
        adjusted_amount=by,
        amount=pl.col("amount") + by.fill_null(0),
    )


def _at(periods: pl.DataFrame, since: str, until: str) -> pl.Series:
    """Who is in such a period on the day of the raise."""
    running = (pl.col(since) <= RAISED_ON) & (pl.col(until).is_null() | (pl.col(until) > RAISED_ON))
    return periods.filter(running)["person_id"]


def _in(people: pl.Series) -> pl.Expr:
    return pl.col("person_id").is_in(people.implode())


def _pensioners(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """People of 60 and over (women employees from 55), with scheme, amount in fen, account, first and last month."""
    count = people.height
    employee = pl.Series(rng.random(count) < EMPLOYEE_SHARE)
    covered = pl.Series(rng.random(count) < 0.95)
    base = pl.Series(np.exp(rng.normal(8.05, 0.28, size=count)) * 100).cast(pl.Int64)
    small = pl.Series(rng.integers(18000, 32000, size=count))
    chosen = people.with_columns(
        scheme=pl.when(employee).then(pl.lit("employee")).otherwise(pl.lit("resident")),
        amount=pl.when(employee).then(base // 10 * 10).otherwise(small // 10 * 10),
        account=accounts(rng, count, "62170"),
        retires=pl.when(employee & (pl.col("sex") == "female")).then(55).otherwise(60),
    ).filter(covered & (pl.col("age") >= pl.col("retires")))
    start = month_index(pl.col("born_on")) + pl.col("retires") * 12 + 1
    end = month_index(pl.col("died_on")).fill_null(1000)
    return chosen.with_columns(first=start, last=end)


def _lawful_after_death(rng: np.random.Generator, pensioners: pl.DataFrame) -> list[pl.DataFrame]:
    """Funeral grants, survivors' allowances, arrears of earlier months, and overpayments already returned."""
    dead = pensioners.filter(pl.col("died_on").is_not_null())
    grant = _some(rng, dead, 0.6, (20, 60)).with_columns(
        kind=pl.lit("funeral_grant"), amount=pl.lit(800_000), pay_month=pl.col("paid_on").dt.truncate("1mo")
    )
    survivor = _some(rng, dead.filter(pl.col("scheme") == "employee"), 0.15, (40, 90)).with_columns(
        kind=pl.lit("survivor_allowance"), amount=pl.lit(95_000), pay_month=pl.col("paid_on").dt.truncate("1mo")
    )
    arrears = _some(rng, dead, 0.04, (32, 70)).with_columns(
        kind=pl.lit("back_payment"), amount=pl.col("amount") // 8, pay_month=pl.col("died_on").dt.truncate("1mo")
    )
    returned = _some(rng, dead, 0.03, (35, 64)).with_columns(
        kind=pl.lit("pension"),
        pay_month=pl.col("paid_on").dt.truncate("1mo"),
        returned_on=plus_days(pl.col("paid_on"), 20),
    )
    returned = returned.filter(pl.col("returned_on") <= AS_OF)
    return [_rows(part) for part in (grant, survivor, arrears, returned)]


def _some(rng: np.random.Generator, dead: pl.DataFrame, share: float, days: tuple[int, int]) -> pl.DataFrame:
    """A share of the dead, paid once some days after the death, if that is within the period."""
    chosen = dead.filter(pl.Series(rng.random(dead.height) < share))
    after = pl.Series(rng.integers(*days, size=chosen.height))
    return chosen.with_columns(paid_on=plus_days(pl.col("died_on"), after)).filter(pl.col("paid_on") <= AS_OF)


def _rows(rows: pl.DataFrame) -> pl.DataFrame:
    columns = ["person_id", "name", "scheme", "kind", "pay_month", "paid_on", "amount", "account", "region"]
    columns += [name for name in ("returned_on", "adjusted_on", "adjusted_amount") if name in rows.columns]
    return frame("pension_payment", rows.select(columns).to_dict())


def _certifications(rng: np.random.Generator, pensioners: pl.DataFrame) -> pl.DataFrame:
    """Pensioners prove once a year that they are alive; nobody does so after death."""
    parts = []
    for year in (2024, 2025, 2026):
        opens = max(date(year, 2, 1), PERIOD_FROM)
        closes = min(date(year, 12, 20), AS_OF)
        span = (closes - opens).days
        seen = pensioners.filter(pl.Series(rng.random(pensioners.height) < 0.9 * span / 322))
        after = pl.Series(rng.integers(0, span + 1, size=seen.height))
        channel = rng.choice(["face", "counter", "phone", "proxy"], p=[0.62, 0.2, 0.1, 0.08], size=seen.height)
        dated = seen.with_columns(certified_on=plus_days(pl.lit(opens), after), channel=pl.Series(channel)).filter(
            pl.col("died_on").is_null() | (pl.col("certified_on") < pl.col("died_on"))
        )
        parts.append(
            frame("life_certification", dated.select("person_id", "certified_on", "channel", "region").to_dict())
        )
    return pl.concat(parts)
