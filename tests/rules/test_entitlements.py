"""Shared entitlements: written out wherever a rule asks for them, or for their opposite."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.problems import Problems
from clew.rules.entitlements import Entitlements, read_entitlements, with_entitlements
from clew.rules.mirror import thresholds
from clew.rules.model import Threshold
from clew.rules.shared import Shared, read_shared
from clew.yaml_file import parse_yaml

SEVERE = """entitlement: severe
title: Severely disabled
title_zh: 重度残疾
takes: [level, most]
when: level <= most or kind = 'level'
basis: the opinion
"""


@pytest.fixture
def severe(tmp_path: Path) -> Entitlements:
    found, problems = written(tmp_path, SEVERE)
    assert problems == []
    return found


def written(folder: Path, text: str) -> tuple[Entitlements, list[str]]:
    (folder / "severe.yml").write_text(text, encoding="utf-8")
    problems = Problems()
    found = read_entitlements(folder, problems, "entitlements")
    return found, [str(problem) for problem in problems]


def rule(text: str, shared: Entitlements) -> tuple[dict[str, object], list[str]]:
    problems = Problems()
    node = parse_yaml(text, "rule.yml", problems)
    assert node is not None
    return with_entitlements(node, shared, problems).plain(), [str(problem) for problem in problems]


WHOLE = "a.level <= $most or kind = 'level'"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("severe(a.level, $most)", WHOLE),
        ("not severe(a.level, $most)", f"not ({WHOLE})"),
        ("a.status = 'severe(x, y)' and severe ( a.level , $most )", f"a.status = 'severe(x, y)' and ({WHOLE})"),
        ("case when severe(a.level, $most) then 1 else 2 end", f"case when ({WHOLE}) then 1 else 2 end"),
        ("severe(a.level, $most) <> severe(b.level, $most)", f"({WHOLE}) <> ({WHOLE.replace('a.', 'b.')})"),
        ("severe(most, level)", "most <= level or kind = 'level'"),
        ("a.severe > 1", "a.severe > 1"),
        ("a.paid and not (severe(a.level, $most))", f"a.paid and not (({WHOLE}))"),
    ],
)
def test_a_call_stands_wherever_a_condition_may(said: str, meant: str, severe: Entitlements) -> None:
    found, problems = rule(f'steps:\n  - where: "{said}"\n', severe)
    assert problems == []
    assert found == {"steps": [{"where": meant}]}


def test_branches_joins_and_strengths_are_read_and_texts_for_people_are_not(severe: Entitlements) -> None:
    text = (
        "steps:\n"
        "  - union:\n      branches:\n        one:\n          - join: b\n            where: severe(a, b)\n"
        "  - exclude: severe(a, b)\n    reason: severe(a, b) holds\n"
        "clue:\n  strength: [{when: 'severe(a, b)', is: 1}]\n  message: severe(a, b)\n"
    )
    found, problems = rule(text, severe)
    when = "a <= b or kind = 'level'"
    assert problems == []
    assert found == {
        "steps": [
            {"union": {"branches": {"one": [{"join": "b", "where": when}]}}},
            {"exclude": when, "reason": "severe(a, b) holds"},
        ],
        "clue": {"strength": [{"when": when, "is": 1}], "message": "severe(a, b)"},
    }


@pytest.mark.parametrize("call", ["severe(a)", "severe(a, b, c)", "severe(a, b + 1)", "severe()", "severe(f(a), b)"])
def test_values_that_are_no_columns_or_too_many_are_refused_once(call: str, severe: Entitlements) -> None:
    found, problems = rule(f"steps:\n  - where: not {call}\n", severe)
    assert [problem.splitlines()[0].split()[:2] for problem in problems] == [["rule.yml:2:12:", "E209"]]
    assert "write: severe(level, most)" in problems[0]
    assert found == {"steps": [{"where": "false"}]}


def test_a_name_misspelt_is_told_the_right_one(severe: Entitlements) -> None:
    _, problems = rule("steps:\n  - where: not sevre(a, b)\n", severe)
    assert ["E208" in problem and "did you mean 'severe'?" in problem for problem in problems] == [True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("takes: [level, most]", "takes: [level, most, age]"), "E208"),
        (("entitlement: severe", "entitlement: id_valid"), "E108"),
        (("basis: the opinion\n", ""), "E102"),
        (("basis:", "basses:"), "E101"),
    ],
)
def test_a_faulty_file_is_told_its_faults(change: tuple[str, str], code: str, tmp_path: Path) -> None:
    _, problems = written(tmp_path, SEVERE.replace(*change))
    assert code in problems[0]


def test_one_name_is_no_exclusion_and_entitlement_at_once(tmp_path: Path) -> None:
    for folder, head in (("entitlements", ""), ("exclusions", "cause: FP01\nreason: r\nreason_zh: r\n")):
        (tmp_path / folder).mkdir()
        text = head + SEVERE.replace("entitlement:", f"{folder[:-1]}:")
        (tmp_path / folder / "severe.yml").write_text(text, encoding="utf-8")
    problems = Problems()
    assert isinstance(read_shared(tmp_path, problems, "rules"), Shared)
    assert [str(problem).splitlines()[0] for problem in problems] == [
        "rules/entitlements/severe.yml:1:1: E208 'severe' names an exclusion too"
    ]


@pytest.mark.parametrize(
    ("step", "opposite"),
    [
        ("where: severe(a.level, $most)", [False]),
        ("where: not severe(a.level, $most)", [True]),
        ("where: a.paid and not (severe(a.level, $most))", [True]),
        ("exclude: severe(a.level, $most)", [True]),
        ("exclude: not severe(a.level, $most)", [False]),
        ("where: severe(a.level, $most) or not severe(b.level, $most)", [False, True]),
        ("where: severe(a.level, a.most)", []),
        ("where: a.name = 'severe(x, $most)'", []),
        ("exclude: a.paid\n    reason: severe(a.level, $most)", []),
    ],
)
def test_a_rule_knows_in_which_direction_it_asks(step: str, opposite: list[bool], severe: Entitlements) -> None:
    node = parse_yaml(f"steps:\n  - {step}\n", "rule.yml", Problems())
    assert node is not None
    found = sorted(thresholds(node, severe), key=lambda one: one.opposite)
    assert found == [Threshold("severe", "most", "most", one) for one in opposite]
