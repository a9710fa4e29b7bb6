"""A source as declared: which dataset it feeds, from which server, and what is said of everything it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from clew.contracts.model import Contract
from clew.problems import Place


@dataclass(frozen=True)
class Certifies:
    """The department's word that its table holds every row of a period, once ``settled`` days have passed.

    Either the period is fixed (``end``), or it reaches up to ``settled`` days before the day of the fetch.
    """

    start: date
    end: date | None = None
    settled: int | None = None

    def period(self, today: date) -> tuple[date, date] | None:
        """The half-open period that a whole read on ``today`` certifies; None when it has not passed yet."""
        end = self.end if self.end is not None else today - timedelta(days=self.settled or 0)
        return (self.start, end) if self.start < end <= today else None


@dataclass(frozen=True)
class Source:
    """One server of one contract that is fetched from. ``details`` belong to its kind."""

    contract: Contract
    server: str
    kind: str
    place: Place
    places: Mapping[str, Place]
    details: Any
    identity: str  # what the ledger calls it: the server and the table, folder or address read there
    region: str = ""
    papers: Mapping[str, str] = field(default_factory=dict)  # sender, letter, received_by
    certifies: Certifies | None = None

    @property
    def dataset(self) -> str:
        """The dataset it feeds."""
        return self.contract.dataset

    @property
    def name(self) -> str:
        """How reports name it."""
        return f"{self.dataset} from {self.server}"

    def at(self, word: str) -> Place:
        """Where a word of the server stands."""
        return self.places.get(word, self.place)
