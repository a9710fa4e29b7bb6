"""Driving licences, revocations, drug controls and traffic violations."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, PERIOD_FROM, Days, dates, day, plus_days
from clew.demo.divisions import CITIES
from clew.demo.population import Block
from clew.demo.registers.judgments import DRUNK_LOTS
from clew.demo.schemas import frame

DRUG_LOTS = (0.0050, 0.0064)
_CLASSES = ("C1", "C2", "B2", "A2", "C1D", "D", "C1E")
_CLASS_SHARES = (0.60, 0.20, 0.05, 0.02, 0.05, 0.05, 0.03)
_FIRST_LICENCES = date(1985, 1, 1)
_CODES = ("1039", "1352", "1344", "1208", "1625", "1018", "1345", "6046")


def register(block: Block, judgments: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The traffic police's registers. Every drunk driver of the background lost the licence in time."""
    rng = block.rng("licences")
    holders = _holders(rng, block)
    revocations = _revocations(rng, holders, judgments)
    return {
        "driving_licence": _licences(rng, holders, revocations),
        "licence_revocation": revocations,
        "drug_control": _drug_controls(rng, block),
        "traffic_violation": _violations(rng, holders),
    }


def authority(region: pl.Expr) -> pl.Expr:
    """The city's traffic police."""
    names = {code: f"{name}公安局交通警察支队" for code, name in CITIES.items()}
    return region.str.slice(0, 4).replace_strict(names, return_dtype=pl.String)


def _holders(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    """Living adults with a licence; four in five drunk drivers had one, drug users of the background none."""
    people = block.people.filter(pl.col("age").is_between(18, 72), pl.col("died_on").is_null())
    draw = pl.Series(rng.random(people.height))
    drunk = pl.col("lot").is_between(*DRUNK_LOTS, closed="left")
    drug = pl.col("lot").is_between(*DRUG_LOTS, closed="left")
    share = pl.when(drunk).then(0.8).when(pl.col("age") > 60).then(0.22).otherwise(0.5)
    holders = people.filter((draw < share) & ~drug)
    # File numbers of twelve digits; blocks of at most 100,000 people own disjoint ranges below 90,000,000.
    running = pl.int_range(holders.height) + block.index * 100_000
    return holders.with_columns(
        licence_no=pl.lit("34") + pl.col("region").str.slice(2, 2) + running.cast(pl.String).str.zfill(8)
    )


def _revocations(rng: np.random.Generator, holders: pl.DataFrame, judgments: pl.DataFrame) -> pl.DataFrame:
    """Decided between a few days after the offence and 25 days after the judgment took effect."""
    drunk = judgments.filter("drunk").join(holders.select("person_id", "licence_no"), on="person_id").sort("person_id")
    offence = drunk["offence_on"].cast(pl.Int32).to_numpy()
    latest = np.minimum(drunk["effective_on"].cast(pl.Int32).to_numpy() + 25, day(AS_OF))
    decided = offence + 3 + np.floor(rng.random(drunk.height) * (latest - offence - 2))
    made = drunk.with_columns(
        decided_on=dates(decided.astype(np.int32)),
        authority=authority(pl.col("region")),
    )
    columns = ("person_id", "licence_no", "decided_on", "authority", "region")
    return frame("licence_revocation", made.select(columns).to_dict())


def _licences(rng: np.random.Generator, holders: pl.DataFrame, revocations: pl.DataFrame) -> pl.DataFrame:
    count = holders.height
    issued = _first_issue(rng, holders)
    lapsed = pl.Series(rng.random(count) < 0.02) & (pl.col("lot") > 0.01)
    made = (
        holders.with_columns(
            classes=pl.Series(rng.choice(_CLASSES, size=count, p=_CLASS_SHARES)),
            issued_on=dates(issued),
            _lapsed=lapsed,
        )
        .join(revocations.select("person_id", "decided_on"), on="person_id", how="left", maintain_order="left")
        .with_columns(
            expires_on=pl.when("_lapsed")
            .then(dates(rng.integers(day(AS_OF) - 1500, day(AS_OF) - 400, size=count)))
            .otherwise(dates(rng.integers(day(AS_OF) + 30, day(AS_OF) + 3600, size=count))),
            status=pl.when(pl.col("decided_on").is_not_null())
            .then(pl.lit("revoked"))
            .when("_lapsed")
            .then(pl.lit("expired"))
            .otherwise(pl.lit("normal")),
        )
        .with_columns(
            status_on=pl.when(pl.col("status") == "revoked")
            .then(pl.col("decided_on"))
            .when(pl.col("status") == "expired")
            .then(plus_days(pl.col("expires_on"), 1))
        )
    )
    columns = (
        "licence_no", "person_id", "name", "classes", "issued_on", "expires_on", "status", "status_on", "region",
    )  # fmt: skip
    return frame("driving_licence", made.select(columns).to_dict())


def _first_issue(rng: np.random.Generator, holders: pl.DataFrame) -> Days:
    """Between the 18th birthday and five years before the end of the period (or at once for the young)."""
    adult = np.maximum(holders["born_on"].cast(pl.Int32).to_numpy() + 6580, day(_FIRST_LICENCES))
    latest = np.maximum(day(AS_OF) - 1900, adult + 30)
    found = adult + np.floor(rng.random(len(adult)) * (latest - adult)).astype(np.int64)
    first: Days = np.minimum(found, day(AS_OF))
    return first


def _drug_controls(rng: np.random.Generator, block: Block) -> pl.DataFrame:
    users = block.people.filter(
        pl.col("age").is_between(19, 60),
        pl.col("died_on").is_null(),
        pl.col("lot").is_between(*DRUG_LOTS, closed="left"),
    )
    measure = rng.choice(
        ["community_detox", "compulsory_isolation", "community_recovery"], size=users.height, p=(0.5, 0.3, 0.2)
    )
    years = np.where(measure == "compulsory_isolation", 2, 3)
    start = rng.integers(day(AS_OF) - 1400, day(AS_OF) - 20, size=users.height)
    made = users.with_columns(measure=pl.Series(measure), from_on=dates(start), to_on=dates(start + years * 365))
    columns = ("person_id", "name", "measure", "from_on", "to_on", "region")
    return frame("drug_control", made.select(columns).to_dict())


def plates(rng: np.random.Generator, region: pl.Series) -> pl.Series:
    """Number plates: the city's letter and five characters."""
    letters = pl.Series(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
    city = region.str.slice(3, 1).cast(pl.Int64).to_numpy() - 1
    head = letters.gather(city)
    tail = pl.Series(rng.integers(0, 10_000, size=len(region))).cast(pl.String).str.zfill(4)
    return pl.select(pl.lit("皖") + head + letters.gather(rng.integers(24, size=len(region))) + tail).to_series()


def _violations(rng: np.random.Generator, holders: pl.DataFrame) -> pl.DataFrame:
    """About three violations a year for every ten drivers; never by those convicted, whose days are planted."""
    drivers = holders.filter(pl.col("lot") > 0.01)
    rows = drivers[np.repeat(np.arange(drivers.height), rng.poisson(0.3, size=drivers.height))]
    span = day(AS_OF) - day(PERIOD_FROM)
    made = rows.with_columns(
        plate=plates(rng, rows["region"]),
        occurred_on=dates(day(PERIOD_FROM) + rng.integers(span + 1, size=rows.height)),
        code=pl.Series(_CODES).gather(rng.integers(len(_CODES), size=rows.height)),
    )
    columns = ("person_id", "plate", "occurred_on", "code", "region")
    return frame("traffic_violation", made.select(columns).to_dict())
