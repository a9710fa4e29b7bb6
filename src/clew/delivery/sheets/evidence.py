"""证据: for each clue its sentences, how its score came about, and the source rows with file and row number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from clew.contracts.row_height import row_height
from clew.delivery import words
from clew.delivery.contents import ClueRow, Contents, EvidenceRow
from clew.delivery.sheets.style import (
    A3,
    Column,
    Style,
    clipped,
    open_sheet,
    plain,
    write_columns,
    write_head,
)
from clew.rules.message import worded

NAME = "证据"
FIELDS = 10
COLUMNS = (
    Column("线索编号", "Clue no.", 37, "number"),
    Column("数据来源", "Dataset", 18),
    Column("来源文件", "Source file", 38, "quiet"),
    Column("行号", "Row", 8, "count"),
    Column("收到日期", "Received", 12, "date"),
    *(Column("数据内容", "Values", 20) for _ in range(FIELDS)),
)
FIRST_FIELD = 5
HEAD_ROWS = 4
LAST_ROW = 1_000_000


def starts(contents: Contents) -> Mapping[str, int]:
    """At which row (from 0) each clue's block starts; a clue that no longer fits the sheet is left out."""
    found: dict[str, int] = {}
    row = HEAD_ROWS
    for clue in contents.clues:
        if row > LAST_ROW:
            break
        found[clue.clue_id] = row
        row += 2 + len(clue.signals) + bool(_clearings(clue)) + len(_blocks(clue)) + len(clue.evidence)
    return found


def add(book: Workbook, style: Style, contents: Contents, head: Mapping[str, str]) -> None:
    """Write the sheet, each clue's block where :func:`starts` says."""
    sheet = open_sheet(book, NAME, COLUMNS, head["footer"], paper=A3)
    lines = [head["line"], "每条线索一组：所指事实、分值构成、可排除情形、来源数据行（可据来源文件与行号核对原件）。"]
    row = write_head(sheet, style, "证据明细 Evidence", lines)
    row = write_columns(sheet, style, row, COLUMNS)
    sheet.merge_range(
        row - 1,
        FIRST_FIELD,
        row - 1,
        len(COLUMNS) - 1,
        "数据内容\nValues, under the titles of each dataset",
        style["header"],
    )
    sheet.freeze_panes(row, 1)
    planned = starts(contents)
    for clue in contents.clues:
        if clue.clue_id not in planned:
            sheet.write_string(row, 0, "其余证据见 evidence.csv 与 evidence.parquet。", style["plain"])
            break
        row = _write_clue(sheet, style, planned[clue.clue_id], clue, contents.language)


def _write_clue(sheet: Worksheet, style: Style, row: int, clue: ClueRow, language: str) -> int:
    name = f"{clue.subject_name}  {clue.subject}".strip()
    sheet.write_string(row, 0, clue.clue_id, style["group"])
    for column in range(1, len(COLUMNS)):
        sheet.write_blank(row, column, None, style["group"])
    title = f"{name}　·　{clue.model_title}　·　{words.band(clue.band)} {clue.score} 分"
    sheet.write_string(row, 1, title, style["group"])
    row += 1
    for signal in clue.signals:
        facts = "；".join(f"{label}：{value}" for label, value in signal.facts)
        message = signal.message if language == "en" else signal.message_zh
        row = _write_wide(sheet, style, row, clue, signal.title_zh, "\n".join(filter(None, (message, facts))))
    row = _write_wide(sheet, style, row, clue, "分值构成", _sum(clue))
    if _clearings(clue):
        row = _write_wide(sheet, style, row, clue, "可排除情形", _clearings(clue))
    for block in _blocks(clue):
        row = _write_block(sheet, style, row, block)
    return row


def _write_wide(sheet: Worksheet, style: Style, row: int, clue: ClueRow, label: str, text: str) -> int:
    sheet.write_string(row, 0, clue.clue_id, style["number"])
    sheet.write_string(row, 1, label, style["field"])
    sheet.merge_range(row, 2, row, len(COLUMNS) - 1, "", style["text"])
    sheet.write_string(row, 2, clipped(text), style["text"])
    width = sum(column.width for column in COLUMNS[2:])
    sheet.set_row(row, row_height([(text, width), (label, COLUMNS[1].width)]))
    return row + 1


def _sum(clue: ClueRow) -> str:
    """How the score came about, so that a reader can follow it."""
    parts = [
        f"{signal.title_zh}（规则 {signal.rule} 第 {signal.rule_version} 版）："
        f"{plain(signal.weight)} × 强度 {plain(signal.strength)} = {plain(signal.result)}"
        for signal in clue.signals
    ]
    parts += [f"{factor.title_zh}：+{plain(factor.result)}" for factor in clue.factors]
    return f"{'；'.join(parts)}。合成 {clue.score} 分。"


def _clearings(clue: ClueRow) -> str:
    """What would clear the subject, one line per step; a step that several rules share is told once."""
    return "\n".join(dict.fromkeys(line for signal in clue.signals for line in signal.clearings))


def _blocks(clue: ClueRow) -> list[list[EvidenceRow]]:
    """Neighbouring source rows of one rule and dataset with the same columns: two aliases may read different ones."""
    return [list(rows) for _, rows in groupby(clue.evidence, key=lambda row: (row.rule, row.dataset, _titles(row)))]


def _titles(row: EvidenceRow) -> tuple[str, ...]:
    return tuple(title for title, _ in row.values)


def _write_block(sheet: Worksheet, style: Style, row: int, block: list[EvidenceRow]) -> int:
    """Source rows under a small heading of their own; columns that are empty throughout are left out."""
    used = [index for index in range(len(block[0].values)) if any(item.values[index][1] is not None for item in block)]
    shown, rest = (used, []) if len(used) <= FIELDS else (used[: FIELDS - 1], used[FIELDS - 1 :])
    titles = [block[0].values[index][0] for index in shown] + (["其他字段"] if rest else [])
    sheet.write_string(row, 0, block[0].clue_id, style["number"])
    for column in range(1, FIRST_FIELD):
        sheet.write_blank(row, column, None, style["field"])
    for column in range(FIELDS):
        sheet.write_string(row, FIRST_FIELD + column, titles[column] if column < len(titles) else "", style["field"])
    row += 1
    for item in block:
        cells = [item.values[index][1] for index in shown]
        if rest:
            others = [item.values[index] for index in rest if item.values[index][1] is not None]
            cells.append("；".join(f"{title}：{worded(value, {}, 'zh')}" for title, value in others))
        _write_source(sheet, style, row, item, cells)
        row += 1
    return row


def _write_source(sheet: Worksheet, style: Style, row: int, item: EvidenceRow, cells: list[Any]) -> None:
    for column, text in enumerate((item.clue_id, item.dataset_title, item.file)):
        sheet.write_string(row, column, text, style[COLUMNS[column].format])
    sheet.write_number(row, 3, item.row, style["count"])
    sheet.write_datetime(row, 4, item.received_on, style["date"])
    for column in range(FIELDS):
        _write_value(sheet, style, row, FIRST_FIELD + column, cells[column] if column < len(cells) else None)
    texts = [(item.file, COLUMNS[2].width)]
    texts += [(cell, COLUMNS[FIRST_FIELD].width) for cell in cells if isinstance(cell, str)]
    sheet.set_row(row, row_height(texts))


def _write_value(sheet: Worksheet, style: Style, row: int, column: int, value: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style["text"])
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", style["text"])
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), style["money"])
    elif isinstance(value, int):
        sheet.write_number(row, column, value, style["text"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style["date"])
    else:
        sheet.write_string(row, column, clipped(str(value)), style["text"])
