"""The points method: a sum a lawyer can add up on paper."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from clew.scoring.contribution import Contribution, Score
from clew.scoring.strength import half_up, kept


def points(contributions: Sequence[Contribution], factors: Sequence[Decimal], cap: int) -> Score:
    """``min(cap, sum(points x strength) + factor points)``, rounded half-up."""
    results = tuple(kept(part.weight * part.strength) for part in contributions)
    total = sum(results, Decimal(0)) + sum(factors, Decimal(0))
    return Score(min(cap, half_up(total)), results, tuple(kept(factor) for factor in factors))
