"""Spending in prison: every convict by grade, within bounds; medicine now and then."""

from __future__ import annotations

import numpy as np
import polars as pl

from clew.demo.population import Block
from clew.demo.registers.custody import PRISONS, WOMENS_PRISON, held_months
from clew.demo.schemas import frame

USUAL = {"lenient": 350, "general": 220, "strict": 90}
"""CNY a month by grade."""


def register(block: Block, custody: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """One row for each month served from its first to its last day. Nobody spends twice what is usual."""
    rng = block.rng("prison")
    prisons = [*PRISONS, WOMENS_PRISON[0]]
    served = custody.filter(pl.col("kind") == "sentence", pl.col("facility").is_in(prisons))
    convicts = served.select("person_id", "name", "facility", "region").with_columns(
        grade=pl.Series(rng.choice(list(USUAL), p=(0.25, 0.6, 0.15), size=served.height)),
        habit=pl.Series(np.clip(rng.normal(1.0, 0.2, size=served.height), 0.6, 1.6)),
    )
    rows = held_months(served).join(convicts, on="person_id", maintain_order="left")
    medical = pl.Series(np.where(rng.random(rows.height) < 0.08, rng.integers(20, 1500, size=rows.height), 0))
    usual = pl.col("grade").replace_strict(USUAL, return_dtype=pl.Float64)
    own = usual * pl.col("habit") * pl.Series(rng.uniform(0.9, 1.1, size=rows.height))
    made = rows.select(
        "person_id",
        "name",
        "facility",
        "grade",
        "region",
        month="pay_month",
        spent=((own.cast(pl.Int64) + medical) * 100),
        medical=pl.when(pl.Series(medical > 0)).then(medical * 100),
    )
    return {"prison_account": frame("prison_account", made.to_dict())}
