"""A real PostgreSQL: every value exact, one moment, only what was asked for."""

from __future__ import annotations

import pytest

from tests.sources.office import Office, codes
from tests.sources.servers import Postgres

COLUMNS = """
- {name: payment_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
- {name: person_name, physicalName: 姓名, logicalType: string}
- {name: amount, logicalType: number, physicalType: "DECIMAL(20,4)"}
- {name: paid_on, logicalType: date}
- {name: entered_at, logicalType: timestamp}
"""
MAKE = """create table payment as select 'P' || lpad(g::text, 7, '0') as payment_id, '张' || g as 姓名,
    (g * 1000000000.0001 + 0.0003)::numeric(20, 4) as amount, date '2026-01-01' + g % 100 as paid_on,
    timestamptz '2026-01-01 00:00:00+08' + g * interval '1 second' as entered_at, 'secret' as diagnosis
    from generate_series(1, 100000) g"""


def server(port: int, *words: str, table: str = "payment") -> str:
    """A server entry; words are ``name: value`` in YAML."""
    given = ("fetch: full", f"table: {table}", "user: owner", "tls: none", "timezone: Asia/Shanghai", *words)
    custom = "\n".join(
        f"    - {{property: {name}, value: {value}}}" for name, value in (word.split(": ", 1) for word in given)
    )
    return (
        f"- server: pg\n  type: postgresql\n  host: 127.0.0.1\n  port: {port}\n  database: postgres\n"
        f"  schema: public\n  customProperties:\n{custom}"
    )


@pytest.fixture(scope="module", autouse=True)
def table(postgres: Postgres) -> None:
    postgres.run(MAKE)


def test_100_000_rows_arrive_equal(postgres: Postgres, office: Office) -> None:
    office.contract("payment", COLUMNS, server(postgres.port), event="paid_on")
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
