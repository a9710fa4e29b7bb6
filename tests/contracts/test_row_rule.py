"""Row rules in SQL: the one form, and nothing else."""

from __future__ import annotations

import pytest

from clew.contracts.row_rule import RowRuleError, row_rule

COLUMNS = ("paid_on", "returned_on", "amount", "kind")


@pytest.mark.parametrize(("query", "violated", "read"), [
    ("SELECT COUNT(*) FROM {object} WHERE returned_on < paid_on", '"returned_on" < "paid_on"',
     ("returned_on", "paid_on")),
    ("select count(*) from ${table} where ${column} = 0;", '"amount" = 0', ("amount",)),
    ("select count(*) from payment where KIND in ('a', 'b') and not amount between 1 and 2",
     '"kind" IN (\'a\', \'b\') AND NOT "amount" BETWEEN 1 AND 2', ("kind", "amount")),
    ('select count(*) from "payment" where kind is null or length(kind) > 3', '"kind" IS NULL OR LENGTH("kind") > 3',
     ("kind",)),
])  # fmt: skip
def test_the_form(query, violated, read):
    assert row_rule(query, "payment", COLUMNS, "amount") == (violated, read)


@pytest.mark.parametrize("query", [
    "",
    "drop table payment",
    "select count(*) from payment",
    "select count(*) from other where amount > 1",
    "select count(*) from payment, other where amount > 1",
    "select count(*) from payment p join other o on true where amount > 1",
    "select count(*) from payment where amount > (select max(amount) from payment)",
    "select count(*) from payment where exists (select 1 from other)",
    "select count(*) from payment where read_text('/etc/passwd') = kind",
    "select count(*) from payment where amount > random()",
    "select count(*) from payment where amuont > 1",
    "select count(*) from payment where other.amount > 1",
    "select count(*) from payment where true",
    "select count(*), 1 from payment where amount > 1",
    "select sum(amount) from payment where amount > 1",
    "select count(*) from payment where amount > 1 group by kind",
    "select count(*) from payment where amount > 1 limit 1",
    "select count(*) from payment where amount > 1; drop table payment",
    "select count(*) from payment where amount > 1 union select 1",
    "with x as (select 1) select count(*) from payment where amount > 1",
    "select count(*) from payment where ((((",
    "select count(*) from payment where kind like '%a%'",
])  # fmt: skip
def test_anything_else_is_refused(query):
    with pytest.raises(RowRuleError):
        row_rule(query, "payment", COLUMNS, None)
