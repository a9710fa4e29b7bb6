"""An empty project folder with its open warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clew.settings import Settings
from clew.warehouse import open_warehouse
from tests.ingest.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(project=tmp_path, state=tmp_path / "var", threads=2, memory_limit="1GB")
    con = open_warehouse(settings)
    yield House(settings, con)
    con.close()
