"""Checks of how a model uses its rules: they exist, their parameters stay in range, their weights are stated."""

from __future__ import annotations

from dataclasses import astuple
from decimal import Decimal

from clew.problems import Problems, did_you_mean
from clew.rules.library import Library
from clew.rules.model import Rule
from clew.scoring.method import Method
from clew.supervision.model import Factor, Model, Status, Use


def check_uses(model: Model, library: Library, problems: Problems) -> None:
    """E601 unknown rule, E602 override, E603 weight, E605 correlated noisy-or, E606 status above its rules',
    E609 thresholds of mirrored rules."""
    method = model.scoring.method
    for use in model.uses:
        rule = library.rules.get(use.rule.value)
        if rule is None:
            if use.rule.value in library.broken:
                continue  # its own file's faults are told there
            problems.error(
                use.rule.place, "E601", f"there is no rule '{use.rule}'", did_you_mean(use.rule.value, library.rules)
            )
        else:
            _check_overrides(use, rule, problems)
            _check_status(model, rule, problems)
        _check_weight(model, use, f"the rule '{use.rule}'", problems)
    for factor in model.scoring.factors:
        _check_weight(model, factor, f"the factor '{factor.when}'", problems)
    if method is Method.NOISY_OR:
        _check_independence(model, library, problems)
    _check_mirrors(model, library, problems)


def _check_weight(model: Model, part: Use | Factor, what: str, problems: Problems) -> None:
    method, weight = model.scoring.method, model.scoring.weight_of(part)
    key, other = method.weight_key, part.weight if method is Method.POINTS else part.points
    if weight is None:
        problems.error(part.place, "E603", f"{what} has no '{key}'", f"method {method} weighs with '{key}'")
    elif other is not None:
        problems.error(
            part.place,
            "E603",
            f"{what} has both 'points' and 'weight'",
            f"method {method} weighs with '{key}': remove the other",
        )
    elif not 0 < weight <= method.heaviest:
        problems.error(
            part.place,
            "E603",
            f"{what} has {key} {weight}, outside 0 to {method.heaviest}",
            "points go up to 100, and the weight of a noisy-or up to 1",
        )


def _check_overrides(use: Use, rule: Rule, problems: Problems) -> None:
    for name, value in use.overrides.items():
        place, parameter = use.override_places[name], rule.parameters.get(name)
        if parameter is None:
            problems.error(
                place, "E602", f"the rule '{rule.id}' has no parameter '{name}'", did_you_mean(name, rule.parameters)
            )
            continue
        low, high = parameter.range or (Decimal("-Infinity"), Decimal("Infinity"))
        if not low <= value <= high:
            problems.error(
                place,
                "E602",
                f"'{name}' = {value} is outside the rule's range [{low}, {high}]",
                f"a model may only move a parameter within the range of the rule ({rule.path})",
            )
        elif parameter.quantity.is_duration and value != value.to_integral_value():
            problems.error(place, "E602", f"'{name}' = {value} must be a whole number of {parameter.quantity.unit}s")


def _check_status(model: Model, rule: Rule, problems: Problems) -> None:
    if model.status is Status.LIVE and rule.status != "stable":
        problems.error(
            model.status_place,
            "E606",
            f"the model cannot be live while its rule '{rule.id}' is '{rule.status}'",
            "keep the model in shadow until every rule is stable",
        )


def _check_independence(model: Model, library: Library, problems: Problems) -> None:
    seen: dict[tuple[str, str], str] = {}
    for use in model.uses:
        rule = library.rules.get(use.rule.value)
        for dataset, on in sorted(_joins(rule)) if rule else ():
            other = seen.setdefault((dataset, on), use.rule.value)
            if other != use.rule.value:
                problems.warn(
                    use.place,
                    "E605",
                    f"'{use.rule}' and '{other}' read {dataset} through the same join:"
                    " noisy-or would count one fact twice",
                    "use method points, or name only one of them in this model",
                )


def _check_mirrors(model: Model, library: Library, problems: Problems) -> None:
    """Who is entitled is one question: both of its directions ask it with the same thresholds."""
    seen: dict[tuple[str, str, bool], tuple[Use, str, str]] = {}
    for use in model.uses:
        rule = library.rules.get(use.rule.value)
        for one in sorted(rule.thresholds, key=astuple) if rule else ():
            value = _stated(use, rule, one.parameter) if rule else ""
            seen.setdefault((one.entitlement, one.word, one.opposite), (use, one.parameter, value))
            other, name, others = seen.get((one.entitlement, one.word, not one.opposite), (use, one.parameter, value))
            if other is not use and value and others and value != others:
                places = [use.override_places.get(one.parameter), other.override_places.get(name), use.place]
                problems.error(
                    next(place for place in places if place),
                    "E609",
                    f"'{use.rule}' asks for '{one.entitlement}' with {one.parameter} = {value},"
                    f" and its mirror '{other.rule}' with {name} = {others}",
                    "set it for both rules alike: else some are entitled in neither direction, or in both",
                )


def _stated(use: Use, rule: Rule, name: str) -> str:
    """A parameter as the model uses it, with its unit; '' where the rule has none of that name."""
    parameter = rule.parameters.get(name)
    if parameter is None:
        return ""
    value = use.overrides.get(name, Decimal(parameter.quantity.value))
    return f"{value.normalize():f} {parameter.quantity.unit}"


def _joins(rule: Rule) -> set[tuple[str, str]]:
    """Datasets joined and on what, with aliases replaced by datasets so that two rules can be compared."""
    found: set[tuple[str, str]] = set()
    for step in rule.steps:
        on, alias = step.options.get("on"), step.subject.text
        if step.verb not in ("join", "exists") or on is None or alias not in rule.datasets:
            continue
        condition = " ".join(on.text.split())
        for name, dataset in rule.datasets.items():
            condition = condition.replace(f"{name}.", f"{dataset.value}.")
        sides = sorted(side.strip() for side in condition.split("="))
        found.add((rule.datasets[alias].value, " = ".join(sides)))
    return found
