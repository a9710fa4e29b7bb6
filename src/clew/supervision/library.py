"""All supervision models of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clew.problems import Problems
from clew.project_folders import model_files
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
    for file in model_files(folder, problems).values():
        model = read_model(file.path, problems, file.shown)
        if model is not None:
            found[model.id] = model
    return Models(found)
