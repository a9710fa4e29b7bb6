"""The project a flow works on, and which failures are worth another try."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from prefect import State, Task
from prefect.client.schemas.objects import TaskRun

from clew.problems import Problems
from clew.project import Project, read_project
from clew.settings import Settings


def open_project(folder: Path) -> Project:
    """Read the project in ``folder``; raises ProblemError with every error in it."""
    problems = Problems()
    project = read_project(Settings(project=folder), problems)
    problems.raise_errors()
    return project


async def busy(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a task failed only because another process holds the warehouse."""
    return isinstance(await state.aresult(raise_on_failure=False), duckdb.IOException)
