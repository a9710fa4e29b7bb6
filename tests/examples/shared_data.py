"""Data made elsewhere, beside the repository; a test that needs it says loudly when it is not there."""

from __future__ import annotations

import runpy
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from clew.ingest.report.report import IngestReport
from clew.night import receive, screen_all
from clew.problems import Problems
from clew.project import Project, read_project
from clew.screening.report import ScreeningReport
from clew.settings import Settings
from clew.warehouse import open_warehouse

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"


def shared(folder: str) -> Path:
    """The folder of that name, or a skip that names what was not tested."""
    found = SHARED / folder
    if not found.is_dir():
        pytest.skip(f"NOT TESTED: {folder} is not in {SHARED}")
    return found


def copy_of(example: str, folder: Path) -> Settings:
    """A copy of an example project with a state of its own."""
    project = folder / example
    shutil.copytree(ROOT / "examples" / example, project)
    return Settings(project=project, state=folder / "var")


def prepare(example: str, source: Path, settings: Settings) -> None:
    """The example's own script, on outside data, into the project's drop folder."""
    runpy.run_path(str(ROOT / "examples" / example / "prepare.py"))["prepare"](source, settings.drop_dir)


def opened(settings: Settings) -> Project:
    """The project, without a problem in it."""
    problems = Problems()
    project = read_project(settings, problems)
    assert [str(problem) for problem in problems.errors] == []
    return project


def worked(project: Project, as_of: date) -> tuple[IngestReport, ScreeningReport]:
    """What waits in the drop folder received, and every model run on it."""
    return receive(project, today=as_of), screen_all(project, as_of=as_of)


def flagged(settings: Settings, rule: str) -> set[str]:
    """The subjects of a rule's clues."""
    with closing(open_warehouse(settings, read_only=True)) as connection:
        return {row[0] for row in subjects(connection, rule)}


def subjects(connection: duckdb.DuckDBPyConnection, rule: str) -> list[tuple[str]]:
    """Rows of subjects."""
    return connection.execute(
        "select distinct subject from clew.clue join clew.signal using (clue_id) where rule = ?", [rule]
    ).fetchall()
