"""The shipped contracts and one small demo province, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.demo.generate import generate
from clew.demo.truth import Truth
from clew.problems import Problems

ROOT = Path(__file__).parents[2]
PERSONS, SEED = 4_000, 11


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    problems = Problems()
    found = read_catalogue(ROOT / "data_contracts", problems)
    problems.raise_errors()
    return found


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("province")
    return folder, generate(folder, PERSONS, SEED, catalogue=catalogue)
