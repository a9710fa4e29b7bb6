"""Databases in memory, all in one engine: to start an engine takes as long as a small trial runs."""

from __future__ import annotations

from collections import deque
from functools import cache
from itertools import count
from weakref import finalize

import duckdb

from clew.engines.macros import Macros
from clew.warehouse import lock_down

_numbers = count(1)
_left: deque[str] = deque()
"""Databases whose connection is gone. They are let go at the next call: a finalizer may run amid any statement."""


@cache
def _engine() -> tuple[duckdb.DuckDBPyConnection, Macros]:
    connection = duckdb.connect(":memory:", config={"threads": 1, "python_enable_replacements": False})
    lock_down(connection)
    return connection, Macros(connection, shared=True)


def database_in_memory() -> tuple[duckdb.DuckDBPyConnection, Macros]:
    """The only connection to a new, empty database, and the macros that all of these databases share.

    Locked down: no file, no network, no change of options. The database goes when its connection does.
    """
    engine, macros = _engine()
    while _left:
        engine.execute(f"detach {_left.popleft()}")
    name = f"memory_{next(_numbers)}"
    connection = engine.cursor()
    connection.execute(f"attach ':memory:' as {name}; set search_path = '{name},memory'")
    finalize(connection, _left.append, name)
    return connection, macros
