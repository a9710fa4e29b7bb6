"""What is less for a rule is less for every model: no score rises because a record or coverage is missing.

Weaker answers, fewer answers and smaller amounts never raise a sum (tests/scoring); a factor asks for at least so much
of what the laws of the rules hold down.
"""

from __future__ import annotations

import pytest

from clew.supervision.model import Model
from tests.content.project import MODELS, library, models
from tests.laws.measures import AT_LEAST, measures

NAMES = sorted(path.name for path in MODELS.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_factors_ask_for_at_least_so_much(name: str) -> None:
    model = models().models[name]
    asked = [AT_LEAST.fullmatch(factor.when.value) for factor in model.scoring.factors]
    assert all(asked), "a factor that less of something may bring in"
    if model.scoring.first_factor_only:
        weights = [model.scoring.weight_of(factor) or 0 for factor in model.scoring.factors]
        assert weights == sorted(weights, reverse=True), "the first that holds would not be the heaviest"


@pytest.mark.parametrize("name", NAMES)
def test_what_factors_measure_is_held_down(name: str) -> None:
    """A factor's measure is the amount, or a fact of one of the model's rules."""
    model: Model = models().models[name]
    known = set().union(*(measures(library().rules[use.rule.value]) for use in model.uses))
    asked = {found[1] for factor in model.scoring.factors if (found := AT_LEAST.fullmatch(factor.when.value))}
    assert asked <= known
