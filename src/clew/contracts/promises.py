"""What the parties promise each other beside the data: service levels and roles of an ODCS contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clew.contracts.reading import Reading
from clew.contracts.vocabulary import chosen, text_of
from clew.problems import Problems
from clew.yaml_file import Node

SERVICE_LEVELS = (
    "freshness",
    "availability",
    "throughput",
    "errorRate",
    "generalAvailability",
    "endOfSupport",
    "endOfLife",
    "retention",
    "frequency",
    "latency",
    "timeToDetect",
    "timeToNotify",
    "timeToRepair",
    "timeOfAvailability",
)
"""What slaProperties may promise: the standard's list and ``freshness``."""

_UNITS = {
    "h": "hour", "hour": "hour", "hours": "hour",
    "d": "day", "day": "day", "days": "day",
    "w": "week", "wk": "week", "week": "week", "weeks": "week",
    "m": "month", "mo": "month", "month": "month", "months": "month",
    "q": "quarter", "quarter": "quarter", "quarters": "quarter",
    "y": "year", "yr": "year", "year": "year", "years": "year",
}  # fmt: skip
_DAYS = {"hour": 1, "day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_MEASURED = ("freshness", "frequency", "latency", "retention")


@dataclass(frozen=True)
class Span:
    """``count`` times ``unit``: hour, day, week, month, quarter or year."""

    count: int
    unit: str

    @property
    def days(self) -> int:
        """The longest it can last, in days; part of a day is a day."""
        return -(-self.count // 24) if self.unit == "hour" else self.count * _DAYS[self.unit]

    @property
    def months(self) -> int | None:
        """Its length in whole months, or None for hours, days and weeks."""
        months = {"month": 1, "quarter": 3, "year": 12}.get(self.unit)
        return None if months is None else self.count * months


@dataclass(frozen=True)
class ServiceLevel:
    """One promise as written. ``span`` is its value where it is a length of time Clew can count."""

    level: str
    value: str
    unit: str
    element: str
    driver: str
    description: str
    span: Span | None = None


@dataclass(frozen=True)
class Role:
    """Who may have access, and who approves it."""

    role: str
    access: str
    first_approvers: str
    second_approvers: str
    description: str


def read_service_levels(node: Node, dataset: str, alone: bool, problems: Reading) -> tuple[ServiceLevel, ...]:
    """The promises of a document about one of its tables (``alone``: it has no other).

    A promise with an ``element`` of another table is that table's.
    """
    listed, default = node.get("slaProperties"), text_of(node.get("slaDefaultElement"))
    found: list[ServiceLevel] = []
    for entry in listed.entries() if listed else []:
        word, value, unit = entry.get("property"), entry.get("value"), entry.get("unit")
        if word is None or value is None:
            continue
        aside = Problems()
        level = chosen(word, SERVICE_LEVELS, "service level", aside) or text_of(word)
        problems.take(aside)
        element = text_of(entry.get("element")) or default
        if not alone and element and dataset not in [part.strip().split(".")[0] for part in element.split(",")]:
            continue
        span = _span(level, value, unit, entry, problems) if level in _MEASURED else None
        found.append(
            ServiceLevel(
                level, text_of(value), text_of(unit), element, text_of(entry.get("driver")),
                text_of(entry.get("description")), span,
            )
        )  # fmt: skip
    return tuple(found)


def promised(levels: Sequence[ServiceLevel], level: str) -> Span | None:
    """The first countable promise of a kind."""
    return next((one.span for one in levels if one.level == level and one.span is not None), None)


def read_roles(node: Node) -> tuple[Role, ...]:
    """The roles of a document."""
    listed = node.get("roles")
    keys = ("role", "access", "firstLevelApprovers", "secondLevelApprovers", "description")
    return tuple(Role(*(text_of(entry.get(key)) for key in keys)) for entry in (listed.entries() if listed else []))


def _span(level: str, value: Node, unit: Node | None, entry: Node, problems: Reading) -> Span | None:
    known = _UNITS.get(text_of(unit).lower())
    if known is None or (level == "freshness" and known == "hour"):
        place = unit.place if unit else entry.place
        problems.convention(place, "C004", f"{level} is counted in days, not in '{text_of(unit)}'", "write unit: d")
    elif not isinstance(value.value, int) or isinstance(value.value, bool) or value.value < 1:
        problems.convention(value.place, "C004", f"{level} must be a whole number of {known}s, 1 or more")
    else:
        return Span(value.value, known)
    return None
