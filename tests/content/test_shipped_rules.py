"""Every shipped rule: checks without a problem or a warning, says itself in two languages, and stands in the lock."""

from __future__ import annotations

import re

import pytest

from clew.problems import Problems
from clew.rules.check import check_rule
from clew.rules.compile import compile_rule
from clew.rules.explain import explain
from clew.rules.lock import check_lock, read_lock
from clew.rules.logic_hash import entry_of
from tests.content.project import DAY, LOCK, RULE_FILES, catalogue, laws, library, models, sound

RULES = [f"{path.parent.name}.{path.stem}" for path in RULE_FILES]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ABSENCE = ("not_exists", "not_followed_by")


def test_every_file_is_a_rule() -> None:
    assert set(library().rules) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_checks_without_a_problem(rule: str) -> None:
    problems = Problems()
    check_rule(library().rules[rule], catalogue(), laws(), problems, as_of=DAY)
    sound(problems)


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_says_itself_in_chinese_and_english(rule: str) -> None:
    plan = compile_rule(library().rules[rule], catalogue(), Problems(), as_of=DAY)
    assert plan is not None
    chinese, english = explain(plan, "zh"), explain(plan, "en")
    assert len(chinese) == len(english) >= len(library().rules[rule].steps)
    assert all(CHINESE.search(sentence) for sentence in chinese)
    sentences = [line.partition("  ")[2] for line in chinese]
    assert not [sentence for sentence in sentences if re.search(r"[a-z_]{2,}", sentence)], "a bare name or code"


@pytest.mark.parametrize("rule", RULES)
def test_exclusions_and_absences_say_what_would_clear(rule: str) -> None:
    plan = compile_rule(library().rules[rule], catalogue(), Problems(), as_of=DAY)
    assert plan is not None
    steps = [step for step in plan.steps if step.verb in (*ABSENCE, "exclude")]
    said = [step.clears for step in steps]
    assert steps and all(one is not None and CHINESE.search(one.zh) and one.en for one in said)
    assert not [one for one in said if one and re.search(r"[a-z_]{2,}", one.zh)], "a bare name or code"


@pytest.mark.parametrize("rule", RULES)
def test_people_find_what_they_need(rule: str) -> None:
    found = library().rules[rule]
    assert found.status == "test"
    assert CHINESE.search(found.title_zh)
    assert CHINESE.search(found.description_zh)
    assert len(found.false_positives) >= 4
    assert all(CHINESE.search(doubt) for doubt in found.false_positives_zh)
    assert found.legal_basis
    assert all(CHINESE.search(one.title_zh) and one.range and one.why for one in found.parameters.values())
    assert all(CHINESE.search(one.why_zh) for one in found.parameters.values())
    assert all(item.title and CHINESE.search(item.title_zh) for item in found.clue.evidence)
    assert any(item.rows for item in found.clue.evidence)


@pytest.mark.parametrize("rule", RULES)
def test_thresholds_and_gaps_in_the_data_are_tried(rule: str) -> None:
    found = library().rules[rule]
    boundaries = [trial for trial in found.trials if trial.name.startswith("boundary")]
    # A parameter whose range is one value is fixed by law: there is no boundary to move.
    movable = [one for one in found.parameters.values() if one.range and one.range[0] < one.range[1]]
    assert len(boundaries) >= len(movable)
    if any(step.verb in ABSENCE for step in found.steps):
        assert any(trial.inconclusive for trial in found.trials), "no test where the register does not reach"


def test_the_lock_is_current() -> None:
    problems = Problems()
    locked = read_lock(LOCK, problems)
    check_lock(map(entry_of, library().rules.values()), locked, problems)
    sound(problems)
    assert set(locked) == set(RULES), "the lock names a rule that is gone"


def test_every_rule_is_used_by_a_model() -> None:
    used = {use.rule.value for model in models() for use in model.uses}
    assert used == set(RULES)
