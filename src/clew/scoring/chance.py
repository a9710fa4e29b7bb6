"""How likely a clue is to be right, judged by the answers to clues like it, and what that makes its money worth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from scipy.special import betaincinv

from clew.scoring.interval import CONFIDENCE
from clew.scoring.strength import kept

EVEN = Decimal("0.5")
"""What is assumed where nobody has answered anything yet."""

PRIOR_ANSWERS = 2
"""How many answers the assumption weighs as much as: two, so that ten real ones soon outweigh it."""

_FEN = Decimal("0.01")


@dataclass(frozen=True)
class Chance:
    """The posterior of a share: its mean, and the bounds between which it lies with 95 % probability, all in 0..1.

    ``answers`` is how many answered clues it rests on.
    """

    mean: Decimal
    low: float
    high: float
    answers: int


def chance(right: int, wrong: int, prior: Decimal = EVEN) -> Chance:
    """The Beta posterior of ``right`` against ``wrong`` answers, with a prior worth two answers of mean ``prior``.

    ``mean = (right + 2 x prior) / (right + wrong + 2)``: with the even prior Laplace's rule of succession, which can
    be added up on paper. The bounds are the equal-tailed quantiles of Beta(right + 2 x prior, wrong + 2 x (1 - prior)).
    Gelman et al., Bayesian Data Analysis (3rd ed. 2013), section 2.4. Raises ValueError for negative counts and for a
    prior that is not between 0 and 1.
    """
    if right < 0 or wrong < 0 or not 0 < prior < 1:
        raise ValueError(f"no chance follows from {right} right and {wrong} wrong under a prior of {prior}")
    for_it, against = right + PRIOR_ANSWERS * prior, wrong + PRIOR_ANSWERS * (1 - prior)
    tail = (1 - CONFIDENCE) / 2
    low, high = (float(betaincinv(float(for_it), float(against), share)) for share in (tail, 1 - tail))
    return Chance(kept(for_it / (for_it + against)), low, high, right + wrong)


def expected(amount: Decimal, mean: Decimal) -> Decimal:
    """The money that may be expected to be recovered: ``amount x mean``, CNY to the fen. It has no upper end."""
    return (amount * mean).quantize(_FEN, ROUND_HALF_UP)
