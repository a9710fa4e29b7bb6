"""The shipped contracts, one small demo province, and the clean data of a larger one, each made once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.demo import stories
from clew.demo.generate import generate
from clew.demo.population import make_block
from clew.demo.province import mixed
from clew.demo.registers import background
from clew.demo.stage import Stage
from clew.demo.truth import Truth
from clew.problems import Problems

ROOT = Path(__file__).parents[2]
PERSONS, SEED = 4_000, 11
CLEAN_PERSONS, CLEAN_SEED = 30_000, 17


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


@pytest.fixture(scope="session")
def stage() -> Stage:
    return stories.plant(CLEAN_SEED, CLEAN_PERSONS)


@pytest.fixture(scope="session")
def data(stage: Stage) -> Mapping[str, pl.DataFrame]:
    """Background and planted rows as they are before any mess, without the holes of the blind city."""
    return mixed(background(make_block(CLEAN_SEED, 0, 1, CLEAN_PERSONS)), stage.frames())
