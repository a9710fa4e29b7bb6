"""The sheet 抽查: who was left out, read back with what a person found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from clew.clues.sample import missed
from clew.delivery.dispositions import SAMPLES, Answer, read_answers
from clew.delivery.recording import record
from clew.delivery.workbook import write_workbook
from clew.problems import Place, Problems
from clew.project import Project
from tests.delivery.conftest import PERSON, SCREENING
from tests.delivery.reading import contents_of

DAY = date(2026, 6, 30)


@pytest.fixture
def sampled(warehouse: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The warehouse with two subjects drawn, of forty excluded and of nine just below."""
    for name, kind, among in (("sample-aa", "excluded", 40), ("sample-bb", "below", 9)):
        warehouse.execute(
            "insert into clew.sample (sample_id, screening_id, model, unit, kind, rule, variant, step, reason, subject,"
            " among) values (?, ?, 'pension_after_death', 'public_interest', ?, 'benefit.paid_after_death', '', 's2',"
            " '款项已退回', ?, ?)",
            [name, SCREENING, kind, PERSON, among],
        )
    return warehouse


def book_of(connection: duckdb.DuckDBPyConnection, project: Project, path: Path) -> openpyxl.Workbook:
    write_workbook(contents_of(connection, project), path)
    return openpyxl.load_workbook(path)


def test_a_finding_comes_back_and_is_told_in_the_next_sheet(
    sampled: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    book = book_of(sampled, project, tmp_path / "out.xlsx")
    sheet = book[SAMPLES.sheet]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    text = "\n".join(str(value) for value in cells)
    assert "款项已退回" in text and PERSON not in text and "本次同类" not in text
    heading = next(cell for value, cell in cells.items() if str(value).startswith(SAMPLES.answer))
    for name, word in (("sample-aa", "应为线索"), ("sample-bb", "确应排除")):
        sheet.cell(cells[name].row, heading.column, word)
    book.save(tmp_path / "back.xlsx")
    problems = Problems()
    found = read_answers(tmp_path / "back.xlsx", problems, SAMPLES)
    assert {one.clue_id: one.disposition for one in found} == {"sample-aa": "missed", "sample-bb": "rightly_left_out"}
    done = record(sampled, project.models, [], found, actor="李", on=DAY, problems=problems)
    assert not problems.errors and (done.recorded, done.unchanged) == (2, 0)
    assert record(sampled, project.models, [], found, actor="李", on=DAY, problems=problems).recorded == 0
    assert [(one.kind, one.answered, one.missed, one.among) for one in missed(sampled)] == [
        ("excluded", 1, 1, 40), ("below", 1, 0, 9),
    ]  # fmt: skip
    again = book_of(sampled, project, tmp_path / "next.xlsx")[SAMPLES.sheet]
    told = "\n".join(str(cell.value) for row in again.iter_rows() for cell in row if cell.value)
    assert "被排除的抽查已核查 1 个，应为线索 1 个，占 100%（95% 区间 21% 至 100%）；本次同类 40 个" in told


def test_a_subject_that_was_not_drawn_is_refused_and_nothing_is_recorded(
    sampled: duckdb.DuckDBPyConnection, project: Project
) -> None:
    problems = Problems()
    answers = [Answer(name, "missed", "", "", None, Place("book")) for name in ("sample-aa", "sample-zz")]
    record(sampled, project.models, [], answers, actor="李", on=DAY, problems=problems)
    assert [problem.code for problem in problems.errors] == ["F009"]
    assert [one.answered for one in missed(sampled)] == [0, 0]


def test_a_batch_without_a_sample_has_no_such_sheet(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    assert SAMPLES.sheet not in book_of(warehouse, project, tmp_path / "none.xlsx").sheetnames
    problems = Problems()
    assert read_answers(tmp_path / "none.xlsx", problems, SAMPLES) == [] and not problems.errors
