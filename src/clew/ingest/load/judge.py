"""A delivery judged: every check measured, rows set aside, failed checks said or stopping the whole."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.check import CheckMeasure, RowCheck, TableCheck
from clew.contracts.checks import table_checks
from clew.contracts.model import Action
from clew.ingest.land.delivery import Delivery, RefusedError
from clew.ingest.load import correction
from clew.ingest.load.table import create_table
from clew.ingest.load.twins import seen_twins
from clew.ingest.validate import measure, quarantine, query_checks
from clew.ingest.validate.table_checks import VISIBLE, duplicates, key_measure, orphans
from clew.ingest.validate.validation import Validation
from clew.problems import Problem, Problems


def row_measures(
    con: duckdb.DuckDBPyConnection, validation: Validation, delivery: Delivery, read: int, problems: Problems
) -> dict[str, CheckMeasure]:
    """Measure every row check; rows that break a limit over the whole delivery are set aside now."""
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


def table_measures(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    delivery: Delivery,
    read: int,
    problems: Problems,
) -> dict[str, CheckMeasure]:
    """Measure every check of the whole table."""
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
            _keys(con, check, found[check.name], delivery, problems)
        elif check.kind == "relationship":
            found[check.name] = _relationship(con, catalogue, check, delivery, problems)
        elif check.kind in query_checks.KINDS:
            found[check.name] = _query(con, check, delivery, problems)
    return found


def _query(con: duckdb.DuckDBPyConnection, check: TableCheck, delivery: Delivery, problems: Problems) -> CheckMeasure:
    found = query_checks.answer(con, check, delivery.contract, delivery.batch)
    if not check.holds(found.measure):
        _judge(check if found.ran else replace(check, action=_LOUDER[check.action]), found.said, delivery, problems)
        if check.action is Action.QUARANTINE and found.finding is not None:
            quarantine.set_aside(
                con, delivery.contract, delivery.batch, found.finding.rows,
                quarantine.reason(check.name, found.finding.text), found.finding.parameters,
            )  # fmt: skip
    return found.measure


SEEN_BEFORE = "该键已见于此前有效的交付"

_LOUDER = {Action.WARN: Action.WARN, Action.QUARANTINE: Action.STOP, Action.STOP: Action.STOP}
"""Where a check could not be worked out, no row can be set aside for it: the delivery goes instead."""


def _keys(
    con: duckdb.DuckDBPyConnection, check: TableCheck, measured: CheckMeasure, delivery: Delivery, problems: Problems
) -> None:
    """Set aside rows that repeat a key of their file, or of a row that is seen on a day on which they would be."""
    contract, batch = delivery.contract, delivery.batch
    if not check.holds(measured):
        _judge(check, f"{check.reason_en}: {measured.unexpected} rows", delivery, problems)
        if check.action is Action.QUARANTINE:
            for finding in duplicates(check, contract, batch):
                quarantine.set_aside(
                    con, contract, batch, finding.rows, quarantine.reason(check.name, finding.text), finding.parameters
                )
    if delivery.mode.changes or check.action is not Action.QUARANTINE:
        return
    if (held := seen_twins(con, contract, check.columns, batch)) is not None:
        text = f"{check.reason_zh}：{SEEN_BEFORE}"
        quarantine.set_aside(con, contract, batch, held, quarantine.reason(check.name, text))


def _relationship(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, check: TableCheck, delivery: Delivery, problems: Problems
) -> CheckMeasure:
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
        return CheckMeasure(evaluated=0)
    con.execute(create_table(target))
    finding = orphans(check, contract, batch, correction.seen_now(con, other))
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
