"""run and ingest: the night's work from the command line."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(run)
    app.command()(ingest)


def run(project: options.Project = None, as_of: options.Today = None, json: options.Json = False) -> None:
    """Do one night: receive, screen, deliver.

    Receive what waits in the drop folder, screen every model, seal the clue batches. Doing it again
    with the same files, rules and date changes nothing.

    \b
    Examples:
      clew run --as-of 2026-06-30
      clew run --project /data/office --json
    """
    from clew.cli import console, night_report
    from clew.cli.opening import find_settings
    from clew.night import night

    settings = find_settings(project)
    with console.progress("working through the night") as progress:
        report = night(settings, as_of=as_of or date.today(), progress=progress)
    if json:
        console.print_json(night_report.night_document(report))
    else:
        night_report.print_night(settings, report)
    if report.ingest.refused or report.screening.stopped:
        raise typer.Exit(int(Exit.REFUSED))


def ingest(
    project: options.Project = None,
    as_of: options.Today = None,
    rows: Annotated[bool, typer.Option("--rows", help="Say what became of each row that was not loaded.")] = False,
    json: options.Json = False,
) -> None:
    """Receive what waits in the drop folder.

    Each file is landed unchanged, checked against its contract and loaded. --as-of is the day of receipt of
    files whose letter (sidecar) gives none. A bad file is refused with its reasons and never stops the others.

    \b
    Examples:
      clew ingest
      clew ingest --as-of 2026-06-30 --json
      clew ingest --rows
    """
    from clew.cli import console, night_report, row_report
    from clew.cli.opening import find_settings, open_project
    from clew.night import receive

    settings = find_settings(project)
    with console.progress("receiving") as progress:
        found = open_project(settings)
        report = receive(found, today=as_of or date.today(), progress=progress)
    if json:
        console.print_json(report.as_dict())
    elif rows:
        row_report.print_rows(settings, found.catalogue, report)
    else:
        night_report.print_ingest(report)
    if report.refused:
        raise typer.Exit(int(Exit.REFUSED))
