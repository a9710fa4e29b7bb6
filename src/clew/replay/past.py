"""The warehouse as one screening saw it: in memory, over the file, without anything that came in since.

Deliveries are numbered as they arrive. Those after the last one in the manifest came later, whatever their day of
receipt says; they, and what they superseded, corrected or decided, are left out. Clues start from none,
and rings from those that the screening knew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.ledgers import SCHEMA
from clew.settings import Settings
from clew.warehouse import engine_config

WRITTEN = (
    "screening", "funnel", "outcome", "undecided", "exclusion", "sample", "ring", "clue", "signal", "factor",
    "evidence", "source_correction", "event", "clue_batch", "dispatched", "notice",
)  # fmt: skip
"""The tables that a screening and what follows it write: they start empty, but for the rings known. All others
are read as they were."""
_CAME_WITH = ("by_batch", "batch")
"""The column that says which delivery a row came with: the first of these that a table has."""
FATE = ("superseded_by", "superseded_on")


@contextmanager
def as_it_was(settings: Settings, manifest: Mapping[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory on which a screening sees what the manifest's did. The warehouse is only read.

    Raises FileNotFoundError without a warehouse, duckdb.IOException while another process writes to it.
    """
    path = settings.warehouse_path
    if not path.exists():
        raise FileNotFoundError(path)
    last = max((int(one["batch"]) for one in manifest["inputs"]), default=0)
    with closing(duckdb.connect(":memory:", config=engine_config(settings))) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {text_literal(str(path))} as stored (read_only)")
        connection.execute(SCHEMA)
        for table, columns in _read(connection):
            _view(connection, table, next((name for name in _CAME_WITH if name in columns), ""), last)
        tables = connection.execute(
            "select table_name from information_schema.tables where table_catalog = 'stored' and table_schema = 'data'"
            " order by all"
        ).fetchall()
        for (table,) in tables:
            name = quoted(table)
            connection.execute(
                f"create view data.{name} as select * from stored.data.{name} where _batch <= {last}"  # noqa: S608 - quoted
            )
        known = int(manifest.get("rings", 0))
        connection.execute(f"insert into clew.ring select * from stored.clew.ring where position <= {known}")  # noqa: S608 - a number
        yield connection


def _read(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    """The stored tables that a screening may read, with their columns."""
    return connection.execute(
        "select table_name, list(column_name) from information_schema.columns where table_catalog = 'stored'"
        " and table_schema = 'clew' and table_name not in (select unnest(cast(? as varchar[]))) group by 1 order by 1",
        [list(WRITTEN)],
    ).fetchall()


def _view(connection: duckdb.DuckDBPyConnection, table: str, column: str, last: int) -> None:
    """The stored table in the place of the empty one, without what came later."""
    later = f" where {column} is null or {column} <= {last}" if column else ""
    columns = "*"
    if table == "delivery":  # one that was superseded since was not yet
        fate = (f"case when superseded_by <= {last} then {name} end as {name}" for name in FATE)
        columns = f"* replace ({', '.join(fate)})"
    connection.execute(f"drop table if exists clew.{table}")
    connection.execute(f"create view clew.{table} as select {columns} from stored.clew.{table}{later}")  # noqa: S608 - fixed
