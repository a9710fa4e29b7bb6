"""Which delivery takes the place of which, and from when on: worked out from all of a dataset together.

The order of arrival must not matter where the days of receipt differ: a list that comes late ends the one before it
and is ended by the one after it, and what papers of the first day correct was never seen, so it ended nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

import duckdb

from clew.contracts.model import Contract, Kind
from clew.ingest.land.mode import Mode

_PERIOD = tuple[date, date]


@dataclass(frozen=True)
class Placed:
    """One loaded delivery and where it stands. ``replaces`` are names of files; ``of`` the batch that it is a part of.

    ``ended`` is the batch that takes its place and the day from which it does, as the ledger has it.
    """

    batch: int
    file: str
    sha256: str
    on: date
    mode: Mode
    region: str
    period: _PERIOD | None
    replaces: tuple[str, ...]
    of: int | None
    ended: tuple[date, int] | None

    @property
    def turn(self) -> tuple[date, int]:
        """By day of receipt, and then by arrival."""
        return self.on, self.batch


@dataclass(frozen=True)
class Change:
    """A delivery whose place is taken from another day on than before, or no longer (``ended`` is None)."""

    one: Placed
    ended: tuple[date, int] | None


def supersede(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> list[Change]:
    """Write into the ledger what became of every delivery of the dataset with ``batch``; the changes, oldest first.

    Rows of what is superseded stay, and are visible as of days before. Call it in the transaction that settles.
    """
    deliveries = _deliveries(con, contract, batch)
    ends = ended(deliveries, register=contract.kind is Kind.REGISTER)
    changes = [Change(one, ends.get(one.batch)) for one in deliveries if ends.get(one.batch) != one.ended]
    for change in changes:
        on, by = change.ended or (None, None)
        con.execute(
            "update clew.delivery set superseded_by = ?, superseded_on = ? where batch = ?", [by, on, change.one.batch]
        )
    return changes


def ended(deliveries: Sequence[Placed], *, register: bool) -> dict[int, tuple[date, int]]:
    """Batch -> the day from which another delivery takes its place, and that one's batch. ``deliveries``: by batch.

    The same file name with other bytes or papers ends the version before it; names in ``replaces`` end what was
    received under them by then; a whole list ends what was received of its region (of events: and within its period)
    before it. What came back of a delivery, or was decided about it, goes with it. Nothing ends before it began.
    """
    names = _Names(deliveries)
    lists: dict[str, list[Placed]] = {}
    for one in sorted(deliveries, key=lambda one: one.turn):
        if one.mode is Mode.SNAPSHOT and one.batch not in names.void:
            lists.setdefault(one.region, []).append(one)
    found: dict[int, tuple[date, int]] = {}
    for one in deliveries:
        ends = list(names.ends(one))
        if one.mode.whole:
            of_region = lists.get(one.region, [])
            first = bisect_right(of_region, one.turn, key=lambda other: other.turn)
            later = (of_region[place] for place in range(first, len(of_region)))
            about = (other for other in later if register or _within(one.period, other.period))
            ends += [(other.on, other.batch) for other in islice(about, 1)]
        if one.of in found:
            ends.append(found[one.of])
        if ends:
            day, by = min(ends)
            found[one.batch] = (max(day, one.on), by)
    return found


@dataclass
class _Names:
    """Who ends whom by the name of a file. ``void``: another took its place from its first day on, so it never stood.

    What it named in ``replaces`` stays replaced all the same, unless papers for the same bytes no longer say so.
    """

    deliveries: Sequence[Placed]
    void: set[int] = field(default_factory=set)
    versions: dict[str, list[Placed]] = field(default_factory=dict)
    naming: dict[str, list[Placed]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in reversed(self.deliveries):  # a later arrival alone can say so
            if one.mode in (Mode.RELEASE, Mode.DISCARD):
                continue
            if any(day <= one.on for day, _ in self.ends(one)):
                self.void.add(one.batch)
            versions = self.versions.setdefault(one.file, [])
            if not any(other.sha256 == one.sha256 and other.on <= one.on for other in versions):
                for name in one.replaces:
                    self.naming.setdefault(name, []).append(one)
            versions.append(one)

    def ends(self, one: Placed) -> Iterator[tuple[date, int]]:
        """Day and batch of every delivery that takes the place of this one by its name."""
        if one.mode in (Mode.RELEASE, Mode.DISCARD):
            return
        for other in self.versions.get(one.file, ()):
            if other.batch > one.batch:
                yield max(other.on, one.on), other.batch
        for other in self.naming.get(one.file, ()):
            if other.file != one.file and (other.batch > one.batch or other.on > one.on):
                yield max(other.on, one.on), other.batch


def _within(inner: _PERIOD | None, outer: _PERIOD | None) -> bool:
    """Whether a period lies in another; without one it is about all days."""
    return outer is None or (inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1])


def _deliveries(con: duckdb.DuckDBPyConnection, contract: Contract, batch: int) -> list[Placed]:
    rows = con.execute(
        """select batch, file, sha256, received_on, mode, region, period_from, period_to, replaces, resubmits,
            superseded_on, superseded_by
        from clew.delivery where dataset = ? and (status = 'loaded' or batch = ?) order by batch""",
        [contract.dataset, batch],
    ).fetchall()
    return [
        Placed(number, file, sha256, on, Mode(mode), region, (start, end) if start is not None else None,
               tuple(names or ()), of, (ended_on, by) if by is not None else None)
        for number, file, sha256, on, mode, region, start, end, names, of, ended_on, by in rows
    ]  # fmt: skip
