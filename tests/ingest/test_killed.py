"""kill -9 at random moments: afterwards nothing is half-loaded, nothing doubled, and a second run ends the work."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

from clew.contracts.catalogue import read_catalogue
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.settings import Settings
from clew.warehouse import open_warehouse
from ingest.house import House, lines, payment

KILLS = 12
PROGRAM = """
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from clew.contracts.catalogue import read_catalogue
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.settings import Settings
from clew.warehouse import open_warehouse
project = Path(sys.argv[1])
settings = Settings(project=project, state=project / sys.argv[2], threads=2, memory_limit="1GB")
catalogue = read_catalogue(project / "data_contracts", Problems())
with closing(open_warehouse(settings)) as con:
    print("started", flush=True)
    ingest_folder(con, settings, catalogue, today=date(2026, 6, 30))
print("done", flush=True)
"""
COLUMNS = "dataset, file, sha256, status, rows_read, rows_loaded, rows_quarantined, superseded_by, batch"


def warehouse_of(project: Path, state: str) -> list[object]:
    """Everything the warehouse holds, in an order of its own."""
    settings = Settings(project=project, state=project / state, threads=2, memory_limit="1GB")
    with closing(open_warehouse(settings)) as con:
        return [
            con.execute(query).fetchall()
            for query in (
                "select * from data.pay order by _batch, _row",
                "select * from data.list order by _batch, _row",
                f"select {COLUMNS} from clew.delivery order by batch",
                "select * from clew.quarantine order by batch, row",
                "select * from clew.repair order by all",
                "select * from clew.coverage order by all",
                "select batch, success, result::varchar from clew.validation order by batch",
            )
        ]


def test_a_killed_ingest_is_finished_by_the_next_as_if_nothing_had_happened(house: House) -> None:
    house.con.close()
    house.contract("pay")
    house.contract("list", kind="register")
    paper = "received_on: 2026-02-0{day}\nperiod: {{from: 2026-0{day}-01, to: 2026-0{next}-01}}\ncomplete: true\n"
    for day in range(1, 5):
        rows = [
            payment(f"P{day}-{number}", amount="x" if number % 50 == 0 else "1", name=" 张三") for number in range(1500)
        ]
        for dataset in ("pay", "list"):
            house.drop(dataset, f"{day}.csv", lines(*rows, rows[-1]), paper.format(day=day, next=day + 1))
    project, drop = house.settings.project, house.settings.drop_dir
    chance = random.Random(20260630)  # noqa: S311 - moments to kill at, not secrets
    killed = 0
    took = run_whole(project, drop, "undisturbed")
    expected = warehouse_of(project, "undisturbed")
    give_drop(project, drop, "disturbed")
    for attempt in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(project), "disturbed"], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, took * (attempt + 2) / (KILLS + 2)))
        process.kill()
        killed += process.wait() != 0
        process.stdout.close()
    assert killed >= KILLS // 2, "most attempts must have been cut short for this to say anything"
    run_whole(project, drop, "disturbed")
    assert warehouse_of(project, "disturbed") == expected
    assert not list((project / "disturbed" / "landing").glob(".landing-*"))


def give_drop(project: Path, drop: Path, state: str) -> None:
    """Let a state folder see the waiting files."""
    (project / state).mkdir(exist_ok=True)
    if not (project / state / "drop").exists():
        (project / state / "drop").symlink_to(drop, target_is_directory=True)


def run_whole(project: Path, drop: Path, state: str) -> float:
    """Ingest without being disturbed; seconds."""
    give_drop(project, drop, state)
    settings = Settings(project=project, state=project / state, threads=2, memory_limit="1GB")
    catalogue = read_catalogue(project / "data_contracts", Problems())
    with closing(open_warehouse(settings)) as con:
        started = time.perf_counter()
        ingest_folder(con, settings, catalogue, today=date(2026, 6, 30))
        return time.perf_counter() - started
