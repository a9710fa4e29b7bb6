"""The highest score a model can give: what its bands and routes can be measured against."""

from __future__ import annotations

from decimal import Decimal

from clew.scoring.contribution import Contribution
from clew.scoring.method import METHODS
from clew.supervision.model import Model


def highest_score(model: Model) -> int:
    """Every rule answers at full strength, and every factor that can hold at once holds."""
    scoring = model.scoring
    factors = sorted((scoring.weight_of(factor) or Decimal(0) for factor in scoring.factors), reverse=True)
    if scoring.first_factor_only:
        factors = factors[:1]
    rules = [Contribution(scoring.weight_of(use) or Decimal(0), Decimal(1)) for use in model.uses]
    return METHODS[scoring.method](rules, factors, scoring.cap).value
