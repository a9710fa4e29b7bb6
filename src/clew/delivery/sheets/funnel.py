"""漏斗: what each rule read, what each step dropped and why."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from xlsxwriter import Workbook

from clew.contracts.row_height import row_height
from clew.delivery import words
from clew.delivery.contents import Contents
from clew.delivery.sheets.style import A3, Column, Style, clipped, open_sheet, write_columns, write_head

NAME = "漏斗"
COLUMNS = (
    Column("步骤", "Step", 17, "quiet"),
    Column("做什么", "What the step does", 70),
    Column("剩余行数", "Rows left", 14, "count"),
    Column("减少", "Dropped", 12, "count"),
    Column("原因", "Reason", 28),
    Column("依法或依理由排除", "Excluded", 14, "count"),
    Column("数据为空无法判断", "Unknown", 14, "count"),
    Column("未能判定", "Inconclusive", 14, "count"),
    Column("计算出错", "Errors", 12, "count"),
)


def add(book: Workbook, style: Style, contents: Contents, head: Mapping[str, str]) -> None:
    """Write one block per rule."""
    sheet = open_sheet(book, NAME, COLUMNS, head["footer"], paper=A3)
    row = write_head(
        sheet,
        style,
        "筛查漏斗 Funnel",
        [
            head["line"],
            "逐步列出每条规则读取、排除、保留的行数：被排除的与无法判断的分开计数，没有一行无声消失。",
        ],
    )
    row = write_columns(sheet, style, row, COLUMNS)
    sheet.freeze_panes(row, 0)
    for (rule, title), steps in groupby(contents.funnel, key=lambda step: (step.rule, step.rule_title)):
        totals = "，".join(
            f"{words.OUTCOMES.get(name, name)} {count:,}" for name, count in contents.outcomes.get(rule, {}).items()
        )
        sheet.write_string(row, 0, f"{title}　{rule}" + (f"　——　{totals}" if totals else ""), style["group"])
        for column in range(1, len(COLUMNS)):
            sheet.write_blank(row, column, None, style["group"])
        row += 1
        first, before = row, None
        for step in steps:
            sentence = clipped(step.sentence_en if contents.language == "en" else step.sentence_zh)
            for column, text in ((0, step.number), (1, sentence), (4, step.reason)):
                sheet.write_string(row, column, text, style[COLUMNS[column].format])
            dropped = max(before - step.rows, 0) if before is not None else 0
            counts = {2: step.rows, 3: dropped, 5: step.excluded, 6: step.unknown, 7: step.inconclusive, 8: step.errors}
            for column, count in counts.items():
                if count or column == 2:
                    sheet.write_number(row, column, count, style["count"])
                else:
                    sheet.write_blank(row, column, None, style["count"])
            sheet.set_row(row, row_height([(sentence, COLUMNS[1].width), (step.reason, COLUMNS[4].width)]))
            before = step.rows
            row += 1
        sheet.conditional_format(
            first,
            2,
            row - 1,
            2,
            {
                "type": "data_bar",
                "bar_color": "#9DB7D5",
                "bar_solid": True,
                "min_type": "num",
                "min_value": 0,
            },
        )
