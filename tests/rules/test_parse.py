"""Rule files: what is read, and that no slip of a shipped file passes unseen or crashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clew.problems import Place, Problems
from clew.quantities import Quantity, Rounding
from clew.rules.model import Rule
from clew.rules.parse import parse_rule, parse_trials, read_rule
from clew.rules.verb_words import VERB_WORDS
from clew.rules.verbs import VERBS
from clew.yaml_file import Node, parse_yaml, read_yaml

ROOT = Path(__file__).parents[2]
NO_RULES = ("laws", "exclusions", "entitlements", "holidays")
SHIPPED = sorted(path for path in (ROOT / "rules").glob("*/*.yml") if path.parent.name not in NO_RULES)
EXAMPLE = ROOT / "tests" / "problems" / "E303.yml"
"""Any whole rule will do: this one's only fault is an unknown function, which parsing does not see."""


def read(path: Path) -> Rule:
    problems = Problems()
    rule = read_rule(path, problems, path.name)
    assert rule is not None and not len(problems), [str(problem) for problem in problems]
    return rule


def test_a_rule_is_read_whole() -> None:
    rule = read(EXAMPLE)
    assert rule.parameters["grace"].quantity == Quantity(1, "month", rounding=Rounding.DOWN)
    assert rule.parameters["grace"].range == (Decimal(0), Decimal(6))
    assert {alias: name.value for alias, name in rule.datasets.items()} == {
        "death": "death_register", "payment": "pension_payment",
    }  # fmt: skip
    assert [step.verb for step in rule.steps] == ["from", "join", "exclude", "aggregate", "where"]
    assert rule.steps[1].options["on"].text == "payment.person_id = death.person_id"
    assert [(band.when and band.when.value, band.strength) for band in rule.clue.strength] == [
        ("payments >= 6", Decimal("1.0")), (None, Decimal("0.5")),
    ]  # fmt: skip
    assert rule.legal_basis[0].effective_from == date(2011, 7, 1) and rule.version == 1
    assert [item.rows and item.rows.value for item in rule.clue.evidence] == [None, "payment"]


def test_what_is_not_written_in_chinese_is_read_in_english() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for more in ("", "false_positives_zh: [死亡日期有误。]\n"):
        node = parse_yaml(
            more + text.replace("    why: ", "    why_zh: 缘由。\n    why: " if more else "    why: "),
            "r.yml",
            Problems(),
        )
        rule = parse_rule(node, "r.yml", Problems()) if node else None
        assert rule is not None and rule.false_positives == ("The death date is wrong.",)
        assert rule.false_positives_zh == (("死亡日期有误。",) if more else rule.false_positives)
        grace = rule.parameters["grace"]
        assert grace.why_zh == ("缘由。" if more else grace.why)


def test_given_tables_keep_the_line_of_each_row_and_null_cells() -> None:
    rule = read(EXAMPLE)
    first = rule.trials[0]
    table = first.given[1]
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert table.header == ("payment_id", "person_id", "paid_on", "amount", "returned_on")
    assert table.rows == (("1", "A1", "2026-03-20", "3000", None),)
    assert lines[table.lines[0] - 1].split(",")[1].strip() == "A1"
    assert lines[table.header_line - 1].strip().startswith("payment_id")
    assert first.expect[0]["overpaid"].value == 3000
    assert rule.trials[1].expect == ()


def test_tables_pasted_from_a_spreadsheet_and_cells_with_commas() -> None:
    text = 'a\tb c\n1\t"x, y"\n\t\n2\t'
    node = parse_yaml("- name: t\n  as_of: 2026-01-01\n  expect: none\n  given:\n    t: |\n" + "".join(
        f"      {line}\n" for line in text.split("\n")
    ), "t.yml", Problems())  # fmt: skip
    assert node is not None
    problems = Problems()
    (trial,) = parse_trials(node, problems)
    assert not len(problems)
    assert trial.given[0].rows == (("1", "x, y"), ("2", None))


