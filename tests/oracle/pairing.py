"""A dataset that the oracle looks into: keys that must be equal, a condition that may be unknown, absence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.oracle.expression import Expression
from tests.oracle.ledger import Ledger, Row
from tests.oracle.world import COLUMNS, HAS_REGION

TRUE = Expression("", "flag", lambda _: True)
DAY = timedelta(days=1)


class StoppedError(Exception):
    """The rule stops: a promise of the author is broken."""


@dataclass(frozen=True)
class Pairing:
    """``keys``: of the rows so far, and the column of the dataset that must be equal."""

    alias: str
    dataset: str
    keys: tuple[tuple[Expression, str], ...]
    where: Expression = TRUE

    @property
    def written(self) -> dict[str, str]:
        on = " and ".join(f"{self.alias}.{right} = {left.text}" for left, right in self.keys)
        return {"on": on} | ({"where": self.where.text} if self.where.text else {})

    @property
    def names(self) -> frozenset[str]:
        return self.where.names.union(*(left.names for left, _ in self.keys))

    def key(self, row: Row) -> dict[str, Any] | None:
        """The key; None where a part is empty: such a key matches nobody."""
        found = {right: left.of(row.values) for left, right in self.keys}
        empty = any(one is None or (isinstance(one, str) and not one.strip()) for one in found.values())
        return None if empty else found

    def candidates(self, run: Ledger, row: Row) -> Iterator[tuple[int, Row, bool | None]]:
        """Number, the pair, and whether it certainly matches, for each record with the key that may."""
        key = self.key(row)
        for number, record in run.world.rows(self.dataset) if key is not None else ():
            if all(record[name] == value for name, value in (key or {}).items()):
                pair = self.paired(row, number, record)
                certain = self.where.of(pair.values)
                if certain is not False:
                    yield number, pair, certain

    def paired(self, row: Row, number: int | None, record: dict[str, Any]) -> Row:
        values = {f"{self.alias}.{name}": record.get(name) for name in COLUMNS[self.dataset]}
        ids = frozenset() if number is None else frozenset({number})
        place = {self.alias: frozenset({record.get("region") or ""})} if self.dataset in HAS_REGION else {}
        return Row({**row.values, **values}, {**row.ids, self.alias: ids}, {**row.regions, **place})

    def absent(self, run: Ledger, row: Row, step: str, period: tuple[date, date] | None) -> bool:
        """Whether absence may be claimed: the region and the whole period (or any list) are certified, and no record
        with this key was set aside. What is open is noted."""
        region, world = run.region(row, list(self.keys)), run.world
        first, last = period or (world.as_of, world.as_of)
        whole = world.is_complete(self.dataset, region, *period) if period else world.has_list(self.dataset, region)
        if whole and not world.is_set_aside(self.dataset, self.key(row) or {}):
            return True
        run.open(row, step, self.dataset, region, first, last + DAY)
        return False
