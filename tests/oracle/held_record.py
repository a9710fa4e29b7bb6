"""A record set aside as a rule reads it: its own columns as far as they are values, all else unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.oracle.expression import Expression
from tests.oracle.ledger import Ledger
from tests.oracle.world import COLUMNS

_READ: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "int": int,
    "money": Decimal,
    "flag": lambda value: value == "True",
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
}


def aliases(run: Ledger, one: Expression, within: frozenset[str] = frozenset()) -> set[str] | None:
    """The datasets whose columns an expression comes from by ``derive`` alone; None where by other ways, or by two."""
    found: set[str] = set()
    for name in one.names:
        if "." in name:
            found.add(name.split(".")[0])
            continue
        ways = list(run.derived.get(name, {}).values())
        came = aliases(run, ways[0], within | {name}) if len(ways) == 1 and name not in within else None
        if came is None:
            return None
        found |= came
    return found


def values(run: Ledger, alias: str, one: Expression) -> Iterator[Any]:
    """What an expression is for each record of a dataset set aside, in their order."""
    for record in run.world.held.get(run.datasets[alias], ()):
        row = {f"{other}.{name}": None for other, dataset in run.datasets.items() for name in COLUMNS[dataset]}
        for name, kind in COLUMNS[run.datasets[alias]].items():
            value = record.get(name)
            row[f"{alias}.{name}"] = None if value is None else _READ[kind](value)
        yield _of(run, one, row)


def _of(run: Ledger, one: Expression, row: Mapping[str, Any]) -> Any:
    computed = {name: _of(run, next(iter(run.derived[name].values())), row) for name in one.names if "." not in name}
    return one.of({**row, **computed})
