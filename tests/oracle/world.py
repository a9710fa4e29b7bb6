"""Small data for the oracle: tables, certificates and records set aside, as Python values and as an engine's source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from clew.completeness.doubt import Doubted
from clew.engine import Coverage
from clew.engines.duckdb import DuckDBEngine
from clew.engines.in_memory import database_in_memory
from clew.engines.sources import Source, Sources
from clew.plan import Type
from tests.verbs.datasets import VERBS
from tests.verbs.running import set_aside

KINDS = {
    Type.TEXT: "text",
    Type.INTEGER: "int",
    Type.DECIMAL: "money",
    Type.BOOLEAN: "flag",
    Type.DATE: "date",
    Type.TIMESTAMP: "moment",
}
_SQL = {
    "text": "varchar", "int": "bigint", "money": "decimal(18, 2)", "flag": "boolean", "date": "date",
    "moment": "timestamp",
}  # fmt: skip
COLUMNS: Mapping[str, Mapping[str, str]] = {
    name: {one.name: KINDS[one.type] for one in contract.columns if one.type in KINDS}
    for name, contract in VERBS.contracts.items()
}
"""Dataset -> column -> kind."""
EVENT = {name: contract.event_column for name, contract in VERBS.contracts.items()}
HAS_REGION = {name for name, contract in VERBS.contracts.items() if contract.region_column}


@dataclass(frozen=True)
class World:
    """What the warehouse holds on ``as_of``. Rows are numbered from 1 in their order; a missing cell is NULL."""

    as_of: date
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    certificates: Sequence[Coverage] = ()
    doubts: Sequence[Doubted] = ()
    held: Mapping[str, Sequence[Mapping[str, str | None]]] = field(default_factory=dict)

    def rows(self, dataset: str) -> list[tuple[int, dict[str, Any]]]:
        """Number and values of each row dated up to ``as_of``; an undated row is there."""
        event = EVENT[dataset]
        found = []
        for number, row in enumerate(self.tables.get(dataset, ()), start=1):
            day = row.get(event) if event else None
            if day is None or day <= self.as_of:
                found.append((number, {name: row.get(name) for name in COLUMNS[dataset]}))
        return found

    def is_certified(self, dataset: str, region: str, day: date) -> bool:
        """Certified for the region or a larger one, and not in doubt for it, a larger one or a part of it."""
        if day > self.as_of or any(
            one.dataset == dataset
            and (region.startswith(one.region) or one.region.startswith(region))
            and one.start <= day < one.end
            for one in self.doubts
        ):
            return False
        return any(
            one.dataset == dataset and region.startswith(one.region) and one.start <= day < one.end
            for one in self.certificates
        )

    def is_complete(self, dataset: str, region: str, first: date, last: date) -> bool:
        """Whether every day from the first to the last is certified; no day at all never is."""
        days = range((last - first).days + 1)
        return bool(days) and all(self.is_certified(dataset, region, first + timedelta(days=n)) for n in days)

    def last_certified(self, dataset: str, region: str, day: date) -> date:
        """The last day certified without a gap from ``day`` on."""
        while self.is_certified(dataset, region, day + timedelta(days=1)):
            day += timedelta(days=1)
        return day

    def has_list(self, dataset: str, region: str) -> bool:
        """Whether any day at all is certified."""
        edges = {one.start for one in self.certificates} | {one.end for one in self.doubts}
        return any(self.is_certified(dataset, region, day) for day in edges)

    def is_set_aside(self, dataset: str, key: Mapping[str, Any]) -> bool:
        """Whether a record set aside may have this key: a part equals, and no other part differs."""
        for record in self.held.get(dataset, ()):
            parts = [None if record.get(name) is None else record[name] == str(value) for name, value in key.items()]
            if True in parts and False not in parts:
                return True
        return False

    def engine(self) -> DuckDBEngine:
        """The same data for the engine under test."""
        connection, macros = database_in_memory()
        connection.execute("create schema data")
        sources = {}
        for name, columns in COLUMNS.items():
            typed = ", ".join(f'"{one}" {_SQL[kind]}' for one, kind in columns.items())
            connection.execute(f"create table data.{name} ({typed}, _batch integer, _file varchar, _row bigint)")
            rows = [[*map(row.get, columns), number] for number, row in enumerate(self.tables.get(name, ()), start=1)]
            line = f"({', '.join('?' * len(columns))}, 1, 'f', ?)"
            if rows:
                every = ", ".join([line] * len(rows))
                connection.execute(f"insert into data.{name} values {every}", [cell for row in rows for cell in row])
            sources[name] = Source(f"data.{name}", frozenset(columns))
        engine = DuckDBEngine(
            connection, Sources(sources, tuple(self.certificates), doubts=tuple(self.doubts)), macros=macros
        )
        set_aside(engine, self.held)
        return engine
