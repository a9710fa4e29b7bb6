"""kill -9 at random moments of corrections, deletions, resubmissions and decisions: whole or not at all, and once."""

from __future__ import annotations

import multiprocessing
import random
import time
from contextlib import closing
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from clew.contracts.catalogue import read_catalogue
from clew.ingest.land.mode import Mode
from clew.ingest.release.decision import Decision, decide
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.settings import Settings
from clew.warehouse import open_warehouse
from tests.ingest.house import House, lines, payment

KILLS = 6
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["clew.ingest.run", "clew.ingest.release.decision"])


def work(project: Path, state: str, started: Connection) -> None:
    """One night's ingest, then two decisions."""
    settings = Settings(project=project, state=project / state, threads=2, memory_limit="1GB")
    catalogue = read_catalogue(project / "data_contracts", Problems())
    with closing(open_warehouse(settings)) as con:
        started.send("started")
        ingest_folder(con, settings, catalogue, today=date(2026, 6, 30))
        for kind, rows in ((Mode.RELEASE, range(100, 150, 2)), (Mode.DISCARD, range(150, 160, 2))):
            decision = Decision(kind, 1, tuple(rows), "李", date(2026, 6, 30), "核实")
            _, problems = decide(con, settings, dict(catalogue.contracts), decision)
            assert not problems.errors, [str(one) for one in problems]


def held_by(project: Path, state: str) -> list[object]:
    """What the warehouse holds of rows, decisions and changes."""
    settings = Settings(project=project, state=project / state, threads=2, memory_limit="1GB")
    with closing(open_warehouse(settings)) as con:
        return [
            con.execute(query).fetchall()
            for query in (
                "select * exclude (_original) from data.pay order by _batch, _row",
                "select batch, file, sha256, status, mode, resubmits, rows_read, rows_loaded, rows_quarantined,"
                " superseded_by from clew.delivery order by batch",
                "select batch, row, reasons from clew.quarantine order by batch, row",
                "select * from clew.decision order by all",
                "select * from clew.decided order by all",
                "select * from clew.withdrawn order by all",
                "select * from clew.correction order by all",
                "select * from clew.coverage order by all",
            )
        ]


def run(project: Path, state: str, kill_after: float | None = None) -> tuple[float, bool]:
    """Seconds of work, and whether the program ended by itself."""
    mine, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=work, args=(project, state, theirs))
    process.start()
    mine.recv()
    started = time.perf_counter()
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    process.join()
    return time.perf_counter() - started, process.exitcode == 0


def test_a_killed_way_back_is_finished_by_the_next_run_as_if_nothing_had_happened(house: House) -> None:
    house.con.close()
    house.contract("pay")
    bad = [payment(f"P{number}", amount="-1" if number % 2 == 0 else "1") for number in range(1, 400)]
    house.drop(
        "pay",
        "a.csv",
        lines(*bad),
        "received_on: 2026-02-01\nperiod: {from: 2026-01-01, to: 2026-02-01}\ncomplete: true\n",
    )
    fixed = [payment(f"P{number}", amount="2") for number in range(200, 400, 2)]
    rows = ", ".join(str(number) for number in range(200, 400, 2))
    house.drop("pay", "b.csv", lines(*fixed), f"received_on: 2026-03-01\nresubmits: {{batch: 1, rows: [{rows}]}}\n")
    house.drop(
        "pay",
        "c.csv",
        lines(*(payment(f"P{number}", amount="3") for number in range(1, 99, 2))),
        "received_on: 2026-04-01\nmode: correction\n",
    )
    house.drop(
        "pay",
        "d.csv",
        "流水号\n" + "".join(f"P{number}\n" for number in range(101, 151, 2)),
        "received_on: 2026-05-01\nmode: deletion\n",
    )
    project, drop = house.settings.project, house.settings.drop_dir
    for state in ("undisturbed", "disturbed"):
        (project / state).mkdir()
        (project / state / "drop").symlink_to(drop, target_is_directory=True)
    took, whole = run(project, "undisturbed")
    assert whole
    expected = held_by(project, "undisturbed")
    assert [len(part) for part in expected[3:7]] == [3, 130, 74, 49]  # type: ignore[arg-type]  # lists
    chance = random.Random(20261121)  # noqa: S311 - moments to kill at, not secrets
    ended = [run(project, "disturbed", chance.uniform(0, took * (attempt + 1) / KILLS)) for attempt in range(KILLS)]
    assert [whole for _, whole in ended].count(False) >= KILLS // 3, (
        "some must have been cut short for this to say anything"
    )
    assert run(project, "disturbed")[1]
    assert held_by(project, "disturbed") == expected
    assert run(project, "disturbed")[1]
    assert held_by(project, "disturbed") == expected, "doing it again changes nothing"
