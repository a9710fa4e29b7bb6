"""Enforcement of the background: property penalties, civil debts, re-checks of closed cases, dishonest debtors.

Everything is done in time here; what looks odd is lawful: resumed cases, milder steps instead of a listing, entries
deleted in time, closings of people who hold nothing that could be seized.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, dates, day, plus_days
from clew.demo.population import Block
from clew.demo.registers.judgments import court
from clew.demo.schemas import frame

DEBTOR_LOTS = (0.50, 0.506)
_UNPAID_FINE = r"罚金人民币(\d+)元[。；，]"
_RESTITUTION = r"退赔被害人经济损失人民币(\d+)元"


def register(block: Block, judgments: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Enforcement cases with the re-checks of those closed without assets, and the list of dishonest debtors."""
    rng = block.rng("enforcement")
    # In one chunk: formatting a frame with an empty chunk panics in polars.
    begun = pl.concat([_penalties(rng, judgments), _debts(rng, block)], rechunk=True)
    number = pl.int_range(pl.len(), dtype=pl.Int64) * block.count + block.index + 1
    year, county = pl.col("received_on").dt.year(), pl.col("region").str.slice(2)
    cases = _found_dishonest(
        rng, _ended(rng, begun.with_columns(exec_no=pl.format("({})皖{}执{}号", year, county, number)))
    )
    return {
        "enforcement_case": frame("enforcement_case", cases.with_columns(court=court(pl.col("region"))).to_dict()),
        "enforcement_recheck": _rechecks(rng, cases),
        "dishonest_debtor": _listings(rng, cases),
    }


def _penalties(rng: np.random.Generator, judgments: pl.DataFrame) -> pl.DataFrame:
    """What a judgment leaves to be paid is transferred within eighty days."""
    due = [
        pl.col("operative_part").str.extract(one).cast(pl.Int64).fill_null(0) for one in (_UNPAID_FINE, _RESTITUTION)
    ]
    owed = judgments.with_columns(amount=(due[0] + due[1]) * 100).filter(pl.col("amount") > 0)
    received = plus_days(pl.col("effective_on"), pl.Series(rng.integers(5, 80, size=owed.height)))
    return _filed(
        rng,
        owed.select(
            "amount", "region", kind=pl.lit("criminal_property"), basis_case_no="case_no", debtor_id="person_id",
            debtor_name="name", received_on=received,
        ),
    )  # fmt: skip


