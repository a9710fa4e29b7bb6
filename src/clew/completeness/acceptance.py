"""Acceptances: a person says that a month in doubt is complete after all, or takes that back. Nothing is erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from clew.completeness.doubt import Doubted


@dataclass(frozen=True)
class Acceptance:
    """One entry: ``rows`` is the count that was accepted, so a delivery that changes it asks again."""

    dataset: str
    region: str
    on: date
    rows: int
    accepted: bool
    decided_on: date
    decided_by: str
    reason: str


class Acceptances:
    """The entries known on a day; of several about one thing the last one counts."""

    def __init__(self, entries: list[Acceptance]) -> None:
        self.entries = entries
        self._last = {(one.dataset, one.region, one.on, one.rows): one for one in entries}

    def of(self, doubted: Doubted) -> Acceptance | None:
        """The entry that accepts a doubt; None when there is none, or it was taken back."""
        found = self._last.get((doubted.dataset, doubted.region, doubted.on, doubted.rows))
        return found if found is not None and found.accepted else None

    def about(self, dataset: str, region: str, on: date) -> bool:
        """Whether anything of this region or of one above it was accepted for that day."""
        return any(
            one.accepted and one.dataset == dataset and one.on == on and region.startswith(one.region)
            for one in self._last.values()
        )


def read_acceptances(con: duckdb.DuckDBPyConnection, as_of: date) -> Acceptances:
    """Every entry decided by ``as_of``, in the order of decision."""
    rows = con.execute(
        """select dataset, region, "on", rows, accepted, decided_on, decided_by, reason from clew.acceptance
        where decided_on <= ? order by decided_on, position""",
        [as_of],
    ).fetchall()
    return Acceptances([Acceptance(*row) for row in rows])


def record_acceptances(con: duckdb.DuckDBPyConnection, entries: list[Acceptance]) -> None:
    """Add entries; call it in a transaction."""
    first = int(con.execute("select coalesce(max(position), 0) + 1 from clew.acceptance").fetchall()[0][0])
    for position, one in enumerate(entries, start=first):
        con.execute(
            "insert into clew.acceptance values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [position, one.dataset, one.region, one.on, one.rows, one.accepted, one.decided_on, one.decided_by,
             one.reason],
        )  # fmt: skip
