"""The data request as a workbook: the list, and a sheet with the letter to each office. Same content, same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from clew.contracts.row_height import row_height
from clew.screening.missing import Gap
from clew.screening.request_letter import HEADINGS, NOBODY, by_addressee, cells, letter

WIDTHS = (32, 40, 10, 28, 40, 42, 12)
LETTER_WIDTH = 70
MADE_ON = datetime(2000, 1, 1)


def write_request(gaps: Sequence[Gap], as_of: date, path: Path) -> None:
    """Write the workbook to ``path``; no text becomes a formula or a link."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    try:
        book.set_properties({"title": f"数据需求清单 {as_of}", "author": "Clew", "created": MADE_ON})
        title = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDE6F0", "text_wrap": True, "valign": "top"})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top", "font_size": 12})
        sheet = book.add_worksheet("需求清单")
        sheet.write(0, 0, f"数据需求清单 Data request　基准日 {as_of}", title)
        for column, ((zh, en), width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write(1, column, f"{zh}\n{en}", head)
        for row, gap in enumerate(gaps, start=2):
            *words, _ = cells(gap)
            sheet.set_row(row, row_height(list(zip(words, WIDTHS, strict=False))))
            for column, word in enumerate(words):
                sheet.write_string(row, column, word, cell)
            sheet.write_number(row, len(words), gap.subjects, cell)
        if not gaps:
            sheet.write(2, 0, "没有缺失的数据。Nothing is missing.")
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_row(1, 52)
        letters = book.add_worksheet("函稿")
        letters.set_column(0, 0, LETTER_WIDTH)
        for row, (addressee, own) in enumerate(by_addressee(gaps)):
            letters.write_string(2 * row, 0, addressee or NOBODY, title)
            body = letter(addressee, own)
            letters.set_row(2 * row + 1, row_height([(body, LETTER_WIDTH * 10 / 12)]))
            letters.write_string(2 * row + 1, 0, body, text)
        letters.set_paper(9)  # A4, a letter to a page
        letters.set_h_pagebreaks([2 * row for row in range(1, len(by_addressee(gaps)))])
    finally:
        book.close()
