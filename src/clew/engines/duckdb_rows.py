"""Row identities in DuckDB: lists of them are sorted, without doubles, and never NULL."""

from __future__ import annotations

ROW_MACROS: dict[str, str] = {
    # Aggregates: the identities in a column, or in a column of lists.
    "rows(id)": "coalesce(list_sort(list(distinct id) filter (where id is not null)), cast([] as bigint[]))",
    "row_lists(ids)": "coalesce(list_sort(list_distinct(flatten(list(ids)))), cast([] as bigint[]))",
    # One row's identity (or list of identities) as a list.
    "row_or_none(id)": "case when id is null then cast([] as bigint[]) else [id] end",
    "rows_or_none(ids)": "coalesce(ids, cast([] as bigint[]))",
    "joined(names)": "array_to_string(names, '、')",
}
"""Macro head (without the ``clew_`` prefix) to body."""
