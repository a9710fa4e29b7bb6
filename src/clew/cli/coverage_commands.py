"""coverage: what is there and complete, which rules wait, what a person accepts, and the letters that ask for more."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli import options
from clew.cli.exits import Exit
from clew.cli.landing_commands import period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clew.ingest.coverage.certificate import Certificate
    from clew.project import Project
    from clew.screening.missing import Gap
    from clew.settings import Settings

AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=options.day, metavar="DATE", help="As known on this day. Default: today."),
]
SHOWN_MONTHS = 24

group = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(group, name="coverage")


@group.callback()
def coverage(
    context: typer.Context,
    dataset: Annotated[str | None, typer.Option("--dataset", "-d", help="Only this dataset, region by region.")] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", parser=options.region, metavar="CODE", help="Only this division and those below it."),
    ] = None,
    first: Annotated[
        Any, typer.Option("--from", parser=period, metavar="MONTH", help="First month. Default: 24 months back.")
    ] = None,
    last: Annotated[
        Any, typer.Option("--to", parser=period, metavar="MONTH", help="Last month. Default: that of --as-of.")
    ] = None,
    as_of: AsOf = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Show a calendar of what is complete, and which rules wait for what is not.

    \b
    Examples:
      clew coverage
      clew coverage --dataset pension_payment --from 2026-01
      clew coverage accept --dataset death_register --region 340103 --month 2026-03 --reason 已电话核实 --by 王检察官
      clew coverage request --out 数据需求.xlsx
    """
    if context.invoked_subcommand is not None:
        return
    from clew.cli import console
    from clew.cli.coverage_calendar import calendar_months, print_calendar, print_gaps, promise
    from clew.cli.opening import find_settings, open_project

    settings, day = find_settings(project), as_of or date.today()
    if first and last and first[0] >= last[1]:
        raise typer.BadParameter("--to lies before --from")
    content = open_project(settings)
    _known(content, dataset)
    found, asked, promised = _state(settings, content, day)
    ends = last[1] if last else (day.replace(day=1))
    until = date.fromordinal(ends.toordinal() - 1).replace(day=1) if last else ends
    begins = first[0].replace(day=1) if first else _back(until, SHOWN_MONTHS - 1)
    cells = [
        one
        for one in found
        if dataset in (None, one.dataset)
        and (region is None or one.region.startswith(region) or region.startswith(one.region))
        and begins <= one.month <= until
    ]
    gaps = [
        gap
        for gap in asked
        if dataset in (None, gap.dataset) and (region is None or gap.region.startswith(region) or not gap.region)
    ]
    if json:
        console.print_json(
            {
                "as_of": day,
                "certificates": [vars(one) for one in cells],
                "gaps": [gap.as_dict() for gap in gaps],
                "late": promised,
            }
        )
        return
    names = [dataset] if dataset else list(content.catalogue.contracts)
    by_region = dataset is not None or region is not None
    late = {name: promise(content.catalogue.contracts[name], *promised.get(name, (None, None)), day) for name in names}
    print_calendar(cells, names, calendar_months(begins, until), late, by_region=by_region)
    print_gaps(gaps)


@group.command()
def accept(
    dataset: Annotated[str, typer.Option("--dataset", "-d", help="The dataset in doubt.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is complete after all (or why not).")],
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    month: Annotated[
        Any, typer.Option("--month", parser=period, metavar="MONTH[..MONTH]", help="Months. Default: all in doubt.")
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", parser=options.region, metavar="CODE", help="Division and those below. Default: all."),
    ] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="Doubt it again.")] = False,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=options.past_day, metavar="DATE", help="Day of decision. Default: today."),
    ] = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Accept months whose volume is in doubt as complete.

    A month that its sender certifies and that holds far fewer rows than usual does not count until a person accepts it.
    What is accepted is that count of rows: a delivery that changes it asks again. --take-back undoes it. It is all
    recorded.

    \b
    Examples:
      clew coverage accept -d death_register --region 340103 --month 2026-03 --reason 县医院停诊 --by 王检察官
      clew coverage accept -d death_register --month 2026-03 --take-back --reason 来函更正 --by 王检察官
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project, warehouse
    from clew.completeness.acceptance import Acceptance, record_acceptances
    from clew.completeness.certified import certified
    from clew.ingest.coverage.certificate import said_of
    from clew.warehouse import transaction

    if not reason.strip() or not by.strip():
        raise CommandError(Exit.USAGE, "say why and who decides", "--reason TEXT --by NAME")
    settings, day = find_settings(project), on or date.today()
    _known(open_project(settings), dataset)
    with warehouse(settings, write=True) as connection:
        doubts = [
            one
            for one in certified(connection, day, {dataset}).doubts
            if one.region.startswith(region or "")
            and (month is None or month[0] <= one.on < month[1])
            and one.accepted is take_back
        ]
        entries = [
            Acceptance(dataset, one.region, one.on, one.rows, not take_back, day, by.strip(), reason.strip())
            for one in doubts
        ]
        with transaction(connection):
            record_acceptances(connection, entries)
    if json:
        console.print_json({"recorded": [vars(one) for one in entries]})
        return
    for one in doubts:
        console.say(f"  {one.on:%Y-%m} {said_of(one).zh} ({said_of(one).en})")
    if not doubts:
        state = "accepted there" if take_back else "in doubt there by its volume"
        console.say(f"Nothing is {state}; see: clew coverage --dataset {dataset}")
    else:
        done = "Doubted again" if take_back else "Accepted as complete"
        console.say(f"{done} from {day} on: {len(doubts)}. The next screening counts it so.")


