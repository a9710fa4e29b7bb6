"""The scoring methods a model may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from clew.scoring.contribution import Contribution, Score
from clew.scoring.noisy_or import noisy_or
from clew.scoring.points import points


class Method(StrEnum):
    """How contributions become one score."""

    POINTS = "points"
    NOISY_OR = "noisy_or"

    @property
    def weight_key(self) -> str:
        """The key under which a rule or factor states its weight in a model file."""
        return "points" if self is Method.POINTS else "weight"

    @property
    def heaviest(self) -> Decimal:
        """The largest weight one rule or factor may have."""
        return Decimal(100) if self is Method.POINTS else Decimal(1)


METHODS: Mapping[Method, Callable[[Sequence[Contribution], Sequence[Decimal], int], Score]] = {
    Method.POINTS: points,
    Method.NOISY_OR: noisy_or,
}
