"""check and lock: what is wrong in contracts, laws, rules and models, all of it at once."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit

if TYPE_CHECKING:
    from clew.checking.run import Checked
    from clew.problems import Problem
    from clew.settings import Settings

MOST_ROUNDS = 10
"""A mended file may show what was hidden behind its first fault; this many times it is looked at again."""


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(check)
    app.command()(lock)


class Format(StrEnum):
    """How the problems are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders to report on. Default: everything.")
    ] = None,
    project: options.Project = None,
    lock: Annotated[bool, typer.Option("--lock", help="Also rewrite rules/rules.lock.json when all is well.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what has one mend, and show each change.")] = False,
    format: Annotated[Format, typer.Option("--format", help="How the problems are written.")] = Format.TEXT,
    json: options.Json = False,
) -> None:
    """Check contracts, laws, rules and models.

    Every problem at once, with file, line, column and what mends it; the rule lock is checked too.

    \b
    Examples:
      clew check
      clew check rules/benefit/paid_after_death.yml
      clew check --fix
      clew check --format sarif
    """
    from clew.checking.run import LOCK, check_project
    from clew.cli.content import reported
    from clew.cli.opening import find_settings
    from clew.problems import Severity
    from clew.rules.lock import write_lock

    settings, format = find_settings(project), Format.JSON if json else format
    checked = check_project(settings, today=date.today(), with_lock=not lock)
    found = reported(checked.problems, settings, paths or [])
    if fix and _mended(settings, paths or [], found, show=format is Format.TEXT):
        checked = check_project(settings, today=date.today(), with_lock=not lock)
        found = reported(checked.problems, settings, paths or [])
    if lock and not checked.problems.errors:
        write_lock(settings.project / LOCK, checked.entries)
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    _print(checked, found, len(errors), format)
    if errors:
        raise typer.Exit(int(Exit.PROBLEMS))


def _mended(settings: Settings, paths: list[Path], found: list[Problem], *, show: bool) -> bool:
    """Mend, look again, and mend what came to light, until nothing is left to mend; whether anything was."""
    from clew.checking.run import check_project
    from clew.cli.console import say, tell
    from clew.cli.content import reported
    from clew.cli.mending import difference, mend

    first: dict[Path, str] = {}
    for _ in range(MOST_ROUNDS):
        before = mend(found)
        if not before:
            break
        first = before | first
        found = reported(check_project(settings, today=date.today(), with_lock=False).problems, settings, paths)
    for path, text in sorted(first.items()):
        (say if show else tell)(difference(path, text))
    return bool(first)


def lock(project: options.Project = None) -> None:
    """Rewrite the lock of the rules' logic.

    rules/rules.lock.json makes any change of what a rule decides visible in review; the same as check --lock.

    \b
    Example:
      clew lock
    """
    check(None, project, lock=True)


def _print(checked: Checked, found: list[Problem], errors: int, format: Format) -> None:
    from clew.cli import console

    match format:
        case Format.TEXT:
            from clew.cli.behind_lock import told_once

            console.print_problems(told_once(found))
            console.say(_summary(checked, errors, len(found) - errors))
        case Format.JSON:
            console.print_json(_document(checked, found))
        case Format.SARIF:
            from clew.cli.sarif import sarif

            console.print_json(sarif(found))
        case Format.GITHUB:
            from clew.cli.annotations import annotation

            for problem in found:
                console.say(annotation(problem))


def _summary(checked: Checked, errors: int, warnings: int) -> str:
    counts = f"{checked.contracts} contracts, {checked.laws} laws, {checked.rules} rules, {checked.models} models"
    return f"{errors} errors, {warnings} warnings. Read: {counts}."


def _document(checked: Checked, found: list[Problem]) -> dict[str, object]:
    return {
        "problems": [problem.as_dict() for problem in found],
        "contracts": checked.contracts,
        "laws": checked.laws,
        "rules": checked.rules,
        "models": checked.models,
    }
