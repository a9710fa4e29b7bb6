"""The two ends of a month: how far from them its rows stop, and how many rows usually lie there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from clew.completeness.doubt import Doubt
from clew.completeness.volume import TAIL_DAYS, EventVolume, month_start

LATE_DAYS = 3
"""A month's rows may end (or begin) this many days further in than they ever do (the second-furthest, to be exact)."""
FESTIVAL_DAYS = 9
"""The same for the ends of months that a long holiday may empty."""
_NONE = (0,) * len(TAIL_DAYS)


@dataclass(frozen=True)
class Edge:
    """One end. ``on``: its outermost dated day by region and month. ``counts``: rows of so many days next to it.

    ``festive``: months (January is 0) of which a holiday may empty this end: the Spring Festival falls between
    21 January and 20 February; the other long ones begin on 1 May and 1 October, and the year on 1 January.
    """

    kind: Doubt
    on: Mapping[str, Mapping[int, date]]
    counts: Mapping[str, Mapping[int, tuple[int, ...]]]
    festive: frozenset[int]

    def gap(self, leaves: Collection[str], month: int) -> int | None:
        """Days at this end without any row; None for a month without rows."""
        days = [day for leaf in leaves if (day := self.on.get(leaf, {}).get(month)) is not None]
        if not days:
            return None
        if self.kind is Doubt.CUT:
            return (month_start(month + 1) - timedelta(days=1) - max(days)).days
        return (min(days) - month_start(month)).days

    def outermost(self, month: int, gap: int) -> date:
        """The day that the gap leaves as the outermost one."""
        if self.kind is Doubt.CUT:
            return month_start(month + 1) - timedelta(days=gap + 1)
        return month_start(month) + timedelta(days=gap)

    def allowed(self, month: int) -> int:
        """How many days more than usual are no news."""
        return FESTIVAL_DAYS if month % 12 in self.festive else LATE_DAYS

    def rows(self, leaves: Collection[str], month: int, days: int) -> int:
        """Rows dated in so many days of a month at this end, or in as many of them as were counted."""
        counted = max(position for position, of in enumerate(TAIL_DAYS) if of <= max(days, TAIL_DAYS[0]))
        return sum(self.counts.get(leaf, {}).get(month, _NONE)[counted] for leaf in leaves)


def edges(volume: EventVolume) -> tuple[Edge, Edge]:
    """The last days of the months, and the first."""
    return (
        Edge(Doubt.CUT, volume.last_on, volume.tails, frozenset({0})),
        Edge(Doubt.LATE, volume.first_on, volume.heads, frozenset({0, 1, 4, 9})),
    )
