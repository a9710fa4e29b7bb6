"""What became of each row: every row set aside with its place and reasons, every refused file with its problems.

No value of a row is shown, only where it stands and which columns are to be looked at.
"""

from __future__ import annotations

from clew.cli import console
from clew.cli.opening import warehouse
from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Contract
from clew.ingest.release.held import held_rows
from clew.ingest.report.report import FileReport, IngestReport
from clew.settings import Settings


def print_rows(settings: Settings, catalogue: Catalogue, report: IngestReport) -> None:
    """File by file in the order taken, then one table whose counts add up."""
    for file in report.files:
        console.say(f"{file.dataset}/{file.file}: {_outcome(file)}")
        for line in _problems(file, report):
            console.say(f"  {line}")
        if file.status == "loaded" and file.rows_quarantined:
            _print_aside(settings, catalogue.get(file.dataset), file)
    console.say()
    rows = [
        (f"{file.dataset}/{file.file}", file.status, file.rows_read, "=", file.rows_loaded, "+", file.rows_quarantined)
        for file in report.files
    ]
    total = ("all", "", report.rows_read, "=", report.rows_loaded, "+", report.rows_quarantined)
    headings = ("file", "became", "rows", "", "loaded", "", "set aside")
    console.print_table(headings, [*rows, total], right=(2, 4, 6))


def _outcome(file: FileReport) -> str:
    if file.status != "loaded":
        return file.status
    return f"{file.rows_read} rows = {file.rows_loaded} loaded + {file.rows_quarantined} set aside"


def _problems(file: FileReport, report: IngestReport) -> list[str]:
    """The problems of one file, shortened to their place in it."""
    own = f"drop/{file.dataset}/{file.file}"
    found = []
    for problem in sorted(report.problems):
        if problem.place.path in (own, f"{own}.yml") or problem.place.path.startswith(f"{own}/"):
            word = "" if problem.severity.value == "error" else "warning: "
            place = problem.place.path.removeprefix(own).lstrip("/")
            where = ":".join(part for part in (place, str(problem.place.line), str(problem.place.column)) if part)
            found.append(f"{problem.code} {where} {word}{problem.message}")
    return found


def _print_aside(settings: Settings, contract: Contract | None, file: FileReport) -> None:
    with warehouse(settings) as connection:
        rows = held_rows(connection, file.batch or 0, open_only=False)
    for row in rows:
        place = " ".join(word for word in (row.part, f"row {row.part_row}") if word)
        for reason in row.reasons:
            name, _, text = reason.partition(": ")
            console.say(f"  {place}  {_columns(name, contract)}{text}  [{name}]")


def _columns(check: str, contract: Contract | None) -> str:
    """The headings of the columns a check names, before its sentence."""
    named = check.split(".")[0].split("+")
    headings = [column.header for column in (contract.columns if contract else ()) if column.name in named]
    return f"{', '.join(headings)}: " if headings else ""
