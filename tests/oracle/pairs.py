"""Steps of the oracle that look into another dataset: join, exists, and the two verbs of absence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from tests.oracle.expression import Expression
from tests.oracle.ledger import Ledger, Row
from tests.oracle.world import COLUMNS, EVENT, HAS_REGION

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
                run.unknown[step] += 1
                kept += [self.pairing.paired(row, None, {})] if self.keep == "optional" else []
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
                certain = [self._chosen(certain)]
            met += [(index, number) for number, _ in certain]
            kept += [pair for _, pair in certain]
        self._promised(met)
        self._repeats(run, rows)
        return run.keep(step, kept)

    def _is_absent(self, run: Ledger, row: Row, step: str) -> bool:
        period = None
        if self.period is not None:
            first, last = (one.of(row.values) for one in self.period)
            if first is None or last is None:
                run.open(row, step, self.pairing.dataset, run.region(row, list(self.pairing.keys)), first, None)
                return False
            period = (first, last)
        return self.pairing.absent(run, row, step, period)

    def _chosen(self, certain: list[tuple[int, Row]]) -> tuple[int, Row]:
        """The first or last; rows without a date stand last, and the file's order decides between equals."""
        by = (
            self.order_by.of
            if self.order_by
            else lambda row: row[f"{self.pairing.alias}.{EVENT[self.pairing.dataset]}"]
        )
        dated = [one for one in certain if by(one[1].values) is not None]
        if not dated:
            return certain[0]
        best = (min if self.keep == "first" else max)(by(pair.values) for _, pair in dated)
        return next(one for one in dated if by(one[1].values) == best)

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


@dataclass(frozen=True)
class NotExists:
    pairing: Pairing
    period: tuple[Expression, Expression] | None
    verb = "not_exists"

    @property
    def written(self) -> dict[str, Any]:
        found: dict[str, Any] = {"not_exists": self.pairing.alias, **self.pairing.written}
        return found | ({"from": self.period[0].text, "to": self.period[1].text} if self.period else {})

    @property
    def names(self) -> frozenset[str]:
        return self.pairing.names.union(*(one.names for one in self.period or ()))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = []
        event = EVENT[self.pairing.dataset]
        for row in rows:
            first, last = (one.of(row.values) for one in self.period) if self.period else (date.min, date.max)
            if self.pairing.key(row) is None or first is None or last is None:
                run.unknown[step] += 1
                continue
            sure = set()
            for _, pair, certain in self.pairing.candidates(run, row):
                day = pair.values[f"{self.pairing.alias}.{event}"] if event else None
                if event is None or (day is not None and first <= day <= last):
                    sure.add(certain)
                elif day is None:
                    sure.add(None)
            if True in sure:
                continue
            if None in sure:
                run.unknown[step] += 1
            elif self.pairing.absent(run, row, step, (first, last) if self.period else None):
                kept.append(row)
        return run.keep(step, kept)


@dataclass(frozen=True)
class NotFollowedBy:
    pairing: Pairing
    when: str
    after: Expression
    until: Expression
    late: str = "drop"
    verb = "not_followed_by"

    @property
    def written(self) -> dict[str, Any]:
        times = {"when": self.when, "after": self.after.text, "until": self.until.text, "late": self.late}
        return {"not_followed_by": self.pairing.alias, **self.pairing.written, **times}

    @property
    def names(self) -> frozenset[str]:
        return self.pairing.names | self.after.names | self.until.names

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = []
        run.pairs[self.pairing.alias] = list(self.pairing.keys)
        run.shared.add(self.pairing.alias)
        for row in rows:
            first, due = self.after.of(row.values), self.until.of(row.values)
            if self.pairing.key(row) is None or first is None or due is None:
                run.unknown[step] += 1
                continue
            done: list[tuple[date, int]] = []
            perhaps = False
            for number, pair, certain in self.pairing.candidates(run, row):
                day = pair.values[self.when]
                if day is None or (day >= first and certain is None):
                    perhaps = True
                elif day >= first:
                    done.append((day, number))
            earliest = min(done, default=None)
            if earliest is not None and earliest[0] <= due:
                continue
            if perhaps:
                run.unknown[step] += 1
                continue
            if due >= run.world.as_of or (earliest is not None and self.late == "drop"):
                continue
            if self.pairing.absent(run, row, step, (first, due)):
                kept.append(self._found(run, row, earliest, first, due))
        return run.keep(step, kept)

    def _found(self, run: Ledger, row: Row, done: tuple[date, int] | None, first: date, due: date) -> Row:
        region = run.region(row, list(self.pairing.keys))
        until = done[0] if done else run.world.last_certified(self.pairing.dataset, region, first)
        added = row.also(
            due_on=due,
            done_on=done[0] if done else None,
            outcome="late" if done else "missing",
            overdue_days=(until - due).days,
        )
        return replace(added, ids={**row.ids, self.pairing.alias: frozenset({done[1]} if done else ())})
