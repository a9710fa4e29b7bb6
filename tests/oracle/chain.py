"""``sequence`` with steps of the oracle: every chain of events, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle.expression import Expression, Length
from tests.oracle.ledger import Ledger, Row
from tests.oracle.moment import over, tick
from tests.oracle.pairing import Pairing


@dataclass(frozen=True)
class Event:
    """One later step: ``at`` is a column of its dataset."""

    pairing: Pairing
    at: str

    @property
    def written(self) -> dict[str, str]:
        return {"name": self.pairing.alias, "at": self.at, **self.pairing.written}


@dataclass(frozen=True)
class Chain:
    """The rows so far, dated by ``at``, and events each strictly after the one before."""

    own: str
    at: Expression
    events: Sequence[Event]
    within: Length | None = None
    keep: str = "first"
    verb = "sequence"

    @property
    def written(self) -> dict[str, Any]:
        steps = [{"name": self.own, "at": self.at.text}, *(event.written for event in self.events)]
        for step in steps[1:]:  # the key that all have is written once
            step.pop("on", None) if step.get("on") == f"{step['name']}.id = {self.own}.id" else None
        options = {"by": "id", "steps": steps, "keep": self.keep}
        return {"sequence": options | ({"within": f"${self.within.name}"} if self.within else {})}

    @property
    def names(self) -> frozenset[str]:
        return self.at.names.union(*(event.pairing.names for event in self.events))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = []
        for row in rows:
            first = self.at.of(row.values)
            if first is None or self.events[0].pairing.key(row) is None:
                run.unknown[step] += 1
                continue
            end = over(run.world.as_of, first)
            end = min(end, self.within.added(first) + tick(first)) if self.within else end
            chains = list(self._chains(run, row, first, end, self.events))
            run.unknown[step] += sum(not certain for _, _, certain in chains)
            found = sorted(((order, pair) for order, pair, certain in chains if certain), key=lambda one: one[0])
            kept += [pair for _, pair in (found[:1] if self.keep == "first" else found)]
        aliases = {event.pairing.alias for event in self.events}
        if self.keep == "all":
            run.repeated |= {alias for row in rows for alias in row.ids} | aliases
        else:
            run.suspect |= aliases
        run.pairs |= {event.pairing.alias: list(event.pairing.keys) for event in self.events}
        return run.keep(step, kept)

    def _chains(
        self, run: Ledger, row: Row, after: date, end: date, events: Sequence[Event]
    ) -> Iterator[tuple[tuple[Any, ...], Row, bool]]:
        """Dates and numbers of the events, the whole row, and whether all conditions certainly hold."""
        if not events:
            yield (), row, True
            return
        for number, pair, certain in events[0].pairing.candidates(run, row):
            day = pair.values[events[0].at]
            if day is not None and after < day < end:
                for order, whole, rest in self._chains(run, pair, day, end, events[1:]):
                    yield (day, number, *order), whole, rest and certain is True
