"""The coverage calendar: what is complete, partial or unknown, by region and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clew.ingest.coverage.certificate import Certificate

MONTHS = 24
"""Months a calendar shows: the newest."""
REGIONS = 40
SIGNS = {"complete": "●", "partial": "◐", "unknown": "○"}


@dataclass(frozen=True)
class Calendar:
    """``rows``: region -> the certificate of each of ``months`` (None where there is none)."""

    months: tuple[date, ...]
    rows: tuple[tuple[str, tuple[Certificate | None, ...]], ...]
    hidden_regions: int
    hidden_months: int

    @property
    def years(self) -> list[tuple[int, int]]:
        """Each year with how many of its months are shown."""
        counts: dict[int, int] = {}
        for month in self.months:
            counts[month.year] = counts.get(month.year, 0) + 1
        return list(counts.items())

    @property
    def reasons(self) -> list[tuple[str, str, list[str]]]:
        """Why months are not complete: Chinese, English, and where (region and months), the newest first."""
        found: dict[tuple[str, str], list[str]] = {}
        for region, cells in self.rows:
            for cell in reversed(cells):
                if cell is not None and cell.state != "complete" and (cell.reason_zh or cell.reason_en):
                    place = f"{region} {cell.month:%Y-%m}".strip()
                    found.setdefault((cell.reason_zh, cell.reason_en), []).append(place)
        return [(zh, en, places) for (zh, en), places in found.items()]


def calendar(certificates: Sequence[Certificate]) -> Calendar:
    """The certificates of one dataset as rows of regions and columns of months."""
    months = sorted({one.month for one in certificates})
    shown = tuple(months[-MONTHS:])
    by_place = {(one.region, one.month): one for one in certificates}
    regions = sorted({one.region for one in certificates if one.month in shown})
    return Calendar(
        shown,
        tuple((region, tuple(by_place.get((region, month)) for month in shown)) for region in regions[:REGIONS]),
        max(len(regions) - REGIONS, 0),
        len(months) - len(shown),
    )


def strip(certificates: Sequence[Certificate], months: int = 12) -> list[tuple[date, str]]:
    """The last months in one line: complete where every region is, unknown where none is, else partial."""
    states: dict[date, set[str]] = {}
    for one in certificates:
        states.setdefault(one.month, set()).add(one.state)
    found = []
    for month in sorted(states)[-months:]:
        seen = states[month]
        found.append((month, next(iter(seen)) if len(seen) == 1 else "partial"))
    return found
