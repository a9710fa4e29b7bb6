"""A supervision project: the contracts, laws, rules and models of one office, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.problems import Problems
from clew.project_folders import CONTRACTS, LAWS, MODELS, RULES, check_folders
from clew.rules.laws import Laws, read_laws
from clew.rules.library import Library, read_library
from clew.settings import Settings
from clew.supervision.library import Models, read_models


@dataclass(frozen=True)
class Project:
    """Everything an office wrote. Parts that could not be read are left out; their problems are noted."""

    settings: Settings
    catalogue: Catalogue
    laws: Laws
    library: Library
    models: Models


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
