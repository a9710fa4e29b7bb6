"""Every trial of every shipped rule passes on the real engine, and none is silent only because it could not tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pytest

from clew.contracts.catalogue import Catalogue
from clew.engine import Answers, Engine, TrialData
from clew.engines.duckdb import for_trial
from clew.plan import Plan
from clew.rules.plans import Plans
from clew.rules.trial import run_trial
from tests.content.project import RULE_FILES, catalogue, library

RULES = [f"{path.parent.name}.{path.stem}" for path in RULE_FILES]


@dataclass
class Watched:
    """An engine that remembers what it answered last."""

    engine: Engine
    answers: list[Answers]

    def run(self, plan: Plan) -> Answers:
        self.answers.append(self.engine.run(plan))
        return self.answers[-1]

    def lost_at(self, plan: Plan, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        return self.engine.lost_at(plan, keys)


@pytest.mark.parametrize("name", RULES)
def test_trials(name: str) -> None:
    rule, plans = library().rules[name], Plans()
    seen: list[Answers] = []

    def watched(data: TrialData, contracts: Catalogue) -> Engine:
        return Watched(for_trial(data, contracts), seen)

    faults: list[str] = []
    for trial in rule.trials:
        seen.clear()
        result = run_trial(rule, trial, catalogue(), watched, plans)
        faults += [f"{trial.place} {trial.name}: {what}" for what in (*result.differences, *result.problems)]
        undecided = sum(answers.inconclusive.num_rows for answers in seen)
        if undecided and trial.inconclusive is None:
            faults.append(f"{trial.place} {trial.name}: {undecided} subjects could not be decided, unsaid")
    assert rule.trials
    assert not faults, "\n" + "\n".join(faults)
