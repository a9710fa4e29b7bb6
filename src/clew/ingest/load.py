"""One delivery into the warehouse, in two transactions.

The first writes the rows under a batch number that the ledger calls ``landed``: nothing reads such rows. The second
quarantines, checks and certifies, and makes the delivery ``loaded`` in the same instant. A process killed in between
leaves a landed delivery, which the next run takes out again before it starts. One transaction would do the same, but
rows deleted in the transaction that wrote them make the engine write all the others a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.checks import CheckMeasure, Measured, RowCheck, TableCheck, table_checks
from clew.contracts.literal import quoted
from clew.contracts.model import Action, Contract, Kind
from clew.ingest import coverage, ledger, measure, quarantine
from clew.ingest.deliveries import Incoming
from clew.ingest.land import Landed
from clew.ingest.read.source import Source
from clew.ingest.report import FileReport
from clew.ingest.table_checks import VISIBLE, duplicates, key_measure, orphans
from clew.ingest.typed import create_table, table_columns
from clew.ingest.validate import Validation, load_statement
from clew.problems import Place, Problem, Problems

TOP_REASONS = 10


class RefusedError(Exception):
    """The delivery as a whole breaks its contract; nothing of it is loaded."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(frozen=True)
class Delivery:
    """Everything one load needs to know."""

    incoming: Incoming
    landed: Landed
    contract: Contract
    format: str
    batch: int

    @property
    def place(self) -> Place:
        """The delivered file, for messages."""
        return Place(self.incoming.shown)


def write_rows(con: duckdb.DuckDBPyConnection, delivery: Delivery, source: Source) -> int:
    """Write every row of a source under the delivery's batch number; returns how many were read.

    Call it in a transaction of its own: the delivery is then ``landed``, and its rows do not count for anybody.
    Raises RefusedError, and duckdb.Error where the file is not regular.
    """
    ready_table(con, delivery)
    ledger.record(
        con,
        delivery.incoming,
        delivery.landed,
        delivery.contract,
        delivery.batch,
        format_=delivery.format,
        status="landed",
    )
    statement = load_statement(Validation(delivery.contract), source, delivery.batch, delivery.incoming.path.name)
    with unordered(con):
        read = int(con.execute(statement).fetchall()[0][0])
    _whole(con, delivery, read)
    return read


def settle(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, delivery: Delivery, read: int, problems: Problems
) -> FileReport:
    """Quarantine, check, measure, supersede, certify, and make the delivery ``loaded``: one transaction, or nothing.

    Raises RefusedError when a check stops the delivery.
    """
    contract, incoming, batch = delivery.contract, delivery.incoming, delivery.batch
    validation = Validation(contract)
    quarantine.move_marked(con, validation, batch)
    repairs = _count_repairs(con, validation, batch)
    replaced, replacing = _supersession(con, delivery, problems)
    measures = _row_measures(con, validation, delivery, read, problems)
    measures |= _table_measures(con, catalogue, delivery, read, bool(replacing), problems)
    checks: list[RowCheck | TableCheck] = [*validation.checks, *table_checks(contract)]
    success = all(check.holds(measures[check.name]) for check in checks if check.name in measures)
    set_aside = int(con.execute("select count(*) from clew.quarantine where batch = ?", [batch]).fetchall()[0][0])
    measured = Measured(read, measures)
    con.execute(
        "insert into clew.validation values (?, ?, ?, ?)", [batch, contract.dataset, success, measure.as_json(measured)]
    )
    ledger.finish(con, batch, (read, read - set_aside, set_aside), replaced[0].batch if replaced else None)
    for one in replacing:
        ledger.supersede(
            con, [ledger.Earlier(batch, incoming.path.name, incoming.sidecar.received_on)], one.batch, one.received_on
        )
    why = coverage.why_not_certified(incoming.sidecar, contract, read, set_aside)
    if why is None:
        coverage.certify(con, incoming.sidecar, contract.dataset, batch)
    elif why:
        problems.warn(
            delivery.place,
            "I021",
            f"no coverage is certified: {why}",
            "rules that look for an absence stay inconclusive here until a complete file comes",
        )
    return FileReport(
        contract.dataset, incoming.path.name, "loaded", batch, read, read - set_aside, set_aside, repairs,
        _top_reasons(con, batch), tuple(one.batch for one in replaced), why is None, why or "", measured=measured,
    )  # fmt: skip


