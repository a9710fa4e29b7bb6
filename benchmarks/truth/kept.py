"""What was measured, kept as small tables: one CSV file for each kind of row, in one folder."""

from __future__ import annotations

import csv
import os
import resource
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TypeVar

from pydantic import TypeAdapter

from benchmarks.truth.band import Band

Row = TypeVar("Row")


@dataclass(frozen=True)
class Run:
    """How a part was measured: wall time, the process's peak memory, and the load of the machine (mean of 15 minutes).

    ``case`` is the dataset withheld; empty for the other parts.
    """

    part: str
    case: str
    persons: int
    seed: int
    day: str
    minutes: float
    peak_mb: int
    load: float


@dataclass(frozen=True)
class KeptBand:
    """A :class:`Band` of one part; ``case`` and ``hole`` say what was withheld and are empty for the other parts."""

    part: str
    case: str
    hole: str
    model: str
    band: str
    clues: int
    right: int


def kept_bands(part: str, case: str, hole: str, bands: Iterable[Band]) -> list[KeptBand]:
    """The bands as they are kept."""
    return [KeptBand(part, case, hole, *astuple(band)) for band in bands]


class Clock:
    """Measures a part from its making on."""

    def __init__(self) -> None:
        self._start = monotonic()

    def run(self, part: str, case: str, persons: int, seed: int) -> Run:
        """What was spent until now."""
        minutes = round((monotonic() - self._start) / 60, 1)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return Run(
            part, case, persons, seed, f"{datetime.now(UTC):%Y-%m-%d}", minutes, peak, round(os.getloadavg()[2], 1)
        )


def read_rows(folder: Path, name: str, kind: type[Row]) -> list[Row]:
    """The rows of ``<name>.csv``; none without such a file. Raises ValidationError for columns of another kind."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return TypeAdapter(list[kind]).validate_python(list(csv.DictReader(stream)))  # type: ignore[valid-type]  # a type given as a value


def replace_rows(
    folder: Path, name: str, kind: type[Row], rows: Iterable[Row], replaced: Callable[[Row], bool]
) -> None:
    """Write ``rows`` into ``<name>.csv`` in the place of those that are ``replaced``; the file is kept sorted."""
    kept = [row for row in read_rows(folder, name, kind) if not replaced(row)]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([field.name for field in fields(kind)])  # type: ignore[arg-type]  # a dataclass, by its bound
        writer.writerows(sorted(astuple(row) for row in (*kept, *rows)))  # type: ignore[call-overload]  # dataclasses, too
