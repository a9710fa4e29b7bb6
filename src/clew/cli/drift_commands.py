"""drift: how the form of deliveries left their contracts, and the change that would accept it."""

from __future__ import annotations

from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(drift)


def drift(
    dataset: Annotated[str | None, typer.Argument(metavar="DATASET", help="Only this dataset.")] = None,
    limit: options.Limit = 50,
    lang: options.Language = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Say how deliveries differ in form from their contracts.

    Renamed, added, removed, widened and emptied columns, the rules that read them, and the lines of YAML that would
    accept each, ready for the contract's properties.

    \b
    Examples:
      clew drift
      clew drift pension_payment --lang en
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.cli.reading_rules import reading_rules
    from clew.ingest.drift.history import read_drift
    from clew.problems import did_you_mean

    settings = find_settings(project, language=lang)
    content = open_project(settings)
    if dataset is not None and dataset not in content.catalogue.contracts:
        known = content.catalogue.contracts
        raise CommandError(Exit.USAGE, f"there is no contract for '{dataset}'", did_you_mean(dataset, known))
    with warehouse(settings) as connection:
        found = read_drift(connection, dataset, limit)
    readers = reading_rules(content) if any(one.column for one in found) else {}
    rules = [readers.get((one.dataset, one.column), []) if one.column else [] for one in found]
    if json:
        console.print_json([one.as_dict() | {"rules": reading} for one, reading in zip(found, rules, strict=True)])
        return
    if not found:
        console.say("No delivery differed in form from its contract.")
    for one, reading in zip(found, rules, strict=True):
        breaking = "  [breaking]" if one.breaking else ""
        console.say(f"{one.received_on}  {one.dataset}/{one.file}  ({one.status})  {one.kind}{breaking}")
        console.say(f"  {one.says_en if settings.language == 'en' else one.says_zh}")
        if reading:
            console.say(f"  read by: {', '.join(reading)}")
        for line in one.change.splitlines():
            console.say(f"      {line}")
