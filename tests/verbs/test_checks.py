"""What a check of a whole rule says: names, clue, bands, labels, tests; one problem for each root cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clew.contracts.catalogue import Catalogue
from clew.problems import Problems
from clew.rules.check import check_rule
from clew.rules.parse import parse_rule
from clew.yaml_file import parse_yaml
from tests.verbs.datasets import WORKED

PAID = (Path(__file__).parent / "worked" / "benefit" / "paid_after_death.yml").read_text("utf-8")
REVOKED = (Path(__file__).parent / "worked" / "traffic" / "licence_not_revoked.yml").read_text("utf-8")


def faults(text: str, catalogue: Catalogue = WORKED) -> list[str]:
    """The problems of a rule: line, code and message."""
    problems = Problems()
    node = parse_yaml(text, "rule.yml", problems)
    assert node is not None
    rule = parse_rule(node, "rule.yml", problems)
    if rule is not None:
        check_rule(rule, catalogue, None, problems, as_of=date(2026, 6, 30))
    assert all(problem.help for problem in problems if problem.code not in ("E204", "E304"))
    return [f"{one.place.line} {one.code} {one.message}" for one in problems]


def changed(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new, 1)


CASES = [
    ("E202 there is no data contract for 'pension_paymnt'", "payment: pension_payment", "payment: pension_paymnt"),
    (
        "E203 the dataset 'spare' is declared and never used",
        "  payment: pension_payment",
        "  payment: pension_payment\n  spare: criminal_judgment",
    ),
    ("E205 the parameter 'min_amount' is declared and never used", "overpaid >= $min_amount", "overpaid >= 1000"),
    ("E111 'join' has no option 'expects'", "    on: payment", "    expects: n:1\n    on: payment"),
    ("E112 'exclude' has no 'reason'", "    reason: already returned\n", ""),
    ("E304 a condition is wanted here, and 'death.name' is text", "where: death.verified", "where: death.name"),
    (
        "E310 'overpaid' would count rows of 'payment' more than once",
        "  - exclude: payment.kind",
        "  - join: judgment\n    on: judgment.person_id = payment.person_id\n  - join: revocation\n"
        "    on: revocation.person_id = judgment.person_id\n  - exclude: payment.kind",
    ),
    ("E401 the strength has no 'otherwise'", "    - {otherwise: 0.5}\n", ""),
    ("E403 this band is never reached: 'payments >= 6'", "payments >= 3, is: 0.8", "payments >= 7, is: 0.8"),
    (
        "E403 this band is never reached: 'otherwise'",
        "    - {when: payments >= 3, is: 0.8}\n    - {otherwise: 0.5}",
        "    - {otherwise: 0.5}\n    - {when: payments >= 3, is: 0.8}",
    ),
    ("E402 message uses unknown column '{payment}'", "{payments} payments", "{payment} payments"),
    ("E203 there are no rows of 'paymet' to show", "rows: payment", "rows: paymet"),
    ("E201 unknown column 'over_paid'", "amount: overpaid", "amount: over_paid"),
    ("E304 a date is wanted here", "happened_on: first_paid", "happened_on: payments"),
    (
        "E206 the column 'amount' has the name of a part of every clue",
        "      payments: count(*)",
        "      payments: count(*)\n      amount: max(payment.amount)",
    ),
    (
        "E201 there is a title for 'paymets', which no step computes",
        "steps:\n",
        "titles_zh:\n  paymets: 笔数\nsteps:\n",
    ),
    (
        "E206 'two words' cannot name a column",
        "      payments: count(*)",
        "      payments: count(*)\n      two words: 1",
    ),
]


@pytest.mark.parametrize(("problem", "old", "new"), CASES, ids=[case[0][:40] for case in CASES])
def test_one_mistake_gives_one_problem(problem: str, old: str, new: str) -> None:
    text = changed(PAID, old, new)
    if "E310" in problem:
        more = "datasets:\n  judgment: criminal_judgment\n  revocation: licence_revocation\n"
        text = changed(text, "datasets:\n", more)
    found = faults(text)
    assert len(found) == 1, found
    assert problem in found[0]


def test_a_missing_contract_is_one_problem_however_often_it_is_named() -> None:
    found = faults(changed(PAID, "death: death_register", "death: deaths"))
    assert [one.split(" ", 1)[1] for one in found] == ["E202 there is no data contract for 'deaths'"]


def test_several_mistakes_are_all_told_at_once() -> None:
    text = changed(
        changed(PAID, "payment.returned_on is not null", "payment.returned is not null"),
        "overpaid >= $min_amount",
        "overpaid >= $minimum",
    )
    assert [one.split()[1] for one in faults(text)] == ["E201", "E204"]


def test_a_message_that_shows_a_code_needs_its_words() -> None:
    found = faults(changed(REVOKED, "    outcome: {missing: 未吊销, late: 逾期吊销}", "    outcome: {missing: 未吊销}"))
    assert len(found) == 1
    assert "E404 the message shows 'outcome', and its value 'late' has no label" in found[0]
    found = faults(changed(REVOKED, "late: 逾期吊销}", "late: 逾期吊销, later: 更晚}"))
    assert "E404 'later' is not a value of 'outcome'" in found[0]


def _without_trials(text: str, *names: str) -> str:
    """The rule without the tests of these names."""
    head, tests = text.split("\ntests:\n")
    kept = [part for part in tests.split("  - name: ") if part and not part.strip('"').startswith(names)]
    return f"{head}\ntests:\n" + "".join(f"  - name: {part}" for part in kept)


def test_tests_must_fire_be_silent_and_stand_at_the_boundary() -> None:
    assert "E501" in faults(_without_trials(PAID, "two payments"))[0]
    only = faults(_without_trials(PAID, "a funeral", "boundary"))
    assert [one.split()[1] for one in only] == ["E502", "E503"]


def test_a_trial_names_only_what_the_contracts_know() -> None:
    found = faults(
        changed(
            PAID, "person_id, paid_on,    amount, kind,    returned_on", "person, paid_on, amount, kind, returned_on"
        )
    )
    assert any("E109 'pension_payment' has no column 'person'" in one for one in found)
    found = faults(changed(PAID, "A1,        2026-01-20, 3000", "A1,        2026-13-20, 3000"))
    assert any("E109 '2026-13-20' is no date for 'paid_on'" in one for one in found)


def test_a_trial_gives_each_dataset_once() -> None:
    """Under two aliases its rows would all be there twice."""
    two = changed(PAID, "\ndatasets:", "\ndatasets:\n  again: pension_payment")
    two = changed(two, "      payment: |", "      again: |\n        person_id\n        A1\n      payment: |")
    [found] = [one for one in faults(two) if "E109" in one][:1]
    assert "the tables 'again' and 'payment' are both the dataset 'pension_payment'" in found


def test_two_rows_given_have_keys_of_their_own() -> None:
    """Of rows that share a key none would come in, or one: what a test shows with both is shown of no data."""
    death = replace(WORKED.contracts["death_register"], primary_key=("person_id",))
    keyed = Catalogue({**WORKED.contracts, "death_register": death})
    row = "        A1,        Zhang San, 2026-01-15, true\n"
    assert not faults(PAID, keyed)
    found = faults(changed(PAID, row, row + row), keyed)
    assert [one.split(" ", 1)[1] for one in found] == [
        "E109 two rows of 'death' have the same person_id, the key of 'death_register'"
    ]
