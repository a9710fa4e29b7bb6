"""What changes under the hand: a link put in a file's place after it was looked at, and a file still being written."""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path

import pytest

from clew.ingest.land import landed
from clew.ingest.land.incoming import waiting
from clew.ingest.land.landed import ChangedError, land
from clew.ingest.land.unlinked import LinkedError, open_unlinked
from clew.ingest.run import ingest_file
from clew.problems import Problems
from tests.ingest.house import TODAY, House, lines, payment


@pytest.mark.parametrize("swapped", ["file", "folder"])
def test_a_link_that_takes_the_place_of_a_file_already_seen_is_not_followed(
    house: House, tmp_path: Path, swapped: str
) -> None:
    house.contract("pay")
    path = house.drop("pay", "a.csv", lines(payment("P1")))
    secret = tmp_path / "secret" / "a.csv"
    secret.parent.mkdir()
    secret.write_text(lines(payment("S1")))
    [seen] = waiting(house.settings.drop_dir, TODAY, Problems())
    if swapped == "file":
        path.unlink()
        path.symlink_to(secret)
    else:
        path.parent.rename(tmp_path / "gone")
        path.parent.symlink_to(secret.parent)
    report = ingest_file(house.con, house.settings, house.catalogue, seen, problems := Problems())
    assert report.status == "refused" and [one.code for one in problems] == ["I055"]
    assert not [one for one in house.settings.landing_dir.rglob("*") if one.is_file()]


def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv.yml")
    with pytest.raises(LinkedError):
        open_unlinked(tmp_path / "a.csv.yml")


class Growing(FileIO):
    """A file that its sender goes on writing while it is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        with Path(str(self.name)).open("ab") as more:
            more.write(b"x" if found and self.tell() < 20 else b"")
        return found


@pytest.mark.parametrize("likely", [False, True])
def test_a_file_that_grows_while_it_is_read_is_not_taken(tmp_path: Path, likely: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with Growing(str(path)) as file, pytest.raises(ChangedError):
        land(file, "a.csv", tmp_path / "landing", likely=likely)
    assert not [one for one in (tmp_path / "landing").rglob("*") if one.is_file()]


def test_what_lies_in_the_drop_folder_for_years_is_not_copied_each_night(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1")))
    house.ingest()
    with monkeypatch.context() as without_room:
        without_room.setattr(landed, "mkstemp", None)
        assert [file.status for file in house.ingest().files] == ["unchanged"]
    house.drop("pay", "b.csv", lines(payment("P2")))
    assert [file.status for file in house.ingest().files] == ["unchanged", "loaded"]
    sizes = house.rows("select distinct bytes from clew.delivery")
    assert len(sizes) == 1 and house.rows("select payment_id from data.pay order by 1") == [("P1",), ("P2",)]


def test_a_copy_that_was_removed_from_the_landing_folder_is_made_again(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1")))
    house.ingest()
    [copy] = [one for one in house.settings.landing_dir.rglob("*.csv") if one.is_file()]
    copy.unlink()
    assert [file.status for file in house.ingest().files] == ["unchanged"]
    assert copy.read_text(encoding="utf-8") == lines(payment("P1"))


def test_the_same_bytes_under_another_letter_are_said(house: House) -> None:
    house.contract("pay")
    papers = "received_on: 2026-06-01\nsender: {}\nletter: 〔2026〕{}号\n"
    house.drop("pay", "a.csv", lines(payment("P1")), papers.format("甲", 9))
    house.drop("pay", "b.csv", lines(payment("P1")), papers.format("乙", 10))
    report = house.ingest()
    assert [file.status for file in report.files] == ["loaded", "unchanged"]
    [said] = report.problems
    assert said.code == "I057" and "from 甲, letter 〔2026〕9号" in said.message and said.place.path == "drop/pay/b.csv"


@pytest.mark.parametrize(
    ("name", "shown"), [("发放明细.csv".encode("gbk"), "发放明细.csv"), (b"\xff\xff.csv", "\ufffd\ufffd.csv")]
)
def test_a_name_that_is_no_text_is_refused_and_the_others_go_on(house: House, name: bytes, shown: str) -> None:
    house.contract("pay")
    house.drop("pay", "good 好's.csv", lines(payment("P1")))
    (house.settings.drop_dir / "pay" / os.fsdecode(name)).write_text(lines(payment("P2")), encoding="utf-8")
    (house.settings.drop_dir / "pay" / os.fsdecode(name + b".yml")).write_text("sender: x\n", encoding="utf-8")
    report = house.ingest()
    assert {file.file: file.status for file in report.files} == {"good 好's.csv": "loaded", shown: "refused"}
    (problem,) = report.problems
    assert (problem.code, problem.place.path) == ("I060", f"drop/pay/{shown}")
    assert f"'{shown.replace(chr(0xFFFD), '')}'" in problem.help


def test_folders_with_such_names_are_only_said(house: House) -> None:
    house.contract("pay")
    folder = house.settings.drop_dir / os.fsdecode("养老金".encode("gbk"))
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("a\n", encoding="utf-8")
    (problem,) = house.ingest().problems
    assert problem.code == "I001" and "养老金" in problem.message
