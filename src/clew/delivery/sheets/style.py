"""How a batch workbook looks: one family of formats, page set-up, and rows tall enough for their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

FONT = "Microsoft YaHei"
A3, A4 = 8, 9
INK, QUIET, LINE = "#1F2937", "#6B7280", "#D9DEE5"
HEADER_FILL, ZEBRA, NOTICE = "#1F3A5F", "#F7F9FB", "#FFF4D6"
BAND_COLOURS = {"red": ("#FBD5D5", "#9B1C1C"), "orange": ("#FFE3C7", "#9A4A00"), "yellow": ("#FFF3BF", "#7A5A00")}
LONGEST_CELL = 32000

BASE: Mapping[str, Any] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
CELL: Mapping[str, Any] = {**BASE, "border": 1, "border_color": LINE, "text_wrap": True}
FORMATS: Mapping[str, Mapping[str, Any]] = {
    "title": {**BASE, "font_size": 16, "bold": True, "font_color": HEADER_FILL, "valign": "vcenter"},
    "subtitle": {**BASE, "font_color": QUIET, "valign": "vcenter"},
    "notice": {**BASE, "bg_color": NOTICE, "font_color": "#7A5A00", "bold": True, "valign": "vcenter"},
    "header": {
        **CELL,
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": HEADER_FILL,
        "border_color": HEADER_FILL,
        "align": "center",
        "valign": "vcenter",
    },
    "text": {**CELL, "indent": 1},
    "quiet": {**CELL, "font_color": QUIET, "indent": 1},
    "centre": {**CELL, "align": "center"},
    "bold": {**CELL, "bold": True, "align": "center"},
    "money": {**CELL, "num_format": "#,##0.00"},
    "count": {**CELL, "num_format": "#,##0"},
    "row": {**CELL, "num_format": "0", "font_color": QUIET},
    "score": {**CELL, "num_format": "0", "align": "center", "bold": True},
    "date": {**CELL, "num_format": "yyyy-mm-dd", "align": "center"},
    "link": {**CELL, "font_color": "#1D4ED8", "underline": 1, "font_size": 9, "text_wrap": False, "indent": 1},
    "number": {**CELL, "font_color": QUIET, "font_size": 9, "text_wrap": False, "indent": 1},
    "input": {**CELL, "bg_color": "#FFFDF3", "locked": False},
    "input_date": {**CELL, "bg_color": "#FFFDF3", "locked": False, "num_format": "yyyy-mm-dd", "align": "center"},
    "group": {**CELL, "bold": True, "bg_color": "#E3EAF3", "font_color": HEADER_FILL, "text_wrap": False},
    "field": {**CELL, "bg_color": ZEBRA, "font_color": QUIET, "font_size": 9},
    "section": {
        **BASE,
        "font_size": 12,
        "bold": True,
        "font_color": HEADER_FILL,
        "bottom": 2,
        "bottom_color": HEADER_FILL,
    },
    "plain": {**BASE, "text_wrap": True, "valign": "top"},
}


@dataclass(frozen=True)
class Style:
    """The formats of one workbook, by name."""

    formats: Mapping[str, Format]

    def __getitem__(self, name: str) -> Format:
        return self.formats[name]

    def band(self, code: str) -> Format:
        """The coloured cell of a band; the word in it says the same without colour."""
        return self.formats.get(f"band_{code}", self.formats["bold"])


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its Chinese and English heading, its width in characters, and its format."""

    title: str
    english: str
    width: float
    format: str = "text"


def make_style(book: Workbook) -> Style:
    """Register every format with the workbook, in a fixed order."""
    formats = {name: book.add_format(dict(options)) for name, options in FORMATS.items()}
    for code, (fill, ink) in BAND_COLOURS.items():
        formats[f"band_{code}"] = book.add_format({**FORMATS["bold"], "bg_color": fill, "font_color": ink})
    return Style(formats)


def open_sheet(book: Workbook, name: str, columns: Sequence[Column], footer: str, *, paper: int = A4) -> Worksheet:
    """A sheet with its column widths and a page set-up that prints as it looks."""
    sheet = book.add_worksheet(name)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    sheet.hide_gridlines(2)
    sheet.set_paper(paper)
    if paper == A3:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&8 {footer}&R&8 &P / &N")
    return sheet


def write_head(sheet: Worksheet, style: Style, title: str, lines: Sequence[str], notice: str = "") -> int:
    """The sheet's title, its quiet lines and a notice; returns the next free row."""
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, title, style["title"])
    row = 1
    for line in lines:
        sheet.set_row(row, 18)
        sheet.write_string(row, 0, clipped(line), style["subtitle"])
        row += 1
    if notice:
        sheet.set_row(row, 20)
        sheet.write_string(row, 0, notice, style["notice"])
        for column in range(1, 8):
            sheet.write_blank(row, column, None, style["notice"])
        row += 1
    return row


def write_columns(sheet: Worksheet, style: Style, row: int, columns: Sequence[Column]) -> int:
    """The heading row, Chinese above English, frozen and repeated in print; returns the next row."""
    sheet.set_row(row, 34)
    for index, column in enumerate(columns):
        sheet.write_string(row, index, f"{column.title}\n{column.english}", style["header"])
    sheet.repeat_rows(row)
    return row + 1


def clipped(text: str) -> str:
    """Text that fits a cell (a longer one would be dropped by the format without a word)."""
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "……（其余见表格文件）"


def plain(number: Decimal) -> str:
    """A number without trailing zeros or exponent."""
    return f"{number.normalize():f}"
