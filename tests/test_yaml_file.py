"""YAML as Clew reads it: strict scalars, places, and no input that crashes the reader."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clew.problems import Place, Problems
from clew.rules.parse import read_rule
from clew.yaml_file import Node, parse_yaml, read_yaml

BAD_INPUT = Path(__file__).parents[1].parent / "shared" / "data" / "bad-input"


def plain(text: str) -> object:
    problems = Problems()
    node = parse_yaml(text, "a.yml", problems)
    assert node is not None and not len(problems), [str(problem) for problem in problems]
    return node.plain()


def test_scalars_are_strict() -> None:
    assert plain("[no, on, 012, 0x1F, 1_000, 1e3, .5, 12, -3, 1.50, true, ~, null, '5', 2026-01-31, 2026-02-30]") == [
        "no", "on", "012", "0x1F", "1_000", "1e3", ".5", 12, -3, Decimal("1.50"), True, None, None, "5",
        date(2026, 1, 31), "2026-02-30",
    ]  # fmt: skip


def test_numbers_beyond_use_stay_text() -> None:
    long = "9" * 5000
    assert plain(f"[{long}, 1.5e999, 0.4e0066999999999999]") == [long, "1.5e999", "0.4e0066999999999999"]


def test_every_value_and_key_knows_its_place() -> None:
    node = parse_yaml("a:\n  b: [x, 'y']\n", "a.yml", Problems())
    assert node is not None
    inner = node.get("a")
    assert inner is not None
    assert inner.key_place("b") == Place("a.yml", 2, 3)
    listed = inner.get("b")
    assert listed is not None
    assert [(entry.place.column, entry.lead) for entry in listed.entries()] == [(7, 0), (10, 1)]


@pytest.mark.parametrize(("text", "message"), [
    ("a: 1\na: 2", "E002 the key 'a' stands twice; the first is on line 1"),
    ("a: {b: c, d", "inside { } a comma splits entries"),
    ("a:\n\tb: 1", "indent with spaces, not tabs"),
    ("a: !!python/object:os.system x", "E001 the tag"),
    ("&a b: *a\nc: &d [*d]", "an alias that contains itself"),
    ("? [a]\n: b", "a key must be a plain word"),
    ("<<: {a: 1}", "a key must be a plain word"),
    ("", "E003 the file is empty"),
    ("# only a comment", "E003 the file is empty"),
    ("a: b: c", "put text that holds a colon in quotes"),
    ("[" * 3000, "E001"),
    ("[" * 100_000, "nested too deeply"),
    ("{a: " * 100_000, "nested too deeply"),
    ("- " * 100_000 + "a", "nested too deeply"),
    ("? " * 100_000 + "a", "nested too deeply"),
    ("".join(" " * depth + "a:\n" for depth in range(3000)), "nested too deeply"),
    ("".join(" " * depth + "-\n" for depth in range(3000)), "nested too deeply"),
    ("".join(" " * depth + "a:\n" for depth in range(390)) + " " * 390 + "b", "nested too deeply"),
    ("a: \x00", "E001"),
    ("- a\n--- \n- b", "E001"),
    ("- &a0 [x, x]\n" + "".join(f"- &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)), "too large"),
])  # fmt: skip
def test_faults_are_told(text: str, message: str) -> None:
    problems = Problems()
    parse_yaml(text, "a.yml", problems)
    assert any(message in str(problem) for problem in problems), [str(problem) for problem in problems]


@pytest.mark.parametrize("text", ["x: {a:b}\n", "x: [a:b]\n"])
def test_a_colon_without_a_blank_inside_brackets_is_told_where_it_stands(text: str) -> None:
    problems = Problems()
    assert parse_yaml(text, "a.yml", problems) is None
    [problem] = problems.found
    assert (problem.code, problem.place) == ("E001", Place("a.yml", 1, 6))
    assert problem.help == "put a blank behind the colon, or quotes around text that holds one"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes("标题: 中文".encode("gb18030"))
    problems = Problems()
    assert read_yaml(path, problems) is None and read_yaml(tmp_path / "b.yml", problems) is None
    assert {problem.code for problem in problems} == {"E003"}


def test_files_of_no_rule_are_refused_and_never_crash() -> None:
    files = [path for path in sorted(BAD_INPUT.rglob("*")) if path.is_file()]
    if not files:
        pytest.skip(f"NOT RUN: the bad input is not at {BAD_INPUT}")
    for path in files:
        problems = Problems()
        assert read_rule(path, problems) is None, path
        assert problems.errors, path


def test_naughty_strings_stay_text() -> None:
    path = BAD_INPUT / "blns.json"
    if not path.exists():
        pytest.skip(f"NOT RUN: the naughty strings are not at {path}")
    strings = [text for text in json.loads(path.read_text(encoding="utf-8")) if isinstance(text, str)]
    for text in strings:
        problems = Problems()
        node = parse_yaml("a: " + json.dumps(text, ensure_ascii=True), "a.yml", problems)
        if node is not None and not problems.errors:
            inner = node.get("a")
            assert isinstance(inner, Node) and inner.value == text
        parse_yaml(f"a: {text}", "a.yml", Problems())
    assert len(strings) > 400
