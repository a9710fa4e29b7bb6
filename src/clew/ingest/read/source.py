"""What a reader hands over: relations of text rows that know their row number and their own faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Contract
from clew.ingest.land.landed import Landed
from clew.ingest.land.sidecar import Sidecar
from clew.ingest.read.headers import Headers
from clew.problems import Problems

BATCH_ROWS = 50_000

FAULT, ROW = "~fault", "~row"


@dataclass(frozen=True)
class Request:
    """A landed file to read for a contract. ``shown`` is its path in messages; ``spill`` takes temporary files.

    What is packed may unpack to ``unpack_limit`` bytes, and to ``unpack_ratio`` times its size.
    """

    connection: duckdb.DuckDBPyConnection
    landed: Landed
    contract: Contract
    sidecar: Sidecar
    shown: str
    spill: Path
    threads: int
    unpack_limit: int = 20 * 1024**3
    unpack_ratio: int = 200


@dataclass(frozen=True)
class Part:
    """A sheet or an archive's member. Its own row n is the delivery's row ``first_row + n - 1``.

    ``rows`` counts the records read from it; None is all of the delivery.
    """

    name: str
    first_row: int
    rows: int | None = None


@dataclass(frozen=True)
class Source:
    """Text rows of one file, as one or more relations that may be read side by side, each once.

    ``relations`` are SELECT statements with the columns ``"~row"`` (BIGINT, from 1), ``"~fault"`` (why the row
    cannot be read as agreed, else NULL) and ``"<column>~0"`` (delivered text, NULL when empty) per contract column.
    ``fallback``, when not None, must be used instead if the engine refuses this source part-way. ``start``, when not
    None, is a relation of which the first rows can be looked at before. ``parts`` are the sheets or members the rows
    come from, in order; none for a plain file.
    """

    relations: tuple[str, ...]
    fallback: Callable[[], AbstractContextManager[Source | None]] | None = None
    start: str | None = None
    parts: tuple[Part, ...] = ()


Reader = Callable[[Request, Problems], AbstractContextManager[Source | None]]
"""Opens a source. Yields None after noting at least one error when the file as a whole cannot be read."""


def select(relation: str, headers: Headers, row: str, fault: str = "NULL::varchar", *, empty: bool = True) -> str:
    """A Source relation over ``relation``, whose delivered columns are named c0, c1, ... by position.

    ``empty`` says that it may hold empty texts, which become NULL.
    """
    cell = "nullif(c{0}, '')" if empty else "c{0}"
    columns = ", ".join(
        f"{_in_unit(cell.format(position), headers.units.get(name, ''))} as {quoted(f'{name}~0')}"
        for name, position in headers.positions.items()
    )
    return f"select {row} as {quoted(ROW)}, {fault} as {quoted(FAULT)}, {columns} from {relation}"


def _in_unit(text: str, unit: str) -> str:
    """A number with the unit of its heading behind it, as if each cell had said it."""
    if not unit:
        return text
    number = f"regexp_matches({text}, '[0-9.\uff10-\uff19\uff0e][\\s\u3000]*$')"
    return f"case when {number} then {text} || {text_literal(unit)} else {text} end"


@dataclass(frozen=True)
class Row:
    """One record as read: its number, its cells in the file's order, and why it cannot be trusted (or None)."""

    number: int
    cells: list[str | None]
    fault: str | None = None


def stream(rows: Iterable[Row], width: int) -> pa.RecordBatchReader:
    """Rows as Arrow batches of text columns c0.., ``~row`` and ``~fault``, made as they are asked for."""
    schema = pa.schema([(ROW, pa.int64()), (FAULT, pa.string()), *((f"c{i}", pa.string()) for i in range(width))])

    def batches() -> Iterator[pa.RecordBatch]:
        held: list[Row] = []
        for row in rows:
            held.append(row)
            if len(held) == BATCH_ROWS:
                yield _batch(held, width, schema)
                held = []
        if held:
            yield _batch(held, width, schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _batch(rows: list[Row], width: int, schema: pa.Schema) -> pa.RecordBatch:
    columns: list[list[str | None]] = [
        [row.cells[position] if position < len(row.cells) else None for row in rows] for position in range(width)
    ]
    arrays = [pa.array([row.number for row in rows], pa.int64()), pa.array([row.fault for row in rows], pa.string())]
    return pa.RecordBatch.from_arrays([*arrays, *(pa.array(column, pa.string()) for column in columns)], schema=schema)
