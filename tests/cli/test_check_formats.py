"""One list of problems, written for a person, a program, a code host and a workflow."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Clew

RULE = "rules/example/paid_twice.yml"


@pytest.fixture
def faulty(fresh: Path) -> Path:
    """A project with an error that mends itself, one that does not, and a warning."""
    path = fresh / RULE
    text = path.read_text("utf-8").replace("title_zh: 同一", "titel_zh: 同一").replace("sum(", "summe(")
    path.write_text(text, "utf-8")
    return fresh


def problems(clew: Clew, project: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(clew("check", "-C", project, "--format", "json").out)["problems"]
    return found


def test_json_is_the_same_with_either_option(clew: Clew, faulty: Path) -> None:
    assert clew("check", "-C", faulty, "--json").out == clew("check", "-C", faulty, "--format", "json").out
    first = problems(clew, faulty)[0]
    assert first["code"] == "E101" and first["edits"][0]["old"] == "titel_zh" and first["edits"][0]["new"] == "title_zh"
    assert first["edits"][0]["place"] == first["place"]


def test_sarif_says_what_the_json_says(clew: Clew, faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(faulty)
    ended = clew("check", "--format", "sarif")
    assert ended.code == 1
    log = json.loads(ended.out)
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    codes = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(codes)) == len(codes) and run["columnKind"] == "unicodeCodePoints"
    listed = problems(clew, faulty)
    assert len(run["results"]) == len(listed) > 0
    for result, problem in zip(run["results"], listed, strict=True):
        assert codes[result["ruleIndex"]] == result["ruleId"] == problem["code"]
        assert result["level"] == problem["severity"]
        assert result["message"]["text"].splitlines()[0] == problem["message"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == RULE
        assert place["region"]["startLine"] == problem["place"]["line"]
        assert place["region"]["startColumn"] == problem["place"]["column"]
    change = run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert change["insertedContent"]["text"] == "title_zh"
    assert change["deletedRegion"]["endColumn"] - change["deletedRegion"]["startColumn"] == len("titel_zh")


def test_annotations_are_one_line_each_with_their_signs_escaped(
    clew: Clew, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(faulty)
    ended = clew("check", "--format", "github")
    lines = ended.out.splitlines()
    assert ended.code == 1 and len(lines) == len(problems(clew, faulty))
    form = re.compile(r"::(error|warning) file=[^,:]+,line=\d+,col=\d+,title=[A-Z]\d{3}::\S.*")
    assert all(form.fullmatch(line) for line in lines)
    expected = f"::error file={RULE},line=4,col=1,title=E101::unknown key 'titel_zh' in the rule%0Ahelp: "
    assert lines[0].startswith(expected)


def test_a_sound_project_has_empty_lists(clew: Clew, fresh: Path) -> None:
    assert clew("check", "-C", fresh, "--format", "github").out == ""
    assert json.loads(clew("check", "-C", fresh, "--format", "sarif").out)["runs"][0]["results"] == []


def test_an_unknown_format_is_a_wrong_argument(clew: Clew, fresh: Path) -> None:
    assert clew("check", "-C", fresh, "--format", "xml").code == 2


def test_a_lock_that_is_missing_is_one_line_for_a_person_and_one_problem_a_rule_for_a_program(
    clew: Clew, fresh: Path
) -> None:
    text = (fresh / RULE).read_text("utf-8")
    for number in range(5):
        (fresh / f"rules/example/copy{number}.yml").write_text(text.replace("paid_twice", f"copy{number}"), "utf-8")
    (fresh / "rules/rules.lock.json").unlink(missing_ok=True)
    assert sum(problem["code"] == "E804" for problem in problems(clew, fresh)) == 6
    ended = clew("check", "-C", fresh)
    (line,) = [line for line in ended.err.splitlines() if " E804 " in line]
    assert "behind for 6 rules: " in line and "copy2.yml' and 3 more" in line
    assert "6 warnings" in ended.out and ended.code == 0
