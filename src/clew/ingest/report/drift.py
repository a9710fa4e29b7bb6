"""The drift of one delivery: found after it was loaded or refused, said, and kept in ``clew.drift``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from clew.contracts.model import Contract
from clew.ingest.drift.form import Drift, of_headings
from clew.ingest.drift.unknown_columns import sample
from clew.ingest.drift.values import of_values
from clew.ingest.land.delivery import Delivery
from clew.ingest.read.headers import shown_header
from clew.ingest.read.headings import Headings, header_key, meanings
from clew.ingest.read.source import Request
from clew.ingest.report.report import FileReport
from clew.problems import Problems
from clew.settings import Settings
from clew.warehouse import insert_rows, transaction

MOST_HEADINGS = 2000
"""A file with more headings than these is another file than the contract speaks of, and no drift of it."""


def with_drift(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    delivery: Delivery,
    report: FileReport,
    heard: Sequence[Headings],
    problems: Problems,
) -> FileReport:
    """The report with what of the delivery's form left the contract, each said as a warning (I090, I091)."""
    kept = con.execute("select count(*) from clew.delivery where batch = ?", [delivery.batch]).fetchall()[0][0]
    names = _names(heard, delivery.contract, report, problems)
    if not kept or (not names and report.status != "loaded"):
        return report
    contract = delivery.contract
    drifts = _of_names(con, settings, delivery, names) if names else []
    if any(one.keyed for one in heard):
        needed = {column.name for column in contract.columns if column.required}
        drifts = [one for one in drifts if one.kind != "removed" or one.column in needed]
    if report.status == "loaded" and report.measured is not None:
        drifts += of_values(con, delivery, report.rows_read, report.measured)
        if not any(one.keyed for one in heard):
            drifts += _reordered(con, contract, delivery.batch, names)
    with transaction(con):
        _keep(con, delivery, names, drifts)
    for drift in drifts:
        if drift.kind in ("renamed", "widened", "narrowed"):
            change = f"; in the contract: {' '.join(drift.change.split())}" if drift.change else ""
            problems.warn(
                delivery.place,
                "I090" if drift.kind == "renamed" else "I091",
                drift.says_en,
                f"clew drift {contract.dataset} shows what to change{change}",
            )
    return replace(report, drift=tuple(drifts))


def _names(heard: Sequence[Headings], contract: Contract, report: FileReport, problems: Problems) -> list[str]:
    """The headings the delivery was taken by; of a refused one those that came nearest, if headings were the reason."""
    if any(len(one.names) > MOST_HEADINGS for one in heard):
        return []
    if report.status == "loaded":
        return list(dict.fromkeys(name for one in heard if one.found for name in one.names))
    if not any(problem.code == "I010" for problem in problems.errors):
        return []
    known = meanings(contract)
    counts = [sum(header_key(name) in known for name in one.names) for one in heard]
    # Where no heading is known the first record stands in their place, and a record is kept nowhere.
    return list(heard[counts.index(max(counts))].names) if max(counts, default=0) else []


def _of_names(con: duckdb.DuckDBPyConnection, settings: Settings, delivery: Delivery, names: list[str]) -> list[Drift]:
    contract = delivery.contract
    known = meanings(contract)
    found = {known[key].column.name for name in names if (key := header_key(name)) in known}
    unknown = [name for name in names if name.strip() and header_key(name) not in known]
    missing = [column for column in contract.columns if column.name not in found]
    request = Request(
        con, delivery.landed, contract, delivery.incoming.sidecar, delivery.incoming.shown,
        settings.state_dir / "spill", settings.threads, settings.unpacked_bytes, settings.unpack_ratio,
    )  # fmt: skip
    return of_headings(contract, names, sample(request, delivery.format, missing, unknown) if unknown else {})


def _reordered(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int, names: Sequence[str]) -> list[Drift]:
    known = meanings(contract)
    now = [known[key].column.name for name in names if (key := header_key(name)) in known]
    before = [
        name
        for (name,) in con.execute(
            """select column_name from clew.heading where column_name is not null and batch = (
                select max(h.batch) from clew.heading h join clew.delivery d using (batch)
                where h.dataset = ? and h.batch < ? and d.status = 'loaded') order by position""",
            [contract.dataset, batch],
        ).fetchall()
    ]
    if not before or not now or set(before) != set(now) or before == now:
        return []
    return [Drift("reordered", "", "", False, "列的顺序与上一次不同，不影响装载", "the columns stand in another order")]


def _keep(con: duckdb.DuckDBPyConnection, delivery: Delivery, names: Sequence[str], drifts: Sequence[Drift]) -> None:
    known, dataset, batch = meanings(delivery.contract), delivery.contract.dataset, delivery.batch
    headings: list[list[object]] = []
    for position, name in enumerate(names):
        meaning = known.get(header_key(name))
        shown = shown_header(name, bool(known))
        heading = " ".join(name.split()) if meaning is not None or shown.startswith("'") else ""
        headings.append([batch, dataset, position, heading, meaning.column.name if meaning else None])
    insert_rows(con, "clew.heading (batch, dataset, position, heading, column_name)", headings)
    insert_rows(
        con,
        "clew.drift (batch, dataset, position, kind, column_name, heading, breaking, says_zh, says_en, change)",
        [
            [batch, dataset, position, drift.kind, drift.column or None, drift.heading or None, drift.breaking,
             drift.says_zh, drift.says_en, drift.change]
            for position, drift in enumerate(drifts)
        ],
    )  # fmt: skip
