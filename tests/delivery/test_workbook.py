"""The workbook as a case handler meets it: sheets, links, drop-downs, masking, and no formula from data."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from clew.delivery.tables import clue_table
from clew.delivery.workbook import write_workbook
from clew.project import Project
from clew.rules.absence import NO_KEY
from clew.settings import Settings
from tests.delivery.conftest import CLUE, LATE, NAME, PERSON, SCREENING
from tests.delivery.reading import contents_of


@pytest.fixture
def book(warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path) -> openpyxl.Workbook:
    path = tmp_path / "book.xlsx"
    write_workbook(contents_of(warehouse, project), path)
    return openpyxl.load_workbook(path)


def texts(sheet: openpyxl.worksheet.worksheet.Worksheet) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_the_sheets_stand_in_reading_order_and_the_choices_are_hidden(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["线索清单", "证据", "漏斗", "未能判定", "说明", "选项"]
    assert book["选项"].sheet_state == "hidden"


def test_a_clue_row_says_who_what_how_much_by_which_law_and_until_when(book: openpyxl.Workbook) -> None:
    sheet = book["线索清单"]
    heading = next(row for row in range(1, 20) if str(sheet.cell(row, 1).value).startswith("线索编号"))
    titles = [str(cell.value).split("\n")[0] for cell in sheet[heading]]
    row = dict(zip(titles, [cell.value for cell in sheet[heading + 1]], strict=True))
    assert row["线索编号"] == CLUE
    assert (row["等级"], row["分值"], row["涉及金额（元）"], row["区划"]) == ("红", 90, 6000, "340102")
    assert row["对象"] == "张**"
    assert row["证件号码"] == "340*************11"
    assert row["发现的问题"] == "张**于2026-01-15死亡，此后仍发放2笔。"
    assert "prc.social_insurance_law" in row["法律依据"] and "第88条" in row["法律依据"]
    assert row["应办结日期"].isoformat()[:10] == "2026-07-30"
    assert row["监督模型"].endswith("（试运行）")
    assert [sheet.cell(heading + offset, 1).value for offset in (1, 2)] == [CLUE, LATE]


def test_nothing_personal_is_left_unless_the_purpose_is_a_case(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    def words(purpose: str) -> str:
        path = tmp_path / f"{purpose}.xlsx"
        settings = Settings(project=project.settings.project, purpose=purpose)
        write_workbook(contents_of(warehouse, replace(project, settings=settings)), path)
        with zipfile.ZipFile(path) as archive:
            return archive.read("xl/sharedStrings.xml").decode()

    assert PERSON in words("case") and NAME in words("case")
    listed = words("list")
    assert PERSON not in listed and NAME not in listed and "6222020000000001" not in listed
    assert "34010219500000000" not in listed


def test_a_row_of_many_columns_tells_the_last_ones_together_in_words(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    contents = contents_of(warehouse, project)
    clue = contents.clues[0]
    values = (*((f"栏目{place}", place) for place in range(9)), ("自营", False), ("金额", Decimal("2400.00")))
    wide = replace(clue, evidence=(replace(clue.evidence[0], values=values),))
    path = tmp_path / "wide.xlsx"
    write_workbook(replace(contents, clues=(wide,)), path)
    assert "自营：否；金额：2400.00" in texts(openpyxl.load_workbook(path)["证据"])


def test_the_clue_links_to_its_evidence_with_file_and_row(book: openpyxl.Workbook) -> None:
    link = next(cell.hyperlink for row in book["线索清单"].iter_rows(max_col=1) for cell in row if cell.value == LATE)
    evidence = book["证据"]
    start = int(link.location.rsplit("A", 1)[1])
    assert evidence.cell(start, 1).value == LATE
    block = [[cell.value for cell in row] for row in evidence.iter_rows(min_row=start, max_row=start + 6)]
    sources = [(row[2], row[3]) for row in block if isinstance(row[3], int)]
    assert sources == [("deaths.csv", 7), ("=2+3.csv", 12)]
    assert "60 × 强度 0.5 = 30；金额五千元以上：+10。合成 55 分。" in texts(evidence)
    assert "死亡日期：2026-01-15；发放笔数：2" in texts(evidence)
    assert "火化" in texts(evidence) and "cremation" not in texts(evidence)


def test_rows_of_one_dataset_that_hold_different_columns_each_stand_under_their_own_titles(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    """A rule may read one dataset under two aliases, of each only some columns."""
    warehouse.execute(
        "insert into clew.evidence values (?, 'benefit.paid_after_death', 'earlier', 'pension_payment', 2, 11, ?)",
        [LATE, '{"paid_on": "2026-03-20"}'],
    )
    write_workbook(contents_of(warehouse, project), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["证据"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    place = next(index for index, row in enumerate(rows) if row[0] == LATE and row[3] == 11)
    assert rows[place - 1][5:7] == ["发放日期", ""] and str(rows[place][5]).startswith("2026-03-20")
    full = next(index for index, row in enumerate(rows) if row[0] == LATE and row[3] == 12)
    assert rows[full - 1][5] == "发放流水号" and rows[full][5] == "=HYPERLINK(1)"


def test_text_that_looks_like_a_formula_stays_text(book: openpyxl.Workbook) -> None:
    found = [cell for row in book["证据"].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert {cell.value for cell in found} == {"=2+3.csv", "=HYPERLINK(1)"}
    assert {cell.data_type for cell in found} == {"s"}


def test_the_drop_down_offers_the_models_dispositions(book: openpyxl.Workbook) -> None:
    validations = book["线索清单"].data_validations.dataValidation
    assert len(validations) == 2
    assert validations[0].formula1 == "'选项'!$A$2:$A$6"
    choices = [book["选项"].cell(row, 1).value for row in range(1, 7)]
    assert choices == ["pension_after_death", "查证属实", "查否", "合法例外", "数据错误", "已处理"]


def test_the_funnel_and_the_undecided_say_reasons_and_what_would_close_them(book: openpyxl.Workbook) -> None:
    assert "线索 2，未能判定 30" in texts(book["漏斗"])
    assert "与养老金发放配对" in texts(book["漏斗"])
    undecided = texts(book["未能判定"])
    assert "需要区划 3401 “养老金发放明细” 2026-03-01 至 2026-04-01 的完整数据" in undecided
    assert "等 30 个" in undecided


def test_whose_row_has_no_key_is_not_put_down_to_the_data_looked_into(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    contents = contents_of(warehouse, project)
    gap = replace(contents.gaps[0], reason=NO_KEY)
    path = tmp_path / "book.xlsx"
    write_workbook(replace(contents, gaps=(gap, replace(gap, subjects=0))), path)
    undecided = texts(openpyxl.load_workbook(path)["未能判定"])
    assert undecided.count("由来源单位补全用于查找“养老金发放明细”的编号") == 2
    assert "完整数据" not in undecided
    assert "该记录缺少用于查找对应记录的编号" in undecided


def test_the_guide_has_the_checklist_the_steps_and_the_meaning_of_each_answer(book: openpyxl.Workbook) -> None:
    guide = texts(book["说明"])
    for part in ("□ 死亡日期有误", "1. 先以两个来源核对", "合法例外", "只显示前三位与后两位", SCREENING, "试运行"):
        assert part in guide


def test_the_guide_speaks_the_batchs_language(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    english = replace(project, settings=replace(project.settings, language="en"))
    goals = "追回资金", "Recover the money"
    for content, (spoken, unspoken) in ((project, goals), (english, goals[::-1])):
        path = tmp_path / f"{content.settings.language}.xlsx"
        write_workbook(contents_of(warehouse, content), path)
        guide = texts(openpyxl.load_workbook(path)["说明"])
        assert spoken in guide and unspoken not in guide


def test_a_unit_without_clues_is_told_so(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    write_workbook(contents_of(warehouse, project, unit="watch"), tmp_path / "empty.xlsx")
    assert "没有发现" in texts(openpyxl.load_workbook(tmp_path / "empty.xlsx")["线索清单"])


def test_the_day_of_limitation_stands_in_the_list_and_a_clue_past_it_is_marked(
    warehouse: duckdb.DuckDBPyConnection, project: Project, tmp_path: Path
) -> None:
    for clue_id, day in ((CLUE, "2028-03-20"), (LATE, "2026-06-29")):
        warehouse.execute("update clew.clue set limitation_ends_on = ? where clue_id = ?", [day, clue_id])
    contents = contents_of(warehouse, project)
    write_workbook(contents, tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["线索清单"]
    heading = next(row for row in range(1, 20) if str(sheet.cell(row, 1).value).startswith("线索编号"))
    column = next(cell.column for cell in sheet[heading] if str(cell.value).startswith("时效届满日"))
    assert sheet.cell(heading + 1, column).value.isoformat()[:10] == "2028-03-20"
    assert sheet.cell(heading + 2, column).value == "2026-06-29 已过 past"
    assert [str(day) for day in clue_table(contents)["limitation_ends_on"].to_pylist()] == ["2028-03-20", "2026-06-29"]
