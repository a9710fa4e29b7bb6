"""The verbs of absence of the oracle: ``not_exists`` and ``not_followed_by``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.oracle.expression import Expression
from tests.oracle.ledger import Ledger, Row
from tests.oracle.pairing import Pairing
from tests.oracle.world import EVENT


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
