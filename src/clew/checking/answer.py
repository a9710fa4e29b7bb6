"""What a check found in one part of a project, and all that the finding depends on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from clew.problems import Problem


def digest_of(value: Any) -> str:
    """SHA-256, in hex, of plain values."""
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Shelf:
    """All things of one kind: the digest of what decides each. ``names`` are those that can be had, ``broken`` those
    whose files have faults, by the name their file gives them.
    """

    digests: Mapping[str, str] = field(default_factory=dict)
    names: Collection[str] = ()
    broken: Collection[str] = ()

    def need(self, asked: Iterable[str], *, listed: bool) -> Need:
        """What is known when these names were looked up, and perhaps all names listed. That a thing is not there may
        have another reason: its file is broken."""
        missing = digest_of(sorted(self.broken))
        found = {name: self.digests.get(name, missing) for name in asked}
        return Need(found, digest_of(sorted(self.names)) if listed else None)


@dataclass(frozen=True)
class Need:
    """What was asked of one shelf: the digest of each thing looked up, and of the list of names when it was read."""

    asked: Mapping[str, str]
    listed: str | None

    def holds(self, shelf: Shelf) -> bool:
        """Whether the shelf would give the same."""
        return self == shelf.need(self.asked, listed=self.listed is not None)


@dataclass(frozen=True)
class Answer:
    """Problems found in a part; ``own`` is the digest of its files, ``facts`` what checks of other parts use of it."""

    own: str
    problems: tuple[Problem, ...] = ()
    needs: Mapping[str, Need] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, own: str, shelves: Mapping[str, Shelf]) -> bool:
        """Whether the same check would say the same of files with the digest ``own``."""
        return self.own == own and all(need.holds(shelves[kind]) for kind, need in self.needs.items())

    @property
    def digest(self) -> str:
        """The digest of all that the answer depends on."""
        return digest_of([self.own, {kind: [need.asked, need.listed] for kind, need in self.needs.items()}])

    def as_plain(self) -> dict[str, Any]:
        """The answer as values that JSON holds."""
        return {
            "own": self.own,
            "problems": [problem.as_dict() for problem in self.problems],
            "needs": {kind: {"asked": need.asked, "listed": need.listed} for kind, need in self.needs.items()},
            "facts": self.facts,
        }

    @staticmethod
    def of_plain(value: Mapping[str, Any]) -> Answer:
        """The answer from such values. Raises KeyError, TypeError or ValueError for any others."""
        needs = {kind: Need(dict(need["asked"]), need["listed"]) for kind, need in value["needs"].items()}
        problems = tuple(Problem.of_dict(one) for one in value["problems"])
        return Answer(str(value["own"]), problems, needs, dict(value["facts"]))
