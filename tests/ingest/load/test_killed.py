"""kill -9 at a hundred random moments: nothing is half-loaded, nothing doubled, and the next run ends the work.

Each attempt is a child forked from a process that has everything imported, no database open and no other thread; so it
costs what the work costs. After ten of them the work is finished and begun anew in an empty state folder.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from importlib import import_module
from pathlib import Path
from select import select

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.settings import Settings
from clew.warehouse import open_warehouse
from tests.ingest.house import House, lines, payment
from tests.ingest.read.test_archives import packed

KILLS = 100
COLUMNS = "dataset, file, sha256, status, rows_read, rows_loaded, rows_quarantined, superseded_by, batch"


def warehouse_of(settings: Settings) -> list[object]:
    """Everything the warehouse holds, in an order of its own."""
    with closing(open_warehouse(settings)) as con:
        return [
            con.execute(query).fetchall()
            for query in (
                "select * from data.pay order by _batch, _row",
                "select * from data.list order by _batch, _row",
                f"select {COLUMNS} from clew.delivery order by batch",
                "select * from clew.quarantine order by batch, row",
                "select * from clew.part order by batch, position",
                "select * from clew.repair order by all",
                "select * from clew.coverage order by all",
                "select batch, success, result::varchar from clew.validation order by batch",
            )
        ]


def test_a_killed_ingest_is_finished_by_the_next_as_if_nothing_had_happened(house: House) -> None:
    house.con.close()
    house.contract("pay")
    house.contract("list", kind="register")
    rows = [payment(f"P{number}", amount="x" if number % 50 == 0 else "1", name=" 张三") for number in range(300)]
    whole = lines(*rows, rows[-1])
    house.drop("pay", "1.zip", packed(("a.csv", whole.encode()), ("b.csv", lines(payment("Q")).encode())))
    house.drop(
        "list", "2.csv", whole, "received_on: 2026-02-02\nperiod: {from: 2026-02-01, to: 2026-03-01}\ncomplete: true\n"
    )
    project = house.settings.project
    undisturbed = state(project, house.settings.drop_dir, "undisturbed")
    run_whole(undisturbed, house.catalogue)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "ingest.load.test_killed", str(project), str(house.settings.drop_dir)]
    subprocess.run(command, check=True, env=environment, timeout=1800)
    expected = warehouse_of(undisturbed)
    rounds = sorted(project.glob("round-*"))
    assert len(rounds) > 5, "the work must have been begun many times for the moments to be spread over it"
    for folder in rounds:
        settings = settings_of(project, folder.name)
        assert warehouse_of(settings) == expected
        assert not list(settings.landing_dir.glob(".landing-*"))
        assert not list((settings.state_dir / "spill").glob("*/"))


def test_nothing_that_a_killed_process_spilled_stays(house: House) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    spill = house.settings.state_dir / "spill"
    for folder in ("csv-abc", "parts-abc", "archive-abc"):
        (spill / folder).mkdir(parents=True)
        (spill / folder / "0").write_text("张三,110101199001011237")
    dead, alive = (spill / f"duckdb_temp_{process}_0_storage_DEFAULT-0.tmp" for process in (gone.pid, os.getpid()))
    for file in (dead, alive):
        file.write_bytes(b"rows")
    house.contract("payment")
    house.ingest()
    assert [path.name for path in spill.iterdir()] == [alive.name]


def kill_again_and_again(project: Path, drop: Path) -> None:
    """Leave behind state folders ``round-<n>``, each of them killed several times and then finished."""
    for name in ("openlineage.client.client", "openlineage.client.facet_v2", "openlineage.client.transport.file"):
        import_module(name)  # ingestion does it when it comes to that; here it would be once for each child
    catalogue = read_catalogue(project / "data_contracts", Problems())
    chance = random.Random(20260630)  # noqa: S311 - moments to kill at, not secrets
    took = finished_in(state(project, drop, "round-0"), catalogue)
    killed, rounds = 0, 0
    while killed < KILLS:
        rounds += 1
        settings = state(project, drop, f"round-{rounds}")
        for _ in range(KILLS // 10):
            killed += killed_after(chance.uniform(0, took), settings, catalogue)
        finished_in(settings, catalogue)


def settings_of(project: Path, name: str) -> Settings:
    """Settings of one state folder."""
    return Settings(project=project, state=project / name, threads=1, memory_limit="1GB")


def state(project: Path, drop: Path, name: str) -> Settings:
    """A state folder of its own that sees the waiting files."""
    (project / name).mkdir()
    (project / name / "drop").symlink_to(drop, target_is_directory=True)
    return settings_of(project, name)


def killed_after(seconds: float, settings: Settings, catalogue: Catalogue) -> bool:
    """Ingest in a child that is killed so long after it began; False when it was done before."""
    child = begun(settings, catalogue)
    process = os.pidfd_open(child)
    select([process], [], [], seconds)
    os.close(process)
    os.kill(child, signal.SIGKILL)
    return not ended_well(child)


def finished_in(settings: Settings, catalogue: Catalogue) -> float:
    """Ingest in a child that is left alone; seconds."""
    started = time.perf_counter()
    assert ended_well(begun(settings, catalogue))
    return time.perf_counter() - started


def begun(settings: Settings, catalogue: Catalogue) -> int:
    """A forked child at work. This process has no other thread, which a fork would lose, but that of jemalloc, which
    jemalloc itself begins again."""
    threads = [(task / "comm").read_text() for task in Path("/proc/self/task").iterdir()]
    assert len([name for name in threads if name != "jemalloc_bg_thd\n"]) == 1
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run_whole(settings, catalogue)
            code = 0
        finally:
            os._exit(code)
    return child


def ended_well(child: int) -> bool:
    """Whether a child came to its end; False when it was killed."""
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "a run after a killed one must not fail"
    return not os.WIFSIGNALED(status)


def run_whole(settings: Settings, catalogue: Catalogue) -> None:
    """Ingest without being disturbed."""
    with closing(open_warehouse(settings)) as con:
        ingest_folder(con, settings, catalogue, today=date(2026, 6, 30))


if __name__ == "__main__":
    kill_again_and_again(Path(sys.argv[1]), Path(sys.argv[2]))
