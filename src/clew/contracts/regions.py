"""The regions that a contract expects: each must have sent something before the whole counts as complete."""

from __future__ import annotations

from clew.contracts.reading import Reading
from clew.yaml_file import Node

LENGTHS = (2, 4, 6)
"""Digits of a province, a city and a county (GB/T 2260)."""


def read_regions(node: Node | None, has_column: bool, problems: Reading) -> tuple[str, ...]:
    """The custom property ``regions``: division code prefixes, in order; anything else is C004."""
    if node is None:
        return ()
    if not has_column:
        problems.error(
            node.place, "C004", "'regions' needs a regionColumn", "add {property: regionColumn, value: <column>}"
        )
        return ()
    found: list[str] = []
    for entry in node.entries() if node.is_list else [node]:
        code = entry.text
        if not (entry.is_scalar and code.isascii() and code.isdigit() and len(code) in LENGTHS):
            said = f"'{code}' is no division code prefix"
            problems.error(entry.place, "C004", said, "34 is a province, 3401 a city, 340102 a county")
        elif code in found:
            problems.error(entry.place, "C004", f"the region {code} is named twice", "name it once")
        else:
            found.append(code)
    return tuple(sorted(found))
