"""drift: how the form of deliveries left their contracts, and the change that would accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit

if TYPE_CHECKING:
    from clew.ingest.drift.history import Drifted
    from clew.project import Project


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
    from clew.ingest.drift.history import read_drift
    from clew.problems import did_you_mean

    settings = find_settings(project, language=lang)
    content = open_project(settings)
    if dataset is not None and dataset not in content.catalogue.contracts:
        known = content.catalogue.contracts
        raise CommandError(Exit.USAGE, f"there is no contract for '{dataset}'", did_you_mean(dataset, known))
    with warehouse(settings) as connection:
        found = read_drift(connection, dataset, limit)
    readers = _readers(content, found)
    if json:
        console.print_json([one.as_dict() | {"rules": readers.get((one.dataset, one.column), [])} for one in found])
        return
    if not found:
        console.say("No delivery differed in form from its contract.")
    for one in found:
        breaking = "  [breaking]" if one.breaking else ""
        console.say(f"{one.received_on}  {one.dataset}/{one.file}  ({one.status})  {one.kind}{breaking}")
        console.say(f"  {one.says_en if settings.language == 'en' else one.says_zh}")
        if rules := readers.get((one.dataset, one.column)):
            console.say(f"  read by: {', '.join(rules)}")
        for line in one.change.splitlines():
            console.say(f"      {line}")


def _readers(content: Project, found: list[Drifted]) -> dict[tuple[str, str | None], list[str]]:
    """Dataset and column -> the rules that read it, for the columns that drifted."""
    from datetime import date

    from clew.problems import Problems
    from clew.rules.compile import compile_rule

    wanted = {(one.dataset, one.column) for one in found if one.column}
    readers: dict[tuple[str, str | None], list[str]] = {}
    if not wanted:
        return readers
    for name, rule in sorted(content.library.rules.items()):
        plan = compile_rule(rule, content.catalogue, Problems(), as_of=date.today())
        reads = {(one.dataset, column) for one in plan.inputs for column in one.columns} if plan else set()
        for key in wanted & reads:
            readers.setdefault(key, []).append(name)
    return readers
