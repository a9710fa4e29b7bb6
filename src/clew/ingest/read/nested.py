"""Nested JSON as flat records: ``records`` names the list whose elements are the rows, ``a.b.c`` names a value.

A value above that list is repeated in each of its rows; the values of a list beside or below it become one text, sorted
and joined by commas, so that the order in which a sender lists them does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Entries = list[tuple[str, Any]]
"""An object's entries, duplicates included."""


def flat_records(entries: Entries, records: str, text: Callable[[Any], str | None]) -> list[Entries]:
    """One flat object for each element of ``records`` ('' is the object itself); none where the list is missing."""
    return _expand(entries, "", records.split(".") if records else [], text)


def _expand(entries: Entries, path: str, records: list[str], text: Callable[[Any], str | None]) -> list[Entries]:
    shared: Entries = []
    rows: list[Entries] = []
    for key, value in entries:
        name = f"{path}{key}"
        if records and key == records[0]:
            elements = value if isinstance(value, list) and not _is_object(value) else [value]
            for element in elements:
                if _is_object(element):
                    rows.extend(_expand(element, f"{name}.", records[1:], text))
        else:
            shared.extend(_leaves(value, name, text))
    return [[*shared, *row] for row in rows] if records else [shared]


def _leaves(value: Any, name: str, text: Callable[[Any], str | None]) -> Iterator[tuple[str, Any]]:
    if _is_object(value):
        for key, inner in value:
            yield from _leaves(inner, f"{name}.{key}", text)
    elif isinstance(value, list):
        found: dict[str, set[str]] = {}
        for element in value:
            for leaf, inner in _leaves(element, name, text):
                written = text(inner)
                if written is not None:
                    found.setdefault(leaf, set()).add(written)
        yield from ((leaf, ",".join(sorted(values))) for leaf, values in found.items())
    else:
        yield name, value


def _is_object(value: Any) -> bool:
    """Objects are read as lists of pairs by a class of their own; an array is a plain list."""
    return isinstance(value, list) and type(value) is not list
