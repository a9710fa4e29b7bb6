"""What the check of a model finds before any data is read: E601 to E609."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clew.contracts.catalogue import Catalogue
from clew.problems import Problems, Severity
from clew.rules.library import Library
from clew.rules.model import Rule
from clew.supervision.ceiling import highest_score
from clew.supervision.check import check_content
from clew.supervision.model import Model

MakeModel = Callable[..., Model]


def problems_of(model: Model, rules: dict[str, Rule], catalogue: Catalogue) -> list[str]:
    problems = Problems()
    check_content(model, Library(rules), catalogue, problems)
    return [str(problem).removeprefix("models/after_death/model.yml:") for problem in problems]


def test_the_model_is_sound(make_model: MakeModel, rules: dict[str, Rule], catalogue: Catalogue) -> None:
    assert problems_of(make_model(), rules, catalogue) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("use: benefit.paid", "use: benefit.payed")], "11:11: E601 there is no rule 'benefit.payed'\n    help: "),
        ([("min_amount: 500", "min_amout: 500")], "11:44: E602 the rule 'benefit.paid' has no parameter 'min_amout'"),
        ([("min_amount: 500", "min_amount: 900000")], "11:44: E602 'min_amount' = 900000 is outside the rule's range"),
        ([("points: 30}", "weight: 0.3}")], "12:5: E603 the rule 'benefit.certified' has no 'points'"),
        ([("points: 30}", "points: 30, weight: 1}")], "12:5: E603 the rule 'benefit.certified' has both"),
        ([("points: 30}", "points: 300}")], "12:5: E603 the rule 'benefit.certified' has points 300, outside 0 to 100"),
        ([("orange: 50", "orange: 90")], "20:20: E604 band 'orange' (90) stands below 'red' (80)"),
        ([("points: 60", "points: 10"), ("red: 80", "red: 79")], "20:11: E604 band 'red' begins at 79, and no clue can"
                                                                " score over 60"),
        ([("  - otherwise: watch\n", "")], "25:5: E604 the routing does not end with 'otherwise'"),
        ([("when: band = 'red' and amount >= 50000", "when: score >= 20"), ("band in ('red', 'orange')", "score > 40")],
         "25:5: E604 this route is never taken"),
        ([("amount >= 50000, points", "amount >= 5000000 and amount < 3, points")], "17:7: E604 this factor"),
        ([("amount >= 50000, points", "amount >= 10000, points"), ("amount >= 10000 or certifications >= 5", "amount >"
                                                                   " 20000")], "18:7: E604 this factor never applies"),
        ([("band in ('red', 'orange')", "band in ('red', 'oragne')")], "25:27: E304 'oragne' is not a value of 'band'"),
        ([("band in ('red', 'orange')", "death.name = 'x'")], "25:11: E201 unknown column 'death.name'"),
        ([("amount >= 50000, points", "score >= 5, points")], "17:14: E201 unknown column 'score'"),
        ([("freshness: {payment", "freshness: {paymnt")], "32:13: E607 no rule of this model reads 'paymnt'"),
    ],
)  # fmt: skip
def test_a_fault_is_one_located_problem(
    make_model: MakeModel, rules: dict[str, Rule], catalogue: Catalogue, changes: list[tuple[str, str]], said: str
) -> None:
    found = problems_of(make_model(*changes), rules, catalogue)
    assert len(found) == 1 and found[0].startswith(said), found


def test_status_is_a_meet(make_model: MakeModel, rules: dict[str, Rule], catalogue: Catalogue) -> None:
    live = make_model(("status: shadow", "status: live"))
    assert problems_of(live, rules, catalogue) == []
    lower = rules | {"benefit.certified": replace(rules["benefit.certified"], status="test")}
    assert problems_of(live, lower, catalogue) == [
        "4:9: E606 the model cannot be live while its rule 'benefit.certified' is 'test'\n"
        "    help: keep the model in shadow until every rule is stable"
    ]
    assert problems_of(make_model(), lower, catalogue) == []


def test_noisy_or_of_one_fact_is_warned_of(make_model: MakeModel, rules: dict[str, Rule], catalogue: Catalogue) -> None:
    twin = replace(rules["benefit.paid"], id="benefit.certified")
    noisy = make_model(
        ("method: points", "method: noisy_or"),
        ("points: 60", "weight: 0.9"),
        ("points: 30}", "weight: 0.5}"),
        ("points: 20", "weight: 0.2"),
        ("points: 10", "weight: 0.1"),
        (" or certifications >= 5", ""),
    )
    assert problems_of(noisy, rules, catalogue) == []
    problems = Problems()
    check_content(noisy, Library(rules | {"benefit.certified": twin}), catalogue, problems)
    assert [(problem.code, problem.severity) for problem in problems] == [("E605", Severity.WARNING)]


def test_a_measure_of_two_rules_must_be_told_apart(
    make_model: MakeModel, rules: dict[str, Rule], catalogue: Catalogue
) -> None:
    twin = replace(rules["benefit.paid"], id="benefit.certified")
    model = make_model(("amount >= 10000 or certifications >= 5", "payments >= 3"))
    found = problems_of(model, rules | {"benefit.certified": twin}, catalogue)
    assert [line.split(" ")[1] for line in found] == ["E608"]


def test_a_broken_rule_is_not_told_again(make_model: MakeModel, rules: dict[str, Rule], catalogue: Catalogue) -> None:
    broken = replace(rules["benefit.paid"], datasets={})
    model = make_model(("freshness: {payment", "freshness: {death"))
    assert problems_of(model, rules | {"benefit.paid": broken}, catalogue) == []


def test_is_null_alone_hides_no_route(make_model: MakeModel, rules: dict[str, Rule], catalogue: Catalogue) -> None:
    model = make_model(("band = 'red' and amount >= 50000", "certifications is not null"))
    assert problems_of(model, rules, catalogue) == []


def test_the_highest_score_counts_the_best_factor_once(make_model: MakeModel) -> None:
    assert highest_score(make_model(("points: 60", "points: 40"))) == 90
    assert highest_score(make_model(("points: 60", "points: 40"), ("apply: first", "apply: all"))) == 100
