"""clues, why, dispose and move: what was found, what it rests on, what came of it, and where it stands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from clew.cli import options
from clew.cli.exits import Exit

_PERCENT = Decimal("0.01")


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(clues)
    app.command()(why)
    app.command()(dispose)
    app.command()(move)


def clues(
    project: options.Project = None,
    model: Annotated[str | None, typer.Option("--model", help="Only this model's.")] = None,
    band: Annotated[str | None, typer.Option("--band", help="Only this band: red, orange, yellow ...")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Only those routed to this unit.")] = None,
    state: Annotated[str | None, typer.Option("--state", help="Only those in this state: new, verifying ...")] = None,
    gone: Annotated[bool, typer.Option("--gone", help="Also clues the data no longer show.")] = False,
    corrected: Annotated[
        bool, typer.Option("--corrected", help="Only those that rest on rows corrected since, gone or not.")
    ] = False,
    by_value: Annotated[
        bool, typer.Option("--by-value", help="Those first of which most money may be expected back.")
    ] = False,
    limit: options.Limit = 50,
    purpose: options.Purpose = None,
    json: options.Json = False,
) -> None:
    """List clues, the worst first.

    \b
    Examples:
      clew clues --band red
      clew clues --by-value
      clew clues --model pension_after_death --json --limit 1000
    """
    from clew.cli import console
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.cli.vocabulary import insist
    from clew.delivery import words
    from clew.delivery.listing import Filter, list_clues, masked_clues

    settings = find_settings(project, purpose=purpose)
    wanted = Filter(
        model=model, band=band, unit=unit, state=state, gone=gone, corrected=corrected, by_value=by_value, limit=limit
    )
    with warehouse(settings) as connection:
        insist(settings, connection, model=model, band=band, unit=unit, state=state)
        total, found = list_clues(connection, wanted)
        if found and settings.purpose != "case":
            content = open_project(settings)
            found = masked_clues(connection, found, content.catalogue.contracts, content.library.rules)
    if json:
        console.print_json({"total": total, "clues": [clue.as_dict() for clue in found]})
        return
    rows = [
        (
            clue.clue_id,
            f"{words.band(clue.band)} {clue.band}",
            clue.score,
            f"{clue.subject_name} {clue.subject}".strip(),
            clue.amount,
            clue.chance.mean.quantize(_PERCENT),
            clue.expected,
            clue.due_on,
            clue.limitation_ends_on,
            clue.state + (" (shadow)" if clue.shadow else ""),
            clue.message_zh if settings.language == "zh" else clue.message,
        )
        for clue in found
    ]
    if rows:
        headings = ("clue", "band", "score", "subject", "amount", "chance", "expected", "due", "limitation ends",
                    "state", "alleged")  # fmt: skip
        console.print_table(headings, rows, right=(2, 4, 5, 6))
    console.say(f"{len(rows)} of {total} clues shown." if total else "No clue matches.")


def why(
    clue_id: Annotated[str, typer.Argument(metavar="CLUE", help="The clue's number, as in the workbook.")],
    project: options.Project = None,
    lang: options.Language = None,
    purpose: options.Purpose = None,
    json: options.Json = False,
) -> None:
    """Walk a clue's evidence chain.

    Rule and version, its steps, the source rows, their file with hash and row number, and who sent it when.

    \b
    Examples:
      clew why pension_after_death-0f3a9c51d2e47b86
      clew why pension_after_death-0f3a9c51d2e47b86 --lang en --purpose case
    """
    from clew.cli import console, why_report
    from clew.cli.failures import CommandError
    from clew.cli.masked_chain import masked_chain
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.screening.why import why as evidence_chain

    settings = find_settings(project, language=lang, purpose=purpose)
    content = open_project(settings)
    with warehouse(settings) as connection:
        chain = evidence_chain(connection, clue_id)
    if chain is None:
        raise CommandError(Exit.USAGE, f"there is no clue '{clue_id}'", "list them with: clew clues")
    if settings.purpose != "case":
        chain = masked_chain(chain, content)
    if json:
        console.print_json(why_report.chain_document(chain))
    else:
        why_report.print_chain(chain, content)


def dispose(
    what: Annotated[
        str, typer.Argument(metavar="WORKBOOK|CLUE", help="A returned workbook (.xlsx), or a clue's number.")
    ],
    disposition: Annotated[
        str | None, typer.Option("--as", help="For a clue: substantiated, not_substantiated, lawful_exception ...")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="For a clue: why.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who decided; in a workbook, where its own column is empty.")] = "",
    on: Annotated[
        date | None,
        typer.Option("--on", parser=options.past_day, metavar="DATE", help="Day of the decision. Default: today."),
    ] = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Record what came of clues.

    From a returned workbook whose drop-downs were filled, or for one clue by hand. A workbook with
    a wrong cell is refused whole, each wrong cell named; recording it twice changes nothing.

    \b
    Examples:
      clew dispose returned/线索.xlsx --by 李检察官
      clew dispose pension_after_death-0f3a9c51d2e47b86 --as lawful_exception --note 丧葬补助金
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.delivery.dispositions import SAMPLES, Answer, read_answers
    from clew.delivery.recording import record
    from clew.problems import Place, Problems

    settings, problems = find_settings(project), Problems()
    samples: list[Answer] = []
    if what.lower().endswith((".xlsx", ".xls", ".xlsm")):
        if disposition:
            raise CommandError(Exit.USAGE, "--as is for a single clue; a workbook holds its own answers")
        answers = read_answers(Path(what), problems)
        samples = read_answers(Path(what), problems, SAMPLES) if not problems.errors else []
    elif disposition:
        answers = [Answer(what, disposition, note, by, on, Place(what))]
    else:
        raise CommandError(Exit.USAGE, "say what came of the clue", "--as substantiated, or name a returned workbook")
    problems.raise_errors()
    content = open_project(settings)
    with warehouse(settings, write=True) as connection:
        done = record(connection, content.models, answers, samples, actor=by, on=on or date.today(), problems=problems)
    problems.raise_errors()
    if json:
        console.print_json({"recorded": done.recorded, "unchanged": done.unchanged})
    else:
        console.say(f"{done.recorded} dispositions recorded, {done.unchanged} already known.")


def move(
    clue_id: Annotated[str, typer.Argument(metavar="CLUE", help="The clue's number, as in the workbook.")],
    state: Annotated[str, typer.Argument(metavar="STATE", help="assigned, verifying, measure, reply, closed or new.")],
    by: Annotated[str, typer.Option("--by", help="Who says so.")],
    note: Annotated[str, typer.Option("--note", help="What was done, or why.")] = "",
    on: Annotated[
        date | None,
        typer.Option("--on", parser=options.past_day, metavar="DATE", help="Day of the move. Default: today."),
    ] = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Say where a clue stands: given to somebody, being looked into, followed by a measure, closed.

    A clue that is taken up again (new, verifying) loses its disposition and is no longer silenced.

    \b
    Examples:
      clew move pension_after_death-0f3a9c51d2e47b86 verifying --by 李检察官
      clew move pension_after_death-0f3a9c51d2e47b86 closed --by 李检察官 --note 已回复整改
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, warehouse
    from clew.clues.decide import move as moved
    from clew.clues.lifecycle import TITLES_ZH, MoveError, State
    from clew.warehouse import transaction

    settings = find_settings(project)
    try:
        with warehouse(settings, write=True) as connection, transaction(connection):
            moved(connection, clue_id, state, on=on or date.today(), actor=by, note=note)
    except MoveError as error:
        raise CommandError(Exit.USAGE, str(error), "what may follow what: docs/models.md") from None
    if json:
        console.print_json({"clue": clue_id, "state": state})
    else:
        console.say(f"{clue_id}  {TITLES_ZH[State(state)]} {state}")
