"""Disability certificates, low-income households and people who live in institutions."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, dates, day, plus_days
from clew.demo.population import Block
from clew.demo.schemas import frame

_CATEGORIES = ("physical", "intellectual", "mental", "visual", "hearing", "multiple", "speech")
_CATEGORY_SHARES = (0.55, 0.11, 0.11, 0.09, 0.08, 0.05, 0.01)
CATEGORY_DIGITS = {
    "visual": "1", "hearing": "2", "speech": "3", "physical": "4", "intellectual": "5", "mental": "6", "multiple": "7",
}  # fmt: skip
_VALID_DAYS = 3652  # ten years


def register(block: Block) -> dict[str, pl.DataFrame]:
    """The three registers that decide who is entitled to a disability subsidy; nobody is in two by mistake."""
    rng = block.rng("disability")
    people = block.people
    drawn = people.with_columns(
        _holds=pl.Series(rng.random(people.height)),
        _poor=pl.Series(rng.random(people.height)),
        _institution=pl.Series(rng.random(people.height)),
    ).with_columns(_institution=(pl.col("_institution") < 0.004) & (pl.col("age") >= 70))
    holders = drawn.filter((pl.col("_holds") < 0.012 + 0.0004 * pl.col("age")) & (pl.col("age") >= 3))
    poor = drawn.filter((pl.col("_poor") < 0.024) & ~pl.col("_institution"))
    certificates = _certificates(rng, holders)
    return {
        "disability_certificate": pl.concat([certificates, _replaced(rng, certificates)]),
        "low_income_register": _low_income(rng, poor),
        "institution_residence": _residents(rng, drawn.filter("_institution")),
    }


def certificate_number(person: pl.Expr, category: pl.Expr, level: pl.Expr) -> pl.Expr:
    """A certificate's number: identity number, category digit, level digit."""
    return person + category.replace_strict(CATEGORY_DIGITS, return_dtype=pl.String) + level.cast(pl.String)


def _certificates(rng: np.random.Generator, holders: pl.DataFrame) -> pl.DataFrame:
    """Each holder's present certificate: valid, lapsed by its date, being renewed, or cancelled."""
    count = holders.height
    issued = rng.integers(day(AS_OF) - _VALID_DAYS - 300, day(AS_OF) - 75, size=count)
    renewing = (issued + _VALID_DAYS <= day(AS_OF) + 60) & (rng.random(count) < 0.4)
    left = rng.random(count) < 0.02
    made = holders.with_columns(
        category=pl.Series(rng.choice(_CATEGORIES, size=count, p=_CATEGORY_SHARES)),
        level=pl.Series(rng.choice(4, size=count, p=(0.12, 0.28, 0.28, 0.32)) + 1),
        issued_on=dates(issued),
        expires_on=dates(issued + _VALID_DAYS),
    ).with_columns(
        certificate_no=certificate_number(pl.col("person_id"), pl.col("category"), pl.col("level")),
        status=pl.when(pl.col("died_on").is_not_null() | pl.Series(left))
        .then(pl.lit("cancelled"))
        .when(pl.Series(renewing))
        .then(pl.lit("renewing"))
        .otherwise(pl.lit("valid")),
        # Who left gave the certificate up on the day it was issued or in June 2024, before anything is paid.
        status_on=pl.when(pl.col("died_on").is_not_null())
        .then(pl.min_horizontal(plus_days(pl.col("died_on"), 9), pl.lit(AS_OF)))
        .when(pl.Series(left))
        .then(pl.max_horizontal(pl.col("issued_on"), pl.lit(AS_OF.replace(year=2024))))
        .when(pl.Series(renewing))
        .then(plus_days(pl.col("expires_on"), -60)),
    )
    return frame("disability_certificate", made.select(_CERTIFICATE_COLUMNS).to_dict())


_CERTIFICATE_COLUMNS = (
    "certificate_no", "person_id", "name", "category", "level", "issued_on", "expires_on", "status", "status_on",
    "region",
)  # fmt: skip


def _replaced(rng: np.random.Generator, certificates: pl.DataFrame) -> pl.DataFrame:
    """Some holders still have an older, cancelled certificate on the books (suffix A1)."""
    old = certificates.filter(pl.Series(rng.random(certificates.height) < 0.05))
    return old.with_columns(
        certificate_no=pl.col("certificate_no") + "A1",
        status=pl.lit("cancelled"),
        status_on=pl.col("issued_on"),
        expires_on=plus_days(pl.col("issued_on"), 30),
        issued_on=plus_days(pl.col("issued_on"), -3622),
    )


def _low_income(rng: np.random.Generator, poor: pl.DataFrame) -> pl.DataFrame:
    """Low-income spells; those that ended did so by February 2026. Households are of one to four people."""
    count = poor.height
    since = rng.integers(day(AS_OF) - 2600, day(AS_OF) - 150, size=count)
    ended = rng.random(count) < 0.15
    until = np.minimum(since + rng.integers(200, 1500, size=count), day(AS_OF) - 130)
    household = np.cumsum(rng.random(count) < 0.55)
    made = poor.sort("region", "person_id").with_columns(
        household_id=pl.lit("DB") + pl.col("region") + pl.Series(household).cast(pl.String).str.zfill(8),
        from_on=dates(since),
        to_on=pl.when(pl.Series(ended & (until > since))).then(dates(until)),
    )
    return frame(
        "low_income_register", made.select("person_id", "household_id", "from_on", "to_on", "region").to_dict()
    )


def _residents(rng: np.random.Generator, residents: pl.DataFrame) -> pl.DataFrame:
    """People who have lived in a public home since before the period."""
    count = residents.height
    homes = pl.Series(["第一社会福利院", "敬老院", "残疾人托养中心", "养护院"]).gather(rng.integers(4, size=count))
    made = residents.with_columns(
        institution=homes, from_on=dates(rng.integers(day(AS_OF) - 3000, day(AS_OF) - 800, size=count))
    )
    return frame("institution_residence", made.select("person_id", "institution", "from_on", "region").to_dict())
