"""Every YAML example is checked and run through the real engine."""

from __future__ import annotations

from datetime import date

import pytest

from clew.checking.run import check_project
from clew.engines.duckdb import for_trial
from clew.ingest.land.sidecar import read_sidecar
from clew.problems import Problems
from clew.project import Project
from clew.rules.compile import compile_rule
from clew.rules.functions import FUNCTIONS
from clew.rules.given import trial_data
from clew.rules.parse import parse_rule
from clew.rules.trial import run_trial, shown
from clew.supervision.trial import run_trial as run_model_trial
from clew.yaml_file import Node, parse_yaml
from tests.docs.pages import ALL_BLOCKS, Block, page, rows, section

KINDS = ("contract", "rule", "law", "holidays", "model", "trials", "sidecar", "verb", "server")
VERB_EXAMPLES = [block for block in ALL_BLOCKS if block.language == "yaml" and block.kind == "verb"]
SIDECARS = [block for block in ALL_BLOCKS if block.language == "yaml" and block.kind == "sidecar"]
ANY_DAY = date(2026, 6, 30)
A_DAY_AFTER = date(2026, 12, 31)
"""When every file of the examples has been received."""

HEAD = """\
rule: example.verb
title: Example
title_zh: 示例
status: draft
owner: nobody
created: 2026-01-01
modified: 2026-01-01
tags: [pattern.example]
description: An example of one verb.
legal_basis: [{law: example_law, article: "1"}]
false_positives: [none]
"""
CLUE = """\
clue:
  subject: {{type: person, id: {subject}}}
  strength: [{{otherwise: 1.0}}]
  message: found
  message_zh: 发现
  evidence: [{evidence}]
tests:
  - name: the example
    as_of: 2026-06-30
    expect: none
"""
FUNCTION_EXAMPLES = """\
datasets: {{payment: pension}}
parameters:
  month: {{title_zh: 月, value: 1, unit: month, rounding: down, source: practice, why: example}}
  days: {{title_zh: 日, value: 10, unit: day, counting: working, source: practice, why: example}}
given:
  payment: |
    payment_no, person_id
    1,          A
steps:
  - from: payment
  - derive:
{derived}subject: payment.person_id
rows: |
  {names}
"""
PARTS = (
    "datasets",
    "given",
    "steps",
    "rows",
    "subject",
    "parameters",
    "watermark",
    "coverage",
    "unknown",
    "excluded",
    "inconclusive",
    "errors",
)


def test_every_yaml_example_says_what_it_is() -> None:
    unmarked = [block.place for block in ALL_BLOCKS if block.language == "yaml" and block.kind not in KINDS]
    assert unmarked == []
    assert len(VERB_EXAMPLES) > 10


def test_the_project_of_all_examples_has_no_problem(project: Project) -> None:
    checked = check_project(project.settings, today=ANY_DAY, with_lock=False)
    assert [str(problem) for problem in checked.problems] == []


def test_the_trials_of_every_rule_pass(project: Project) -> None:
    for rule in project.library.rules.values():
        for trial in rule.trials:
            result = run_trial(rule, trial, project.catalogue, for_trial)
            assert result.passed, (rule.id, trial.name, [str(one) for one in result.differences], result.problems)


def test_every_model_has_trials_and_they_pass(project: Project) -> None:
    for model in project.models:
        assert model.trials, model.id
        for trial in model.trials:
            result = run_model_trial(model, trial, project.library, project.catalogue, for_trial)
            assert result.passed, (model.id, trial.name, [str(one) for one in result.differences], result.problems)


