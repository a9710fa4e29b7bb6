"""What a sidecar certifies about bytes, and whether bytes that are known already come with something new to say.

A certificate is taken back, mended or added by changing the sidecar: then the same bytes are a new delivery. Nothing
else would do, since a screening as of an earlier day must still see what was certified then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from clew.contracts.model import Contract, Kind
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.incoming import Incoming
from clew.ingest.land.landed import Landed
from clew.ingest.land.last_word import holds, names_what_stands
from clew.ingest.land.mode import Mode, default_mode, mode_of
from clew.ingest.land.sidecar import Sidecar
from clew.ingest.land.totals import Totals, totals_of


@dataclass(frozen=True)
class Statement:
    """The part of a sidecar that decides what is certified; ``period`` is half-open, ``rows`` the control total.

    ``mode`` is None where it is the one of the contract's kind. ``mends`` are the rows named for a file of mended rows;
    ``read_as`` is how its bytes are to be read.
    """

    region: str = ""
    period: tuple[date, date] | None = None
    rows: int | None = None
    complete: bool = False
    mode: str | None = None
    resubmits: int | None = None
    totals: Totals = ()
    mends: tuple[int, ...] = ()
    read_as: str = ""

    @property
    def silent(self) -> bool:
        """Whether it says nothing, as a file without a sidecar does."""
        return self == Statement()

    @property
    def of_everywhere(self) -> bool:
        """Whether it names no region and no mode: a file of which only the day is said may be of the same kind."""
        return (self.region, self.mode, self.resubmits) == ("", None, None)

    def restates(self, other: Statement) -> bool:
        """Whether it speaks of what ``other`` speaks of, or ``other`` never said what it was about.

        The same bytes as a correction, deletion or resubmission are no second word about the rows delivered first.
        """
        if (self.mode, self.resubmits) != (other.mode, other.resubmits):
            return False
        return other.silent or (self.region, self.period) == (other.region, other.period)


@dataclass(frozen=True)
class Known:
    """A loaded delivery of the same bytes."""

    batch: int
    file: str
    received_on: date
    superseded_by: int | None
    superseded_on: date | None
    statement: Statement


def stated(sidecar: Sidecar) -> Statement:
    """What a sidecar says."""
    return Statement(
        sidecar.region, sidecar.period, sidecar.rows, sidecar.complete, sidecar.mode, sidecar.resubmits,
        sidecar.totals, sidecar.resubmits_rows, sidecar.read_as,
    )  # fmt: skip


def standing(con: duckdb.DuckDBPyConnection, incoming: Incoming, landed: Landed, contract: Contract) -> Known | None:
    """The delivery that makes this file unchanged: its bytes and what is said of them are in, and hold; else None.

    Under the name it came with, the last delivery counts: a file that went back to bytes or to a statement it had
    before is a new delivery. Under another name a copy without papers says nothing, nor do rows to add whose statement
    is older. A list, correction or deletion that comes back after another took its place is new, and so is what
    names, in ``replaces``, a file that stands. The statement of what is returned differs from the file's own when the
    delivery is out of force.
    """
    known, mine = _known(con, incoming, landed, contract), stated(incoming.sidecar)
    mode, on = mode_of(incoming.sidecar, contract), incoming.sidecar.received_on
    if names_what_stands(con, contract.dataset, landed, incoming.path.name, incoming.sidecar.replaces, on):
        return None
    last = _last(con, incoming)
    for one in known:
        if one.batch == last:
            return one if _says_no_more(con, one, incoming, contract) else None
    candidates = [one for one in known if last is None or one.superseded_by is None]
    stating = mode is Mode.SNAPSHOT or mode.changes
    bare = mine.silent and incoming.sidecar.dated and stating
    alike = [one for one in candidates if one.statement == mine or (bare and one.statement.of_everywhere)]
    if alike and stating:
        return next((one for one in alike if holds(con, contract, one.batch, mode, on)), None)
    if alike or (mine.silent and candidates):
        return (alike or candidates)[0]
    if stating:
        return None
    batches = {one.batch for one in known}
    for one in candidates:
        older = one.received_on > on and not one.statement.silent
        out_of_force = one.superseded_by is not None and one.superseded_by not in batches
        if mine.restates(one.statement) and (out_of_force or (older and one.superseded_by is None)):
            return one
    return None


def replaced_names(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> list[str]:
    """Names of the files whose place this one takes: those in its papers, and valid ones of the same bytes of which
    its papers say something else."""
    incoming = delivery.incoming
    known, mine = _known(con, incoming, delivery.landed, delivery.contract), stated(incoming.sidecar)
    last, named = _last(con, incoming), incoming.sidecar.replaces
    if any(one.batch == last for one in known):
        return list(named)  # it corrects its own statement; what another file says stands beside it
    said = [
        one for one in known if one.superseded_by is None and one.statement != mine and mine.restates(one.statement)
    ]
    on = incoming.sidecar.received_on
    return [*named, *(one.file for one in said if one.statement.silent or one.received_on <= on)]


def _says_no_more(con: duckdb.DuckDBPyConnection, one: Known, incoming: Incoming, contract: Contract) -> bool:
    """Whether a file says nothing new beside its own last delivery.

    A list or change whose papers name a later day of receipt came a second time: it counts when it no longer holds.
    A fetch writes the day of every file whose time alone changed, so its word is not enough to bring an old list back.
    """
    mode, sidecar = mode_of(incoming.sidecar, contract), incoming.sidecar
    again = sidecar.dated and sidecar.source is None and sidecar.received_on > one.received_on
    if again and (mode is Mode.SNAPSHOT or mode.changes):
        return one.statement == stated(sidecar) and holds(con, contract, one.batch, mode, sidecar.received_on)
    return one.statement == stated(sidecar) or _out_of_force(con, one, incoming, contract)


def _out_of_force(con: duckdb.DuckDBPyConnection, one: Known, incoming: Incoming, contract: Contract) -> bool:
    """Whether another file took its place before these papers came, and takes theirs: they change nothing any more.

    A list that turns out to be of another region is not replaced by the newer list of the first; nor is a file by
    another with the same bytes that turns out to be about something else.
    """
    if one.superseded_on is None or one.superseded_on > incoming.sidecar.received_on:
        return False
    start, end = incoming.sidecar.period or (None, None)
    return bool(
        con.execute(
            """select 1 from clew.delivery d join clew.delivery s on s.batch = d.superseded_by,
                lateral (select coalesce(list_contains(s.replaces, d.file), false) as named)
            where d.batch = $batch and s.file <> d.file and if(named,
                s.sha256 <> d.sha256 or (s.region = $region and s.period_from is not distinct from $start
                    and s.period_to is not distinct from $end),
                s.region = $region and ($register or s.period_from is null
                    or coalesce(s.period_from <= $start and s.period_to >= $end, false)))""",
            {"batch": one.batch, "region": incoming.sidecar.region, "start": start, "end": end,
             "register": contract.kind is Kind.REGISTER},
        ).fetchall()
    )  # fmt: skip


def _last(con: duckdb.DuckDBPyConnection, incoming: Incoming) -> int | None:
    """The last loaded delivery under the file's own name."""
    found = con.execute(
        "select max(batch) from clew.delivery where dataset = ? and file = ? and status = 'loaded'",
        [incoming.dataset, incoming.path.name],
    ).fetchall()[0][0]
    return None if found is None else int(found)


