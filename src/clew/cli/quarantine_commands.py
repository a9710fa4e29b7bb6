"""quarantine: what was set aside, sending it back to its sender, and a person's decisions about it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli import options
from clew.cli.exits import Exit

if TYPE_CHECKING:
    import duckdb

    from clew.ingest.land.mode import Mode

MOST_ROWS = 1_000_000

group = typer.Typer(invoke_without_command=True, rich_markup_mode=None)

Of = Annotated[str, typer.Argument(metavar="DATASET/BATCH", help="A delivery, as the summary shows it.")]
Rows = Annotated[str, typer.Argument(metavar="ROWS", help="Row numbers as show lists them: 2,5-9")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept and shown with every clue that rests on it.")]
By = Annotated[str, typer.Option("--by", help="Who decides.")]
On = Annotated[
    date | None,
    typer.Option("--as-of", parser=options.past_day, metavar="DATE", help="Day of the decision. Default: today."),
]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(group, name="quarantine")


@group.callback()
def quarantine(
    context: typer.Context,
    dataset: Annotated[str | None, typer.Option("--dataset", "-d", help="Only this dataset.")] = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """What was set aside, by delivery and reason, and what became of it.

    \b
    Examples:
      clew quarantine
      clew quarantine --dataset pension_payment --json
      clew quarantine show pension_payment/12
      clew quarantine export pension_payment/12 --purpose case
    """
    if context.invoked_subcommand is not None:
        return
    from clew.cli import console
    from clew.cli.opening import find_settings, known_dataset, warehouse
    from clew.ingest.release.held import held_deliveries

    settings = find_settings(project)
    with warehouse(settings) as connection:
        known_dataset(dataset, settings, connection)
        found = held_deliveries(connection, dataset)
    if json:
        console.print_json([vars(one) for one in found])
        return
    if not found:
        console.say("Nothing is set aside.")
        return
    rows: list[tuple[Any, ...]] = []
    for one in found:
        gone = f"replaced by {one.superseded_by}" if one.superseded_by is not None else ""
        came = (one.fates["resubmitted"], one.fates["released"], one.fates["discarded"])
        rows.append((f"{one.dataset}/{one.batch}", one.file, one.rows_read, one.set_aside, *came, one.open, gone))
        rows += [("", f"  {reason}", None, None, None, None, None, count, "") for reason, count in one.reasons.items()]
    headings = ("delivery", "file and reasons", "rows", "set aside", "resubmitted", "released", "discarded", "open", "")
    console.print_table(headings, rows, right=range(2, 8))
    console.say(f"{sum(one.open for one in found)} rows are open in {sum(one.open > 0 for one in found)} deliveries.")


@group.command()
def show(
    of: Of,
    every: Annotated[bool, typer.Option("--all", help="Also rows that were mended, released or discarded.")] = False,
    limit: options.Limit = 50,
    project: options.Project = None,
    purpose: options.Purpose = None,
    json: options.Json = False,
) -> None:
    """The rows of one delivery that were set aside, each with all its reasons.

    Personal values are masked unless the purpose is a case.

    \b
    Examples:
      clew quarantine show pension_payment/12
      clew quarantine show pension_payment/12 --all --json
    """
    from clew.cli import console
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.delivery.masking import masked_aside_record
    from clew.ingest.release.held import held_rows

    settings = find_settings(project, purpose=purpose)
    catalogue = open_project(settings).catalogue
    with warehouse(settings) as connection:
        found = held_rows(connection, _batch(of, connection), open_only=not every, limit=limit)
    case = settings.purpose == "case"
    values = [
        dict(one.delivered) if case else masked_aside_record(one.delivered, catalogue.get(one.dataset)) for one in found
    ]
    if json:
        kept = ("row", "part", "part_row", "reasons", "fate", "by_batch")
        console.print_json(
            [{name: vars(one)[name] for name in kept} | {"values": row} for one, row in zip(found, values, strict=True)]
        )
        return
    for one, row in zip(found, values, strict=True):
        inside = f"({one.part}, row {one.part_row})" if one.part else ""
        console.say(" ".join(word for word in (f"row {one.row}", inside, one.fate or "") if word))
        for reason in one.reasons:
            console.say(f"  {reason}")
        console.say("  " + "  ".join(f"{name}={value}" for name, value in row.items() if value))
    console.say(f"{len(found)} rows shown." if found else "No row is set aside.")


@group.command()
def export(
    of: Annotated[str, typer.Argument(metavar="DATASET[/BATCH]", help="One delivery, or all of a dataset.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Where to. Default: returned/ in the state folder.")
    ] = None,
    project: options.Project = None,
    purpose: options.Purpose = None,
    json: options.Json = False,
) -> None:
    """Write the rejected-rows workbook of a delivery, for its sender to mend and send back.

    The sender's own headings, each row with its place in the file and all its reasons, cells at fault marked.
    Only with the purpose case can it be filled in and sent back; otherwise personal values are masked.

    \b
    Examples:
      clew quarantine export pension_payment/12 --purpose case
      clew quarantine export pension_payment --to /media/outbox
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.delivery.rejected import Rejected, write_rejected
    from clew.ingest.release.held import held_deliveries, held_rows

    settings = find_settings(project, purpose=purpose)
    catalogue, written = open_project(settings).catalogue, []
    dataset, _, batch = of.partition("/")
    contract = catalogue.get(dataset)
    if contract is None:
        raise CommandError(Exit.USAGE, f"there is no contract for '{dataset}'", "list what is held: clew quarantine")
    with warehouse(settings) as connection:
        number = _batch(of, connection) if batch else None
        for one in held_deliveries(connection, dataset):
            wanted = one.batch == number if batch else one.superseded_by is None
            rows = held_rows(connection, one.batch) if wanted else []
            if rows:
                path = (to or settings.state_dir / "returned") / f"{dataset}-{one.batch}-退回.xlsx"
                write_rejected(Rejected(contract, one, rows, settings.purpose != "case"), path)
                written.append((path, len(rows)))
    if json:
        console.print_json([{"workbook": str(path), "rows": rows} for path, rows in written])
        return
    for path, count in written:
        masked = "" if settings.purpose == "case" else "  (masked: not to be filled in)"
        console.say(f"{path}  {count} rows{masked}")
    if not written:
        console.say("No row is set aside.")


