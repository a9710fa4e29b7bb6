"""``sequence`` of the oracle: an event that follows, and the row just before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from tests.oracle.expression import Expression, Length
from tests.oracle.ledger import Ledger, Row
from tests.oracle.pairing import TRUE, Pairing


@dataclass(frozen=True)
class Follows:
    """``sequence`` of two steps: the rows so far, and an event strictly after them."""

    own: str
    key: str
    at: Expression
    event: str
    pairing: Pairing
    within: Length | None = None
    keep: str = "first"
    verb = "sequence"

    @property
    def written(self) -> dict[str, Any]:
        second = {"name": self.pairing.alias} | ({"where": self.pairing.where.text} if self.pairing.where.text else {})
        steps = [{"name": self.own, "at": self.at.text}, {**second, "at": self.event}]
        options = {"by": self.key, "steps": steps, "keep": self.keep}
        return {"sequence": options | ({"within": f"${self.within.name}"} if self.within else {})}

    @property
    def names(self) -> frozenset[str]:
        return self.pairing.names | self.at.names

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = []
        for row in rows:
            first = self.at.of(row.values)
            if first is None or self.pairing.key(row) is None:
                run.unknown[step] += 1
                continue
            chains = []
            for number, pair, certain in self.pairing.candidates(run, row):
                day = pair.values[self.event]
                if (
                    day is None
                    or not first < day <= run.world.as_of
                    or (self.within and day > self.within.added(first))
                ):
                    continue
                if certain is None:
                    run.unknown[step] += 1
                else:
                    chains.append((day, number, pair))
            chains.sort(key=lambda one: one[:2])
            kept += [pair for _, _, pair in (chains[:1] if self.keep == "first" else chains)]
        if self.keep == "all":
            run.repeated |= {alias for row in rows for alias in row.ids} | {self.pairing.alias}
        else:
            run.suspect.add(self.pairing.alias)
        run.pairs[self.pairing.alias] = list(self.pairing.keys)
        return run.keep(step, kept)


@dataclass(frozen=True)
class Previous:
    """``sequence`` with ``previous``: each row and the one just before it."""

    own: str
    alias: str
    dataset: str
    by: str
    at: str
    where: Expression = TRUE
    verb = "sequence"

    @property
    def written(self) -> dict[str, Any]:
        options = {"by": self.by, "at": self.at, "previous": self.alias}
        return {"sequence": options | ({"where": self.where.text} if self.where.text else {})}

    @property
    def names(self) -> frozenset[str]:
        return self.where.names | {self.by, self.at}

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        groups: dict[Any, list[Row]] = defaultdict(list)
        for row in rows:
            if row.values[self.by] is None or row.values[self.at] is None:
                run.unknown[step] += 1
            else:
                groups[row.values[self.by]].append(row)
        own, other = f"{self.own}.", f"{self.alias}."
        computed = {name for row in rows for name in run.read_of(row) if "." not in name}
        names = run.read_later | self.names | computed
        read = sorted({name.replace(other, own, 1) if name.startswith(other) else name for name in names})
        records = dict(run.world.rows(self.dataset))
        kept = []
        for members in groups.values():
            moments: dict[date, list[Row]] = defaultdict(list)
            for row in members:
                moments[row.values[self.at]].append(row)
            if any(
                len({tuple(row.values.get(name) for name in read) for row in same}) > 1 for same in moments.values()
            ):
                for row in members:
                    run.wrong(row, step)
                continue
            days = sorted(moments)
            for before, day in pairwise(days):
                number = max(number for row in moments[before] for number in row.ids[self.own])
                row = min(moments[day], key=lambda one: min(one.ids[self.own]))
                pair = Pairing(self.alias, self.dataset, ()).paired(row, number, records[number])
                certain = self.where.of(pair.values)
                run.unknown[step] += certain is None
                kept += [pair] if certain else []
        run.suspect.add(self.alias)
        return run.keep(step, kept)
