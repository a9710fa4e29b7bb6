"""Bands: names for score ranges, highest first."""

from __future__ import annotations

from collections.abc import Mapping

NO_BAND = "none"
"""The band of a score below every threshold; such a clue is kept, and a model routes it like any other."""


def band_of(score: int, bands: Mapping[str, int]) -> str:
    """The first band, in the order written (highest threshold first), that ``score`` reaches."""
    return next((name for name, threshold in bands.items() if score >= threshold), NO_BAND)
