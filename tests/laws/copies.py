"""Every trial of a rule in many copies side by side in one world, each under numbers and words of its own.

So one run of the rule answers all questions at once: what a copy is told must depend on no other copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from clew.completeness.doubt import Doubt, Doubted
from clew.rules.given import ALWAYS

Row = Mapping[str, Any]
HOME = "34"
"""The province that the trials speak of. Another copy lives in another, which may be in doubt."""


class Kind(StrEnum):
    PLAIN = "as it is"
    RENAMED = "under other numbers"
    ASIDE = "with a record set aside"
    DOUBTED = "with coverage taken away"


@dataclass(frozen=True)
class Copy:
    """Of a trial. ``aside`` is the dataset and the place of the record set aside; ``doubts`` what is not covered."""

    trial: int
    kind: Kind
    aside: tuple[str, int] | None = None
    province: str = HOME

    def __str__(self) -> str:
        return f"{self.kind} {self.aside or ''}{self.province if self.province != HOME else ''}".strip()


@dataclass(frozen=True)
class Doubts:
    """Which province lacks the coverage of what, and when."""

    provinces: Mapping[str, Sequence[str]]
    as_of: date

    @classmethod
    def of(cls, datasets: Sequence[str], as_of: date) -> Doubts:
        """One for each dataset alone, one for all of them, and one where only some weeks of all are missing."""
        every = tuple(datasets)
        return cls({str(70 + at): [name] for at, name in enumerate(datasets)} | {"90": every, "91": every}, as_of)

    def doubted(self) -> Iterator[Doubted]:
        for province, datasets in self.provinces.items():
            start, end = ALWAYS, self.as_of + timedelta(days=1)
            if province == "91":
                start, end = self.as_of - timedelta(days=60), self.as_of - timedelta(days=45)
            for name in datasets:
                yield Doubted(name, province, start, start, end, Doubt.LOW, 0, 0, 0)


def copies(trial: int, tables: Mapping[str, Sequence[Row]], doubts: Doubts) -> Iterator[Copy]:
    """Of one trial, given by dataset: as it is, renamed, without each record in turn, without coverage."""
    yield Copy(trial, Kind.PLAIN)
    yield Copy(trial, Kind.RENAMED)
    for name, rows in tables.items():
        for place in range(len(rows)):
            yield Copy(trial, Kind.ASIDE, aside=(name, place))
    for province in doubts.provinces:
        yield Copy(trial, Kind.DOUBTED, province=province)
