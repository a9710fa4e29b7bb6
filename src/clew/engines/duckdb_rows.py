"""Row identities in DuckDB: lists of them are sorted, without doubles, and never NULL; regions of a group; subjects."""

from __future__ import annotations

_ORIGIN = "date '0001-01-01'"

ROW_MACROS: dict[str, str] = {
    # Aggregates: the identities in a column, or in a column of lists.
    # list_distinct drops NULLs; it is faster than list(distinct ...).
    "rows(id)": "list_sort(list_distinct(list(id)))",
    "rows_once(id)": "list_sort(list(id))",
    "row_lists(ids)": "coalesce(list_sort(list_distinct(flatten(list(ids)))), cast([] as bigint[]))",
    # A day and a row identity as one number that sorts by day, then row; and back.
    "dated(day, id)": f"((day - {_ORIGIN})::hugeint << 64) | id",
    "dated_day(number)": f"{_ORIGIN} + (number >> 64)::integer",
    "dated_row(number)": f"(number & {2**64 - 1}::hugeint)::bigint",
    # One row's identity (or list of identities) as a list.
    "row_or_none(id)": "case when id is null then cast([] as bigint[]) else [id] end",
    "rows_or_none(ids)": "coalesce(ids, cast([] as bigint[]))",
    # More than blanks. Only a text that begins with a sign that may be a blank is looked at as a whole; where the least
    # and the greatest text of a piece of storage tell that none does, the engine reads none of it.
    "filled(x)": "(x between '!' and '~' or x >= '㐀' or trim(x) <> '')",
    "joined(names)": "array_to_string(names, '、')",
    # Division codes of a group of rows, in order, as one text: each of them, and what all begin with.
    "regions(codes)": "string_split(codes, '、')",
    "common_start(a, b)": (
        "case when a = b then a else left(a, coalesce(list_max(list_filter(range(1, length(a) + 1),"
        " lambda i: left(a, i) = left(b, i))), 0)) end"
    ),
    "common_region(codes)": "clew_common_start(clew_regions(codes)[1], clew_regions(codes)[-1])",
}
"""Macro head (without the ``clew_`` prefix) to body."""
