"""The rejected-rows workbook: what was set aside of one delivery, for its sender to mend and send back.

The sender's own headings and values, row by row, with the place in the file, every reason, and the cells at fault
marked. Each row carries a reference, by which the mended row finds its way back. The same rows always give the same
bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from clew.contracts.checks import every_check
from clew.contracts.model import Contract
from clew.contracts.row_height import row_height
from clew.delivery import masking
from clew.delivery.reasons import Checks, in_both
from clew.delivery.sheets.style import (
    A3,
    CELL,
    Column,
    Style,
    clipped,
    make_style,
    open_sheet,
    write_columns,
    write_head,
)
from clew.delivery.words import FIXES, OTHER_FIX
from clew.ingest.load.references import OWN_HEADINGS, reference
from clew.ingest.release.held import HeldDelivery, HeldRow
from clew.whole_file import write_whole

SHEET, REASONS, GUIDE = "退回明细", "原因统计", "说明"
MADE_ON = datetime(2000, 1, 1)
MOST_ROWS = 200_000
"""Rows of one workbook; the others follow when these came back."""
_WIDTHS = (16.0, 26.0, 14.0, 9.0, 46.0)
_ENGLISH = ("Reference", "File", "Part", "Row", "Why it was returned")


@dataclass(frozen=True)
class Rejected:
    """What one workbook holds. ``masked``: personal values are hidden, and it cannot be sent back."""

    contract: Contract
    of: HeldDelivery
    rows: Sequence[HeldRow]
    masked: bool


def write_rejected(rejected: Rejected, path: Path) -> None:
    """Write the workbook whole or not at all."""
    write_whole(path, lambda part: _write(rejected, part), mode=0o640)


def _write(rejected: Rejected, path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(str(path), options)
    try:
        book.set_properties({"title": "退回数据", "author": "Clew", "created": MADE_ON})
        made = make_style(book)
        # Text cells: what a person types stays what was typed, identity numbers and dates too.
        kept = {"text_cell": {"num_format": "@", "locked": False}}
        kept["bad_cell"] = kept["text_cell"] | {"bg_color": "#FBD5D5", "font_color": "#9B1C1C", "bold": True}
        style = Style({**made.formats, **{key: book.add_format({**CELL, **more}) for key, more in kept.items()}})
        checks = {check.name: check for check in every_check(rejected.contract)}
        _rows(book, style, rejected, checks)
        _reasons(book, style, rejected, checks)
        _guide(book, style, rejected)
    finally:
        book.close()


def _rows(book: Workbook, style: Style, rejected: Rejected, checks: Checks) -> None:
    contract = rejected.contract
    own = [Column(*titles) for titles in zip(OWN_HEADINGS, _ENGLISH, _WIDTHS, strict=True)]
    columns = [*own, *(Column(one.header, one.title or one.name, 20) for one in contract.columns)]
    # Where the contract names a sheet, the workbook that comes back is looked for under that name.
    sheet = open_sheet(book, contract.file_format.sheet or SHEET, columns, _footer(rejected), paper=A3)
    notice = "脱敏版：仅供在原文件中查找，不能直接填写退回。Masked: not to be filled in." if rejected.masked else ""
    row = write_head(sheet, style, f"退回数据 · {contract.title_zh or contract.title}", _lines(rejected), notice)
    row = _headings(sheet, style, row, columns)
    sheet.freeze_panes(row, len(own))
    first = row
    for item in rejected.rows[:MOST_ROWS]:
        _write_row(sheet, style, row, item, rejected, checks)
        row += 1
    if row > first:
        sheet.autofilter(first - 1, 0, row - 1, len(columns) - 1)
    allowed = ("autofilter", "format_columns", "format_rows", "sort", "delete_rows")
    sheet.protect("", dict.fromkeys(allowed, True))


def _headings(sheet: Worksheet, style: Style, row: int, columns: Sequence[Column]) -> int:
    """One line of headings, exactly the sender's: the workbook is read by them when it comes back."""
    for index, column in enumerate(columns):
        sheet.write_string(row, index, column.title, style["header"])
    sheet.set_row(row, 26)
    sheet.repeat_rows(row)
    return row + 1


