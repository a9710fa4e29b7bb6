"""Ingest: everything that waits in the drop folder, one file after the other; a bad file never stops the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.checks import table_checks
from clew.contracts.model import Contract
from clew.ingest.land.delivery import Delivery, RefusedError
from clew.ingest.land.file_name import citable, shown_name
from clew.ingest.land.first_seen import as_first_seen, note_copy
from clew.ingest.land.incoming import Incoming, waiting
from clew.ingest.land.landed import remove_unfinished
from clew.ingest.land.mode import Mode, contract_in, mode_of
from clew.ingest.land.papers import check_totals, in_one_form, refuse_wrong_mode
from clew.ingest.land.reception import received
from clew.ingest.land.statement import standing
from clew.ingest.load import ledger
from clew.ingest.load.came_before import say_nothing_new
from clew.ingest.load.flushing import flushed_meanwhile
from clew.ingest.load.references import delivered_headings, mended_rows, without_own_headings
from clew.ingest.load.transactions import settle, unordered, write_rows
from clew.ingest.read import format_of, open_source
from clew.ingest.read.engine_fault import NO_FILE_TO_BLAME, not_readable, short_reads_blamed, stopped
from clew.ingest.read.headings import Headings, listening
from clew.ingest.read.source import Request, Source
from clew.ingest.read.unpack import remove_unpacked
from clew.ingest.report.drift import with_drift
from clew.ingest.report.lineage_events import tell_end, tell_start, tell_what_was_left
from clew.ingest.report.report import FileReport, IngestReport
from clew.ingest.validate.protected import say_protected
from clew.lineage.event import prepare
from clew.problems import Place, Problem, Problems, did_you_mean
from clew.settings import Settings
from clew.warehouse import transaction

Progress = Callable[[str], None]

_LARGE = 256 * 1024 * 1024
"""Bytes."""

__all__ = ["FileReport", "IngestReport", "ingest_file", "ingest_folder"]


def ingest_folder(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalogue: Catalogue,
    *,
    today: date,
    progress: Progress | None = None,
) -> IngestReport:
    """Land, validate and load every waiting file; safe to repeat and to kill at any moment.

    Datasets that others refer to come first. ``today`` is the date of receipt of files without a sidecar.
    Raises only what no file is to blame for: a full disk, memory, an interrupted engine.
    """
    problems = Problems()
    clear_unfinished(con, settings)
    tell_what_was_left(con, settings, catalogue)
    order = {dataset: position for position, dataset in enumerate(referred_first(catalogue))}
    files = sorted(
        waiting(settings.drop_dir, today, problems),
        key=lambda item: (
            order.get(item.dataset, len(order)),
            item.dataset,
            item.sidecar.received_on,
            _turn(item, catalogue),
            item.path.name,
        ),
    )
    if settings.lineage_path is not None and any(_takes_time(item) for item in files):
        prepare()
    reports = [ingest_file(con, settings, catalogue, item, problems, progress=progress) for item in files]
    return IngestReport(tuple(reports), tuple(problems))


def _takes_time(item: Incoming) -> bool:
    """Whether copying a file gives time for something else."""
    try:
        return item.path.lstat().st_size >= _LARGE
    except OSError:
        return False


def ingest_file(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalogue: Catalogue,
    incoming: Incoming,
    problems: Problems,
    *,
    progress: Progress | None = None,
) -> FileReport:
    """One file: landed, then loaded in one transaction, or refused with a located problem (also in ``problems``)."""
    say = progress or _silent
    contract = catalogue.get(incoming.dataset)
    if contract is None:
        problem = Problem(
            Place(incoming.shown),
            "I001",
            f"there is no contract for '{shown_name(incoming.dataset)}'",
            did_you_mean(incoming.dataset, catalogue.contracts),
        )
        return _turned_away(incoming, problem, problems)
    incoming = in_one_form(con, incoming, contract)
    say(f"{incoming.shown}: landing")
    landed = received(incoming, settings.landing_dir, partial(ledger.has_size, con))
    if isinstance(landed, Problem):
        return _turned_away(incoming, landed, problems)
    incoming = as_first_seen(con, incoming, landed)
    known = standing(con, incoming, landed, contract)
    if known is not None:
        say_nothing_new(con, contract, known, incoming, problems)
        note_copy(con, incoming, landed, known)
        return FileReport(incoming.dataset, incoming.path.name, "unchanged", known.batch)
    format_ = format_of(incoming.path.name, contract.file_format, landed.path)
    as_delivered = contract_in(contract, mode_of(incoming.sidecar, contract))
    delivery = Delivery(incoming, landed, as_delivered, format_, ledger.next_batch(con))
    own = Problems()
    heard: list[Headings] = []
    tell_start(settings, delivery)
    try:
        if incoming.faults:
            raise RefusedError(
                Problem(
                    Place(f"{incoming.shown}.yml"),
                    "I003",
                    "the sidecar has mistakes",
                    "mend them; the file is taken when its papers are in order",
                )
            )
        refuse_wrong_mode(con, delivery)
        check_totals(delivery)
        with listening() as heard:
            report = _read_and_load(con, settings, catalogue, delivery, own, say)
    except RefusedError as refused:
        if refused.problem not in own.found:
            own.found.append(refused.problem)
        report = _refuse(con, delivery, own.errors)
    if delivery.mode is Mode.RESUBMISSION or delivery.mode.changes:
        heard = delivered_headings(heard)
        without_own_headings(own)
    report = with_drift(con, settings, delivery, report, heard, own)
    say_protected(con, delivery, own)
    tell_end(con, settings, delivery, report)
    problems.found.extend(problem for problem in own.found if problem not in problems.found)
    return report


def _turn(item: Incoming, catalogue: Catalogue) -> int:
    """Of one day: whole lists first, then more rows, then what corrects and deletes, then what was mended."""
    contract = catalogue.get(item.dataset)
    mode = mode_of(item.sidecar, contract) if contract else Mode.APPEND
    return list(Mode).index(mode)


def referred_first(catalogue: Catalogue) -> list[str]:
    """Datasets in an order in which those that others refer to come before them."""
    done: list[str] = []

    def visit(contract: Contract, trail: tuple[str, ...]) -> None:
        if contract.dataset in done or contract.dataset in trail:
            return
        for check in table_checks(contract):
            target = catalogue.get(str(check.arguments.get("dataset"))) if check.kind == "relationship" else None
            if target is not None:
                visit(target, (*trail, contract.dataset))
        done.append(contract.dataset)

    for dataset in sorted(catalogue.contracts):
        visit(catalogue.contracts[dataset], ())
    return done


def _read_and_load(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalogue: Catalogue,
    delivery: Delivery,
    own: Problems,
    say: Progress,
) -> FileReport:
    incoming = delivery.incoming
    request = Request(
        con,
        delivery.landed,
        delivery.contract,
        incoming.sidecar,
        incoming.shown,
        settings.state_dir / "spill",
        settings.threads,
        settings.unpacked_bytes,
        settings.unpack_ratio,
    )
    if delivery.mode is Mode.RESUBMISSION or delivery.mode.changes:
        delivery = replace(delivery, references=mended_rows(request, delivery))
    say(f"{incoming.shown}: reading and checking")
    kept = flushed_meanwhile(settings.warehouse_path, delivery.landed.size)
    with open_source(delivery.format, request, own) as source, kept:
        if source is None:
            raise RefusedError(own.errors[0])
        try:
            return _load(con, catalogue, delivery, source, own)
        except NO_FILE_TO_BLAME:
            raise
        except duckdb.Error as error:
            if own.errors:  # the reader has said what is wrong, and where
                raise RefusedError(own.errors[0]) from None
            if source.fallback is None:
                raise not_readable(delivery, error) from None
        say(f"{incoming.shown}: not regular, reading it record by record")
        with source.fallback() as exact:
            if exact is None:
                raise RefusedError(own.errors[0])
            try:
                return _load(con, catalogue, delivery, exact, own)
            except NO_FILE_TO_BLAME:
                raise
            except duckdb.Error as error:
                raise (RefusedError(own.errors[0]) if own.errors else stopped(delivery, error)) from None


def _load(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, delivery: Delivery, source: Source, own: Problems
) -> FileReport:
    with short_reads_blamed(), unordered(con), transaction(con):
        read = write_rows(con, catalogue, delivery, source)
    try:
        with transaction(con):
            return settle(con, catalogue, delivery, read, own)
    except NO_FILE_TO_BLAME:
        raise
    except (RefusedError, duckdb.Error) as error:
        with transaction(con):
            ledger.discard(con, delivery.batch, delivery.contract.dataset)
        if isinstance(error, RefusedError):
            raise
        raise stopped(delivery, error) from None


def clear_unfinished(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Take out what a killed process left behind: half-copied files and deliveries that were never settled."""
    if settings.landing_dir.is_dir():
        remove_unfinished(settings.landing_dir)
    remove_unpacked(settings.state_dir / "spill")
    for batch, dataset in ledger.unfinished(con):
        with transaction(con):
            ledger.discard(con, batch, dataset)


def _refuse(con: duckdb.DuckDBPyConnection, delivery: Delivery, errors: list[Problem]) -> FileReport:
    incoming, text = delivery.incoming, "\n".join(str(error) for error in errors)
    if not ledger.refused_alike(con, incoming, delivery.landed, text):
        with transaction(con):
            ledger.record(
                con,
                incoming,
                delivery.landed,
                delivery.contract,
                delivery.batch,
                format_=delivery.format,
                status="refused",
                problem=text,
            )
    return FileReport(incoming.dataset, incoming.path.name, "refused", problem=text)


def _silent(message: str) -> None:
    del message


def _turned_away(incoming: Incoming, problem: Problem, problems: Problems) -> FileReport:
    """A file that did not even get as far as the landing folder."""
    problems.found.append(problem)
    name = incoming.path.name if citable(incoming.path.name) else shown_name(incoming.path.name)
    return FileReport(shown_name(incoming.dataset), name, "refused", problem=str(problem))
