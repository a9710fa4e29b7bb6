"""Deaths as three departments register them: crematoria, hospitals, and the household register."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.calendar import AS_OF, plus_days
from clew.demo.population import Block
from clew.demo.schemas import frame

_SOURCES = (
    # source, share of deaths it registers, shortest and longest days until it does, certificate prefix
    ("cremation", 0.78, 1, 6, "HH"),
    ("medical_certificate", 0.66, 0, 5, "YZ"),
    ("household_cancellation", 0.92, 4, 75, "HX"),
)


def register(block: Block) -> dict[str, pl.DataFrame]:
    """One row for each death and source that has registered it by the end of the period."""
    rng = block.rng("deaths")
    dead = block.people.filter(pl.col("died_on").is_not_null())
    parts = []
    for source, share, soonest, latest, prefix in _SOURCES:
        told = dead.filter(pl.Series(rng.random(dead.height) < share))
        lag = pl.Series(rng.integers(soonest, latest + 1, size=told.height))
        slip = pl.Series(_slips(rng, told, source))
        told = told.with_columns(
            died_on=plus_days(pl.col("died_on"), slip),
            registered_on=plus_days(pl.col("died_on"), lag),
            certificate_no=pl.lit(prefix) + pl.col("died_on").dt.strftime("%Y%m") + pl.col("person_id").str.slice(8, 9),
            source=pl.lit(source),
        ).filter(pl.col("registered_on") <= AS_OF)
        columns = ("person_id", "name", "died_on", "source", "certificate_no", "registered_on", "region")
        parts.append(frame("death_register", told.select(columns).to_dict()))
    return {"death_register": pl.concat(parts)}


def _slips(rng: np.random.Generator, told: pl.DataFrame, source: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Families report the day wrong by one, in 4 % of household cancellations, within the month of death."""
    day_of_month = told["died_on"].dt.day().to_numpy()
    wrong = (rng.random(told.height) < 0.04) & (day_of_month > 1) & (source == "household_cancellation")
    return np.where(wrong, -1, 0)
