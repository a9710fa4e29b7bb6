"""A database that Clew knows nothing of, brought in by the name of its SQLAlchemy dialect alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.dialects import registry

from tests.sources.office import Office, codes, server

_KEY = ", primaryKey: true, primaryKeyPosition: 1"
COLUMNS = """
- {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
- {name: person_name, logicalType: string}
- {name: amount, logicalType: number}
- {name: paid_on, logicalType: date}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "office.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "create table PAYMENT (ID integer primary key, XM text, amount numeric, paid_on date, x text)"
        )
        connection.executemany(
            "insert into PAYMENT values (?, ?, ?, ?, 'ill')",
            [(n, f"张{n}", f"{n}.25", f"2026-01-{n % 28 + 1:02}") for n in range(1, 2_001)],
        )
    connection.close()
    return path


def entry(file: Path, **words: object) -> str:
    keys: dict[str, object] = {"database": file}
    given = {"fetch": "full", "dialect": "sqlite", "table": "payment", "columns": "{person_name: xm}", **words}
    return server("lite", "custom", keys, given)


def test_a_dialect_by_its_name_alone(office: Office, file: Path) -> None:
    """Names of tables and columns are found whatever their capitals: Oracle's and Dameng's are capital letters."""
    office.contract("payment", COLUMNS, entry(file), event="paid_on")
    fetched = office.fetch()
    assert (fetched.rows, codes(fetched)) == (2_000, [])
    assert office.ingest().rows_loaded == 2_000
    with sqlite3.connect(file) as connection:
        expected = connection.execute(
            "select id, xm, printf('%.2f', amount), paid_on from payment order by 1"
        ).fetchall()
    connection.close()
    found = office.rows("select id, person_name, amount::varchar, paid_on::varchar from data.payment order by 1")
    assert found == expected


def test_an_increment_of_a_dialect(office: Office, file: Path) -> None:
    office.contract(
        "payment", COLUMNS, entry(file, fetch="incremental", cursorColumn="id", overlap="10"), event="paid_on"
    )
    office.fetch()
    office.ingest()
    with sqlite3.connect(file) as connection:
        connection.execute("insert into payment values (2001, '李', 1, '2026-02-01', '')")
    connection.close()
    fetched = office.fetch()
    assert (fetched.rows, fetched.known) == (1, 11)


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize(
    "steps",
    [
        pytest.param("incremental fetch ingest column add fetch ingest", id="the contract gets a column"),
        pytest.param("incremental fetch ingest add fetch full fetch ingest", id="an increment waits"),
        pytest.param("full fetch incremental add fetch ingest", id="a whole reading waits"),
        pytest.param(
            "full fetch ingest add fetch incremental add fetch ingest add fetch ingest", id="a second one waits"
        ),
        pytest.param("incremental fetch ingest full fetch ingest add fetch ingest", id="whole twice in one day"),
    ],
)
def test_whatever_follows_whatever_the_table_is_there_once(
    office: Office, tmp_path: Path, keyed: bool, steps: str
) -> None:
    """Whole readings and increments of a table follow each other, loaded in between or not."""
    path = tmp_path / "office.sqlite"
    columns, words = COLUMNS if keyed else COLUMNS.replace(_KEY, ""), "incremental"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "create table payment (id integer, person_name text, amount integer, paid_on date, more text)"
        )
    connection.close()
    for number, step in enumerate(("add", *steps.split()), start=1):
        if step == "add":
            with sqlite3.connect(path) as connection:
                connection.execute("insert into payment values (?, '张', 5, '2026-06-20', 'x')", [number])
            connection.close()
        elif step == "fetch":
            given = {} if words == "full" else {"fetch": words, "cursorColumn": "paid_on", "overlap": "3d"}
            office.contract("payment", columns, entry(path, columns="{}", **given), event="paid_on")
            assert office.fetch().status == "fetched"
        elif step == "ingest":
            assert office.ingest().rows_quarantined == 0
        elif step == "column":
            columns += "- {name: more, logicalType: string}\n"
        else:
            words = step
    with sqlite3.connect(path) as connection:
        expected = connection.execute("select id from payment order by id").fetchall()
    connection.close()
    found = office.rows("""select id from data.payment where _batch in (select batch from clew.delivery
        where superseded_by is null) and (_batch, _row) not in (select (batch, row) from clew.withdrawn) order by id""")
    assert found == expected


def test_a_site_must_vouch_for_the_isolation_of_its_dialect(office: Office, file: Path) -> None:
    certifies = "{from: 2026-01-01, settledAfter: 10d}"
    office.contract("payment", COLUMNS, entry(file, certifies=certifies), event="paid_on")
    assert codes(office.fetch()) == ["N019"]
    office.contract("payment", COLUMNS, entry(file, certifies=certifies, isolation="SERIALIZABLE"), event="paid_on")
    assert office.fetch().certifies == "2026-01-01 to 2026-06-20"


def test_no_such_dialect(office: Office, file: Path) -> None:
    office.contract("payment", COLUMNS, entry(file, dialect="sqlit"), event="paid_on")
    fetched = office.fetch()
    assert codes(fetched) == ["N007"] and "did you mean 'sqlite'" in fetched.problems[0].help


@pytest.mark.parametrize(
    ("dialect", "package"),
    [("oracle+oracledb", "pip install oracledb"), ("dm+dmPython", "pip install dmSQLAlchemy dmPython"),
     ("kingbase+psycopg2", "'type: postgresql'")],
)  # fmt: skip
def test_what_to_install_is_said(office: Office, file: Path, dialect: str, package: str) -> None:
    office.contract("payment", COLUMNS, entry(file, dialect=dialect), event="paid_on")
    fetched = office.fetch()
    assert codes(fetched) == ["N007"] and "not installed here" in fetched.problems[0].message
    assert package in str(fetched.problems[0].help)


def test_a_dialect_that_does_not_load_is_no_crash(
    office: Office, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some look for their driver in ways of their own, and raise what they like."""
    (tmp_path / "odd_dialect.py").write_text("raise RuntimeError('no driver for geheim')")
    monkeypatch.syspath_prepend(tmp_path)
    registry.register("odd", "odd_dialect", "OddDialect")
    office.contract("payment", COLUMNS, entry(file, dialect="odd"), event="paid_on")
    fetched = office.fetch()
    assert codes(fetched) == ["N007"] and "cannot be loaded (RuntimeError)" in fetched.problems[0].message
