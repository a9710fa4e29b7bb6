"""A person's decisions about rows set aside: let them in after all, or say that they are no records.

A decision is a delivery of its own: its document is landed like any file and never changes, its rows count from its
day on, a screening as of an earlier day does not see it, and it goes when the delivery it is about is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from clew.contracts.model import Contract
from clew.ingest.coverage.rejudge import judge_part
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.landed import land
from clew.ingest.land.mode import Mode
from clew.ingest.land.papers import Mended, mended
from clew.ingest.land.sidecar import Sidecar
from clew.ingest.load import ledger
from clew.ingest.release.held import HeldRow, held_rows
from clew.ingest.release.releasable import admit, not_releasable
from clew.problems import Place, Problems
from clew.settings import Settings
from clew.warehouse import transaction

FATE = {Mode.RELEASE: "released", Mode.DISCARD: "discarded"}


@dataclass(frozen=True)
class Decided:
    """What a decision did: the delivery that carries it (None when nothing was left to do), rows, certificate."""

    batch: int | None
    rows: int
    certified: bool


@dataclass(frozen=True)
class Decision:
    """Which rows of a delivery, what about them, by whom, when and why."""

    kind: Mode
    batch: int
    rows: tuple[int, ...]
    actor: str
    on: date
    reason: str

    @property
    def place(self) -> Place:
        """For messages."""
        return Place(f"quarantine/{self.batch}")


def decide(
    con: duckdb.DuckDBPyConnection, settings: Settings, contracts: dict[str, Contract], decision: Decision
) -> tuple[Decided, Problems]:
    """Release or discard rows: all of them, or none and the problems say why; doing it again changes nothing.

    Problems: I076 no such delivery, reason or person, or too early; I077 no such row, or decided otherwise before;
    I078 a row that nobody may let in, and why.
    """
    problems = Problems()
    of = _delivery(con, decision, contracts, problems)
    if of is None:
        return Decided(None, 0, False), problems
    rows = _rows(con, decision, problems)
    if rows and decision.kind is Mode.RELEASE:
        for row, why, help_ in not_releasable(con, contracts[of.dataset], rows, decision.on):
            problems.error(Place(f"quarantine/{of.batch}", row), "I078", f"row {row} cannot be released: {why}", help_)
    if problems.errors or not rows:
        return Decided(None, 0, False), problems
    return _carry_out(con, settings, contracts[of.dataset], decision, of, rows, problems), problems


def _delivery(
    con: duckdb.DuckDBPyConnection, decision: Decision, contracts: dict[str, Contract], problems: Problems
) -> Mended | None:
    of, where = mended(con, decision.batch), decision.place
    if not decision.reason.strip() or not decision.actor.strip():
        problems.error(where, "I076", "a decision needs a reason and a person", "give --reason and --by")
    elif of is not None and of.mode.changes:
        problems.error(
            where,
            "I076",
            f"delivery {of.batch} is a {of.mode}: nobody decides about its rows",
            f"have it sent whole under its name '{of.file}': that takes its place",
        )
    elif of is None or of.mode not in (Mode.SNAPSHOT, Mode.APPEND, Mode.RESUBMISSION):
        problems.error(
            where, "I076", f"{decision.batch} is no delivery whose rows are decided about", "list them: clew quarantine"
        )
    elif of.superseded_by is not None:
        problems.error(
            where,
            "I076",
            f"delivery {of.batch} was replaced by {of.superseded_by} on {of.superseded_on}: its rows no longer count",
            f"look at those of delivery {of.superseded_by}",
        )
    elif decision.on < of.received_on:
        problems.error(
            where, "I076", f"delivery {of.batch} was received on {of.received_on}, after this decision", "give --as-of"
        )
    elif of.dataset not in contracts:
        problems.error(where, "I076", f"there is no contract for '{of.dataset}'", "put it back to data_contracts")
    return of if not problems.errors else None


def _rows(con: duckdb.DuckDBPyConnection, decision: Decision, problems: Problems) -> list[HeldRow]:
    """The rows that are still open; those decided alike before are left out."""
    known = {row.row: row for row in held_rows(con, decision.batch, open_only=False)}
    found = []
    for first, last in _runs(set(decision.rows) - known.keys()):
        rows = f"row {first} is" if first == last else f"rows {first}-{last} are"
        problems.error(
            Place(f"quarantine/{decision.batch}", first),
            "I077",
            f"{rows} not set aside",
            "list them: clew quarantine show",
        )
    for number in sorted(known.keys() & set(decision.rows)):
        row, place = known[number], Place(f"quarantine/{decision.batch}", number)
        if row.fate is None:
            found.append(row)
        elif row.fate != FATE[decision.kind]:
            problems.error(
                place, "I077", f"row {number} was {row.fate} by delivery {row.by_batch}", "a decision stands"
            )
    return found


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, as the first and last of each run."""
    for _, run in groupby(enumerate(sorted(numbers)), lambda one: one[1] - one[0]):
        rows = [number for _, number in run]
        yield rows[0], rows[-1]


def _carry_out(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    decision: Decision,
    of: Mended,
    rows: Sequence[HeldRow],
    problems: Problems,
) -> Decided:
    numbers = [row.row for row in rows]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{decision.kind}-{of.batch}-{_span(numbers)}.json"
        path.write_text(_document(decision, of, numbers), "utf-8")
        with path.open("rb", buffering=0) as file:
            landed = land(file, path.name, settings.landing_dir)
    sidecar = Sidecar(
        decision.on, received_by=decision.actor, region=of.region, mode=decision.kind.value, resubmits=of.batch
    )
    incoming = Incoming(of.dataset, path, str(decision.place), sidecar)
    with transaction(con):
        delivery = Delivery(incoming, landed, contract, "decision", ledger.next_batch(con))
        ledger.record(con, incoming, landed, contract, delivery.batch, format_="decision", status="landed")
        con.execute(
            "insert into clew.decision values (?, ?, ?, ?, ?, ?, ?, ?)",
            [delivery.batch, of.dataset, decision.kind.value, of.batch, decision.on, decision.actor, decision.reason,
             len(rows)],
        )  # fmt: skip
        con.execute(
            "insert into clew.decided select ?, ?, row, ?, ?, row from (select unnest(?::bigint[]) as row)"
            " order by row",
            [of.dataset, of.batch, FATE[decision.kind], delivery.batch, numbers],
        )
        loaded = admit(con, contract, of, delivery.batch, numbers) if decision.kind is Mode.RELEASE else 0
        ledger.finish(con, delivery.batch, (loaded, loaded, 0), None)
        certified = judge_part(con, delivery, loaded, 0, problems) is None
    return Decided(delivery.batch, len(rows), certified)


def _document(decision: Decision, of: Mended, rows: Iterable[int]) -> str:
    """The decision as it is landed; the same decision always has the same bytes."""
    content = {
        "decision": decision.kind.value,
        "dataset": of.dataset,
        "batch": of.batch,
        "file": of.file,
        "rows": list(rows),
        "by": decision.actor,
        "on": decision.on.isoformat(),
        "reason": decision.reason,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _span(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
