"""What each verb means, as tables: ``<verb>.yml`` holds given rows, steps, and the rows that must remain.

Every table runs on the real engine. Expected rows name only the columns that matter; order is ignored. ``unknown``,
``excluded``, ``inconclusive`` and ``errors`` are what the last step must have set apart (nothing when not named).
``held`` are tables of records set aside at ingest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clew.engine import PlanError
from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.given import trial_data
from clew.rules.model import Rule
from clew.rules.parse import parse_rule
from clew.rules.trial import shown
from clew.yaml_file import Node, parse_yaml, read_yaml
from tests.verbs.datasets import VERBS
from tests.verbs.running import HEAD, set_aside

HERE = Path(__file__).parent
RULE = """
datasets: {datasets}
parameters: {parameters}
steps: {steps}
clue:
  subject: {{type: person, id: {subject}}}
  happened_on: {day}
  strength: [{{otherwise: 1.0}}]
  message: m
  message_zh: 文
  evidence: {evidence}
tests: {tests}
"""


@dataclass(frozen=True)
class Case:
    """One table."""

    name: str
    node: Node

    def text(self, key: str, default: str) -> str:
        found = self.node.get(key)
        return default if found is None else found.text


def cases() -> list[Case]:
    found = []
    for path in sorted(HERE.glob("*.yml")):
        problems = Problems()
        node = read_yaml(path, problems, path.name)
        assert node is not None, list(problems)
        found += [Case(f"{path.stem}: {case.plain()['name']}", case) for case in node.entries()]
    return found


CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_table(case: Case) -> None:
    problems = Problems()
    rule = _rule(case, problems)
    trial = rule.trials[0]
    data = trial_data(trial, {alias: name.value for alias, name in rule.datasets.items()}, VERBS, problems)
    plan = compile_rule(rule, VERBS, problems, as_of=trial.as_of)
    wanted = case.node.get("problems")
    if wanted is not None:
        assert [problem.code for problem in problems] == [one.text for one in wanted.entries()]

        return
    assert [str(problem) for problem in problems] == []
    assert plan is not None
    engine = for_trial(data, VERBS)
    set_aside(engine, _held(case, rule))
    stops = case.node.get("stops")
    if stops is not None:
        with pytest.raises(PlanError, match=stops.text):
            engine.run(plan)
        return
    last = [step for step in plan.steps if step.verb != "clue"][-1]
    header, *expected = [[cell.strip() for cell in line.split(",")] for line in case.text("rows", "").splitlines()]
    found = engine.sample(plan, last.number, 1000).to_pylist()
    assert sorted([shown(row[name]) for name in header] for row in found) == sorted(expected)
    answers = engine.run(plan)
    step = next(one for one in answers.funnel if one.number == last.number)
    assert step.rows == len(expected)
    assert (step.unknown, step.excluded) == (int(case.text("unknown", "0")), int(case.text("excluded", "0")))
    assert _subjects(answers.inconclusive.to_pylist(), last.number) == _listed(case, "inconclusive")
    assert _subjects(answers.errors.to_pylist(), last.number) == _listed(case, "errors")


def _subjects(rows: list[dict[str, Any]], step: str) -> list[str]:
    return sorted({str(row["subject"]) for row in rows if row["step"] == step})


def _listed(case: Case, key: str) -> list[str]:
    node = case.node.get(key)
    return sorted(entry.text for entry in node.entries()) if node is not None else []


def _held(case: Case, rule: Rule) -> dict[str, list[dict[str, str | None]]]:
    node = case.node.get("held")
    found = {}
    for alias, table in node.items() if node is not None else ():
        header, *rows = [[cell.strip() or None for cell in line.split(",")] for line in table.text.splitlines()]
        found[rule.datasets[alias].value] = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    return found


def _rule(case: Case, problems: Problems) -> Rule:
    """The case as a rule whose clue shows every column the table names, so that the plan carries it."""
    import json

    header = [cell.strip() for cell in case.text("rows", "").split("\n")[0].split(",") if cell.strip()]
    names = [name for name in header if not name.endswith("#")]
    plain = case.node.plain()
    trial = {"name": "t", "as_of": case.text("as_of", "2026-06-30"), "given": plain["given"], "expect": "none"}
    trial |= {key: plain[key] for key in ("watermark", "coverage") if key in plain}
    aliases = plain.get("datasets", {"p": "people", "v": "visits", "r": "roll"})
    steps = json.dumps(plain["steps"], default=str)
    used = {alias: name for alias, name in aliases.items() if f"{alias}." in steps or f'"{alias}"' in steps}
    text = RULE.format(
        datasets=json.dumps(used),
        parameters=json.dumps(plain.get("parameters", {}), default=str),
        steps=steps,
        subject=case.text("subject", "p.id"),
        day=case.text("day", "p.day"),
        evidence=json.dumps([{"show": name, "title_zh": "列"} for name in names]),
        tests=_with_dates(json.dumps([trial], default=str)),
    )
    node = parse_yaml(HEAD + text, "case.yml", problems)
    assert node is not None, list(problems)
    quiet = Problems()
    rule = parse_rule(node, "case.yml", quiet)
    assert rule is not None, "\n".join(map(str, quiet))
    return rule


def _with_dates(text: str) -> str:
    """JSON quotes dates; YAML wants them bare."""
    return re.sub(r'"(\d{4}-\d{2}-\d{2})"', r"\1", text)
