"""The library: every rule of a folder, by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clew.problems import Problems
from clew.project_folders import rule_files
from clew.rules.model import Rule
from clew.rules.parse import read_rule
from clew.rules.shared import Shared, read_shared


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
    """Read every ``<domain>/<question>.yml``, by the id that its place gives it. ``shown`` is the folder as messages
    should name it; E003 and E108 as :func:`clew.project_folders.rule_files` says.
    """
    name = shown or str(folder)
    files = rule_files(folder, problems, name)
    shared = read_shared(folder, problems, name)
    rules: dict[str, Rule] = {}
    broken: set[str] = set()
    for id, file in files.items():
        rule = read_rule(file.path, problems, file.shown, folder, shared)
        if rule is None:
            broken.add(id)
        else:
            rules[id] = rule
    return Library(rules, frozenset(broken), shared)
