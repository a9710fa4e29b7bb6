"""Each model against what was planted in a whole province, and in one where identity numbers are mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.truth.office import Office
from clew.demo.compare import Compared
from clew.demo.flaws import NONE, Flaws


@dataclass(frozen=True)
class Tally:
    """Numbers of planted facts of one model, or of all.

    ``postponed`` are missed clues left open for want of data; ``wrong`` are clues about a near-miss, about a subject
    that had to stay open, or about anybody else; ``kept_open`` of ``must_stay_open``.
    """

    model: str
    planted: int
    found: int
    missed: int
    postponed: int
    near_misses: int
    wrong: int
    must_stay_open: int
    kept_open: int

    @property
    def precision(self) -> float | None:
        """Share of the clues that were planted; None without a clue."""
        clues = self.found + self.wrong
        return self.found / clues if clues else None

    @property
    def recall(self) -> float | None:
        """Share of the planted clues that were found; None where none was planted."""
        return self.found / self.planted if self.planted else None


def tally(model: str, rows: Iterable[Compared]) -> Tally:
    """Add up the rules of one model."""
    table = list(rows)
    return Tally(
        model=model,
        planted=sum(row.planted for row in table),
        found=sum(row.found for row in table),
        missed=sum(len(row.missed) for row in table),
        postponed=sum(len(row.postponed) for row in table),
        near_misses=sum(row.near_misses for row in table),
        wrong=sum(len(row.false) + len(row.unplanned) for row in table),
        must_stay_open=sum(row.inconclusive for row in table),
        kept_open=sum(row.left_open for row in table),
    )


def by_model(table: Iterable[Compared]) -> list[Tally]:
    """One tally for each model, and one for all of them."""
    rows = list(table)
    models = sorted({row.model for row in rows})
    return [tally(model, (row for row in rows if row.model == model)) for model in models] + [tally("all", rows)]


def planted(persons: int, *, mistyped: float = 0.0) -> list[Tally]:
    """Make a province of ``persons``, run every model on it, and count."""
    flaws = Flaws(mistyped=mistyped) if mistyped else NONE
    with TemporaryDirectory(prefix="clew-truth-") as folder:
        office = Office(Path(folder))
        office.deliver(persons, flaws=flaws)
        return by_model(office.screen())
