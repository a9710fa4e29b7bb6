"""Each rule against what was planted in a whole province, and in one where identity numbers are mistyped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.truth.band import Band
from benchmarks.truth.office import SEED, Office
from clew.demo.compare import Compared
from clew.demo.flaws import Flaws
from clew.demo.generate import TRUTH_FILE
from clew.demo.province import Province, Shipment
from clew.demo.truth import write_truth


@dataclass(frozen=True)
class Tally:
    """Numbers of planted facts of one rule in one model.

    ``postponed`` are clues not found but left open for want of data; ``wrong`` are clues about a near-miss, about a
    subject that had to stay open, or about anybody else; ``kept_open`` of ``must_stay_open``.
    """

    model: str
    rule: str
    planted: int
    found: int
    postponed: int
    near_misses: int
    wrong: int
    must_stay_open: int
    kept_open: int

    @property
    def missed(self) -> int:
        """Planted clues that were not found, left open or not."""
        return self.planted - self.found


def tally(row: Compared) -> Tally:
    """The numbers of a comparison."""
    return Tally(
        model=row.model,
        rule=row.rule,
        planted=row.planted,
        found=row.found,
        postponed=len(row.postponed),
        near_misses=row.near_misses,
        wrong=wrong(row),
        must_stay_open=row.inconclusive,
        kept_open=row.left_open,
    )


def wrong(row: Compared) -> int:
    """Clues that nobody planted."""
    return len(row.false) + len(row.unplanned)


def planted(persons: int, flaws: Flaws) -> tuple[list[Tally], tuple[Band, ...]]:
    """Make a province of ``persons``, receive it, run every model on it, and count."""
    with TemporaryDirectory(prefix="clew-truth-") as folder:
        sent, office = Path(folder), Office(Path(folder) / "office")
        province = Province(persons, SEED)
        write_truth(sent / TRUTH_FILE, province.truth)
        for _ in province.send([Shipment(sent / "drop", flaws)], office.project.catalogue):
            pass
        office.receive(sent / "drop")
        screened = office.screen(sent / TRUTH_FILE)
        return [tally(row) for row in screened.rules], screened.bands
