"""线索清单: one row per clue, the worst first, with columns for the handler's answer."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from clew.contracts.row_height import row_height
from clew.delivery import words
from clew.delivery.contents import ClueRow, Contents
from clew.delivery.sheets.style import A3, Column, Style, clipped, open_sheet, write_columns, write_head

NAME = "线索清单"
CHOICES = "选项"
COLUMNS = (
    Column("线索编号", "Clue no.", 37, "link"),
    Column("等级", "Band", 7),
    Column("分值", "Score", 7, "score"),
    Column("对象", "Subject", 14),
    Column("证件号码", "ID", 21),
    Column("区划", "Region", 10, "centre"),
    Column("监督模型", "Model", 22),
    Column("发现的问题", "What is alleged", 52),
    Column("涉及金额（元）", "Amount, CNY", 15, "money"),
    Column("发生日期", "Happened", 12, "date"),
    Column("法律依据", "Law", 38, "quiet"),
    Column("应办结日期", "Due", 12, "date"),
    Column("时效届满日", "Limitation", 13, "date"),
    Column("新旧", "Seen", 8, "centre"),
    Column("同一对象的其他线索", "Also held by", 24, "quiet"),
    Column("处置结果", "Disposition ▼", 14, "input"),
    Column("处置说明", "Note", 30, "input"),
    Column("承办人", "Handled by", 12, "input"),
    Column("处置日期", "Date", 12, "input_date"),
)
DISPOSITION, LAST = 14, len(COLUMNS) - 1


def add(
    book: Workbook, style: Style, contents: Contents, evidence_rows: Mapping[str, int], head: Mapping[str, str]
) -> Worksheet:
    """Write the sheet; ``evidence_rows`` says at which row of 证据 a clue's block starts."""
    sheet = open_sheet(book, NAME, COLUMNS, head["footer"], paper=A3)
    row = write_head(sheet, style, head["title"], [head["line"], head["counts"]], head["notice"])
    heading = row
    row = write_columns(sheet, style, row, COLUMNS)
    sheet.freeze_panes(row, 1)
    first = row
    for clue in contents.clues:
        _write_clue(sheet, style, row, clue, contents, evidence_rows.get(clue.clue_id))
        row += 1
    if not contents.clues:
        sheet.write_string(row, 0, "本次筛查没有发现应交本单位办理的线索。No clue for this unit.", style["plain"])
        return sheet
    last = row - 1
    sheet.autofilter(heading, 0, last, LAST)
    _answers(sheet, contents, first)
    sheet.protect(
        "",
        {
            "autofilter": True,
            "format_columns": True,
            "format_rows": True,
            "sort": True,
            "select_locked_cells": True,
            "select_unlocked_cells": True,
            "objects": True,
        },
    )
    return sheet


def _write_clue(
    sheet: Worksheet, style: Style, row: int, clue: ClueRow, contents: Contents, target: int | None
) -> None:
    alleged = clipped(clue.alleged(contents.language))
    if target is None:
        sheet.write_string(row, 0, clue.clue_id, style["text"])
    else:
        sheet.write_url(row, 0, f"internal:'证据'!A{target + 1}", style["link"], clue.clue_id, "查看证据 Evidence")
    sheet.write_string(row, 1, words.band(clue.band), style.band(clue.band))
    sheet.write_number(row, 2, clue.score, style["score"])
    texts = {
        3: clue.subject_name,
        4: clue.subject,
        5: clue.region,
        6: clue.model_title,
        7: alleged,
        10: clipped(clue.law),
        13: clipped(clue.also_held),
    }
    for column, text in texts.items():
        sheet.write_string(row, column, text, style[COLUMNS[column].format])
    if clue.amount is None:
        sheet.write_blank(row, 8, None, style["money"])
    else:
        sheet.write_number(row, 8, float(clue.amount), style["money"])
    past = clue.limitation_ends_on is not None and clue.limitation_ends_on < contents.as_of
    for column, day in ((9, clue.happened_on), (11, clue.due_on), (12, clue.limitation_ends_on)):
        if day is None:
            sheet.write_blank(row, column, None, style["date"])
        elif column == 12 and past:
            sheet.write_string(row, column, f"{day} 已过 past", style.band("red"))
        else:
            sheet.write_datetime(row, column, day, style["date"])
    sheet.write_string(row, 13, "新线索" if clue.fresh else "持续", style["centre"])
    for column in range(DISPOSITION, LAST + 1):
        sheet.write_blank(row, column, None, style[COLUMNS[column].format])
    sheet.set_row(row, row_height([(text, COLUMNS[column].width) for column, text in texts.items()]))


def add_choices(book: Workbook, contents: Contents) -> None:
    """The hidden sheet of answers (a list typed into a validation may hold 255 letters): a column per model."""
    sheet = book.add_worksheet(CHOICES)
    sheet.hide()
    for column, guide in enumerate(contents.guides):
        sheet.write_string(0, column, guide.model)
        for index, code in enumerate(guide.dispositions, start=1):
            sheet.write_string(index, column, words.disposition(code))


def _answers(sheet: Worksheet, contents: Contents, first: int) -> None:
    """The drop-downs: each clue offers its own model's dispositions."""
    ranges = {
        guide.model: f"='{CHOICES}'!${_letter(column)}$2:${_letter(column)}${len(guide.dispositions) + 1}"
        for column, guide in enumerate(contents.guides)
    }
    for row, clue in enumerate(contents.clues, start=first):
        if clue.model in ranges:
            sheet.data_validation(
                row,
                DISPOSITION,
                row,
                DISPOSITION,
                {
                    "validate": "list",
                    "source": ranges[clue.model],
                    "error_title": "请从列表中选择",
                    "error_message": "处置结果只能从下拉列表中选择，含义见“说明”。",
                },
            )


def _letter(column: int) -> str:
    head, tail = divmod(column, 26)
    return (_letter(head - 1) if head else "") + chr(ord("A") + tail)
