"""Any database with a SQLAlchemy dialect: MySQL and MariaDB here, Oracle, Dameng, Kingbase where installed.

Rows come by a server-side cursor, a few thousand at a time, as the driver gives them: no type of ours stands between,
so a value that a type would refuse (0000-00-00) arrives as it is and is judged by the contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from clew.plan import Type
from clew.sources.cell import Converter, bits, cell, utc_cell
from clew.sources.columns import Chosen
from clew.sources.cursor import Value
from clew.sources.database import Census, Database, Selection
from clew.sources.engine import MYSQL, engine_of
from clew.sources.failure import failed
from clew.sources.job import Job
from clew.sources.zone import needs_zone, universal

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import Connection
    from sqlalchemy.sql.expression import ColumnClause, TableClause

FETCH_ROWS = 5_000
_MYSQL_SESSION = ("set session time_zone = '+00:00'", "set session transaction read only")
_ENGINE = """select engine, table_type from information_schema.tables
    where table_schema = coalesce(:schema, database()) and table_name = :name"""


@contextmanager
def open_dialect(job: Job) -> Iterator[Dialect]:
    """Log in and begin the transaction. Raises ProblemError (N007, N008, N010 to N012, N016)."""
    engine = engine_of(job)
    try:
        with failed(job, during="connect"):
            connection = engine.connect()
        with connection, failed(job, during="read"):
            if engine.dialect.name in MYSQL:
                for statement in _MYSQL_SESSION:
                    connection.exec_driver_sql(statement)
            yield Dialect(connection, job)
    finally:
        engine.dispose()


class Dialect:
    """One transaction of one connection."""

    def __init__(self, connection: Connection, job: Job) -> None:
        self.connection = connection
        self.job = job
        self.details: Database = job.source.details
        self.mysql = connection.dialect.name in MYSQL
        self.types: dict[str, Any] = {}

    def tables(self) -> list[str]:
        """Tables and views of the schema, by the names SQLAlchemy gives them."""
        from sqlalchemy import inspect

        inspector, schema = inspect(self.connection), self.details.schema or None
        return sorted({*inspector.get_table_names(schema), *inspector.get_view_names(schema)})

    def columns(self, table: str) -> list[str]:
        """The table's columns."""
        from sqlalchemy import inspect

        found = inspect(self.connection).get_columns(table, self.details.schema or None)
        self.types = {str(column["name"]): column["type"] for column in found}
        return list(self.types)

    def cursor_type(self, chosen: Chosen) -> Type | None:
        """What kind of cursor the column is there."""
        from sqlalchemy import types

        kinds = ((types.Integer, Type.INTEGER), (types.Numeric, Type.DECIMAL), (types.Float, Type.DECIMAL),
                 (types.DateTime, Type.TIMESTAMP), (types.Date, Type.DATE), (types.String, Type.TEXT))  # fmt: skip
        return next((type_ for kind, type_ in kinds if isinstance(self.types[chosen.there], kind)), None)

    def census(self, selection: Selection) -> Census:
        """Counted in the transaction that is read afterwards."""
        from sqlalchemy import func, select

        needs_zone(self.job, [one for one in selection.columns if self._zoned(one)])
        table = self._table(selection)
        if selection.cursor is None:
            return Census(int(self.connection.execute(select(func.count()).select_from(table)).scalar_one()))
        cursor = table.c[selection.cursor.there]
        counts = select(func.count(), func.max(cursor)).select_from(table)
        counted = self._window(counts, table, selection)
        rows, high = self.connection.execute(counted).one()
        missing = select(func.count()).select_from(table).where(cursor.is_(None))
        undated = self.connection.execute(missing).scalar_one()
        return Census(int(rows), int(undated), self._converter(selection.cursor)(high))

    def read(self, selection: Selection) -> Iterator[pa.RecordBatch]:
        """FETCH_ROWS rows are in memory at a time."""
        import pyarrow as pa
        from sqlalchemy import select

        table = self._table(selection)
        query = self._window(select(*(table.c[one.there] for one in selection.columns)), table, selection)
        query = query.order_by(*(table.c[one.there] for one in selection.order))
        converters = [self._converter(one) for one in selection.columns]
        streaming = self.connection.execution_options(stream_results=True, max_row_buffer=FETCH_ROWS)
        with streaming.execute(query) as result:
            for rows in result.partitions(FETCH_ROWS):
                texts = _texts(rows, converters)
                yield pa.RecordBatch.from_arrays(texts, names=[one.column.name for one in selection.columns])

    def doubt(self, table: str) -> str:
        """MySQL's InnoDB tables see one moment; of other databases the site must say which isolation does."""
        if not self.mysql:
            return "" if self.details.isolation else "no 'isolation' is said under which this database sees one moment"
        from sqlalchemy import text

        schema = self.details.schema or None
        found = self.connection.execute(text(_ENGINE), {"schema": schema, "name": table}).one_or_none()
        if found is None or found[0] is None:
            return "it is a view, and the tables under it need not see one moment"
        return "" if found[0] == "InnoDB" else f"its storage engine {found[0]} does not see one moment"

    def _table(self, selection: Selection) -> TableClause:
        from sqlalchemy import column, table

        return table(selection.table, *(column(name) for name in self.types), schema=self.details.schema or None)

    def _window(self, query: Any, table: TableClause, selection: Selection) -> Any:
        from sqlalchemy import literal

        if selection.cursor is None:
            return query
        cursor: ColumnClause[Any] = table.c[selection.cursor.there]
        if selection.start is None:
            return query.where(cursor.is_not(None))
        type_ = self.types[selection.cursor.there]
        return query.where(cursor >= literal(self._start(selection.cursor, selection.start), type_))

    def _start(self, cursor: Chosen, start: Value) -> Value | date:
        if self._zoned(cursor) and isinstance(start, datetime):
            return universal(start, self.details.timezone)
        whole_day = self.cursor_type(cursor) is Type.DATE and isinstance(start, datetime)
        return start.date() if whole_day and isinstance(start, datetime) else start

    def _zoned(self, chosen: Chosen) -> bool:
        """MySQL's TIMESTAMP is a moment in UTC; its DATETIME is what a clock showed."""
        return self.mysql and type(self.types[chosen.there]).__name__ == "TIMESTAMP"

    def _converter(self, chosen: Chosen) -> Converter:
        day, zone = chosen.column.type is Type.DATE, self.details.timezone
        if self._zoned(chosen):
            return utc_cell(zone, day=day)
        if self.mysql and type(self.types[chosen.there]).__name__ == "BIT":
            return bits

        def convert(value: Any) -> str | None:
            if isinstance(value, datetime) and value.tzinfo is not None:
                needs_zone(self.job, [chosen])
            return cell(value, zone, day=day)

        return convert


def _texts(rows: Sequence[Sequence[Any]], converters: Sequence[Converter]) -> list[pa.Array]:
    import pyarrow as pa

    return [
        pa.array([convert(row[position]) for row in rows], pa.string()) for position, convert in enumerate(converters)
    ]
