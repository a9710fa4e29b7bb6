"""A filled workbook comes back: answers are recorded once, and each wrong cell is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from clew.delivery.dispositions import read_answers
from clew.delivery.recording import record
from clew.delivery.workbook import write_workbook
from clew.problems import Problems
from clew.project import Project
from tests.delivery.conftest import CLUE, LATE
from tests.delivery.reading import contents_of

ON = date(2026, 7, 15)


def filled(
    warehouse: duckdb.DuckDBPyConnection, project: Project, path: Path, cells: dict[str, dict[str, object]]
) -> Path:
    """The delivered workbook with ``cells`` (clue -> heading -> value) filled in, saved by another program."""
    write_workbook(contents_of(warehouse, project), path)
    book = openpyxl.load_workbook(path)
    sheet = book["线索清单"]
    heading = next(row for row in range(1, 20) if str(sheet.cell(row, 1).value).startswith("线索编号"))
    columns = {str(cell.value).split("\n")[0]: cell.column for cell in sheet[heading]}
    for row in range(heading + 1, sheet.max_row + 1):
        for title, value in cells.get(str(sheet.cell(row, 1).value), {}).items():
            sheet.cell(row, columns[title]).value = value
    book.save(path)
    return path


def test_answers_are_read_and_recorded_once(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    path = filled(
        warehouse,
        project,
        tmp_path / "back.xlsx",
        {
            CLUE: {
                "处置结果": "合法例外",
                "处置说明": "丧葬补助金",
                "承办人": "王检察官",
                "处置日期": date(2026, 7, 10),
            },
        },
    )
    problems = Problems()
    answers = read_answers(path, problems)
    assert [(answer.clue_id, answer.disposition, answer.note, answer.actor, answer.on) for answer in answers] == [
        (CLUE, "lawful_exception", "丧葬补助金", "王检察官", date(2026, 7, 10))
    ]
    first = record(warehouse, project.models, answers, actor="", on=ON, problems=problems)
    again = record(warehouse, project.models, answers, actor="", on=ON, problems=problems)
    assert (first.recorded, again.recorded, again.unchanged) == (1, 0, 1)
    assert not problems.errors
    state = warehouse.execute("select state, suppressed_until from clew.clue where clue_id = ?", [CLUE]).fetchall()
    assert state == [("lawful_exception", date(2028, 7, 10))]


def test_every_wrong_cell_is_named_and_nothing_is_recorded(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    path = filled(
        warehouse,
        project,
        tmp_path / "back.xlsx",
        {
            CLUE: {"处置结果": "合法列外"},
            LATE: {"处置结果": "查否", "处置日期": "下周"},
        },
    )
    problems = Problems()
    assert read_answers(path, problems) == []
    assert [(problem.code, problem.place.line) for problem in problems] == [("F003", 6), ("F004", 7)]
    assert "线索清单" in problems.errors[0].place.path
    assert "合法例外" in problems.errors[0].help


@pytest.mark.parametrize(("sheet", "code"), [("线索清单", "F002"), ("Sheet1", "F002")])
def test_a_workbook_of_another_kind_is_refused(tmp_path: Path, sheet: str, code: str) -> None:
    book = openpyxl.Workbook()
    book.active.title = sheet
    book.active["A1"] = "x"
    book.save(tmp_path / "other.xlsx")
    problems = Problems()
    assert read_answers(tmp_path / "other.xlsx", problems) == []
    assert [problem.code for problem in problems] == [code]


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"not a zip")
    problems = Problems()
    assert read_answers(tmp_path / "x.xlsx", problems) == []
    assert read_answers(tmp_path / "none.xlsx", problems) == []
    assert {problem.code for problem in problems} == {"F001"}


def test_an_unknown_clue_undoes_the_whole_workbook(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    path = filled(warehouse, project, tmp_path / "back.xlsx", {CLUE: {"处置结果": "查否"}, LATE: {"处置结果": "查否"}})
    answers = read_answers(path, Problems())
    warehouse.execute("delete from clew.clue where clue_id = ?", [LATE])
    problems = Problems()
    assert record(warehouse, project.models, answers, actor="x", on=ON, problems=problems).recorded == 0
    assert [problem.code for problem in problems] == ["F006"]
    assert warehouse.execute("select state from clew.clue").fetchall() == [("new",)]
