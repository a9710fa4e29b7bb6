"""A real PostgreSQL: every value exact, one moment, only what was asked for, and no secret anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from clew.sources import database
from tests.sources.office import Office, codes, server
from tests.sources.servers import PASSWORD, Postgres

COLUMNS = """
- {name: payment_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
- {name: person_name, physicalName: 姓名, logicalType: string}
- {name: amount, logicalType: number, physicalType: "DECIMAL(20,4)"}
- {name: paid_on, logicalType: date}
- {name: entered_at, logicalType: timestamp}
"""
MAKE = """create table {table} as select 'P' || lpad(g::text, 7, '0') as payment_id, '张' || g as 姓名,
    (g * 1000000000.0001 + 0.0003)::numeric(20, 4) as amount, date '2026-01-01' + g % 100 as paid_on,
    timestamptz '2026-01-01 00:00:00+08' + g * interval '1 second' as entered_at, 'ill' as diagnosis
    from generate_series(1, {rows}) g"""
WORDS: dict[str, object] = {"fetch": "full", "user": "owner", "tls": "none", "timezone": "Asia/Shanghai"}


def pg(port: int, table: str = "payment", **words: object) -> str:
    keys: dict[str, object] = {"host": "127.0.0.1", "port": port, "database": "postgres", "schema": "public"}
    return server("pg", "postgresql", keys, {**WORDS, "table": table, **words})


@pytest.fixture(scope="module", autouse=True)
def table(postgres: Postgres) -> None:
    postgres.run(MAKE.format(table="payment", rows=100_000))


@pytest.fixture
def small(postgres: Postgres) -> Iterator[str]:
    postgres.run(MAKE.format(table="small", rows=10))
    yield "small"
    postgres.run("drop table small")


def test_100_000_rows_arrive_equal(postgres: Postgres, office: Office) -> None:
    office.contract("payment", COLUMNS, pg(postgres.port), event="paid_on")
    fetched = office.fetch()
    assert (fetched.status, fetched.rows, codes(fetched)) == ("fetched", 100_000, [])
    assert office.dropped("payment") == ["pg.parquet", "pg.parquet.yml"]
    report = office.ingest()
    assert [str(problem) for problem in report.problems] == []
    expected = postgres.ask("""select payment_id, 姓名, amount::text, paid_on::text,
        (entered_at at time zone 'Asia/Shanghai')::text from payment order by 1""")
    found = office.rows("""select payment_id, person_name, amount::varchar, paid_on::varchar, entered_at::varchar
        from data.payment order by 1""")
    assert found == [tuple(row) for row in expected]


def test_columns_outside_the_contract_never_leave_the_database(postgres: Postgres, office: Office, small: str) -> None:
    office.contract("payment", COLUMNS, pg(postgres.port, small), event="paid_on")
    office.fetch()
    content = b"".join(path.read_bytes() for path in (office.settings.drop_dir / "payment").iterdir())
    assert b"payment_id" in content and b"diagnosis" not in content and b"ill" not in content


def test_fetching_again_changes_no_byte_and_a_change_supersedes(postgres: Postgres, office: Office, small: str) -> None:
    office.contract("payment", COLUMNS, pg(postgres.port, small), event="paid_on")
    office.fetch()
    office.ingest()
    path = office.settings.drop_dir / "payment" / "pg.parquet"
    before = path.read_bytes()
    assert office.fetch(today=date(2026, 7, 1)).status == "unchanged"
    assert path.read_bytes() == before
    postgres.run(
        "update small set amount = 1 where payment_id = 'P0000001'", "delete from small where payment_id > 'P0000008'"
    )
    assert office.fetch(today=date(2026, 7, 2)).status == "fetched"
    (file,) = office.ingest(date(2026, 7, 2)).files
    assert (file.status, file.rows_loaded, file.rows_quarantined) == ("loaded", 8, 0)
    assert office.rows("select count(*) from clew.delivery where superseded_by is not null") == [(1,)]


EDGES = """create table edges (id int primary key, n numeric, r real, d double precision, t text, b boolean, day date,
    at timestamp, tz timestamptz, clock time, long bigint, raw bytea, list int[], doc json, one uuid)"""
EDGE_ROWS = [
    "1, 12345678901234567890123456789012345678901234567890.0123456789, 0.1, 0.1, e'a\\tb\\n\"c\", ', true,"
    " '2026-02-28', '2026-01-01 00:00:00', '2026-06-30 16:30:00+00', '23:59:59.5', 9223372036854775807, '\\x00ff',"
    " '{1,2}', '{\"甲\": 1.10}', '00000000-0000-0000-0000-000000000001'",
    "2, 'NaN', 'Infinity', 1e300, '', false, 'infinity', '2026-01-01 00:00:00.000001', '1988-07-01 00:00:00+08',"
    " null, null, null, null, null, null",
    "3, 1.50, null, null, '𠮷野家 ｶﾅ', null, '0044-03-15 BC', null, null, null, null, null, null, null, null",
]


def test_values_at_the_edges_of_their_types(postgres: Postgres, office: Office) -> None:
    """Nothing is rounded, cut or invented; what no date can be arrives as it is, for the contract to judge."""
    postgres.run(EDGES, *(f"insert into edges values ({row})" for row in EDGE_ROWS))
    names = ("n", "r", "d", "t", "b", "day", "at", "tz", "clock", "long", "raw", "list", "doc", "one")
    columns = "- {name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}\n" + "\n".join(
        f"- {{name: {name}, logicalType: {'date' if name in ('day', 'at') else 'string'}}}" for name in names
    )
    office.contract("edges", columns, pg(postgres.port, "edges"), event="day")
    assert codes(office.fetch()) == []
    path = office.settings.drop_dir / "edges" / "pg.parquet"
    assert office.rows(f"select * from read_parquet('{path}') order by id") == [
        ("1", "12345678901234567890123456789012345678901234567890.0123456789", "0.1", "0.1", 'a\tb\n"c", ', "true",
         "2026-02-28", "2026-01-01", "2026-07-01 00:30:00", "23:59:59.5", "9223372036854775807", "\\x00ff", "{1,2}",
         '{"甲": 1.10}', "00000000-0000-0000-0000-000000000001"),
        ("2", "NaN", "Infinity", "1e+300", "", "false", "infinity", "2026-01-01 00:00:00.000001",
         "1988-07-01 01:00:00", None, None, None, None, None, None),
        ("3", "1.50", None, None, "𠮷野家 ｶﾅ", None, "0044-03-15 BC", *([None] * 8)),
    ]  # fmt: skip
    (file,) = office.ingest().files
    assert (file.rows_read, file.rows_loaded, file.rows_quarantined) == (3, 1, 2)
    postgres.run("drop table edges")


def test_moments_with_a_zone_need_a_zone(postgres: Postgres, office: Office) -> None:
    office.contract("payment", COLUMNS, pg(postgres.port).replace("timezone", "timezonE"), event="paid_on")
    with pytest.raises(Exception, match="N001 'timezonE'"):
        office.sources()
    text = "\n".join(line for line in pg(postgres.port).splitlines() if "timezone" not in line)
    office.contract("payment", COLUMNS, text, event="paid_on")
    fetched = office.fetch()
    assert codes(fetched) == ["N020"] and "entered_at" in fetched.problems[0].message
    assert office.dropped("payment") == []


def test_what_is_read_is_one_moment(postgres: Postgres, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that come and go between the count and the reading are not seen: the count stays right."""
    postgres.run(MAKE.format(table="busy", rows=1000))
    census = database.Census

    def meddle(rows: int, undated: int = 0, high: str | None = None) -> database.Census:
        postgres.run(
            "delete from busy where payment_id < 'P0000100'",
            "insert into busy select 'X' || payment_id, 姓名, amount, paid_on, entered_at, diagnosis from busy",
        )
        return census(rows, undated, high)

    monkeypatch.setattr("clew.sources.postgresql.Census", meddle)
    office.contract(
        "payment",
        COLUMNS,
        pg(postgres.port, "busy", certifies="{from: 2026-01-01, settledAfter: 10d}"),
        event="paid_on",
    )
    fetched = office.fetch()
    assert (fetched.rows, codes(fetched), fetched.certifies) == (1000, [], "2026-01-01 to 2026-06-20")
    postgres.run("drop table busy")


def test_only_a_period_that_has_passed_is_certified(postgres: Postgres, office: Office, small: str) -> None:
    def certified(words: str) -> list[tuple[object, ...]]:
        office.contract("payment", COLUMNS, pg(postgres.port, small, certifies=words), event="paid_on")
        fetched = office.fetch()
        assert codes(fetched) == ([] if fetched.certifies else ["N019"])
        office.ingest()
        return office.rows("select c.period_from, c.period_to from clew.coverage c join clew.delivery d using (batch)"
                           " where superseded_by is null")  # fmt: skip

    assert certified("{from: 2026-01-01, to: 2026-12-31}") == []
    assert certified("{from: 2026-01-01, settledAfter: 10d}") == [(date(2026, 1, 1), date(2026, 6, 20))]
    assert certified("{from: 2026-01-01, to: 2026-06-30}") == [(date(2026, 1, 1), date(2026, 6, 30))]
    postgres.run("create role clerk login password 'other'", "grant select on small to clerk",
                 "alter table small enable row level security",
                 "create policy hide on small for select to clerk using (payment_id < 'P0000005')")  # fmt: skip
    try:
        entry = pg(postgres.port, small, user="clerk", certifies="{from: 2026-01-01, to: 2026-06-30}")
        office.contract("payment", COLUMNS, entry, event="paid_on")
        fetched = office.fetch(secrets={"CLEW_SECRET_PG_PASSWORD": "other"})
        assert (fetched.rows, codes(fetched), fetched.certifies) == (4, ["N019"], "")
    finally:
        postgres.run("alter table small disable row level security", "drop policy hide on small",
                     "revoke all on small from clerk", "drop role clerk")  # fmt: skip


def test_an_empty_table_is_no_list(postgres: Postgres, office: Office, small: str) -> None:
    office.contract("payment", COLUMNS, pg(postgres.port, small), event="paid_on")
    postgres.run("delete from small")
    assert codes(office.fetch()) == ["N028"]
    assert office.dropped("payment") == []


@pytest.mark.parametrize(
    ("words", "port", "code", "said"),
    [
        ({"table": "paymnt"}, 0, "N014", "did you mean 'payment'"),
        ({"columns": "{amount: amont}"}, 0, "N015", "did you mean 'amount'"),
        ({"user": "nobody"}, 0, "N011", "CLEW_SECRET_PG_PASSWORD"),
        ({}, 9, "N010", "whether the server is up"),
        ({"tls": "verify"}, 0, "N012", "certificate"),
    ],
)
def test_what_stops_a_fetch_says_what_to_mend(
    postgres: Postgres, office: Office, words: dict[str, Any], port: int, code: str, said: str
) -> None:
    office.contract("payment", COLUMNS, pg(port or postgres.port, **words), event="paid_on")
    for only_check in (True, False):
        fetched = office.fetch(only_check=only_check)
        assert (fetched.status, codes(fetched)) == ("failed", [code])
        assert said in str(fetched.problems[0])
        assert str(fetched.problems[0]).startswith(str(office.settings.project / "data_contracts"))
        assert PASSWORD not in str(fetched.problems[0])
    assert office.dropped("payment") == []


def test_a_column_one_may_not_read_is_missing(postgres: Postgres, office: Office, small: str) -> None:
    postgres.run("create role clerk login password 'other'", "grant select (payment_id) on small to clerk")
    try:
        office.contract("payment", COLUMNS, pg(postgres.port, small, user="clerk"), event="paid_on")
        fetched = office.fetch(secrets={"CLEW_SECRET_PG_PASSWORD": "other"})
        assert codes(fetched) == ["N015"] * 4
    finally:
        postgres.run("revoke all on small from clerk", "drop role clerk")


def test_no_secret_means_no_connection(postgres: Postgres, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLEW_SECRET_PG_PASSWORD")
    office.contract("payment", COLUMNS, pg(postgres.port), event="paid_on")
    fetched = office.fetch()
    assert codes(fetched) == ["N008"] and "CLEW_SECRET_PG_PASSWORD" in fetched.problems[0].help


def test_a_connection_cut_while_reading_leaves_nothing(
    postgres: Postgres, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = threading.Event()

    def say(text: str) -> None:
        if "rows to read" in text and not cut.is_set():
            cut.set()
            postgres.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'clew'")

    office.contract("payment", COLUMNS, pg(postgres.port), event="paid_on")
    fetched = office.fetch(progress=say)
    assert cut.is_set() and codes(fetched) == ["N016"]
    assert office.dropped("payment") == []
    assert office.fetch().rows == 100_000
