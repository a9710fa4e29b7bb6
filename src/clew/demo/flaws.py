"""What can be made to go wrong with a province's deliveries on purpose: rows withheld, numbers mistyped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from clew.contracts.model import Contract
from clew.demo.calendar import next_month


@dataclass(frozen=True)
class Withheld:
    """Rows of one dataset that never come: a ``share`` of each file, or all that happened in a ``month``.

    ``said`` is whether the sender's letter still counts them, so that the gap can be seen.
    """

    share: float = 0.0
    month: date | None = None
    said: bool = True

    def kept(self, rows: pl.DataFrame, contract: Contract, rng: np.random.Generator) -> pl.DataFrame:
        """The rows that do come. A register, which has no months, loses none to a ``month``."""
        if self.month is not None and contract.event_column:
            day = pl.col(contract.event_column).cast(pl.Date)
            rows = rows.filter(~day.is_between(self.month, next_month(self.month), closed="left"))
        return rows.filter(pl.Series(rng.random(rows.height) >= self.share, dtype=pl.Boolean))


@dataclass(frozen=True)
class Flaws:
    """``withheld`` by dataset; ``mistyped`` is the share of identity numbers with an error of typing."""

    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    mistyped: float = 0.0


NONE = Flaws()
