"""Workbooks as departments make them: titles, merged headings, several sheets, formulas, old calendars, passwords."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from clew.ingest.read.part_record import find_part
from clew.ingest.report.report import IngestReport
from tests.ingest.house import House

TWO = "  - {name: a, logicalType: string}\n  - {name: b, logicalType: string}"
DATED = (
    "  - {name: a, logicalType: string}\n"
    "  - {name: b, logicalType: date, customProperties: [{property: repairs, value: [date]}]}"
)


def workbook(fill: Callable[[openpyxl.Workbook, Worksheet], None]) -> bytes:
    """The bytes of a workbook whose first sheet is called 一月."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "一月"
    fill(book, sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def table(sheet: Worksheet, *rows: tuple[object, ...]) -> None:
    """Append rows."""
    for row in rows:
        sheet.append(row)


def take(house: House, content: bytes, file: str = "x.xlsx", properties: str = TWO, **words: str) -> IngestReport:
    """Ingest one workbook under a contract with words of its file format."""
    house.contract("book", properties, format_="xlsx", words=words)
    house.drop("book", file, content)
    report = house.ingest()
    for one in report.files:
        assert one.rows_read == one.rows_loaded + one.rows_quarantined
    return report


def loaded(house: House) -> list[tuple[object, ...]]:
    """Rows of the table."""
    return house.rows("select _row, a, b from data.book order by _row")


def set_aside(house: House) -> dict[int, str]:
    """Reasons by row, without their sentences."""
    found = house.rows("select row, reasons from clew.quarantine")
    return {row: reasons[0].partition(":")[0] for row, reasons in found}


def codes(report: IngestReport) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in report.problems]


def test_rows_are_numbered_as_the_spreadsheet_shows_them_under_a_title_and_blank_rows(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet["C3"], sheet["C5"], sheet["D5"] = "发放明细表", "a", "b"
        sheet["C6"], sheet["D6"], sheet["C9"], sheet["D9"] = "x", "1", "y", "2"

    take(house, workbook(fill))
    assert loaded(house) == [(6, "x", "1"), (9, "y", "2")]


def test_headings_over_two_rows_are_joined(house: House) -> None:
    properties = (
        "  - {name: a, physicalName: 姓名, logicalType: string}\n"
        "  - {name: b, physicalName: 发放/金额, logicalType: string}\n"
        "  - {name: c, physicalName: 发放/日期, logicalType: string}\n"
        "  - {name: d, physicalName: 备注, logicalType: string}"
    )

    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(
            sheet,
            ("某县发放表",),
            ("姓名", "发放", None, "备注"),
            (None, "金额", "日期", None),
            ("张三", "1", "2", "x"),
        )
        for cells in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
            sheet.merge_cells(cells)

    assert codes(take(house, workbook(fill), properties=properties)) == []
    assert house.rows("select _row, a, b, c, d from data.book") == [(4, "张三", "1", "2", "x")]


def test_all_sheets_are_one_delivery_and_each_row_knows_its_sheet(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("x", "1"), ("y", "2"))
        book.create_sheet("空")
        table(book.create_sheet("二月"), ("标题",), ("b", "a"), ("3", "z"))
        hidden = book.create_sheet("藏")
        table(hidden, ("a", "b"), ("w", "4"))
        hidden.sheet_state = "hidden"

    report = take(house, workbook(fill), sheets="all")
    assert loaded(house) == [(2, "x", "1"), (3, "y", "2"), (6, "z", "3")]
    assert house.rows("select position, name, first_row, rows from clew.part order by position") == [
        (1, "一月", 1, 2),
        (2, "二月", 4, 1),
    ]
    assert [find_part(house.con, 1, row) for row in (2, 3, 6)] == [("一月", 2), ("一月", 3), ("二月", 3)]
    assert [(problem.code, "'藏'" in problem.message) for problem in report.problems] == [("I035", True)]


@pytest.mark.parametrize(("sheets", "rows"), [("[二月]", 1), ("[二*, 一月]", 3), ("藏", 1)])
def test_sheets_are_named_by_the_contract_or_the_sidecar(house: House, sheets: str, rows: int) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("x", "1"), ("y", "2"))
        table(book.create_sheet("二月"), ("a", "b"), ("z", "3"))
        hidden = book.create_sheet("藏")
        table(hidden, ("a", "b"), ("w", "4"))
        hidden.sheet_state = "hidden"

    house.contract("book", TWO, format_="xlsx")
    house.drop("book", "x.xlsx", workbook(fill), f"sheets: {sheets}\n")
    assert house.ingest().rows_loaded == rows


