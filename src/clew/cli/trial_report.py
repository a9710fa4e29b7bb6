"""Running the trials of rules and models, and showing the cells that differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from clew.cli import console
from clew.engines.duckdb import for_trial
from clew.problems import Problem, Problems
from clew.project import Project
from clew.rules.boundary import check_boundaries
from clew.rules.explain import explain_funnel
from clew.rules.model import Rule
from clew.rules.plans import Plans
from clew.rules.trial import TrialResult, run_trial
from clew.supervision.model import Model
from clew.supervision.trial import run_trial as run_model_trial


@dataclass(frozen=True)
class Tried:
    """One trial of one rule or model, and where it stands."""

    owner: str
    place: str
    result: TrialResult

    @property
    def passed(self) -> bool:
        """Whether every cell was as expected."""
        return self.result.passed

    def as_dict(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            "owner": self.owner,
            "trial": self.result.name,
            "place": self.place,
            "passed": self.passed,
            "differences": [str(difference) for difference in self.result.differences],
            "problems": [problem.as_dict() for problem in self.result.problems],
        }


def run_trials(
    project: Project, rules: Iterable[Rule], models: Iterable[Model], progress: console.Progress
) -> list[Tried]:
    """Every trial of the rules, then of the models, in their order."""
    done, plans = [], Plans()
    for rule in rules:
        progress(rule.id)
        for trial in rule.trials:
            result = run_trial(rule, trial, project.catalogue, for_trial, plans, locate=True)
            done.append(Tried(rule.id, str(trial.place), result))
    for model in models:
        progress(model.id)
        for trial in model.trials:
            result = run_model_trial(model, trial, project.library, project.catalogue, for_trial, plans)
            done.append(Tried(model.id, str(trial.place), result))
    return done


def open_boundaries(project: Project, rules: Iterable[Rule], progress: console.Progress) -> list[Problem]:
    """The thresholds of rules whose tests pass that could be moved without one of them failing (E504)."""
    problems, plans = Problems(), Plans()
    for rule in rules:
        progress(f"{rule.id}: boundaries")
        check_boundaries(rule, project.catalogue, for_trial, problems, plans)
    return list(problems)


def print_trials(done: Sequence[Tried], language: str) -> None:
    """One line per rule or model; for a failed trial its place, the cells that differ, and its funnel."""
    for owner in dict.fromkeys(tried.owner for tried in done):
        own = [tried for tried in done if tried.owner == owner]
        failed = [tried for tried in own if not tried.passed]
        console.say(f"{'FAILED' if failed else 'ok':<7} {owner}  {len(own) - len(failed)} of {len(own)} trials passed")
        for tried in failed:
            _print_failure(tried, language)
    failures = sum(not tried.passed for tried in done)
    console.say(f"{len(done)} trials, {failures} failed." if done else "There is no trial to run: that is a failure.")


def _print_failure(tried: Tried, language: str) -> None:
    console.say(f"  {tried.place}: {tried.result.name}")
    for difference in tried.result.differences:
        console.say(f"    {difference}")
    for problem in tried.result.problems:
        console.say(f"    {problem}")
    if tried.result.funnel:
        for line in explain_funnel(tried.result.funnel, language):
            console.say(f"    {line}")
