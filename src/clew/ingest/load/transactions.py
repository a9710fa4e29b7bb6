"""One delivery into the warehouse, in two transactions.

The first writes the rows under a batch number that the ledger calls ``landed``: nothing reads such rows. The second
quarantines, checks and certifies, and makes the delivery ``loaded`` in the same instant. A process killed in between
leaves a landed delivery, which the next run takes out again before it starts. One transaction would do the same, but
rows deleted in the transaction that wrote them make the engine write all the others a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.check import Measured, RowCheck, TableCheck
from clew.contracts.checks import table_checks
from clew.contracts.literal import quoted
from clew.contracts.model import Kind
from clew.ingest.coverage import acquisition, rejudge
from clew.ingest.coverage.volume import place_changes
from clew.ingest.land.delivery import Delivery, RefusedError
from clew.ingest.land.first_seen import forget_copy
from clew.ingest.land.mode import Mode
from clew.ingest.land.statement import replaced_names
from clew.ingest.load import correction, late, ledger, resubmission
from clew.ingest.load.beside import say_lists_beside
from clew.ingest.load.came_before import say_it_goes_back
from clew.ingest.load.counted_twice import say_counted_twice
from clew.ingest.load.judge import row_measures, table_measures
from clew.ingest.load.supersession import Change, Placed, supersede
from clew.ingest.load.table import ready_table
from clew.ingest.observe.observation import observe
from clew.ingest.read import part_record
from clew.ingest.read.source import Source
from clew.ingest.repair import originals
from clew.ingest.report.report import FileReport
from clew.ingest.validate import measure, quarantine
from clew.ingest.validate.validation import Validation, load_statement
from clew.problems import Problem, Problems
from clew.warehouse import insert_rows

TOP_REASONS = 10
RELATIONS_AT_ONCE = 32
"""Parts of one delivery that one statement reads: the engine's plan takes a megabyte for each, and more than twice the
time for twice as many; an archive may have thousands."""


def write_rows(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, delivery: Delivery, source: Source) -> int:
    """Write every row of a source under the delivery's batch number; returns how many were read.

    Call it in a transaction of its own: the delivery is then ``landed``, and its rows do not count for anybody.
    Raises RefusedError, and duckdb.Error where the file is not regular.
    """
    ready_table(con, catalogue.contracts.get(delivery.contract.dataset, delivery.contract), delivery, source)
    ledger.record(
        con,
        delivery.incoming,
        delivery.landed,
        delivery.contract,
        delivery.batch,
        format_=delivery.format,
        status="landed",
        replaces=replaced_names(con, delivery),
    )
    validation, read = Validation(delivery.contract), 0
    for first in range(0, len(source.relations), RELATIONS_AT_ONCE):
        some = source.relations[first : first + RELATIONS_AT_ONCE]
        statement = load_statement(validation, some, delivery.batch, delivery.incoming.path.name)
        read += int(con.execute(statement).fetchall()[0][0])
    _whole(con, delivery, read)
    part_record.record(con, delivery.batch, source.parts, read)
    return read


def settle(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, delivery: Delivery, read: int, problems: Problems
) -> FileReport:
    """Quarantine, check, measure, supersede, certify, and make the delivery ``loaded``: one transaction, or nothing.

    Raises RefusedError when a check stops the delivery.
    """
    contract, incoming, batch = delivery.contract, delivery.incoming, delivery.batch
    validation = Validation(contract)
    originals.keep_codes(con, contract, validation.repairs, batch)
    quarantine.move_marked(con, validation, batch)
    repairs = _count_repairs(con, validation, batch)
    changes = supersede(con, contract, batch)
    replaced = _replaced(delivery, changes, problems)
    _refuse_empty(con, delivery, replaced, read)
    say_it_goes_back(con, delivery, problems)
    say_lists_beside(con, delivery, problems)
    forget_copy(con, incoming)
    measures = row_measures(con, validation, delivery, read, problems)
    measures |= table_measures(con, catalogue, delivery, read, problems)
    correction.change(con, delivery, problems)
    correction.put_back(con, contract, changes)
    place_changes(con, catalogue.contracts.get(contract.dataset, contract), batch)
    resubmission.join(con, delivery, problems)
    checks: list[RowCheck | TableCheck] = [*validation.checks, *table_checks(contract)]
    success = all(check.holds(measures[check.name]) for check in checks if check.name in measures)
    set_aside = int(con.execute("select count(*) from clew.quarantine where batch = ?", [batch]).fetchall()[0][0])
    measured = Measured(read, measures)
    if delivery.mode.whole:
        con.execute(
            "insert into clew.validation values (?, ?, ?, ?)",
            [batch, contract.dataset, success, measure.as_json(measured)],
        )
    ledger.finish(con, batch, (read, read - set_aside, set_aside), replaced[0].batch if replaced else None)
    # Only a whole file has a certificate, a volume, a validation result and a profile of its own.
    judge_coverage = acquisition.certified_or_why if delivery.mode.whole else rejudge.judge_part
    why = judge_coverage(con, delivery, read, set_aside, problems)
    if delivery.mode.whole:
        say_counted_twice(con, delivery, problems)
    unusual = observe(con, delivery, read, set_aside, problems) if delivery.mode.whole else ()
    whole = catalogue.contracts.get(contract.dataset, contract)
    told = late.tell_clues(con, whole, delivery, problems) if changes or delivery.mode.changes else 0
    return FileReport(
        contract.dataset, incoming.path.name, "loaded", batch, read, read - set_aside, set_aside, repairs,
        _top_reasons(con, batch), tuple(one.batch for one in replaced), why is None, why.en if why else "",
        measured=measured, unusual=unusual, corrected_clues=told,
    )  # fmt: skip


@contextmanager
def unordered(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let parts be written side by side. Rows carry their number, so the order they are stored in says nothing."""
    con.execute("set preserve_insertion_order = false")
    try:
        yield
    finally:
        con.execute("set preserve_insertion_order = true")


