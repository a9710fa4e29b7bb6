"""The words that say how a column's repairs work: units, division lists, the order of days and months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from clew.contracts.divisions import lists
from clew.contracts.model import Column, RepairOptions
from clew.contracts.units import decimals, factor, same_measure
from clew.contracts.vocabulary import chosen, required_text, with_article
from clew.plan import Type
from clew.problems import Problems, did_you_mean
from clew.yaml_file import Node

LARGEST = 10**12
"""Factors stay below it, so that a number of 16 digits times a factor stays an exact DECIMAL(38)."""

_FACTOR = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,6}|/[1-9][0-9]{0,5})?")


def read_options(words: dict[str, Node], type_: Type, problems: Problems) -> RepairOptions:
    """The options of a column's repairs from its custom properties (C040 units, C041 dates and divisions)."""
    unit = required_text(words.get("unit"), "unit", problems)
    return RepairOptions(
        unit=unit,
        units=_units(words.get("units"), unit, type_, problems),
        divisions_on=_divisions_on(words.get("divisionsOn"), problems),
        date_order=chosen(words.get("dateOrder"), ("dmy", "mdy"), "order of a date's parts", problems) or "",
        date_month=chosen(words.get("dateMonth"), ("first", "last"), "day of a month", problems) or "",
    )


def read_aliases(node: Node | None, problems: Problems) -> tuple[str, ...]:
    """Further headings under which a column may be delivered."""
    if node is None:
        return ()
    entries = node.entries() if node.is_list else [node]
    return tuple(dict.fromkeys(text for entry in entries if (text := required_text(entry, "aliases", problems))))


def read_sealed(node: Node | None, type_: Type, problems: Problems) -> bool:
    """Whether a column is the flag of sealed records."""
    sealed = chosen(node, ("sealed",), "protection of a column", problems) is not None
    if sealed and node is not None and type_ is not Type.BOOLEAN:
        problems.error(
            node.place,
            "C043",
            f"{with_article(type_.value)} column is no flag",
            "name the rows in the contract's own protection: {kind: sealed, where: <condition>}",
        )
    return sealed


def check_aliases(columns: Sequence[Column], problems: Problems) -> None:
    """Note aliases that head another column too (C044)."""
    headed = {name.lower(): column.name for column in columns for name in (column.name, column.header)}
    for column in columns:
        for alias in column.aliases:
            if headed.setdefault(alias.lower(), column.name) != column.name:
                problems.error(
                    column.place,
                    "C044",
                    f"the alias '{alias}' of '{column.name}' is a heading of '{headed[alias.lower()]}'",
                    "each heading means one column",
                )


def _units(node: Node | None, unit: str, type_: Type, problems: Problems) -> dict[str, Fraction]:
    if node is None:
        return {}
    if type_ not in (Type.INTEGER, Type.DECIMAL):
        problems.error(node.place, "C040", f"{with_article(type_.value)} column has no units")
        return {}
    if not unit:
        problems.error(
            node.place, "C040", "'units' convert into the column's own unit, which is not said", "add {property: unit}"
        )
        return {}
    found: dict[str, Fraction] = {}
    if node.is_mapping:
        for name, value in node.items():
            if not value.is_scalar or not _FACTOR.fullmatch(value.text) or not Fraction(value.text):
                problems.error(
                    value.place,
                    "C040",
                    f"the factor of '{name}' is not a number above zero",
                    f"how many {unit} one {name} is: 10000, 0.5 or 2000/3, in quotes",
                )
            else:
                _add(found, name, Fraction(value.text), value, problems)
        return found
    for entry in node.entries() if node.is_list else [node]:
        name = required_text(entry, "units", problems)
        known = factor(name, unit)
        if known is not None:
            _add(found, name, known, entry, problems)
        elif name:
            problems.error(
                entry.place,
                "C040",
                f"how many {unit} one '{name}' is, is not known",
                did_you_mean(name, same_measure(unit)) or f"write the factor: {{{name}: '10000'}}",
            )
    return found


def _add(found: dict[str, Fraction], name: str, value: Fraction, node: Node, problems: Problems) -> None:
    places = decimals(value)
    if value >= LARGEST or (places is not None and places > 6) or re.search(r"[0-9,.]|\s", name[:1]):
        problems.error(node.place, "C040", f"'{name}' cannot be converted exactly", "use a smaller factor")
    else:
        found[name] = value


def _divisions_on(node: Node | None, problems: Problems) -> date | None:
    if node is None or node.text.strip() == "newest":
        return None
    try:
        day = date.fromisoformat(node.text.strip())
    except ValueError:
        day = None
    if day is None or day < lists()[0]:
        problems.error(
            node.place,
            "C041",
            f"'{node.text}' is not a day with a list of divisions",
            f"write newest, or a day from {lists()[0]} on, such as '2020-12-31'",
        )
        return None
    return day
