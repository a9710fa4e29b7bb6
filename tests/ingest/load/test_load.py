"""From a dropped file to typed rows, quarantine with reasons, repairs counted, coverage and supersession."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

import pytest

from clew.engine import Coverage
from clew.ingest.coverage.certified import merged, read_coverage, watermark
from clew.ingest.load import table
from clew.ingest.report.data_docs import write_validation_docs
from clew.ingest.validate import table_checks
from tests.ingest.house import HEADER, ID, House, lines, payment

SIDECAR = "received_on: 2026-02-01\nperiod: {from: 2026-01-01, to: 2026-02-01}\ncomplete: true\n"


def received(day: str) -> str:
    """The sidecar with another day of receipt."""
    return SIDECAR.replace("received_on: 2026-02-01", f"received_on: {day}")


def test_good_rows_are_typed_and_know_where_they_came_from(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1"), payment("P2", amount="1000")))
    (file,) = house.ingest().files
    assert (file.status, file.rows_read, file.rows_loaded, file.rows_quarantined) == ("loaded", 2, 2, 0)
    assert house.rows("select payment_id, paid_on, amount, kind, _batch, _file, _row from data.pay order by _row") == [
        ("P1", date(2026, 1, 5), Decimal("100.00"), "pension", 1, "a.csv", 1),
        ("P2", date(2026, 1, 5), Decimal("1000.00"), "pension", 1, "a.csv", 2),
    ]


def test_declared_repairs_are_made_and_counted(house: House) -> None:
    house.contract("pay")
    house.drop(
        "pay",
        "a.csv",
        lines(
            payment(
                "P1", person_id="１１０１０１１９９００１０１１２３７", name="\u3000张 三 ", paid_on="2026年1月5日"
            ),
            payment("P2", person_id="110101900101123", paid_on="20260105", amount='"1,234.50"'),
            payment("P3", person_id=" 11010119900101 1237", name="Ana  Maria", paid_on="46027", amount="￥12元"),
            payment("P4", paid_on="2026/1/5 00:00:00"),
        ),
    )
    (file,) = house.ingest().files
    assert file.rows_quarantined == 0
    assert house.rows("select distinct person_id, paid_on from data.pay") == [(ID, date(2026, 1, 5))]
    assert house.rows("select name, amount from data.pay order by _row") == [
        ("张三", Decimal("100.00")),
        ("张三", Decimal("1234.50")),
        ("Ana Maria", Decimal("12.00")),
        ("张三", Decimal("100.00")),
    ]
    assert file.repairs == {
        "amount.number": 2,
        "kind.values": 4,
        "name.halfwidth": 1,
        "name.spaces": 2,
        "name.trim": 1,
        "paid_on.date": 4,
        "person_id.halfwidth": 1,
        "person_id.id18": 1,
        "person_id.spaces": 1,
        "person_id.trim": 1,
    }
    assert dict(house.rows("select column_name || '.' || repair, rows from clew.repair")) == dict(file.repairs)


def test_nothing_is_repaired_that_the_contract_does_not_declare(house: House) -> None:
    house.contract("plain", "  - {name: code, logicalType: string}\n  - {name: n, logicalType: integer}")
    house.drop("plain", "a.csv", "code,n\n ａ b ,1\nx, 2\n")
    (file,) = house.ingest().files
    assert house.rows("select code from data.plain order by _row") == [(" ａ b ",)]
    assert (file.rows_quarantined, file.repairs) == (1, {})


@pytest.mark.parametrize(
    ("logical", "text"),
    [
        ("integer", "12.7"),
        ("integer", "1_000"),
        ("integer", "0x1F"),
        ("integer", "1e3"),
        ("integer", "9" * 19),
        ("number", "12.345"),
        ("number", "1.1E+17"),
        ("number", "1e3"),
        ("number", "."),
        ("number", "1_000"),
        ("date", "infinity"),
        ("date", "2026-02-30"),
        ("date", "20260105"),
        ("date", "12026-01-5"),
        ("date", "2026-01-5 "),
        ("date", " 026-01-05"),
        ("date", "-026-01-05"),
        ("timestamp", "infinity"),
        ("timestamp", "2026-01-05 25:00:00"),
        ("boolean", "maybe"),
    ],
)
def test_a_text_that_is_not_exactly_a_value_is_set_aside_never_rounded(house: House, logical: str, text: str) -> None:
    house.contract("typed", f"  - {{name: k, logicalType: string}}\n  - {{name: v, logicalType: {logical}}}")
    house.drop("typed", "a.csv", f"k,v\nx,{text}\n")
    (file,) = house.ingest().files
    assert (file.rows_loaded, file.rows_quarantined) == (0, 1)
    ((reasons, record),) = house.rows("select reasons, record from clew.quarantine")
    assert reasons[0].startswith("v.type: ")
    assert json.loads(record) == {"k": "x", "v": text}


@pytest.mark.parametrize(
    ("logical", "text", "value"),
    [
        ("integer", "+12", 12),
        ("integer", "012", 12),
        ("integer", "12.0", 12),
        ("number", "12.3400", Decimal("12.34")),
        ("number", ".5", Decimal("0.50")),
        ("number", "-3", Decimal("-3.00")),
        ("boolean", "是", True),
        ("boolean", "0", False),
        ("date", "2026-01-05", date(2026, 1, 5)),
    ],
)
def test_other_ways_to_write_the_same_value_are_read(house: House, logical: str, text: str, value: object) -> None:
    house.contract("typed", f"  - {{name: k, logicalType: string}}\n  - {{name: v, logicalType: {logical}}}")
    house.drop("typed", "a.csv", f"k,v\nx,{text}\n")
    house.ingest()
    assert house.rows("select v from data.typed") == [(value,)]


def test_a_bad_row_is_kept_with_every_reason(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1"), payment("P2", person_id=ID[:-1] + "0", amount="-3", kind="?")))
    house.ingest()
    ((batch, row, reasons, record),) = house.rows("select batch, row, reasons, record from clew.quarantine")
    assert (batch, row) == (1, 2)
    assert [reason.partition(": ")[0] for reason in reasons] == ["person_id.identity", "kind.enum", "amount.range"]
    assert json.loads(record)["payment_id"] == "P2"


def test_of_exact_copies_the_first_stays_and_rows_that_disagree_all_go(house: House) -> None:
    house.contract("pay")
    house.drop(
        "pay", "a.csv", lines(payment("P1"), payment("P1"), payment("P2"), payment("P2", amount="7"), payment("P3"))
    )
    house.ingest()
    assert house.rows("select payment_id, _row from data.pay order by _row") == [("P1", 1), ("P3", 5)]
    assert house.rows("select row from clew.quarantine order by row") == [(2,), (3,), (4,)]


def test_a_key_of_an_earlier_delivery_does_not_enter_twice(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1")))
    house.drop("pay", "b.csv", lines(payment("P1"), payment("P2")))
    house.ingest()
    assert house.rows("select payment_id, _file from data.pay order by 1") == [("P1", "a.csv"), ("P2", "b.csv")]


def test_the_same_bytes_twice_change_nothing(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1"), payment("P2")))
    house.ingest()
    before = house.rows("select * from data.pay") + house.rows("select * from clew.delivery")
    house.drop("pay", "copy.csv", lines(payment("P1"), payment("P2")))
    assert [file.status for file in house.ingest().files] == ["unchanged", "unchanged"]
    assert house.rows("select * from data.pay") + house.rows("select * from clew.delivery") == before


def seen_keys(house: House) -> set[str]:
    """Keys of the rows in force."""
    valid = "_batch in (select batch from clew.delivery where status = 'loaded' and superseded_by is null)"
    return {key for (key,) in house.rows(f"select payment_id from data.pay where {valid}")}


def test_a_copy_that_lies_there_without_papers_does_not_come_back_when_the_list_is_replaced(house: House) -> None:
    house.contract("pay", kind="register")
    house.today = date(2026, 5, 1)
    house.drop("pay", "a.csv", lines(payment("P1"), payment("P2")))
    house.drop("pay", "copy.csv", lines(payment("P1"), payment("P2")))
    house.ingest()
    for day, statuses in ((1, ["loaded", "unchanged", "unchanged"]), (2, ["unchanged"] * 3)):
        house.today = date(2026, 6, day)
        house.drop("pay", "b.csv", lines(payment("P1")))
        assert sorted(file.status for file in house.ingest().files) == statuses
        assert seen_keys(house) == {"P1"}
    house.today = date(2026, 7, 1)
    house.drop("pay", "c.csv", lines(payment("P1"), payment("P2")))
    for statuses, codes in ((["loaded", *["unchanged"] * 3], ["I062"]), (["unchanged"] * 4, [])):
        report = house.ingest()
        assert sorted(file.status for file in report.files) == statuses
        assert [problem.code for problem in report.problems] == codes
        assert seen_keys(house) == {"P1", "P2"}, "received after the list that took its place: it went back"
    assert house.rows("select file, received_on from clew.delivery where superseded_by is null") == [
        ("c.csv", date(2026, 7, 1))
    ]


def test_one_file_without_papers_that_is_written_again_each_time_is_of_its_own_day(house: House) -> None:
    """The copy of what is newest, beside the lists themselves; and the same with no other file there."""
    house.contract("pay", kind="register")
    keys = [("P1", "P2"), ("P1",), ("P1", "P2"), ("P1",), ("P1", "P2")]
    for month, held in enumerate(keys, start=1):
        for day in (1, 2):
            house.today = date(2026, month, day)
            if month < 4:
                house.drop("pay", f"{month}.csv", lines(*map(payment, held)))
            house.drop("pay", "newest.csv", lines(*map(payment, held)))
            house.ingest()
            assert seen_keys(house) == set(held), (month, day)
    loaded = house.rows("select file, received_on from clew.delivery where status = 'loaded' order by batch")
    assert loaded == [
        *((f"{month}.csv", date(2026, month, 1)) for month in (1, 2, 3)),
        *(("newest.csv", date(2026, month, 1)) for month in (4, 5)),
    ]


def test_a_copy_without_papers_of_a_list_that_had_papers_is_said_and_changes_nothing(house: House) -> None:
    house.contract("pay", kind="register")
    house.drop("pay", "a.csv", lines(payment("P1")), "received_on: 2026-05-01\nregion: '3401'\n")
    house.drop("pay", "b.csv", lines(payment("P2")), "received_on: 2026-06-01\nregion: '3401'\n")
    house.ingest()
    house.drop("pay", "c.csv", lines(payment("P1")))
    report = house.ingest()
    assert {file.status for file in report.files} == {"unchanged"}
    assert [problem.code for problem in report.problems] == ["I029"]
    assert seen_keys(house) == {"P2"}
    house.drop("pay", "c.csv", lines(payment("P1")), "received_on: 2026-06-30\nregion: '3401'\n")
    assert [file.status for file in house.ingest().files if file.file == "c.csv"] == ["loaded"]
    assert seen_keys(house) == {"P1"}


def test_a_list_fetched_again_because_its_time_changed_takes_no_newer_list_out(house: House) -> None:
    house.contract("pay", kind="register")
    from_there = "source: sftp\ncursor: '{}'\n"
    house.drop("pay", "may.csv", lines(payment("P1")), "received_on: 2026-05-01\n" + from_there.format("1@1"))
    house.drop("pay", "june.csv", lines(payment("P2")), "received_on: 2026-06-01\n" + from_there.format("1@2"))
    house.ingest()
    house.drop("pay", "may.csv", lines(payment("P1")), "received_on: 2026-06-20\n" + from_there.format("1@3"))
    report = house.ingest()
    assert {file.status for file in report.files} == {"unchanged"}
    assert [problem.code for problem in report.problems] == ["I029"]
    assert seen_keys(house) == {"P2"}


def test_lists_of_a_city_and_of_its_counties_stand_beside_each_other_and_that_is_said(house: House) -> None:
    house.contract("pay", kind="register")
    house.drop("pay", "a.csv", lines(payment("P1")), "received_on: 2026-05-01\nregion: '340102'\n")
    house.drop("pay", "b.csv", lines(payment("P2")), "received_on: 2026-05-01\nregion: '340103'\n")
    assert not house.ingest().problems
    house.drop("pay", "c.csv", lines(payment("P3")), "received_on: 2026-06-01\nregion: '3401'\nreplaces: a.csv\n")
    (problem,) = house.ingest().problems
    assert problem.code == "I063" and "'b.csv' of region 340103 stands beside" in problem.message
    assert seen_keys(house) == {"P2", "P3"}
    house.drop("pay", "d.csv", lines(payment("P4")), "received_on: 2026-06-02\nreplaces: [b.csv, c.csv]\n")
    assert not house.ingest().problems
    assert seen_keys(house) == {"P4"}


def test_rows_to_add_that_were_replaced_are_added_again_only_where_the_papers_say_so(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1")), "received_on: 2026-05-01\n")
    house.drop("pay", "b.csv", lines(payment("P2")), "received_on: 2026-06-01\nreplaces: a.csv\n")
    house.ingest()
    house.drop("pay", "c.csv", lines(payment("P1")), "received_on: 2026-06-20\n")
    report = house.ingest()
    assert {file.status for file in report.files} == {"unchanged"}
    assert [problem.code for problem in report.problems] == ["I029"]
    house.drop("pay", "c.csv", lines(payment("P1")), "received_on: 2026-06-20\nreplaces: b.csv\n")
    assert [file.status for file in house.ingest().files if file.file == "c.csv"] == ["loaded"]
    assert seen_keys(house) == {"P1"}
    assert {file.status for file in house.ingest().files} == {"unchanged"}


def test_a_corrected_file_supersedes_the_earlier_one_from_the_day_it_came(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1", amount="1")), SIDECAR)
    house.ingest()
    house.drop("pay", "a.csv", lines(payment("P1", amount="2")), received("2026-03-10"))
    (file,) = house.ingest().files
    assert (file.status, file.supersedes) == ("loaded", (1,))
    assert house.rows("select batch, superseded_by, superseded_on, supersedes from clew.delivery order by 1") == [
        (1, 2, date(2026, 3, 10), None),
        (2, None, None, 1),
    ]
    assert house.rows("select amount from data.pay order by _batch") == [(Decimal("1.00"),), (Decimal("2.00"),)]
    house.drop("pay", "a.csv", lines(payment("P1", amount="1")), received("2026-04-10"))
    assert [file.status for file in house.ingest().files] == ["loaded"], "it went back to what it was: a new delivery"


def test_a_sidecar_names_the_file_it_replaces_and_the_replaced_one_stays_out(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1", amount="1")))
    house.ingest()
    house.drop("pay", "b.csv", lines(payment("P1", amount="2")), "replaces: a.csv\n")
    assert [(file.file, file.status) for file in house.ingest().files] == [("a.csv", "unchanged"), ("b.csv", "loaded")]
    assert house.rows("select superseded_by from clew.delivery where batch = 1") == [(2,)]
    assert {file.status for file in house.ingest().files} == {"unchanged"}


def test_a_register_replaces_the_list_of_its_region_and_an_older_list_replaces_nothing(house: House) -> None:
    house.contract("register", kind="register")
    house.drop("register", "2026-05.csv", lines(payment("P1")), "received_on: 2026-05-01\nregion: '3401'\n")
    house.drop("register", "other.csv", lines(payment("P9")), "received_on: 2026-05-02\nregion: '3402'\n")
    house.ingest()
    house.drop(
        "register", "2026-06.csv", lines(payment("P1"), payment("P2")), "received_on: 2026-06-01\nregion: '3401'\n"
    )
    house.drop("register", "2026-04.csv", lines(payment("P0")), "received_on: 2026-04-01\nregion: '3401'\n")
    house.ingest()
    found = dict(house.rows("select file, superseded_on from clew.delivery"))
    assert found == {
        "2026-04.csv": date(2026, 5, 1),
        "2026-05.csv": date(2026, 6, 1),
        "2026-06.csv": None,
        "other.csv": None,
    }


def test_coverage_is_certified_only_when_the_papers_and_the_rows_agree(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1")), SIDECAR + "rows: 1\nregion: '34'\n")
    house.drop("pay", "b.csv", lines(payment("P2")), SIDECAR + "rows: 2\n")
    house.drop("pay", "c.csv", lines(payment("P3", amount="x")), SIDECAR)
    house.drop("pay", "d.csv", lines(payment("P4")), SIDECAR.replace("complete: true", "complete: false"))
    report = house.ingest()
    assert [file.certified for file in report.files] == [True, False, False, False]
    assert [problem.code for problem in report.problems] == ["I021", "I021"]
    certified = (Coverage("pay", "34", date(2026, 1, 1), date(2026, 2, 1)),)
    assert read_coverage(house.con, date(2026, 2, 1)) == certified
    assert read_coverage(house.con, date(2026, 1, 31)) == ()
    assert watermark(certified, "pay") == date(2026, 2, 1)


def test_touching_intervals_become_one() -> None:
    days = [date(2026, month, 1) for month in range(1, 6)]
    assert merged(
        [
            Coverage("d", "", days[1], days[2]),
            Coverage("d", "", days[0], days[1]),
            Coverage("d", "", days[3], days[4]),
            Coverage("d", "34", days[0], days[4]),
        ]
    ) == [
        Coverage("d", "", days[0], days[2]),
        Coverage("d", "", days[3], days[4]),
        Coverage("d", "34", days[0], days[4]),
    ]


def test_a_stopping_check_loads_nothing_and_a_mended_file_is_taken(house: House) -> None:
    quality = """    quality:
      - {name: enough, type: library, metric: rowCount, mustBeGreaterThan: 1, severity: error,
         customProperties: [{property: action, value: stop}]}