def test_a_second_sheet_with_rows_is_never_passed_over_in_silence(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("x", "1"))
        table(book.create_sheet("二月"), ("a", "b"), ("z", "3"))
        table(book.create_sheet("说明"), ("怎样填写",))

    report = take(house, workbook(fill))
    assert [(problem.code, "'二月'" in problem.message) for problem in report.problems] == [("I035", True)]


def test_a_formula_without_a_stored_value_refuses_the_file_with_its_cell(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("表",), (None, "a", "b", "c"), (None, "x", "=1+1", "=2"), (None, "y", "=2+2", None))

    report = take(house, workbook(fill))
    (problem,) = [one for one in report.problems if one.code == "I034"]
    assert (report.refused, problem.place.line, problem.place.column) == (1, 3, 3)
    assert "C3, and 1 more" in problem.message


def test_a_formula_in_a_column_nobody_asked_for_does_no_harm(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("序号", "a", "b"), ("=ROW()-1", "x", "1"))

    assert codes(take(house, workbook(fill))) == ["I011"]
    assert loaded(house) == [(2, "x", "1")]


def test_stored_values_of_formulas_are_taken(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("x", "=1+1"))

    content = edited(workbook(fill), "xl/worksheets/sheet1.xml", b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    assert codes(take(house, content)) == []
    assert loaded(house) == [(2, "x", "2")]


def edited(content: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """A package with one of its members changed."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            assert name != member or old in data
            target.writestr(name, data.replace(old, new) if name == member else data)
    return made.getvalue()


@pytest.mark.parametrize("old", [False, True])
def test_days_are_days_whichever_year_the_workbook_counts_from(house: House, old: bool) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        if old:
            book.epoch = CALENDAR_MAC_1904
        number = 46027 - (1462 if old else 0)
        table(sheet, ("a", "b"), ("day", datetime(2026, 1, 5)), ("number", number), ("text", "2026/1/5"))

    take(house, workbook(fill), properties=DATED)
    assert [row[2] for row in loaded(house)] == [date(2026, 1, 5)] * 3


def test_an_old_workbook_of_1904(house: House) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = True
    sheet = book.add_sheet("s")
    for row, values in enumerate([("a", "b"), ("x", 46027 - 1462)]):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    made = io.BytesIO()
    book.save(made)
    take(house, made.getvalue(), "x.xls", properties=DATED)
    assert [row[2] for row in loaded(house)] == [date(2026, 1, 5)]


def test_rows_tied_by_merged_cells_are_set_aside(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("n", "a", "b"), (1, "x", "1"), (2, "y", "9"), (3, "z", None), (4, "w", "2"))
        sheet.merge_cells("C3:C4")
        sheet.merge_cells("A4:A5")

    take(house, workbook(fill))
    assert loaded(house) == [(2, "x", "1"), (5, "w", "2")]
    assert set_aside(house) == {3: "merged", 4: "merged"}


def test_hidden_rows_are_read_and_said(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("x", "1"), ("y", "2"))
        sheet.row_dimensions[3].hidden = True

    assert codes(take(house, workbook(fill))) == ["I036"]
    assert len(loaded(house)) == 2


def test_numbers_too_long_for_a_spreadsheet_are_set_aside_and_text_stays_text(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("110101199001011237", "1"), (110101199001011237, "2"), ("007", 0.1 + 0.2))

    take(house, workbook(fill))
    assert loaded(house) == [(2, "110101199001011237", "1"), (4, "007", "0.3")]
    assert set_aside(house) == {3: "number"}


def test_closing_rows_are_no_records_where_the_contract_says_so(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("x", "1"), ("合计", "1"), ("y", "2"), ("合计", "3"), ("制表人：某某",))

    report = take(house, workbook(fill), footer="合计|制表人.*")
    assert codes(report) == ["I037"]
    assert loaded(house) == [(2, "x", "1"), (4, "y", "2")]
    assert set_aside(house) == {3: "footer"}


def old_workbook(*rows: tuple[object, ...]) -> bytes:
    """The bytes of a workbook of before 2007."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("s")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_password_is_named(house: House) -> None:
    content = bytearray(old_workbook(("a", "b"), ("x", "1")))
    entry = content.find("Workbook".encode("utf-16-le"))
    new = "EncryptedPackage".encode("utf-16-le")
    content[entry : entry + len(new)] = new
    content[entry + 64] = len(new) + 2
    old = old_workbook(("a", "b"), ("x", "1")).replace(b"\x42\x00\x02\x00", b"\x2f\x00\x02\x00", 1)
    house.contract("book", TWO, format_="xlsx")
    house.drop("book", "new.xlsx", bytes(content))
    house.drop("book", "old.xls", old)
    assert codes(house.ingest()) == ["I032", "I032"]


def test_merged_cells_and_hidden_rows_of_an_old_workbook_are_seen(house: House) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("s")
    for row, values in enumerate([("a", "b"), ("x", "1"), ("y",), ("z",), ("w", "2")]):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    sheet.write_merge(2, 3, 1, 1, "9")
    sheet.row(1).hidden = True
    made = io.BytesIO()
    book.save(made)
    assert codes(take(house, made.getvalue(), "x.xls")) == ["I036"]
    assert loaded(house) == [(2, "x", "1"), (5, "w", "2")]
    assert set_aside(house) == {3: "merged", 4: "merged"}


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95, 0.999])
@pytest.mark.parametrize("old", [False, True])
def test_a_workbook_cut_short_is_refused(house: House, keep: float, old: bool) -> None:
    rows = [("a", "b"), *((f"x{n}", f"y{n}") for n in range(400))]
    content = old_workbook(*rows) if old else workbook(lambda _, sheet: table(sheet, *rows))
    report = take(house, content[: int(len(content) * keep)], "x.xls" if old else "x.xlsx")
    (file,) = report.files
    assert file.status == "refused" or file.rows_loaded == 400
    assert file.status == "loaded" or set(codes(report)) <= {"I015", "I033"}


