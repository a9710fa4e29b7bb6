"""What goes into a score and what comes out: enough to check the sum on paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Contribution:
    """One rule's part: its weight in the model (points, or 0..1 for noisy-or) and the answer's strength 0..1."""

    weight: Decimal
    strength: Decimal


@dataclass(frozen=True)
class Score:
    """A score from 0 to ``cap`` and what each contribution and each factor gave, in the order they came.

    ``results`` and ``factor_results`` are points under the points method, probabilities under noisy-or.
    """

    value: int
    results: tuple[Decimal, ...]
    factor_results: tuple[Decimal, ...]
