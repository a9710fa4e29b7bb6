"""Least data: what the contract does not name is never loaded, and what may not be held leaves no content behind."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from clew.problems import ProblemError
from tests.ingest.house import House

CANARY = "金丝雀王小鸟"
CANARY_ID = "340102201005031234"
COLUMNS = """
  - {name: case_no, physicalName: 案号, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
  - {name: person_id, physicalName: 身份证号, logicalType: string, classification: sensitive, customProperties: [{property: repairs, value: [trim, id18]}, {property: identity, value: id18}]}
  - {name: name, physicalName: 姓名, logicalType: string, classification: personal, logicalTypeOptions: {maxLength: 20}}
  - {name: offence_on, physicalName: 行为日期, logicalType: date, customProperties: [{property: repairs, value: [date]}]}
  - {name: months, physicalName: 刑期, logicalType: integer}
"""  # noqa: E501 - one column a line
JUVENILE = "customProperties: [{property: protection, value: [{kind: juvenile, born: person_id, at: offence_on}]}]"
HEADER = "案号,身份证号,姓名,行为日期,刑期"
ADULT = "110101199001011237"


def everything(house: House) -> str:
    """Every byte of every table, as text."""
    tables = house.rows("select schema_name, table_name from duckdb_tables() where not temporary and not internal")
    found = []
    for schema, table in tables:
        rows = house.rows(f'select to_json(t)::varchar from "{schema}"."{table}" t')
        found += [text for (text,) in rows]
    return "\n".join(found)


def written(house: House) -> bytes:
    """The bytes of the warehouse file and its log, after a checkpoint."""
    house.con.execute("checkpoint")
    return b"".join(path.read_bytes() for path in house.settings.warehouse_path.parent.glob("*.duckdb*"))


def files(folder: Path) -> dict[str, bytes]:
    """One delivery in every format, with a column too many that holds the canary."""
    record = {"案号": "A1", "身份证号": ADULT, "姓名": "张三", "行为日期": "2026-01-05", "刑期": "6", "备注": CANARY}
    book = Workbook()
    for row in (list(record), list(record.values())):
        book.active.append(row)
    book.save(folder / "a.xlsx")
    pq.write_table(pa.table({name: [value] for name, value in record.items()}), folder / "a.parquet")
    head, values = ",".join(record), ",".join(record.values())
    xml = "".join(f"<{name}>{value}</{name}>" for name, value in record.items())
    return {
        "a.csv": f"{head}\n{values}\n".encode(),
        "gb.csv": f"{head}\n{values}\n".encode("gb18030"),
        "a.tsv": f"{head}\n{values}\n".replace(",", "\t").encode(),
        "a.jsonl": json.dumps(record, ensure_ascii=False).encode() + b"\n",
        "a.json": json.dumps([record], ensure_ascii=False).encode(),
        "a.xml": f"<rows><row>{xml}</row></rows>".encode(),
        "a.xlsx": (folder / "a.xlsx").read_bytes(),
        "a.parquet": (folder / "a.parquet").read_bytes(),
    }


@pytest.mark.parametrize("name", ["a.csv", "gb.csv", "a.tsv", "a.jsonl", "a.json", "a.xml", "a.xlsx", "a.parquet"])
def test_no_reader_loads_a_column_that_the_contract_does_not_name(house: House, tmp_path: Path, name: str) -> None:
    house.contract("verdict", COLUMNS, kind="register")
    sidecar = "encoding: gb18030\n" if name == "gb.csv" else ""
    house.drop("verdict", name, files(tmp_path)[name], sidecar)
    report = house.ingest()
    assert report.files[0].rows_read == 1, report
    assert CANARY not in everything(house)
    assert CANARY.encode() not in written(house)
    assert not any(CANARY in str(problem) for problem in report.problems)


def rows(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


FILE = rows(
    f"J1,{CANARY_ID},{CANARY},2026-01-05,6",  # 15 years old
    f"A1,{ADULT},张三,2026-01-05,6",
    "J2,110101200801051232,在十八岁生日,2026-01-05,6",
    "A2,110101200801051232,生日次日,2026-01-06,6",
    f"U1,,{CANARY},2026-01-05,6",
    f"U2,{ADULT},{CANARY},,6",
    f"J3,{CANARY_ID},{CANARY},2026-01-05,6,多一格",
    f"J4,{CANARY_ID},{CANARY * 9},2026-01-05,六",  # breaks other checks too
)


def juvenile(house: House, extra: str = "") -> None:
    words = JUVENILE.replace("offence_on}", f"offence_on{extra}}}")
    house.contract("verdict", COLUMNS, kind="register", quality=f"    {words}\n")


def test_nothing_of_a_juvenile_is_kept(house: House) -> None:
    juvenile(house)
    house.drop("verdict", "v.csv", FILE)
    report = house.ingest()
    (file,) = report.files
    assert (file.rows_read, file.rows_loaded, file.rows_quarantined) == (8, 2, 6), report
    assert house.rows("select case_no from data.verdict order by 1") == [("A1",), ("A2",)]
    held = house.rows("select row, reasons, record::varchar, original from clew.quarantine order by row")
    assert [(row, record, original) for row, _, record, original in held] == [
        (row, "{}", None) for row in (1, 3, 5, 6, 7, 8)
    ]
    assert all(reasons[0].startswith("protection.juvenile: ") for row, reasons, *_ in held if row != 7)
    for secret in (CANARY, CANARY_ID, "在十八岁生日", "J1"):
        assert secret not in everything(house)
        assert secret.encode() not in written(house)
        assert not any(secret in str(problem) for problem in report.problems)
    assert [problem.message for problem in report.problems if problem.code == "I100"] == [
        "5 rows are protected (juvenile): not loaded, and nothing of them kept"
    ]


def test_a_protection_may_be_narrowed_and_doubt_protects(house: House) -> None:
    juvenile(house, ", where: 'months <= 60'")
    body = [f"{number},{CANARY_ID},{CANARY},2026-01-05,{months}" for number, months in enumerate(("60", "61", ""))]
    house.drop("verdict", "v.csv", rows(*body))
    house.ingest()
    assert house.rows("select months from data.verdict") == [(61,)]


def test_rows_under_a_flag_are_refused(house: House) -> None:
    flag = "  - {name: is_sealed, physicalName: 封存, logicalType: boolean, customProperties: [{property: protection, value: sealed}]}\n"  # noqa: E501 - one column a line
    house.contract("verdict", COLUMNS + flag, kind="register")
    house.drop("verdict", "v.csv", f"{HEADER},封存\nA,{ADULT},{CANARY},2026-01-05,6,是\nB,{ADULT},张三,2026-01-05,6,\n")
    house.ingest()
    assert house.rows("select case_no from data.verdict") == [("B",)]
    assert CANARY not in everything(house)


def test_a_condition_of_ones_own(house: House) -> None:
    words = "customProperties: [{property: protection, value: [{kind: sealed, where: \"left(case_no, 1) = 'S'\"}]}]"
    house.contract("verdict", COLUMNS, kind="register", quality=f"    {words}\n")
    house.drop("verdict", "v.csv", rows(f"S1,{ADULT},{CANARY},2026-01-05,6", f"A1,{ADULT},张三,2026-01-05,6"))
    house.ingest()
    assert house.rows("select case_no from data.verdict") == [("A1",)]
    assert CANARY not in everything(house)


@pytest.mark.parametrize(
    ("columns", "protection", "code"),
    [
        (COLUMNS.replace("classification: personal", "classification: sealed"), "", "C042"),
        (COLUMNS, "[{kind: juvenile, born: name, at: offence_on}]", "C043"),
        (COLUMNS, "[{kind: juvenile, born: person_id, at: months}]", "C043"),
        (COLUMNS, "[{kind: juvenile, born: person_id}]", "C043"),
        (COLUMNS, "[{kind: sealed}]", "C043"),
        (COLUMNS, "[{kind: sealed, where: 'months > (select 1)'}]", "C043"),
        (COLUMNS, "[{kind: sealed, when: 'months > 1'}]", "C043"),
        (COLUMNS.replace("{property: repairs, value: [date]}", "{property: protection, value: sealed}"), "", "C043"),
        (COLUMNS.replace("{property: repairs, value: [date]}", "{property: aliases, value: [姓名]}"), "", "C044"),
    ],
)
def test_what_cannot_protect_is_refused(house: House, columns: str, protection: str, code: str) -> None:
    words = f"    customProperties: [{{property: protection, value: {protection}}}]\n" if protection else ""
    house.contract("verdict", columns, kind="register", quality=words)
    with pytest.raises(ProblemError) as error:
        _ = house.catalogue
    assert code in {problem.code for problem in error.value.problems}, error.value
