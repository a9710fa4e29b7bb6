"""Deliveries as a person reads them: a table of all, or one from its letter to its fate."""

from __future__ import annotations

from collections.abc import Sequence

from clew.cli import console
from clew.ingest.land.arrivals import Arrival, ArrivalDetail
from clew.ingest.land.landed import landed_path
from clew.ingest.land.period import shown_period
from clew.settings import Settings

STATES = {"loaded": "已入库 loaded", "refused": "已拒收 refused"}


def print_arrivals(found: Sequence[Arrival]) -> None:
    """One line each, the newest first."""
    rows = [
        (
            one.batch,
            one.received_on,
            f"{one.dataset}\n{one.file}",
            f"{one.sender or ''}\n{one.letter or ''}".strip(),
            f"{one.region or '全部 all'}\n{shown_period(one.period_from, one.period_to)}".strip(),
            fate(one),
            one.rows_loaded,
            one.rows_quarantined,
        )
        for one in found
    ]
    if rows:
        headings = ("no.", "received", "dataset, file", "sender, letter", "covers", "status", "loaded", "set aside")
        console.print_table(headings, rows, right=(0, 6, 7))
    console.say(f"{len(rows)} deliveries shown." if rows else "No delivery matches.")


def fate(one: Arrival) -> str:
    """Status, certificate and what took its place, in one cell."""
    words = [STATES.get(one.status, one.status)]
    if one.certified:
        words.append("证明完整 certified")
    if one.superseded_by is not None:
        words.append(f"被{one.superseded_by}取代 superseded by {one.superseded_by}")
    return "\n".join(words)


def print_arrival(one: Arrival, detail: ArrivalDetail, settings: Settings) -> None:
    """Everything the ledger knows of one delivery; no value of any row."""
    told: list[tuple[str, object]] = [
        ("delivery", f"{one.batch}  {one.dataset}/{one.file}"),
        ("status", fate(one).replace("\n", ", ")),
        ("received", f"{one.received_on}  {one.received_by or ''}".strip()),
        ("sender, letter", "  ".join(filter(None, (one.sender, one.letter)))),
        ("covers", f"{one.region or 'everywhere'}  {shown_period(one.period_from, one.period_to)}".strip()),
        ("says it is complete", "yes" if one.complete else "no"),
        ("rows stated", one.rows_stated),
        ("totals stated", ", ".join(f"{name} {value}" for name, value in one.totals.items())),
        ("rows read", one.rows_read),
        ("loaded", one.rows_loaded),
        ("set aside", one.rows_quarantined),
        ("no certificate", one.uncertified.get("zh", "") and f"{one.uncertified['zh']} ({one.uncertified['en']})"),
        ("mode", one.mode),
        ("mends delivery", one.resubmits),
        ("supersedes", one.supersedes),
        ("superseded on", one.superseded_on),
        ("fetched from", one.source),
        ("contract", one.contract_version),
        ("file at rest", landed_path(settings.landing_dir, one.sha256, one.file)),
        ("sha256", f"{one.sha256}  ({console.shown(one.bytes)} bytes)"),
        ("problem", one.problem),
    ]
    for name, value in told:
        if value not in (None, ""):
            console.say(f"{name + ':':<21}{console.shown(value)}")
    for title, pairs in (("set aside because", detail.reasons), ("values repaired", detail.repairs)):
        if pairs:
            console.say(f"{title}:")
            for text, count in pairs:
                console.say(f"  {console.shown(count):>10}  {text}")
    if detail.months:
        console.say("rows by month:")
        for month, count in detail.months:
            console.say(f"  {console.shown(count):>10}  {month:%Y-%m}")
