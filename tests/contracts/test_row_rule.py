"""Rules in SQL: conditions of a row, one number, rows at fault, and nothing that is not on the list."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from clew.contracts.model import Column
from clew.contracts.query_tree import QueryError, bound_query, parse_query
from clew.contracts.row_rule import row_condition
from clew.plan import Type
from clew.problems import Place

COLUMNS = ("paid_on", "returned_on", "amount", "kind")
TYPES = (Type.DATE, Type.DATE, Type.DECIMAL, Type.TEXT)
TABLE = [Column(name, type_, name, name, name, Place("c")) for name, type_ in zip(COLUMNS, TYPES, strict=True)]


def row_rule(
    query: str, dataset: str, columns: Sequence[str], column: str | None
) -> tuple[str, tuple[str, ...]] | None:
    return row_condition(parse_query(query, (dataset,), column), columns)


def general(query: str) -> tuple[str, bool]:
    return bound_query(parse_query(query, ("payment",), "amount"), ("payment",), TABLE)


@pytest.mark.parametrize(("query", "violated", "read"), [
    ("SELECT COUNT(*) FROM {object} WHERE returned_on < paid_on", '"returned_on" < "paid_on"',
     ("returned_on", "paid_on")),
    ("select count(*) from ${table} where ${column} = 0;", '"amount" = 0', ("amount",)),
    ("select count(*) from payment where KIND in ('a', 'b') and not amount between 1 and 2",
     '"kind" IN (\'a\', \'b\') AND NOT "amount" BETWEEN 1 AND 2', ("kind", "amount")),
    ('select count(*) from "payment" where kind is null or length(kind) > 3', '"kind" IS NULL OR LENGTH("kind") > 3',
     ("kind",)),
])  # fmt: skip
def test_the_form(query: str, violated: str, read: tuple[str, ...]) -> None:
    assert row_rule(query, "payment", COLUMNS, "amount") == (violated, read)


@pytest.mark.parametrize(("query", "one_value"), [
    ("select count(*) from payment", True),
    ("select sum(amount) from {object} where amount > 1", True),
    ("select count(*) from payment where amount > (select max(amount) from payment)", True),
    ("select max(amount) - min(amount) from payment p", True),
    ("select count(*), 1 from payment where amount > 1", False),
    ("select count(*) from payment where amount > 1 group by kind", False),
    ("select kind from payment group by kind having count(distinct paid_on) > 1", False),
    ("select a._row from {object} a join {object} b on a.kind = b.kind and a.paid_on < b.returned_on", False),
    ("with s as (select paid_on, lag(paid_on) over (partition by kind order by _row) as before, _row from payment) "
     "select _row from s where paid_on < before", False),
    ("select _row from payment qualify row_number() over (partition by kind order by paid_on desc) > 1", False),
    ("select _row from payment where exists (select 1 from payment o where o.kind = payment.kind)", False),
    ("select count(*) from payment where cast(kind as bigint) > 1", True),
])  # fmt: skip
def test_the_general_form(query: str, one_value: bool) -> None:
    sql, found = general(query)
    assert found is one_value
    assert 'FROM "~delivery"' in sql and 'FROM "payment"' not in sql
    assert "CAST" not in sql or "TRY_CAST" in sql


@pytest.mark.parametrize("query", [
    "",
    "drop table payment",
    "select count(*) from other where amount > 1",
    "select count(*) from payment, other where amount > 1",
    "select count(*) from payment p join other o on true where amount > 1",
    "select count(*) from payment where exists (select 1 from other)",
    "select count(*) from payment where read_text('/etc/passwd') = kind",
    "select count(*) from read_csv('/etc/passwd')",
    "select count(*) from '/etc/passwd'",
    "select count(*) from main.payment where amount > 1",
    "select count(*) from payment where amount > random()",
    "select count(*) from payment where paid_on < current_date",
    "select count(*) from payment where getenv('HOME') = kind",
    "select count(*) from payment where amuont > 1",
    "select count(*) from payment where other.amount > 1",
    "select count(*) from payment where amount > 1; drop table payment",
    "select count(*) from payment where ((((",
    "with x as (select 1), payment as (select * from y) select count(*) from payment",
    "select nextval('s') from payment",
    "insert into payment values (1)",
    "copy payment to '/tmp/x'",
    "attach '/tmp/x' as y",
    "select * from payment union select * from duckdb_settings()",
    "select count(*) from payment where kind = (select kind from payment)::json",
])  # fmt: skip
def test_anything_else_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        if row_condition(parse_query(query, ("payment",), None), COLUMNS) is None:
            general(query)
