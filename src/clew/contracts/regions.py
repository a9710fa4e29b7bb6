"""Regions as prefixes of division codes, and those that a contract expects: each must have sent something before the
whole counts as complete.
"""

from __future__ import annotations

from clew.contracts.divisions import spells_of
from clew.contracts.reading import Reading
from clew.yaml_file import Node

LENGTHS = (2, 4, 6)
"""Digits of a province, a city and a county (GB/T 2260)."""
LOCAL_LENGTHS = (9, 12)
"""Digits of a township and a village (GB/T 10114)."""
REGION_HELP = "34 or 340000 is a province, 3401 or 340100 a city, 340102 a county"


def region_of(code: str) -> str | None:
    """The prefix that a division and all below it share: 34 of 340000, 3401 of 340100; None for what is no code.

    No other length is one: 340, a digit lost, would stand for ten cities.
    """
    if not (code.isascii() and code.isdigit() and len(code) in LENGTHS + LOCAL_LENGTHS):
        return None
    above = (length for length in LENGTHS + LOCAL_LENGTHS if not code[length:].strip("0"))
    return code[: next(above)]


def is_listed(region: str) -> bool:
    """Whether any list of divisions since 2002 has this region or, below counties, its county."""
    return any(code.startswith(region[:6]) for code in spells_of())


def read_regions(node: Node | None, has_column: bool, problems: Reading) -> tuple[str, ...]:
    """The custom property ``regions``: divisions, in order; anything else is C004."""
    if node is None:
        return ()
    if not has_column:
        problems.error(
            node.place, "C004", "'regions' needs a regionColumn", "add {property: regionColumn, value: <column>}"
        )
        return ()
    found: list[str] = []
    for entry in node.entries() if node.is_list else [node]:
        code = region_of(entry.text) if entry.is_scalar else None
        if code is None or len(code) not in LENGTHS:
            said = f"'{entry.text}' is no division code of a province, city or county"
            problems.error(entry.place, "C004", said, REGION_HELP)
        elif code in found:
            problems.error(entry.place, "C004", f"the region {code} is named twice", "name it once")
        else:
            found.append(code)
    return tuple(sorted(found))
