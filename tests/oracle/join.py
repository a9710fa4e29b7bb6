"""``join`` and ``exists`` of the oracle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.oracle.expression import Expression
from tests.oracle.ledger import Ledger, Row
from tests.oracle.pairing import DAY, Pairing, StoppedError
from tests.oracle.world import EVENT


@dataclass(frozen=True)
class Join:
    pairing: Pairing
    keep: str = "all"
    expect: str = ""
    order_by: Expression | None = None
    period: tuple[Expression, Expression] | None = None
    verb = "join"

    @property
    def written(self) -> dict[str, Any]:
        found: dict[str, Any] = {"join": self.pairing.alias, **self.pairing.written}
        found |= {"keep": self.keep} if self.keep != "all" else {}
        found |= {"expect": self.expect} if self.expect else {}
        found |= {"order_by": self.order_by.text} if self.order_by else {}
        return found | ({"from": self.period[0].text, "to": self.period[1].text} if self.period else {})

    @property
    def names(self) -> frozenset[str]:
        more = (*(self.period or ()), *([self.order_by] if self.order_by else []))
        return self.pairing.names.union(*(one.names for one in more))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept: list[Row] = []
        met: list[tuple[int, int]] = []
        run.pairs[self.pairing.alias] = list(self.pairing.keys)
        for index, row in enumerate(rows):
            if self.pairing.key(row) is None:
                run.unknown[step] += self.keep != "optional"
                if self.keep == "optional" and self._stays(run, row, step):
                    kept.append(self.pairing.paired(row, None, {}))
                continue
            found = list(self.pairing.candidates(run, row))
            certain = [(number, pair) for number, pair, sure in found if sure]
            if self.keep == "optional":
                run.unknown[step] += not certain and bool(found)
                if not found and self._is_absent(run, row, step):
                    kept.append(self.pairing.paired(row, None, {}))
            else:
                run.unknown[step] += len(found) - len(certain)
            if self.keep in ("first", "last") and certain:
                certain = [self._chosen(run, certain)]
            met += [(index, number) for number, _ in certain]
            kept += [pair for _, pair in certain]
        self._promised(met)
        self._repeats(run, rows)
        return run.keep(step, kept)

    def _stays(self, run: Ledger, row: Row, step: str) -> bool:
        """Without a key there is nothing to look for where its row was not found; else nobody can look."""
        if {name.split(".")[0] for key, _ in self.pairing.keys for name in key.names} & run.shared:
            return True
        first, last = (one.of(row.values) for one in self.period) if self.period else (run.world.as_of,) * 2
        after = None if last is None else last + DAY
        run.open(row, step, self.pairing.dataset, run.region(row, list(self.pairing.keys)), first, after)
        return False

    def _is_absent(self, run: Ledger, row: Row, step: str) -> bool:
        period = None
        if self.period is not None:
            first, last = (one.of(row.values) for one in self.period)
            if first is None or last is None:
                run.open(row, step, self.pairing.dataset, run.region(row, list(self.pairing.keys)), first, None)
                return False
            period = (first, last)
        return self.pairing.absent(run, row, step, period)

    def _chosen(self, run: Ledger, certain: list[tuple[int, Row]]) -> tuple[int, Row]:
        """The first or last; rows without a date stand last. Between equals decides what is still read of them."""
        by = (
            self.order_by.of
            if self.order_by
            else lambda row: row[f"{self.pairing.alias}.{EVENT[self.pairing.dataset]}"]
        )
        dated = [one for one in certain if by(one[1].values) is not None]
        best = (min if self.keep == "first" else max)((by(pair.values) for _, pair in dated), default=None)

        def told(one: tuple[int, Row]) -> list[tuple[bool, Any]]:
            values = one[1].values
            read = sorted(name for name in run.read_of(one[1]) if name.split(".")[0] == self.pairing.alias)
            return [(values[name] is None, 0 if values[name] is None else values[name]) for name in read]

        equal = [one for one in dated if by(one[1].values) == best] or certain
        return min(equal, key=lambda one: (told(one), one[0]))

    def _promised(self, met: list[tuple[int, int]]) -> None:
        left, right = [one for one, _ in met], [other for _, other in met]
        if self.expect in ("1:1", "n:1") and len(set(left)) < len(left):
            raise StoppedError(self.expect)
        if self.expect in ("1:1", "1:n") and len(set(right)) < len(right):
            raise StoppedError(self.expect)

    def _repeats(self, run: Ledger, rows: list[Row]) -> None:
        """Whose rows the author knows to stand there several times."""
        alias, own = self.pairing.alias, set(rows[0].ids) if rows else set()
        keyed = {name.split(".")[0] for key, _ in self.pairing.keys for name in key.names}
        again = keyed <= run.repeated or self.expect in ("n:1", "n:m")
        if self.keep in ("all", "optional") and self.expect in ("", "1:n", "n:m"):
            run.repeated |= own
        run.repeated |= {alias} if again else set()
        run.suspect |= set() if self.expect in ("1:1", "1:n") else {alias}
        run.shared |= {alias} if self.keep == "optional" else set()


@dataclass(frozen=True)
class Exists:
    pairing: Pairing
    verb = "exists"

    @property
    def written(self) -> dict[str, Any]:
        return {"exists": self.pairing.alias, **self.pairing.written}

    @property
    def names(self) -> frozenset[str]:
        return self.pairing.names

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = []
        for row in rows:
            found = list(self.pairing.candidates(run, row))
            certain = frozenset(number for number, _, sure in found if sure)
            if certain:
                kept.append(replace(row, ids={**row.ids, self.pairing.alias: certain}))
            elif found or self.pairing.key(row) is None:
                run.unknown[step] += 1
        run.pairs[self.pairing.alias] = list(self.pairing.keys)
        run.listed.add(self.pairing.alias)
        return run.keep(step, kept)
