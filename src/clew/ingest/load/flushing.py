"""Flushing: what a large load writes goes to the disk while it runs, so that its commit has little to wait for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

LARGE = 64 * 1024 * 1024
"""Bytes of a delivery below which its load ends sooner than a flush is worth."""
BETWEEN = 0.5
"""Seconds between two flushes."""


@contextmanager
def flushed_meanwhile(warehouse: Path, size: int) -> Iterator[None]:
    """Flush the warehouse's file now and then while a delivery of ``size`` bytes is loaded."""
    if size < LARGE or not warehouse.exists():
        yield
        return
    ended = Event()
    with ThreadPoolExecutor(1) as flusher:
        flusher.submit(_flush, warehouse, ended)
        try:
            yield
        finally:
            ended.set()


def _flush(warehouse: Path, ended: Event) -> None:
    # A disk that fails is told by the engine, which flushes once more as it commits.
    with suppress(OSError), warehouse.open("rb") as file:
        while not ended.wait(BETWEEN):
            os.fsync(file.fileno())
