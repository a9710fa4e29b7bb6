"""未能判定: whom the rules could not judge, why, and which data would close the gap."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter import Workbook

from clew.contracts.row_height import row_height
from clew.delivery import words
from clew.delivery.contents import Contents, Gap
from clew.delivery.sheets.style import A3, Column, Style, clipped, open_sheet, write_columns, write_head
from clew.rules.absence import NO_KEY, SET_ASIDE
from clew.rules.held_sharers import HUB_IN_DOUBT

NAME = "未能判定"
COLUMNS = (
    Column("规则", "Rule", 34),
    Column("情形", "Outcome", 12, "centre"),
    Column("对象数", "Subjects", 10, "count"),
    Column("原因", "Why", 40),
    Column("补齐什么数据即可判定", "Data that would close it", 48),
    Column("对象（部分）", "Subjects, some", 60, "quiet"),
)


def add(book: Workbook, style: Style, contents: Contents, head: Mapping[str, str]) -> None:
    """Write one row per rule, reason and missing stretch of data."""
    sheet = open_sheet(book, NAME, COLUMNS, head["footer"], paper=A3)
    row = write_head(
        sheet,
        style,
        "未能判定 Inconclusive",
        [
            head["line"],
            "数据没有覆盖到的，不作为线索，也不视为无异常：补齐数据后重新筛查即可判定。",
        ],
    )
    row = write_columns(sheet, style, row, COLUMNS)
    sheet.freeze_panes(row, 0)
    for gap in contents.gaps:
        closing, some = closing_data(gap), "、".join(gap.shown)
        if gap.subjects > len(gap.shown) > 0:
            some += f" 等 {gap.subjects:,} 个"
        texts = {
            0: f"{gap.rule_title}\n{gap.rule}",
            1: words.OUTCOMES.get(gap.outcome, gap.outcome),
            3: words.reason(gap.reason),
            4: closing,
            5: some,
        }
        for column, text in texts.items():
            sheet.write_string(row, column, clipped(text), style[COLUMNS[column].format])
        sheet.write_number(row, 2, gap.subjects, style["count"])
        sheet.set_row(row, row_height([(text, COLUMNS[column].width) for column, text in texts.items()]))
        row += 1
    if not contents.gaps:
        sheet.write_string(row, 0, "没有：每个对象都已判定。None: every subject was decided.", style["plain"])


def closing_data(gap: Gap) -> str:
    """The missing data in one sentence: dataset, region, period."""
    if gap.reason == NO_KEY:  # perhaps of nobody: the empty key may be the subject itself
        return f"由来源单位补全用于查找“{gap.dataset_title}”的编号"
    if not gap.subjects:
        return "规则未能运行完毕：由维护人员处理后重新筛查"
    if not gap.dataset:
        return "更正来源数据后重新筛查" if gap.outcome == "ERROR" else "由业务人员核对来源数据"
    if gap.reason in (SET_ASIDE, HUB_IN_DOUBT):
        return f"更正并重新报送“{gap.dataset_title}”中被搁置的记录"
    region = f"区划 {gap.region} " if gap.region else ""
    if gap.period_from and gap.period_to:
        period = f" {gap.period_from} 至 {gap.period_to} 的"
    elif gap.period_from or gap.period_to:
        period = f" {gap.period_from or '最早'} 至 {gap.period_to or '最新'} 的"
    else:
        period = ""
    return f"需要{region}“{gap.dataset_title}”{period}完整数据"
