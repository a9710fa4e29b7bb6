"""People: an age pyramid, counties, identity numbers and names, and (unseen by any register) who dies when."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clew.demo.calendar import AS_OF, PERIOD_FROM, Days, dates, day
from clew.demo.divisions import BORN_ELSEWHERE, COUNTIES
from clew.demo.identity import id18, yyyymmdd
from clew.demo.names import names
from clew.demo.schemas import frame

_AGE_BANDS = (48, 62, 61, 56, 53, 65, 84, 73, 66, 81, 86, 72, 60, 53, 38, 22, 14, 9, 3)
"""Persons per mille in five-year bands from age 0, the last being 90 and over (shape of the 2020 census)."""

SEQUENCES = 900
"""Sequence numbers 001-899 are for the background population; 900-999 for the planted cases."""


@dataclass(frozen=True)
class Block:
    """Some of the people. Columns of ``people``: person_id, name, sex, born_on, region, age, died_on, lot.

    ``lot`` (0..1, uniform) gives each person at most one of the walks of life that models look at.
    """

    index: int
    count: int
    seed: int
    people: pl.DataFrame

    def rng(self, domain: str) -> np.random.Generator:
        """Randomness of one domain in this block: changing one domain leaves the others as they were."""
        return generator(self.seed, domain, self.index)


def generator(seed: int, domain: str, block: int = 0) -> np.random.Generator:
    """A generator that depends only on the seed, the domain's name and the block."""
    return np.random.default_rng([seed, zlib.crc32(domain.encode()), block])


def make_block(seed: int, index: int, count: int, size: int) -> Block:
    """The ``index``-th of ``count`` blocks, of ``size`` people. Identity numbers never repeat between blocks.

    Each block owns every ``count``-th birthday, so that it has all sequence numbers of a day to itself.
    Raises ValueError when the people of one birthday and division outnumber the sequence numbers.
    """
    rng = generator(seed, "population", index)
    born_on = dates(_own_days(_birthdays(rng, size), index, count))
    county = rng.choice(len(COUNTIES), size=size, p=[county.share for county in COUNTIES])
    female = rng.random(size) < 0.488
    division = _divisions(rng, county)
    number = yyyymmdd(born_on)
    people = pl.DataFrame(
        {
            "person_id": id18(division, number, _sequences(division, number, female)),
            "name": names(rng, female, number // 10000),
            "sex": pl.Series(["male", "female"]).gather(female.astype(np.int64)),
            "born_on": born_on,
            "region": pl.Series([county.code for county in COUNTIES]).gather(county),
        }
    )
    people = people.with_columns(age_at(AS_OF), died_on=_deaths(rng, born_on), lot=pl.Series(rng.random(size)))
    return Block(index, count, seed, people)


def age_at(moment: date) -> pl.Expr:
    """Whole years of age on a day, from born_on, as column ``age``."""
    born = pl.col("born_on")
    before = (born.dt.month().cast(pl.Int32) * 100 + born.dt.day()) > moment.month * 100 + moment.day
    return (pl.lit(moment.year) - born.dt.year() - before.cast(pl.Int32)).alias("age")


def register(block: Block) -> dict[str, pl.DataFrame]:
    """The population register lists everybody; the dead stay listed, as the real one keeps them for a while."""
    columns = ("person_id", "name", "sex", "born_on", "region")
    return {"population_register": frame("population_register", block.people.select(columns).to_dict())}


def _birthdays(rng: np.random.Generator, size: int) -> Days:
    shares = np.array(_AGE_BANDS, dtype=float)
    band = rng.choice(len(shares), size=size, p=shares / shares.sum())
    years = band * 5 + rng.random(size) * np.where(band == len(shares) - 1, 9, 5)
    return (day(AS_OF) - np.floor(years * 365.2425).astype(np.int64)).astype(np.int32)


def _divisions(rng: np.random.Generator, county: NDArray[np.int64]) -> NDArray[np.int64]:
    """Division of the first registration: mostly the county of residence, else another, else another province."""
    size = len(county)
    home = np.array([int(county.code) for county in COUNTIES])
    far = np.array([int(code) for code in BORN_ELSEWHERE])
    moved = rng.random(size)
    division = np.where(moved < 0.10, home[rng.integers(len(home), size=size)], home[county])
    return np.where(moved > 0.94, far[rng.integers(len(far), size=size)], division)


def _own_days(born: Days, index: int, count: int) -> Days:
    """Each birthday moved to the nearest one that the block owns, never past the last day of the period."""
    offset = (index - born) % count
    offset = np.where(offset > count // 2, offset - count, offset)
    own: Days = born + np.where(born + offset > day(AS_OF), offset - count, offset)
    return own


def _sequences(division: NDArray[np.int64], number: NDArray[np.int64], female: NDArray[np.bool_]) -> NDArray[np.int64]:
    group = pl.DataFrame({"division": division, "number": number, "female": female})
    rank = group.select(pl.int_range(pl.len()).over("division", "number", "female")).to_series().to_numpy()
    if rank.max() >= (SEQUENCES - 2) // 2:
        raise ValueError(
            f"too many people for one birthday and division: {rank.max() + 1}, at most {SEQUENCES // 2 - 1}"
        )
    # Odd numbers are men's.
    return (1 + 2 * rank + female).astype(np.int64)


def _deaths(rng: np.random.Generator, born_on: pl.Series) -> pl.Series:
    """Death days in the period by Gompertz mortality (one in 20,000 a year at birth, doubling every 7.7 years)."""
    born = born_on.cast(pl.Int32).to_numpy()
    age = (day(PERIOD_FROM) - born) / 365.2425
    span = day(AS_OF) - day(PERIOD_FROM)
    chance = np.minimum(5e-5 * np.exp(0.09 * np.maximum(age, 0)), 0.4) * 2
    when = day(PERIOD_FROM) + rng.integers(span + 1, size=len(born))
    dies = (rng.random(len(born)) < chance) & (age > 1)
    return pl.select(pl.when(pl.Series(dies)).then(dates(when))).to_series()