@group.command()
def request(
    out: Annotated[list[Path], typer.Option("--out", help="File to write, .xlsx or .md; may be repeated.")],
    as_of: AsOf = None,
    project: options.Project = None,
    json: options.Json = False,
) -> None:
    """Write the data request: what must be sent before the waiting rules can decide.

    A line for each office, dataset and region, with the months, the rules that wait and the subjects they left
    undecided, and a letter to each office. The most waited for stands first. It names no person.

    \b
    Examples:
      clew coverage request --out 数据需求.xlsx
      clew coverage request --out 数据需求.xlsx --out 数据需求.md --as-of 2026-06-30
    """
    from clew.cli import console
    from clew.cli.failures import CommandError
    from clew.cli.opening import find_settings, open_project
    from clew.screening.request_letter import markdown
    from clew.screening.request_workbook import write_request
    from clew.whole_file import write_whole

    for path in out:
        if path.suffix.lower() not in (".xlsx", ".md"):
            raise CommandError(Exit.USAGE, f"'{path}' is neither .xlsx nor .md", "name the file 数据需求.xlsx or .md")
    settings, day = find_settings(project), as_of or date.today()
    _, gaps, _ = _state(settings, open_project(settings), day)
    for path in out:
        if path.suffix.lower() == ".xlsx":
            write_whole(path, lambda part: write_request(gaps, day, part), mode=0o640)
        else:
            write_whole(path, markdown(gaps, day), mode=0o640)
    if json:
        console.print_json({"gaps": [gap.as_dict() for gap in gaps], "files": [str(path) for path in out]})
        return
    offices = len({gap.addressee for gap in gaps})
    console.say(f"{len(gaps)} lines to {offices} offices: {', '.join(map(str, out))}")


Promised = dict[str, tuple[date | None, date | None]]


def _state(settings: Settings, content: Project, day: date) -> tuple[Sequence[Certificate], list[Gap], Promised]:
    """Certificates, what must be asked for, and per dataset how far it is complete and when something last came."""
    from clew.cli.opening import warehouse
    from clew.ingest.coverage.certified import certificates, read_coverage, watermark
    from clew.ingest.land.mode import WHOLE
    from clew.problems import Problems
    from clew.screening.missing import gaps, last_screening, last_senders, waiting_subjects
    from clew.screening.needs import needs
    from clew.screening.selection import select

    with warehouse(settings) as connection:
        found = certificates(connection, content.catalogue, day)
        complete = read_coverage(connection, day)
        screening = last_screening(connection, day)
        waiting = waiting_subjects(connection, screening) if screening else []
        senders = last_senders(connection, day)
        received = dict(
            connection.execute(
                f"select dataset, max(received_on) from clew.delivery where status = 'loaded' and mode in ({WHOLE}) "  # noqa: S608 - fixed words
                "and received_on <= ? group by dataset order by dataset",
                [day],
            ).fetchall()
        )
    chosen = select(content.models, content.library, content.catalogue, day, None, Problems())
    promised = {name: (watermark(complete, name), received.get(name)) for name in content.catalogue.contracts}
    return found, gaps(content.catalogue, found, needs(chosen), waiting, senders, day), promised


def _known(content: Project, dataset: str | None) -> None:
    from clew.cli.failures import CommandError
    from clew.problems import did_you_mean

    if dataset is not None and content.catalogue.get(dataset) is None:
        raise CommandError(
            Exit.USAGE,
            f"there is no contract for '{dataset}'",
            did_you_mean(dataset, content.catalogue.contracts),
        )


def _back(month: date, count: int) -> date:
    """The first day of the month ``count`` months earlier."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
