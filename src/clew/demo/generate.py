"""Generate the demo province: the files of two years in a drop folder, and the truth about what was planted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from clew.contracts.catalogue import Catalogue
from clew.demo.province import Province, Shipment
from clew.demo.schemas import SCHEMAS
from clew.demo.truth import Truth, write_truth

Progress = Callable[[str], None]

TRUTH_FILE = "truth.csv"


def generate(folder: Path, persons: int, seed: int, progress: Progress | None = None, *, catalogue: Catalogue) -> Truth:
    """Write ``folder/drop/<dataset>/<file>`` with sidecars and ``folder/truth.csv``, replacing an earlier demo.

    The same persons, seed and contracts give the same bytes. Memory is bounded by the block, not by ``persons``.
    Raises ValueError for fewer than 2,000 or more than 50,000,000 persons, when a contract is missing, and when
    ``folder/drop`` holds files but no truth file stands beside it: those are somebody's, and stay.
    """
    missing = sorted(set(SCHEMAS) - set(catalogue.contracts))
    if missing:
        raise ValueError(f"the project has no data contract for: {', '.join(missing)}")
    said = progress or (lambda _: None)
    province = Province(persons, seed)
    drop = _clear(folder)
    # The truth goes first: it marks the folder as a demo even if the rest is interrupted.
    write_truth(folder / TRUTH_FILE, province.truth)
    said(f"planted {len(province.truth):,} cases")
    for done in province.send([Shipment(drop)], catalogue):
        said(f"{done:,} of {persons:,} persons")
    return Truth(persons, seed, province.truth)


def _clear(folder: Path) -> Path:
    """The empty drop folder; an earlier demo in it is removed."""
    drop = folder / "drop"
    if drop.is_dir() and any(drop.iterdir()):
        if not (folder / TRUTH_FILE).is_file():
            raise ValueError(f"{drop} holds files that are no demo")
        shutil.rmtree(drop)
    drop.mkdir(parents=True, exist_ok=True)
    return drop
