"""record-test: a clue becomes a test about somebody else."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import AS_OF, Clew

RULE = "rules/example/paid_twice.yml"


def clue_of(clew: Clew, office: Path) -> str:
    return str(json.loads(clew("clues", "-C", office, "--json").out)["clues"][0]["clue_id"])


def test_the_test_is_appended_and_passes_and_names_nobody(clew: Clew, office: Path) -> None:
    clue = clue_of(clew, office)
    shown = clew("record-test", clue, "-C", office)
    assert shown.code == 0 and "strength: 1}" in shown.out and "payments: 3" in shown.out
    added = clew("record-test", clue, "-C", office, "--append")
    assert added.code == 0 and "was added" in added.out
    text = (office / RULE).read_text(encoding="utf-8")
    assert shown.out.strip() in text
    assert "4 trials, 0 failed" in clew("test", RULE, "-C", office).out
    assert clew("check", "-C", office).code == 0
    for real in ("张建国", "建国", "11010519491231002X", "110105", "19491231", "340102", "P1", "P2", clue):
        assert real not in text.partition("recorded from a clue")[2] and real not in shown.out
    again = clew("record-test", clue, "-C", office, "--append")
    assert again.code == 0 and f"as of {AS_OF} (2)" in (office / RULE).read_text(encoding="utf-8")


def test_the_clue_must_be_there_and_still_be_found(clew: Clew, office: Path) -> None:
    clue = clue_of(clew, office)
    unknown = clew("record-test", "paid_twice-0", "-C", office)
    assert unknown.code == 2 and "there is no clue" in unknown.err
    assert clew("record-test", clue, "--rule", "example.paid_thrice", "-C", office).code == 2
    path = office / RULE
    path.write_text(path.read_text(encoding="utf-8").replace("value: 2\n", "value: 4\n", 1), encoding="utf-8")
    before = path.read_bytes()
    gone = clew("record-test", clue, "-C", office, "--append")
    assert gone.code == 1 and "does not find this subject" in gone.err and path.read_bytes() == before


def test_an_answer_that_rests_on_other_rows_is_refused(clew: Clew, office: Path) -> None:
    """A rule that compares with everybody: from the clue's own rows it would answer otherwise."""
    path = office / RULE
    text = path.read_text(encoding="utf-8")
    where = "  - where: payments >= $min_payments"
    measure = "  - aggregate: {by: [payment.pay_month], keep: rows, everybody: count(*)}"
    text = text.replace(f"{where}\n", f"{measure}\n{where} and everybody >= 2\n", 1)
    path.write_text(text, encoding="utf-8")
    refused = clew("record-test", clue_of(clew, office), "-C", office)
    assert refused.code == 1 and "it rests on other rows" in refused.err
