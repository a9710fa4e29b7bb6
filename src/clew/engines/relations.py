"""The relations of a plan that runs: rows that are read again are kept, what streams is written into what reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from clew.contracts.literal import quoted


class Relations:
    """Relations on one connection, which queries read by their names. Nothing is written to its database.

    One that streams is no view of the engine: to make, bind and drop a view takes longer than most trials run, and a
    long plan would bind each anew for every one that follows.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._streams: dict[str, str] = {}
        self._kept: list[str] = []

    def stream(self, name: str, query: str) -> None:
        """Add a relation whose rows are read wherever it is named."""
        self._streams[name] = query

    def keep(self, name: str, query: str) -> None:
        """Add a relation whose rows are worked out now; raises :class:`duckdb.Error`."""
        self._connection.execute(f"create temp table {quoted(name)} as {self._written_out(query)}")
        self._kept.append(name)

    def table(self, query: str, bound: Mapping[str, Any] | None = None) -> pa.Table:
        """What a query over the relations gives, as Arrow."""
        return self._connection.sql(self._written_out(query), params=bound).to_arrow_table()

    def execute(self, query: str, bound: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run a query over the relations."""
        return self._connection.execute(self._written_out(query), bound)

    def explain(self, query: str) -> str:
        """How the engine would run a query over the relations, as JSON."""
        told = self._connection.execute(f"explain (format json) {self._written_out(query)}").fetchall()
        return str(told[0][1])

    def columns(self, name: str) -> list[str]:
        """The columns of a relation, in their order."""
        described = self.execute(f"select * from {quoted(name)} limit 0").description  # noqa: S608 - quoted
        return [str(one[0]) for one in described or ()]

    def drop(self) -> None:
        """Let go of what was kept."""
        self._connection.execute("; ".join(f"drop table temp.{quoted(name)}" for name in self._kept))

    def _written_out(self, query: str) -> str:
        """The query with the relations that it names, and those that they name. A name in a literal does no harm."""
        named: list[str] = []
        seen = query
        for name, of_name in reversed(self._streams.items()):
            if quoted(name) in seen:
                named.append(f"{quoted(name)} as not materialized ({of_name})")
                seen += of_name
        if not named:
            return query
        recursive = query.startswith("WITH")
        return f"with {', '.join(reversed(named))} {f'from ({query})' if recursive else query}"