def _debts(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    """Civil debts of grown-ups, received over five years."""
    people = block.people.filter(
        pl.col("age").is_between(28, 65), pl.col("died_on").is_null(),
        pl.col("lot").is_between(*DEBTOR_LOTS, closed="left"),
    )  # fmt: skip
    count = people.height
    received = dates(rng.integers(day(AS_OF) - 1800, day(AS_OF) - 5, size=count))
    number = pl.int_range(pl.len(), dtype=pl.Int64) * block.count + block.index + 1
    return _filed(
        rng,
        people.select(
            "region", kind=pl.lit("civil"), debtor_id="person_id", debtor_name="name", received_on=received,
            basis_case_no=pl.format("({})皖{}民初{}号", received.dt.year(), pl.col("region").str.slice(2), number),
            amount=pl.Series(np.exp(rng.normal(10.6, 1.0, size=count)) * 100).cast(pl.Int64),
        ).select("amount", "region", "kind", "basis_case_no", "debtor_id", "debtor_name", "received_on"),
    )  # fmt: skip


def _filed(rng: np.random.Generator, cases: pl.DataFrame) -> pl.DataFrame:
    """Filed within seven days of being received; nothing is known of days to come."""
    filed = plus_days(pl.col("received_on"), pl.Series(rng.integers(0, 8, size=cases.height)))
    known = cases.with_columns(filed_on=filed).filter(pl.col("received_on") <= AS_OF)
    return known.with_columns(filed_on=pl.when(pl.col("filed_on") <= AS_OF).then("filed_on"))


def _ended(rng: np.random.Generator, cases: pl.DataFrame) -> pl.DataFrame:
    """Half are fulfilled, a third closed without assets, the rest runs on or ended otherwise."""
    count = cases.height
    end = pl.Series(rng.choice(["fulfilled", "no_assets", "ended", "open"], p=(0.5, 0.33, 0.05, 0.12), size=count))
    closed = plus_days(pl.col("filed_on"), pl.Series(rng.integers(60, 210, size=count)))
    resumed = plus_days(pl.col("closed_on"), pl.Series(rng.integers(200, 900, size=count)))
    again = pl.Series(rng.random(count) < 0.1)
    part = (pl.col("amount") * pl.Series(rng.random(count) * 0.4)).cast(pl.Int64) // 100 * 100
    over = (end != "open") & (closed <= AS_OF)
    fulfilled, empty = (pl.col("close_kind").eq_missing(kind) for kind in ("fulfilled", "no_assets"))
    return cases.with_columns(close_kind=pl.when(over).then(end), closed_on=pl.when(over).then(closed)).with_columns(
        recovered=pl.when(fulfilled).then("amount").otherwise(part),
        fulfilled_on=pl.when(fulfilled).then("closed_on"),
        resumed_on=pl.when(empty & again & (resumed <= AS_OF)).then(resumed),
    )


def _found_dishonest(rng: np.random.Generator, cases: pl.DataFrame) -> pl.DataFrame:
    """One in seven civil debtors is found dishonest before the case ends; for some, consumption is restricted."""
    count = cases.height
    found = plus_days(pl.col("filed_on"), pl.Series(rng.integers(20, 28, size=count)))
    chosen = pl.Series(rng.random(count) < 0.15) & (pl.col("kind") == "civil") & (found <= AS_OF)
    kind = pl.Series(rng.choice(["evasion", "false_report", "breach", "refusal"], size=count))
    restricted = pl.Series(rng.random(count) < 0.15)
    return cases.with_columns(
        misconduct=pl.when(chosen).then(kind),
        misconduct_on=pl.when(chosen).then(found),
        restricted_on=pl.when(restricted & (found <= AS_OF)).then(found),
    )


def _listings(rng: np.random.Generator, cases: pl.DataFrame) -> pl.DataFrame:
    """Listed within twenty-five days of the finding, for two years; deleted on the day after the fulfilment."""
    found = cases.filter(pl.col("misconduct_on").is_not_null(), pl.col("restricted_on").is_null())
    published = plus_days(pl.col("misconduct_on"), pl.Series(rng.integers(0, 26, size=found.height)))
    removed = plus_days(pl.max_horizontal(pl.col("fulfilled_on"), pl.col("published_on")), 1)
    made = (
        found.with_columns(published_on=published)
        .filter(pl.col("published_on") <= AS_OF)
        .with_columns(
            expires_on=pl.col("published_on").dt.offset_by("2y"),
            removed_on=pl.when(pl.col("fulfilled_on").is_not_null() & (removed <= AS_OF)).then(removed),
        )
    )
    columns = ("exec_no", "debtor_id", "debtor_name", "published_on", "expires_on", "removed_on", "region")
    return frame("dishonest_debtor", made.select(columns).to_dict())


def _rechecks(rng: np.random.Generator, cases: pl.DataFrame) -> pl.DataFrame:
    """A look for property every five to six months after a closing without assets."""
    closed = cases.filter(pl.col("close_kind") == "no_assets").select("exec_no", "region", "closed_on")
    rounds = np.arange(1, 14)
    step = rng.integers(150, 179, size=closed.height)
    after = pl.Series((step[:, None] * rounds).ravel())
    repeated = closed[np.repeat(np.arange(closed.height), len(rounds))]
    made = repeated.with_columns(checked_on=plus_days(pl.col("closed_on"), after)).filter(pl.col("checked_on") <= AS_OF)
    return frame("enforcement_recheck", made.select("exec_no", "checked_on", "region").to_dict())
