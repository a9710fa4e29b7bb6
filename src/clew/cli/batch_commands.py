"""batches, verify and replay: what was handed over, that it still is what was sealed, and that it comes out again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(batches)
    app.command()(verify)
    app.command()(replay)


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


def replay(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="A batch as clew batches lists it, or its folder.")],
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Work out a sealed batch again from its manifest, and compare.

    Over the deliveries its screening saw; what came in since does not matter. Says IDENTICAL, or
    shows the first difference.

    \b
    Examples:
      clew replay 2026-06-30-22a95a4fb538/public_interest
      clew replay var/batches/2026-06-30-22a95a4fb538/public_interest --json
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.delivery.batch import sealed_batches
    from clew.replay.run import replay as work_out_again

    settings = find_settings(project)
    content = open_project(settings)
    with warehouse(settings) as connection:
        known = {one.batch_id: one for one in sealed_batches(connection, settings)}
    sealed = known.get(batch) or next(
        (one for one in known.values() if one.path.resolve() == Path(batch).resolve()), None
    )
    if sealed is None:
        raise CommandError(Exit.USAGE, f"there is no sealed batch '{batch}'", "list them with: clew batches")
    with console.progress(f"replaying {sealed.batch_id}"):
        found = work_out_again(content, sealed.path, sealed.manifest_sha256)
    if json:
        console.print_json(asdict(found) | {"identical": found.identical})
    else:
        for note in found.notes:
            console.say(f"note: {note}")
        verdict = f"IDENTICAL: {found.clues} clues, {found.evidence} rows of evidence" if found.identical else ""
        console.say(f"{sealed.batch_id}: {verdict or f'DIFFERENT: {found.difference}'}")
    if not found.identical:
        raise typer.Exit(int(Exit.PROBLEMS))