def test_coverage_watermark_and_overrides_of_a_test() -> None:
    problems = Problems()
    node = parse_yaml(
        "- name: t\n  as_of: 2026-01-01\n  given: {}\n  expect: none\n  watermark: {a: 2025-12-31}\n"
        "  with: {grace: 2}\n  inconclusive: [P1]\n"
        "  coverage: {b: [{region: '3501', from: 2025-01-01, to: 2025-07-01}, {from: 2025-01-01, to: 2025-02-01}]}\n",
        "t.yml", problems,
    )  # fmt: skip
    assert node is not None
    (trial,) = parse_trials(node, problems)
    assert not len(problems)
    assert trial.watermark == {"a": date(2025, 12, 31)} and trial.parameters == {"grace": Decimal(2)}
    assert trial.inconclusive == ("P1",)
    assert trial.coverage["b"] == (
        ("3501", date(2025, 1, 1), date(2025, 7, 1)), ("", date(2025, 1, 1), date(2025, 2, 1)),
    )  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [
    ("steps: [{where: a}]", "add 'rule:' with text"),
    ("[1, 2]", "the rule must be keys with values"),
    ("7", "the rule must be keys with values"),
    ("steps: [[]]", "a step must be a verb with its value"),
    ("steps: [{reason: x, exclude: y}]", "put 'exclude' first"),
    ("steps: [{筛选: a}]", "did you mean 'where'?"),
    ("steps: [{filter: a}]", "did you mean 'where'?"),
    ("steps: [{group_by: a}]", "did you mean 'aggregate'?"),
    ("steps: [{UNION_ALL: a}]", "did you mean 'union'?"),
    ("steps: []", "'steps' is an empty list"),
    ("datasets: {Death: a}", "'Death' is no name for a dataset"),
    ("datasets: {death: [a]}", "'death' must name one data contract"),
    ("parameters: {as_of: {value: 1}}", "$as_of is always there"),
    ("parameters: {g: {title_zh: a, value: 1.5, unit: day, source: policy, why: b}}", "must be a whole number"),
    ("parameters: {g: {title_zh: a, value: 1, unit: CNY, rounding: up, source: policy, why: b}}", "says nothing"),
    ("parameters: {g: {title_zh: a, value: 1, unit: CNY, range: [3], source: policy, why: b}}", "its least and"),
    ("tags: [x]", "write kind.word"),
    ("title: {a: b}", "must stand in quotes"),
    ("title: 5", "put it in quotes"),
    ("owner:", "'owner' is empty"),
    ("clue: {strength: [{otherwise 0.5}]}", "a colon is missing"),
    ("clue: {labels: {outcome: late}}", "the labels of 'outcome' must be"),
    ("tests: [{expect: nobody}]", "write 'expect: none'"),
    ("tests: [{expect: [{strength: 1}]}]", "must name its subject"),
    ("tests: [{given: {a: [1]}}]", "must be a text block"),
    ("false_positives: [a, b]\nfalse_positives_zh: [甲]", "'false_positives_zh' has 1 entries, and 'false"),
    ("created: 2026-05-11\nmodified: 2026-05-10", "2:11: E107 'modified' is before 'created'"),
    ("titles_zh: {payments: [笔数]}", "the title of 'payments' must be text"),
])  # fmt: skip
def test_faults_are_told_in_words(text: str, message: str) -> None:
    problems = Problems()
    node = parse_yaml(text, "r.yml", problems)
    assert node is not None and not len(problems)
    assert parse_rule(node, "r.yml", problems) is None
    assert any(message in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_the_chinese_title_of_every_verb_is_known_as_its_name() -> None:
    assert {name: VERB_WORDS[verb.zh] for name, verb in VERBS.items()} == {name: name for name in VERBS}
    assert set(VERB_WORDS.values()) == set(VERBS) and not set(VERB_WORDS) & set(VERBS)


def mutations(node: Node) -> Iterator[Node]:
    """The tree with each key dropped, renamed and given a value of another kind, one at a time."""
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            rest = {name: value for name, value in node.value.items() if name != key}
            yield replace(node, value=rest)
            yield replace(node, value={f"{name}x" if name == key else name: v for name, v in node.value.items()})
            others: tuple[Any, ...] = (None, 7, "", [], {}, [Node(None, child.place)])
            for other in others:
                wrong = Node(other, child.place, text="" if other is None else str(other))
                yield replace(node, value=node.value | {key: wrong})
            for changed in mutations(child):
                yield replace(node, value=node.value | {key: changed})
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            for changed in mutations(child):
                yield replace(node, value=[*node.value[:index], changed, *node.value[index + 1 :]])


def test_no_mutation_of_a_rule_crashes_the_parser() -> None:
    node = read_yaml(EXAMPLE, Problems())
    assert node is not None
    count = 0
    for changed in mutations(node):
        problems = Problems()
        rule = parse_rule(changed, "r.yml", problems)
        assert rule is not None or problems.errors
        count += 1
    assert count > 300


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_dropping_or_renaming_a_top_key_is_told(path: Path) -> None:
    node = read_yaml(path, Problems())
    assert node is not None and isinstance(node.value, dict)
    free = {
        "version",
        "description_zh",
        "false_positives_zh",
        "titles_zh",
        "parameters",
        "meta",
        "related",
        "limitation",
    }
    for key in set(node.value) - free:
        problems = Problems()
        parse_rule(replace(node, value={name: v for name, v in node.value.items() if name != key}), "r.yml", problems)
        assert any(problem.code == "E102" and f"'{key}'" in problem.message for problem in problems)
    for key in node.value:
        problems = Problems()
        renamed = {f"{name}x" if name == key else name: value for name, value in node.value.items()}
        parse_rule(replace(node, value=renamed), "r.yml", problems)
        assert [p.code for p in problems] == ["E101"] and f"did you mean '{key}'" in next(iter(problems)).help


def test_a_column_of_a_fault_is_the_words_own() -> None:
    problems = Problems()
    node = parse_yaml("a: x = 1 ; y\nb: 'x ; y'\nc: >\n  x ; y\n", "r.yml", problems)
    assert node is not None
    assert [(child.lead, child.place) for _, child in node.items()] == [
        (0, Place("r.yml", 1, 4)), (1, Place("r.yml", 2, 4)), (None, Place("r.yml", 3, 4)),
    ]  # fmt: skip
