"""A model's factors and routes, typed against the measures its rules expose and ready to be asked about a clue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clew.clues.model import FactorHit
from clew.plan import Type
from clew.problems import Problems
from clew.rules.evaluate import evaluate
from clew.rules.expression import Typed
from clew.scoring.bands import band_of
from clew.scoring.contribution import Contribution, Score
from clew.scoring.method import METHODS
from clew.supervision.conditions import condition, measures, scope
from clew.supervision.model import Factor, Model, Route


@dataclass(frozen=True)
class Judgement:
    """The typed conditions of one model, in the order written. A route without a condition is ``otherwise``.

    ``measures`` are the facts that conditions may name; one whose rule said nothing about a subject is unknown.
    """

    model: Model
    measures: frozenset[str]
    factors: tuple[tuple[Factor, Typed], ...]
    routes: tuple[tuple[Route, Typed | None], ...]

    def score(self, contributions: list[Contribution], facts: Mapping[str, Any]) -> tuple[Score, list[FactorHit]]:
        """The score, and the factors that held; a factor whose condition is unknown does not hold."""
        scoring, known = self.model.scoring, self._known(facts)
        held = [factor for factor, when in self.factors if evaluate(when, known) is True]
        if scoring.first_factor_only:
            held = held[:1]
        weights = [scoring.weight_of(factor) or Decimal(0) for factor in held]
        score = METHODS[scoring.method](contributions, weights, scoring.cap)
        hits = [
            FactorHit(factor.when.value, factor.title_zh, weight, result)
            for factor, weight, result in zip(held, weights, score.factor_results, strict=True)
        ]
        return score, hits

    def route(self, score: int, facts: Mapping[str, Any]) -> Route:
        """The first route whose condition holds."""
        known = self._known({**facts, "score": score, "band": band_of(score, self.model.scoring.bands)})
        return next(route for route, when in self.routes if when is None or evaluate(when, known) is True)

    def _known(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**dict.fromkeys(self.measures), **facts}


def judgement(
    model: Model, facts: Mapping[str, Mapping[str, Type]], as_of: date, problems: Problems
) -> Judgement | None:
    """Type a model's conditions; ``facts`` gives each rule's facts. None when one has a fault (noted)."""
    known, twice = measures(facts.values())
    bands = model.scoring.bands
    before = len(problems.errors)
    factors = [
        (factor, condition(factor.when, scope(known, bands, as_of, scored=False), problems))
        for factor in model.scoring.factors
    ]
    routes = [
        (route, condition(route.when, scope(known, bands, as_of, scored=True), problems) if route.when else None)
        for route in model.routes
    ]
    parts = [(factor.place, typed) for factor, typed in factors] + [(route.place, typed) for route, typed in routes]
    for place, typed in parts:
        for name in sorted(typed.columns & twice if typed else ()):
            problems.error(
                place,
                "E608",
                f"two rules of this model expose a measure '{name}'",
                "rename it in one of the rules, so that the condition says which is meant",
            )
    if len(problems.errors) > before:
        return None
    sound = tuple((factor, typed) for factor, typed in factors if typed)
    return Judgement(model, frozenset(known), sound, tuple(routes))
