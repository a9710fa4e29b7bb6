"""Clew's own functions in DuckDB: one macro for each ``clew_...`` a plan may call.

Each must mean what :mod:`clew.rules.evaluate` computes in Python; a property test holds them together. Macros are
inlined by DuckDB and cost what the expression costs; a lambda over a list of one binds a value that is used often.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from clew.contracts.identity import identity_violated
from clew.contracts.literal import text_literal
from clew.letters import ADDRESS_LETTERS, NAME_LETTERS, NUMBER_LETTERS

_WEIGHTED = " - ".join(["n", *(f"(n // {10**k}) * {2 ** (k + 2)}" for k in range(1, 17))])
"""The 17 digits of an ID number read as a polynomial at 2 (see clew.contracts.identity)."""


def _translated(table: Mapping[str, str]) -> str:
    kept = {letter: form for letter, form in table.items() if form}
    letters = "".join(kept) + "".join(letter for letter in table if letter not in kept)
    return f"translate(x, {text_literal(letters)}, {text_literal(''.join(kept.values()))})"


MACROS: dict[str, str] = {
    "month_end(d)": "last_day(d)",
    "month_start(d)": "cast(date_trunc('month', d) as date)",
    "add_days(d, n)": "d + cast(n as integer)",
    "add_months(d, n, rounding)": (
        "cast(d + to_months(cast(n as integer)) as date)"
        " + case when rounding = 'up' and day(cast(d + to_months(cast(n as integer)) as date)) < day(d)"
        " then 1 else 0 end"
    ),
    # From a weekend, forward counts from the Friday before, backward from the Monday after.
    "add_working_days(d, n)": (
        "case when n > 0 then d - greatest(isodow(d) - 5, 0)::integer + ((n // 5) * 7 + n % 5"
        " + case when least(isodow(d), 5) + n % 5 > 5 then 2 else 0 end)::integer"
        " when n < 0 then d + (case when isodow(d) > 5 then 8 - isodow(d) else 0 end)::integer"
        " - ((-n // 5) * 7 + -n % 5"
        " + case when (case when isodow(d) > 5 then 1 else isodow(d) end) - (-n % 5) < 1 then 2 else 0 end)::integer"
        " else d end"
    ),
    "days_between(a, b)": "date_diff('day', a, b)",
    "months_apart(a, b)": "(year(b) - year(a)) * 12 + month(b) - month(a)",
    "whole_months(a, b)": (
        "clew_months_apart(a, b)"
        " - case when cast(a + to_months(clew_months_apart(a, b)::integer) as date) > b then 1 else 0 end"
    ),
    "months_between(a, b)": (
        "case when a <= b then clew_whole_months(a, b) when a > b then -clew_whole_months(b, a) end"
    ),
    "age_at(a, b)": "case when a <= b then clew_whole_months(a, b) // 12 end",
    "year(d)": "year(d)",
    "month(d)": "month(d)",
    "day(d)": "day(d)",
    "weekday(d)": "isodow(d)",
    "date_of(t)": "cast(t as date)",
    "minutes_between(a, b)": "datesub('minute', a, b)",
    "divide(a, b)": "try_cast(cast(a as double) / nullif(cast(b as double), 0) as decimal(18, 6))",
    "list(x)": "list_sort(list(distinct x) filter (where x is not null))",
    "id_text(x)": _translated(NUMBER_LETTERS),
    "id18_of(t)": (
        "case when regexp_full_match(t, '[0-9]{17}[0-9X]') then t when regexp_full_match(t, '[0-9]{15}')"
        " then list_transform([left(t, 6) || '19' || right(t, 9)], lambda s:"
        f" s || list_transform([cast(s as bigint)], lambda n: substr('0123456789X',"
        f" ((12 - 2 * ({_WEIGHTED}) % 11) % 11 + 1)::integer, 1))[1])[1] end"
    ),
    "id18(x)": "list_transform([clew_id_text(x)], lambda t: clew_id18_of(t))[1]",
    "id_valid(x)": (
        "case when x is not null then"
        f" list_transform([coalesce(clew_id18(x), '')], lambda t: not ({identity_violated('id18', 't')}))[1] end"
    ),
    "uscc_valid(x)": (
        "case when x is not null then"
        f" list_transform([clew_id_text(x)], lambda t: not ({identity_violated('uscc', 't')}))[1] end"
    ),
    "norm_name(x)": f"nullif({_translated(NAME_LETTERS)}, '')",
    "norm_address(x)": f"nullif({_translated(ADDRESS_LETTERS)}, '')",
    "contains(x, y)": "contains(x, y)",
    "starts_with(x, y)": "starts_with(x, y)",
    "length(x)": "length(x)",
}
"""Macro head (without the ``clew_`` prefix) to body, in an order in which each uses only those before it."""


def define_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Define every macro for this connection (temporary: nothing is written to the database)."""
    for head, body in MACROS.items():
        connection.execute(f"create or replace temp macro clew_{head} as {body}")
