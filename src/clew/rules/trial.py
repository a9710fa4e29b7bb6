"""Given/expect trials: a rule is run on small tables, and what it finds is compared cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from clew.contracts.catalogue import Catalogue
from clew.engine import Answers, Engine, FunnelStep, PlanError, TrialData
from clew.plan import Plan
from clew.problems import Problem, Problems
from clew.rules.given import trial_data
from clew.rules.model import Rule, Trial
from clew.rules.plans import Plans
from clew.yaml_file import Node

UNNAMED = "unnamed"
"""What a test calls rows that are left open before the rule knows its subject, as the members of no ring yet."""

NO_CLUE = "none"
"""What is found where a clue is missing."""

EngineFor = Callable[[TrialData, Catalogue], Engine]


@dataclass(frozen=True)
class Difference:
    """One cell that is not as expected. ``column`` is '' where a whole clue is missing, or one too many."""

    subject: str
    column: str
    expected: str
    found: str

    def __str__(self) -> str:
        if not self.column:
            return f"{self.subject}: expected {self.expected}, found {self.found}"
        return f"{self.subject}.{self.column}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class TrialResult:
    """How one trial ended: the cells that differ, and the funnel that explains them. ``problems`` stopped it."""

    name: str
    passed: bool
    differences: tuple[Difference, ...]
    funnel: tuple[FunnelStep, ...] = ()
    problems: tuple[Problem, ...] = ()


def run_trial(
    rule: Rule,
    trial: Trial,
    catalogue: Catalogue,
    engine_for: EngineFor,
    plans: Plans | None = None,
    *,
    locate: bool = False,
) -> TrialResult:
    """Run one trial of a rule. Tables, watermarks and coverage are named by the rule's aliases.

    ``plans`` keeps what was compiled for the trials that follow. With ``locate`` a missing clue is told with the step
    that lost it, for which the rule runs once more.
    """
    problems = Problems()
    datasets = {alias: name.value for alias, name in rule.datasets.items()}
    data = trial_data(trial, datasets, catalogue, problems)
    plan = (plans or Plans()).of(rule, catalogue, problems, as_of=trial.as_of, overrides=trial.parameters)
    for name in trial.parameters:
        if name not in rule.parameters:
            problems.error(trial.place, "E204", f"the test sets a parameter '{name}' the rule does not have")
    if plan is None or problems.errors:
        return TrialResult(trial.name, False, (), problems=tuple(problems.errors))
    try:
        engine = engine_for(data, catalogue)
        answers = engine.run(plan)
    except PlanError as error:
        stopped = Difference("the rule", "", "an answer", f"it stopped at {error.step}: {error.message}")
        return TrialResult(trial.name, False, (stopped,))
    differences = compare(trial, answers)
    if locate:
        differences = _located(differences, answers, engine, plan)
    return TrialResult(trial.name, not differences, tuple(differences), answers.funnel)


def _located(differences: Sequence[Difference], answers: Answers, engine: Engine, plan: Plan) -> list[Difference]:
    """The same; where a subject has no clue at all, with the step after which none of its rows is left."""
    found = {str(subject) for subject in answers.clues.column("subject").to_pylist()}
    missing = {one.subject for one in differences if one.found == NO_CLUE} - found
    lost = engine.lost_at(replace(plan, episode=None), [(subject, "") for subject in missing]) if missing else {}
    steps = {subject: f"lost at {step}" if step else "never read" for (subject, _), step in lost.items()}
    return [
        replace(one, found=f"{NO_CLUE}: {steps[one.subject]}") if one.found == NO_CLUE and one.subject in steps else one
        for one in differences
    ]


def compare(trial: Trial, answers: Answers) -> list[Difference]:
    """Where the answers differ from what a trial expects. Order is ignored, and so are columns it does not name."""
    differences = match(trial.expect, answers.clues.to_pylist())
    for error in answers.errors.to_pylist():
        differences.append(
            Difference(str(error["subject"]), "", "an answer", f"an ERROR at {error['step']}: {error['reason']}")
        )
    if trial.inconclusive is not None:
        found = {str(row["subject"] or UNNAMED) for row in answers.inconclusive.to_pylist()}
        for subject in sorted(set(trial.inconclusive) - found):
            differences.append(Difference(subject, "", "INCONCLUSIVE", "a decision"))
        for subject in sorted(found - set(trial.inconclusive)):
            differences.append(Difference(subject, "", "a decision", "INCONCLUSIVE"))
    return differences


def match(expected: Sequence[Mapping[str, Node]], found: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """Pair expected with found clues of the same subject, nearest first; gives the cells that differ."""
    rest = list(found)
    differences: list[Difference] = []
    for wanted in sorted(expected, key=len, reverse=True):
        subject = wanted["subject"].text
        candidates = [row for row in rest if str(row["subject"]) == subject]
        if not candidates:
            differences.append(Difference(subject, "", "a clue", NO_CLUE))
            continue
        nearest = min(candidates, key=lambda row: len(_cells(wanted, row)))
        rest.remove(nearest)
        differences += _cells(wanted, nearest)
    differences += [Difference(str(row["subject"]), "", "no clue", "one") for row in rest]
    return differences


def _cells(wanted: Mapping[str, Node], row: Mapping[str, Any]) -> list[Difference]:
    subject = wanted["subject"].text
    differences = []
    for column, node in wanted.items():
        if column == "subject":
            continue
        if column not in row:
            differences.append(Difference(subject, column, node.text, "no such column"))
        elif not same(node, row[column]):
            differences.append(Difference(subject, column, node.text or "null", shown(row[column])))
    return differences


def same(node: Node, value: Any) -> bool:
    """Whether a value is what the author wrote."""
    if node.value is None or value is None:
        return node.value is None and value is None
    match value:
        case bool():
            return node.value is value
        case int() | Decimal():
            return (
                isinstance(node.value, (int, Decimal))
                and not isinstance(node.value, bool)
                and Decimal(node.value) == Decimal(value)
            )
        case date():
            return node.text == value.isoformat()
        case list():
            return node.text == "、".join(map(str, value))
        case _:
            return node.text == str(value)


def shown(value: Any) -> str:
    """A found value as text."""
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
