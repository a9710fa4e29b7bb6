"""Nothing in a result depends on the clock, the order of arrival, threads, folder, time zone or language."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from clew.delivery import manifest
from tests.promises.office import Night, make_office, usual

CHILD = """
import sys
from pathlib import Path
from tests.promises.office import make_office
make_office(Path(sys.argv[1]), threads=int(sys.argv[2])).night()
"""


def sealed(folder: Path) -> dict[str, bytes]:
    batches = folder / "var" / "batches"
    return {
        path.relative_to(batches).as_posix(): path.read_bytes()
        for path in sorted(batches.rglob("*"))
        if path.is_file() and path.name != manifest.NAME
    }


def test_another_machine_seals_the_same_bytes(usual_night: Night, tmp_path: Path) -> None:
    """Another folder, process, hash seed, number of threads, time zone and locale."""
    folder = tmp_path / "别的 地方"
    usual(make_office(folder))
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    foreign = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7", "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", CHILD, str(folder), "3"], env=os.environ | foreign, check=True)
    first = usual_night.settings.project
    assert sealed(folder) == sealed(first)
    assert sealed(folder)
    [mine] = (first / "var" / "batches").rglob(manifest.NAME)
    [other] = (folder / "var" / "batches").rglob(manifest.NAME)
    assert other.read_bytes() == mine.read_bytes()


def test_the_order_of_arrival_changes_no_clue(usual_night: Night, tmp_path: Path) -> None:
    """One file a night, the last first: the same identity and clues; only the numbers of the batches differ."""
    office = make_office(tmp_path / "office")
    usual(office)
    drop = office.settings.drop_dir
    files = sorted(path for path in drop.rglob("*.csv"))
    waiting = [(path, path.read_bytes(), Path(f"{path}.yml").read_bytes()) for path in files]
    for path in files:
        path.unlink()
        Path(f"{path}.yml").unlink()
    for path, content, letter in reversed(waiting):
        path.write_bytes(content)
        Path(f"{path}.yml").write_bytes(letter)
        office.ingest()
    night = office.night()
    assert night.screening.screening_id == usual_night.screening.screening_id
    told = (
        "select * exclude (batch) from clew.evidence order by all",
        "select * from clew.clue order by all",
        "select * from clew.signal order by all",
        "select * from clew.funnel order by all",
        "select * from clew.outcome order by all",
        "select * from clew.undecided order by all",
    )
    for query in told:
        assert night.rows(query) == usual_night.rows(query), query
    csv_of = [
        {name: content for name, content in sealed(folder).items() if name.endswith(".csv")}
        for folder in (office.settings.project, usual_night.settings.project)
    ]
    assert csv_of[0] == csv_of[1]


def test_a_second_night_is_the_first_again(tmp_path: Path) -> None:
    office = make_office(tmp_path / "office")
    usual(office)
    first = office.night()
    before = sealed(office.settings.project)
    again = office.night()
    assert again.screening.replayed and again.batches == first.batches
    assert {file.status for file in again.ingest.files} == {"unchanged"}
    assert sealed(office.settings.project) == before
