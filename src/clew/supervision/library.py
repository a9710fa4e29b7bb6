"""All supervision models of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clew.problems import Place, Problems
from clew.supervision.model import Model
from clew.supervision.parse import read_model


@dataclass(frozen=True)
class Models:
    """The models that could be read, by id; iterating gives them in the order of their ids."""

    models: Mapping[str, Model]

    def __iter__(self) -> Iterator[Model]:
        return (self.models[name] for name in sorted(self.models))

    def __len__(self) -> int:
        return len(self.models)

    def get(self, name: str) -> Model | None:
        """The model of that id, or None."""
        return self.models.get(name)


def read_models(folder: Path, problems: Problems) -> Models:
    """Read ``<folder>/<model>/model.yml``; a folder without one is said, a model with errors is left out."""
    found: dict[str, Model] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        shown = f"{folder.name}/{path.name}"
        if path.name.startswith("."):
            continue
        if not (path / "model.yml").is_file():
            what = "has no model.yml" if path.is_dir() else "is not the folder of a model"
            problems.warn(Place(shown), "E109", f"'{path.name}' {what}", "a model is models/<name>/model.yml")
            continue
        model = read_model(path / "model.yml", problems, f"{shown}/model.yml")
        if model is not None:
            found[model.id] = model
    return Models(found)
