"""What became of each row: every row set aside with its place and reasons, every refused file with its problems.

No value of a row is shown, only where it stands and which columns are to be looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from clew.cli import console
from clew.cli.opening import warehouse
from clew.contracts.catalogue import Catalogue
from clew.contracts.checks import every_check
from clew.contracts.model import Contract
from clew.delivery.reasons import in_both
from clew.ingest.release.held import HeldRow, held_rows
from clew.ingest.report.report import FileReport, IngestReport
from clew.problems import Problem
from clew.settings import Settings


def print_rows(settings: Settings, catalogue: Catalogue, report: IngestReport) -> None:
    """File by file in the order taken, then one table whose counts add up."""
    table = []
    for file in report.files:
        problems, aside = _problems(file, report), _aside(settings, file)
        console.say(f"{file.dataset}/{file.file}: {_outcome(file)}")
        for problem in problems:
            _print_problem(problem, file)
        _print_aside(aside, catalogue.get(file.dataset))
        counts = (file.rows_read, "=", file.rows_loaded, "+", file.rows_quarantined)
        table.append((f"{file.dataset}/{file.file}", file.status, *counts, _why(file, problems, aside)))
    console.say()
    total = ("all", "", report.rows_read, "=", report.rows_loaded, "+", report.rows_quarantined, "")
    headings = ("file", "became", "rows", "", "loaded", "", "set aside", "why")
    console.print_table(headings, [*table, total], right=(2, 4, 6))


def _outcome(file: FileReport) -> str:
    if file.status != "loaded":
        return file.status
    return f"{file.rows_read} rows = {file.rows_loaded} loaded + {file.rows_quarantined} set aside"


def _why(file: FileReport, problems: Sequence[Problem], aside: Sequence[HeldRow]) -> str:
    """The codes of a refused file, or the checks that set rows aside with how many."""
    if file.status == "refused":
        return ", ".join(sorted({one.code for one in problems if one.severity.value == "error"}))
    counts = Counter(reason.partition(":")[0] for row in aside for reason in row.reasons)
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _problems(file: FileReport, report: IngestReport) -> list[Problem]:
    own = f"drop/{file.dataset}/{file.file}"
    return sorted(
        one for one in report.problems
        if one.place.path in (own, f"{own}.yml") or one.place.path.startswith(f"{own}/")
    )  # fmt: skip


def _print_problem(problem: Problem, file: FileReport) -> None:
    """Shortened to its place in the file."""
    word = "" if problem.severity.value == "error" else "warning: "
    place = problem.place.path.removeprefix(f"drop/{file.dataset}/{file.file}").lstrip("/")
    where = ":".join(part for part in (place, str(problem.place.line), str(problem.place.column)) if part)
    console.say(f"  {problem.code} {where} {word}{problem.message}")
    if problem.help and not word:
        console.say(f"      help: {problem.help}")


def _aside(settings: Settings, file: FileReport) -> list[HeldRow]:
    if file.status != "loaded" or not file.rows_quarantined:
        return []
    with warehouse(settings) as connection:
        return held_rows(connection, file.batch or 0, open_only=False)


def _print_aside(rows: Sequence[HeldRow], contract: Contract | None) -> None:
    checks = {check.name: check for check in every_check(contract)} if contract else {}
    for row in rows:
        place = " ".join(word for word in (row.part, f"row {row.part_row}") if word)
        for reason in row.reasons:
            console.say(f"  {place}  {in_both(reason, checks)}  [{reason.partition(':')[0]}]")
