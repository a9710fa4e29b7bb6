"""``aggregate`` of the oracle: one row per key, its measures, and rows that would be counted twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.oracle.expression import SIX, Expression
from tests.oracle.ledger import Ledger, Row
from tests.oracle.steps import NOTHING, kept_by


@dataclass(frozen=True)
class Measure:
    """``of`` every row, gathered by ``gather``; ``adds`` where a row counted twice would make it wrong."""

    text: str
    kind: str
    names: frozenset[str]
    of: Callable[[Mapping[str, Any]], Any]
    gather: Callable[[list[Any]], Any]
    adds: bool = False
    sums: bool = False


def measure(function: str, one: Expression) -> Measure:
    kind, gather = _GATHER[function]
    adds = function in ("sum", "avg", "count", "count_if", "share")
    return Measure(
        f"{function}({one.text})",
        kind or one.kind,
        one.names,
        one.of,
        gather,
        adds,
        function in ("sum", "avg", "share"),
    )


COUNT = Measure("count(*)", "int", NOTHING, lambda _: True, len, True)


def _known(values: list[Any]) -> list[Any]:
    return [one for one in values if one is not None]


def _mean(values: list[Any]) -> Decimal | None:
    known = _known(values)
    return (Decimal(sum(known)) / len(known)).quantize(SIX, ROUND_HALF_UP) if known else None


_GATHER: dict[str, tuple[str, Callable[[list[Any]], Any]]] = {
    "count": ("int", lambda values: len(_known(values))),
    "count_distinct": ("int", lambda values: len(set(_known(values)))),
    "count_if": ("int", lambda values: sum(one is True for one in values)),
    "sum": ("", lambda values: sum(_known(values)) if _known(values) else None),
    "min": ("", lambda values: min(_known(values), default=None)),
    "max": ("", lambda values: max(_known(values), default=None)),
    "avg": ("money", _mean),
    "share": ("money", lambda values: _mean([Decimal(one) for one in _known(values)])),
}


@dataclass(frozen=True)
class Aggregate:
    by: tuple[str, ...]
    measures: Mapping[str, Measure]
    having: Expression | None = None
    keep_rows: bool = False
    verb = "aggregate"

    @property
    def written(self) -> dict[str, Any]:
        options: dict[str, Any] = {"by": list(self.by)} if self.by else {}
        options |= {name: one.text for name, one in self.measures.items()}
        options |= {"having": self.having.text} if self.having else {}
        return {"aggregate": options | ({"keep": "rows"} if self.keep_rows else {})}

    @property
    def names(self) -> frozenset[str]:
        having = self.having.names if self.having else NOTHING
        return frozenset(self.by).union(having, *(one.names for one in self.measures.values()))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in rows:
            groups[tuple(row.values[name] for name in self.by)].append(row)
        kept = []
        for key, members in groups.items() if self.by or self.keep_rows else [((), rows)]:
            found = {name: one.gather([one.of(row.values) for row in members]) for name, one in self.measures.items()}
            if self.keep_rows:
                kept += [row.also(**found) for row in members]
                continue
            whole = self._whole(dict(zip(self.by, key, strict=True)) | found, members)
            if any(self._counts_twice(run, one, members) for one in self.measures.values()):
                run.wrong(whole, step)
            else:
                kept.append(whole)
        if not self.keep_rows:
            run.listed |= {alias for row in rows for alias in row.ids}
            run.repeated.clear()
            run.suspect.clear()
            run.shared.clear()
        rows = run.keep(step, kept)
        return kept_by(run, rows, self.having, step.replace("_aggregate", "_having")) if self.having else rows

    def _whole(self, values: dict[str, Any], members: Sequence[Row]) -> Row:
        """The group with the identities and the regions of its rows."""
        ids: dict[str, frozenset[int]] = {}
        regions: dict[str, frozenset[str]] = {}
        for row in members:
            ids |= {alias: ids.get(alias, frozenset()) | own for alias, own in row.ids.items()}
            regions |= {alias: regions.get(alias, frozenset()) | own for alias, own in row.regions.items()}
        return Row(values, ids, regions)

    def _counts_twice(self, run: Ledger, one: Measure, members: Sequence[Row]) -> bool:
        """Whether a row that the author does not know to be repeated is added up more than once."""
        if not one.adds or not members:
            return False
        spoken = {name.split(".")[0] for name in one.names if "." in name} or set(members[0].ids)
        doubtful = run.suspect | (run.shared if one.sums else set())
        for alias in spoken & doubtful - run.repeated - run.listed:
            counted = Counter(number for row in members for number in row.ids.get(alias, ()))
            if any(times > 1 for times in counted.values()):
                return True
        return False
