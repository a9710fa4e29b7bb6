"""A supervision project: the contracts, laws, rules and models of one office, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.problems import Place, Problems
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
    for folder in ("data_contracts", "rules", "models"):
        if not (root / folder).is_dir():
            problems.error(
                Place(str(root)),
                "P001",
                f"this is no Clew project: the folder '{folder}' is missing",
                "name the project folder with --project, or make one with: clew init DIR",
            )
    problems.raise_errors()
    return Project(
        settings=settings,
        catalogue=read_catalogue(root / "data_contracts", problems),
        laws=read_laws(root / "rules" / "laws", problems),
        library=read_library(root / "rules", problems),
        models=read_models(root / "models", problems),
    )
