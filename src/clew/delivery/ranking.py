"""Which clues are worth most: the chance of each model's band by the answers given so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import duckdb

from clew.clues.review import RIGHT, WRONG, reviews
from clew.scoring.chance import Chance, chance

Kind = tuple[str, str]
"""A model and one of its bands: clues of a kind are judged by the answers to each other."""


def chances(connection: duckdb.DuckDBPyConnection) -> Mapping[Kind, Chance]:
    """The chance of every kind of clue in the store.

    What is assumed of a band is what the answers to the other bands of its model say; of a model without answers, even.
    """
    right: Counter[Kind] = Counter()
    wrong: Counter[Kind] = Counter()
    kinds: set[Kind] = set()
    for one in reviews(connection):
        kind = one.model, one.band
        kinds.add(kind)
        right[kind] += one.answer in RIGHT
        wrong[kind] += one.answer in WRONG
    found = {}
    for model, band in sorted(kinds):
        others = [kind for kind in kinds if kind[0] == model and kind[1] != band]
        assumed = chance(sum(right[kind] for kind in others), sum(wrong[kind] for kind in others)).mean
        found[model, band] = chance(right[model, band], wrong[model, band], assumed)
    return found
