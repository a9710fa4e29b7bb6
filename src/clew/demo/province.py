"""A made-up province: its people in blocks, its planted cases, and what of it is sent where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from clew.contracts.catalogue import Catalogue
from clew.demo import population, registers, stories
from clew.demo.flaws import NONE, Flaws
from clew.demo.post import Post

LEAST, MOST = 2_000, 50_000_000
_BLOCK = 100_000


@dataclass(frozen=True)
class Shipment:
    """Deliveries into ``drop``, with ``flaws`` on top of the usual mess; of ``datasets`` alone, by default of all."""

    drop: Path
    flaws: Flaws = NONE
    datasets: Collection[str] | None = None


class Province:
    """So many persons of a seed. The planted cases are made once, the background anew each time it is sent.

    Raises ValueError for fewer than 2,000 or more than 50,000,000 persons.
    """

    def __init__(self, persons: int, seed: int) -> None:
        if not LEAST <= persons <= MOST:
            raise ValueError(f"the demo is made for {LEAST:,} to {MOST:,} persons, not {persons:,}")
        self.persons = persons
        self.seed = seed
        self._stage = stories.plant(seed, persons)
        self.truth = tuple(sorted(self._stage.truth))

    def send(self, shipments: Sequence[Shipment], catalogue: Catalogue) -> Iterator[int]:
        """Write every shipment in one pass over the people; yields how many of them are done, block by block.

        The same persons, seed, contracts and shipment give the same bytes, whatever else is sent beside it.
        Memory is bounded by the block, not by ``persons``.
        """
        with ExitStack() as stack:
            posts = [
                stack.enter_context(
                    Post(
                        one.drop, catalogue, self.seed, self._stage.people, flaws=one.flaws, datasets=one.datasets
                    )
                )
                for one in shipments
            ]  # fmt: skip
            for block, done in self._blocks():
                rows = registers.background(block)
                sent = mixed(rows, self._stage.frames()) if block.index == 0 else rows
                for post in posts:
                    post.send(sent)
                yield done

    def _blocks(self) -> Iterator[tuple[population.Block, int]]:
        count = -(-self.persons // _BLOCK)
        edges = np.linspace(0, self.persons, count + 1).astype(int)
        for index in range(count):
            people = int(edges[index + 1] - edges[index])
            yield population.make_block(self.seed, index, count, people), int(edges[index + 1])


def mixed(rows: Mapping[str, pl.DataFrame], planted: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Background and planted rows together, in an order that does not tell them apart."""
    made = dict(rows)
    for dataset, extra in planted.items():
        made[dataset] = pl.concat([made[dataset], extra]) if dataset in made else extra
    return made
