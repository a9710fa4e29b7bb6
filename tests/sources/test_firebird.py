"""A real database that no line of Clew knows: Firebird, opened in this process, by the name of its dialect alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from firebird.driver import connect, create_database

from tests.sources.office import Office, codes, server

COLUMNS = """
- {name: payment_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
- {name: person_name, logicalType: string}
- {name: paid_on, logicalType: date}
- {name: amount, logicalType: number}
"""
Run = Callable[..., None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "office.fdb"
    with create_database(str(path), user="SYSDBA", charset="UTF8") as connection:
        connection.execute_immediate(
            "create table PAYMENT (PAYMENT_ID varchar(9) not null primary key, XM varchar(20), PAID_ON date, "
            "AMOUNT numeric(18, 2), SECRET varchar(9))"
        )
        connection.commit()
    return path


@pytest.fixture
def pay(file: Path) -> Run:
    def run(*rows: tuple[Any, ...]) -> None:
        with connect(str(file), user="SYSDBA", charset="UTF8") as connection:
            connection.cursor().executemany("insert into PAYMENT values (?, ?, ?, ?, 'ill')", rows)
            connection.commit()

    return run


def test_whole_and_by_increments(office: Office, file: Path, pay: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEW_SECRET_FIRE_PASSWORD", "geheim")
    words = {
        "fetch": "incremental", "dialect": "firebird+firebird", "table": "payment", "user": "SYSDBA",
        "columns": "{person_name: xm}", "cursorColumn": "paid_on", "overlap": "2d",
    }  # fmt: skip
    office.contract("payment", COLUMNS, server("fire", "custom", {"database": file}, words), event="paid_on")
    pay(*((f"P{day:02}", f"张{day}", f"2026-01-{day:02}", f"{day}.10") for day in range(1, 32)), ("N", None, None, 1))
    first = office.fetch()
    assert (first.rows, codes(first)) == (31, ["N018"])
    assert office.ingest().rows_loaded == 31
    pay(("Q", "李", "2026-01-30", "7"))
    second = office.fetch()
    assert (second.rows, second.known) == (1, 3)
    office.ingest()
    assert office.rows(
        "select payment_id, person_name, paid_on::varchar, amount::varchar from data.payment "
        "where payment_id in ('P31', 'Q') order by 1"
    ) == [("P31", "张31", "2026-01-31", "31.10"), ("Q", "李", "2026-01-30", "7.00")]
