"""The manifest of a screening: everything its result depends on, and the identity that follows from it."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from clew.clues.identity import plain_json
from clew.contracts.catalogue import Catalogue
from clew.plan import Plan
from clew.rules.holidays import working_days
from clew.rules.laws import Laws
from clew.rules.library import Library
from clew.rules.logic_hash import logic_hash
from clew.rules.model import Limitation
from clew.screening.inputs import Inputs
from clew.screening.variant import Variant
from clew.supervision.model import Model
from clew.working_days import WorkingDays


@dataclass(frozen=True)
class Manifest:
    """What a screening rests on. Equal content means an equal ``screening_id`` and an equal result."""

    screening_id: str
    rules_hash: str
    inputs_hash: str
    document: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The manifest as JSON text."""
        return plain_json(self.document)


def manifest(
    *,
    as_of: date,
    models: Iterable[Model],
    variants: Mapping[str, Mapping[str, Variant]],
    plans: Mapping[Variant, Plan],
    library: Library,
    catalogue: Catalogue,
    laws: Laws,
    inputs: Inputs,
    rings: int,
) -> Manifest:
    """Gather a screening's manifest; ``screening_id`` is ``<as_of>-<12 hex>``.

    The versions of the engine and of Python are told but not part of the identity: they must not change a result.
    Nor is how many entries the ledger of ``rings`` held: done again, a screening finds the rings that it wrote.
    """
    datasets = sorted({one.dataset for plan in plans.values() for one in plan.inputs})
    working = working_days(library.shared.holidays)
    content: dict[str, Any] = {
        "as_of": as_of,
        "models": {model.id: _model(model, variants[model.id], working) for model in models},
        "rules": [
            _rule(variant, plans[variant], library, laws) for variant in sorted(plans, key=lambda one: one.order)
        ],
        "contracts": {
            name: {"version": catalogue.contracts[name].version, "sha256": catalogue.contracts[name].sha256}
            for name in datasets
        },
        "clew": version("clew"),
    }
    rules_hash = sha256(plain_json(content).encode()).hexdigest()
    identity = sha256(f"{rules_hash} {inputs.hash}".encode()).hexdigest()[:12]
    document = {
        **content,
        "screening_id": f"{as_of.isoformat()}-{identity}",
        "inputs": [asdict(delivery) for delivery in inputs.deliveries],
        "coverage": [asdict(period) for period in inputs.coverage],
        "doubted": [asdict(period) for period in inputs.doubted],
        "rings": rings,
        "versions": {"duckdb": version("duckdb"), "python": platform.python_version()},
    }
    return Manifest(str(document["screening_id"]), rules_hash, inputs.hash, document)


def _model(model: Model, variants: Mapping[str, Variant], working: WorkingDays) -> Mapping[str, Any]:
    uses = [{"rule": rule, "variant": variant.name} for rule, variant in variants.items()]
    due = working.years and any(route.due and route.due.is_working for route in model.routes)
    return {
        "status": model.status.value,
        "sha256": model.sha256,
        "title_zh": model.title_zh,
        "rules": uses,
        **({"working_days": _days(working)} if due else {}),
    }


def _rule(variant: Variant, plan: Plan, library: Library, laws: Laws) -> Mapping[str, Any]:
    rule = library.rules[variant.rule]
    parameters: dict[str, dict[str, Any]] = {
        name: {"value": parameter.quantity.value, "unit": parameter.quantity.unit}
        for name, parameter in rule.parameters.items()
    }
    for name, parameter in rule.parameters.items():
        if parameter.quantity.working.years:
            parameters[name]["working_days"] = _days(parameter.quantity.working)
    for name, value in variant.overrides:
        parameters[name] = {**parameters[name], "value": value}
    # The logic hash leaves out titles and messages, and a clue carries those: both count here.
    said = {key: value for key, value in rule.node.plain().items() if key != "tests"}
    text = sha256(plain_json(said).encode()).hexdigest()
    law = [
        {
            "law": basis.law,
            "article": basis.article,
            "effective_from": basis.effective_from,
            "effective_to": basis.effective_to,
        }
        for basis in rule.legal_basis
    ]
    return {
        "rule": rule.id,
        "variant": variant.name,
        "version": rule.version,
        "logic_hash": logic_hash(rule),
        "content_sha256": text,
        "legal_basis": law,
        "limitation": [_terms(one, laws) for one in rule.limitation],
        "parameters": parameters,
        "datasets": [one.dataset for one in plan.inputs],
    }


def _days(working: WorkingDays) -> Mapping[str, Any]:
    """What a count of working days rests on."""
    days = plain_json([sorted(working.off), sorted(working.work)])
    return {"years": sorted(working.years), "sha256": sha256(days.encode()).hexdigest()}


def _terms(limitation: Limitation, laws: Laws) -> Mapping[str, Any]:
    """What a limitation of a rule rests on: the terms of its article as the law file has them now."""
    basis = limitation.basis
    law = laws.laws.get(basis.law)
    terms = [
        {"effective_from": period.start, "effective_to": period.end, "value": term.value, "unit": term.unit}
        for period in (law.periods(basis.article) or () if law else ())
        if (term := period.limitation.get(limitation.term)) is not None
    ]
    since = limitation.since.value if limitation.since else None
    return {"law": basis.law, "article": basis.article, "term": limitation.term, "since": since, "terms": terms}
