"""A test recorded from a clue: its source rows with made-up people, and the answer the rule gives to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlglot import exp

from clew.contracts.catalogue import Catalogue
from clew.engine import Answers, PlanError
from clew.engines.duckdb import DuckDBEngine, for_trial
from clew.engines.sources import coverage_rows
from clew.plan import Plan, Type
from clew.problems import Problems
from clew.rules.given import trial_data
from clew.rules.model import Rule
from clew.rules.parse_trials import parse_trials
from clew.rules.trial_text import Rows, TrialText
from clew.screening.pseudonym import BIRTHDAYS, Pseudonyms
from clew.yaml_file import parse_yaml

MOST_ROWS = 300
"""Rows of one table beyond which nobody reads a test."""
ABSENCE = ("not_exists", "not_followed_by", "join")


class NotRecordableError(Exception):
    """A test of these rows alone would not say what the clue says; the message is for people."""


def recorded(
    engine: DuckDBEngine,
    catalogue: Catalogue,
    rule: Rule,
    plan: Plan,
    overrides: Mapping[str, Decimal],
    subject: str,
    episode: str,
    name: str,
) -> TrialText:
    """A trial in which the rule gives the same answer about somebody else.

    Raises NotRecordableError when the rule no longer finds the subject, or answers otherwise from its rows alone.
    """
    answer = _answer(engine.run(plan), subject, episode)
    if answer is None:
        raise NotRecordableError(f"{rule.id} does not find this subject on {plan.as_of} in the data there are now")
    rows = _rows(engine, plan, answer)
    words = {node.name for one in plan.relations for node in one.query.find_all(exp.Literal) if node.is_string}
    differing: list[str] = []
    for birthday in BIRTHDAYS:
        made = Pseudonyms(words, birthday)
        given = _replaced(plan, catalogue, rows, made)
        trial = TrialText(
            name, plan.as_of, overrides, _watermarks(engine, rule, plan), given, [{"subject": made.word(subject)}]
        )
        found = _tried(trial, rule, plan, catalogue)
        told = found.clues.to_pylist() if found is not None else []
        if len(told) == 1:
            differing = _differing(answer, told[0], plan, made)
            if not differing:
                return _expecting(trial, told[0], plan)
    what = f"differs in {', '.join(differing)}" if differing else "is not one clue"
    raise NotRecordableError(
        f"from the clue's own rows with made-up people, the answer of {rule.id} {what}: it rests on other rows"
        " (peers, rings, rows that were dropped) or on what a text says"
    )


def _answer(answers: Answers, subject: str, episode: str) -> Mapping[str, Any] | None:
    rows = (row for row in answers.clues.to_pylist() if (row["subject"], row["episode"] or "") == (subject, episode))
    return next(rows, None)


def _rows(engine: DuckDBEngine, plan: Plan, answer: Mapping[str, Any]) -> dict[str, Rows]:
    """Alias -> every row of evidence, the columns the rule reads."""
    found: dict[str, Rows] = {}
    for source in plan.inputs:
        ids = answer.get(f"{source.alias}##") or ()
        if len(ids) > MOST_ROWS:
            raise NotRecordableError(f"the clue rests on {len(ids)} rows of '{source.alias}': no test to read")
        table = engine.rows(source, ids).to_pylist() if ids else []
        found[source.alias] = [
            {key.removeprefix(f"{source.alias}."): value for key, value in row.items() if "#" not in key}
            for row in table
        ]
    return found


def _replaced(plan: Plan, catalogue: Catalogue, rows: Mapping[str, Rows], made: Pseudonyms) -> dict[str, Rows]:
    columns = {
        one.alias: {column.name: column for column in catalogue.contracts[one.dataset].columns} for one in plan.inputs
    }
    for alias, some in rows.items():
        for row in some:
            for name, value in row.items():
                made.learn(value, columns[alias][name])
    return {
        alias: [{name: made.of(value, columns[alias][name]) for name, value in row.items()} for row in some]
        for alias, some in rows.items()
        if some
    }


def _watermarks(engine: DuckDBEngine, rule: Rule, plan: Plan) -> dict[str, date]:
    """The last certified day of each dataset whose absences count, where it lies before the day looked from."""
    absent = {step.subject.text for step in rule.steps if step.verb in ABSENCE}
    found = {}
    for source in plan.inputs:
        if source.alias in absent:
            ends = [end for _, _, end in coverage_rows(engine.sources, source.dataset, plan.as_of) if end]
            last = max(ends, default=plan.as_of) - timedelta(days=1)
            if last < plan.as_of:
                found[source.alias] = last
    return found


def _tried(trial: TrialText, rule: Rule, plan: Plan, catalogue: Catalogue) -> Answers | None:
    """What the rule gives for the trial's own text, read as the author's would be."""
    problems = Problems()
    node = parse_yaml("\n".join(trial.lines()), "recorded", problems)
    trials = parse_trials(node, problems) if node is not None else ()
    datasets = {alias: dataset.value for alias, dataset in rule.datasets.items()}
    data = trial_data(trials[0], datasets, catalogue, problems) if trials else None
    problems.raise_errors()
    if data is None:
        return None
    try:
        return for_trial(data, catalogue).run(plan)
    except PlanError:
        return None


def _differing(was: Mapping[str, Any], now: Mapping[str, Any], plan: Plan, made: Pseudonyms) -> list[str]:
    """The values that another person must not change: all but text and lists."""
    kept = [name for name, kind in plan.facts.items() if kind not in (Type.TEXT, Type.LIST)]
    names = dict.fromkeys(("strength", "amount", *kept))
    return [name for name in names if made.day(was[name]) != now[name]]


def _expecting(trial: TrialText, found: Mapping[str, Any], plan: Plan) -> TrialText:
    """The trial, expecting every value the rule gave."""
    names = [name for name, kind in plan.facts.items() if kind is not Type.LIST and name not in ("subject", "strength")]
    values = {name: found[name] for name in names if found[name] is not None}
    amount = {"amount": found["amount"]} if found["amount"] is not None and "amount" not in values else {}
    strength = found["strength"].normalize() + 0
    expected = {"subject": found["subject"], **values, **amount, "strength": strength}
    return TrialText(trial.name, trial.as_of, trial.parameters, trial.watermark, trial.given, [expected])
