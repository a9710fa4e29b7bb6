"""Papers that promise too much, or change their mind: what they say is believed as far as anybody can know it."""

from __future__ import annotations

from datetime import date

import pytest

from clew.engine import Coverage
from clew.ingest.coverage.certified import certificates, read_coverage
from clew.ingest.report.report import IngestReport
from tests.ingest.house import HEADER, House, payment

COMPLETE = "received_on: 2026-02-10\ncomplete: true\n"


def codes(report: IngestReport) -> list[str]:
    return [problem.code for problem in report.problems]


def test_a_receipt_that_has_not_come_yet_is_refused_in_its_line_and_taken_on_its_day(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "pay.csv", f"{HEADER}\n{payment('1')}\n", "sender: x\nreceived_on: 2026-07-01\n")
    report = house.ingest()
    assert report.rows_loaded == 0
    (problem,) = [one for one in report.problems if one.code == "I058"]
    assert (problem.place.path, problem.place.line) == ("drop/pay/pay.csv.yml", 2)
    house.today = date(2026, 7, 1)
    assert house.ingest().rows_loaded == 1


def test_two_files_called_complete_for_the_same_days_are_said(house: House) -> None:
    house.contract("pay")
    january = COMPLETE + "period: {from: 2026-01-01, to: 2026-02-01}\n"
    house.drop("pay", "a.csv", f"{HEADER}\n{payment('1')}\n", january + "region: '34'\n")
    house.drop("pay", "b.csv", f"{HEADER}\n{payment('2')}\n", january + "region: '35'\n")
    house.drop("pay", "c.csv", f"{HEADER}\n{payment('3')}\n", january.replace("2026-02-01", "2026-01-01"))
    assert "I059" not in codes(house.ingest()), "of another place, or certifying nothing"
    house.drop("pay", "d.csv", f"{HEADER}\n{payment('4')}\n", january + "region: '3401'\n")
    (said,) = [one for one in house.ingest().problems if one.code == "I059"]
    assert "'a.csv' (delivery 1)" in said.message
    house.drop("pay", "e.csv", f"{HEADER}\n{payment('5')}\n", january + "region: '35'\nreplaces: b.csv\n")
    assert "I059" not in codes(house.ingest())


@pytest.mark.parametrize(
    ("written", "stands_for"),
    [("34", "34"), ("340000", "34"), ("'340100000000'", "3401"), ("340102", "340102"), ("'340102001000'", "340102001")],
)
def test_a_region_is_a_division_with_all_below_it(house: House, written: str, stands_for: str) -> None:
    house.contract("pay")
    house.drop(
        "pay", "pay.csv", f"{HEADER}\n{payment('1')}\n",
        f"{COMPLETE}period: {{from: 2026-01-01, to: 2026-02-01}}\nregion: {written}\n",
    )  # fmt: skip
    assert not {"I003", "I061"} & set(codes(house.ingest()))
    assert [one.region for one in read_coverage(house.con, date(2026, 6, 30))] == [stands_for]


@pytest.mark.parametrize("written", ["340", "34010", "'3401021'", "1234567890123", "安徽"])
def test_a_code_of_another_length_certifies_nothing(house: House, written: str) -> None:
    """A digit lost would stand for ten cities, nine of which sent nothing."""
    house.contract("pay")
    papers = f"{COMPLETE}period: {{from: 2026-01-01, to: 2026-02-01}}\nregion: {written}\n"
    house.drop("pay", "pay.csv", f"{HEADER}\n{payment('1')}\n", papers)
    assert "I003" in codes(house.ingest())
    assert read_coverage(house.con, date(2026, 6, 30)) == ()


def test_a_region_in_no_list_is_said(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "pay.csv", f"{HEADER}\n{payment('1')}\n", "region: 3499\nreceived_on: 2026-02-10\n")
    assert "I061" in codes(house.ingest())


def test_nobody_certifies_what_has_not_happened_yet(house: House) -> None:
    house.contract("pay")
    papers = COMPLETE + "period: {from: 2026-01-01, to: 2027-01-01}\n"
    house.drop("pay", "pay.csv", f"{HEADER}\n{payment('1')}\n", papers)
    assert "I054" in codes(house.ingest())
    assert read_coverage(house.con, date(2026, 6, 30)) == (Coverage("pay", "", date(2026, 1, 1), date(2026, 2, 11)),)
    states = {one.month.month: one.state for one in certificates(house.con, house.catalogue, date(2026, 6, 30))}
    assert states == {1: "complete", 2: "partial", 3: "unknown", 4: "unknown", 5: "unknown", 6: "unknown"}


def test_a_period_that_lies_ahead_certifies_nothing(house: House) -> None:
    house.contract("pay")
    house.drop(
        "pay", "pay.csv", f"{HEADER}\n{payment('1')}\n", COMPLETE + "period: {from: 2026-03-01, to: 2026-04-01}\n"
    )
    assert "I021" in codes(house.ingest())
    assert read_coverage(house.con, date(2026, 6, 30)) == ()


