"""One meaning: what Python computes and what DuckDB's macros compute is the same, NULLs included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.plan import Type
from clew.problems import Place, Problems
from clew.quantities import Quantity, Rounding
from clew.rules.evaluate import evaluate
from clew.rules.expression import Scope, Typed, parse_expression
from clew.rules.model import Text
from clew.working_days import WorkingDays
from tests.rules.every_macro import define_functions

COLUMNS = {
    "a.day": Type.DATE,
    "a.other": Type.DATE,
    "n": Type.INTEGER,
    "m": Type.INTEGER,
    "money": Type.DECIMAL,
    "ratio": Type.DECIMAL,
    "flag": Type.BOOLEAN,
    "name": Type.TEXT,
    "word": Type.TEXT,
    "at": Type.TIMESTAMP,
}
SQL_TYPES = {
    "a.day": "date",
    "a.other": "date",
    "n": "bigint",
    "m": "bigint",
    "money": "decimal(18,2)",
    "ratio": "decimal(18,6)",
    "flag": "boolean",
    "name": "varchar",
    "word": "varchar",
    "at": "timestamp",
}
YEARS = WorkingDays(
    frozenset({date(2020, 1, 1), date(2020, 10, 5)}), frozenset({date(2020, 10, 10)}), frozenset({2019, 2020})
)
PARAMETERS = {
    "days": Quantity(30, "day"),
    "same": Quantity(30, "day", start="same_day"),
    "working": Quantity(7, "day", counting="working"),
    "back": Quantity(-3, "day", counting="working"),
    "known": Quantity(4, "day", counting="working", working=YEARS),
    "known_back": Quantity(-9, "day", counting="working", working=YEARS),
    "month": Quantity(1, "month", rounding=Rounding.DOWN),
    "up": Quantity(1, "month", rounding=Rounding.UP),
    "year": Quantity(2, "year", rounding=Rounding.UP),
    "least": Quantity(Decimal("0.6"), "ratio"),
    "sum": Quantity(1000, "ratio"),  # one unit for all: numbers of several are refused before they are computed
}
SCOPE = Scope(COLUMNS, PARAMETERS, date(2026, 6, 30))

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
WORDS = st.one_of(
    st.text(alphabet="张三·.．• ａＡa'1", max_size=6),
    st.sampled_from(
        [
            "110101199003070011",
            "11010119900307803X",
            "110101900307001",
            "91350100M000100Y43",
            "",
            "１1010119900307803x",
            "110101199002300011",
            "91350100M000100Y44",
            "北京市（朝阳区）１—２号",
        ]
    ),
    st.text(max_size=5).filter(lambda text: "\x00" not in text and text.isprintable()),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "a.day": DAYS,
    "a.other": DAYS,
    "n": st.integers(-1000, 1000),
    "m": st.integers(-3, 3),
    "money": st.decimals(-(10**8), 10**8, places=2),
    "ratio": st.decimals(-2, 2, places=6),
    "flag": st.booleans(),
    "name": WORDS,
    "word": WORDS,
    "at": st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
}
ROWS = st.fixed_dictionaries({name: st.none() | value for name, value in VALUES.items()})


def _leaf(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


def _expressions() -> dict[str, st.SearchStrategy[str]]:
    days = _leaf(
        "a.day",
        "a.other",
        "$as_of",
        "a.day + $days",
        "a.day - $working",
        "a.day + $working",
        "a.day + $back",
        "a.day + $known",
        "a.day + $known_back",
        "a.day + $month",
        "a.day - $month",
        "a.day + $up",
        "a.day - $up",
        "a.day + $year",
        "deadline(a.day, $days)",
        "deadline(a.day, $same)",
        "deadline(a.day, $working)",
        "month_end(a.day)",
        "month_start(a.other)",
        "date_of(at)",
        "coalesce(a.day, a.other)",
        "least(a.day, a.other)",
        "greatest(a.day, '2026-02-28')",
        "case when flag then a.day else a.other end",
    )
    texts = _leaf(
        "name",
        "word",
        "id18(name)",
        "norm_name(name)",
        "norm_address(name)",
        "'张三'",
        "'it''s'",
        "coalesce(name, word)",
        "case when flag then name end",
    )
    leaf_numbers = _leaf("n", "m", "money", "ratio", "$least", "$sum", "3", "0.25", "-n")
    dated = st.builds(
        "{}({}, {})".format, _leaf("days_between", "months_between", "age_at", "criminal_age"), days, days
    )
    parts = st.builds("{}({})".format, _leaf("year", "month", "day", "weekday"), days)
    numbers = st.recursive(
        leaf_numbers
        | dated
        | parts
        | _leaf(
            "(a.day - a.other)", "minutes_between(at, '2020-02-29 12:30:00')", "days_elapsed(at, '2020-02-29 12:30:00')"
        )
        | st.builds("length({})".format, texts),
        lambda inner: (
            st.builds("({} {} {})".format, inner, _leaf("+", "-", "*", "/"), inner)
            | st.builds("{}({}, {})".format, _leaf("coalesce", "least", "greatest"), inner, inner)
            | st.builds("round({}, {})".format, inner, st.integers(0, 6))
            | st.builds("abs({})".format, inner)
            | st.builds("case when flag then {} when n > 3 then {} else {} end".format, inner, inner, inner)
        ),
        max_leaves=3,
    )
    signs = _leaf("=", "<>", "<", "<=", ">", ">=")
    tests = (
        st.builds("{} {} {}".format, numbers, signs, numbers)
        | st.builds("{} {} {}".format, days, signs, days)
        | st.builds("{} {} {}".format, texts, _leaf("=", "<>", "<"), texts)
        | st.builds("{}({})".format, _leaf("id_valid", "uscc_valid"), texts)
        | st.builds("{}({}, {})".format, _leaf("contains", "starts_with"), texts, texts)
        | st.builds("{} in ({}, {}, 3)".format, numbers, numbers, numbers)
        | st.builds("{} not between {} and {}".format, numbers, numbers, numbers)
        | st.builds("({}) is not null".format, numbers | texts | days)
        | _leaf("flag", "true", "name in ('张三', 'A')", "at >= '2020-01-01'")
    )
    conditions = st.recursive(
        tests,
        lambda inner: (
            st.builds("({} {} {})".format, inner, _leaf("and", "or"), inner) | st.builds("not ({})".format, inner)
        ),
        max_leaves=4,
    )
    return {"numbers": numbers, "days": days, "texts": texts, "conditions": conditions}


EXPRESSIONS = st.one_of(*_expressions().values())


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        define_functions(opened)
        columns = ", ".join(f'"{name}" {kind}' for name, kind in SQL_TYPES.items())
        opened.execute(f"create table row ({columns})")
        yield opened


def typed(text: str) -> Typed:
    problems = Problems()
    found = parse_expression(Text(text, Place("x")), SCOPE, problems)
    assert found is not None, [str(problem) for problem in problems]
    return found


@settings(max_examples=250, deadline=None)
@given(text=EXPRESSIONS, row=ROWS)
def test_python_and_duckdb_agree(connection: duckdb.DuckDBPyConnection, text: str, row: dict[str, Any]) -> None:
    expression = typed(text)
    connection.execute("truncate row")
    connection.execute(f"insert into row values ({', '.join('?' * len(row))})", [row[name] for name in SQL_TYPES])
    (computed,) = connection.execute(f"select {expression.tree.sql('duckdb')} from row").fetchall()[0]
    assert evaluate(expression, row) == computed
