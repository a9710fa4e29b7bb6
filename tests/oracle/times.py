"""Steps of the oracle about time and about peers: overlap, sequence, peer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from statistics import median
from typing import Any

from tests.oracle.expression import SIX, Expression, Length
from tests.oracle.ledger import Ledger, Row
from tests.oracle.pairs import DAY, TRUE, Pairing


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
        end = max(first, as_of + DAY) if last is None else last + DAY * self.closed
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
                last = min(max(one[1], one[0] + DAY) for one in (mine, yours))
                if start >= last or (end - start).days < self.least:
                    continue
                if certain is None:
                    run.unknown[step] += 1
                else:
                    days = (end - start).days
                    kept.append(pair.also(overlap_start=start, overlap_end=end, overlap_days=days))
        run.repeated |= {alias for row in rows for alias in row.ids} | {alias}
        run.pairs[alias] = list(self.pairing.keys)
        return run.keep(step, kept)


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
        read = sorted(
            {name.replace(other, own, 1) if name.startswith(other) else name for name in run.read_later | self.names}
        )
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


@dataclass(frozen=True)
class Peer:
    of: Expression
    group: tuple[str, ...]
    method: str
    least: int
    cut: Decimal
    side: str = "high"
    verb = "peer"

    @property
    def written(self) -> dict[str, Any]:
        options = {"of": self.of.text, "group": list(self.group), "method": self.method, "min_n": self.least}
        return {"peer": {**options, "cut": float(self.cut), "side": self.side}}

    @property
    def names(self) -> frozenset[str]:
        return self.of.names | set(self.group)

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        groups: dict[tuple[Any, ...], list[tuple[Row, Decimal]]] = defaultdict(list)
        for row in rows:
            key, value = tuple(row.values[name] for name in self.group), self.of.of(row.values)
            if value is None or None in key:
                run.unknown[step] += 1
            else:
                groups[key].append((row, Decimal(value)))
        alias = next((name.split(".")[0] for name in sorted(self.of.names) if "." in name), None)
        kept = []
        for members in groups.values():
            for index, (row, value) in enumerate(members):
                others = [other for place, (_, other) in enumerate(members) if place != index]
                if len(others) < self.least:
                    run.open(row, step, run.datasets[alias or next(iter(row.ids))], None, None, None)
                    continue
                measured, method, far = self._measured(value, others)
                if far:
                    kept.append(
                        row.also(
                            peer_n=len(others),
                            peer_median=_six(median(others)),
                            peer_value=measured,
                            peer_method=method,
                        )
                    )
        return run.keep(step, kept)

    def _measured(self, value: Decimal, others: list[Decimal]) -> tuple[Decimal, str, bool]:
        middle = median(others)
        scale = middle if self.method == "median_ratio" else median(abs(one - middle) for one in others)
        if self.method == "percentile" or scale == 0:
            shares = {
                "high": Decimal(sum(one < value for one in others)) / len(others),
                "low": Decimal(sum(one > value for one in others)) / len(others),
            }
            share = _six(max(shares.values()) if self.side == "both" else shares[self.side])
            return share, "percentile", share >= (self.cut if self.method == "percentile" else Decimal("0.99"))
        if self.method == "median_ratio":
            ratio = _six(value / middle)
            return ratio, self.method, ratio <= self.cut if self.side == "low" else ratio >= self.cut
        score = _six(Decimal("0.6745") * (value - middle) / scale)
        reached = {"high": score >= self.cut, "low": -score >= self.cut, "both": abs(score) >= self.cut}
        return score, self.method, reached[self.side]


def _six(value: Any) -> Decimal:
    return Decimal(value).quantize(SIX, ROUND_HALF_UP)
