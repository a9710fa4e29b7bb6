"""One server of each kind for all tests of sources, and an empty project for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clew.settings import Settings
from tests.sources.office import Office
from tests.sources.remote import Site, Sshd, http_server, ssh_server
from tests.sources.servers import PASSWORD, Maria, Postgres, maria_server, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def maria() -> Iterator[Maria]:
    with maria_server() as server:
        yield server


@pytest.fixture(scope="session")
def sshd() -> Iterator[Sshd]:
    with ssh_server() as server:
        yield server


@pytest.fixture
def site() -> Iterator[Site]:
    with http_server() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A project; the secrets of the servers ``pg`` and ``my`` stand in the environment."""
    for server in ("PG", "MY"):
        monkeypatch.setenv(f"CLEW_SECRET_{server}_PASSWORD", PASSWORD)
    return Office(Settings(project=tmp_path, state=tmp_path / "var", threads=2, memory_limit="1GB"))
