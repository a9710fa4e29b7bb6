"""land and deliveries: a file and its papers come in, and what came in so far."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli import options
from clew.cli.exits import Exit

if TYPE_CHECKING:
    from clew.contracts.model import Contract
    from clew.ingest.report.report import FileReport
    from clew.problems import Problem
    from clew.settings import Settings


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(land)
    app.command()(deliveries)


def period(text: str) -> tuple[date, date]:
    """A period argument, both ends included; half-open."""
    from clew.ingest.land.period import read_period

    try:
        found = read_period(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; as in 2026-01..2026-03, both ends included") from None
    if not all(one.year in options.YEARS for one in found):
        years = f"{options.YEARS[0]} to {options.YEARS[-1]}"
        raise typer.BadParameter(f"the period '{text}' lies outside the years {years}")
    return found


def total(text: str) -> tuple[str, Decimal]:
    """A control total ``column=sum``."""
    name, equals, value = text.partition("=")
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not equals or not name.strip() or not number.is_finite():
        raise typer.BadParameter(f"'{text}' is no total; write column=sum, as amount=12345.67")
    return name.strip(), number


def land(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The received file.")],
    dataset: Annotated[str, typer.Option("--dataset", "-d", help="Which dataset it is.")],
    letter: Annotated[str, typer.Option("--letter", help="Number of the letter it came under.")],
    sender: Annotated[str, typer.Option("--sender", help="Who sent it.")],
    received_by: Annotated[str, typer.Option("--received-by", help="Who received it.")],
    received_on: Annotated[
        date | None,
        typer.Option("--received-on", parser=options.past_day, metavar="DATE", help="Day of receipt. Default: today."),
    ] = None,
    covers: Annotated[
        Any,
        typer.Option("--period", parser=period, metavar="FROM..TO", help="What it covers, as 2026-01..2026-03."),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", parser=options.region, metavar="CODE", help="Division code. Default: everywhere."),
    ] = None,
    rows: Annotated[int | None, typer.Option("--rows", min=0, help="Control total: rows, as the letter says.")] = None,
    totals: Annotated[
        list[Any] | None,
        typer.Option("--total", parser=total, metavar="COLUMN=SUM", help="Control total of a column; may be repeated."),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="The sender says it is complete for its period and region.")
    ] = False,
    replaces: Annotated[
        list[str] | None, typer.Option("--replaces", help="Name of a file it takes the place of; repeatable.")
    ] = None,
    mode: Annotated[str | None, typer.Option("--mode", help="snapshot, append, correction or deletion.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Encoding, where the contract's is wrong.")] = None,
    later: Annotated[
        bool, typer.Option("--later", help="Only put it in the drop folder; clew ingest takes it.")
    ] = False,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Land a received file with its acquisition record.

    The file and its sidecar are put into the drop folder, whole or not at all, and taken in at once. Nothing is
    overwritten; doing it again changes nothing. Control totals that differ from the file certify nothing.

    \b
    Examples:
      clew land 死亡信息.csv -d death_register --letter 〔2026〕12号 --sender 民政厅 --received-by 王五
      clew land pay.csv -d pension_payment --letter 7 --sender 社保中心 --received-by 王五 --period 2026-01..2026-03
        --region 3401 --rows 120000 --total amount=98765432.10 --complete
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings
    from clew.contracts.catalogue import read_catalogue
    from clew.ingest.land.placing import place, placed_on
    from clew.ingest.land.sidecar import Sidecar
    from clew.problems import Problems, did_you_mean

    settings, problems = find_settings(project), Problems()
    if not file.is_file():
        raise CommandError(Exit.USAGE, f"there is no file '{file}'", "name the file as it was received")
    catalogue = read_catalogue(settings.project / "data_contracts", problems)
    problems.raise_errors()
    contract = catalogue.get(dataset)
    if contract is None:
        raise CommandError(
            Exit.USAGE, f"there is no contract for '{dataset}'", did_you_mean(dataset, catalogue.contracts)
        )
    on = received_on or placed_on(settings.drop_dir, dataset, file.name) or date.today()
    sidecar = Sidecar(
        received_on=on, sender=sender, letter=letter, received_by=received_by, period=covers,
        region=region or "", rows=rows, complete=complete, replaces=tuple(replaces or ()), mode=mode, encoding=encoding,
        totals=tuple(sorted(totals or ())),
    )  # fmt: skip
    placed = place(file, settings.drop_dir, contract, sidecar)
    if later:
        _say_waiting(placed, json)
        return
    report, found = _take_in(settings, contract, placed, date.today())
    console.print_problems(found)
    if json:
        console.print_json({"placed": str(placed), **report.as_dict()})
    else:
        _print_report(placed, report)
    if report.status == "refused":
        raise typer.Exit(int(Exit.REFUSED))


def _take_in(settings: Settings, contract: Contract, placed: Path, today: date) -> tuple[FileReport, list[Problem]]:
    """Load the one file; where the warehouse is busy, say that the file is safe and waits."""
    from contextlib import closing

    import duckdb

    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.contracts.catalogue import read_catalogue
    from clew.ingest.land.incoming import read_incoming
    from clew.ingest.run import clear_unfinished, ingest_file
    from clew.problems import Problems
    from clew.warehouse import open_warehouse

    problems = Problems()
    catalogue = read_catalogue(settings.project / "data_contracts", Problems())
    try:
        connection = open_warehouse(settings)
    except duckdb.IOException as error:
        if "lock" not in str(error).lower():
            raise
        raise CommandError(
            Exit.BUSY, f"another process is working in the warehouse; {placed.name} is in the drop folder and waits",
            "the next run takes it in, or: clew ingest",
        ) from None  # fmt: skip
    with closing(connection), console.progress(f"taking in {contract.dataset}/{placed.name}") as progress:
        clear_unfinished(connection, settings)
        incoming = read_incoming(placed, today, problems)
        report = ingest_file(connection, settings, catalogue, incoming, problems, progress=progress)
    return report, list(problems)


def _say_waiting(placed: Path, json: bool) -> None:
    from clew.cli import console

    if json:
        console.print_json({"placed": str(placed), "status": "waiting"})
    else:
        console.say(f"In the drop folder: {placed}\nThe next run takes it in, or: clew ingest")


def _print_report(placed: Path, report: FileReport) -> None:
    from clew.cli import console

    console.say(f"In the drop folder: {placed}")
    match report.status:
        case "unchanged":
            console.say(f"Known already as delivery {report.batch}: nothing changed.")
        case "refused":
            console.say("Refused: nothing of it was loaded; the file and the reasons are kept.")
        case _:
            console.say(
                f"Delivery {report.batch}: {console.shown(report.rows_read)} rows read,"
                f" {console.shown(report.rows_loaded)} loaded, {console.shown(report.rows_quarantined)} set aside."
            )
            for reason, count in report.reasons:
                console.say(f"  {console.shown(count)}  {reason}")
            if report.certified:
                console.say("Its period is certified complete, as far as its volume bears that out: clew coverage")
            else:
                console.say(f"No coverage is certified: {report.why_not_certified or 'nobody says it is complete'}")


def deliveries(
    batch: Annotated[int | None, typer.Argument(metavar="[BATCH]", help="One delivery, in full.")] = None,
    dataset: Annotated[str | None, typer.Option("--dataset", "-d", help="Only this dataset's.")] = None,
    letter: Annotated[str | None, typer.Option("--letter", help="Only those under this letter.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="Only loaded, or only refused.")] = None,
    limit: options.Limit = 50,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """List what arrived, from whom, under which letter, and what became of it.

    \b
    Examples:
      clew deliveries --dataset pension_payment
      clew deliveries 12
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, known_dataset, warehouse
    from clew.ingest.land.arrivals import arrival_detail, arrivals

    settings = find_settings(project)
    if status not in (None, "loaded", "refused"):
        raise CommandError(Exit.USAGE, f"'{status}' is no status of a delivery", "use one of: loaded, refused")
    with warehouse(settings) as connection:
        known_dataset(dataset, settings, connection)
        found = arrivals(
            connection, dataset=dataset, letter=letter, status=status, batch=batch, limit=None if batch else limit
        )
        detail = arrival_detail(connection, batch) if batch is not None and found else None
    if batch is not None and detail is None:
        raise CommandError(Exit.USAGE, f"there is no delivery {batch}", "list them with: clew deliveries")
    if json:
        extra = detail.as_dict() if detail else {}
        console.print_json({**found[0].as_dict(), **extra} if detail else [one.as_dict() for one in found])
    elif detail is not None:
        from clew.cli.arrival_report import print_arrival

        print_arrival(found[0], detail, settings)
    else:
        from clew.cli.arrival_report import print_arrivals

        print_arrivals(found)
