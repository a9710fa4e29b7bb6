"""更正通知: clues this unit was sent before, of which a source was corrected, and what that means for them."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter import Workbook

from clew.contracts.row_height import row_height
from clew.delivery import words
from clew.delivery.contents import Contents
from clew.delivery.sheets.style import A3, Column, Style, clipped, open_sheet, write_columns, write_head

NAME = "更正通知"
COLUMNS = (
    Column("线索编号", "Clue no.", 37, "number"),
    Column("处理意见", "What to do", 36, "bold"),
    Column("对象", "Subject", 14),
    Column("证件号码", "ID", 21),
    Column("监督模型", "Model", 22),
    Column("曾列入批次", "Sent in", 34, "quiet"),
    Column("目前状态", "State", 12, "centre"),
    Column("更正日期", "Corrected", 12, "date"),
    Column("数据来源", "Dataset", 18),
    Column("原依据的数据行", "Rows it rested on", 48),
    Column("更正文件", "Correcting file", 30, "quiet"),
    Column("来文单位", "From", 18, "quiet"),
    Column("文号", "Letter", 18, "quiet"),
)


def add(book: Workbook, style: Style, contents: Contents, head: Mapping[str, str]) -> None:
    """Write one row per clue and correcting delivery."""
    sheet = open_sheet(book, NAME, COLUMNS, head["footer"], paper=A3)
    lines = [head["line"], "下列线索此前已送交本单位，其依据的来源数据后来被更正。请先阅处理意见，再继续办理。"]
    row = write_head(sheet, style, "更正与撤回通知 Corrections and withdrawals", lines)
    row = write_columns(sheet, style, row, COLUMNS)
    sheet.freeze_panes(row, 1)
    for notice in contents.notices:
        texts = {
            0: notice.clue_id,
            1: words.VERDICTS[notice.verdict],
            2: notice.subject_name,
            3: notice.subject,
            4: notice.model_title,
            5: "\n".join(notice.sent_in),
            6: words.disposition(notice.state),
            8: notice.dataset_title,
            9: notice.rows,
            10: notice.by_file,
            11: notice.by_sender,
            12: notice.by_letter,
        }
        for column, text in texts.items():
            sheet.write_string(row, column, clipped(text), style[COLUMNS[column].format])
        sheet.write_datetime(row, 7, notice.corrected_on, style["date"])
        sheet.set_row(row, row_height([(text, COLUMNS[column].width) for column, text in texts.items()]))
        row += 1
