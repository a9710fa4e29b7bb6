"""``make truth``: measures what the models find, miss and wrongly say, and keeps it as tables.

    python -m benchmarks.truth [--persons N] [--only planted,mistyped,withheld,outside] [--datasets A,B] [--data FOLDER]

The tables go to ``--to`` as CSV files, those of a part that is measured in the place of its earlier ones.
``python -m benchmarks.truth.pages`` writes them into the pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.truth.kept import Clock, KeptBand, Run, kept_bands, replace_rows
from benchmarks.truth.office import ROOT, SEED
from benchmarks.truth.outside import Measured, outside
from benchmarks.truth.planted import Tally, planted
from benchmarks.truth.withheld import Loss, withheld
from clew.demo.flaws import NONE, Flaws

PARTS = ("planted", "mistyped", "withheld", "outside")
MISTYPED = 0.01


def main() -> int:
    """Measure the parts asked for, and keep each when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=1_000_000, help="people in the province")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, by commas")
    parser.add_argument("--datasets", default="", help="withhold from these alone, by commas; by default from all")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of outside data")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "truth", help="folder of the tables")
    given = parser.parse_args()
    asked = given.only.split(",")
    if unknown := sorted(set(asked) - set(PARTS)):
        parser.error(f"there is no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
    for part in (part for part in PARTS if part in asked):
        match part:
            case "planted":
                _planted(part, given.persons, NONE, given.to)
            case "mistyped":
                _planted(part, given.persons, Flaws(mistyped=MISTYPED), given.to)
            case "withheld":
                _withheld(given.persons, {name for name in given.datasets.split(",") if name}, given.to)
            case _:
                replace_rows(given.to, "outside", Measured, outside(given.data, _say), lambda _: True)
    return 0


def _planted(part: str, persons: int, flaws: Flaws, folder: Path) -> None:
    clock = Clock()
    rules, bands = planted(persons, flaws)
    replace_rows(folder, part, Tally, rules, lambda _: True)
    _keep(folder, clock.run(part, "", persons, SEED), kept_bands(part, "", "", bands))
    for row in rules:
        _say(f"{part}: {row.rule}: {row.found} of {row.planted} found, {row.postponed} left open, {row.wrong} wrong")


def _withheld(persons: int, datasets: set[str], folder: Path) -> None:
    clock = Clock()
    for one in withheld(persons, datasets, _say):
        replace_rows(folder, "withheld", Loss, one.losses, _of(one.dataset))
        bands = [row for hole, bands in one.bands.items() for row in kept_bands("withheld", one.dataset, hole, bands)]
        _keep(folder, clock.run("withheld", one.dataset, persons, SEED), bands)
        for row in one.losses:
            _say(
                f"{row.dataset}, {row.hole}, {row.letter}, {row.model}: {row.found} of {row.found_whole} found,"
                f" {row.postponed} left open, {row.silent} lost in silence, {row.invented} invented"
            )
        clock = Clock()


def _of(dataset: str) -> Callable[[Loss], bool]:
    return lambda row: row.dataset == dataset


def _keep(folder: Path, run: Run, bands: list[KeptBand]) -> None:
    replace_rows(folder, "runs", Run, [run], lambda row: (row.part, row.case) == (run.part, run.case))
    replace_rows(
        folder, "bands", KeptBand, bands, lambda row: (row.part, row.case) == (run.part, run.case)
    )  # fmt: skip


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
