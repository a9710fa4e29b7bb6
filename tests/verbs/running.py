"""Compiling and running small rules in the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from clew.contracts.catalogue import Catalogue
from clew.engine import Answers
from clew.engines.duckdb import DuckDBEngine, for_trial
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.given import trial_data
from clew.rules.model import Rule, Trial
from clew.rules.parse import parse_rule
from clew.yaml_file import parse_yaml

HEAD = """
rule: test.rule
title: t
title_zh: 测
status: test
owner: o
created: 2026-01-01
modified: 2026-01-01
tags: [pattern.test]
description: d
legal_basis: [{law: prc.social_insurance_law, article: "14"}]
false_positives: [none]
"""
"""What a rule says of itself; it matters to none of these tests."""


def answers_to(rule: Rule, trial: Trial, catalogue: Catalogue) -> Answers:
    """What a rule answers on the given tables of a trial."""
    problems = Problems()
    data = trial_data(trial, {alias: name.value for alias, name in rule.datasets.items()}, catalogue, problems)
    plan = compile_rule(rule, catalogue, problems, as_of=trial.as_of, overrides=trial.parameters)
    assert [str(problem) for problem in problems] == []
    assert plan is not None
    return for_trial(data, catalogue).run(plan)


def set_aside(engine: DuckDBEngine, records: Mapping[str, Sequence[Mapping[str, str | None]]]) -> None:
    """Let an engine in memory know of records set aside at ingest, by dataset: their columns as text."""
    engine.connection.execute("create schema clew")
    engine.connection.execute("create table clew.quarantine (dataset varchar, batch integer, row integer, record json)")
    engine.connection.execute("create table clew.decided (batch integer, row integer, by_batch integer)")
    for dataset, rows in records.items():
        for number, row in enumerate(rows, start=1):
            engine.connection.execute(
                "insert into clew.quarantine values (?, 1, ?, ?)", [dataset, number, json.dumps(row)]
            )
    engine.sources = replace(engine.sources, held="clew.quarantine", held_batches=dict.fromkeys(records, (1,)))


def either_way(plan: Plan) -> tuple[Plan, Plan]:
    """The plan with every fork taken the first way, and the other."""
    first, other = (
        replace(
            plan,
            relations=tuple(
                replace(one, when=None) for one in plan.relations if one.when is None or one.when[1] is way
            ),
        )
        for way in (True, False)
    )
    return first, other


def rule_of(text: str) -> Rule:
    """A rule from YAML text that must be well formed: its datasets, steps, clue and tests; the rest is HEAD."""
    problems = Problems()
    node = parse_yaml(HEAD + text, "rule.yml", problems)
    rule = parse_rule(node, "rule.yml", problems) if node is not None else None
    assert [str(problem) for problem in problems] == []
    assert rule is not None
    return rule
