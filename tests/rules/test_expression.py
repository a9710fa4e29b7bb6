"""What expressions mean to a plan: types, names, and faults at the word that causes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clew.plan import Type
from clew.problems import Place, Problems
from clew.quantities import Quantity, Rounding
from clew.rules.expression import Scope, Typed, parse_expression, references
from clew.rules.functions import FUNCTIONS
from clew.rules.model import Text

SCOPE = Scope(
    columns={
        "payment.paid_on": Type.DATE, "payment.amount": Type.DECIMAL, "payment.kind": Type.TEXT,
        "death.died_on": Type.DATE, "death.verified": Type.BOOLEAN, "at": Type.TIMESTAMP, "payments": Type.INTEGER,
        "names": Type.LIST,
    },
    parameters={
        "grace": Quantity(1, "month", rounding=Rounding.DOWN), "days": Quantity(30, "day", start="same_day"),
        "min_amount": Quantity(Decimal("1000.50"), "CNY"), "min_ring": Quantity(3, "company"),
    },
    as_of=date(2026, 6, 30),
    unknown=frozenset({"host", "broken", "$lost"}),
    values={"payment.kind": ("pension", "funeral_grant")},
    sources={"payment": "data_contracts/pension_payment.odcs.yaml"},
    titles={"payment.paid_on": "所属月份", "payment.kind": "种类", "death.died_on": "日期", "at": "日期"},
)  # fmt: skip


def typed(text: str, *, aggregates: bool = False, expect: Type | None = None) -> Typed:
    problems = Problems()
    found = parse_expression(Text(text, Place("r.yml"), 0), SCOPE, problems, aggregates=aggregates, expect=expect)
    assert found is not None, [str(problem) for problem in problems]
    return found


def fault(text: str, *, lead: int | None = 0, aggregates: bool = False, expect: Type | None = None) -> str:
    problems = Problems()
    place = Place("r.yml", 7, 12)
    found = parse_expression(Text(text, place, lead), SCOPE, problems, aggregates=aggregates, expect=expect)
    assert found is None
    (problem,) = problems
    return str(problem)


@pytest.mark.parametrize(("text", "kind", "sql"), [
    ("payment.paid_on > month_end(death.died_on) + $grace", Type.BOOLEAN,
     "\"payment.paid_on\" > CLEW_ADD_MONTHS(CLEW_MONTH_END(\"death.died_on\"), 1, 'down')"),
    ("$as_of - $grace", Type.DATE, "CLEW_ADD_MONTHS(CAST('2026-06-30' AS DATE), -1, 'down')"),
    ("deadline(death.died_on, $days)", Type.DATE, 'CLEW_ADD_DAYS("death.died_on", 29)'),
    ("death.died_on + $days", Type.DATE, 'CLEW_ADD_DAYS("death.died_on", 30)'),
    ("payment.paid_on - death.died_on", Type.INTEGER, 'CLEW_DAYS_BETWEEN("death.died_on", "payment.paid_on")'),
    ("payment.paid_on >= '2026-01-01'", Type.BOOLEAN, "\"payment.paid_on\" >= CAST('2026-01-01' AS DATE)"),
    ("at < '2026-01-01'", Type.BOOLEAN, "\"at\" < CAST('2026-01-01 00:00:00' AS TIMESTAMP)"),
    ("payment.amount >= $min_amount", Type.BOOLEAN, '"payment.amount" >= 1000.50'),
    ("payments + 1", Type.INTEGER, '"payments" + 1'),
    ("payments / 2", Type.DECIMAL, 'CLEW_DIVIDE("payments", 2)'),
    ("payment.amount * 0.5", Type.DECIMAL, 'CAST("payment.amount" * 0.5 AS DECIMAL(38, 6))'),
    ("coalesce(payments, 0.5)", Type.DECIMAL, 'COALESCE("payments", 0.5)'),
    ("case when payments > 3 then 'a' end", Type.TEXT, "CASE WHEN \"payments\" > 3 THEN 'a' END"),
    ("not payment.kind in ('pension')", Type.BOOLEAN, "NOT \"payment.kind\" IN ('pension')"),
    ("payments = 1 or payments = 2 and death.verified", Type.BOOLEAN,
     '"payments" = 1 OR "payments" = 2 AND "death.verified"'),
    ("payment.kind = 'it''s' or true", None, ""),
])  # fmt: skip
def test_trees_and_types(text: str, kind: Type | None, sql: str) -> None:
    if kind is None:
        assert "is not a value of" in fault(text)
        return
    found = typed(text)
    assert (found.type, found.tree.sql("duckdb")) == (kind, sql)


@pytest.mark.parametrize(("text", "kind", "sql"), [
    ("count(*)", Type.INTEGER, "COUNT(*)"),
    ("count_distinct(payment.kind)", Type.INTEGER, 'COUNT(DISTINCT "payment.kind")'),
    ("count_if(payment.amount > 5)", Type.INTEGER, 'COUNT(*) FILTER(WHERE "payment.amount" > 5)'),
    ("sum(payments)", Type.INTEGER, 'CAST(SUM("payments") AS BIGINT)'),
    ("sum(payment.amount)", Type.DECIMAL, 'SUM("payment.amount")'),
    ("min(payment.paid_on)", Type.DATE, 'MIN("payment.paid_on")'),
    ("list(payment.kind)", Type.LIST, 'CLEW_LIST("payment.kind")'),
    ("avg(payment.amount)", Type.DECIMAL, 'CLEW_DIVIDE(SUM("payment.amount"), COUNT("payment.amount"))'),
])  # fmt: skip
def test_aggregates(text: str, kind: Type, sql: str) -> None:
    found = typed(text, aggregates=True)
    assert (found.type, found.tree.sql("duckdb"), found.aggregate, found.bare) == (kind, sql, True, frozenset())


def test_names_used() -> None:
    found = typed("sum(payment.amount) >= $min_amount * payments", aggregates=True)
    assert found.columns == {"payment.amount", "payments"}
    assert (found.bare, found.parameters) == ({"payments"}, {"min_amount"})
    text = Text("nobody.x = $grace and y > sum(z)", Place("r.yml"))
    assert references(text, Problems()) == {"nobody.x", "y", "z"}
    assert typed("death.died_on").name == "death.died_on" and typed("(payments)").name == ""


@pytest.mark.parametrize(("text", "expected"), [
    ("payment.payd_on > $as_of", "r.yml:7:12: E201 unknown column 'payment.payd_on'\n    help: did you mean"
     " 'payment.paid_on'?   (data_contracts/pension_payment.odcs.yaml)"),
    ("death.verified and died_on > $as_of", "r.yml:7:31: E201 unknown column 'died_on'\n    help: did you mean"
     " 'death.died_on'?"),
    ("payments > 5万元", "r.yml:7:23: E301 '5万元' cannot be read in an expression\n    help: write 50000"),
    ("payments > 1.23亿 and true", "r.yml:7:23: E301 '1.23亿' cannot be read in an expression\n"
     "    help: write 123000000"),
    ("payments > 3千万", "r.yml:7:23: E301 '3千万' cannot be read in an expression\n    help: write 30000000"),
    ("payments > 800元", "r.yml:7:23: E301 '800元' cannot be read in an expression\n    help: write 800"),
    ("payments > 30天", "r.yml:7:23: E301 '30天' cannot be read in an expression"),
    ("payments > 30% and true", "r.yml:7:25: E301 '%' cannot be read in an expression\n    help: write 0.3"),
    ("payments > 12.5％", "r.yml:7:27: E301 '％' cannot be read in an expression\n    help: write 0.125"),
    ("case when true then 5% else 1 end", "r.yml:7:33: E301 '%' cannot be read in an expression\n"
     "    help: write 0.05"),
    ("level1 % 3 > 1", "r.yml:7:19: E301 '%' cannot be read in an expression"),
    ("level1 %", "r.yml:7:19: E301 '%' cannot be read in an expression"),
    ("10 % 3 > 1", "r.yml:7:15: E301 '%' cannot be read in an expression"),
    ("payments > 3 且 true", "r.yml:7:25: E301 '且' cannot be read in an expression\n    help: write 'and'"),
    ("payments > 3或payments < 1", "r.yml:7:24: E301 '或' cannot be read in an expression\n    help: write 'or'"),
    ("payment.kind = '且' 并且 true", "r.yml:7:31: E301 '并且' cannot be read in an expression\n"
     "    help: write 'and'"),
    ("非 death.verified", "r.yml:7:12: E301 '非' cannot be read in an expression\n    help: write 'not'"),
    ("death.died_on >= 20260501", "r.yml:7:29: E304 cannot compare a date with a whole number '20260501'\n"
     "    help: write '2026-05-01'"),
    ("death.died_on >= 20260231", "r.yml:7:29: E304 cannot compare a date with a whole number '20260231'"),
    ("payment.所属月份 > $as_of", "r.yml:7:12: E201 unknown column 'payment.所属月份'\n    help: did you mean"
     " 'payment.paid_on'?   (data_contracts/pension_payment.odcs.yaml)"),
    ("日期 > $as_of", "r.yml:7:12: E201 unknown column '日期'\n    help: did you mean 'death.died_on' or 'at'?"),
    ("payments > min_ring", "r.yml:7:23: E201 unknown column 'min_ring'\n"
     "    help: did you mean the parameter '$min_ring'?"),
    ("at > as_of", "r.yml:7:17: E201 unknown column 'as_of'\n    help: did you mean the parameter '$as_of'?"),
    ("payments > $min_rings", "r.yml:7:23: E204 unknown parameter '$min_rings'\n    help: did you mean 'min_ring'?"),
    ("payments > 3 and", "r.yml:7:25: E301 the expression cannot be read at 'and'\n"
     "    help: something is missing, or stands twice, at or before this place"),
    ("payments > 3 && death.verified", "r.yml:7:25: E301 '&&' cannot be read in an expression\n    help: write 'and'"),
    ("death.died_on <= now()", "r.yml:7:29: E303 unknown function 'now'\n"
     "    help: use $as_of: a result must not depend on the clock"),
    ("SUM(payments)", "r.yml:7:12: E303 unknown function 'SUM'\n    help: did you mean 'sum'?"),
    ("sum(payments) > 3", "r.yml:7:12: E302 'sum' needs many rows, and this place sees one row at a time\n"
     "    help: compute it in an aggregate step, and use its name here"),
    ("payments = 'three'", "r.yml:7:23: E304 cannot compare a whole number with text 'three'"),
    ("payment.kind in ('pension', 'funeral')", "r.yml:7:40: E304 'funeral' is not a value of 'payment.kind'\n"
     "    help: did you mean 'funeral_grant'?"),
    ("death.died_on > date '2026-02-28'", "r.yml:7:28: E302 'date' does not stand before a text\n"
     "    help: a day is written '2026-01-31'"),
    ("death.died_on = '2026-02-30'", "r.yml:7:28: E304 cannot compare a date with text '2026-02-30'\n"
     "    help: write a date as 'YYYY-MM-DD'"),
    ("death.died_on + 5 > $as_of", "r.yml:7:12: E304 cannot reckon 'death.died_on + 5': a date and a whole number\n"
     "    help: add a parameter that has a unit: death.died_on + $grace"),
    ("payments and death.verified", "r.yml:7:12: E304 a condition is wanted here, and 'payments' is a whole number\n"
     "    help: compare it with something"),
    ("payments = null", "r.yml:7:12: E304 a comparison with null is never true\n"
     "    help: write 'is null' or 'is not null'"),
    ("month_end(at) = $as_of", "r.yml:7:22: E304 'month_end' wants a date, and 'at' is a date and time\n"
     "    help: take its date: date_of(...)"),
    ("deadline(death.died_on, 30) = $as_of", "r.yml:7:36: E304 'deadline' wants a parameter in days, months or years,"
     " and '30' is a whole number"),
    ("$grace", "r.yml:7:12: E304 a length of time alone is no value\n"
     "    help: add it to a date: death.died_on + $grace"),
    ("round(payments, 12) = 1", "r.yml:7:28: E304 'round' wants a whole number from 0 to 6, and not '12'"),
    ("contains(payment.kind)", "r.yml:7:12: E304 'contains' is written contains(text, text)"),
    ("names = 'a'", "r.yml:7:20: E304 cannot compare a list with text 'a'"),
])  # fmt: skip
def test_faults_stand_at_their_word(text: str, expected: str) -> None:
    assert fault(text) == expected


def test_places_in_quoted_and_folded_text() -> None:
    assert fault("x = 1", lead=1).startswith("r.yml:7:13: E201")
    assert fault("payments = x", lead=None).startswith("r.yml:7:12: E201")


def test_expected_types() -> None:
    assert typed("payments", expect=Type.DECIMAL).type is Type.INTEGER
    assert typed("'2026-01-01'", expect=Type.DATE).type is Type.DATE
    assert "a condition is wanted here, and 'payments' is a whole number" in fault("payments", expect=Type.BOOLEAN)
    assert "a date is wanted here" in fault("at", expect=Type.DATE)


def test_faults_reported_elsewhere_are_not_repeated() -> None:
    for text in ("host.name = 'a'", "broken > 3 and payments > 3", "payments > $lost"):
        problems = Problems()
        assert parse_expression(Text(text, Place("r.yml")), SCOPE, problems) is None
        assert not len(problems)


def test_several_faults_are_told_at_once() -> None:
    problems = Problems()
    parse_expression(Text("x > 1 and y < monthend($as_of)", Place("r.yml"), 0), SCOPE, problems)
    assert [problem.code for problem in problems] == ["E201", "E201", "E303"]


def test_every_function_is_described_in_both_languages() -> None:
    assert all(function.en and function.zh for function in FUNCTIONS.values())
