"""A small project for the models' tests, in project/: two rules about one person, and a model that uses them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.problems import Problems
from clew.rules.library import read_library
from clew.rules.model import Rule
from clew.supervision.model import Model
from clew.supervision.parse import read_model

ROOT = Path(__file__).parent.parent.parent
PROJECT = Path(__file__).parent / "project"


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The contracts that the small project needs: fewer are read faster."""
    folder = tmp_path_factory.mktemp("data_contracts")
    for dataset in ("death_register", "pension_payment", "life_certification", "population_register"):
        shutil.copy(ROOT / "data_contracts" / f"{dataset}.odcs.yaml", folder)
    return read_catalogue(folder, Problems())


@pytest.fixture(scope="session")
def rules() -> dict[str, Rule]:
    problems = Problems()
    library = read_library(PROJECT / "rules", problems, "rules")
    assert list(problems) == []
    return {name: library.rules[name] for name in ("benefit.paid", "benefit.certified")}


@pytest.fixture
def make_model(tmp_path: Path) -> Callable[..., Model]:
    """The model with replacements in its text: make_model(("shadow", "live"))."""
    whole = (PROJECT / "models" / "after_death" / "model.yml").read_text(encoding="utf-8")

    def make(*changes: tuple[str, str], tests: str = "") -> Model:
        text = whole
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        folder = tmp_path / "after_death"
        folder.mkdir(exist_ok=True)
        (folder / "model.yml").write_text(text, encoding="utf-8")
        if tests:
            (folder / "tests.yml").write_text(tests, encoding="utf-8")
        problems = Problems()
        model = read_model(folder / "model.yml", problems, "models/after_death/model.yml")
        assert model is not None, list(problems)
        return model

    return make