def _whole(con: duckdb.DuckDBPyConnection, delivery: Delivery, read: int) -> None:
    """Rows are numbered 1 to n without gap for CSV: a wrong cut of the parts cannot pass."""
    if delivery.format != "csv" or not read:
        return
    last = con.execute(
        f"select max(abs(_row)) from data.{quoted(delivery.contract.dataset)} where _batch = ?", [delivery.batch]
    ).fetchall()[0][0]
    if last != read:
        raise duckdb.InvalidInputException(f"row numbers end at {last}, but {read} rows were read")


def _count_repairs(con: duckdb.DuckDBPyConnection, validation: Validation, batch: int) -> dict[str, int]:
    contract = validation.contract
    patterns = con.execute(
        f"""select bits, sum(n)::bigint from (
            select _repaired as bits, count(*) as n from data.{quoted(contract.dataset)} where _batch = ? group by all
            union all select (payload ->> 'repaired')::hugeint, count(*) from marked group by all)
        group by bits""",
        [batch],
    ).fetchall()
    counts: dict[str, int] = {}
    for bits, rows in patterns:
        for name in validation.repairs.decode(int(bits)):
            counts[name] = counts.get(name, 0) + rows
    parts = [(*name.partition(".")[::2], rows) for name, rows in sorted(counts.items())]
    insert_rows(con, "clew.repair", [[batch, contract.dataset, column, repair, rows] for column, repair, rows in parts])
    return dict(sorted(counts.items()))


def _replaced(delivery: Delivery, changes: Sequence[Change], problems: Problems) -> list[Placed]:
    """The deliveries whose place this one takes; names that are not among them (I024), lists of one day (I025)."""
    sidecar = delivery.incoming.sidecar
    found = [change.one for change in changes if change.ended and change.ended[1] == delivery.batch]
    for name in sidecar.replaces:
        if name not in {one.file for one in found}:
            problems.warn(
                delivery.place,
                "I024",
                f"it says it replaces '{name}', which is not here",
                "check the name of the file it corrects",
            )
    named = {delivery.incoming.path.name, *sidecar.replaces}
    for one in found:
        listed = one.mode.whole and delivery.mode is Mode.SNAPSHOT and delivery.contract.kind is Kind.REGISTER
        if listed and one.file not in named and one.on == sidecar.received_on:
            problems.warn(
                delivery.place,
                "I025",
                f"it replaces '{one.file}' of the same day: a register's file is the whole list of its region",
                "if both are parts of one list, give each its own 'region'",
            )
    return found


def _refuse_empty(con: duckdb.DuckDBPyConnection, delivery: Delivery, replaced: Sequence[Placed], read: int) -> None:
    """A file without a row that would take the place of rows (I065): an export that failed looks the same as an empty
    list, and everybody on the list would be off it."""
    if read or delivery.incoming.sidecar.rows == 0 or not delivery.mode.whole:
        return
    for one in replaced:
        held = con.execute("select rows_read from clew.delivery where batch = ?", [one.batch]).fetchall()[0][0]
        if held:
            raise RefusedError(
                Problem(
                    delivery.place,
                    "I065",
                    f"it holds no row, and would take the place of '{one.file}' (delivery {one.batch}, {held} rows)",
                    "ask the sender for it again; if the list is empty, write 'rows: 0' in its sidecar",
                )
            )


def _top_reasons(con: duckdb.DuckDBPyConnection, batch: int) -> tuple[tuple[str, int], ...]:
    rows = con.execute(
        "select text, count(*) as n from (select unnest(reasons) as text from clew.quarantine where batch = ?) "
        "group by text order by n desc, text limit ?",
        [batch, TOP_REASONS],
    ).fetchall()
    return tuple((text, count) for text, count in rows)
