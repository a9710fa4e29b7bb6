"""The workbook a department fills in: what it shows, and that a filled-in one is a delivery as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from stdnum.cn import ric, uscc

from clew.contracts.catalogue import Catalogue, read_catalogue
from clew.contracts.made_up import made_up
from clew.contracts.row_height import row_height
from clew.contracts.template import write_template
from clew.ingest.run import ingest_folder
from clew.problems import Problems
from clew.settings import Settings
from clew.warehouse import open_warehouse

ROOT = Path(__file__).parents[2]
HEADINGS_ROW = 5
Warehouse = tuple[Settings, duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    problems = Problems()
    found = read_catalogue(ROOT / "data_contracts", problems)
    assert not problems.errors
    return found


@pytest.fixture
def book(catalogue: Catalogue, tmp_path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_template(catalogue.contracts["death_register"], tmp_path / "t.xlsx"))


def test_headings_notes_drop_downs_and_text_formats(book: openpyxl.Workbook, catalogue: Catalogue) -> None:
    contract = catalogue.contracts["death_register"]
    sheet = book["数据"]
    headings = [cell.value for cell in sheet[HEADINGS_ROW]]
    assert headings == [column.header for column in contract.columns]
    assert sheet.freeze_panes == "A6"
    assert sheet["A2"].value == "必填 / required" and sheet["G2"].value == "可空 / optional"
    assert "18 位公民身份号码" in sheet["A3"].value
    assert all(cell.value.startswith("示例 ") for cell in sheet[4])
    assert (sheet.column_dimensions["A"].number_format, sheet.column_dimensions["C"].number_format) == (
        "@",
        "yyyy-mm-dd",
    )
    assert "火化" in sheet["D5"].comment.text
    assert book["选项"].sheet_state == "hidden"
    listed = [row[3].value for row in book["选项"].iter_rows() if row[3].value]
    assert listed == ["火化", "医学死亡证明", "户籍注销"]
    rules = {str(rule.sqref).split(":")[0]: rule.type for rule in sheet.data_validations.dataValidation}
    assert rules["D6"] == "list" and rules["A6"] == "textLength"
    assert "填表说明" in book.sheetnames


def test_the_same_contract_gives_the_same_bytes(catalogue: Catalogue, tmp_path: Path) -> None:
    contract = catalogue.contracts["death_register"]
    first, second = (write_template(contract, tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second
    assert not list(tmp_path.glob(".*"))


def test_examples_are_valid_and_name_nobody(catalogue: Catalogue) -> None:
    for contract in catalogue.contracts.values():
        for column in contract.columns:
            value = made_up(column)
            if column.identity == "id18":
                assert ric.calc_check_digit(value) == value[-1] and value.startswith("100000")
            elif column.identity == "uscc":
                assert uscc.is_valid(value)
            elif column.required:
                assert value, (contract.dataset, column.name)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Warehouse]:
    settings = Settings(project=tmp_path, state=tmp_path / "var", threads=2, memory_limit="1GB")
    with open_warehouse(settings) as con:
        yield settings, con


def test_an_untouched_template_has_no_row_and_a_filled_in_one_is_a_delivery(
    catalogue: Catalogue, house: Warehouse
) -> None:
    settings, con = house
    names = ("death_register", "food_licence", "population_register")
    for name in names:
        contract = catalogue.contracts[name]
        book = openpyxl.load_workbook(write_template(contract, settings.drop_dir / name / "empty.xlsx"))
        sheet = book["数据"]
        examples = [cell.value.removeprefix("示例 ") for cell in sheet[4]]
        sheet.append([
            date.fromisoformat(value) if column.type == "date" else value
            for column, value in zip(contract.columns, examples, strict=True)
        ])  # fmt: skip
        book.save(settings.drop_dir / name / "filled.xlsx")
    report = ingest_folder(con, settings, catalogue, today=date(2026, 6, 30))
    done = {(file.dataset, file.file): (file.status, file.rows_read, file.rows_loaded) for file in report.files}
    reasons = con.execute("select dataset, reasons from clew.quarantine").fetchall()
    for name in names:
        assert done[name, "empty.xlsx"][1:] == (0, 0), reasons  # refused where a delivery must not be empty
        assert done[name, "filled.xlsx"] == ("loaded", 1, 1), reasons


def test_the_example_of_every_shipped_contract_passes_its_own_checks(catalogue: Catalogue, house: Warehouse) -> None:
    settings, con = house
    for name, contract in catalogue.contracts.items():
        mark = contract.file_format.delimiter
        lines = [mark.join(column.header for column in contract.columns), mark.join(map(made_up, contract.columns))]
        (settings.drop_dir / name).mkdir(parents=True)
        (settings.drop_dir / name / "a.csv").write_text("\n".join(lines) + "\n", contract.file_format.encoding)
    report = ingest_folder(con, settings, catalogue, today=date(2026, 6, 30))
    reasons = con.execute("select dataset, reasons from clew.quarantine").fetchall()
    assert {(file.dataset, file.rows_loaded) for file in report.files} == {(name, 1) for name in catalogue.contracts}, (
        reasons
    )


def test_every_text_of_a_form_is_seen_whole(book: openpyxl.Workbook) -> None:
    sheet = book["数据"]
    widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[3]]
    for row in (3, 4, 5):
        texts = [str(cell.value) for cell in sheet[row]]
        height = sheet.row_dimensions[row].height or 20
        assert row_height(list(zip(texts, widths, strict=True))) <= height + 1, "points are rounded to pixels"
    assert "6 位数字" in sheet["H3"].value and "[0-9]" not in sheet["H3"].value
    notes = book["填表说明"]
    assert all((notes.row_dimensions[row].height or 0) >= 20 for row in range(12, notes.max_row + 1))
