"""Rows of text as a Parquet file, written row group by row group: memory holds one group, whatever the table's size."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS, GROUP_BYTES = 50_000, 64 * 1024 * 1024


def write_parquet(
    path: Path, names: Sequence[str], batches: Iterable[pa.RecordBatch], counted: Callable[[int], None]
) -> int:
    """Write batches of text columns, by position named ``names``; flushed to disk. Returns how many rows.

    ``counted`` hears the rows so far. The same rows in the same order give the same bytes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.string()) for name in names])
    rows = 0
    with path.open("wb") as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for group in _groups(batches, schema):
                writer.write_table(group, row_group_size=max(group.num_rows, 1))
                rows += group.num_rows
                counted(rows)
        file.flush()
        os.fsync(file.fileno())
    return rows


def _groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables of GROUP_ROWS rows, fewer at the end or where their bytes reach GROUP_BYTES."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    for batch in batches:
        left = pa.RecordBatch.from_arrays(batch.columns, schema=schema)
        while left.num_rows:
            room = GROUP_ROWS - sum(one.num_rows for one in held)
            held.append(left.slice(0, room))
            left = left.slice(room)
            if held[-1].num_rows == room or sum(one.nbytes for one in held) >= GROUP_BYTES:
                yield pa.Table.from_batches(held)
                held = []
    if held:
        yield pa.Table.from_batches(held)
