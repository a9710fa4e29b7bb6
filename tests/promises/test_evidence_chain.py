"""From every clue to the very row of the very file, read again by other means; one flipped byte is found."""

from __future__ import annotations

import csv
import shutil
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from clew.delivery.verify import verify
from clew.problems import Problems
from clew.screening.why import why
from clew.settings import Settings
from clew.warehouse import open_warehouse
from tests.promises.office import Night

DELIVERED = {"person_id": "身份证号", "name": "姓名", "region": "区划", "since": "起始", "paid_on": "发放日",
             "amount": "金额"}  # fmt: skip


def test_every_row_of_evidence_is_what_the_file_says_there(usual_night: Night) -> None:
    clues = usual_night.rows("select clue_id from clew.clue")
    assert len(clues) == 3
    compared = 0
    with closing(open_warehouse(usual_night.settings, read_only=True)) as connection:
        for (clue_id,) in clues:
            chain = why(connection, clue_id)
            assert chain is not None and chain.rules
            for source in (one for rule in chain.rules for one in rule.sources):
                [path] = usual_night.settings.landing_dir.rglob(f"{source.sha256}*")
                assert sha256(path.read_bytes()).hexdigest() == source.sha256
                with path.open(encoding="utf-8", newline="") as stream:
                    row = list(csv.DictReader(stream))[source.row - 1]
                for name, value in source.record.items():
                    delivered = row[DELIVERED[name]]
                    same = float(delivered) == float(value) if name == "amount" else delivered == value
                    assert same, (clue_id, source.file, source.row, name)
                    compared += 1
    assert compared > 10


@pytest.mark.parametrize("where", ["landing/**/*.csv", "batches/**/clues.csv", "batches/**/*.xlsx",
                                   "batches/**/*.parquet", "batches/**/manifest.json"])  # fmt: skip
def test_one_flipped_byte_is_named(usual_night: Night, tmp_path: Path, where: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(usual_night.settings.project, folder)
    settings = Settings(project=folder, threads=1)
    path = sorted((folder / "var").glob(where))[0]
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    problems = Problems()
    with closing(open_warehouse(settings, read_only=True)) as connection:
        verify(connection, settings, problems)
        assert list(problems) == []
        path.write_bytes(bytes(content))
        verify(connection, settings, problems)
    assert [Path(one.place.path).name for one in problems] == [path.name]
