"""The thresholds of a rule: value, unit, rounding, range, source and reason (E104 to E107)."""

from __future__ import annotations

import re
from decimal import Decimal

from clew.problems import Problems, certainly_meant, did_you_mean
from clew.quantities import DURATION_UNITS, UNITS, Quantity, Rounding
from clew.rules.model import Parameter
from clew.rules.shape import Entries, Is, Key, entries_of, one_of
from clew.rules.translation import chinese_text
from clew.yaml_file import Node

SOURCES = ("statute", "policy", "practice")

PARAMETER = {
    "title_zh": Key(Is.TEXT),
    "title": Key(Is.TEXT, False),
    "value": Key(Is.NUMBER),
    "unit": Key(Is.TEXT),
    "rounding": Key(Is.TEXT, False),
    "counting": Key(Is.TEXT, False),
    "start": Key(Is.TEXT, False),
    "range": Key(Is.LIST, False),
    "source": Key(Is.TEXT),
    "why": Key(Is.TEXT),
    "why_zh": Key(Is.TEXT, False),
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def parse_parameters(node: Node | None, problems: Problems) -> dict[str, Parameter]:
    """All parameters that are whole; the faults of the others are noted."""
    found = {}
    for name, value in node.items() if node else ():
        if not _NAME.fullmatch(name) or name == "as_of":
            place = node.key_place(name) if node else value.place
            problems.error(
                place,
                "E103",
                f"'{name}' is no name for a parameter",
                "use small letters, digits and _; $as_of is always there",
            )
            continue
        parameter = _parameter(name, value, problems)
        if parameter:
            found[name] = parameter
    return found


def parse_quantity(entries: Entries, what: str, problems: Problems) -> Quantity | None:
    """A quantity from checked entries with ``value``, ``unit``, ``rounding``, ``counting`` and ``start``.

    ``what`` names it in messages: "parameter 'grace'". None after E104, E105 or E106.
    """
    value, unit = entries["value"].value, entries["unit"].text
    assert isinstance(value, (int, Decimal))  # noqa: S101 - the kind was checked by table
    if unit not in UNITS:
        meant = entries["unit"].respelt(certainly_meant(unit, UNITS))
        problems.error(entries["unit"].place, "E105", f"unknown unit '{unit}'", did_you_mean(unit, UNITS), meant)
        return None
    whole = _check_duration(entries, what, unit, value, problems)
    words = {"rounding": tuple(Rounding), "counting": ("calendar", "working"), "start": ("next_day", "same_day")}
    for key, known in words.items():
        node = entries.get(key)
        whole = whole and (node is None or one_of(node, known, f"'{key}'", problems))
    if not whole:
        return None
    rounding = Rounding(entries.text("rounding")) if entries.get("rounding") else None
    return Quantity(value, unit, entries.text("counting", "calendar"), rounding, entries.text("start", "next_day"))


def _check_duration(entries: Entries, what: str, unit: str, value: int | Decimal, problems: Problems) -> bool:
    for key, units in (("rounding", ("month", "year")), ("counting", ("day",)), ("start", ("day",))):
        node = entries.get(key)
        if node and unit not in units:
            problems.error(
                entries.node.key_place(key),
                "E105",
                f"'{key}' says nothing about a value in {unit}",
                f"it belongs to {' and '.join(units)}",
            )
            return False
    if unit in ("month", "year") and entries.get("rounding") is None:
        problems.error(
            entries.node.place,
            "E106",
            f"{what} is in {unit}s and must say how the end of a short month is rounded",
            "add 'rounding: down' or 'rounding: up'",
        )
        return False
    if unit in DURATION_UNITS and not isinstance(value, int):
        problems.error(entries["value"].place, "E103", f"a length of time must be a whole number, and '{value}' is not")
        return False
    return True


def _parameter(name: str, node: Node, problems: Problems) -> Parameter | None:
    entries = entries_of(node, PARAMETER, f"parameter '{name}'", problems)
    if not entries.complete:
        return None
    quantity = parse_quantity(entries, f"parameter '{name}'", problems)
    sourced = one_of(entries["source"], SOURCES, "the source", problems)
    bounds = _range(name, entries, problems)
    if quantity is None or not sourced:
        return None
    if bounds and not bounds[0] <= quantity.value <= bounds[1]:
        problems.error(
            entries["value"].place,
            "E107",
            f"parameter '{name}' = {quantity.value} is outside its range [{bounds[0]}, {bounds[1]}]",
        )
    return Parameter(
        name,
        entries.text("title"),
        entries.text("title_zh"),
        quantity,
        bounds,
        entries.text("source"),
        " ".join(entries.text("why").split()),
        chinese_text(entries, "why"),
        node.place,
    )


def _range(name: str, entries: Entries, problems: Problems) -> tuple[Decimal, Decimal] | None:
    node = entries.get("range")
    if node is None:
        return None
    ends = [
        entry.value
        for entry in node.entries()
        if isinstance(entry.value, (int, Decimal)) and not isinstance(entry.value, bool)
    ]
    if len(ends) != 2 or len(node.entries()) != 2 or ends[0] > ends[1]:
        problems.error(
            node.place,
            "E107",
            f"the range of parameter '{name}' must be its least and its greatest value",
            "write: range: [0, 100]",
        )
        return None
    return Decimal(ends[0]), Decimal(ends[1])
