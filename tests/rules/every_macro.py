"""All of Clew's own functions on one connection; a plan defines those that it calls."""

from __future__ import annotations

import duckdb

from clew.engines.duckdb_functions import MACROS
from clew.engines.macros import Macros


def define_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Define every function of values."""
    Macros(connection).define(f"clew_{head}" for head in MACROS)