def _write_row(sheet: Worksheet, style: Style, row: int, item: HeldRow, rejected: Rejected, checks: Checks) -> None:
    contract, values = rejected.contract, item.delivered
    names = [reason.partition(":")[0] for reason in item.reasons]
    why = "\n".join(in_both(reason, checks) for reason in item.reasons)
    sheet.write_string(row, 0, reference(item.batch, item.row, masked=rejected.masked), style["number"])
    sheet.write_string(row, 1, rejected.of.file, style["quiet"])
    sheet.write_string(row, 2, item.part, style["quiet"])
    sheet.write_number(row, 3, item.part_row, style["row"])
    sheet.write_string(row, 4, clipped(why), style["text"])
    bad = {column for name in names if (check := checks.get(name)) for column in check.columns}
    whole = any(name not in checks for name in names)
    for index, column in enumerate(contract.columns, start=len(OWN_HEADINGS)):
        value = values.get(column.name)
        shown = masking.masked_aside(value, column) if rejected.masked else value
        form = style["bad_cell" if column.name in bad or whole else "text_cell"]
        sheet.write_string(row, index, clipped(shown or ""), form)
    sheet.set_row(row, row_height([(why, _WIDTHS[4])]))


def _reasons(book: Workbook, style: Style, rejected: Rejected, checks: Checks) -> None:
    columns = (
        Column("退回原因", "Why", 60), Column("行数", "Rows", 10, "count"), Column("如何更正", "How to mend it", 70),
    )  # fmt: skip
    sheet = open_sheet(book, REASONS, columns, _footer(rejected))
    row = write_columns(sheet, style, write_head(sheet, style, "原因统计 Reasons", []), columns)
    counts = Counter(reason for item in rejected.rows for reason in item.reasons)
    for reason, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        name = reason.partition(":")[0]
        fix = FIXES.get(checks[name].kind, OTHER_FIX) if name in checks else OTHER_FIX
        texts = (in_both(reason, checks), f"{fix[0]}\n{fix[1]}")
        sheet.write_string(row, 0, clipped(texts[0]), style["text"])
        sheet.write_number(row, 1, count, style["count"])
        sheet.write_string(row, 2, texts[1], style["text"])
        sheet.set_row(row, row_height([(texts[0], 60), (texts[1], 70)]))
        row += 1


def _guide(book: Workbook, style: Style, rejected: Rejected) -> None:
    columns = (Column("", "", 22), Column("", "", 100))
    sheet = open_sheet(book, GUIDE, columns, _footer(rejected))
    row = write_head(sheet, style, "说明 How to use this", []) + 1
    of = rejected.of
    papers = f"mode: {of.mode}" if of.mode.changes else f"resubmits: {of.batch}"
    if rejected.masked:
        back = "本工作簿已脱敏，不能填写退回。请按“来源文件”“行号”在原文件中更正，只将更正后的整行另存为文件报送。"
    else:
        back = "只改标红的单元格；“退回编号”等前五列不要改动。改完的行保留，改不了的行整行删去，保存后原样退回本文件。"
    pairs = (
        ("退回什么", "这些行在接收时不符合数据约定，已另行保管，没有使用，也没有删除。其余各行已正常接收。"),
        ("怎样更正", back),
        ("怎样接收", f"收到后放入 drop/{rejected.contract.dataset}/，随附 sidecar：{papers}"),
        ("数值", "显示的是贵单位报送的原值，一律为文本格式，请勿改为数字或日期格式。"),
        ("保密", "含个人信息，按原数据的密级和渠道退回；不得经互联网传送。" if not rejected.masked else "已脱敏。"),
    )
    for label, text in pairs:
        sheet.write_string(row, 0, label, style["plain"])
        sheet.write_string(row, 1, text, style["plain"])
        sheet.set_row(row, row_height([(label, 22), (text, 100)], least=18.0))
        row += 1


def _lines(rejected: Rejected) -> list[str]:
    of, shown = rejected.of, min(len(rejected.rows), MOST_ROWS)
    rest = f"（另有 {len(rejected.rows) - shown} 行待这些退回后再发）" if len(rejected.rows) > shown else ""
    letter = f"　文号 {of.letter}" if of.letter else ""
    return [
        f"来源文件 {of.file}　批次 {of.batch}　收到日期 {of.received_on}　来文单位 {of.sender or '—'}{letter}",
        f"该文件共 {of.rows_read} 行，退回 {shown} 行{rest}。标红的单元格需要更正；怎样退回见“{GUIDE}”。",
    ]


def _footer(rejected: Rejected) -> str:
    return f"{rejected.contract.dataset} · 批次 {rejected.of.batch}"
