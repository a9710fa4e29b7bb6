"""The workbook a department fills in for a dataset: headings, notes, an example and drop-downs, made from the contract.

The notes and the example stand *above* the headings, where a reader expects the title of a form, so a filled-in
workbook is a delivery as it is: the headings are the first row that names the contract's columns, and the data begin
below it. The same contract gives the same bytes.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clew.contracts.column_words import needs, type_words
from clew.contracts.made_up import delivered, made_up
from clew.contracts.model import Column, Contract
from clew.contracts.row_height import display_width, row_height
from clew.plan import Type

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

ROWS = 20_000
"""How many rows below the headings have drop-downs and limits; more may be filled in."""
_LISTS, _NOTES = "选项", "填表说明"
_MADE = datetime(2000, 1, 1)
_TITLE, _NEEDED, _TYPE, _EXAMPLE, _HEADINGS = range(5)


def write_template(contract: Contract, path: Path) -> Path:
    """Write the workbook of a contract, whole or not at all; writing the same again changes nothing.

    Raises FileExistsError where another file stands: somebody may have filled it in.
    """
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    book = xlsxwriter.Workbook(str(partial), {"strings_to_numbers": False, "strings_to_formulas": False})
    try:
        book.set_properties({"title": contract.title_zh, "created": _MADE})
        sheet = book.add_worksheet("数据")
        notes, lists = book.add_worksheet(_NOTES), book.add_worksheet(_LISTS)
        lists.hide()
        _sheet(book, sheet, lists, contract)
        _explain(book, notes, contract)
        sheet.activate()
    finally:
        book.close()
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(partial, path)
    except FileExistsError:
        if partial.read_bytes() != path.read_bytes():
            raise
    finally:
        partial.unlink()
    return path


def _sheet(book: Workbook, sheet: Worksheet, lists: Worksheet, contract: Contract) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    note = book.add_format({"italic": True, "font_color": "#555555", "text_wrap": True, "valign": "top"})
    example = book.add_format(
        {"italic": True, "font_color": "#888888", "bg_color": "#F2F2F2", "num_format": "@"}
    )  # fmt: skip
    heading = book.add_format(
        {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    needed = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1, "text_wrap": True, "valign": "vcenter"})
    sheet.write_string(_TITLE, 0, f"{contract.title_zh}  {contract.title}（版本 {contract.version}）", title)
    heights: list[float] = []
    for index, column in enumerate(contract.columns):
        zh, en = needs(column, contract)
        example_text, types = f"示例 {made_up(column)}", "\n".join(type_words(column))
        width = max(16, min(34, max(display_width(column.header), display_width(example_text)) + 4))
        heights.append(row_height([(types, width)]))
        sheet.write_string(_NEEDED, index, f"{zh} / {en}", note)
        sheet.write_string(_TYPE, index, types, note)
        # The mark keeps the row from ever passing for data, and from being matched as a heading.
        sheet.write_string(_EXAMPLE, index, example_text, example)
        sheet.write_string(_HEADINGS, index, column.header, needed if needs(column, contract)[0] == "必填" else heading)
        sheet.write_comment(_HEADINGS, index, _comment(column), {"x_scale": 2, "y_scale": 1.5})
        sheet.set_column(index, index, width, _cells(book, column))
        _limit(sheet, lists, index, column)
    sheet.set_row(_TYPE, max(heights))
    sheet.set_row(_HEADINGS, 24)
    sheet.freeze_panes(_HEADINGS + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADINGS)


def _comment(column: Column) -> str:
    said = [column.title_zh, column.description, *type_words(column)]
    said += [f"{delivered(column, value)}: {label}" for value, label in column.labels.items()]
    return "\n".join(dict.fromkeys(text for text in said if text))[:1000]


def _cells(book: Workbook, column: Column) -> Any:
    """Dates are dates and numbers numbers; everything else is text, so that 18 digits and leading zeros stay."""
    if column.type is Type.DATE:
        return book.add_format({"num_format": "yyyy-mm-dd"})
    if column.type is Type.TIMESTAMP:
        return book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    if column.type is Type.INTEGER:
        return book.add_format({"num_format": "0"})
    if column.type is Type.DECIMAL:
        return book.add_format({"num_format": f"0.{'0' * min(column.precision[1], 6)}".rstrip(".")})
    return book.add_format({"num_format": "@"})


def _limit(sheet: Worksheet, lists: Worksheet, index: int, column: Column) -> None:
    """A drop-down of the allowed values, or what a cell may hold; a wrong value can be kept after a warning."""
    first, last = _HEADINGS + 1, _HEADINGS + ROWS
    told = {
        "input_title": column.header[:32], "input_message": "\n".join(type_words(column))[:255],
        "error_title": "与数据契约不符", "error_type": "warning",
    }  # fmt: skip
    options = _options(column)
    rule: dict[str, Any] = {"validate": "any"}
    if options:
        for row, option in enumerate(options):
            lists.write_string(row, index, option)
        letters = _letters(index)
        rule = {"validate": "list", "source": f"='{_LISTS}'!${letters}$1:${letters}${len(options)}"}
    elif column.identity is not None:
        rule = {"validate": "length", "criteria": "==", "value": 18}
    elif column.type is Type.TEXT and column.max_length is not None:
        rule = {"validate": "length", "criteria": "between", "minimum": column.min_length or 0,
                "maximum": column.max_length}  # fmt: skip
    elif column.type.is_number and column.minimum is not None and column.maximum is not None:
        kind = "integer" if column.type is Type.INTEGER else "decimal"
        rule = {"validate": kind, "criteria": "between", "minimum": float(column.minimum),
                "maximum": float(column.maximum)}  # fmt: skip
    sheet.data_validation(first, index, last, index, rule | told)


def _options(column: Column) -> list[str]:
    if column.type is Type.BOOLEAN:
        return ["是", "否"]
    return [delivered(column, value) for value in column.enum]


def _letters(index: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    name: str = xl_col_to_name(index)
    return name


_WIDTHS = (24, 30, 16, 44, 60)
"""Of the columns of the sheet that explains each field."""

_EXPLAINED = (
    "本表由数据契约自动生成，请在“数据”工作表的表头行下方逐行填写，表头请勿改动。",
    "表头上方的说明与示例不会被读取；示例均为虚构，不指向任何真实的人或单位。",
    "橙色表头为必填。身份证号、编号等请保持文本格式，不要改成数字。",
    "填好后原样报送，并随附送数函（报送单位、文号、期间、地区、行数）。",
    "This form is made from the data contract. Fill in rows below the headings of the first sheet.",
    "Leave the headings as they are.",
    "What stands above the headings is not read. The example is made up and names nobody.",
    "Orange headings must be filled in. Keep identity numbers as text.",
    "Send the file as it is, with the letter that says sender, number, period, region and number of rows.",
)


def _explain(book: Workbook, sheet: Worksheet, contract: Contract) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for row, line in enumerate(_EXPLAINED):
        sheet.write_string(row, 0, line)
    start = len(_EXPLAINED) + 1
    for index, word in enumerate(
        ("字段 field", "名称 title", "要求 needed", "类型与取值 type and values", "说明 notes")
    ):
        sheet.write_string(start, index, word, bold)
    for row, column in enumerate(contract.columns, start=start + 1):
        cells = (column.header, f"{column.title_zh} {column.title}", " / ".join(needs(column, contract)),
                 "\n".join(type_words(column)), column.description)  # fmt: skip
        for index, cell in enumerate(cells):
            sheet.write_string(row, index, cell, wrap)
        sheet.set_row(row, row_height([(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)]))
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
