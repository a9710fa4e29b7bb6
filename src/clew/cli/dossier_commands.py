"""dossier: everything all models say about one subject, and who holds it, before anything is sent out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(dossier)


def dossier(
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="An identity number, a credit code, a ring or a provider.")
    ],
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE", help="Also write it as a page (.html) to print or keep.")
    ] = None,
    project: options.Project = None,
    lang: options.Language = None,
    purpose: options.Purpose = None,
    json: options.Json = False,
) -> None:
    """Show what all models say about one person, company or ring, and which units hold it.

    Clues with the sums that made their scores, source rows and history; clues about subjects that a source row joins
    with this one; what could not be decided; what was excluded and why; which rules said nothing.

    \b
    Examples:
      clew dossier 340103194003120018
      clew dossier 91340104MA0000001X --purpose case --page 档案.html
    """
    from dataclasses import asdict

    from clew.cli import console, dossier_report
    from clew.cli.dossier_page import write_page
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.screening.dossier import dossier as read_dossier

    settings = find_settings(project, language=lang, purpose=purpose)
    content = open_project(settings)
    with warehouse(settings) as connection:
        found = read_dossier(connection, subject.strip())
    if not found.known:
        raise CommandError(Exit.USAGE, "no model says anything about this subject", "list subjects with: clew clues")
    if settings.purpose != "case":
        found = dossier_report.masked_dossier(found, content)
    if page is not None:
        write_page(found, content, page)
    if json:
        console.print_json(asdict(found))
        return
    for line in dossier_report.lines(found, content):
        console.say(line)
