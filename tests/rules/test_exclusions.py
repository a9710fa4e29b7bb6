"""Shared exclusions: written out before anything else reads the rule, reason and all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clew.problems import Problems
from clew.rules.exclusions import CAUSES, Exclusions, read_exclusions, with_exclusions
from clew.yaml_file import read_yaml

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "rules" / "exclusions"

OTHER_NAME = """exclusion: other_name
cause: FP01
title: Other name
title_zh: 异名
takes: [name, known]
when: norm_name(name) <> norm_name(known) and kind <> 'name'
reason: another name
reason_zh: 另一姓名
basis: practice
"""


def exclusions(folder: Path, text: str = OTHER_NAME, file: str = "other_name.yml") -> tuple[Exclusions, list[str]]:
    (folder / file).write_text(text, encoding="utf-8")
    problems = Problems()
    found = read_exclusions(folder, problems, "exclusions")
    return found, [str(problem).splitlines()[0] for problem in problems]


def step(folder: Path, text: str, shared: Exclusions) -> tuple[dict[str, Any], list[str]]:
    path = folder / "rule.yaml"
    path.write_text(f"steps:\n{text}", encoding="utf-8")
    problems = Problems()
    node = read_yaml(path, problems, "rule.yml")
    assert node is not None
    return with_exclusions(node, shared, problems).plain()["steps"][0], [str(problem) for problem in problems]


def test_values_take_their_places_and_what_is_quoted_stays(tmp_path: Path) -> None:
    shared, _ = exclusions(tmp_path)
    found, problems = step(tmp_path, "  - exclude: other_name(payment.name, known_name)\n", shared)
    assert problems == []
    assert found == {
        "exclude": "norm_name(payment.name) <> norm_name(known_name) and kind <> 'name'",
        "reason": "another name",
        "reason_zh": "另一姓名",
        "basis": "FP01 practice",
    }


def test_a_value_named_like_another_word_is_not_replaced_again(tmp_path: Path) -> None:
    shared, _ = exclusions(tmp_path)
    found, _ = step(tmp_path, "  - exclude: other_name(known, name)\n", shared)
    assert str(found["exclude"]).startswith("norm_name(known) <> norm_name(name)")


def test_the_step_may_speak_for_itself(tmp_path: Path) -> None:
    shared, _ = exclusions(tmp_path)
    found, _ = step(tmp_path, "  - exclude: other_name(a, b)\n    reason: mine\n", shared)
    assert found["reason"] == "mine"
    assert "reason_zh" not in found


def test_branches_are_read_too_and_a_function_stays_one(tmp_path: Path) -> None:
    shared, _ = exclusions(tmp_path)
    text = (
        "  - union:\n      branches:\n        one:\n          - from: a\n          - exclude: other_name(a.n, b.n)\n"
        "          - exclude: id_valid(a.n)\n            reason: r\n"
    )
    found, problems = step(tmp_path, text, shared)
    assert problems == []
    branch = found["union"]["branches"]["one"]
    assert branch[1]["basis"] == "FP01 practice"
    assert branch[2] == {"exclude": "id_valid(a.n)", "reason": "r"}


@pytest.mark.parametrize("call", ["other_name(a)", "other_name(a, b, c)", "other_name(a, b + 1)", "other_name()"])
def test_values_that_are_no_columns_or_too_many_are_refused(call: str, tmp_path: Path) -> None:
    shared, _ = exclusions(tmp_path)
    _, problems = step(tmp_path, f"  - exclude: {call}\n", shared)
    assert ["E209" in problem for problem in problems] == [True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("takes: [name, known]", "takes: [name, known, age]"), "E208"),
        (("exclusion: other_name", "exclusion: id_valid"), "E108"),
        (("cause: FP01", "cause: FP13"), "E104"),
        (("basis: practice\n", ""), "E102"),
        (("basis:", "basses:"), "E101"),
    ],
)
def test_a_faulty_library_is_told_its_faults(change: tuple[str, str], code: str, tmp_path: Path) -> None:
    _, problems = exclusions(tmp_path, OTHER_NAME.replace(*change))
    assert code in problems[0]


def test_every_shipped_exclusion_is_used_and_on_the_page() -> None:
    problems = Problems()
    shared = read_exclusions(SHIPPED, problems, "rules/exclusions")
    assert [str(problem) for problem in problems] == []
    rules = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "rules").glob("*/*.yml") if path.parent != SHIPPED
    )
    page = (ROOT / "docs" / "false-positives.md").read_text(encoding="utf-8")
    assert [name for name in shared if f"exclude: {name}(" not in rules] == []
    assert [name for name in shared if f"`{name}(" not in page] == []
    assert [cause for cause in CAUSES if f"| {cause} |" not in page] == []
