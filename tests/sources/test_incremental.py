"""Increments by a cursor column: late rows, changed rows, ties, missing cursors, and a process killed in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest

from clew.contracts.catalogue import read_catalogue
from clew.ingest.land.mode import Mode
from clew.ingest.release.decision import Decision, decide
from clew.problems import Problems
from clew.warehouse import open_warehouse
from tests.sources.office import TODAY, Office, codes, server
from tests.sources.servers import Postgres

COLUMNS = """
- {name: payment_id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
- {name: amount, logicalType: number}
- {name: entered_at, logicalType: timestamp}
"""
WORDS: dict[str, object] = {"fetch": "incremental", "user": "owner", "tls": "none", "table": "pay",
                            "cursorColumn": "entered_at", "overlap": "2d"}  # fmt: skip


def contract(office: Office, port: int, **words: object) -> None:
    keys: dict[str, object] = {"host": "127.0.0.1", "port": port, "database": "postgres", "schema": "public"}
    left = {name: value for name, value in {**WORDS, **words}.items() if value is not None}
    office.contract("pay", COLUMNS, server("pg", "postgresql", keys, left), event="entered_at")


@pytest.fixture(autouse=True)
def pay(postgres: Postgres) -> Iterator[None]:
    postgres.run("create table pay (payment_id int, amount numeric(18, 2), entered_at timestamp)",
                 "insert into pay select g, g, timestamp '2026-06-01' + g * interval '1 hour'"
                 " from generate_series(1, 100) g")  # fmt: skip
    yield
    postgres.run("drop table pay")


def add(postgres: Postgres, payment_id: int, entered_at: str | None, amount: int = 1) -> None:
    moment = f"timestamp '{entered_at}'" if entered_at else "null"
    postgres.run(f"insert into pay values ({payment_id}, {amount}, {moment})")


def keys(postgres: Postgres) -> list[int]:
    return [int(str(row[0])) for row in postgres.ask("select payment_id from pay order by 1")]


def held(office: Office) -> list[tuple[Any, ...]]:
    """Rows that count today, by key."""
    return office.rows("""select payment_id, amount::integer from data.pay p
        where _batch in (select batch from clew.delivery where status = 'loaded' and superseded_by is null
            and mode is distinct from 'deletion')
            and (_batch, _row) not in (select (batch, row) from clew.withdrawn) order by all""")


def test_late_rows_come_in_and_no_row_comes_twice(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    first = office.fetch()
    assert (first.files, first.rows, codes(first)) == (("pg-000001.parquet",), 100, [])
    office.ingest()
    add(postgres, 101, "2026-06-05 05:00:00")
    add(postgres, 102, "2026-06-04 00:30:00")  # entered late, inside the overlap
    add(postgres, 103, "2026-06-05 04:00:00")  # a tie with the last cursor
    second = office.fetch(today=date(2026, 7, 1))
    assert (second.files, second.rows, second.known) == (("pg-000002.parquet",), 3, 49)
    (_, loaded) = office.ingest().files
    assert (loaded.rows_loaded, loaded.rows_quarantined) == (3, 0)
    assert office.fetch(today=date(2026, 7, 2)).status == "nothing new"
    assert [key for key, _ in held(office)] == list(range(1, 104))
    assert office.rows("select source, cursor from clew.delivery order by batch") == [
        ("pg/public.pay", "2026-06-05 04:00:00"), ("pg/public.pay", "2026-06-05 05:00:00"),
    ]  # fmt: skip


def test_a_changed_row_is_a_correction(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    office.fetch()
    office.ingest()
    postgres.run("update pay set amount = 7000, entered_at = '2026-06-20' where payment_id = 7")
    add(postgres, 101, "2026-06-20")
    fetched = office.fetch(today=date(2026, 7, 1))
    assert fetched.files == ("pg-000002-changed.parquet", "pg-000002.parquet")
    report = office.ingest(date(2026, 7, 1))
    assert [file.rows_quarantined for file in report.files] == [0, 0, 0]
    assert held(office) == sorted([*((g, g) for g in range(1, 101) if g != 7), (7, 7000), (101, 1)])


def test_a_row_mended_at_its_source_leaves_quarantine_behind(postgres: Postgres, office: Office) -> None:
    """Its key was never loaded, so it is a new row and no correction."""
    add(postgres, 101, "2026-06-05 05:00:00", amount=1)
    postgres.run(
        "alter table pay alter amount type text using case when payment_id = 101 then '一' else amount::text end"
    )
    contract(office, postgres.port)
    office.fetch()
    assert office.ingest().rows_quarantined == 1
    postgres.run("update pay set amount = '8' where payment_id = 101")
    assert office.fetch().files == ("pg-000002.parquet",)
    office.ingest()
    assert held(office)[-1] == (101, 8)


def test_a_released_row_that_changes_at_its_source_is_a_correction(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    path = office.settings.project / "data_contracts" / "pay.odcs.yaml"
    most = "{name: amount, logicalType: number, logicalTypeOptions: {maximum: 500}}"
    path.write_text(path.read_text("utf-8").replace("{name: amount, logicalType: number}", most), encoding="utf-8")
    add(postgres, 101, "2026-06-05 05:00:00", amount=501)
    add(postgres, 102, "2026-06-05 05:00:00", amount=502)
    office.fetch()
    assert office.ingest().rows_quarantined == 2
    with closing(open_warehouse(office.settings)) as con:
        contracts = dict(read_catalogue(path.parent, Problems()).contracts)
        decision = Decision(Mode.RELEASE, 1, (101,), "李科长", TODAY, "已核实")
        assert decide(con, office.settings, contracts, decision)[0].rows == 1
    postgres.run("update pay set amount = amount - 300, entered_at = '2026-06-20' where payment_id > 100")
    assert office.fetch(today=date(2026, 7, 1)).files == ("pg-000002-changed.parquet", "pg-000002.parquet")
    assert office.ingest(date(2026, 7, 1)).rows_quarantined == 0
    assert held(office)[-2:] == [(101, 201), (102, 202)]


def test_a_deleted_row_that_changes_at_its_source_is_new_again(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    office.fetch()
    office.ingest()
    folder = office.settings.drop_dir / "pay"
    (folder / "gone.csv").write_text("payment_id\n7\n8\n", encoding="utf-8")
    (folder / "gone.csv.yml").write_text("received_on: 2026-06-30\nmode: deletion\n", encoding="utf-8")
    office.ingest()
    assert len(held(office)) == 98
    postgres.run("update pay set amount = 7000, entered_at = '2026-06-20' where payment_id = 7")
    assert office.fetch(today=date(2026, 7, 1)).files == ("pg-000002.parquet",)
    assert office.ingest(date(2026, 7, 1)).rows_quarantined == 0
    assert (7, 7000) in held(office) and len(held(office)) == 99


def test_what_was_not_ingested_is_fetched_again_under_its_name(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    office.fetch()
    assert office.fetch().status == "unchanged"
    add(postgres, 101, "2026-06-05 05:00:00")
    again = office.fetch()
    assert (again.files, again.rows) == (("pg-000001.parquet",), 101)
    office.ingest()
    assert len(held(office)) == 101


def test_rows_without_a_cursor_are_said(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    add(postgres, 101, None)
    fetched = office.fetch()
    assert (fetched.rows, fetched.undated, codes(fetched)) == (100, 1, ["N018"])
    assert "1 rows" in fetched.problems[0].message


def test_a_cursor_in_the_far_future_does_not_end_the_fetching(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    add(postgres, 101, "2099-01-01")
    office.fetch(today=date(2026, 6, 5))
    office.ingest()
    add(postgres, 102, "2026-06-07")
    later = office.fetch(today=date(2026, 6, 8))
    assert (later.rows, later.known) == (1, 30)  # 29 of the last two days, and the one of 2099
    office.ingest()
    assert [key for key, _ in held(office)] == list(range(1, 103))


def test_without_a_primary_key_equal_rows_are_counted(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    path = office.settings.project / "data_contracts" / "pay.odcs.yaml"
    text = path.read_text("utf-8").replace(", primaryKey: true, primaryKeyPosition: 1", "")
    path.write_text(text, encoding="utf-8")
    office.fetch()
    office.ingest()
    add(postgres, 100, "2026-06-05 04:00:00", amount=100)
    fetched = office.fetch()
    assert (fetched.rows, fetched.known) == (1, 49)
    office.ingest()
    assert [key for key, _ in held(office)].count(100) == 2


@pytest.mark.parametrize("certifies", [None, "{from: 2026-01-01, to: 2026-06-05}"])
def test_from_whole_to_increments_and_back(postgres: Postgres, office: Office, certifies: str | None) -> None:
    """A whole reading stays, with what it certifies, and increments add to it; the next one takes the place of all."""
    whole: dict[str, object] = {"fetch": "full", "cursorColumn": None, "overlap": None, "certifies": certifies}
    for month in (6, 7):
        add(postgres, 100 + month, f"2026-0{month}-05 05:00:00")
        contract(office, postgres.port, **whole)
        assert office.fetch(today=date(2026, month, 10)).rows == len(keys(postgres))
        assert office.ingest(date(2026, month, 10)).rows_quarantined == 0
        assert [key for key, _ in held(office)] == keys(postgres)
        contract(office, postgres.port)
        assert office.fetch(today=date(2026, month, 11)).status == "nothing new"
        add(postgres, 200 + month, f"2026-0{month}-05 06:00:00")
        fetched = office.fetch(today=date(2026, month, 11))
        assert (fetched.rows, fetched.known <= 50) == (1, True), "it begins where the whole reading ended"
        office.ingest(date(2026, month, 11))
        postgres.run(
            f"update pay set amount = 9, entered_at = entered_at + interval '1 hour' where payment_id = {200 + month}"
        )
        assert office.fetch(today=date(2026, month, 12)).rows == 1
        office.ingest(date(2026, month, 12))
        assert [key for key, _ in held(office)] == keys(postgres)
        assert dict(held(office))[200 + month] == 9
        assert office.rows("select file from clew.delivery where complete and superseded_by is null") == (
            [("pg.parquet",)] if certifies else []
        )


def test_a_correction_taken_back_at_its_source_is_taken_back(postgres: Postgres, office: Office) -> None:
    """The row reads as it did before, and its cursor was left alone; from the third change on so does the file."""
    contract(office, postgres.port)
    office.fetch()
    office.ingest()
    for day, amount in ((1, 7000), (2, 100), (3, 7000), (4, 100)):
        postgres.run(f"update pay set amount = {amount} where payment_id = 100")
        assert office.fetch(today=date(2026, 7, day)).rows == 1
        office.ingest(date(2026, 7, day))
        assert dict(held(office))[100] == amount


def test_a_register_is_never_fetched_in_part(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    path = office.settings.project / "data_contracts" / "pay.odcs.yaml"
    text = path.read_text("utf-8").replace("value: event}", "value: register}").replace(
        "  - {property: eventColumn, value: entered_at}\n", "")  # fmt: skip
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match="N005 a register is fetched in full"):
        office.sources()


def test_what_was_refused_beside_a_loaded_half_is_fetched_again(postgres: Postgres, office: Office) -> None:
    contract(office, postgres.port)
    path = office.settings.project / "data_contracts" / "pay.odcs.yaml"
    strict = "{name: amount, logicalType: number, quality: [{metric: nullValues, mustBe: 0, severity: critical}]}"
    path.write_text(path.read_text("utf-8").replace("{name: amount, logicalType: number}", strict), encoding="utf-8")
    office.fetch()
    office.ingest()
    postgres.run("update pay set amount = null, entered_at = '2026-06-20' where payment_id = 7")
    add(postgres, 101, "2026-06-28")
    office.fetch(today=date(2026, 7, 1))
    assert [file.status for file in office.ingest(date(2026, 7, 1)).files] == ["unchanged", "loaded", "refused"]
    postgres.run("update pay set amount = 7000 where payment_id = 7")  # mended there, and its cursor left alone
    fetched = office.fetch(today=date(2026, 7, 2))
    assert fetched.files == ("pg-000003-changed.parquet",)
    report = office.ingest(date(2026, 7, 2))
    assert [file.status for file in report.files] == ["unchanged", "unchanged", "loaded"]
    assert held(office) == sorted([*((g, g) for g in range(1, 101) if g != 7), (7, 7000), (101, 1)])
    assert office.fetch(today=date(2026, 7, 3)).status == "nothing new"
