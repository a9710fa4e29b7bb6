"""Trials of a model: its rules run on small tables, and the clues they merge into are compared cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clew.contracts.catalogue import Catalogue
from clew.engine import PlanError
from clew.problems import Problems, did_you_mean
from clew.rules.given import trial_data
from clew.rules.library import Library
from clew.rules.model import Trial
from clew.rules.plans import Plans
from clew.rules.trial import Difference, EngineFor, TrialResult, match
from clew.supervision.answer import Answered
from clew.supervision.judgement import judgement
from clew.supervision.merge import MergedClue, merge
from clew.supervision.model import Model


def run_trial(
    model: Model,
    trial: Trial,
    library: Library,
    catalogue: Catalogue,
    engine_for: EngineFor,
    kept: Plans | None = None,
) -> TrialResult:
    """Run one trial of a model. Its tables, watermarks and coverage are named by dataset.

    An expected clue may name ``episode, score, band, route, signals, amount, happened_on, due_on, subject_name`` and
    the measures of the model's rules. A rule that cannot decide a subject, or fails, shows as a difference.
    ``kept`` keeps what was compiled for the trials that follow.
    """
    problems, kept = Problems(), kept or Plans()
    if trial.parameters:
        problems.error(
            trial.place, "E109", "a model's test cannot set parameters", "they stand under the model's rules"
        )
    missing = [use.rule.value for use in model.uses if use.rule.value not in library.rules]
    if missing:
        problems.error(model.place, "E601", f"there is no rule '{missing[0]}'", did_you_mean(missing[0], library.rules))
        return TrialResult(trial.name, False, (), problems=tuple(problems.errors))
    rules = {use.rule.value: library.rules[use.rule.value] for use in model.uses}
    datasets = {name.value: name.value for rule in rules.values() for name in rule.datasets.values()}
    data = trial_data(trial, datasets, catalogue, problems)
    plans = {
        use.rule.value: kept.of(rules[use.rule.value], catalogue, problems, as_of=trial.as_of, overrides=use.overrides)
        for use in model.uses
    }
    facts = {name: plan.facts for name, plan in plans.items() if plan is not None}
    judged = judgement(model, facts, trial.as_of, problems) if len(facts) == len(plans) else None
    if judged is None or problems.errors:
        return TrialResult(trial.name, False, (), problems=tuple(problems.errors))
    engine = engine_for(data, catalogue)
    try:
        answered = {name: Answered(rules[name], plan, engine.run(plan)) for name, plan in plans.items() if plan}
    except PlanError as error:
        stopped = Difference(error.rule, "", "an answer", f"it stopped at {error.step}: {error.message}")
        return TrialResult(trial.name, False, (stopped,))
    merged = merge(judged, answered, as_of=trial.as_of)
    differences = [*match(trial.expect, [_row(found) for found in merged]), *_undecided(trial, answered)]
    return TrialResult(trial.name, not differences, tuple(differences))


def _row(found: MergedClue) -> Mapping[str, Any]:
    clue = found.clue
    told = ("subject", "subject_name", "episode", "score", "band", "route", "due_on", "happened_on", "amount")
    facts = {name: value for signal in clue.signals for name, value in signal.facts.items()}
    return facts | {name: getattr(clue, name) for name in told} | {"signals": len(clue.signals)}


def _undecided(trial: Trial, answered: Mapping[str, Answered]) -> list[Difference]:
    """Errors always show; subjects left undecided show when the trial says which they are."""
    found: list[Difference] = []
    undecided: set[str] = set()
    for name, ran in answered.items():
        undecided |= {str(row["subject"]) for row in ran.answers.inconclusive.to_pylist()}
        for row in ran.answers.errors.to_pylist():
            failed = f"an ERROR of {name} at {row['step']}: {row['reason']}"
            found.append(Difference(str(row["subject"]), "", "an answer", failed))
    if trial.inconclusive is not None:
        wanted = set(trial.inconclusive)
        found += [Difference(subject, "", "INCONCLUSIVE", "a decision") for subject in sorted(wanted - undecided)]
        found += [Difference(subject, "", "a decision", "INCONCLUSIVE") for subject in sorted(undecided - wanted)]
    return found
