"""A real MariaDB: Chinese in a GBK table, every kind of value, a snapshot only where the engine keeps one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.sources.office import Office, codes, server
from tests.sources.servers import PASSWORD, Maria

COLUMNS = """
- {name: id, physicalName: 编号, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
- {name: person_name, physicalName: 姓名, logicalType: string}
- {name: amount, physicalName: 金额, logicalType: number, physicalType: "DECIMAL(30,10)"}
- {name: paid_on, physicalName: 发放日期, logicalType: date}
- {name: entered_at, physicalName: 录入时间, logicalType: timestamp}
"""
MAKE = """create table 支付 (编号 bigint primary key, 姓名 varchar(40), 金额 decimal(30, 10), 发放日期 date,
    录入时间 timestamp null, 病历 text) engine = InnoDB character set gbk collate gbk_chinese_ci"""
WORDS: dict[str, object] = {"fetch": "full", "user": "reader", "tls": "none", "timezone": "Asia/Shanghai"}


def my(port: int, table: str = "支付", **words: object) -> str:
    keys: dict[str, object] = {"host": "127.0.0.1", "port": port, "database": "office"}
    return server("my", "mysql", keys, {**WORDS, "table": table, **words})


@pytest.fixture(scope="module", autouse=True)
def table(maria: Maria) -> Iterator[None]:
    with maria.connect() as connection, connection.cursor() as cursor:
        cursor.execute("use office")
        cursor.execute(MAKE)
        cursor.execute("set time_zone = '+00:00'")
        cursor.execute("""insert into 支付 select seq, concat('张喆', seq), seq * 1234567890123.0000000001,
            date '2026-01-01' + interval seq % 100 day, timestamp '2026-01-01 16:00:00' + interval seq second, 'ill'
            from seq_1_to_100000""")
    yield
    maria.run("drop table office.支付")


def test_100_000_rows_of_a_gbk_table_arrive_equal(maria: Maria, office: Office) -> None:
    office.contract("payment", COLUMNS, my(maria.port), event="paid_on")
    fetched = office.fetch()
    assert (fetched.status, fetched.rows, codes(fetched)) == ("fetched", 100_000, [])
    assert [str(problem) for problem in office.ingest().problems] == []
    with maria.connect() as connection, connection.cursor() as cursor:
        cursor.execute("set time_zone = '+08:00'")
        cursor.execute("""select 编号, 姓名, cast(金额 as char), cast(发放日期 as char), cast(录入时间 as char)
            from office.支付 order by 编号""")
        expected = list(cursor.fetchall())
    assert office.rows("""select id, person_name, amount::varchar, paid_on::varchar, entered_at::varchar
        from data.payment order by 1""") == expected  # fmt: skip


EDGES = """create table office.edges (id int primary key, big bigint unsigned, n decimal(65, 30), d double, day date,
    at datetime(6), ts timestamp null, clock time(1), y year, flag tinyint(1), b bit(9), kind enum('养老', '低保'),
    raw varbinary(4), doc json, t text character set gbk)"""


def test_values_at_the_edges_of_their_types(maria: Maria, office: Office) -> None:
    with maria.connect() as connection, connection.cursor() as cursor:
        cursor.execute("set sql_mode = ''")
        cursor.execute("set time_zone = '+00:00'")
        cursor.execute(EDGES)
        cursor.execute("""insert into office.edges values
            (1, 18446744073709551615, 12345678901234567890123456789012345.123456789012345678901234567890, 0.1,
             '2026-02-28', '2026-01-01 00:00:00.000001', '2026-06-30 16:30:00', '-838:59:59.5', 2026, 1, b'100000001',
             '低保', x'00ff', '{"甲": 1.10}', '㐀 不在GBK之内，喆在'),
            (2, null, -0.5, 1e300, '0000-00-00', '0000-00-00 00:00:00', null, null, null, 0, null, null, null, null,
             '')""")
    names = ("big", "n", "d", "day", "at", "ts", "clock", "y", "flag", "b", "kind", "raw", "doc", "t")
    columns = "- {name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}\n" + "\n".join(
        f"- {{name: {name}, logicalType: {'date' if name == 'day' else 'string'}}}" for name in names
    )
    office.contract("edges", columns, my(maria.port, "edges"), event="day")
    assert codes(office.fetch()) == []
    path = office.settings.drop_dir / "edges" / "my.parquet"
    assert office.rows(f"select * from read_parquet('{path}') order by id") == [
        ("1", "18446744073709551615", "12345678901234567890123456789012345.123456789012345678901234567890", "0.1",
         "2026-02-28", "2026-01-01 00:00:00.000001", "2026-07-01 00:30:00", "-838:59:59.500000", "2026", "1", "257",
         "低保", "\\x00ff", '{"甲": 1.10}', "? 不在GBK之内，喆在"),
        ("2", None, "-0.500000000000000000000000000000", "1" + "0" * 300, "0000-00-00", "0000-00-00 00:00:00.000000",
         None, None, None, "0", None, None, None, None, ""),
    ]  # fmt: skip
    (file,) = office.ingest().files
    assert (file.rows_read, file.rows_loaded, file.rows_quarantined) == (2, 1, 1)


def test_an_increment_by_a_moment_in_utc(maria: Maria, office: Office) -> None:
    """MySQL's TIMESTAMP is told in the zone of the source, and asked for in UTC."""
    maria.run("create table office.increment like office.支付",
              "insert into office.increment select * from office.支付 where 编号 > 99900")  # fmt: skip
    words = {"fetch": "incremental", "cursorColumn": "entered_at", "overlap": "1m"}
    office.contract("payment", COLUMNS, my(maria.port, "increment", **words), event="paid_on")
    assert office.fetch().rows == 100
    office.ingest()
    maria.run("set time_zone = '+08:00'",
              *(f"insert into office.increment values ({number}, '李', 1, '2026-01-02', '2026-01-03 {at}', '')"
                for number, at in ((100_001, "03:46:40"), (100_002, "03:46:00"), (100_003, "03:40:00"))))  # fmt: skip
    fetched = office.fetch(today=date(2026, 7, 1))
    assert (fetched.rows, fetched.known) == (2, 61)  # the third is later than the overlap reaches
    maria.run("drop table office.increment")


@pytest.mark.parametrize(("engine", "certified"), [("InnoDB", "2026-01-01 to 2026-06-20"), ("MyISAM", "")])
def test_an_engine_without_snapshots_certifies_nothing(
    maria: Maria, office: Office, engine: str, certified: str
) -> None:
    maria.run(f"create table office.small engine = {engine} as select * from office.支付 limit 5")
    office.contract(
        "payment", COLUMNS, my(maria.port, "small", certifies="{from: 2026-01-01, settledAfter: 10d}"), event="paid_on"
    )
    fetched = office.fetch()
    maria.run("drop table office.small")
    assert (fetched.certifies, codes(fetched)) == (certified, [] if certified else ["N019"])


@pytest.mark.parametrize(
    ("words", "port", "code", "said"),
    [
        ({"table": "支付表"}, 0, "N014", "did you mean '支付'"),
        ({"columns": "{amount: 金额数}"}, 0, "N015", "did you mean '金额'"),
        ({"user": "nobody"}, 0, "N011", "CLEW_SECRET_MY_PASSWORD"),
        ({}, 9, "N010", "whether the server is up"),
        ({"tls": "verify"}, 0, "N012", "certificate"),
    ],
)
def test_what_stops_a_fetch_says_what_to_mend(
    maria: Maria, office: Office, words: dict[str, Any], port: int, code: str, said: str
) -> None:
    office.contract("payment", COLUMNS, my(port or maria.port, **words), event="paid_on")
    fetched = office.fetch()
    assert (fetched.status, codes(fetched)) == ("failed", [code])
    assert said in str(fetched.problems[0])
    assert PASSWORD not in str(fetched.problems[0])
    assert office.dropped("payment") == []


def test_a_dialect_that_is_not_installed_is_said(office: Office) -> None:
    keys: dict[str, object] = {"host": "db", "port": 1521, "serviceName": "orcl"}
    words: dict[str, object] = {"fetch": "full", "table": "t", "user": "reader"}
    office.contract("payment", COLUMNS, server("my", "oracle", keys, words), event="paid_on")
    fetched = office.fetch()
    assert codes(fetched) == ["N007"] and "oracle+oracledb" in fetched.problems[0].message