def test_a_damaged_member_is_found_before_anything_is_read(house: House) -> None:
    content = bytearray(workbook(lambda _, sheet: table(sheet, ("a", "b"), ("x", "1"))))
    with ZipFile(io.BytesIO(bytes(content))) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    content[info.header_offset + 60] ^= 0xFF
    assert codes(take(house, bytes(content))) == ["I015"]


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(house: House) -> None:
    house.settings = replace(house.settings, unpack_limit="2MB")
    content = workbook(lambda _, sheet: table(sheet, ("a", "b"), *(("x" * 500, "1") for _ in range(9_000))))
    blown = edited(content, "xl/theme/theme1.xml", b"</a:theme>", b"</a:theme>" + b" " * 3_000_000)
    assert codes(take(house, blown)) == ["I031"]


def test_a_time_of_day_is_no_date(house: House) -> None:
    def fill(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("x", time(12, 30)), ("y", datetime(2026, 3, 5)))

    take(house, workbook(fill), properties=DATED)
    assert loaded(house) == [(3, "y", date(2026, 3, 5))], "and not the last day of 1899"
    assert house.rows("select row, record ->> 'b' from clew.quarantine") == [(2, "12:30:00")]


def test_a_sheet_without_the_columns_is_refused_with_the_word_that_leaves_it_out(house: House) -> None:
    def fill(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        table(sheet, ("a", "b"), ("x", "1"))
        table(book.create_sheet("汇总"), ("合计", 1))

    (problem,) = take(house, workbook(fill), sheets="all").problems
    assert problem.place.path.endswith("/汇总") and "name those that are under 'sheets'" in problem.help
