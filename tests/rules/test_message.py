"""Sentences for people: facts in words of both languages, and faults of templates at their brace."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from clew.problems import Place, Problems
from clew.rules.message import check_message, names, render
from clew.rules.model import Text

LABELS = {"outcome": {"missing": ("未吊销", "not revoked")}}
FACTS = {
    "death.name": "张三", "died_on": date(2026, 1, 15), "overpaid": Decimal("6000.00"), "payments": 2,
    "share": Decimal("0.600000"), "big": Decimal("1E+3"), "outcome": "missing", "other": None, "ok": True,
    "at": datetime(2026, 1, 1, 8, 5), "names": ["a", "b"], "many": ["a", "b", "c", "d", "e", "f", "g"],
}  # fmt: skip


def test_facts_in_words() -> None:
    template = "{death.name} {died_on} {payments} {overpaid} {share} {big} {outcome} {other} {ok} {at} {names} {many}"
    assert render(template, FACTS, LABELS, "zh") == (
        "张三 2026-01-15 2 6000.00 0.6 1000 未吊销 未知 是 2026-01-01 08:05 a、b a、b、c、d、e等7个"
    )
    assert render(template, FACTS, LABELS, "en") == (
        "张三 2026-01-15 2 6000.00 0.6 1000 not revoked unknown yes 2026-01-01 08:05 a, b a, b, c, d, e and 2 more"
    )


def test_ratios_are_said_to_two_digits() -> None:
    said = {"10.997859": "11", "0.916667": "0.92", "20.000000": "20", "1234.565000": "1234.57", "0.001234": "0.001234"}
    for number, words in said.items():
        assert render("{x}", {"x": Decimal(number)}, {}, "en") == words


def test_a_fact_is_never_read_as_a_template() -> None:
    assert render("{a}", {"a": "{b}", "b": "secret"}, {}, "zh") == "{b}"
    assert render("{a}", {"a": r"\1 %s"}, {}, "zh") == r"\1 %s"


def test_faults_of_a_template() -> None:
    problems = Problems()
    text = Text("{paymnts} payments { and {overpaid}", Place("r.yml", 69, 3), 1)
    assert names("{a.b} and { c }") == ("a.b", "c")
    check_message(text, ["payments", "overpaid"], problems)
    assert [str(problem) for problem in problems] == [
        "r.yml:69:4: E402 message uses unknown column '{paymnts}'\n    help: did you mean 'payments'?",
        "r.yml:69:23: E402 a '{' stands alone in the message\n    help: write a column as {name}",
    ]
