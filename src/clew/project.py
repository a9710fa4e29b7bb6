"""A supervision project: the contracts, laws, rules and models of one office, read and checked together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.contracts.model import Contract
from clew.contracts.read import SUFFIX, read_document
from clew.on_demand import OnDemand
from clew.problems import Problems
from clew.project_folders import CONTRACTS, LAWS, MODELS, RULES, check_folders
from clew.rules.laws import Laws
from clew.rules.library import Library, read_library
from clew.rules.model import Rule
from clew.rules.parse import read_rule
from clew.rules.parse_laws import read_laws
from clew.rules.shared import read_shared
from clew.settings import Settings
from clew.supervision.library import Models, read_models

Read = TypeVar("Read")


@dataclass(frozen=True)
class Project:
    """Everything an office wrote. Parts that could not be read are left out; their problems are noted."""

    settings: Settings
    catalogue: Catalogue
    laws: Laws
    library: Library
    models: Models


def project_on_demand(settings: Settings) -> Project:
    """The same content, of which each file is read only when it is asked for; whoever asks what there is has everything
    of that kind read. Asking for something that has errors raises ProblemError.
    """
    root = settings.project
    _sound(lambda problems: check_folders(root, problems))
    contracts = cache(lambda: _sound(lambda problems: read_catalogue(root / CONTRACTS, problems)).contracts)
    laws = cache(lambda: _sound(lambda problems: read_laws(root / RULES / LAWS, problems)).laws)
    rules = cache(lambda: _sound(lambda problems: read_library(root / RULES, problems)).rules)
    models = cache(lambda: _sound(lambda problems: read_models(root / MODELS, problems)).models)
    shared = _sound(lambda problems: read_shared(root / RULES, problems, str(root / RULES)))

    def contract(dataset: str) -> Contract | None:
        path = root / CONTRACTS / f"{dataset}{SUFFIX}"
        found = _sound(lambda problems: read_document(path, problems, by_models=False)) if path.is_file() else None
        return next((one for one in found or () if one.dataset == dataset), None) or contracts().get(dataset)

    def rule(name: str) -> Rule | None:
        path = root / RULES / f"{name.replace('.', '/', 1)}.yml"
        if not path.is_file():
            return None
        return _sound(lambda problems: read_rule(path, problems, folder=root / RULES, shared=shared))

    return Project(
        settings=settings,
        catalogue=Catalogue(OnDemand(contracts, contract)),
        laws=Laws(OnDemand(laws, lambda name: laws().get(name))),
        library=Library(OnDemand(rules, rule), shared=shared),
        models=Models(OnDemand(models, lambda name: models().get(name))),
    )


def _sound(read: Callable[[Problems], Read]) -> Read:
    """What was read; ProblemError where that has errors."""
    problems = Problems()
    found = read(problems)
    problems.raise_errors()
    return found


def read_project(settings: Settings, problems: Problems) -> Project:
    """Read the project folder; the parts' problems are collected, none stops the reading of the others."""
    root = settings.project
    check_folders(root, problems)
    problems.raise_errors()
    return Project(
        settings=settings,
        catalogue=read_catalogue(root / CONTRACTS, problems),
        laws=read_laws(root / RULES / LAWS, problems),
        library=read_library(root / RULES, problems),
        models=read_models(root / MODELS, problems),
    )
