"""What a sidecar says beside its certificate, brought into one form and held against the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import duckdb

from clew.contracts.model import Contract
from clew.ingest.land.delivery import Delivery, RefusedError
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.mode import Mode, default_mode
from clew.ingest.land.totals import wrong_total
from clew.problems import Place, Problem


@dataclass(frozen=True)
class Mended:
    """A loaded delivery that rows are sent again for, or decided about."""

    batch: int
    dataset: str
    file: str
    mode: Mode
    region: str
    received_on: date
    superseded_by: int | None
    superseded_on: date | None


def mended(con: duckdb.DuckDBPyConnection, batch: int) -> Mended | None:
    """The loaded delivery of that number, or None."""
    rows = con.execute(
        "select batch, dataset, file, mode, region, received_on, superseded_by, superseded_on from clew.delivery"
        " where batch = ? and status = 'loaded'",
        [batch],
    ).fetchall()
    if not rows:
        return None
    number, dataset, file, mode, region, *rest = rows[0]
    return Mended(number, dataset, file, Mode(mode), region, *rest)


def in_one_form(con: duckdb.DuckDBPyConnection, incoming: Incoming, contract: Contract) -> Incoming:
    """The same file with papers of one form: the mode left out where it is the kind's own.

    A resubmission speaks of the region of the delivery it mends, and certifies nothing by itself.
    """
    sidecar = incoming.sidecar
    if sidecar.mode == default_mode(contract) and sidecar.resubmits is None:
        sidecar = replace(sidecar, mode=None)
    if sidecar.resubmits is not None:
        of = mended(con, sidecar.resubmits)
        region = of.region if of else sidecar.region
        sidecar = replace(sidecar, region=region, period=None, complete=False)
    return replace(incoming, sidecar=sidecar)


def refuse_wrong_mode(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Raise RefusedError for a change without keys (I070), or for a resubmission of nothing (I071, I072)."""
    sidecar, contract = delivery.incoming.sidecar, delivery.contract
    place = sidecar.mode_place or Place(f"{delivery.incoming.shown}.yml")
    if delivery.mode.changes and not contract.primary_key:
        raise RefusedError(
            Problem(
                place,
                "I070",
                f"a {delivery.mode} finds its rows by the primary key, and the contract '{contract.dataset}' has none",
                "give the contract a primaryKey, or deliver the whole list again",
            )
        )
    if sidecar.resubmits is None:
        return
    fault = _cannot_mend(mended(con, sidecar.resubmits), delivery)
    if fault:
        raise RefusedError(Problem(place, *fault))


def _cannot_mend(of: Mended | None, delivery: Delivery) -> tuple[str, str, str] | None:
    """Code, message and help when the delivery named in ``resubmits`` takes no rows back."""
    sidecar, dataset = delivery.incoming.sidecar, delivery.contract.dataset
    if sidecar.mode is not None:
        return "I071", "mended rows join the delivery they belong to; they have no mode", "leave out 'mode'"
    if of is not None and of.dataset == dataset and of.mode.changes:
        return (
            "I071",
            f"delivery {of.batch} is a {of.mode}: its rows come back in a {of.mode}, not as mended ones",
            f"send it whole under its name '{of.file}', or only these rows with mode: {of.mode}",
        )
    if of is None or of.dataset != dataset or of.mode not in (Mode.SNAPSHOT, Mode.APPEND, Mode.RESUBMISSION):
        return (
            "I071",
            f"{sidecar.resubmits} is no loaded delivery of {dataset} that rows can be sent again for",
            "look up its number with: clew quarantine",
        )
    if of.superseded_by is not None:
        return (
            "I072",
            f"delivery {of.batch} was replaced by {of.superseded_by} on {of.superseded_on}: its rows no longer count",
            f"send the rows again for delivery {of.superseded_by}, if they are missing there",
        )
    if sidecar.received_on < of.received_on:
        return (
            "I072",
            f"delivery {of.batch} was received on {of.received_on}, after the rows that mend it",
            "correct 'received_on'",
        )
    return None


def check_totals(delivery: Delivery) -> None:
    """Refuse a file (I050) whose sidecar gives a total of something that is no number column of the contract."""
    for name, _ in delivery.incoming.sidecar.totals:
        if (wrong := wrong_total(delivery.contract, name, f"{delivery.incoming.shown}.yml")) is not None:
            raise RefusedError(wrong)
