"""Documents against the official standard: its own examples pass, wrong ones are refused at the right place."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.contracts.standard import validate_document
from clew.problems import Problems
from clew.yaml_file import parse_yaml, read_yaml

SHARED = Path(__file__).parents[3] / "shared" / "data"
HEAD = "apiVersion: v3.2.0\nkind: DataContract\nid: x\nversion: 1.0.0\n"


def problems_of(text: str) -> list[str]:
    problems = Problems()
    node = parse_yaml(text, "c.yaml", problems)
    assert node is not None
    assert validate_document(node, problems) == (not problems.errors)
    return [str(problem).splitlines()[0] for problem in problems]


def official() -> list[Path]:
    return sorted((SHARED / "odcs-official" / "examples").rglob("*.odcs.yaml"))


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent: the official examples were NOT checked")
def test_every_official_example_is_valid() -> None:
    paths = official()
    assert len(paths) == 18
    for path in paths:
        problems = Problems()
        node = read_yaml(path, problems)
        assert node is not None and validate_document(node, problems), [str(problem) for problem in problems]


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent: the fixtures were NOT checked")
@pytest.mark.parametrize(("name", "expected"), [
    ("valid.odcs.yaml", []),
    ("valid-3.1.0.odcs.yaml", []),
    ("invalid_multiple_errors.odcs.yaml", ["1:1: C001 the key 'status' is missing from the contract",
                                           "1:1: C001 the key 'version' is missing from the contract"]),
    ("invalid_multiple_schema_errors.odcs.yaml", ["10:17: C001 'description' is empty: it must be text"]),
    ("odcs_with_extra_top_level.yaml", ["7:1: C001 'change_management' is not a key of the contract"]),
])  # fmt: skip
def test_fixtures_are_refused_at_the_right_line(name: str, expected: list[str]) -> None:
    problems = Problems()
    node = read_yaml(SHARED / "odcs-fixtures" / "lint" / name, problems, "f")
    assert node is not None
    validate_document(node, problems)
    assert [str(problem).splitlines()[0] for problem in problems] == [f"f:{line}" for line in expected]


QUALITY = HEAD + "schema:\n- name: a\n  quality:\n  - {%s}\n"
SERVER = HEAD + "servers:\n- {%s}\n"


@pytest.mark.parametrize(("text", "expected"), [
    (QUALITY % "metric: 17, mustBe: 0", "8:14: C001 'metric' must be text, not the number 17"),
    (QUALITY % "metric: rowCont, mustBe: 0", "8:14: C001 'rowCont' is not a value of 'metric'"),
    (QUALITY % "metric: rowCount, mustBeGreterThan: 0",
     "8:24: C001 'mustBeGreterThan' is not a key of entry 1 of 'quality'"),
    (QUALITY % "type: sql, mustBe: 0, qury: x", "8:28: C001 'qury' is not a key of entry 1 of 'quality'"),
    (QUALITY % "metric: rowCount, mustBe: 0, mustBeLessThan: 3",
     "8:35: C001 only one of mustBe, mustBeLessThan may stand in entry 1 of 'quality'"),
    (QUALITY % "metric: rowCount, mustBeBetween: [1]", "8:39: C001 'mustBeBetween' needs at least 2 entries"),
    (QUALITY % "metric: rowCount, mustBeBetween: {a: 1}",
     "8:39: C001 'mustBeBetween' must be a list, not a block of keys"),
    (SERVER % "server: drop, type: 17, path: x, format: csv", "6:24: C001 'type' must be text, not the number 17"),
    (SERVER % "server: drop, type: locl, path: x, format: csv", "6:24: C001 'locl' is not a value of 'type'"),
    (SERVER % "server: drop, typ: local, path: x, format: csv",
     "6:18: C001 'typ' is not a key of entry 1 of 'servers'"),
    (SERVER % "server: drop, path: x, format: csv", "6:3: C001 the key 'type' is missing from entry 1 of 'servers'"),
    (SERVER % "server: drop, type: local, pth: x, format: csv",
     "6:31: C001 'pth' is not a key of entry 1 of 'servers'"),
    (SERVER % "server: drop, type: local, path: x, format: csv, database: y",
     "6:53: C001 'database' is not a key of entry 1 of 'servers' when its type is 'local'"),
    (HEAD + "team: 17\n", "5:7: C001 'team' must be a block of keys or a list, not the number 17"),
    (HEAD.replace("1.0.0", "1.0"), "4:10: C001 'version' must be text, not the number 1.0"),
    (HEAD + "schema:\n- name: a\n  properties:\n  - {name: b, requierd: true}\n",
     "8:15: C001 'requierd' is not a key of entry 1 of 'properties'"),
    (HEAD + "schema:\n- name: a\n  properties:\n  - {name: b, logicalTypeOptions: {minLength: 1}}\n",
     "8:5: C001 logicalTypeOptions needs a logicalType beside it"),
])  # fmt: skip
def test_one_root_cause_one_sentence_at_its_place(text: str, expected: str) -> None:
    assert problems_of(text) == [f"c.yaml:{expected}"]


def test_near_words_are_offered() -> None:
    problems = Problems()
    node = parse_yaml(HEAD + "schema:\n- name: a\n  properties:\n  - {name: b, requierd: true}\n", "c", problems)
    assert node is not None
    validate_document(node, problems)
    assert [problem.help for problem in problems] == ["did you mean 'required'?"]


def test_a_date_without_quotes_counts_as_text() -> None:
    assert problems_of(HEAD + "status: 2026-01-01\n") == []
