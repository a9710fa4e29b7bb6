"""What was planted: every clue that must be found, every near-miss that must not, every question left open."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from pathlib import Path


class Planted(StrEnum):
    """What was planted about a subject."""

    CLUE = "planted"
    NEAR_MISS = "near_miss"
    INCONCLUSIVE = "inconclusive"


_EXPECTED = {Planted.CLUE: "clue", Planted.NEAR_MISS: "none", Planted.INCONCLUSIVE: "inconclusive"}


@dataclass(frozen=True, order=True)
class TruthRow:
    """One planted fact. ``episode`` is empty where a rule makes one clue per person."""

    model: str
    rule: str
    subject: str
    episode: str
    kind: str
    expected: str
    why: str


def truth_row(model: str, rule: str, subject: str, kind: Planted, why: str, episode: str = "") -> TruthRow:
    """A row whose expectation follows from its kind."""
    return TruthRow(model, rule, subject, episode, kind.value, _EXPECTED[kind], why)


@dataclass(frozen=True)
class Truth:
    """Everything planted in one demo province."""

    persons: int
    seed: int
    rows: tuple[TruthRow, ...]

    def count(self, kind: Planted) -> int:
        """How many rows of a kind."""
        return sum(row.kind == kind for row in self.rows)


def write_truth(path: Path, rows: Iterable[TruthRow]) -> None:
    """Write the rows as CSV (UTF-8), sorted."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([field.name for field in fields(TruthRow)])
        writer.writerows(astuple(row) for row in sorted(rows))


def read_truth(path: Path) -> list[TruthRow]:
    """Read what :func:`write_truth` wrote. Raises ValueError when the header is another."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        wanted = [field.name for field in fields(TruthRow)]
        if reader.fieldnames != wanted:
            raise ValueError(f"{path}: the header of a truth file is {','.join(wanted)}")
        return [TruthRow(**row) for row in reader]
