"""The folders of a supervision project, and what files in them hold one rule or one model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clew.problems import Place, Problems

CONTRACTS, RULES, MODELS = "data_contracts", "rules", "models"
FOLDERS = (CONTRACTS, RULES, MODELS)
LAWS = "laws"
SHARED = ("exclusions", "entitlements", "holidays")
"""What rules share, in folders of its own under that of rules."""
NO_RULES = (LAWS, *SHARED)
"""Folders under rules/ that hold something else."""


@dataclass(frozen=True)
class File:
    """A file, and ``shown``, its path in messages."""

    path: Path
    shown: str


def check_folders(root: Path, problems: Problems) -> None:
    """P001 for each folder that a project lacks."""
    for folder in FOLDERS:
        if not (root / folder).is_dir():
            problems.error(
                Place(str(root)),
                "P001",
                f"this is no Clew project: the folder '{folder}' is missing",
                "name the project folder with --project, or make one with: clew init DIR",
            )


def rule_files(folder: Path, problems: Problems, shown: str) -> dict[str, File]:
    """Every ``<domain>/<question>.yml`` of the folder of rules, by the id that its place gives it.

    E108 for a file that is no rule by its place or name; E003 without a folder.
    """
    if not folder.is_dir():
        problems.error(
            Place(shown),
            "E003",
            "there is no such folder of rules",
            "run from the project folder, or make one with: clew init",
        )
        return {}
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if parts[0] in NO_RULES or path.suffix not in (".yml", ".yaml") or not path.is_file():
            continue
        place = f"{shown}/{'/'.join(parts)}"
        if path.suffix != ".yml" or len(parts) != 2:
            problems.error(
                Place(place), "E108", "a rule stands in rules/<domain>/<question>.yml", "move or rename the file"
            )
            continue
        found[f"{parts[0]}.{path.stem}"] = File(path, place)
    return found


def model_files(folder: Path, problems: Problems) -> dict[str, File]:
    """Every ``<model>/model.yml`` of the folder of models, by the model's name; E109, a warning, for anything else."""
    found = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        shown = f"{folder.name}/{path.name}"
        if path.name.startswith("."):
            continue
        if not (path / "model.yml").is_file():
            what = "has no model.yml" if path.is_dir() else "is not the folder of a model"
            problems.warn(Place(shown), "E109", f"'{path.name}' {what}", "a model is models/<name>/model.yml")
            continue
        found[path.name] = File(path / "model.yml", f"{shown}/model.yml")
    return found
