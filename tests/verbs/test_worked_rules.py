"""The two worked rules of the format's reference, word for word, with their own tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.rules.check import check_rule
from clew.rules.compile import compile_rule
from clew.rules.explain import explain, explain_funnel
from clew.rules.library import read_library
from clew.rules.message import render
from clew.rules.model import Rule, Trial
from clew.rules.trial import run_trial
from tests.verbs.datasets import WORKED
from tests.verbs.running import answers_to

FOLDER = Path(__file__).parent / "worked"


def _rules() -> dict[str, Rule]:
    problems = Problems()
    library = read_library(FOLDER, problems, "rules")
    assert [str(problem) for problem in problems] == []
    return dict(library.rules)


RULES = _rules()
TRIALS = [(rule.id, trial) for rule in RULES.values() for trial in rule.trials]


@pytest.mark.parametrize(("rule", "trial"), TRIALS, ids=[f"{rule}: {trial.name}" for rule, trial in TRIALS])
def test_its_own_tests_pass(rule: str, trial: Trial) -> None:
    result = run_trial(RULES[rule], trial, WORKED, for_trial)
    assert [str(one) for one in (*result.differences, *result.problems)] == []
    assert result.passed


@pytest.mark.parametrize("rule", RULES)
def test_no_check_finds_a_fault(rule: str) -> None:
    problems = Problems()
    check_rule(RULES[rule], WORKED, None, problems, as_of=date(2026, 8, 1))
    assert [str(problem) for problem in problems] == []


def test_a_wrong_expectation_names_the_cells() -> None:
    rule = RULES["benefit.paid_after_death"]
    wrong = next(trial for trial in rule.trials if trial.expect)
    twisted = type(wrong)(**{**vars(wrong), "expect": ({**wrong.expect[0], "payments": wrong.expect[0]["overpaid"]},)})
    result = run_trial(rule, twisted, WORKED, for_trial)
    assert [str(one) for one in result.differences] == ["A1.payments: expected 6000, found 2"]


def test_funnel_and_message_of_the_first_worked_rule() -> None:
    rule = RULES["benefit.paid_after_death"]
    found = answers_to(rule, rule.trials[0], WORKED)
    assert explain_funnel(found.funnel, "en") == [
        "    1  s1_all        Take every row of death_register.",
        "    1  s1_from       Keep rows where death.verified.",
        "    2  s2_join       Pair with pension_payment where payment.person_id = death.person_id "
        "and payment.paid_on > month_end(death.died_on) + $grace.",
        "    2  s3_exclude    Drop payment.kind in ('funeral_grant', 'survivor_allowance') (lawful after death).",
        "    2  s4_exclude    Drop payment.returned_on is not null (already returned).",
        "    1  s5_aggregate  One row per death.person_id, death.name, death.died_on; compute payments = count(*), "
        "overpaid = sum(payment.amount), first_paid = min(payment.paid_on), last_paid = max(payment.paid_on).",
        "    1  s6_where      Keep only overpaid >= $min_amount.",
        "    1  clue          Band the strength and write the clue.",
    ]
    facts = found.clues.to_pylist()[0]
    assert render(rule.clue.message.value, facts, rule.clue.labels, "en") == (
        "Zhang San died on 2026-01-15; 2 payments worth 6000.00 CNY followed, the last on 2026-04-20."
    )
    assert found.evaluated == 1
    assert len(facts["payment##"]) == 2
    assert len(facts["death##"]) == 1


def test_every_step_has_a_chinese_sentence() -> None:
    for rule in RULES.values():
        plan = compile_rule(rule, WORKED, Problems(), as_of=date(2026, 6, 30))
        assert plan is not None
        lines = explain(plan, "zh")
        assert len(lines) == len(plan.steps)
        assert all(any("\u4e00" <= letter <= "\u9fff" for letter in line) for line in lines)


def test_excluded_rows_are_in_the_ledger_with_their_reason() -> None:
    rule = RULES["benefit.paid_after_death"]
    trial = next(one for one in rule.trials if "funeral grant" in one.name)
    rows = answers_to(rule, trial, WORKED).excluded.to_pylist()
    assert [(row["subject"], row["step"], row["reason"], row["alias"], len(row["rows"])) for row in rows] == [
        ("A1", "s3_exclude", "lawful after death", "payment", 1),
        ("A1", "s4_exclude", "already returned", "payment", 1),
    ]


def test_a_register_that_stops_before_the_deadline_leaves_the_subject_undecided() -> None:
    rule = RULES["traffic.licence_not_revoked"]
    trial = next(one for one in rule.trials if "stops before" in one.name)
    found = answers_to(rule, trial, WORKED)
    assert found.clues.num_rows == 0
    assert found.inconclusive.to_pylist() == [
        {
            "subject": "P1",
            "episode": "C-1",
            "step": "s3_not_followed_by",
            "reason": "the data received does not cover this region and period",
            "dataset": "licence_revocation",
            "region": "",
            "period_from": date(2026, 4, 21),
            "period_to": date(2026, 5, 2),
        }
    ]
