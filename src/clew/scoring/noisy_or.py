"""The noisy-or method: independent hints, of which no single one decides.

Pearl, Probabilistic Reasoning in Intelligent Systems (1988), section 4.3: each hint fails to convince with
probability ``1 - weight x strength``, independently of the others. Hints that rest on the same records are not
independent, and counting them both overstates the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from math import prod

from clew.scoring.contribution import Contribution, Score
from clew.scoring.strength import half_up, kept


def noisy_or(contributions: Sequence[Contribution], factors: Sequence[Decimal], cap: int) -> Score:
    """``100 x (1 - product of (1 - weight x strength) and (1 - factor weight))``, at most ``cap``, half-up."""
    results = tuple(kept(part.weight * part.strength) for part in contributions)
    hints = (*results, *factors)
    with localcontext(prec=8 * (len(hints) + 1)):  # the exact product, so that no order of hints can matter
        score = half_up(100 * (1 - prod((1 - hint for hint in hints), start=Decimal(1))))
    return Score(min(cap, score), results, tuple(kept(factor) for factor in factors))
