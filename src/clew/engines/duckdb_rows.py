"""Row identities in DuckDB: lists of them are sorted, without doubles, and never NULL."""

from __future__ import annotations

import duckdb

_MACROS = {
    # Aggregates: the identities in a column, or in a column of lists.
    "rows(id)": "coalesce(list_sort(list(distinct id) filter (where id is not null)), cast([] as bigint[]))",
    "row_lists(ids)": "coalesce(list_sort(list_distinct(flatten(list(ids)))), cast([] as bigint[]))",
    # One row's identity (or list of identities) as a list.
    "row_or_none(id)": "case when id is null then cast([] as bigint[]) else [id] end",
    "rows_or_none(ids)": "coalesce(ids, cast([] as bigint[]))",
    "joined(names)": "array_to_string(names, '、')",
}


def define_row_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros for this connection (temporary: nothing is written to the database)."""
    for head, body in _MACROS.items():
        connection.execute(f"create or replace temp macro clew_{head} as {body}")
