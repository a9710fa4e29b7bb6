"""Values, names and files made to break things: they are data, and stay data."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import openpyxl
import pytest

from tests.promises.office import HEADERS, IDS, Office, entitled, payment, usual

EVIL = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2", "'; drop table data.entitled; --", '"}}{{', "${jndi:ldap://x}",
        "<script>alert(1)</script>", "\u202eevil", "a\u200bb", "\tx", "%s%n{0}{name}")  # fmt: skip


def test_evil_values_are_carried_as_they_are(office: Office) -> None:
    usual(office)
    with (office.settings.drop_dir / "entitled" / "名册.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADERS["entitled"].split(","))
        writer.writerows([IDS[0], "；".join(EVIL), "340103", "2025-01-01"] for _ in range(1))
        writer.writerow([IDS[3], EVIL[0], "340103", "2025-01-01"])
    night = office.night()
    assert night.clues() == {IDS[0], IDS[3]}
    assert night.rows("select name from data.entitled order by _row") == [("；".join(EVIL),), (EVIL[0],)]
    [message] = night.rows("select message from clew.signal join clew.clue using (clue_id) where subject = ?", IDS[0])
    assert "；".join(EVIL) in message[0], "a name with braces is no template"
    for batch in night.batches:
        for path in batch.path.glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                cells = [cell for row in csv.reader(stream) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))], path
        for path in batch.path.glob("*.xlsx"):
            book = openpyxl.load_workbook(path)
            formulas = [
                cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
            ]
            assert not [one for one in formulas if "cmd" in str(one) or "SUM" in str(one)]


@pytest.mark.parametrize("name", ["a'b\".csv", "two\nlines.csv", "; drop table clew.clue;.csv", "%2e%2e.csv",
                                  "长" * 80 + ".csv", "*?.csv", "{0}.csv", "-rf.csv"])  # fmt: skip
def test_a_file_of_any_name_is_received(office: Office, name: str) -> None:
    office.drop("entitled", name, entitled(0, 1), "period: {from: 2026-01-01, to: 2026-06-01}")
    report = office.ingest()
    assert [(one.status, one.file, one.rows_loaded) for one in report.files] == [("loaded", name, 2)]
    assert [str(one) for one in report.problems] == []


def test_a_letter_cannot_reach_outside_its_dataset(office: Office) -> None:
    usual(office)
    office.ingest()
    office.drop("shelter", "b.csv", [], "replaces: ../payment/二季度.csv\nregion: 9999\nreceived_on: 2026-06-21")
    report = office.ingest()
    assert any("I024" in str(one) for one in report.problems)
    night = office.night()
    assert night.rows("select count(*) from clew.delivery where superseded_by is not null") == [(0,)]
    assert {path.parent.parent.name for path in office.settings.landing_dir.rglob("*.csv")} == {"landing"}


def test_folders_and_strange_things_in_the_drop_folder_stop_nothing(office: Office) -> None:
    usual(office)
    drop = office.settings.drop_dir
    (drop / "payment" / "a folder.csv").mkdir()
    (drop / "payment" / "broken link.csv").symlink_to(drop / "nowhere")
    (drop / "no_such_dataset").mkdir()
    (drop / "no_such_dataset" / "x.csv").write_text("a\n1\n")
    (drop / "payment" / "empty.csv").write_bytes(b"")
    (drop / "payment" / "nul.csv").write_bytes(b"\0" * 1000)
    (drop / "payment" / "binary.csv").write_bytes(os.urandom(3000))
    os.mkfifo(drop / "payment" / "pipe.csv")
    (drop / "loose.csv").write_text("a\n")
    night = office.night()
    status = {one.file: one.status for one in night.ingest.files}
    assert {name for name, one in status.items() if one == "refused"} == {"x.csv", "empty.csv", "nul.csv", "binary.csv"}
    assert night.clues() == {IDS[0], IDS[3]}, "the good files were taken all the same"
    assert {"I006", "I001"} <= {one.code for one in night.ingest.problems}


def test_a_cell_of_ten_megabytes_is_set_aside_and_the_rest_is_read(office: Office) -> None:
    huge = payment(0, "2026-01-03", "H1", "1" * 10_000_000)
    office.drop(
        "payment", "huge.csv", [payment(1, "2026-01-02", "H0"), huge, payment(1, "2026-01-04", "H2")], "complete: false"
    )
    [file] = office.ingest().files
    assert (file.status, file.rows_loaded, file.rows_quarantined) == ("loaded", 2, 1)


@pytest.mark.parametrize("linked", ["file", "sidecar", "folder"])
def test_a_link_in_the_drop_folder_is_refused_and_never_followed(office: Office, tmp_path: Path, linked: str) -> None:
    """Whoever may put a file there could else have Clew read out what only Clew may read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    data, papers = outside / "linked.csv", outside / "linked.csv.yml"
    data.write_text("\n".join([HEADERS["entitled"], *entitled(0)]) + "\n", "utf-8")
    papers.write_text("secret_word: 1\n", "utf-8")
    folder = office.settings.drop_dir / "entitled"
    if linked == "folder":
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(outside)
    else:
        folder.mkdir(parents=True)
        for path in (data, papers):
            (folder / path.name).write_bytes(path.read_bytes())
        path = data if linked == "file" else papers
        (folder / path.name).unlink()
        (folder / path.name).symlink_to(path)
    report = office.ingest()
    assert [(one.file, one.status) for one in report.files] == [("linked.csv", "refused")]
    assert [one.code for one in report.problems] == ["I055"] and "secret_word" not in str(report.problems)
    assert not [path for path in office.settings.landing_dir.rglob("*") if path.is_file()]
