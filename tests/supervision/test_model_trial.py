"""Trials of a model on the real engine: what passes, and how a difference is told."""

from __future__ import annotations

from collections.abc import Callable

from clew.contracts.catalogue import Catalogue
from clew.engines.duckdb import for_trial
from clew.rules.library import Library
from clew.rules.model import Rule
from clew.rules.trial import TrialResult
from clew.supervision.model import Model
from clew.supervision.trial import run_trial

GIVEN = """\
- name: paid and certified
  as_of: 2026-06-30
  given:
    death_register: |
      person_id, name, died_on,    source
      A1,        张三, 2026-01-15, cremation
      A2,        李四, 2026-01-15, cremation
    pension_payment: |
      person_id, paid_on,    amount, returned_on
      A1,        2026-02-20, 20000,
      A1,        2026-03-20, 20000,
      A1,        2026-04-20, 20000,
      A2,        2026-02-20, 600,
    life_certification: |
      person_id, certified_on
      A1,        2026-05-01
"""
GOOD = """\
  expect:
    - {subject: A1, score: 100, band: red, route: criminal, signals: 2, amount: 60000, due_on: 2026-07-09, payments: 3}
    - {subject: A2, score: 30, band: yellow, route: watch, signals: 1, episode: ""}
"""


def tried(make_model: Callable[..., Model], rules: dict[str, Rule], catalogue: Catalogue, tests: str) -> TrialResult:
    model = make_model(tests=tests)
    [trial] = model.trials
    return run_trial(model, trial, Library(rules), catalogue, for_trial)


def test_a_trial_passes_through_rules_merging_and_routing(
    make_model: Callable[..., Model], rules: dict[str, Rule], catalogue: Catalogue
) -> None:
    result = tried(make_model, rules, catalogue, GIVEN + GOOD)
    assert result.passed, [str(one) for one in (*result.differences, *result.problems)]


def test_differing_cells_are_named(
    make_model: Callable[..., Model], rules: dict[str, Rule], catalogue: Catalogue
) -> None:
    wrong = GOOD.replace("score: 100", "score: 99").replace("subject: A2", "subject: A3")
    wrong = wrong.replace("route: cr", "rout: cr")
    result = tried(make_model, rules, catalogue, GIVEN + wrong)
    assert sorted(map(str, result.differences)) == [
        "A1.rout: expected criminal, found no such column",
        "A1.score: expected 99, found 100",
        "A2: expected no clue, found one",
        "A3: expected a clue, found none",
    ]


def test_none_expected_and_found_passes(
    make_model: Callable[..., Model], rules: dict[str, Rule], catalogue: Catalogue
) -> None:
    nothing = GIVEN.replace("cremation", "medical_certificate") + "  expect: none\n"
    assert tried(make_model, rules, catalogue, nothing).passed
    assert not tried(make_model, rules, catalogue, GIVEN + "  expect: none\n").passed


def test_a_faulty_trial_is_a_located_problem(
    make_model: Callable[..., Model], rules: dict[str, Rule], catalogue: Catalogue
) -> None:
    unknown = tried(make_model, rules, catalogue, GIVEN.replace("pension_payment:", "pension_paymnt:") + GOOD)
    assert [problem.code for problem in unknown.problems] == ["E109"] and not unknown.passed
    with_parameters = GIVEN + "  with: {min_amount: 1}\n" + GOOD
    assert [problem.code for problem in tried(make_model, rules, catalogue, with_parameters).problems] == ["E109"]
    absent = tried(make_model, {"benefit.paid": rules["benefit.paid"]}, catalogue, GIVEN + GOOD)
    assert [problem.code for problem in absent.problems] == ["E601"]


def test_a_subject_left_open_shows_when_the_trial_names_them(
    make_model: Callable[..., Model], rules: dict[str, Rule], catalogue: Catalogue
) -> None:
    result = tried(make_model, rules, catalogue, GIVEN + GOOD + "  inconclusive: [A9]\n")
    assert [str(one) for one in result.differences] == ["A9: expected INCONCLUSIVE, found a decision"]
