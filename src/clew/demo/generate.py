"""Generate the demo province: the files of two years in a drop folder, and the truth about what was planted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from clew.contracts.catalogue import Catalogue
from clew.demo import population, registers, stories
from clew.demo.flaws import NONE, Flaws
from clew.demo.post import Post
from clew.demo.schemas import SCHEMAS
from clew.demo.truth import Truth, write_truth

Progress = Callable[[str], None]

LEAST, MOST = 2_000, 50_000_000
_BLOCK = 100_000
TRUTH_FILE = "truth.csv"


def generate(
    folder: Path,
    persons: int,
    seed: int,
    progress: Progress | None = None,
    *,
    catalogue: Catalogue,
    flaws: Flaws = NONE,
    datasets: Collection[str] | None = None,
) -> Truth:
    """Write ``folder/drop/<dataset>/<file>`` with sidecars and ``folder/truth.csv``, replacing an earlier demo.

    ``flaws`` go wrong on top of the usual mess; ``datasets`` alone are written, by default all.

    The same persons, seed and contracts give the same bytes. Memory is bounded by the block, not by ``persons``.
    Raises ValueError for fewer than 2,000 or more than 50,000,000 persons, when a contract is missing, and when
    ``folder/drop`` holds files but no truth file stands beside it: those are somebody's, and stay.
    """
    if not LEAST <= persons <= MOST:
        raise ValueError(f"the demo is made for {LEAST:,} to {MOST:,} persons, not {persons:,}")
    missing = sorted(set(SCHEMAS) - set(catalogue.contracts))
    if missing:
        raise ValueError(f"the project has no data contract for: {', '.join(missing)}")
    said = progress or (lambda _: None)
    drop = _clear(folder)
    stage = stories.plant(seed, persons)
    # The truth goes first: it marks the folder as a demo even if the rest is interrupted.
    write_truth(folder / TRUTH_FILE, stage.truth)
    said(f"planted {len(stage.truth):,} cases")
    with Post(drop, catalogue, seed, stage.people, flaws=flaws, datasets=datasets) as post:
        for block, done in _blocks(seed, persons):
            rows = registers.background(block)
            post.send(mixed(rows, stage.frames()) if block.index == 0 else rows)
            said(f"{done:,} of {persons:,} persons")
    said(f"{post.rows:,} rows in {post.files} files")
    return Truth(persons, seed, tuple(sorted(stage.truth)))


def _clear(folder: Path) -> Path:
    """The empty drop folder; an earlier demo in it is removed."""
    drop = folder / "drop"
    if drop.is_dir() and any(drop.iterdir()):
        if not (folder / TRUTH_FILE).is_file():
            raise ValueError(f"{drop} holds files that are no demo")
        shutil.rmtree(drop)
    drop.mkdir(parents=True, exist_ok=True)
    return drop


def mixed(rows: Mapping[str, pl.DataFrame], planted: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Background and planted rows together, in an order that does not tell them apart."""
    made = dict(rows)
    for dataset, extra in planted.items():
        made[dataset] = pl.concat([made[dataset], extra]) if dataset in made else extra
    return made


def _blocks(seed: int, persons: int) -> Iterator[tuple[population.Block, int]]:
    count = -(-persons // _BLOCK)
    edges = np.linspace(0, persons, count + 1).astype(int)
    for index in range(count):
        people = int(edges[index + 1] - edges[index])
        yield population.make_block(seed, index, count, people), int(edges[index + 1])
