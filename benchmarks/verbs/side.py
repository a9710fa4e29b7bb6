"""One side of a comparison in a process of its own, so that its memory and CPU time are its own."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

from benchmarks.verbs.case import Case
from clew.engine import Coverage
from clew.engines.duckdb import DuckDBEngine
from clew.engines.sources import Source, Sources


@dataclass(frozen=True)
class Took:
    """Seconds of one run by the clock and of the processor, and how many clues it found."""

    wall: float
    cpu: float
    clues: int


def serve(pipe: Connection, case: Case, path: Path, hand: bool, threads: int, memory: str) -> None:
    """Run once for each True received and answer with :class:`Took`; at False answer with the peak memory in MB."""
    connection = duckdb.connect(
        str(path), read_only=True, config={"threads": threads, "memory_limit": memory, "temp_directory": f"{path}.tmp"}
    )
    connection.execute("set enable_progress_bar = false")
    if hand:
        for name in case.tables:
            connection.execute(
                f"create temp view {name} as select * exclude (_row, _batch), "
                f"(cast(_batch as bigint) << 36) | _row as row from data.{name}"
            )
    sources = Sources(
        {name: Source(f"data.{name}", frozenset(table.columns)) for name, table in case.tables.items()},
        tuple(Coverage(name, "", date(1, 1, 1), date(2027, 1, 1)) for name in case.tables),
    )
    engine, plan = DuckDBEngine(connection, sources), case.plan()
    while pipe.recv():
        wall, cpu = time.perf_counter(), time.process_time()
        found = connection.sql(case.by_hand).to_arrow_table() if hand else engine.run(plan).clues
        pipe.send(Took(time.perf_counter() - wall, time.process_time() - cpu, found.num_rows))
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def make_data(case: Case, path: Path, rows: int) -> None:
    """The tables of a case in a file, as a delivery each."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema data")
        for batch, (name, table) in enumerate(case.tables.items(), start=1):
            count = max(1, int(rows * table.share))
            connection.execute(
                f"create table data.{name} as select {table.rows.format(n=rows)}, {batch} as _batch, i + 1 as _row "
                f"from range({count}) t(i)"
            )