def _known(con: duckdb.DuckDBPyConnection, incoming: Incoming, landed: Landed, contract: Contract) -> list[Known]:
    """Loaded deliveries of the same bytes, the newest first."""
    rows = con.execute(
        """select batch, file, received_on, superseded_by, superseded_on, region, period_from, period_to,
            expected_rows, complete, nullif(mode, ?), resubmits, totals::varchar,
            resubmits_rows, read_as
        from clew.delivery where dataset = ? and sha256 = ? and status = 'loaded' order by batch desc""",
        [default_mode(contract).value, incoming.dataset, landed.sha256],
    ).fetchall()
    return [
        Known(batch, file, received_on, by, on, _statement(*rest)) for batch, file, received_on, by, on, *rest in rows
    ]


def _statement(
    region: str,
    start: date | None,
    end: date | None,
    rows: int | None,
    complete: bool,
    mode: str | None,
    resubmits: int | None,
    totals: str | None,
    mends: list[int] | None,
    read_as: str | None,
) -> Statement:
    """A statement as the ledger keeps it. A resubmission is said by its batch and rows alone."""
    period = (start, end) if start and end else None
    said = None if mode == Mode.RESUBMISSION else mode
    return Statement(
        region, period, rows, complete, said, resubmits, totals_of(totals), tuple(mends or ()), read_as or ""
    )
