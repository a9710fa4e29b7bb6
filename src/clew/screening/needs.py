"""What rules need to be complete: the datasets whose coverage a compiled rule looks at before it claims an absence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from clew.plan import Plan
from clew.screening.selection import Selection


@dataclass(frozen=True)
class Need:
    """A rule that waits where ``dataset`` is not complete, and the models that use it."""

    rule: str
    dataset: str
    models: tuple[str, ...]


def needed_datasets(plan: Plan) -> tuple[str, ...]:
    """The datasets whose certified coverage the plan reads: those of absences, optional joins and ``complete``."""
    covered = {one.covered: one.dataset for one in plan.inputs}
    read = {table.name for relation in (*plan.relations, *plan.tallies) for table in relation.query.find_all(exp.Table)}
    return tuple(sorted({dataset for name, dataset in covered.items() if name in read}))


def needs(chosen: Selection) -> tuple[Need, ...]:
    """Of the models that run; in the order of rules and datasets."""
    users: dict[tuple[str, str], set[str]] = {}
    plans: Mapping[str, tuple[str, ...]] = {
        str(variant): needed_datasets(plan) for variant, plan in chosen.plans.items()
    }
    for model, variants in chosen.variants.items():
        for rule, variant in variants.items():
            for dataset in plans[str(variant)]:
                users.setdefault((rule, dataset), set()).add(model)
    return tuple(Need(rule, dataset, tuple(sorted(models))) for (rule, dataset), models in sorted(users.items()))
