"""Mutations of a YAML document: each key dropped, renamed, or given a value of another kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from clew.problems import Problems
from clew.yaml_file import read_yaml

Step = str | int
KINDS = ("dropped", "renamed", "mistyped")


@dataclass(frozen=True)
class Mutation:
    """One key of one file, and what happens to it. ``path`` leads to the key; ``shape`` is the path for people,
    with ``[]`` for places in lists and ``*`` for names an author chooses."""

    file: Path
    path: tuple[Step, ...]
    shape: str
    kind: str

    @property
    def order(self) -> str:
        """A stable, arbitrary order, so that a sample is spread over the files."""
        return sha256(f"{self.file.name}{self.path}{self.kind}".encode()).hexdigest()

    def text(self, document: Any) -> str:
        """The mutated document as YAML."""
        made = deepcopy(document)
        owner = made
        for step in self.path[:-1]:
            owner = owner[step]
        key = self.path[-1]
        if self.kind == "dropped":
            del owner[key]
        elif self.kind == "renamed":
            entries = [(f"{name}_x" if name == key else name, value) for name, value in owner.items()]
            owner.clear()
            owner.update(entries)
        else:
            owner[key] = {"mistyped": True} if not isinstance(owner[key], dict | list) else "mistyped"
        return written(made)

    def __str__(self) -> str:
        return f"{self.file.name}: {self.shape} {self.kind}"


def document_of(file: Path) -> Any:
    """A file as plain values."""
    node = read_yaml(file, Problems())
    assert node is not None
    return _writable(node.plain())


def _writable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _writable(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_writable(entry) for entry in value]
    return float(value) if isinstance(value, Decimal) else value


def written(document: Any) -> str:
    """Plain values as YAML: as JSON, which is YAML too and quick to write, with days outside quotes."""
    text = json.dumps(document, ensure_ascii=False, indent=1, default=lambda day: f"\0{day.isoformat()}")
    return re.sub(r'"\\u0000([^"]*)"', r"\1", text)


def mutations(file: Path, document: Any, chosen_names: re.Pattern[str]) -> Iterator[Mutation]:
    """Every mutation of every key; below a shape that ``chosen_names`` matches, keys are names an author chooses."""
    for path, shape in _keys(document, (), "", chosen_names):
        for kind in KINDS:
            yield Mutation(file, path, shape, kind)


def _keys(
    value: Any, path: tuple[Step, ...], shape: str, chosen_names: re.Pattern[str]
) -> Iterator[tuple[tuple[Step, ...], str]]:
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _keys(entry, (*path, index), f"{shape}[]", chosen_names)
    elif isinstance(value, dict):
        for key, entry in value.items():
            name = "*" if chosen_names.fullmatch(shape) else key
            below = f"{shape}.{name}" if shape else name
            yield (*path, key), below
            yield from _keys(entry, (*path, key), below, chosen_names)
