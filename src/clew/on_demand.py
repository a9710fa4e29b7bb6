"""Named things of which each is read only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

Thing = TypeVar("Thing")


class OnDemand(Mapping[str, Thing]):
    """A mapping that reads on demand, each thing once.

    ``read`` gives the thing of a name, or None where there is none; ``names`` is called only when somebody asks what
    there is.
    """

    def __init__(self, names: Callable[[], Collection[str]], read: Callable[[str], Thing | None]) -> None:
        self._names = names
        self._read = read
        self._known: dict[str, Thing | None] = {}

    def __getitem__(self, name: str) -> Thing:
        if name not in self._known:
            self._known[name] = self._read(name)
        thing = self._known[name]
        if thing is None:
            raise KeyError(name)
        return thing

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())
