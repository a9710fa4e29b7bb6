"""What a month usually holds: median and MAD of other months, with floors, so that one odd month decides nothing.

The robust z-score of Iglewicz and Hoaglin (1993), with two floors under the spread: that of counting (the square root
of the expected count, as of a Poisson process) and five percent. A count is *far below* when it is both under
:data:`SHARE` of what is usual and more than :data:`DEVIATIONS` spreads away: a small county's empty month says
nothing, a large one's does. Where the other months are so even and so many that chance explains much less, a smaller
fall is far as well: under :data:`EVEN_SHARE`, and more than :data:`EVEN_DEVIATIONS` spreads without the five percent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST_MONTHS = 6
"""With fewer other months there is no expectation, and what the sender certified stands."""
FEWEST_LISTS = 3
"""The same for registers: earlier lists of the same region."""
MOST_MONTHS = 12
"""How many months are looked back; older ones say less about now."""
SHARE = 0.6
WHOLE_SHARE = 0.5
"""The same where nothing else of the dataset tells the season: a quiet month everywhere is more often the season."""
DEVIATIONS = 5.0
SPREAD_FLOOR = 0.05
EVEN_SHARE = 0.85
EVEN_DEVIATIONS = 6.0
EVEN_FLOOR = 0.015
"""An even flow scatters at least so much; six times it is 9 %, below the 15 % asked for."""
SURE_ROWS = DEVIATIONS**2
"""None where this many were usual (and counts scatter as chance has it): once in more than ten thousand million."""
MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True)
class Expectation:
    """``usual``: the median, as adjusted for the season; ``spread``: one robust standard deviation, floors included;
    ``even`` the same without the floor of five percent.

    ``share`` of what is usual is the most that can be far below, but for an even flow.
    """

    usual: float
    spread: float
    even: float
    share: float = SHARE

    def low(self, rows: int) -> bool:
        """Whether a count is far below."""
        far = rows < self.share * self.usual and self.usual - rows > DEVIATIONS * self.spread
        return far or (rows < EVEN_SHARE * self.usual and self.usual - rows > EVEN_DEVIATIONS * self.even)

    @property
    def least(self) -> int:
        """The smallest count that is not far below."""
        far = min(self.share * self.usual, self.usual - DEVIATIONS * self.spread)
        return max(0, math.ceil(max(far, min(EVEN_SHARE * self.usual, self.usual - EVEN_DEVIATIONS * self.even))))

    @property
    def burst(self) -> float:
        """How much more counts scatter than chance alone would make them (1: no more)."""
        return max(1.0, self.spread**2 / self.usual) if self.usual else 1.0


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number, the mean of the middle two."""
    ordered, middle = sorted(values), len(values) // 2
    return float(ordered[middle]) if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def expectation(
    history: Sequence[int], *, season: float = 1.0, precedent: int | None = None, share: float = SHARE
) -> Expectation:
    """From at least one other month. ``season`` is how the whole dataset did in this month (1: as usual).

    ``precedent`` is the largest count of the same calendar month in other years: a low season seen before is no news.
    """
    middle = median(history)
    scatter = MAD_TO_DEVIATION * median([abs(one - middle) for one in history])
    usual = middle * season
    if precedent is not None:
        usual = min(usual, float(precedent))
    if middle:
        scatter *= usual / middle  # a low season scatters by as large a share, not by as many rows
    even = max(scatter, math.sqrt(usual), EVEN_FLOOR * usual)
    return Expectation(usual, max(even, SPREAD_FLOOR * usual), even, share)


def never_low(rows: int, most: int) -> bool:
    """Whether a count cannot be far below, whatever the history, as long as it never exceeds ``most``."""
    far = min(SHARE * most, most - DEVIATIONS * math.sqrt(most))
    return most < SURE_ROWS or rows >= max(far, min(EVEN_SHARE * most, most - EVEN_DEVIATIONS * math.sqrt(most)))


def list_expectation(history: Sequence[int]) -> Expectation:
    """Of a register's lists: the same people stand on each, so counts hardly scatter, and no chance is allowed for."""
    middle = median(history)
    scatter = MAD_TO_DEVIATION * median([abs(one - middle) for one in history])
    even = max(scatter, 1.0, EVEN_FLOOR * middle)
    return Expectation(middle, max(even, SPREAD_FLOOR * middle), even)
