"""What rules share: exclusions, entitlements and public holidays, each in a folder of its own under ``rules/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clew.problems import Problems
from clew.project_folders import SHARED
from clew.rules.entitlements import Entitlements, read_entitlements, with_entitlements
from clew.rules.exclusions import Exclusions, read_exclusions, with_exclusions
from clew.rules.holidays import Notice, read_holidays
from clew.yaml_file import Node


@dataclass(frozen=True)
class Shared:
    """The conditions that a rule may call by name, and the days off by year."""

    exclusions: Exclusions = field(default_factory=dict)
    entitlements: Entitlements = field(default_factory=dict)
    holidays: Mapping[str, Notice] = field(default_factory=dict)

    def written_out(self, rule: Node, problems: Problems) -> Node:
        """The rule with every call replaced by what it stands for (E208, E209)."""
        return with_exclusions(with_entitlements(rule, self.entitlements, problems), self.exclusions, problems)


def read_shared(folder: Path, problems: Problems, shown: str) -> Shared:
    """The folders under ``folder``, that of rules (``shown`` in messages). E208 for a name of two conditions."""
    exclusions = read_exclusions(folder / SHARED[0], problems, f"{shown}/{SHARED[0]}")
    entitlements = read_entitlements(folder / SHARED[1], problems, f"{shown}/{SHARED[1]}")
    for name in sorted(exclusions.keys() & entitlements.keys()):
        place = entitlements[name].place
        problems.error(place, "E208", f"'{name}' names an exclusion too", "choose another name")
    return Shared(exclusions, entitlements, read_holidays(folder / SHARED[2], problems, f"{shown}/{SHARED[2]}"))
