"""The log of a run: overheard while it is written, and handed in before the server goes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogHandler

SECONDS = 10.0


@contextmanager
def overheard(progress: Callable[[str], None]) -> Iterator[None]:
    """Pass on what the stages write into their tasks' logs; Prefect's own lines are not for a person's screen."""

    class Overheard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if hasattr(record, "stage"):
                progress(record.getMessage())

    tasks, handler = logging.getLogger("prefect.task_runs"), Overheard()
    tasks.addHandler(handler)
    try:
        yield
    finally:
        tasks.removeHandler(handler)


def hand_in() -> None:
    """Send the server what Prefect still holds of logs and events.

    Otherwise it tries to do so when the process ends, for a minute, at a server that is no longer there.
    """
    APILogHandler().flush()
    EventsWorker.drain_all(timeout=SECONDS)
