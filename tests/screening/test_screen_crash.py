"""A screening killed with SIGKILL at any moment, and done again, leaves the store of an undisturbed one."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from typing import Any

import pytest

from clew.warehouse import open_warehouse

SCREEN = """
import sys
from datetime import date
from pathlib import Path
from clew.contracts.catalogue import read_catalogue
from clew.problems import Problems
from clew.rules.library import read_library
from clew.screening.run import screen
from clew.settings import Settings
from clew.supervision.library import read_models
from clew.warehouse import open_warehouse
project, contracts = map(Path, sys.argv[1:])
problems = Problems()
settings = Settings(project=project, threads=1)
content = (read_catalogue(contracts, problems), read_library(project / "rules", problems, "rules"),
           read_models(project / "models", problems))
screen(open_warehouse(settings), settings, *content, as_of=date(2026, 6, 30),
       progress=lambda said: print(said, flush=True))
print("done", flush=True)
"""


@pytest.mark.parametrize(("seed", "moment"), [(1, "rule benefit.paid (min_amount=500)"), (2, "storing")])
def test_a_killed_screening_is_done_again_whole(office: Any, seed: int, moment: str, contracts_folder: Any) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    office.connection.close()
    command = [sys.executable, "-c", SCREEN, office.settings.project, contracts_folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(line.strip() == moment for line in process.stdout), "the moment came"
        time.sleep(chance.uniform(0, 0.08))
        process.kill()
    with closing(open_warehouse(office.settings)) as connection:
        office.connection = connection
        stored = office.rows("select count(*) from clew.screening")[0][0]
        parts = sum(len(rows) for rows in office.dump().values())
        assert (stored == 0) == (parts == 0), "all of it or nothing"
        assert office.screen().models[0].found == 2
        disturbed = office.dump()
        for table in disturbed:
            connection.execute(f"delete from clew.{table}")
        office.screen()
        assert office.dump() == disturbed
