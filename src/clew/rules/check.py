"""All checks of one rule: compiling it with the problems collected, and what only a look at the whole tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from clew.contracts.catalogue import Catalogue
from clew.plan import Type
from clew.problems import Problems, did_you_mean
from clew.rules.bands import check_bands
from clew.rules.compile import check_compiles
from clew.rules.given import check_given
from clew.rules.labels import check_labels
from clew.rules.laws import Laws
from clew.rules.limitation import check_limitation
from clew.rules.model import Rule
from clew.rules.titles import check_titles


def check_rule(
    rule: Rule, catalogue: Catalogue, laws: Laws | None, problems: Problems, *, as_of: date
) -> Mapping[str, Type] | None:
    """Note everything wrong with a rule: E2xx names, E3xx expressions, E4xx clue, E5xx tests, E7xx law.

    Gives the facts of its clues by type; None when it does not compile.
    """
    facts = check_compiles(rule, catalogue, problems, as_of=as_of)
    check_bands(rule, problems)
    check_labels(rule, catalogue, problems)
    check_titles(rule, problems)
    _check_trials(rule, catalogue, problems)
    if laws is not None:
        laws.check(rule.legal_basis, problems)
        check_limitation(rule, facts, laws, problems)
    return facts


def _check_trials(rule: Rule, catalogue: Catalogue, problems: Problems) -> None:
    """E501 no test that fires, E502 none that is silent, E503 none at the boundary of a threshold."""
    datasets = {alias: name.value for alias, name in rule.datasets.items()}
    check_given(rule.trials, datasets, catalogue, problems)
    for trial in rule.trials:
        for name in trial.parameters:
            if name not in rule.parameters:
                help = did_you_mean(name, rule.parameters)
                problems.error(trial.place, "E204", f"the test sets a parameter '{name}' the rule does not have", help)
    written = rule.node.get("tests")
    if not rule.trials or (written is not None and len(written.entries()) > len(rule.trials)):
        return  # an empty list of tests, or a faulty test, is already reported
    place = rule.trials[0].place
    if not any(trial.expect for trial in rule.trials):
        problems.error(place, "E501", "no test expects a clue", "add a test in which the rule fires")
    if all(trial.expect for trial in rule.trials):
        problems.error(place, "E502", "every test expects a clue", "add a test that ends with 'expect: none'")
    if rule.parameters and not any(trial.name.lower().startswith("boundary") for trial in rule.trials):
        problems.error(
            place,
            "E503",
            "no test stands at the boundary of a threshold",
            "add a test whose name starts with 'boundary', just inside or just outside the threshold",
        )
