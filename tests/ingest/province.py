"""A small province's payments over a year, delivered complete except for what a test withholds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from clew.completeness.certified import certified
from clew.completeness.doubt import Doubted
from tests.ingest.house import House

COUNTIES = ("340102", "340103", "340104", "340202", "340203", "340302")
ROWS = 40
"""Payments of a county in a month."""
JULY_2025 = 2025 * 12 + 6
LAST = date(2026, 6, 1)
REGIONED = "  - {property: regionColumn, value: region}\n"
PAY = """
  - {name: payment_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
  - {name: person, logicalType: string}
  - {name: paid_on, logicalType: date}
  - {name: amount, logicalType: number}
  - {name: region, logicalType: string}
"""
LIST = """
  - {name: person, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
  - {name: region, logicalType: string}
"""
Row = tuple[str, str, date, str, str]
"""Number, person, day, amount, region."""


def month(number: int) -> date:
    """The first day of the month that many months after July 2025."""
    return date((JULY_2025 + number) // 12, (JULY_2025 + number) % 12 + 1, 1)


def payments(number: int, *, rows: int = ROWS, counties: tuple[str, ...] = COUNTIES) -> list[Row]:
    """A month's payments, spread over its first 28 days and up to its last."""
    first, after = month(number), month(number + 1)
    length = (after - first).days
    found = []
    for region in counties:
        for index in range(rows):
            day = first.replace(day=length if index == 0 else 1 + index % 28)
            found.append((f"{number}-{region}-{index}", f"{region}P{index}", day, "10.00", region))
    return found


def content(rows: list[Row]) -> str:
    """The file."""
    lines = [",".join((one, person, day.isoformat(), amount, region)) for one, person, day, amount, region in rows]
    return "\n".join(["payment_id,person,paid_on,amount,region", *lines]) + "\n"


def papers(start: date, end: date, received_on: str, more: str = "") -> str:
    """A sidecar that certifies a period everywhere."""
    return f"received_on: {received_on}\nperiod: {{from: {start}, to: {end}}}\ncomplete: true\nsender: 社保中心\n{more}"


def year(house: House, *, last: Callable[[list[Row]], list[Row]] = lambda rows: rows, rows: int = ROWS) -> None:
    """Eleven months in one file, and June 2026 in another, of which ``last`` makes what it likes; both taken in."""
    house.contract("pay", PAY, extra=REGIONED)
    whole = [row for number in range(11) for row in payments(number, rows=rows)]
    house.drop("pay", "year.csv", content(whole), papers(month(0), month(11), "2026-06-05"))
    june = last(payments(11, rows=rows))
    stated = f"rows: {len(june)}\n"
    house.drop("pay", "june.csv", content(june), papers(month(11), month(12), "2026-07-05", stated))
    house.ingest()


def doubts(house: House, as_of: date = date(2026, 7, 31)) -> list[Doubted]:
    """What is in doubt of the payments."""
    return [one for one in certified(house.con, as_of).doubts if one.dataset == "pay"]
