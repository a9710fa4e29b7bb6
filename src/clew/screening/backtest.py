"""Back-testing: how often a model or rule was right, by what handlers answered, and what other thresholds would find.

Nothing is stored. Every rule is run once as it is, and once for each other value of each of its parameters; a model
merges the other rules' answers with each of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from clew.clues.review import Review, reviews
from clew.engines.duckdb import DuckDBEngine
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.library import Library
from clew.rules.model import Rule
from clew.screening.effect import Effect, ModelToday
from clew.screening.precision import Precision, by_band, precision
from clew.screening.sweep import Point, answered_by, known_answers, point, tried
from clew.supervision.judgement import judgement
from clew.supervision.model import Model

Compile = Callable[[Rule, Mapping[str, Decimal]], Plan]
"""The plan of a rule with these parameters."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Backtest:
    """What is known of one model or rule. ``groups`` are bands, or a rule's strengths; ``rules`` are the bands of a
    model's clues in which a rule spoke; ``points`` are by rule; ``effects`` what they change in a model's clues."""

    name: str
    as_of: date
    groups: Mapping[str, Precision]
    points: Mapping[str, list[Point]]
    rules: Mapping[str, Mapping[str, Precision]] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """The sweep as plain values: a model's by band, else the rule's."""
        if self.effects:
            return [one.as_dict() for one in self.effects]
        return [{"rule": rule} | one.as_dict() for rule, points in self.points.items() for one in points]


def backtest_of_model(
    connection: duckdb.DuckDBPyConnection,
    engine: DuckDBEngine,
    library: Library,
    model: Model,
    day: date,
    compiled: Compile,
    say: Progress,
    *,
    sweeping: bool,
) -> Backtest:
    """Measure a model and each of its rules; with ``sweeping``, try other values of their parameters.

    Raises :class:`clew.engine.PlanError`, and ProblemError where the model's conditions have a fault.
    """
    answers, bands = reviews(connection, model.id), model.scoring.bands
    uses = {use.rule.value: (library.rules[use.rule.value], use.overrides) for use in model.uses}
    groups = {"all": precision(answers), **by_band(answers, bands)}
    spoken = {}
    for name in uses:
        own = _spoken(connection, name, answers)
        spoken[name] = {"all": precision(own), **by_band(own, bands)}
    points: dict[str, list[Point]] = {}
    effects: list[Effect] = []
    if not sweeping:
        return Backtest(model.id, day, groups, points, spoken)
    answered = {}
    for name, (rule, overrides) in uses.items():
        say(name)
        answered[name] = answered_by(engine, rule, compiled(rule, overrides))
    problems = Problems()
    judged = judgement(model, {name: one.plan.facts for name, one in answered.items()}, day, problems)
    problems.raise_errors()
    today = ModelToday(judged, answered, answers, day) if judged is not None else None
    for name, (rule, overrides) in uses.items():
        known = {key: answer for key, (answer, _) in known_answers(connection, rule, answers).items()}
        points[name] = []
        for one in tried(engine, answered[name], _own(compiled, rule), overrides):
            say(f"{name} {one.parameter.name} = {one.value:f}")
            points[name].append(point(one, known))
            effects += today.effects(one) if today is not None else []
    return Backtest(model.id, day, groups, points, spoken, tuple(effects))


def backtest_of_rule(
    connection: duckdb.DuckDBPyConnection,
    engine: DuckDBEngine,
    rule: Rule,
    day: date,
    compiled: Compile,
    say: Progress,
    *,
    sweeping: bool,
) -> Backtest:
    """Measure a rule by strength, over the clues of all models in which it spoke. Raises PlanError."""
    answers = reviews(connection)
    spoke = dict(connection.execute("select clue_id, strength from clew.signal where rule = ?", [rule.id]).fetchall())
    own = [one for one in answers if one.clue_id in spoke]
    groups = {"all": precision(own)}
    for strength in sorted({spoke[one.clue_id] for one in own}, reverse=True):
        groups[f"{strength.normalize():f}"] = precision(one for one in own if spoke[one.clue_id] == strength)
    points: list[Point] = []
    if sweeping:
        say(rule.id)
        known = {key: answer for key, (answer, _) in known_answers(connection, rule, answers).items()}
        today = answered_by(engine, rule, compiled(rule, {}))
        for one in tried(engine, today, _own(compiled, rule), {}):
            say(f"{one.parameter.name} = {one.value:f}")
            points.append(point(one, known))
    return Backtest(rule.id, day, groups, {rule.id: points} if sweeping else {})


def _own(compiled: Compile, rule: Rule) -> Callable[[Mapping[str, Decimal]], Plan]:
    return lambda values: compiled(rule, values)


def _spoken(connection: duckdb.DuckDBPyConnection, rule: str, answers: list[Review]) -> list[Review]:
    """The clues in which a rule spoke."""
    spoke = {one for (one,) in connection.execute("select clue_id from clew.signal where rule = ?", [rule]).fetchall()}
    return [one for one in answers if one.clue_id in spoke]