@group.command()
def release(
    of: Of,
    rows: Rows,
    reason: Reason,
    by: By,
    as_of: On = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Let rows in that failed a judgement: a range, a form, a code, a check digit, a reference.

    A text that is no value of its type and a key that another row has cannot be let in. The rows count from the
    day of the decision; doing it again changes nothing.

    \b
    Examples:
      clew quarantine release pension_payment/12 2,5-9 --reason 已电话核实 --by 李科长
    """
    from clew.ingest.land.mode import Mode

    _decide(Mode.RELEASE, of, rows, reason, by, as_of, project, json=json)


@group.command()
def discard(
    of: Of,
    rows: Rows,
    reason: Reason,
    by: By,
    as_of: On = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Say that rows are no records: a line of totals, a heading, a copy.

    They no longer hold anybody back and are not counted. A record that cannot be mended stays set aside: it guards
    whom it is about.

    \b
    Examples:
      clew quarantine discard pension_payment/12 4001 --reason 合计行 --by 李科长
    """
    from clew.ingest.land.mode import Mode

    _decide(Mode.DISCARD, of, rows, reason, by, as_of, project, json=json)


def _decide(
    kind: Mode,
    of: str,
    rows: str,
    reason: str,
    by: str,
    as_of: date | None,
    project: Path | None,
    *,
    json: bool,
) -> None:
    from clew.cli import console
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.ingest.release.decision import FATE, Decision, decide

    settings = find_settings(project)
    contracts = dict(open_project(settings).catalogue.contracts)
    numbers = _numbers(rows)
    with warehouse(settings, write=True) as connection:
        decision = Decision(kind, _batch(of, connection), numbers, by, as_of or date.today(), reason)
        done, problems = decide(connection, settings, contracts, decision)
    if json:
        console.print_json(vars(done) | {"problems": [problem.as_dict() for problem in problems]})
    else:
        console.print_problems(problems)
        if done.batch is not None:
            whole = "; the delivery is certified" if done.certified else ""
            console.say(f"{done.rows} rows {FATE[kind]} as delivery {done.batch}{whole}.")
        elif not problems.errors:
            console.say("These rows were decided so before; nothing changed.")
    if problems.errors:
        raise typer.Exit(int(Exit.REFUSED))


def _batch(of: str, connection: duckdb.DuckDBPyConnection) -> int:
    """The number in DATASET/BATCH, or alone, of a delivery that is there and is of that dataset."""
    from clew.cli.failures import CommandError

    dataset, _, number = of.rpartition("/")
    if not (number.isascii() and number.isdigit()):
        raise typer.BadParameter(f"'{of}' names no delivery; write it as pension_payment/12")
    found = connection.execute("select dataset from clew.delivery where batch = ?", [int(number[:18])]).fetchall()
    if not found:
        raise CommandError(Exit.USAGE, f"there is no delivery {number}", "list them with: clew deliveries")
    if dataset and dataset != found[0][0]:
        raise CommandError(
            Exit.USAGE,
            f"delivery {number} is one of {found[0][0]}, not of '{dataset}'",
            "list what is held: clew quarantine",
        )
    return int(number)


def _numbers(text: str) -> tuple[int, ...]:
    """2,5-9 as numbers."""
    found: list[int] = []
    for part in text.replace("，", ",").split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or (last and not last.isdecimal()) or int(last or first) < int(first):
            raise typer.BadParameter(f"'{part.strip()}' is no row number; write rows as 2,5-9")
        if int(last or first) - int(first) > MOST_ROWS:
            raise typer.BadParameter(f"'{part.strip()}' is more than {MOST_ROWS} rows")
        found.extend(range(int(first), int(last or first) + 1))
    return tuple(found)
