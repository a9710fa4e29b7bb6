"""check --fix: what has one mend is mended in the file's own text; everything else is left to a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.problems import Edit, Problems, certainly_meant
from clew.rules.parse import parse_rule
from clew.rules.verbs.shape import shaped
from clew.yaml_file import parse_yaml
from clew.yaml_slips import edited
from tests.cli.conftest import Clew

RULE = "rules/example/paid_twice.yml"
SOUND = (Path(__file__).parents[2] / "src/clew/cli/starter" / RULE).read_text("utf-8")
PLACES = [
    (number, word)
    for number, line in enumerate(SOUND.split("\n"))
    for word in ["description", "legal_basis", "effective_from", "parameters", "datasets", "aggregate",
                 "strength", "evidence", "otherwise", "message", "source", "practice", "false_positives"]
    if line.strip("- ").startswith(f"{word}:") or line.endswith(f": {word}")
]  # fmt: skip


def edits_of(text: str) -> tuple[Edit, ...]:
    """The edits that a look at the shape of a rule offers."""
    problems = Problems()
    node = parse_yaml(text, "rule.yml", problems)
    rule = parse_rule(node, "rule.yml", problems) if node else None
    for step in rule.steps if rule else ():
        shaped(step, problems)
    return tuple(edit for problem in problems for edit in problem.edits)


def mended(text: str) -> str:
    """The text after as many rounds as it takes."""
    for _ in range(10):
        edits = edits_of(text)
        if not edits:
            return text
        text = edited(text, edits)
    raise AssertionError("mending does not come to an end")


def slip(word: str, at: int, kind: int) -> str:
    """A word with a letter left out, doubled, or swapped with the next."""
    at %= len(word) - 1
    before, here, following, rest = word[:at], word[at], word[at + 1], word[at + 2 :]
    return (before + following + rest, before + here + here + following + rest, before + following + here + rest)[kind]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 40), st.integers(0, 2)), min_size=1, max_size=5))
def test_slips_are_undone_and_nothing_else_changes(slips: list[tuple[tuple[int, str], int, int]]) -> None:
    lines = SOUND.split("\n")
    for (number, word), at, kind in slips:
        lines[number] = SOUND.split("\n")[number].replace(word, slip(word, at, kind), 1)
    assert mended("\n".join(lines)) == SOUND


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SOUND) - 1), st.sampled_from("\t:,{}[]()'\"#- \nxé，（＝"), st.booleans())
def test_whatever_is_typed_mending_comes_to_an_end_and_keeps_every_line(at: int, sign: str, instead: bool) -> None:
    text = SOUND[:at] + sign + SOUND[at + instead :]
    found = mended(text)
    assert mended(found) == found
    assert len(found.split("\n")) == len(text.split("\n"))


@pytest.mark.parametrize(("broken", "sound"), [
    ("a:\n\tb: 1\n\tc:\n\t\td: [2]\n", "a:\n  b: 1\n  c:\n    d: [2]\n"),
    ("- {when: a in ('x', 'y'), is: 1.0}  # kept\n", "- {when: \"a in ('x', 'y')\", is: 1.0}  # kept\n"),
    ("- {when: a in (1,2), is: 1.0}\n", '- {when: "a in (1,2)", is: 1.0}\n'),
    ("- {show: a, title_zh: 甲, 乙}\n", '- {show: a, title_zh: "甲, 乙"}\n'),
])  # fmt: skip
def test_what_yaml_reads_otherwise_than_it_was_meant(broken: str, sound: str) -> None:
    problems = Problems()
    parse_yaml(broken, "x.yml", problems)
    assert [problem.code for problem in problems] == ["E001"]
    assert edited(broken, [edit for problem in problems for edit in problem.edits]) == sound


@pytest.mark.parametrize("text", [
    "a:\n    b:\n\tc: 1\n",  # the tab may belong to a or to b
    "a: {b: c, d\n",
    "a: {show: b, title}\n",  # a forgotten value, not a torn text
    "a: b: c\n",
])  # fmt: skip
def test_what_may_be_meant_in_two_ways_is_left_alone(text: str) -> None:
    problems = Problems()
    parse_yaml(text, "x.yml", problems)
    assert [edit for problem in problems for edit in problem.edits] == []


@pytest.mark.parametrize(("typed", "meant"), [
    ("“一笔两付”", '"一笔两付"'), ("「一笔两付」", '"一笔两付"'), ("”一笔两付”", '"一笔两付"'),
    ("‘一“笔”两付’", '"一“笔”两付"'),
    ('“一"笔"两付”', """'一"笔"两付'"""), ("“一‘笔’两付”  # 标题", '"一‘笔’两付"  # 标题'),
    ("“一笔”和“两付”", None), ("一笔“两付”", None), ('"“一笔两付”"', None), ("””", None), ("”一”笔”", None),
])  # fmt: skip
def test_curly_quotes_around_a_whole_text(typed: str, meant: str | None) -> None:
    before = next(line for line in SOUND.split("\n") if line.startswith("title_zh: "))
    text = SOUND.replace(before, f"title_zh: {typed}")
    assert mended(text) == SOUND.replace(before, f"title_zh: {meant or typed}")


@pytest.mark.parametrize(("right", "typed", "code"), [
    ("  - where: ", "  - where：", "E103"), ("  - where: ", "  - where： ", "E103"),
    ("title_zh: ", "title_zh：", "E001"),
    ("  - aggregate:", "  - aggregate：", "E001"), ("steps:", "steps：", "E001"),
])  # fmt: skip
def test_a_full_width_colon_behind_a_key(right: str, typed: str, code: str) -> None:
    assert right in SOUND
    problems = Problems()
    text = SOUND.replace(right, typed, 1)
    node = parse_yaml(text, "rule.yml", problems)
    if node is not None:
        parse_rule(node, "rule.yml", problems)
    told = [problem for problem in problems if "full-width" in problem.message]
    assert [problem.code for problem in told] == [code] and len(problems) == 1
    assert mended(text) == SOUND


def test_a_full_width_colon_in_a_text_of_several_lines_stays() -> None:
    text = "a: |\n  note：kept\nb：1\nc: >\n  甲\n  tail：乙\n"
    problems = Problems()
    assert parse_yaml(text, "x.yml", problems) is None
    edits = [edit for problem in problems for edit in problem.edits]
    assert edited(text, edits) == text.replace("b：1", "b: 1")


def test_curly_quotes_around_a_text_that_its_comma_tears() -> None:
    problems = Problems()
    parse_yaml("- {title_zh: “甲, 乙”}\n", "x.yml", problems)
    edits = [edit for problem in problems for edit in problem.edits]
    assert edited("- {title_zh: “甲, 乙”}\n", edits) == '- {title_zh: "甲, 乙"}\n'


def test_a_word_is_meant_for_certain_only_when_it_is_one_slip_from_one_word() -> None:
    words = ["title", "titles", "status", "level_1", "level_2", "on", "CNY"]
    assert certainly_meant("statsu", words) == "status"
    assert certainly_meant("Status", words) == certainly_meant("statuss", words) == "status"
    assert certainly_meant("cny", words) == "CNY"
    for unsure in ("titl", "titlex", "level_3", "level_", "of", "state", ""):
        assert certainly_meant(unsure, words) is None or unsure == "titl"
    assert certainly_meant("reated", ["created", "related"]) is None


def test_the_change_is_shown_and_the_rest_reported(clew: Clew, fresh: Path) -> None:
    path = fresh / RULE
    before = path.read_text("utf-8")
    text = "# kept\r\n" + before.replace("title_zh: 同一", "titel_zh: 同一  ").replace("max(", "maxi(").replace(
        "\n", "\r\n"
    )
    path.write_bytes(text.encode())
    ended = clew("check", "-C", fresh, "--fix")
    assert "-titel_zh: 同一" in ended.out and "+title_zh: 同一" in ended.out
    assert ended.code == 1 and "E303 unknown function 'maxi'" in ended.err
    assert path.read_bytes().decode() == text.replace("titel_zh", "title_zh")
    again = clew("check", "-C", fresh, "--fix")
    assert "+++" not in again.out and path.read_bytes().decode() == text.replace("titel_zh", "title_zh")


def test_slips_in_a_contract_are_mended_and_names_are_left_to_a_person(clew: Clew, fresh: Path) -> None:
    path = fresh / "data_contracts" / "payment.odcs.yaml"
    sound = path.read_text("utf-8")
    slips = {
        "version: 1.0.0": "verison: 1.0.0", "classification: public": "clasification: public",
        "logicalType: number": "logicalType: nubmer", "{property: titleZh": "{property: titelZh",
        "value: event}": "value: evnet}", "{property: quarantineTolerance": "{property: quarantineTolerence",
        "name: Payments": "name: 2026", "format: csv": "format: Csv", "  purpose:": "  purpos:", "  usage:": "  Usage:",
    }  # fmt: skip
    text = sound
    for right, wrong in slips.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    path.write_text(text, "utf-8")
    assert clew("check", "-C", fresh, "--fix").code == 0
    assert path.read_text("utf-8") == sound.replace("name: Payments", "name: '2026'")
    twice = sound.replace("  purpose:", "  purpos:").replace("  usage:", "  pupose:")
    path.write_text(twice, "utf-8")
    assert clew("check", "-C", fresh, "--fix").code == 1 and path.read_text("utf-8") == twice
    path.write_text(sound.replace("value: paid_on}", "value: paid_no}"), "utf-8")
    assert clew("check", "-C", fresh, "--fix").code == 1
    assert "value: paid_no}" in path.read_text("utf-8")


def test_only_the_files_named_are_mended(clew: Clew, fresh: Path) -> None:
    path = fresh / RULE
    path.write_text(path.read_text("utf-8").replace("status: test", "status: Test"), "utf-8")
    assert "+++" not in clew("check", fresh / "models", "-C", fresh, "--fix").out
    assert "status: Test" in path.read_text("utf-8")
    assert "+status: test" in clew("check", path, "-C", fresh, "--fix").out
