"""PostgreSQL by ADBC: COPY streams Arrow batches, in one read-only transaction that sees one moment.

The server itself writes every value as text, in stated formats: so NUMERIC keeps all its digits, and what no Arrow type
can hold (a date of 'infinity', a year before Christ) arrives as it is and is judged by the contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from clew.contracts.literal import quoted
from clew.plan import Type
from clew.sources.columns import Chosen
from clew.sources.database import Census, Database, Selection
from clew.sources.failure import failed
from clew.sources.job import CONNECT_SECONDS, Job
from clew.sources.zone import needs_zone

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_BYTES = 4 * 1024 * 1024
ZONED = "timestamp with time zone"
_CURSORS = {
    **dict.fromkeys(("smallint", "integer", "bigint"), Type.INTEGER),
    **dict.fromkeys(("numeric", "real", "double precision"), Type.DECIMAL),
    **dict.fromkeys(("timestamp without time zone", ZONED), Type.TIMESTAMP),
    **dict.fromkeys(("text", "character varying", "character"), Type.TEXT),
    "date": Type.DATE,
}

_COLUMNS = """select a.attname, format_type(a.atttypid, null) from pg_attribute a
    join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped
        and has_column_privilege(c.oid, a.attnum, 'select') order by a.attnum"""
_TABLES = """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1"""
_DOUBT = """select row_security_active(c.oid), c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2"""


@contextmanager
def open_postgresql(job: Job) -> Iterator[Postgresql]:
    """Log in and begin the transaction. Raises ProblemError (N008, N010 to N012, N016)."""
    from adbc_driver_postgresql import dbapi

    details: Database = job.source.details
    with failed(job, during="connect"):
        connection = dbapi.connect(_address(job, details))
    with closing(connection), failed(job, during="read"):
        session = Postgresql(connection, job)
        session.begin()
        try:
            yield session
        finally:
            connection.rollback()


class Postgresql:
    """One transaction, isolation REPEATABLE READ."""

    def __init__(self, connection: Any, job: Job) -> None:
        self.connection = connection
        self.job = job
        self.details: Database = job.source.details
        self.schema = self.details.schema or "public"
        self.types: dict[str, str] = {}

    def begin(self) -> None:
        """The snapshot, and the formats in which the server writes."""
        self.ask("set transaction isolation level repeatable read, read only")
        for name, value in (
            ("datestyle", "ISO, YMD"),
            ("intervalstyle", "iso_8601"),
            ("bytea_output", "hex"),
            ("extra_float_digits", "1"),
            ("timezone", self.details.timezone or "UTC"),
        ):
            self.ask("select set_config($1, $2, true)", name, value)

    def tables(self) -> list[str]:
        """Tables, partitioned tables, views, materialised views and foreign tables of the schema."""
        return [name for (name,) in self.ask(_TABLES, self.schema)]

    def columns(self, table: str) -> list[str]:
        """Columns the user may read."""
        self.types = dict(self.ask(_COLUMNS, self.schema, table))
        return list(self.types)

    def cursor_type(self, chosen: Chosen) -> Type | None:
        """What kind of cursor the column is there."""
        return _CURSORS.get(self.types[chosen.there])

    def census(self, selection: Selection) -> Census:
        """Counted in the snapshot that is read afterwards."""
        needs_zone(self.job, [one for one in selection.columns if self.types[one.there] == ZONED])
        table = self.name_of(selection)
        if selection.cursor is None:
            return Census(int(self.ask(f"select count(*) from {table}")[0][0]))
        cursor = quoted(selection.cursor.there)
        rows, high = self.ask(f"select count(*), {self.text_of(selection.cursor, 'max')} from {table}"
                              f" where {self.condition(selection)}")[0]  # fmt: skip
        (undated,) = self.ask(f"select count(*) from {table} where {cursor} is null")[0]
        return Census(int(rows), int(undated), high)

    def read(self, selection: Selection) -> Iterator[pa.RecordBatch]:
        """Streamed by COPY; one batch of BATCH_BYTES is in memory at a time."""
        chosen = ", ".join(self.text_of(one) for one in selection.columns)
        order = ", ".join(quoted(one.there) for one in selection.order)
        query = f"select {chosen} from {self.name_of(selection)}"
        if selection.cursor is not None:
            query += f" where {self.condition(selection)}"
        with closing(self.connection.cursor()) as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(f"{query} order by {order}" if order else query)
            with cursor.fetch_record_batch() as batches:
                yield from batches

    def doubt(self, table: str) -> str:
        """Row security hides rows without a word, and a foreign table is not part of the snapshot."""
        hidden, kind = self.ask(_DOUBT, self.schema, table)[0]
        if hidden:
            return "row security hides rows from this database user"
        return "it is a foreign table, read from yet another server" if kind == "f" else ""

    def name_of(self, selection: Selection) -> str:
        """Schema and table, quoted."""
        return f"{quoted(self.schema)}.{quoted(selection.table)}"

    def condition(self, selection: Selection) -> str:
        """The window of an increment. COPY takes no parameters, so the start travels as a setting of the session."""
        assert selection.cursor is not None  # noqa: S101 - only an increment has a window
        cursor = quoted(selection.cursor.there)
        if selection.start is None:
            return f"{cursor} is not null"
        self.ask("select set_config('clew.start', $1, true)", str(selection.start))
        return f"{cursor} >= current_setting('clew.start')::{self.types[selection.cursor.there]}"

    def text_of(self, chosen: Chosen, function: str = "") -> str:
        """A value as text: moments with a zone in the zone of the source, a moment at midnight as the day it means."""
        type_ = self.types[chosen.there]
        value = f"{function}({quoted(chosen.there)})"
        if type_ == ZONED:
            value = f"({value} at time zone current_setting('timezone'))"
        if type_.startswith("timestamp") and chosen.column.type is Type.DATE:
            return f"case when {value} = date_trunc('day', {value}) then {value}::date::text else {value}::text end"
        return f"{value}::text"

    def ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """All rows of a small query; values are bound."""
        with closing(self.connection.cursor()) as cursor:
            cursor.execute(query, values or None)
            return list(cursor.fetchall()) if cursor.description else []


def _address(job: Job, details: Database) -> str:
    """A libpq connection string; what it holds is never written anywhere."""
    user = details.user or job.secrets.get("USER")
    parts = {
        "host": details.host,
        "port": str(details.port or 5432),
        "dbname": details.database,
        "user": user,
        "password": job.secret("PASSWORD") if user else "",
        "connect_timeout": str(CONNECT_SECONDS),
        "application_name": "clew",
        "client_encoding": "UTF8",
        "sslmode": "verify-full" if details.tls == "verify" else "disable",
        "sslrootcert": job.project_file(details.certificate) if details.certificate else "system",
    }
    if details.tls == "none":
        del parts["sslrootcert"]
    return " ".join(f"{key}='{_escaped(value)}'" for key, value in parts.items() if value)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