"""
    house.contract("pay", quality=quality)
    house.drop("pay", "a.csv", lines(payment("P1")))
    report = house.ingest()
    assert [file.status for file in report.files] == ["refused"]
    assert report.problems[0].code == "I020"
    assert house.rows("select count(*) from data.pay") == [(0,)]
    assert house.rows("select status from clew.delivery") == [("refused",)]
    house.ingest()
    assert house.rows("select count(*) from clew.delivery") == [(1,)], "refused alike again: the ledger says it once"
    house.drop("pay", "a.csv", lines(payment("P1"), payment("P2")))
    assert [file.status for file in house.ingest().files] == ["loaded"]


def test_rows_that_refer_to_nothing_are_set_aside_and_an_unreceived_dataset_is_said(house: House) -> None:
    house.contract(
        "person", "  - {name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}", kind="register"
    )
    house.contract(
        "stay",
        "  - {name: stay, logicalType: string}\n"
        "  - {name: who, logicalType: string, relationships: [{type: foreignKey, to: person.id, "
        "customProperties: [{property: action, value: quarantine}]}]}",
    )
    house.drop("stay", "a.csv", "stay,who\ns1,A\ns2,B\ns3,\n")
    report = house.ingest()
    assert [problem.code for problem in report.problems] == ["I026"]
    assert report.files[0].rows_quarantined == 0
    house.drop("person", "p.csv", "id\nA\n")
    house.drop("stay", "b.csv", "stay,who\ns4,A\ns5,B\ns6,\n")
    house.ingest()
    assert house.rows("select row from clew.quarantine where batch = 3") == [(2,)]


def test_a_new_column_in_the_contract_widens_the_table_and_another_type_is_refused(house: House) -> None:
    house.contract("wide", "  - {name: a, logicalType: string}")
    house.drop("wide", "1.csv", "a\nx\n")
    house.ingest()
    house.contract("wide", "  - {name: a, logicalType: string}\n  - {name: b, logicalType: integer}")
    house.drop("wide", "2.csv", "a,b\ny,2\n")
    house.ingest()
    assert house.rows("select a, b from data.wide order by a") == [("x", None), ("y", 2)]
    house.contract("wide", "  - {name: a, logicalType: integer}\n  - {name: b, logicalType: integer}")
    house.drop("wide", "3.csv", "a,b\n3,2\n")
    report = house.ingest()
    assert [file.status for file in report.files][-1] == "refused"
    assert "I023" in {problem.code for problem in report.problems}


def test_what_was_measured_is_stored_and_becomes_pages_without_a_network(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1"), payment("P2", amount="-1")))
    (file,) = house.ingest().files
    assert file.measured is not None
    assert file.measured.checks["amount.range"].unexpected == 1
    assert file.measured.checks["amount.range"].samples == ["-1"]
    assert house.rows("select success from clew.validation") == [(False,)]
    index = write_validation_docs(house.con, house.settings, house.catalogue)
    assert index is not None
    assert "pay" in index.read_text(encoding="utf-8")


def test_a_header_in_the_contracts_own_words_is_matched_too(house: House) -> None:
    house.contract("pay")
    house.drop("pay", "a.csv", lines(payment("P1")).replace(HEADER, "person_id, 姓名 ,KIND,发放日期,金额,流水号"))
    assert house.ingest().rows_loaded == 1


@pytest.mark.parametrize("at_once", [2, 3, 1_000])
def test_a_key_that_repeats_is_found_however_many_hashes_are_sorted_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(table_checks, "SORTED_AT_ONCE", at_once)
    house.contract("pay")
    house.drop("pay", "a.csv", lines(*(payment(f"P{number}") for number in (*range(9), 4))))
    assert house.ingest().rows_quarantined == 1
    assert house.rows("select row from clew.quarantine") == [(10,)]


def test_texts_that_hardly_repeat_are_stored_as_they_are(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_LARGE", 0)
    names = ("key", "receipt", "note")
    house.contract("paper", "\n".join(f"  - {{name: {name}, logicalType: string}}" for name in names))
    house.drop("paper", "a.csv", "key,receipt,note\n" + "".join(f"{n},R{n},same\n" for n in range(50)))
    assert house.ingest().rows_loaded == 50
    ((made,),) = house.rows("select sql from duckdb_tables() where table_name = 'paper'")
    assert [name for name in names if re.search(f'\\b{name}"? VARCHAR USING COMPRESSION', made)] == ["key", "receipt"]


@pytest.mark.parametrize("kind", ["register", "event"])
def test_a_file_without_a_row_takes_the_place_of_rows_only_where_its_papers_say_so(house: House, kind: str) -> None:
    """An export that failed would take everybody off the list, and nobody would be told."""
    house.contract("pay", kind=kind)
    papers = "received_on: 2026-05-01\nregion: '3401'\n"
    house.drop("pay", "a.csv", lines(payment("P1")), papers)
    house.ingest()
    house.drop("pay", "a.csv", lines(), papers.replace("05-01", "06-01"))
    report = house.ingest()
    assert [(problem.code, report.refused) for problem in report.problems] == [("I065", 1)]
    assert "'a.csv' (delivery 1, 1 rows)" in report.problems[0].message
    assert seen_keys(house) == {"P1"}
    house.drop("pay", "a.csv", lines(), papers.replace("05-01", "06-01") + "rows: 0\n")
    assert not house.ingest().problems
    assert seen_keys(house) == set()
