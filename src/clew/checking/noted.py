"""A mapping that notes what was asked of it, so that an answer is known to depend on that and on nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

Thing = TypeVar("Thing")


class Noted(Mapping[str, Thing]):
    """Another mapping, with notes: ``asked`` are the names looked up, found or not; ``listed`` says whether somebody
    wanted to know what names there are.
    """

    def __init__(self, things: Mapping[str, Thing]) -> None:
        self._things = things
        self.forget()

    def forget(self) -> None:
        """Begin the notes anew."""
        self.asked: set[str] = set()
        self.listed = False

    def __getitem__(self, name: str) -> Thing:
        self.asked.add(name)
        return self._things[name]

    def __iter__(self) -> Iterator[str]:
        self.listed = True
        return iter(self._things)

    def __len__(self) -> int:
        self.listed = True
        return len(self._things)
