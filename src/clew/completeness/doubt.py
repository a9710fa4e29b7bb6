"""Doubts: months and regions that a sender calls complete and whose volume says otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Doubt(StrEnum):
    """``low``: far fewer rows than usual. ``cut``: nothing in the last days. ``late``: nothing in the
    first. ``shrunk``: a register lost rows.

    ``absent``: the contract expects the region, and no row of it ever came. ``aside``: too many of its rows are set
    aside.
    """

    LOW = "low"
    CUT = "cut"
    LATE = "late"
    SHRUNK = "shrunk"
    ABSENT = "absent"
    ASIDE = "aside"


@dataclass(frozen=True, order=True)
class Doubted:
    """``dataset`` for ``region`` (a code prefix, '' everywhere) does not count in [start, end) although certified.

    ``on`` names it for an acceptance: the first of the month, of a register the day its list was received. ``rows``
    were found where about ``usual`` and at least ``least`` are; ``edge_on`` is the last dated day of a cut month, the
    first of a late one. Of ``aside``, ``usual`` rows arrived.
    """

    dataset: str
    region: str
    on: date
    start: date
    end: date
    kind: Doubt
    rows: int
    usual: int
    least: int
    edge_on: date | None = None
    accepted: bool = False

    def taken(self, accepted: bool) -> Doubted:
        """The same, accepted by a person or not."""
        return replace(self, accepted=accepted)
