"""The warehouse: one DuckDB file, its own tables, and transactions that hold a step and its ledger row together.

One process writes, or many read: DuckDB's file lock is the truth about who is working.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from clew.ledgers import SCHEMA
from clew.settings import WAREHOUSE, Settings

_DAMAGED = ("Corrupt database file", "not a valid DuckDB database file", "sqlite_scanner")
"""A file of SQLite is one that the engine would open with an extension."""


def open_warehouse(settings: Settings, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open (and on first use make) the warehouse, within the memory, thread and disk limits of the settings.

    Raises duckdb.IOException when another process holds the file, FileNotFoundError when reading before any run.
    """
    path = settings.warehouse_path
    if read_only and not path.exists():
        raise FileNotFoundError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(path), read_only=read_only, config=engine_config(settings))
    connection.execute("set enable_progress_bar = false")
    if not read_only:
        with transaction(connection):  # one wait for the disk instead of one for each table
            connection.execute(SCHEMA)
    return connection


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """A warehouse in memory that has received nothing, for what can be said before the first run."""
    connection = duckdb.connect(":memory:")
    connection.execute(SCHEMA)
    return connection


def is_damaged(fault: Exception) -> bool:
    """Whether an engine's error says that the warehouse file itself is broken, or is no warehouse at all."""
    return any(word in str(fault) for word in _DAMAGED) or (
        "Could not read enough bytes" in str(fault) and WAREHOUSE in str(fault)
    )


def engine_config(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """DuckDB options: bounded memory, threads and spill, and no extension ever fetched."""
    spill = Path(settings.state_dir) / "spill"
    return {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(spill),
        "max_temp_directory_size": settings.temp_limit,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
    }


def lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    """Close the engine to everything but its own file: no other file, no network, no change of options.

    For every connection that runs rules. Spilling to the temporary folder goes on working.
    """
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: commits at the end of the block, rolls back on any exception."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows of equal length in one statement, which each row of ``executemany`` costs again; none is no work."""
    if rows:
        places = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
        values = [value for row in rows for value in row]
        connection.execute(f"insert into {table} values {places}", values)  # noqa: S608 - fixed text