@contextmanager
def unordered(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let parts be written side by side. Rows carry their number, so the order they are stored in says nothing."""
    con.execute("set preserve_insertion_order = false")
    try:
        yield
    finally:
        con.execute("set preserve_insertion_order = true")


def ready_table(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Make ``data.<dataset>``, or give it the columns a newer contract adds; another type is refused (I023)."""
    contract = delivery.contract
    con.execute(create_table(contract))
    held = dict(
        con.execute(
            "select column_name, data_type from duckdb_columns() where schema_name = 'data' and table_name = ? and not internal",
            [contract.dataset],
        ).fetchall()
    )
    for name, type_ in table_columns(contract).items():
        if name not in held:
            con.execute(f"alter table data.{quoted(contract.dataset)} add column {quoted(name)} {type_}")
        elif held[name] != type_:
            raise RefusedError(
                Problem(
                    delivery.place,
                    "I023",
                    f"the contract says {name} is {type_}, the warehouse holds it as {held[name]}",
                    "give the column a new name in the contract, or load into a new warehouse",
                )
            )


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
    for name, rows in sorted(counts.items()):
        column, _, repair = name.partition(".")
        con.execute("insert into clew.repair values (?, ?, ?, ?, ?)", [batch, contract.dataset, column, repair, rows])
    return dict(sorted(counts.items()))


def _supersession(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, problems: Problems
) -> tuple[list[ledger.Earlier], list[ledger.Earlier]]:
    """Deliveries this one replaces (marked so), and newer lists of a register that replace this one at once."""
    incoming, on = delivery.incoming, delivery.incoming.sidecar.received_on
    found = ledger.superseded_by(con, incoming, delivery.contract)
    named = {incoming.path.name, incoming.sidecar.replaces}
    newer = [one for one in found if one.file not in named and one.received_on > on]
    older = [one for one in found if one not in newer]
    ledger.supersede(con, older, delivery.batch, on)
    if incoming.sidecar.replaces and incoming.sidecar.replaces not in {one.file for one in older}:
        problems.warn(
            delivery.place,
            "I024",
            f"it says it replaces '{incoming.sidecar.replaces}', which is not here",
            "check the name of the file it corrects",
        )
    for one in older:
        if delivery.contract.kind is Kind.REGISTER and one.file not in named and one.received_on == on:
            problems.warn(
                delivery.place,
                "I025",
                f"it replaces '{one.file}' of the same day: a register's file is the whole list of its region",
                "if both are parts of one list, give each its own 'region'",
            )
    return older, newer[:1]


def _row_measures(
    con: duckdb.DuckDBPyConnection, validation: Validation, delivery: Delivery, read: int, problems: Problems
) -> dict[str, CheckMeasure]:
    contract, batch = delivery.contract, delivery.batch
    _, nulls = measure.column_nulls(con, contract, batch)
    faults = int(con.execute("select count(*) from marked where payload ->> 'fault' is not null").fetchall()[0][0])
    measures = measure.marking_measures(con, validation, batch, read - faults, nulls)
    counted = measure.counted_measures(con, validation, batch, read - faults)
    for check in validation.counted:
        if not check.holds(counted[check.name]):
            _judge(check, f"{counted[check.name].unexpected} of {read} rows: {check.reason_en}", delivery, problems)
            if check.action is Action.QUARANTINE:
                rows = f"select _row from ({measure.staged(contract)}) where {check.violated}"
                quarantine.set_aside(
                    con, contract, batch, rows, quarantine.reason(check.name, check.reason_zh), [batch]
                )
    return measures | counted


def _table_measures(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    delivery: Delivery,
    read: int,
    outdated: bool,
    problems: Problems,
) -> dict[str, CheckMeasure]:
    contract, batch = delivery.contract, delivery.batch
    found: dict[str, CheckMeasure] = {}
    for check in table_checks(contract):
        if check.kind == "row_count":
            found[check.name] = CheckMeasure(evaluated=read)
            if not check.holds(found[check.name]):
                _judge(check, f"{check.reason_en}: {read} rows", delivery, problems)
        elif check.kind == "null_share":
            rows, nulls = measure.column_nulls(con, contract, batch)
            found[check.name] = CheckMeasure(rows, nulls[check.columns[0]])
            if not check.holds(found[check.name]):
                _judge(check, f"{check.reason_en}: {nulls[check.columns[0]]} of {rows} rows", delivery, problems)
        elif check.kind == "unique":
            found[check.name] = key_measure(con, check, contract, batch)
            _keys(con, check, found[check.name], delivery, outdated, problems)
        elif check.kind == "relationship":
            missing = _relationship(con, catalogue, check, delivery, problems)
            if missing is not None:
                found[check.name] = missing
    return found


def _keys(
    con: duckdb.DuckDBPyConnection,
    check: TableCheck,
    measured: CheckMeasure,
    delivery: Delivery,
    outdated: bool,
    problems: Problems,
) -> None:
    contract, batch = delivery.contract, delivery.batch
    *in_file, earlier = duplicates(check, contract, batch)
    if not check.holds(measured):
        _judge(check, f"{check.reason_en}: {measured.unexpected} rows", delivery, problems)
        if check.action is Action.QUARANTINE:
            for finding in in_file:
                quarantine.set_aside(
                    con, contract, batch, finding.rows, quarantine.reason(check.name, finding.text), finding.parameters
                )
    others = con.execute(f"select count(*) from ({VISIBLE}) where batch <> ?", [contract.dataset, batch]).fetchall()[0][
        0
    ]
    if others and not outdated and check.action is Action.QUARANTINE:
        quarantine.set_aside(
            con, contract, batch, earlier.rows, quarantine.reason(check.name, earlier.text), earlier.parameters
        )


def _relationship(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, check: TableCheck, delivery: Delivery, problems: Problems
) -> CheckMeasure | None:
    contract, batch, other = delivery.contract, delivery.batch, str(check.arguments["dataset"])
    target = catalogue.get(other)
    received = con.execute(f"select count(*) from ({VISIBLE})", [other]).fetchall()[0][0]
    if target is None or not received:
        problems.warn(
            delivery.place,
            "I026",
            f"the check '{check.name}' could not run: nothing of {other} was received yet",
            f"deliver {other} first",
        )
        return None
    con.execute(create_table(target))
    finding = orphans(check, contract, batch)
    lost = int(con.execute(f"select count(*) from ({finding.rows})", finding.parameters).fetchall()[0][0])
    rows, nulls = measure.column_nulls(con, contract, batch)
    measured = CheckMeasure(rows, max(nulls[name] for name in check.columns), lost)
    if not check.holds(measured):
        _judge(check, f"{check.reason_en}: {lost} of {rows} rows", delivery, problems)
        if check.action is Action.QUARANTINE:
            quarantine.set_aside(
                con, contract, batch, finding.rows, quarantine.reason(check.name, finding.text), finding.parameters
            )
    return measured


def _judge(check: RowCheck | TableCheck, message: str, delivery: Delivery, problems: Problems) -> None:
    """A failed check stops the delivery, or is said; single rows are set aside by the caller."""
    if check.action is Action.STOP:
        raise RefusedError(
            Problem(
                delivery.place,
                "I020",
                f"the check '{check.name}' stops this delivery: {message}",
                "ask the sender for a corrected file; nothing of this one was loaded",
            )
        )
    if check.action is Action.WARN or check.kind in ("row_count", "null_share"):
        problems.warn(delivery.place, "I020", f"the check '{check.name}' failed: {message}")


def _top_reasons(con: duckdb.DuckDBPyConnection, batch: int) -> tuple[tuple[str, int], ...]:
    rows = con.execute(
        "select text, count(*) as n from (select unnest(reasons) as text from clew.quarantine where batch = ?) "
        "group by text order by n desc, text limit ?",
        [batch, TOP_REASONS],
    ).fetchall()
    return tuple((text, count) for text, count in rows)
