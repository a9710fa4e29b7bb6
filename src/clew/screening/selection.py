"""Which models a screening runs, with their rules compiled; the others with the reason why not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from clew.contracts.catalogue import Catalogue
from clew.plan import Plan
from clew.problems import Place, Problems, did_you_mean
from clew.rules.compile import compile_rule
from clew.rules.library import Library
from clew.screening.report import ModelReport
from clew.screening.variant import Variant, variants_of
from clew.supervision.check import check_reach, check_stated
from clew.supervision.judgement import Judgement, judgement
from clew.supervision.library import Models
from clew.supervision.model import Model


@dataclass(frozen=True)
class Selection:
    """Models ready to run. ``variants``: model -> rule -> variant; ``plans``: each variant compiled once.

    ``refused`` are the models that were asked for and do not run.
    """

    models: tuple[Model, ...]
    variants: Mapping[str, Mapping[str, Variant]]
    plans: Mapping[Variant, Plan]
    judgements: Mapping[str, Judgement]
    refused: tuple[ModelReport, ...]


def select(
    models: Models,
    library: Library,
    catalogue: Catalogue,
    as_of: date,
    only: Collection[str] | None,
    problems: Problems,
) -> Selection:
    """Choose and compile. Faults of one model are noted and keep only that model from running.

    Raises ProblemError (S001) for a name in ``only`` that is no model.
    """
    for name in sorted(only or ()):
        if models.get(name) is None:
            problems.error(Place("models"), "S001", f"there is no model '{name}'", did_you_mean(name, models.models))
    problems.raise_errors()
    asked = [model for model in models if only is None or model.id in only]
    refused = [_refused(model, f"its status is {model.status}") for model in asked if not model.stores]
    plans: dict[Variant, Plan] = {}
    judgements: dict[str, Judgement] = {}
    ready: list[Model] = []
    for model in (model for model in asked if model.stores):
        faults = Problems()
        stated = check_stated(model, library, faults)
        judged = _compile(model, library, catalogue, as_of, plans, faults) if stated else None
        problems.found += [problem for problem in faults if problem not in problems.found]
        if judged is None:
            refused.append(_refused(model, "the model or one of its rules has errors"))
        else:
            ready.append(model)
            judgements[model.id] = judged
    variants = variants_of(ready, library)
    used = {variant for of_model in variants.values() for variant in of_model.values()}
    return Selection(
        tuple(ready),
        variants,
        {variant: plans[variant] for variant in plans if variant in used},
        judgements,
        tuple(refused),
    )


def _compile(
    model: Model, library: Library, catalogue: Catalogue, as_of: date, plans: dict[Variant, Plan], faults: Problems
) -> Judgement | None:
    facts = {}
    for rule, variant in variants_of([model], library)[model.id].items():
        if variant not in plans:
            plan = compile_rule(library.rules[rule], catalogue, faults, as_of=as_of, overrides=dict(variant.overrides))
            if plan is None or faults.errors:
                return None
            plans[variant] = plan
        facts[rule] = plans[variant].facts
    judged = judgement(model, facts, as_of, faults)
    if judged is not None:
        check_reach(judged, faults)
    return None if faults.errors else judged


def _refused(model: Model, why: str) -> ModelReport:
    return ModelReport(model.id, model.title, model.title_zh, model.status.value, stopped=why)
