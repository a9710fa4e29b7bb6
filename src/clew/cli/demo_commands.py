"""demo-data: a province to try things on, with the truth of what was planted in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("demo-data")(demo_data)


def demo_data(
    folder: Annotated[
        Path | None, typer.Argument(help="Gets drop/ and truth.csv. Default: the project's state folder.")
    ] = None,
    persons: Annotated[
        int, typer.Option("--persons", min=2_000, max=50_000_000, help="How many people live in the province.")
    ] = 200_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")] = 20260630,
    project: options.Project = None,
) -> None:
    """Make a fictional province's data.

    Messy as real deliveries are, with planted wrongs and near-misses. The files go to drop/ in the folder; truth.csv
    says what must be found, what must not, and what cannot be decided. An earlier demo in the folder is replaced;
    any other drop folder is left alone.

    \b
    Examples:
      clew demo-data
      clew demo-data /tmp/province --persons 20000 --seed 7
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project
    from clew.demo.generate import TRUTH_FILE, generate

    settings = find_settings(project)
    target = folder or settings.state_dir
    drop = target / "drop"
    if drop.is_dir() and any(drop.iterdir()) and not (target / TRUTH_FILE).is_file():
        raise CommandError(
            Exit.USAGE,
            f"{drop} holds files that are no demo; nothing was changed",
            "name another folder: clew demo-data DIR",
        )
    with console.progress(f"making a province of {persons} people") as progress:
        truth = generate(target, persons, seed, progress, catalogue=open_project(settings).catalogue)
    console.say(f"{len(truth.rows)} planted facts in {target / TRUTH_FILE}; the files are in {drop}")
    console.say("Next: clew run --as-of 2026-06-30")
