"""The same bytes with another sidecar: certificates are taken back, added and mended; nothing is lost or doubled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clew.engine import Coverage
from clew.ingest.coverage.certified import read_coverage
from tests.ingest.house import HEADER, PERSON, House, lines, payment

JANUARY = (date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = (date(2026, 2, 1), date(2026, 3, 1))
CONTENT = lines(payment("P1"), payment("P2", amount="x"), payment("P3"), payment("P4"))
EMPTY = HEADER + "\n"
NONE = "rows: 0\n"


def paper(
    received: str = "2026-03-01",
    period: tuple[date, date] = JANUARY,
    *,
    complete: bool = True,
    region: str = "",
    extra: str = "",
) -> str:
    """A sidecar."""
    return (
        f"received_on: {received}\nperiod: {{from: {period[0]}, to: {period[1]}}}\n"
        f"complete: {str(complete).lower()}\nregion: '{region}'\n{extra}"
    )


def statuses(house: House) -> dict[str, str]:
    """Take what waits; what became of each file. A further run must change nothing at all."""
    report = house.ingest()
    assert all(file.rows_read == file.rows_loaded + file.rows_quarantined for file in report.files)
    before = everything(house)
    assert {file.status for file in house.ingest().files} <= {"unchanged", "refused"}
    assert everything(house) == before, "a second run changes nothing"
    return {file.file: file.status for file in report.files}


def everything(house: House) -> list[list[tuple[object, ...]]]:
    """All that ingest has written."""
    tables = ("clew.delivery", "clew.coverage", "clew.quarantine", "clew.validation", "data.pay")
    return [house.rows(f"select * from {table} order by all") for table in tables]


def visible(house: House, as_of: str) -> list[int]:
    """Batches that a screening as of a day sees."""
    found = house.rows(
        "select batch from clew.delivery where status = 'loaded' and received_on <= ?::date "
        "and (superseded_on is null or superseded_on > ?::date) order by 1",
        as_of,
        as_of,
    )
    return [batch for (batch,) in found]


def covered(house: House, as_of: date = date(2026, 6, 30)) -> list[tuple[str, date, date]]:
    """Region and interval of everything certified."""
    return [(one.region, one.start, one.end) for one in read_coverage(house.con, as_of)]


def test_a_certificate_is_taken_back_from_the_day_of_the_new_papers_on(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", CONTENT, paper("2026-03-01"))
    assert statuses(house) == {"a.csv": "loaded"}
    house.drop("pay", "a.csv", CONTENT, paper("2026-04-10", complete=False))
    (file,) = house.ingest().files
    assert (file.status, file.supersedes, file.certified) == ("loaded", (1,), False)
    assert (file.rows_read, file.rows_loaded, file.rows_quarantined) == (4, 3, 1), "no key of its own earlier self"
    assert covered(house) == []
    assert covered(house, date(2026, 4, 9)) == [("", *JANUARY)], "as of before, what was believed then"
    assert (visible(house, "2026-04-09"), visible(house, "2026-04-10")) == ([1], [2])
    assert statuses(house) == {"a.csv": "unchanged"}


def test_a_certificate_taken_back_under_the_first_date_never_counted(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", CONTENT, paper())
    house.ingest()
    house.drop("pay", "a.csv", CONTENT, paper(complete=False))
    assert statuses(house) == {"a.csv": "loaded"}
    assert covered(house, date(2026, 3, 1)) == covered(house) == []
    assert visible(house, "2026-03-01") == [2]


@pytest.mark.parametrize("first", ["", paper(complete=False), paper(extra="rows: 5\n"), paper(period=FEBRUARY)])
def test_a_certificate_that_comes_later_is_taken(house: House, first: str) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", CONTENT, first)
    statuses(house)
    house.drop("pay", "a.csv", CONTENT, paper(extra="rows: 4\n"))
    assert statuses(house) == {"a.csv": "loaded"}
    assert covered(house) == [("", *JANUARY)]
    assert len(visible(house, "2026-06-30")) == 1


def test_papers_that_are_removed_certify_nothing_any_more(house: House) -> None:
    house.contract("pay")
    path = house.drop("pay", "a.csv", CONTENT, paper())
    house.ingest()
    path.with_name("a.csv.yml").unlink()
    assert statuses(house) == {"a.csv": "loaded"}
    assert (covered(house), covered(house, date(2026, 6, 29))) == ([], [("", *JANUARY)])


def test_who_sent_it_is_no_new_statement(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", CONTENT, paper())
    house.ingest()
    house.drop("pay", "a.csv", CONTENT, paper("2026-05-05", extra="sender: 另一单位\nletter: 二号\n"))
    assert statuses(house) == {"a.csv": "unchanged"}


def test_a_statement_with_mistakes_is_refused_and_the_earlier_one_stands(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", CONTENT, paper())
    house.ingest()
    house.drop("pay", "a.csv", CONTENT, paper().replace("complete: true", "complete: maybe"))
    assert statuses(house) == {"a.csv": "refused"}
    assert covered(house) == [("", *JANUARY)]


@pytest.mark.parametrize("kind", ["event", "register"])
def test_equal_files_for_two_regions_are_two_deliveries(house: House, kind: str) -> None:
    house.contract("pay", kind=kind)
    house.drop("pay", "a.csv", EMPTY, paper(region="3401", extra=NONE))
    house.drop("pay", "b.csv", EMPTY, paper(region="3402", extra=NONE))
    assert statuses(house) == {"a.csv": "loaded", "b.csv": "loaded"}
    assert covered(house) == [("3401", *JANUARY), ("3402", *JANUARY)]


def test_equal_files_for_two_months_are_two_deliveries(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", EMPTY, paper(period=JANUARY, extra=NONE))
    house.drop("pay", "b.csv", EMPTY, paper(period=FEBRUARY, extra=NONE))
    assert statuses(house) == {"a.csv": "loaded", "b.csv": "loaded"}
    assert read_coverage(house.con, date(2026, 6, 30)) == (Coverage("pay", "", JANUARY[0], FEBRUARY[1]),)


@pytest.mark.parametrize(("january", "february"), [("2026-03-01", "2026-03-02"), ("2026-03-02", "2026-03-01")])
def test_papers_of_equal_files_may_come_after_the_files(house: House, january: str, february: str) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", EMPTY)
    house.drop("pay", "b.csv", EMPTY)
    assert statuses(house) == {"a.csv": "loaded", "b.csv": "unchanged"}
    house.drop("pay", "a.csv", EMPTY, paper(january, JANUARY, extra=NONE))
    house.drop("pay", "b.csv", EMPTY, paper(february, FEBRUARY, extra=NONE))
    assert statuses(house) == {"a.csv": "loaded", "b.csv": "loaded"}
    assert covered(house) == [("", JANUARY[0], FEBRUARY[1])]


def test_a_copy_without_papers_says_nothing_and_doubles_nothing(house: House) -> None:
    house.contract("pay", PERSON.replace(", primaryKey: true, primaryKeyPosition: 1", ""))
    house.drop("pay", "a.csv", CONTENT, paper())
    house.ingest()
    house.drop("pay", "copy.csv", CONTENT)
    house.drop("pay", "again.csv", CONTENT, paper())
    assert set(statuses(house).values()) == {"unchanged"}


@pytest.mark.parametrize("first", ["", paper(complete=True)])
def test_papers_beside_a_copy_correct_what_was_said_of_the_first(house: House, first: str) -> None:
    house.contract("pay", PERSON.replace(", primaryKey: true, primaryKeyPosition: 1", ""))
    house.drop("pay", "a.csv", CONTENT, first)
    house.ingest()
    house.drop("pay", "copy.csv", CONTENT, paper("2026-06-30", complete=not first))
    assert statuses(house) == {"a.csv": "unchanged", "copy.csv": "loaded"}
    assert visible(house, "2026-06-30") == [2], "the rows are there once"
    assert covered(house) == ([] if first else [("", *JANUARY)])


def test_older_papers_beside_a_copy_bring_no_certificate_back(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", CONTENT, paper("2026-04-01", complete=False))
    house.ingest()
    house.drop("pay", "copy.csv", CONTENT, paper("2026-03-01", complete=True))
    assert statuses(house) == {"a.csv": "unchanged", "copy.csv": "unchanged"}
    assert covered(house) == []


def test_a_replaced_file_whose_papers_are_corrected_stays_replaced(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", CONTENT, paper("2026-03-01"))
    house.ingest()
    house.drop("pay", "b.csv", lines(payment("P1", amount="7")), paper("2026-04-01", extra="replaces: a.csv\n"))
    house.ingest()
    house.drop("pay", "a.csv", CONTENT, paper("2026-03-15", complete=False))
    assert statuses(house) == {"a.csv": "loaded", "b.csv": "unchanged"}
    assert [visible(house, day) for day in ("2026-03-14", "2026-03-15", "2026-04-01")] == [[1], [3], [2]]
    assert house.rows("select rows_loaded from clew.delivery where batch = 3") == [(3,)]
    assert covered(house, date(2026, 3, 20)) == []
    house.drop("pay", "a.csv", CONTENT, paper("2026-05-01"))
    report = house.ingest()
    assert [file.status for file in report.files] == ["unchanged", "unchanged"]
    assert [problem.code for problem in report.problems] == ["I028"], "said, not silently passed over"
    assert visible(house, "2026-06-30") == [2]


def test_an_older_list_of_a_register_whose_papers_are_corrected_is_visible_once(house: House) -> None:
    house.contract("pay", kind="register")
    house.drop("pay", "may.csv", CONTENT, paper("2026-05-01", region="3401"))
    house.drop("pay", "june.csv", lines(payment("P9")), paper("2026-06-01", region="3401"))
    house.ingest()
    house.drop("pay", "may.csv", CONTENT, paper("2026-05-01", region="3401", complete=False))
    assert statuses(house) == {"may.csv": "loaded", "june.csv": "unchanged"}
    assert [visible(house, day) for day in ("2026-05-20", "2026-06-01")] == [[3], [2]]
    assert covered(house, date(2026, 5, 20)) == []
    house.drop("pay", "may.csv", CONTENT, paper("2026-05-01", region="3402"))
    assert statuses(house) == {"may.csv": "loaded", "june.csv": "unchanged"}
    assert [visible(house, day) for day in ("2026-05-20", "2026-06-01")] == [[4], [2, 4]], "of another region after all"
    assert house.rows("select amount from data.pay where _batch = 4 and payment_id = 'P1'") == [(Decimal("100.00"),)]
