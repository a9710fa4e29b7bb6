"""An office, empty or after its usual night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.office import Night, Office, make_office, usual


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "office")


@pytest.fixture(scope="session")
def usual_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """One night, for tests that only look."""
    office = make_office(tmp_path_factory.mktemp("usual"))
    usual(office)
    return office.night()
