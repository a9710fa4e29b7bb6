"""JSON answers: found by path, kept to the contract's columns, and written with the digits they came with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from clew.contracts.model import Contract


class Digits(str):
    """A JSON number, as it was written."""


def parse(content: bytes) -> Any:
    """A JSON document whose numbers are :class:`Digits`. Raises ValueError or RecursionError."""
    return json.loads(content, parse_int=Digits, parse_float=Digits, parse_constant=_refuse)


def at(document: Any, path: str) -> Any:
    """The value at keys joined by dots, None where there is none; the document itself for an empty path."""
    for key in path.split(".") if path else ():
        document = document.get(key) if isinstance(document, dict) else None
    return document


def wanted(contract: Contract) -> dict[str, Any]:
    """The keys of a record that the contract's columns name, nested; None under a key takes everything below it."""
    tree: dict[str, Any] = {}
    for column in contract.columns:
        for name in (column.header, column.name):
            _plant(tree, name.split("."))
            if "." in name:
                tree.setdefault(name, None)
    return tree


def kept(value: Any, tree: Mapping[str, Any] | None) -> Any:
    """A record without what the contract does not name: least data, before anything is written."""
    if tree is None:
        return value
    if isinstance(value, list):
        return [kept(entry, tree) for entry in value]
    if isinstance(value, dict):
        return {key: kept(entry, tree[key]) for key, entry in value.items() if key in tree}
    return value


def written(value: Any) -> str:
    """A value as one line of JSON. Raises RecursionError when it is nested too deeply."""
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)}: {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _plant(tree: dict[str, Any], keys: list[str]) -> None:
    first, *rest = keys
    if not rest:
        tree[first] = None
    elif tree.setdefault(first, {}) is not None:
        _plant(tree[first], rest)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
