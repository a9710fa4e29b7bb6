"""Cities that each certify their own: what is too small to tell in one is told in all of them together."""

from __future__ import annotations

from datetime import date

import pytest

from clew.completeness.doubt import Doubt
from clew.completeness.events import event_doubts
from clew.completeness.volume import EventVolume, month_number
from clew.engine import Coverage

FROM, TO = date(2025, 1, 1), date(2026, 7, 1)
LOST = month_number(date(2026, 2, 1))
CITIES = ("3401", "3402", "3403", "3404")


def volume(rows_a_month: int, lost_in: tuple[str, ...]) -> EventVolume:
    months = range(month_number(FROM), month_number(TO))
    return EventVolume(
        {
            f"{city}01": {month: rows_a_month for month in months if month != LOST or city not in lost_in}
            for city in CITIES
        }
    )


@pytest.mark.parametrize(
    ("rows_a_month", "lost_in", "doubted"),
    [
        (12, CITIES, [("", LOST)]),
        (12, CITIES[:1], []),
        (40, CITIES[:1], [("3401", LOST)]),
        (5, CITIES, []),
    ],
)
def test_a_month_lost_everywhere(rows_a_month: int, lost_in: tuple[str, ...], doubted: list[tuple[str, int]]) -> None:
    certified = [Coverage("checks", city, FROM, TO) for city in CITIES]
    found = event_doubts("checks", volume(rows_a_month, lost_in), certified, lambda _region, _day: False)
    assert [(one.region, month_number(one.on)) for one in found] == doubted
    assert all(one.kind is Doubt.LOW for one in found)


def test_the_whole_is_judged_where_every_part_is_certified() -> None:
    certified = [Coverage("checks", city, FROM, TO) for city in CITIES[:-1]]
    certified.append(Coverage("checks", CITIES[-1], FROM, date(2026, 1, 1)))
    assert event_doubts("checks", volume(12, CITIES), certified, lambda _region, _day: False) == []
