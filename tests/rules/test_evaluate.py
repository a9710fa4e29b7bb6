"""Fixed points of the functions, by hand and by independent oracles; the engines agree by test_conformance."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from stdnum.cn import ric, uscc

from clew.plan import Type
from clew.problems import Place, Problems
from clew.quantities import Quantity, Rounding
from clew.rules.evaluate import evaluate
from clew.rules.expression import Scope, Typed, parse_expression
from clew.rules.identity import check_digit, id_valid, uscc_valid
from clew.rules.model import Text
from tests.rules.every_macro import define_functions

SCOPE = Scope(
    {"d": Type.DATE, "e": Type.DATE, "n": Type.INTEGER, "t": Type.TEXT, "at": Type.TIMESTAMP, "yes": Type.BOOLEAN,
     "amount": Type.DECIMAL},
    {"down": Quantity(1, "month", rounding=Rounding.DOWN), "up": Quantity(1, "month", rounding=Rounding.UP),
     "work": Quantity(5, "day", counting="working"), "year": Quantity(1, "year", rounding=Rounding.DOWN),
     "cal": Quantity(30, "day"), "same": Quantity(30, "day", start="same_day")},
    date(2026, 6, 30),
)  # fmt: skip


def typed(text: str, aggregates: bool = False) -> Typed:
    problems = Problems()
    found = parse_expression(Text(text, Place("x")), SCOPE, problems, aggregates=aggregates)
    assert found is not None, [str(problem) for problem in problems]
    return found


@pytest.mark.parametrize(("text", "values", "expected"), [
    ("d + $down", {"d": date(2026, 1, 31)}, date(2026, 2, 28)),
    ("d + $up", {"d": date(2026, 1, 31)}, date(2026, 3, 1)),
    ("d + $year", {"d": date(2024, 2, 29)}, date(2025, 2, 28)),
    ("d - $down", {"d": date(2026, 3, 31)}, date(2026, 2, 28)),
    ("deadline(d, $cal)", {"d": date(2026, 4, 1)}, date(2026, 5, 1)),
    ("deadline(d, $same)", {"d": date(2026, 4, 1)}, date(2026, 4, 30)),
    ("deadline(d, $work)", {"d": date(2026, 5, 1)}, date(2026, 5, 8)),  # Friday to Friday
    ("d + $work", {"d": date(2026, 5, 2)}, date(2026, 5, 8)),  # a Saturday: Monday is the first day
    ("d - $work", {"d": date(2026, 5, 3)}, date(2026, 4, 27)),  # a Sunday: Friday is the first day back
    ("months_between(d, e)", {"d": date(2026, 1, 31), "e": date(2026, 2, 28)}, 1),
    ("months_between(d, e)", {"d": date(2026, 1, 31), "e": date(2026, 3, 30)}, 1),
    ("months_between(d, e)", {"d": date(2026, 3, 15), "e": date(2026, 1, 16)}, -1),
    ("age_at(d, e)", {"d": date(2008, 6, 30), "e": date(2026, 6, 29)}, 17),
    ("age_at(d, e)", {"d": date(2008, 6, 30), "e": date(2026, 6, 30)}, 18),
    ("age_at(d, e)", {"d": date(2026, 6, 30), "e": date(2026, 6, 29)}, None),
    ("criminal_age(d, e)", {"d": date(2008, 6, 30), "e": date(2026, 6, 30)}, 17),
    ("criminal_age(d, e)", {"d": date(2008, 6, 30), "e": date(2026, 7, 1)}, 18),
    ("criminal_age(d, e)", {"d": date(2026, 6, 30), "e": date(2026, 6, 30)}, 0),
    ("criminal_age(d, e)", {"d": date(2026, 6, 30), "e": date(2026, 6, 29)}, None),
    ("weekday(d)", {"d": date(2026, 5, 3)}, 7),
    ("minutes_between(at, '2026-01-01 10:00')", {"at": datetime(2026, 1, 1, 9, 58, 30)}, 1),
    ("n / 3", {"n": 2}, Decimal("0.666667")),
    ("n / 0", {"n": 2}, None),
    ("round(amount, 1)", {"amount": Decimal("-0.25")}, Decimal("-0.3")),
    ("yes and n > 1", {"yes": False, "n": None}, False),
    ("yes and n > 1", {"yes": True, "n": None}, None),
    ("yes or n > 1", {"yes": True, "n": None}, True),
    ("not n > 1", {"n": None}, None),
    ("n in (1, 2)", {"n": None}, None),
    ("n between 1 and 3", {"n": 3}, True),
    ("n is null", {"n": None}, True),
    ("least(n, 3)", {"n": None}, None),
    ("coalesce(n, 3)", {"n": None}, 3),
    ("case when n > 1 then 'many' else 'few' end", {"n": None}, "few"),
    ("norm_name(t)", {"t": " 买买提．吐尔逊 "}, "买买提·吐尔逊"),
    ("norm_address(t)", {"t": "北京市　朝阳区（Ａ座）１－２号"}, "北京市朝阳区A座1-2号"),
    ("norm_name(t)", {"t": " 　 "}, None),
    ("id18(t)", {"t": "110101900307001"}, "110101199003070011"),
    ("id18(t)", {"t": "1101"}, None),
    ("id_valid(t)", {"t": "１1010119900307803x"}, True),
    ("id_valid(t)", {"t": "110101199002300011"}, False),
])  # fmt: skip
def test_fixed_points(text: str, values: dict[str, Any], expected: object) -> None:
    assert evaluate(typed(text), values) == expected


def test_id_numbers_agree_with_an_independent_implementation() -> None:
    years, ends = ("1949", "1990", "2015"), "0123456789X"
    dates = [f"{year}{month:02}{day:02}" for year in years for month in (1, 2, 9, 13) for day in (0, 28, 29, 30, 31)]
    numbers = [f"110101{day}{serial}{end}" for day in dates for serial in ("001", "803") for end in ends]
    assert [id_valid(number) for number in numbers] == [ric.is_valid(number) for number in numbers]
    assert sum(map(id_valid, numbers)) == 3 * (4 + 1 + 3) * 2  # real days of January, February and September
    assert check_digit("11010119900307803") == "X"


def test_credit_codes_agree_with_an_independent_implementation() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for body in (
        "91350100M000100Y4",
        "91110101ABCDEFGHJ",
        "92110101QRTUWXY00",
        "N2110101MA0000000",
        "A1110101K00000001",
    ):
        codes = [body + letter for letter in alphabet]
        assert [code for code in codes if uscc_valid(code)] == [body + uscc.calc_check_digit(body)]
        with duckdb.connect() as connection:
            define_functions(connection)
            rows = connection.execute("select unnest($1), clew_uscc_valid(unnest($1))", [codes]).fetchall()
        assert rows == [(code, uscc_valid(code)) for code in codes]


def test_an_unknown_column_and_an_aggregate_are_refused_by_name() -> None:
    with pytest.raises(KeyError, match="n"):
        evaluate(typed("n > 1"), {})
    with pytest.raises(TypeError, match="count"):
        evaluate(typed("count(*)", aggregates=True), {})


def test_aggregates_in_duckdb() -> None:
    texts = {
        "count(*)": 4, "count(n)": 3, "count_distinct(n)": 2, "count_if(n > 1)": 2, "sum(n)": 5,
        "sum(amount)": Decimal("2.00"),
        "avg(n)": Decimal("1.666667"), "share(n > 1)": Decimal("0.666667"), "list(t)": ["a", "b"], "max(t)": "b",
        "count_if(n > 1) / count(*)": Decimal("0.500000"),
    }  # fmt: skip
    with duckdb.connect() as connection:
        define_functions(connection)
        connection.execute("create table r (n bigint, t varchar, amount decimal(18, 2))")
        connection.execute("insert into r values (1, 'b', 0.5), (2, 'a', 1.5), (2, 'b', null), (null, null, null)")
        for text, expected in texts.items():
            rows = connection.execute(f"select {typed(text, True).tree.sql('duckdb')} from r").fetchall()
            assert rows == [(expected,)], text
