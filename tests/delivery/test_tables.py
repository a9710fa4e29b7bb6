"""Table files: what a spreadsheet and a program each read."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from clew.delivery.tables import clue_table, evidence_table, write_csv, write_parquet
from clew.project import Project
from tests.delivery.conftest import CLUE, LATE
from tests.delivery.reading import contents_of


def test_csv_opens_in_excel_and_runs_nothing(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    write_csv(evidence_table(contents_of(warehouse, project)), tmp_path / "evidence.csv")
    assert (tmp_path / "evidence.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "evidence.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["file"] for row in rows} == {"deaths.csv", "'=2+3.csv"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_parquet_keeps_types_and_the_workbooks_order(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    contents = contents_of(warehouse, project)
    write_parquet(clue_table(contents), tmp_path / "clues.parquet")
    table = pq.read_table(tmp_path / "clues.parquet")
    assert table.column("clue_id").to_pylist() == [CLUE, LATE]
    assert str(table.schema.field("amount").type) == "decimal128(18, 2)"
    assert table.column("shadow").to_pylist() == [True, True]
    record = json.loads(evidence_table(contents).column("record").to_pylist()[0])
    assert record["姓名"] == "张**" and record["身份证号"] == "340*************11"
