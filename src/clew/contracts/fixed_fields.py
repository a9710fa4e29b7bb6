"""Where the columns of a fixed-width file stand: ``widths`` in the contract's order, or ``positions`` by name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clew.contracts.vocabulary import text_of
from clew.problems import Problems, did_you_mean
from clew.yaml_file import Node

_RANGE = re.compile(r"\s*([1-9][0-9]*)(?:\s*-\s*([1-9][0-9]*))?\s*")


def read_fields(
    contract: Node, words: Mapping[str, Node], server: Node, problems: Problems
) -> tuple[tuple[int, int], ...]:
    """Start and end of each column, from 0 and half-open; () after noting C004 where they cannot be told."""
    names = _names(contract)
    widths, positions = words.get("widths"), words.get("positions")
    if (widths is None) == (positions is None):
        problems.error(
            (positions or server).place,
            "C004",
            "a fixed-width file needs 'widths' or 'positions', and only one of them",
            "widths: [18, 10], one for each column in order, or positions: {name: 1-18}",
        )
        return ()
    if widths is not None:
        return _from_widths(widths, names, problems)
    return _from_positions(positions, names, problems) if positions is not None else ()


def _names(contract: Node) -> list[str]:
    schema = contract.get("schema")
    tables = schema.entries() if schema is not None and schema.is_list else []
    properties = tables[0].get("properties") if tables else None
    return [text_of(column.get("name")) for column in (properties.entries() if properties else [])]


def _from_widths(node: Node, names: list[str], problems: Problems) -> tuple[tuple[int, int], ...]:
    values = [entry.value for entry in node.entries()] if node.is_list else []
    widths = [one for one in values if isinstance(one, int) and not isinstance(one, bool) and one > 0]
    if len(widths) != len(names) or len(values) != len(names):
        problems.error(
            node.place,
            "C004",
            f"'widths' must be {len(names)} whole numbers above zero, one for each column",
            "or write positions: {name: 1-18} where columns of the file are left out",
        )
        return ()
    ends = [sum(widths[: index + 1]) for index in range(len(widths))]
    return tuple(zip([0, *ends[:-1]], ends, strict=True))


def _from_positions(node: Node, names: list[str], problems: Problems) -> tuple[tuple[int, int], ...]:
    found: dict[str, tuple[int, int]] = {}
    before = len(problems.errors)
    for name, entry in node.items() if node.is_mapping else ():
        match = _RANGE.fullmatch(entry.text) if entry.is_scalar else None
        if name not in names:
            problems.error(node.key_place(name), "C004", f"'{name}' is not a column", did_you_mean(name, names))
        elif match is None or int(match[2] or match[1]) < int(match[1]):
            problems.error(entry.place, "C004", f"'{name}' must say where it stands", "such as 1-18, counted from 1")
        else:
            found[name] = int(match[1]) - 1, int(match[2] or match[1])
    missing = [name for name in names if name not in found]
    if missing and len(problems.errors) == before:
        problems.error(node.place, "C004", f"'positions' leaves out: {', '.join(missing)}", "each column has its place")
    return tuple(found[name] for name in names) if not missing else ()
