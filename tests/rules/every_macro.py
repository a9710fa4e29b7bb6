"""All of Clew's own functions on one connection; a plan defines those that it calls."""

from __future__ import annotations

import duckdb

from clew.engines.duckdb_functions import MACROS
from clew.engines.macros import define


def define_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Define every function of values."""
    define(connection, (head.partition("(")[0] for head in MACROS))
