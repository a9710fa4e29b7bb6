"""抽查: subjects that were excluded, or stayed just below a threshold, for a person to look at again."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter import Workbook

from clew.contracts.row_height import row_height
from clew.delivery import words
from clew.delivery.contents import Contents
from clew.delivery.sheets.style import A3, Column, Style, clipped, open_sheet, write_columns, write_head

NAME = "抽查"
KEY, ANSWER, NOTE, ACTOR, DAY = "抽查编号", "核查结果", "核查说明", "核查人", "核查日期"
COLUMNS = (
    Column(KEY, "Sample no.", 27, "number"),
    Column("类别", "Kind", 12, "centre"),
    Column("对象", "Subject", 22),
    Column("监督模型", "Model", 26),
    Column("规则", "Rule", 34),
    Column("未列为线索的理由", "Why it is no clue", 48),
    Column("来源", "Source", 42, "quiet"),
    Column(ANSWER, "Found ▼", 14, "input"),
    Column(NOTE, "Note", 30, "input"),
    Column(ACTOR, "Looked at by", 12, "input"),
    Column(DAY, "Date", 12, "input_date"),
)
FOUND = COLUMNS.index(next(column for column in COLUMNS if column.title == ANSWER))


def add(book: Workbook, style: Style, contents: Contents, head: Mapping[str, str]) -> None:
    """Write one row per subject drawn, with a drop-down for what was found."""
    sheet = open_sheet(book, NAME, COLUMNS, head["footer"], paper=A3)
    lines = [
        head["line"],
        "随机抽取的被排除对象和略低于阈值的对象，不是线索。请核查是否确应排除，填写后随工作簿退回，用以估计遗漏比例。",
        *(f"{title}：{said}" for title, said in contents.missed),
    ]
    row = write_head(sheet, style, "抽查 Sample of those left out", lines)
    row = write_columns(sheet, style, row, COLUMNS)
    sheet.freeze_panes(row, 1)
    first = row
    for one in contents.samples:
        texts = {
            0: one.sample_id,
            1: words.SAMPLE_KINDS[one.kind],
            2: one.subject,
            3: one.model_title,
            4: f"{one.rule_title}\n{one.rule} {one.step}",
            5: one.reason,
            6: one.source,
        }
        for column, text in texts.items():
            sheet.write_string(row, column, clipped(text), style[COLUMNS[column].format])
        for column in range(FOUND, len(COLUMNS)):
            sheet.write_blank(row, column, None, style[COLUMNS[column].format])
        sheet.set_row(row, row_height([(text, COLUMNS[column].width) for column, text in texts.items()]))
        row += 1
    sheet.data_validation(
        first, FOUND, row - 1, FOUND, {"validate": "list", "source": list(words.SAMPLE_ANSWERS.values())}
    )
