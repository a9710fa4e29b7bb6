"""check and lock: what is wrong in contracts, laws, rules and models, all of it at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit

if TYPE_CHECKING:
    from clew.problems import Problem
    from clew.project import Project


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(check)
    app.command()(lock)


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders to report on. Default: everything.")
    ] = None,
    project: options.Project = None,
    lock: Annotated[bool, typer.Option("--lock", help="Also rewrite rules/rules.lock.json when all is well.")] = False,
    json: options.Json = False,
) -> None:
    """Check contracts, laws, rules and models.

    Every problem at once, with file, line, column and what mends it; the rule lock is checked too.

    \b
    Examples:
      clew check
      clew check rules/benefit/paid_after_death.yml
      clew check models --json
    """
    from clew.cli import console
    from clew.cli.content import check_content, reported, write_lock
    from clew.cli.opening import find_settings, read_whole_project
    from clew.problems import Problems, Severity

    settings, problems = find_settings(project), Problems()
    content = read_whole_project(settings, problems)
    check_content(content, problems, today=date.today(), with_lock=not lock)
    found = reported(problems, settings, paths or [])
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    if lock and not problems.errors:
        write_lock(content)
    if json:
        console.print_json(_document(content, found))
    else:
        console.print_problems(found)
        console.say(_summary(content, len(errors), len(found) - len(errors)))
    if errors:
        raise typer.Exit(int(Exit.PROBLEMS))


def lock(project: options.Project = None) -> None:
    """Rewrite the lock of the rules' logic.

    rules/rules.lock.json makes any change of what a rule decides visible in review; the same as check --lock.

    \b
    Example:
      clew lock
    """
    check(None, project, lock=True, json=False)


def _summary(content: Project, errors: int, warnings: int) -> str:
    counts = (
        f"{len(content.catalogue.contracts)} contracts, {len(content.laws.laws)} laws,"
        f" {len(content.library.rules)} rules, {len(content.models.models)} models"
    )
    return f"{errors} errors, {warnings} warnings. Read: {counts}."


def _document(content: Project, found: list[Problem]) -> dict[str, object]:
    return {
        "problems": [problem.as_dict() for problem in found],
        "contracts": len(content.catalogue.contracts),
        "laws": len(content.laws.laws),
        "rules": len(content.library.rules),
        "models": len(content.models.models),
    }
