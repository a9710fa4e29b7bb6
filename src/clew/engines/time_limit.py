"""A limit on how long a plan may run: no rule, however it was written, holds the warehouse for good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import duckdb

LONGEST = 3600.0
"""Seconds a rule may run where the settings say nothing."""


@contextmanager
def time_limit(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what the connection is doing after ``seconds``: it then raises :class:`duckdb.InterruptException`."""
    timer = Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
