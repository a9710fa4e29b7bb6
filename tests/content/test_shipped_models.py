"""Every shipped model: checks without a problem, its trials pass, and people find what they need."""

from __future__ import annotations

import re

import pytest

from clew.engines.duckdb import for_trial
from clew.problems import Problems
from clew.rules.plans import Plans
from clew.supervision.check import check_model
from clew.supervision.model import Status
from clew.supervision.trial import run_trial
from tests.content.project import MODELS, catalogue, laws, library, models, sound

NAMES = sorted(path.name for path in MODELS.iterdir() if path.is_dir())
CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNITS = {"criminal", "civil", "administrative", "public_interest", "minors", "execution", "petition", "watch"}


def test_every_folder_is_a_model() -> None:
    assert {model.id for model in models()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_model_checks_without_a_problem(name: str) -> None:
    problems = Problems()
    check_model(models().models[name], library(), catalogue(), laws(), problems)
    sound(problems)


@pytest.mark.parametrize("name", NAMES)
def test_trials(name: str) -> None:
    model = models().models[name]
    assert model.trials
    plans = Plans()
    results = [run_trial(model, trial, library(), catalogue(), for_trial, plans) for trial in model.trials]
    faults = [f"{result.name}: {what}" for result in results for what in (*result.differences, *result.problems)]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("name", NAMES)
def test_trials_show_every_point_and_a_silence(name: str) -> None:
    model = models().models[name]
    assert any(not trial.expect for trial in model.trials)
    routes = {row["route"].text for trial in model.trials for row in trial.expect if "route" in row}
    assert routes <= UNITS
    assert {route.to for route in model.routes} == routes, "a route that no test takes"


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_in_shadow_and_says_how_to_handle_a_clue(name: str) -> None:
    model = models().models[name]
    assert model.status is Status.SHADOW
    assert CHINESE.search(model.title_zh)
    assert len(model.handling) >= 3
    assert model.limits.stop_above
    assert model.freshness
    assert model.suppress_after
    text = (MODELS / name / "README.md").read_text(encoding="utf-8")
    for use in model.uses:
        assert f"`{use.rule}`" in text
    for rule in (library().rules[use.rule.value] for use in model.uses):
        for dataset in rule.datasets.values():
            assert f"`{dataset}`" in text
