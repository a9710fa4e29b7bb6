"""Steps of the oracle that look at the rows so far: from, where, derive, exclude, latest, aggregate, union."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tests.oracle.expression import Expression
from tests.oracle.ledger import Ledger, Row
from tests.oracle.pairing import DAY, Pairing

NOTHING: frozenset[str] = frozenset()


class Step(Protocol):
    """One verb: ``written`` as in a rule file, the columns it reads, and its meaning."""

    @property
    def verb(self) -> str: ...
    @property
    def written(self) -> dict[str, Any]: ...
    @property
    def names(self) -> frozenset[str]: ...
    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]: ...


def kept_by(run: Ledger, rows: list[Row], condition: Expression, step: str) -> list[Row]:
    """The rows for which a condition is certainly true."""
    found = [(row, condition.of(row.values)) for row in rows]
    run.unknown[step] += sum(value is None for _, value in found)
    return run.keep(step, [row for row, value in found if value is True])


@dataclass(frozen=True)
class From:
    alias: str
    dataset: str
    where: Expression | None = None
    verb = "from"

    @property
    def written(self) -> dict[str, Any]:
        return {"from": self.alias} | ({"where": self.where.text} if self.where else {})

    @property
    def names(self) -> frozenset[str]:
        return self.where.names if self.where else NOTHING

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        source = Pairing(self.alias, self.dataset, ())
        read = [source.paired(Row({}, {}), number, record) for number, record in run.world.rows(self.dataset)]
        if self.where is None:
            return run.keep(step, read)
        return kept_by(run, run.keep(step.replace("_from", "_all"), read), self.where, step)


@dataclass(frozen=True)
class Where:
    """``complete``: alias -> the first and the last day; None for any certified list of a register."""

    condition: Expression
    complete: Mapping[str, tuple[Expression, Expression] | None] = field(default_factory=dict)
    verb = "where"

    @property
    def written(self) -> dict[str, Any]:
        asked = {
            alias: {"from": period[0].text, "to": period[1].text} if period else {}
            for alias, period in self.complete.items()
        }
        return {"where": self.condition.text} | ({"complete": asked} if asked else {})

    @property
    def names(self) -> frozenset[str]:
        periods = [one for period in self.complete.values() for one in period or ()]
        return self.condition.names.union(*(one.names for one in periods))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = kept_by(run, rows, self.condition, step)
        for alias, period in self.complete.items():
            own = step.replace("_where", f"_{alias}")
            kept = run.keep(own, [row for row in kept if self._is_complete(run, row, alias, period, own)])
        return kept

    def _is_complete(
        self, run: Ledger, row: Row, alias: str, period: tuple[Expression, Expression] | None, step: str
    ) -> bool:
        """Every region must be certified, and no record with the key be set aside."""
        dataset, keys, whole = run.datasets[alias], run.pairs[alias], True
        first, last = (one.of(row.values) for one in period) if period else (run.world.as_of, run.world.as_of)
        for region in run.regions(row, keys):
            known = first is not None and last is not None
            if not (
                run.world.has_list(dataset, region)
                if period is None
                else known and run.world.is_complete(dataset, region, first, last)
            ):
                run.open(row, step, dataset, region, first, last + DAY if last else None)
                whole = False
            elif run.world.is_set_aside(dataset, {name: left.of(row.values) for left, name in keys}):
                run.open(row, step, dataset, region, first, last + DAY)
                whole = False
        return whole


@dataclass(frozen=True)
class Derive:
    columns: Mapping[str, Expression]
    verb = "derive"

    @property
    def written(self) -> dict[str, Any]:
        return {"derive": {name: one.text for name, one in self.columns.items()}}

    @property
    def names(self) -> frozenset[str]:
        return NOTHING.union(*(one.names for one in self.columns.values()))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        for name, one in self.columns.items():
            run.derived.setdefault(name, {})[one.text] = one
            rows = [row.also(**{name: one.of(row.values)}) for row in rows]
        return run.keep(step, rows)


@dataclass(frozen=True)
class Exclude:
    condition: Expression
    verb = "exclude"

    @property
    def written(self) -> dict[str, Any]:
        return {"exclude": self.condition.text, "reason": "lawful"}

    @property
    def names(self) -> frozenset[str]:
        return self.condition.names

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        kept = []
        for row in rows:
            if self.condition.of(row.values) is True:
                spoken = [name.split(".")[0] for name in sorted(self.names) if "." in name]
                run.drop(row, step, spoken[0] if spoken else next(iter(row.ids)))
            else:
                kept.append(row)
        return run.keep(step, kept)


@dataclass(frozen=True)
class Latest:
    by: tuple[str, ...]
    order_by: tuple[Expression, ...]
    prefer: tuple[Expression, ...] = ()
    verb = "latest"

    @property
    def written(self) -> dict[str, Any]:
        options = {"by": list(self.by), "order_by": [one.text for one in self.order_by]}
        return {"latest": options | ({"prefer": [one.text for one in self.prefer]} if self.prefer else {})}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.by).union(*(one.names for one in (*self.order_by, *self.prefer)))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in rows:
            key = tuple(row.values[name] for name in self.by)
            if None in key or self.order_by[0].of(row.values) is None:
                run.unknown[step] += 1
            else:
                groups[key].append(row)
        kept = []
        for members in groups.values():
            newest = max(map(self._rank, members))
            top = [row for row in members if self._rank(row) == newest]
            if len({tuple(row.values[name] for name in sorted(run.read_of(row))) for row in top}) > 1:
                for row in top:
                    run.wrong(row, step)
            else:
                kept.append(min(top, key=lambda row: [row.values.get("branch", ""), *map(sorted, row.ids.values())]))
        return run.keep(step, kept)

    def _rank(self, row: Row) -> tuple[Any, ...]:
        orders = [one.of(row.values) for one in self.order_by]
        return (
            *((one is not None, one if one is not None else 0) for one in orders),
            *(one.of(row.values) is True for one in self.prefer),
        )


@dataclass(frozen=True)
class Union:
    """``columns``: those that every branch has, with rows or without."""

    branches: Mapping[str, Sequence[Step]]
    columns: frozenset[str]
    verb = "union"

    @property
    def written(self) -> dict[str, Any]:
        branches = {name: [step.written for step in steps] for name, steps in self.branches.items()}
        return {"union": {"branches": branches}}

    @property
    def names(self) -> frozenset[str]:
        return NOTHING.union(*(step.names for steps in self.branches.values() for step in steps))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        ends: dict[str, list[Row]] = {}
        before, listed = frozenset(run.listed), set(run.listed)
        for name, steps in self.branches.items():
            left, run.listed = rows, set(before)  # what one branch gathers, another does not
            for index, one in enumerate(steps, start=1):
                left = one.run(run, left, f"{step}.{name}.s{index}_{one.verb}")
            ends[name] = left
            listed |= run.listed
        run.listed = listed
        run.shared |= {alias for left in ends.values() for row in left for alias in row.ids}
        columns = [frozenset(row.values) for left in ends.values() for row in left[:1]]
        shared = frozenset.intersection(*columns, self.columns) if columns else NOTHING
        return run.keep(step, [_in_branch(row, name, shared) for name, left in ends.items() for row in left])


def _in_branch(row: Row, name: str, shared: frozenset[str]) -> Row:
    values = {key: row.values[key] for key in row.values if key in shared} | {"branch": name}
    regions = {alias: own for alias, own in row.regions.items() if f"{alias}.id" in shared}
    return replace(row, values=values, regions=regions)
