"""Numbers and lengths of time of a model file, within their bounds."""

from __future__ import annotations

from decimal import Decimal

from clew.problems import Problems
from clew.quantities import DURATION_UNITS, Quantity
from clew.rules.parse_parameters import parse_quantity
from clew.rules.shape import Entries, Is, Key, entries_of, of_kind, one_of
from clew.yaml_file import Node

DURATION = {
    "value": Key(Is.WHOLE), "unit": Key(Is.TEXT), "counting": Key(Is.TEXT, False), "rounding": Key(Is.TEXT, False),
    "start": Key(Is.TEXT, False),
}  # fmt: skip
LONGEST = 100_000
"""The largest number of days, months or years a length of time may have."""


def duration(node: Node, what: str, problems: Problems) -> Quantity | None:
    """A length of time; None when it has a fault (E101 to E107, noted)."""
    entries = entries_of(node, DURATION, what, problems)
    if not entries.complete or not one_of(entries["unit"], DURATION_UNITS, "the unit of time", problems):
        return None
    quantity = parse_quantity(entries, what, problems)
    most = LONGEST if entries.text("unit") == "day" else LONGEST // 365
    return quantity if bounded(entries["value"], what, Decimal(0), Decimal(most), problems) is not None else None


def bounded(node: Node, what: str, low: Decimal, high: Decimal, problems: Problems) -> Decimal | None:
    """A number from ``low`` to ``high``; None when it is not (E103, E107)."""
    if not of_kind(node, Is.NUMBER):
        problems.error(node.place, "E103", f"{what} must be a number")
        return None
    value = Decimal(node.text)
    if not low <= value <= high:
        problems.error(node.place, "E107", f"{what} = {node.text} is outside its range [{low}, {high}]")
        return None
    return value


def whole(entries: Entries, key: str, most: int, problems: Problems) -> int | None:
    """A whole number from 0 to ``most`` under a key; None when absent or faulty (noted)."""
    node = entries.get(key)
    value = bounded(node, f"'{key}'", Decimal(0), Decimal(most), problems) if node else None
    return None if value is None else int(value)
