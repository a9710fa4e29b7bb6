"""health, catalogue and data-docs: what is known about the data, for the people who keep them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli import options
from clew.cli.exits import Exit

if TYPE_CHECKING:
    from clew.ingest.observe.health import Health


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(health)
    app.command()(catalogue)
    app.command("data-docs")(data_docs)
    app.command()(pages)


def health(
    dataset: Annotated[str | None, typer.Argument(metavar="DATASET", help="Only this dataset.")] = None,
    project: options.Project = None,
    as_of: Annotated[
        date | None,
        typer.Option("--as-of", parser=options.day, metavar="DATE", help="Look from this day. Default: today."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 when anything is stale, unusual or kept too long.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Say how old each dataset is and what is unusual about it.

    Age is counted against the contract's freshness and frequency; unusual is what the last deliveries have that
    those before them had not. Deliveries kept for longer than its retention are named.

    \b
    Examples:
      clew health
      clew health pension_payment --as-of 2026-06-30
      clew health --strict --json
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.ingest.observe.health import read_health
    from clew.problems import did_you_mean

    settings = find_settings(project)
    catalogue = open_project(settings).catalogue
    if dataset is not None and dataset not in catalogue.contracts:
        raise CommandError(
            Exit.USAGE, f"there is no contract for '{dataset}'", did_you_mean(dataset, catalogue.contracts)
        )
    with warehouse(settings) as connection:
        found = read_health(connection, catalogue, as_of or date.today(), [dataset] if dataset else ())
    if json:
        console.print_json([_document(one) for one in found])
    else:
        _print(found)
    if strict and not all(one.well for one in found):
        raise typer.Exit(int(Exit.PROBLEMS))


def catalogue(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write it. Default: catalogue/ in the state folder."),
    ] = None,
    project: options.Project = None,
    as_of: Annotated[
        date | None,
        typer.Option("--as-of", parser=options.day, metavar="DATE", help="Look from this day. Default: today."),
    ] = None,
) -> None:
    """Write the catalogue: a site of all datasets that opens from the disk.

    Per dataset its contract, lineage, coverage calendar, quality history and deliveries, in Chinese and English.
    The pages load nothing from a network and hold no value of any row. An earlier catalogue is replaced.

    \b
    Examples:
      clew catalogue
      clew catalogue --out /srv/www/catalogue --as-of 2026-06-30
    """
    from clew.catalogue_site.folder import NotOursError
    from clew.catalogue_site.write import write_catalogue
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse

    settings = find_settings(project)
    content = open_project(settings)
    with warehouse(settings) as connection, console.progress("writing the catalogue"):
        try:
            index = write_catalogue(connection, content, out or settings.catalogue_dir, as_of or date.today())
        except NotOursError as theirs:
            raise CommandError(
                Exit.USAGE, f"{theirs} holds files that are no catalogue; nothing was changed", "name another folder"
            ) from None
    console.say(f"Catalogue of {len(content.catalogue.contracts)} datasets: {index}")


def pages(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where to write them. Default: pages/ in the state folder."),
    ] = None,
    project: options.Project = None,
) -> None:
    """Write a page for every rule and model, and an index of them, that open from the disk.

    Purpose, law, steps as a picture and in sentences, parameters with reasons, tests, and what is known of the last
    screening and of past clues; in Chinese and English. Earlier pages are replaced.

    \b
    Examples:
      clew pages
      clew pages -o /srv/www/rules
    """
    from contextlib import nullcontext

    from clew.catalogue_site.folder import NotOursError
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.rule_site.write import write_pages

    settings = find_settings(project)
    content = open_project(settings)
    received = settings.warehouse_path.exists()
    with warehouse(settings) if received else nullcontext() as connection, console.progress("writing the pages"):
        try:
            index = write_pages(connection, content, out or settings.state_dir / "pages", date.today())
        except NotOursError as theirs:
            raise CommandError(
                Exit.USAGE, f"{theirs} holds files that are no such pages; nothing was changed", "name another folder"
            ) from None
    console.say(f"Pages of {len(content.library.rules)} rules and {len(content.models)} models: {index}")


def data_docs(project: options.Project = None) -> None:
    """Write Great Expectations Data Docs of every delivery that counts.

    They go to data_docs/ in the state folder, open without a network, and leave out samples of personal columns.
    A Great Expectations checkpoint runs over the values measured when the data came in; nothing is measured again.

    \b
    Example:
      clew data-docs
    """
    from clew.cli import console
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.ingest.report.data_docs import write_validation_docs

    settings = find_settings(project)
    content = open_project(settings)
    with warehouse(settings) as connection, console.progress("writing Data Docs"):
        index = write_validation_docs(connection, settings, content.catalogue)
    console.say(f"Data Docs: {index}" if index else "Nothing was received under the contracts of today.")


def _document(one: Health) -> dict[str, Any]:
    """A dataset's health as plain values."""
    from dataclasses import asdict

    return {**asdict(one), "well": one.well, "unusual": [{**asdict(it), "says": it.says_en} for it in one.unusual]}


def _print(found: tuple[Health, ...]) -> None:
    from clew.cli import console

    rows = [
        (
            one.dataset,
            one.state.value,
            one.newest,
            one.age,
            one.agreed,
            one.received,
            one.every,
            one.deliveries,
            one.rows,
            one.quarantined,
            len(one.unusual) or None,
        )
        for one in found
    ]
    headings = ("dataset", "state", "data until", "age (days)", "agreed", "received", "every", "deliveries",
                "last rows", "set aside", "unusual")  # fmt: skip
    console.print_table(headings, rows, right=(3, 4, 6, 7, 8, 9, 10))
    for one in found:
        for unusual in one.unusual:
            console.say(f"  {one.dataset}: delivery {unusual.batch}: {unusual.says_en}")
        if one.kept_too_long:
            batches = ", ".join(map(str, one.kept_too_long))
            console.say(f"  {one.dataset}: kept longer than the contract's retention: deliveries {batches}")
    stale = sum(one.state.value == "stale" for one in found)
    never = sum(one.state.value == "never" for one in found)
    odd = sum(bool(one.unusual) for one in found)
    console.say(f"{len(found)} datasets: {stale} stale, {never} never received, {odd} with something unusual.")
