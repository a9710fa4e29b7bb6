"""fetch: bring in what contracts' servers hold. The only command that uses a network."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit

if TYPE_CHECKING:
    from clew.sources.report import FetchReport


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(fetch)


def fetch(
    datasets: Annotated[
        list[str] | None, typer.Argument(metavar="[DATASET]...", help="Datasets to fetch. Default: all with a source.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Try connection, table and columns; fetch and write nothing.")
    ] = False,
    project: options.Project = None,
    as_of: options.Today = None,
    json: options.Json = False,
) -> None:
    """Fetch from the databases, SFTP drops and HTTP interfaces that contracts name.

    Each fetch writes a file and its sidecar into the drop folder; clew ingest takes it from there. Secrets come from
    CLEW_SECRET_<SERVER>_<NAME>. --as-of is the day of receipt. One server that fails never stops the others.

    \b
    Examples:
      clew fetch
      clew fetch pension_payment --check
      clew fetch --json
    """
    from clew.cli import console
    from clew.cli.opening import find_settings
    from clew.contracts.catalogue import read_catalogue
    from clew.problems import Problems
    from clew.sources.declared import read_sources
    from clew.sources.fetch import chosen, fetch_sources

    settings, problems = find_settings(project), Problems()
    catalogue = read_catalogue(settings.project / "data_contracts", problems)
    sources = read_sources(catalogue, problems)
    problems.raise_errors()
    wanted = chosen(sources, datasets or [])
    if not wanted and not json:
        console.say("No contract has a server that is fetched from.")
        return
    with console.progress("checking" if check else "fetching") as progress:
        report = fetch_sources(settings, wanted, today=as_of or date.today(), progress=progress, only_check=check)
    if json:
        console.print_json(report.as_dict())
    else:
        _print(report)
    if report.failed:
        raise typer.Exit(int(Exit.REFUSED))


def _print(report: FetchReport) -> None:
    from clew.cli import console

    console.print_problems(report.problems)
    headings = ("dataset", "server", "what came of it", "rows", "known already", "no cursor", "certifies", "files")
    rows = [
        (one.dataset, one.server, one.status, one.rows, one.known or None, one.undated or None, one.certifies,
         "\n".join(one.files))
        for one in report.sources
    ]  # fmt: skip
    console.print_table(headings, rows, right=(3, 4, 5))
