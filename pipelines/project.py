"""The project a flow works on. Imports no Prefect: the demo reads it before there is a server."""

from __future__ import annotations

from pathlib import Path

from clew.problems import Problems
from clew.project import Project, read_project
from clew.settings import Settings


def open_project(folder: Path) -> Project:
    """Read the project in ``folder``; raises ProblemError with every error in it."""
    problems = Problems()
    project = read_project(Settings(project=folder), problems)
    problems.raise_errors()
    return project
