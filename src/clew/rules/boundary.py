"""Which thresholds no test stands at: moved by one step, not one test of the rule would end otherwise (E504).

A mutation test of thresholds (DeMillo, Lipton and Sayward 1978): a test just inside or just outside a threshold fails
as soon as the threshold moves past it, whatever the test is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from clew.contracts.catalogue import Catalogue
from clew.problems import Problems
from clew.rules.model import Parameter, Rule, Trial
from clew.rules.plans import Plans
from clew.rules.trial import EngineFor, run_trial


def check_boundaries(
    rule: Rule, catalogue: Catalogue, engine_for: EngineFor, problems: Problems, plans: Plans | None = None
) -> None:
    """Note each parameter (E504, a warning) that can be moved one step up and one step down while every test goes on
    passing. The rule's tests must pass as they stand."""
    kept = plans or Plans()
    for parameter in rule.parameters.values():
        if not any(_notices(rule, trial, catalogue, engine_for, kept) for trial in _moved(rule, parameter)):
            value, step = parameter.quantity.value, step_of(parameter)
            problems.warn(
                parameter.place,
                "E504",
                f"no test stands at the boundary of '{parameter.name}': with {value - step} or {value + step}"
                f" in place of {value} every test still passes",
                "add a test just inside or just outside the threshold",
            )


def step_of(parameter: Parameter) -> Decimal:
    """The smallest step of a parameter: one, or one in the last digit that its author wrote."""
    exponent = Decimal(parameter.quantity.value).as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0))


def _moved(rule: Rule, parameter: Parameter) -> Iterator[Trial]:
    """The tests with the threshold a step away, those first that say they stand at a boundary."""
    step = step_of(parameter)
    for trial in sorted(rule.trials, key=lambda one: not one.name.lower().startswith("boundary")):
        value = trial.parameters.get(parameter.name, Decimal(parameter.quantity.value))
        for moved in (value + step, value - step):
            yield replace(trial, parameters={**trial.parameters, parameter.name: moved})


def _notices(rule: Rule, trial: Trial, catalogue: Catalogue, engine_for: EngineFor, plans: Plans) -> bool:
    return not run_trial(rule, trial, catalogue, engine_for, plans).passed
