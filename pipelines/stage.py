"""What is the same for every stage of the night: when to try again, what to tell, and what never to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
from prefect import State, Task, get_run_logger
from prefect.client.schemas.objects import TaskRun

from clew.cli.crash import save_report
from clew.problems import ProblemError

RETRY_SECONDS: list[float] = [15, 30, 60, 120, 300, 600, 600, 600]
"""Waits while another process writes: three quarters of an hour in all, the first ones short."""

TELLABLE = (ProblemError, OSError, duckdb.IOException, duckdb.OutOfMemoryException)
"""Failures whose messages speak of files and content, never of a row."""


class StageError(Exception):
    """A stage failed in a way nobody foresaw; the message names the fault and its report, and no data."""


async def busy(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a task failed only because another process holds the warehouse."""
    fault = await state.aresult(raise_on_failure=False)
    return isinstance(fault, duckdb.IOException) and "lock" in str(fault).lower()


@contextmanager
def told(stage: str) -> Iterator[Callable[[str], None]]:
    """Run one stage; yields where to say how it goes: the task's log.

    Prefect keeps exceptions in clear, messages in its database and pickles beside it, and one that nobody foresaw
    may quote a person's row. So it is replaced by a StageError; where the fault happened goes into a report of its
    own, without messages or values.
    """
    try:
        log = get_run_logger()
        yield lambda said: log.info(said, extra={"stage": stage})
    except TELLABLE:
        raise
    except Exception as fault:
        report = save_report(fault, stage)
        raise StageError(f"{stage}: {type(fault).__name__}; where it happened: {report}") from None
