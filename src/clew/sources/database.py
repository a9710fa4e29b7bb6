"""A table of a database: read in one snapshot, counted, and written as text columns of one Parquet file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from clew.plan import Type
from clew.problems import Problem, ProblemError, did_you_mean
from clew.sources.columns import Chosen, choose, find_table
from clew.sources.cursor import Overlap, Value
from clew.sources.draft import Draft, aside, sidecar_text
from clew.sources.increments import Window, deliver_increment, file_name
from clew.sources.job import Haul, Job
from clew.sources.parquet_file import write_parquet
from clew.sources.standing import standing

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Database:
    """Where a table is and how it is read. ``cursor`` is the contract's column of an incremental fetch, else None."""

    table: str
    host: str = ""
    port: int | None = None
    database: str = ""
    schema: str = ""
    user: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    cursor: str | None = None
    overlap: Overlap = field(default_factory=Overlap)
    timezone: str = ""
    tls: str = "verify"
    certificate: str = ""
    dialect: str = ""
    isolation: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Selection:
    """What is read of a table: its columns in the contract's order, sorted by ``order``, from ``start`` on."""

    table: str
    columns: tuple[Chosen, ...]
    order: tuple[Chosen, ...]
    cursor: Chosen | None = None
    type: Type = Type.TEXT  # of the cursor, in the table
    start: Value | None = None


@dataclass(frozen=True)
class Census:
    """Counted in the snapshot: rows to be read, rows without a cursor, and the highest cursor as text."""

    rows: int
    undated: int = 0
    high: str | None = None


class Session(Protocol):
    """An open database, in one transaction from the first question to the last row."""

    def tables(self) -> list[str]:
        """Tables and views of the schema."""

    def columns(self, table: str) -> Iterable[str]:
        """The columns of a table."""

    def cursor_type(self, chosen: Chosen) -> Type | None:
        """What kind of value a column holds there, if it can be a cursor."""

    def census(self, selection: Selection) -> Census:
        """Count before reading."""

    def read(self, selection: Selection) -> Iterator[pa.RecordBatch]:
        """The rows, as text columns in the selection's order."""

    def doubt(self, table: str) -> str:
        """Why what is read need not be the whole table at one moment; empty when it is."""


class Opener(Protocol):
    """Opens a database. Raises ProblemError (N008, N010 to N012)."""

    def __call__(self, job: Job) -> AbstractContextManager[Session]: ...


def check(job: Job, opener: Opener) -> Haul:
    """Connect, find table and columns, and count; no row is read."""
    with opener(job) as session:
        census = session.census(_selection(job, session))
    return Haul(rows=census.rows, undated=census.undated)


def fetch(job: Job, opener: Opener) -> Haul:
    """Read the table, whole or from the cursor on, into one file. Raises ProblemError; then nothing was written."""
    source = job.source
    path = aside(job.folder, file_name(job, "parquet"))
    with opener(job) as session:
        selection = _selection(job, session)
        census = session.census(selection)
        doubt = session.doubt(selection.table)
        if census.undated:
            job.problems.warn(
                source.at("cursorColumn"),
                "N018",
                f"{census.undated} rows of {selection.table} have no {_cursor_name(job)} and are never read",
                "ask the department to fill it in, or fetch in full",
            )
        if census.rows == 0:
            return _nothing(job, selection, census)
        job.say(f"{source.name}: {census.rows} rows to read")
        names = [chosen.column.name for chosen in selection.columns]
        rows = write_parquet(
            path, names, session.read(selection), lambda rows: job.say(f"{source.name}: {rows} of {census.rows} rows")
        )
    if rows != census.rows:
        path.unlink()
        said = f"{census.rows} rows of {selection.table} were counted but {rows} came; nothing was taken"
        help = "fetch again; if it stays so, the database gives no view of one moment"
        raise ProblemError([Problem(source.at("table"), "N017", said, help)])
    if selection.cursor is None:
        return _whole(job, path, rows, doubt)
    return deliver_increment(job, path, Window(selection.type, selection.start, census.high), census.undated)


def _selection(job: Job, session: Session) -> Selection:
    source, details = job.source, job.source.details
    tables = session.tables()
    table = find_table(details.table, tables)
    if table is None:
        help = did_you_mean(details.table, tables) or "check the schema, and the rights of the database user"
        raise ProblemError([Problem(source.at("table"), "N014", f"there is no table '{details.table}' there", help)])
    columns = choose(source, details.columns, session.columns(table), table)
    by_name = {chosen.column.name: chosen for chosen in columns}
    keys = tuple(by_name[name] for name in source.contract.primary_key)
    if details.cursor is None:
        return Selection(table, columns, keys)
    cursor = by_name[details.cursor]
    type_ = session.cursor_type(cursor)
    if type_ is None or (details.overlap and type_ is Type.TEXT):
        said = f"the column {cursor.there} of {table} is of a type that cannot be a cursor with this overlap"
        help = "name a column that is a date, a moment or a number there"
        raise ProblemError([Problem(source.at("cursorColumn"), "N005", said, help)])
    order = (cursor, *(key for key in keys if key is not cursor))
    start = standing(job).start(details.cursor, type_, details.overlap)
    return Selection(table, columns, order, cursor, type_, start)


def _nothing(job: Job, selection: Selection, census: Census) -> Haul:
    """No row: for an increment that is the usual quiet day; a whole table without rows is a fault somewhere."""
    if selection.cursor is not None:
        return Haul(rows=0, undated=census.undated)
    said = f"the table {selection.table} holds no row; nothing was taken, since an empty list would stand for it"
    help = "ask the department whether it is being filled; deliver a file by hand if it is truly empty"
    raise ProblemError([Problem(job.source.at("table"), "N028", said, help)])


def _whole(job: Job, path: Path, rows: int, doubt: str) -> Haul:
    period = _certified(job, doubt)
    papers = job.papers(rows=rows, replaces=standing(job).added)
    if period is not None:
        papers |= {"period": {"from": period[0], "to": period[1]}, "complete": True}
    name = file_name(job, "parquet")
    job.deliver(Draft(path, name, sidecar_text(papers), job.outdated(name)))
    return Haul(rows, certifies=f"{period[0]} to {period[1]}" if period else "")


def _certified(job: Job, doubt: str) -> tuple[date, date] | None:
    """The period the contract's server vouches for, when what was read is the whole table at one moment."""
    source = job.source
    if source.certifies is None:
        return None
    period = source.certifies.period(job.today)
    why = doubt or ("" if period else "its period has not passed yet")
    if why:
        job.problems.warn(
            source.at("certifies"), "N019", f"nothing is certified of {source.details.table}: {why}",
            "rules that look for an absence stay inconclusive here",
        )  # fmt: skip
        return None
    return period


def _cursor_name(job: Job) -> str:
    return str(job.source.details.cursor)
