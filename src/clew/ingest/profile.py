"""The profile of a delivery: per column how many values are missing, how many differ, and their shape; kept.

One statement reads the loaded rows. A large delivery is profiled on blocks of rows spread evenly over the file,
chosen by row number alone, so that the same file has the same profile. Nothing of a column that says something about
a person is kept except counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from clew.contracts.literal import quoted
from clew.contracts.model import Column
from clew.ingest.delivery import Delivery
from clew.ingest.shape import Shape, bucket, folded

EXACT = 16_384
"""Up to so many rows are all profiled."""
_BLOCK, _FEWEST, _MOST, _APART = 2_048, 8, 64, 250_000
"""Beyond: blocks of so many rows, at least and at most so many blocks, else one in so many rows."""


@dataclass(frozen=True)
class ColumnProfile:
    """One column: of ``sampled`` rows ``nulls`` have no value, and the others hold ``distinct`` different ones."""

    column: str
    sampled: int
    nulls: int
    distinct: int
    shape: Shape

    @property
    def null_share(self) -> float:
        """Share of rows without a value."""
        return self.nulls / self.sampled if self.sampled else 0.0

    @property
    def distinct_share(self) -> float:
        """Different values to values."""
        return self.distinct / (self.sampled - self.nulls) if self.sampled > self.nulls else 0.0


def take_profile(con: duckdb.DuckDBPyConnection, delivery: Delivery, rows: int) -> tuple[ColumnProfile, ...]:
    """Measure the loaded rows of a delivery and keep the result in ``clew.profile``; ``rows`` is how many it read."""
    contract, batch = delivery.contract, delivery.batch
    buckets = {column.name: found for column in contract.columns if (found := bucket(column))}
    terms = ["count(*)"]
    for name in contract.names:
        shape = f"histogram({buckets[name]})::json::varchar" if name in buckets else "null"
        terms += [f"count({quoted(name)})", f"count(distinct {quoted(name)})", shape]
    found = con.execute(
        f"select {', '.join(terms)} from data.{quoted(contract.dataset)} where _batch = ?{_sample(rows)}", [batch]
    ).fetchall()[0]
    profiles = tuple(
        _column(column, found[0], found[1 + 3 * at : 4 + 3 * at]) for at, column in enumerate(contract.columns)
    )
    kept: list[object] = [
        value
        for one in profiles
        for value in (batch, contract.dataset, one.column, one.sampled, one.nulls, one.distinct, json.dumps(one.shape))
    ]
    rows_of = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(profiles))
    con.execute(f"insert into clew.profile values {rows_of}", kept)
    return profiles


def read_profiles(
    con: duckdb.DuckDBPyConnection, dataset: str, batches: list[int]
) -> Mapping[int, Mapping[str, ColumnProfile]]:
    """The kept profiles of some deliveries: batch -> column -> profile."""
    rows = con.execute(
        """select batch, column_name, sampled, nulls, distinct_values, shape::varchar from clew.profile
        where dataset = ? and list_contains(?::integer[], batch) order by batch, column_name""",
        [dataset, batches],
    ).fetchall()
    found: dict[int, dict[str, ColumnProfile]] = {}
    for batch, column, sampled, nulls, distinct, shape in rows:
        found.setdefault(batch, {})[column] = ColumnProfile(column, sampled, nulls, distinct, json.loads(shape))
    return found


def _column(column: Column, sampled: int, found: tuple[int, int, str | None]) -> ColumnProfile:
    values, distinct, shape = found
    return ColumnProfile(
        column.name, sampled, sampled - values, distinct, folded(column, json.loads(shape)) if shape else {}
    )


def _sample(rows: int) -> str:
    """SQL that keeps the rows to look at; empty for all."""
    if rows <= EXACT:
        return ""
    blocks = min(max(rows // _APART, _FEWEST), _MOST)
    return f" and _row % {rows // blocks} < {_BLOCK}"
