"""The profile of a delivery: per column how many values are missing, how many differ, and their shape; kept.

Two statements read the loaded rows. A large delivery is profiled on blocks of rows spread evenly over the file,
chosen by row number alone, so that the same file has the same profile. Nothing of a column that says something about
a person is kept except counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Contract
from clew.ingest.land.delivery import Delivery
from clew.ingest.observe.shape import Shape, bucket, folded
from clew.warehouse import insert_rows

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
    relation = f"from data.{quoted(contract.dataset)} where _batch = ?{_sample(rows)}"
    counts = ", ".join(f"count({quoted(name)}), count(distinct {quoted(name)})" for name in contract.names)
    sampled, *found = con.execute(f"select count(*), {counts} {relation}", [batch]).fetchall()[0]
    shapes = _shapes(con, contract, relation, batch)
    profiles = tuple(
        ColumnProfile(column.name, sampled, sampled - values, distinct, folded(column, shapes.get(column.name, {})))
        for column, values, distinct in zip(contract.columns, found[::2], found[1::2], strict=True)
    )
    insert_rows(
        con,
        "clew.profile",
        [
            [batch, contract.dataset, one.column, one.sampled, one.nulls, one.distinct, json.dumps(one.shape)]
            for one in profiles
        ],
    )
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


def _shapes(con: duckdb.DuckDBPyConnection, contract: Contract, relation: str, batch: int) -> Mapping[str, Shape]:
    """Rows per bucket of every column that may have a shape; keys have none, their values never repeat."""
    keys = contract.primary_key if len(contract.primary_key) == 1 else ()
    columns = [column for column in contract.columns if not column.unique and column.name not in keys]
    buckets = {column.name: found for column in columns if (found := bucket(column))}
    if not buckets:
        return {}
    names = ", ".join(text_literal(name) for name in buckets)
    # One hash aggregation over all columns: a histogram() for each costs several times as much.
    rows = con.execute(
        f"""select name, bucket, count(*) from (
            select unnest([{names}]) as name, unnest([{", ".join(buckets.values())}]) as bucket {relation})
        where bucket is not null group by all""",
        [batch],
    ).fetchall()
    shapes: dict[str, dict[str, int]] = {}
    for name, one, count in rows:
        shapes.setdefault(name, {})[one] = count
    return shapes


def _sample(rows: int) -> str:
    """SQL that keeps the rows to look at; empty for all."""
    if rows <= EXACT:
        return ""
    blocks = min(max(rows // _APART, _FEWEST), _MOST)
    return f" and _row % {rows // blocks} < {_BLOCK}"
