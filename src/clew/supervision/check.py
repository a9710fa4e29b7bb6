"""Checking a model against its rules, contracts and laws: all that can be known before any data is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from clew.contracts.catalogue import Catalogue
from clew.plan import Type
from clew.problems import Problems, did_you_mean
from clew.rules.compile import check_compiles
from clew.rules.laws import Laws
from clew.rules.library import Library
from clew.scoring.bands import band_of
from clew.supervision.ceiling import highest_score
from clew.supervision.judgement import Judgement, judgement
from clew.supervision.model import Factor, Model, Use
from clew.supervision.points_of_use import check_uses
from clew.supervision.reach import never_first

ANY_DAY = date(2000, 1, 1)
"""A plan's shape does not depend on its day."""
Facts = Mapping[str, Mapping[str, Type]]
"""Rule -> the names of its clues' facts, by type."""


def check_model(
    model: Model,
    library: Library,
    catalogue: Catalogue,
    laws: Laws,
    problems: Problems,
    *,
    facts: Facts | None = None,
) -> None:
    """Note everything wrong with a model: E601 to E609, E701 to E703, and faults of its conditions (E2xx, E3xx).

    Faults of its rules are not repeated here: they are told where the rules are checked. ``facts`` are those of rules
    that were checked already.
    """
    laws.check(model.legal_basis, problems)
    check_content(model, library, catalogue, problems, facts=facts)


def check_content(
    model: Model,
    library: Library,
    catalogue: Catalogue,
    problems: Problems,
    *,
    facts: Facts | None = None,
) -> None:
    """Everything but the laws."""
    stated = check_stated(model, library, problems)
    exposed = facts_of_rules(model, library, catalogue, facts or {})
    if len(exposed) < len(model.uses):
        return
    judged = judgement(model, exposed, ANY_DAY, problems)
    if judged is not None and stated:  # a faulty band or weight makes routes look unreachable
        check_reach(judged, problems)


def check_stated(model: Model, library: Library, problems: Problems) -> bool:
    """What the model says by itself and of its rules, nothing compiled; whether it is free of errors."""
    before = len(problems.errors)
    check_uses(model, library, problems)
    check_bands(model, problems)
    check_freshness(model, library, problems)
    return len(problems.errors) == before


def facts_of_rules(model: Model, library: Library, catalogue: Catalogue, known: Facts) -> Facts:
    """The facts of those of the model's rules that compile with the values it sets."""
    found: dict[str, Mapping[str, Type]] = {}
    for use in model.uses:
        rule = library.rules.get(use.rule.value)
        if rule is None:
            continue
        overrides = {name: value for name, value in use.overrides.items() if name in rule.parameters}
        facts = None if overrides else known.get(use.rule.value)
        if facts is None:
            facts = check_compiles(rule, catalogue, Problems(), as_of=ANY_DAY, overrides=overrides)
        if facts is not None:
            found[use.rule.value] = facts
    return found


def check_bands(model: Model, problems: Problems) -> None:
    """Bands go down, and the highest can be reached (E604)."""
    scoring = model.scoring
    parts: list[Use | Factor] = [*model.uses, *scoring.factors]
    weighed = all(scoring.weight_of(part) is not None for part in parts)
    highest, above = highest_score(model), None
    for name, threshold in scoring.bands.items():
        place = scoring.band_places[name]
        if above is not None and threshold >= scoring.bands[above]:
            problems.error(
                place,
                "E604",
                f"band '{name}' ({threshold}) stands below '{above}' ({scoring.bands[above]}) and can never be reached",
                "write the highest band first",
            )
        elif weighed and threshold > highest:
            problems.error(
                place,
                "E604",
                f"band '{name}' begins at {threshold}, and no clue can score over {highest}",
                "raise the weights or lower the band",
            )
        above = name


def check_reach(judged: Judgement, problems: Problems) -> None:
    """Every route and every factor can be the one that applies, and every clue has a route (E604)."""
    model, bands = judged.model, judged.model.scoring.bands
    if not model.routes or model.routes[-1].when is not None:
        problems.error(
            model.routes[-1].place if model.routes else model.place,
            "E604",
            "the routing does not end with 'otherwise': a clue could go to nobody",
            "add '- otherwise: watch'",
        )
    edges = sorted(
        {
            0,
            highest_score(model),
            *(at for at in bands.values() if at <= highest_score(model)),
            *(at - 1 for at in bands.values() if 0 < at <= highest_score(model)),
        }
    )
    derived = {"band": lambda point: band_of(int(point["score"]), bands)}
    for index in never_first([when for _, when in judged.routes], {"score": edges}, derived):
        problems.error(
            judged.routes[index][0].place,
            "E604",
            "this route is never taken: the ones above it take every clue it would, or no clue meets it",
            "put the narrower condition first",
        )
    if model.scoring.first_factor_only:
        for index in never_first([when for _, when in judged.factors], {}, {}):
            problems.error(
                judged.factors[index][0].place,
                "E604",
                "this factor never applies: one above it always does first",
                "put the narrower condition first",
            )


def check_freshness(model: Model, library: Library, problems: Problems) -> None:
    """Freshness speaks of datasets that the model's rules read (E607)."""
    used = [library.rules[use.rule.value] for use in model.uses if use.rule.value in library.rules]
    known = {name for rule in used for alias, dataset in rule.datasets.items() for name in (alias, dataset.value)}
    for name, place in model.freshness_places.items():
        if name not in known and len(used) == len(model.uses):
            problems.error(place, "E607", f"no rule of this model reads '{name}'", did_you_mean(name, known))
