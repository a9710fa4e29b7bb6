"""``overlap`` of the oracle: every two periods compared, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracle.ledger import Ledger, Row
from tests.oracle.moment import DAY, over, tick
from tests.oracle.pairing import Pairing


@dataclass(frozen=True)
class Period:
    """``to`` None: a point; ``closed``: ``to`` is the last day."""

    start: str
    to: str | None
    closed: bool = False

    @property
    def written(self) -> dict[str, str]:
        found = {"from": self.start} | ({"to": self.to} if self.to else {})
        return found | ({"bounds": "closed"} if self.closed else {})

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.start, *([self.to] if self.to else [])})

    def of(self, values: Mapping[str, Any], as_of: date) -> tuple[date, date] | None:
        """First day and first day after; None where it is unknown."""
        first = values[self.start]
        if first is None:
            return None
        if self.to is None:
            return first, first
        last = values[self.to]
        end = max(first, over(as_of, first)) if last is None else last + DAY * self.closed
        return None if end < first else (first, end)


@dataclass(frozen=True)
class Overlap:
    """With ``own`` the rows so far are paired with each other."""

    pairing: Pairing
    left: Period
    right: Period
    own: str = ""
    least: int = 0
    verb = "overlap"

    @property
    def written(self) -> dict[str, Any]:
        found: dict[str, Any] = {"overlap": self.pairing.alias, **self.pairing.written, "left": self.left.written}
        found |= {"self": self.own} if self.own else {"right": self.right.written}
        return found | ({"min": self.least} if self.least else {})

    @property
    def names(self) -> frozenset[str]:
        return self.pairing.names | self.left.names | self.right.names

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = []
        alias, as_of = self.pairing.alias, run.world.as_of
        there = {number for row in rows for number in row.ids[self.own]} if self.own else None
        for row in rows:
            mine = self.left.of(row.values, as_of)
            if self.pairing.key(row) is None or mine is None:
                run.unknown[step] += 1
                continue
            for number, pair, certain in self.pairing.candidates(run, row):
                yours = self.right.of(pair.values, as_of)
                if yours is None or (there is not None and number not in there):
                    continue
                if self.own and (yours[0], number) <= (mine[0], min(row.ids[self.own])):
                    continue
                start, end = max(mine[0], yours[0]), min(mine[1], yours[1])
                last = min(max(one[1], one[0] + tick(one[0])) for one in (mine, yours))
                length, name = _length(start, end)
                if start >= last or length < self.least:
                    continue
                if certain is None:
                    run.unknown[step] += 1
                else:
                    kept.append(pair.also(overlap_start=start, overlap_end=end, **{name: length}))
        run.repeated |= {alias for row in rows for alias in row.ids} | {alias}
        run.pairs[alias] = list(self.pairing.keys)
        return run.keep(step, kept)


def _length(start: date, end: date) -> tuple[int, str]:
    """The time in common in days, of moments in whole minutes, and what it is called."""
    if isinstance(start, datetime):
        return (end - start) // timedelta(minutes=1), "overlap_minutes"
    return (end - start).days, "overlap_days"
