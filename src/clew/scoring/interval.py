"""How sure a share is, given how few cases it rests on."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


def wilson(hits: int, cases: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The Wilson score interval of ``hits / cases``: two shares in 0..1; (0, 1) where there is no case.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212.
    Recommended for few cases by Brown, Cai and DasGupta, "Interval estimation for a binomial proportion",
    Statistical Science 16 (2001) 101-133. Raises ValueError unless ``0 <= hits <= cases``.
    """
    if not 0 <= hits <= cases:
        raise ValueError(f"{hits} of {cases} is no share")
    if cases == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = hits / cases, z * z / cases
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / cases + spread / (4 * cases))
    return (0.0 if hits == 0 else max(0.0, middle - half)), (1.0 if hits == cases else min(1.0, middle + half))
