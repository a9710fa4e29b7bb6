"""``sequence`` with ``previous`` of the oracle: each row and the row just before it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from tests.oracle.expression import Expression
from tests.oracle.ledger import Ledger, Row
from tests.oracle.pairing import TRUE, Pairing


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