@pytest.mark.parametrize("block", SIDECARS, ids=[block.place for block in SIDECARS])
def test_a_sidecar_is_read(block: Block) -> None:
    problems = Problems()
    read_sidecar(block.text.encode(), A_DAY_AFTER, problems, block.page)
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("block", VERB_EXAMPLES, ids=[block.place for block in VERB_EXAMPLES])
def test_a_verb_does_what_its_example_says(block: Block, project: Project) -> None:
    """Given rows go in, the rows written remain; what is set apart is what the example says, and nothing else."""
    problems = Problems()
    node = parse_yaml(block.text, block.page, problems)
    assert node is not None, [str(problem) for problem in problems]
    assert [key for key, _ in node.items() if key not in PARTS] == []
    rule = parse_rule(_rule_node(block, node), block.page, problems)
    assert rule is not None, [str(problem) for problem in problems]
    trial = rule.trials[0]
    data = trial_data(trial, {alias: name.value for alias, name in rule.datasets.items()}, project.catalogue, problems)
    plan = compile_rule(rule, project.catalogue, problems, as_of=trial.as_of)
    assert [str(problem) for problem in problems] == []
    assert plan is not None
    engine = for_trial(data, project.catalogue)
    last = [step for step in plan.steps if step.verb != "clue"][-1]
    header, *expected = [[cell.strip() for cell in line.split(",")] for line in _text(node, "rows").splitlines()]
    found = [[shown(row[name]) for name in header] for row in engine.sample(plan, last.number, 1000).to_pylist()]
    assert sorted(found) == sorted(expected)
    answers = engine.run(plan)
    step = next(one for one in answers.funnel if one.number == last.number)
    counts = {"unknown": step.unknown, "excluded": step.excluded}
    assert counts == {name: int(_text(node, name) or 0) for name in counts}
    for name, table in (("inconclusive", answers.inconclusive), ("errors", answers.errors)):
        listed = node.get(name)
        wanted = [entry.text for entry in listed.entries()] if listed is not None else []
        assert sorted({str(row["subject"]) for row in table.to_pylist()}) == sorted(wanted)


def test_every_function_has_an_example_that_gives_what_it_says(project: Project) -> None:
    """Each example is a column of one step; the functions of many rows stand in the example of their verb."""
    text = page("functions.md")
    examples = [(row[0].strip("`"), row[1].strip("`")) for row in rows(section("functions.md", "Examples"))[1:]]
    shown_ones = " ".join([*(example for example, _ in examples), text.partition("steps:")[2]])
    assert [name for name in FUNCTIONS if f"{name}(" not in shown_ones] == []
    names = [f"e{number}" for number, _ in enumerate(examples)]
    derived = "".join(f'      {name}: "{example}"\n' for name, (example, _) in zip(names, examples, strict=True))
    block = Block("functions.md", 1, "yaml", "verb", FUNCTION_EXAMPLES.format(derived=derived, names=", ".join(names)))
    problems = Problems()
    node = parse_yaml(block.text, block.page, problems)
    assert node is not None, [str(problem) for problem in problems]
    rule = parse_rule(_rule_node(block, node), block.page, problems)
    assert rule is not None, [str(problem) for problem in problems]
    plan = compile_rule(rule, project.catalogue, problems, as_of=ANY_DAY)
    assert plan is not None, [str(problem) for problem in problems]
    data = trial_data(rule.trials[0], {"payment": "pension"}, project.catalogue, problems)
    last = [step for step in plan.steps if step.verb != "clue"][-1]
    found = for_trial(data, project.catalogue).sample(plan, last.number, 1).to_pylist()[0]
    assert {example: shown(found[name]) for name, (example, _) in zip(names, examples, strict=True)} == dict(examples)


def _rule_node(block: Block, node: Node) -> Node:
    """The example inside a whole rule: its own lines, untouched, between a head and a clue."""
    lines = block.text.splitlines(keepends=True)
    tops = [(index, line.split(":")[0]) for index, line in enumerate(lines) if line[:1] not in (" ", "\n", "#", "-")]
    parts: dict[str, str] = {}
    for (start, key), (end, _) in zip(tops, [*tops[1:], (len(lines), "")], strict=True):
        parts[key] = "".join(lines[start:end])
    columns = [name.strip() for name in _text(node, "rows").splitlines()[0].split(",")]
    evidence = ", ".join(f"{{show: {name}, title_zh: 列}}" for name in columns)
    trial = "".join(
        "    " + line
        for key in ("given", "watermark", "coverage")
        if key in parts
        for line in parts[key].splitlines(keepends=True)
    )
    text = "".join(
        [
            HEAD,
            *(parts[key] for key in ("parameters", "datasets", "steps") if key in parts),
            CLUE.format(subject=_text(node, "subject") or columns[0], evidence=evidence),
            trial,
        ]
    )
    problems = Problems()
    made = parse_yaml(text, block.place, problems)
    assert made is not None, [str(problem) for problem in problems]
    return made


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return "" if found is None else found.text
