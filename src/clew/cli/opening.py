"""Finding and reading the project and its warehouse for a command."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from clew.cli.exits import Exit
from clew.cli.failures import CommandError
from clew.project_folders import FOLDERS

if TYPE_CHECKING:
    import duckdb

    from clew.problems import Problems
    from clew.project import Project
    from clew.rules.model import Rule
    from clew.settings import Settings
    from clew.supervision.model import Model


def find_settings(project: Path | None, **overrides: str | None) -> Settings:
    """The settings of the project named, or of CLEW_PROJECT, or of the nearest project folder upward from here.

    Raises :class:`CommandError` when there is none. Overrides that are None leave the settings as they are.
    """
    from clew.settings import Settings

    folder = project or (Path(os.environ["CLEW_PROJECT"]) if os.environ.get("CLEW_PROJECT") else _upward(Path.cwd()))
    if folder is None:
        raise CommandError(
            Exit.USAGE,
            f"there is no Clew project in {Path.cwd()} or above it (a folder with {', '.join(FOLDERS)})",
            "name it with --project DIR, or make one with: clew init DIR",
        )
    if not folder.is_dir():
        raise CommandError(Exit.USAGE, f"the project folder {folder} does not exist", "make one with: clew init DIR")
    given = {name: value for name, value in overrides.items() if value is not None}
    return Settings(project=folder, **given)


def read_whole_project(settings: Settings, problems: Problems) -> Project:
    """The project's content; its problems are added to ``problems``."""
    from clew.project import read_project

    return read_project(settings, problems)


def open_project(settings: Settings) -> Project:
    """The project's content, or ProblemError with every error in it."""
    from clew.problems import Problems

    problems = Problems()
    project = read_whole_project(settings, problems)
    problems.raise_errors()
    return project


def open_named(settings: Settings, names: Sequence[str]) -> tuple[Project, list[Rule], list[Model]]:
    """The project and what is named of it (:func:`clew.cli.content.chosen`), read no further than that needs.

    Raises ProblemError where what is read has errors, CommandError for a name that is nothing's.
    """
    from clew.cli.content import chosen
    from clew.project import project_on_demand

    project = project_on_demand(settings) if names else open_project(settings)
    return project, *chosen(project, names)


def open_rule(settings: Settings, name: str) -> tuple[Project, Rule]:
    """One rule by id or file, and the project it stands in, read no further than the rule needs.

    Raises ProblemError where what is read has errors, CommandError where there is no such rule.
    """
    from clew.cli.content import one_rule
    from clew.project import project_on_demand

    project = project_on_demand(settings)
    return project, one_rule(project, name)


@contextmanager
def warehouse(settings: Settings, *, write: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """An open warehouse; reading one that was never made raises FileNotFoundError."""
    from clew.warehouse import open_warehouse

    if write and not settings.warehouse_path.exists():
        raise FileNotFoundError(settings.warehouse_path)
    with closing(open_warehouse(settings, read_only=not write)) as connection:
        yield connection


@contextmanager
def warehouse_or_empty(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """An open warehouse to read; where none was made yet, one that has received nothing."""
    from clew.warehouse import empty_warehouse

    if settings.warehouse_path.exists():
        with warehouse(settings) as connection:
            yield connection
    else:
        with closing(empty_warehouse()) as connection:
            yield connection


def known_dataset(name: str | None, settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise CommandError for a dataset that neither has a contract nor ever received anything: nothing is not none."""
    from clew.contracts.catalogue import read_catalogue
    from clew.problems import Problems, did_you_mean

    if name is None:
        return
    known = set(read_catalogue(settings.project / "data_contracts", Problems()).contracts)
    known |= {str(row[0]) for row in connection.execute("select distinct dataset from clew.delivery").fetchall()}
    if name not in known:
        raise CommandError(Exit.USAGE, f"there is no dataset '{name}'", did_you_mean(name, sorted(known)))


def _upward(folder: Path) -> Path | None:
    candidates = (folder, *folder.parents)
    return next((path for path in candidates if all((path / name).is_dir() for name in FOLDERS)), None)
