"""Random tables for the oracle, full of traps: empty cells and tables, doubles, ties, days on the edge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from clew.completeness.doubt import Doubt, Doubted
from clew.engine import Coverage
from tests.oracle.world import COLUMNS, World

AS_OF = date(2026, 6, 30)
DAYS = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 5, 29), date(2026, 5, 31), date(2026, 6, 1),
        date(2026, 6, 15), date(2026, 6, 29), AS_OF, date(2026, 7, 1)]  # fmt: skip
MOMENTS = [datetime(2026, 5, 31, 23, 30), datetime(2026, 6, 1), datetime(2026, 6, 1, 0, 59, 59),
           datetime(2026, 6, 29, 8), datetime(2026, 6, 30, 20), datetime(2026, 6, 30, 23, 59, 59, 999999),
           datetime(2026, 7, 1)]  # fmt: skip
CELLS: Mapping[str, list[Any]] = {
    "id": ["A", "B", "C", "D", "A", "B", None, ""],
    "no": ["1", "2", "3"],
    "name": ["x", "y", "张三丰", "张三封", "张丰三", None],
    "kind": ["x", "y", None],
    "status": ["on", "off", None],
    "region": ["340101", "340102", "350101", "3401", None],
    "grade": [1, 2, 3, 2, None],
    "value": [1, 2, None],
    "amount": [*map(Decimal, ("0.00", "1.00", "5.00", "5.00", "5.50", "10.00")), None],
    "flag": [True, False, None],
    "day": [*DAYS, None],
    "until": [*DAYS, None, None],
    "started": [*MOMENTS, None],
    "ended": [*MOMENTS, None, None],
}  # fmt: skip
TEXTS = [
    None,
    "",
    "无",
    "案号甲1。",
    "案号乙2，案号乙2。",
    "案号甲1；又案号丙3。",
    "罚10元，即罚10.00元",
    "罚10元😀罚20元。案号甲1",
]
"""What stands in the names of wards, for facts to be read from."""


def world(random: Random) -> World:
    """Tables of up to nine rows, certificates with and without gaps, some records set aside."""
    tables = {}
    for name, columns in COLUMNS.items():
        rows = [
            {one: random.choice(_cells(name, one)) for one in columns} for _ in range(random.choice([0, 1, 3, 5, 7, 9]))
        ]
        tables[name] = rows + [dict(random.choice(rows)) for _ in range(random.choice([0, 0, 1])) if rows]
    held = {
        name: [
            {one: str(value) for one in columns if (value := random.choice(CELLS[one])) not in (None, "")}
            for _ in range(random.choice([0, 0, 0, 1, 2]))
        ]
        for name, columns in COLUMNS.items()
    }
    certificates = [one for name in COLUMNS for one in _certificates(random, name)]
    doubts = [one for name in COLUMNS for one in _doubts(random, name)]
    return World(AS_OF, tables, certificates, doubts, held)


def _cells(dataset: str, column: str) -> list[Any]:
    return TEXTS if (dataset, column) == ("wards", "name") else CELLS[column]


def _doubts(random: Random, dataset: str) -> list[Doubted]:
    if random.random() < 0.8:
        return []
    first, after = sorted(random.sample(DAYS, 2))
    region = random.choice(["", "34", "3401", "340101", "350101"])
    return [Doubted(dataset, region, first, first, after, Doubt.LOW, 0, 0, 0)]


def _certificates(random: Random, dataset: str) -> list[Coverage]:
    whole = (date(2020, 1, 1), random.choice([date(2027, 1, 1), date(2026, 7, 1), date(2026, 6, 30)]))
    if random.random() < 0.5:
        return [Coverage(dataset, random.choice(["", "", "34"]), *whole)]
    found = []
    for _ in range(random.randint(0, 4)):
        first = random.choice([date(2020, 1, 1), date(2026, 2, 1), *DAYS])
        after = random.choice([date(2026, 2, 1), date(2026, 7, 1), *DAYS])
        if first < after:
            found.append(Coverage(dataset, random.choice(["", "34", "3401", "340101", "35"]), first, after))
    return found
