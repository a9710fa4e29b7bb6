"""The library: every rule of a folder, by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clew.problems import Place, Problems
from clew.rules.model import Rule
from clew.rules.parse import read_rule
from clew.rules.shared import FOLDERS, Shared, read_shared

NO_RULES = ("laws", *FOLDERS)
"""Folders under rules/ that hold something else."""


@dataclass(frozen=True)
class Library:
    """Rules by id, and what they share. ``broken`` are the ids of files that could not be read: their faults are
    already noted.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    shared: Shared = field(default_factory=Shared)

    def get(self, rule: str) -> Rule | None:
        """The rule of that id, or None."""
        return self.rules.get(rule)


def read_library(folder: Path, problems: Problems, shown: str | None = None) -> Library:
    """Read ``<domain>/<question>.yml``. E109 for a file that is no rule by its place or name; E003 without a folder.

    ``shown`` is the folder as messages should name it.
    """
    name = shown or str(folder)
    if not folder.is_dir():
        problems.error(
            Place(name),
            "E003",
            "there is no such folder of rules",
            "run from the project folder, or make one with: clew init",
        )
        return Library()
    shared = read_shared(folder, problems, name)
    rules: dict[str, Rule] = {}
    broken: set[str] = set()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not path.is_file() or parts[0] in NO_RULES or path.suffix not in (".yml", ".yaml"):
            continue
        place = f"{name}/{'/'.join(parts)}"
        if path.suffix != ".yml" or len(parts) != 2:
            problems.error(
                Place(place), "E108", "a rule stands in rules/<domain>/<question>.yml", "move or rename the file"
            )
            continue
        rule = read_rule(path, problems, place, folder, shared)
        if rule is None:
            broken.add(".".join(path.relative_to(folder).with_suffix("").parts))
        else:
            rules[rule.id] = rule
    return Library(rules, frozenset(broken), shared)