def test_a_file_without_a_row_is_complete_only_where_its_papers_say_so(house: House) -> None:
    house.contract("pay")
    january = "period: {from: 2026-01-01, to: 2026-02-01}\n"
    house.drop("pay", "pay.csv", f"{HEADER}\n", COMPLETE + january)
    assert "I021" in codes(house.ingest())
    assert read_coverage(house.con, date(2026, 6, 30)) == ()
    house.drop("pay", "pay.csv", f"{HEADER}\n", COMPLETE + january + "rows: 0\n")
    house.ingest()
    assert read_coverage(house.con, date(2026, 6, 30)) == (Coverage("pay", "", date(2026, 1, 1), date(2026, 2, 1)),)


def test_mended_rows_bound_to_the_wrong_ones_are_bound_again_by_new_papers(house: House) -> None:
    house.contract("pay")
    rows = [payment(str(number), amount="nothing" if number in (2, 3) else "1") for number in range(1, 5)]
    house.drop("pay", "pay.csv", "\n".join([HEADER, *rows]) + "\n", "received_on: 2026-02-10\n")
    house.ingest()
    mended = "\n".join([HEADER, payment("2"), payment("3")]) + "\n"
    for named in ("[2, 1]", "[2, 3]"):
        papers = f"received_on: 2026-02-20\nresubmits: {{batch: 1, rows: {named}}}\n"
        house.drop("pay", "mended.csv", mended, papers)
        house.ingest()
    seen = (
        "select payment_id from data.pay where _batch in (select batch from clew.delivery where superseded_by is null)"
    )
    assert sorted(house.rows(seen)) == [("1",), ("2",), ("3",), ("4",)]
    assert house.ingest().files[0].status == "unchanged"


def test_bytes_read_as_another_encoding_are_read_again(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "pay.csv", f"{HEADER}\n{payment('1', name='张三')}\n", "received_on: 2026-02-10\n")
    house.ingest()
    house.drop(
        "pay", "other.csv", f"{HEADER}\n{payment('2', name='丽')}\n".encode("gb18030"),
        "received_on: 2026-02-10\nencoding: gbk\n",
    )  # fmt: skip
    house.ingest()
    house.drop("pay", "other.csv", f"{HEADER}\n{payment('2', name='丽')}\n".encode("gb18030"),
               "received_on: 2026-02-10\nencoding: big5\n")  # fmt: skip
    assert {one.file: one.status for one in house.ingest().files} == {"pay.csv": "unchanged", "other.csv": "refused"}


def test_what_lies_in_a_folder_inside_a_datasets_folder_is_said(house: House) -> None:
    house.contract("pay")
    path = house.drop("pay", "pay.csv", f"{HEADER}\n{payment('1')}\n")
    (path.parent / "2026-05").mkdir()
    (path.parent / "2026-05" / "more.csv").write_text(f"{HEADER}\n{payment('2')}\n", encoding="utf-8")
    (path.parent / "dead.csv").symlink_to(path.parent / "nowhere.csv")
    report = house.ingest()
    said = [(problem.code, problem.place.path) for problem in report.problems]
    assert said == [("I006", "drop/pay/2026-05"), ("I006", "drop/pay/dead.csv")]
    assert [one.status for one in report.files] == ["loaded"]


@pytest.mark.parametrize(
    "line",
    ["received_on: 9999-12-31", "received_on: 2026-03-01 10:00:00", "period: {from: 0001-01-01, to: 2026-02-01}",
     "region: '340102199001010011'", "region: ３４", "rows: 1e3"],
)  # fmt: skip
def test_papers_that_cannot_be_right_are_refused_in_their_line(house: House, line: str) -> None:
    house.contract("pay")
    house.drop("pay", "pay.csv", f"{HEADER}\n{payment('1')}\n", f"sender: x\n{line}\n")
    report = house.ingest()
    assert [one.status for one in report.files] == ["refused"]
    assert ("I003", 2) in [(problem.code, problem.place.line) for problem in report.problems]
    assert "340102199001010011" not in str(report.problems)


def test_rows_set_aside_of_a_correction_are_told_how_they_come_back(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "pay.csv", f"{HEADER}\n{payment('1')}\n", "received_on: 2026-02-10\n")
    wrong = f"{HEADER}\n{payment('1', amount='nothing')}\n"
    house.drop("pay", "wrong.csv", wrong, "received_on: 2026-02-11\nmode: correction\n")
    house.ingest()
    house.drop("pay", "mended.csv", f"{HEADER}\n{payment('1')}\n", "received_on: 2026-02-12\nresubmits: 2\n")
    [refused] = [problem for problem in house.ingest().problems if problem.code == "I071"]
    assert "is a correction" in refused.message and "'wrong.csv'" in refused.help
