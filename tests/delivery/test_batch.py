"""Sealing: whole or not at all, the same bytes every time, and never written twice."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from clew.delivery.batch import SealedBatch, deliver, sealed_batches
from clew.problems import ProblemError
from clew.project import Project
from clew.settings import Settings
from tests.delivery.conftest import CLUE, SCREENING

FILES = {"clues.csv", "clues.parquet", "evidence.csv", "evidence.parquet", "manifest.json", "线索.xlsx"}


def seal(connection: duckdb.DuckDBPyConnection, project: Project) -> list[SealedBatch]:
    return deliver(
        connection, project.settings, project.catalogue, project.library, project.models, screening_id=SCREENING
    )


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_unit_a_model_routes_to_gets_one_folder(warehouse: duckdb.DuckDBPyConnection, project: Project) -> None:
    batches = seal(warehouse, project)
    assert [(batch.unit, batch.clues) for batch in batches] == [("public_interest", 2), ("watch", 0)]
    assert all({path.name for path in batch.path.iterdir()} == FILES for batch in batches)
    assert batches[0].path == project.settings.batches_dir / SCREENING / "public_interest"


def test_the_manifest_holds_every_files_hash_and_the_screenings_own_manifest(
    warehouse: duckdb.DuckDBPyConnection, project: Project
) -> None:
    batch = seal(warehouse, project)[0]
    manifest = json.loads((batch.path / "manifest.json").read_text(encoding="utf-8"))
    assert {name: entry["sha256"] for name, entry in manifest["files"].items()} == {
        name: digest for name, digest in hashes(batch.path).items() if name != "manifest.json"
    }
    assert manifest["screening"]["as_of"] == "2026-06-30"
    assert manifest["counts"] == {"clues": 2, "evidence": 4, "undecided": 30}
    assert manifest["purpose"] == "list"


def test_the_same_clues_give_the_same_bytes(warehouse: duckdb.DuckDBPyConnection, project: Project) -> None:
    seal(warehouse, project)
    first = hashes(project.settings.batches_dir)
    project.settings.batches_dir.rename(project.settings.state_dir / "first")
    warehouse.execute("delete from clew.clue_batch")
    seal(warehouse, project)
    assert hashes(project.settings.batches_dir) == first


def test_delivering_again_returns_what_was_sealed_untouched(
    warehouse: duckdb.DuckDBPyConnection, project: Project
) -> None:
    first = seal(warehouse, project)
    times = {path: path.stat().st_mtime_ns for path in project.settings.batches_dir.rglob("*")}
    assert seal(warehouse, project) == first
    assert {path: path.stat().st_mtime_ns for path in project.settings.batches_dir.rglob("*")} == times
    assert sealed_batches(warehouse, project.settings) == first


def test_a_damaged_batch_is_refused_by_name(warehouse: duckdb.DuckDBPyConnection, project: Project) -> None:
    target = seal(warehouse, project)[0].path / "clues.csv"
    target.write_bytes(target.read_bytes()[:-1])
    with pytest.raises(ProblemError, match=r"clues\.csv.*D002.*differs"):
        seal(warehouse, project)


def test_a_lost_batch_is_made_again_only_if_it_comes_out_the_same(
    warehouse: duckdb.DuckDBPyConnection, project: Project
) -> None:
    batch = seal(warehouse, project)[0]
    batch.path.rename(project.settings.state_dir / "lost")
    assert seal(warehouse, project)[0] == batch
    batch.path.rename(project.settings.state_dir / "lost again")
    warehouse.execute("update clew.clue set score = 91 where clue_id = ?", [CLUE])
    with pytest.raises(ProblemError, match="D003"):
        seal(warehouse, project)
    assert not batch.path.exists()
    assert [path.name for path in batch.path.parent.iterdir()] == ["watch"]


def test_an_unknown_screening_is_a_problem(warehouse: duckdb.DuckDBPyConnection, project: Project) -> None:
    with pytest.raises(ProblemError, match="D001"):
        deliver(warehouse, project.settings, project.catalogue, project.library, project.models, screening_id="none")


def test_answered_and_suppressed_clues_are_withheld_and_counted(
    warehouse: duckdb.DuckDBPyConnection, project: Project
) -> None:
    warehouse.execute("update clew.clue set suppressed_reason = 'lawful_exception' where clue_id = ?", [CLUE])
    assert seal(warehouse, project)[0].clues == 1


CHILD = """
import sys
from contextlib import closing
from pathlib import Path
from clew.delivery import batch
from clew.problems import Problems
from clew.project import read_project
from clew.settings import Settings
from clew.warehouse import open_warehouse

real = Path.rename
def slow(self, target):
    if {point!r} == "before":
        print("now", flush=True); sys.stdin.read()
    done = real(self, target)
    if {point!r} == "after":
        print("now", flush=True); sys.stdin.read()
    return done
Path.rename = slow
project = read_project(Settings(project=Path(sys.argv[1]), threads=1), Problems())
with closing(open_warehouse(project.settings)) as connection:
    batch.deliver(connection, project.settings, project.catalogue, project.library, project.models,
                  screening_id=sys.argv[2])
"""


@pytest.mark.parametrize("point", ["before", "after"])
def test_killed_at_the_rename_nothing_is_half_there(
    warehouse: duckdb.DuckDBPyConnection, project: Project, settings: Settings, point: str
) -> None:
    warehouse.close()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(point=point), str(settings.project), SCREENING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"now\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream:
            stream.close()
    folder = settings.batches_dir / SCREENING
    sealed = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert sealed == (set() if point == "before" else {"public_interest"})
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        batches = seal(connection, project)
        assert [(batch.unit, batch.clues) for batch in batches] == [("public_interest", 2), ("watch", 0)]
        assert sealed_batches(connection, settings) == batches
    assert {path.name for path in folder.iterdir()} == {"public_interest", "watch"}
