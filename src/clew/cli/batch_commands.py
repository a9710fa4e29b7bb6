"""batches and verify: what was handed over, and that it still is what was sealed."""

from __future__ import annotations

from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(batches)
    app.command()(verify)


def batches(
    project: options.Project = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Only this receiving unit's.")] = None,
    json: options.Json = False,
) -> None:
    """List the sealed clue batches.

    The newest screening first, with the place of each workbook.

    \b
    Examples:
      clew batches
      clew batches --unit public_interest --json
    """
    from clew.cli import console
    from clew.cli.opening import find_settings, warehouse
    from clew.cli.vocabulary import insist
    from clew.delivery import words
    from clew.delivery.batch import sealed_batches

    settings = find_settings(project)
    with warehouse(settings) as connection:
        insist(settings, connection, unit=unit)
        found = [batch for batch in sealed_batches(connection, settings) if unit in (None, batch.unit)]
    if json:
        console.print_json(
            [
                {
                    "batch_id": batch.batch_id,
                    "screening_id": batch.screening_id,
                    "unit": batch.unit,
                    "clues": batch.clues,
                    "folder": str(batch.path),
                    "workbook": str(batch.workbook),
                    "manifest_sha256": batch.manifest_sha256,
                }
                for batch in found
            ]
        )
        return
    if not found:
        console.say("No batch has been sealed" + (f" for {unit}." if unit else "."))
        return
    rows = [
        (batch.screening_id, f"{words.unit(batch.unit)} {batch.unit}", batch.clues, batch.workbook) for batch in found
    ]
    console.print_table(("screening", "unit", "clues", "workbook"), rows, right=(2,))


def verify(project: options.Project = None, json: options.Json = False) -> None:
    """Hash everything again and compare.

    Every received file and every sealed batch: a single changed byte is found and its file named.

    \b
    Examples:
      clew verify
      clew verify --json
    """
    from clew.cli import console
    from clew.cli.opening import find_settings, warehouse
    from clew.delivery.verify import verify as verify_all
    from clew.problems import Problems

    settings, problems = find_settings(project), Problems()
    with warehouse(settings) as connection, console.progress("hashing"):
        done = verify_all(connection, settings, problems)
    if json:
        console.print_json(
            {
                "sources": done.sources,
                "batches": done.batches,
                "problems": [problem.as_dict() for problem in problems],
            }
        )
    else:
        console.print_problems(problems)
        console.say(f"{done.sources} source files and {done.batches} batches hashed; {len(problems)} problems.")
    if problems.errors:
        raise typer.Exit(int(Exit.PROBLEMS))
