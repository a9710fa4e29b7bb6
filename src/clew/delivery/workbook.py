"""The workbook a case handler opens: clues, evidence, funnel, what could not be decided, how to read it.

The same contents always give the same bytes: no clock, no random name, sheets and formats in a fixed order.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import xlsxwriter

from clew.delivery import words
from clew.delivery.contents import Contents
from clew.delivery.sheets import clue_list, evidence, funnel, guide, notice, sample, undecided
from clew.delivery.sheets.style import make_style

NAME = "线索.xlsx"
MADE_ON = datetime(2000, 1, 1)
TRIAL = "试运行：模型尚在验证，线索仅供核对准确性，不据此采取措施。Shadow run: not for action."
PARTLY_TRIAL = "部分模型为试运行（监督模型列已注明）：其线索仅供核对准确性。Some models are on a shadow run."


def write_workbook(contents: Contents, path: Path) -> None:
    """Write the batch's workbook; text from data never becomes a formula or a web link."""
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    try:
        head = _head(contents)
        book.set_properties(
            {
                "title": head["title"],
                "subject": contents.screening_id,
                "author": "Clew",
                "created": MADE_ON,
            }
        )
        style = make_style(book)
        # The sheets must stand in reading order, but the list links into the evidence: its rows are planned first.
        starts = evidence.starts(contents)
        clue_list.add(book, style, contents, starts, head)
        if contents.notices:
            notice.add(book, style, contents, head)
        evidence.add(book, style, contents, head)
        funnel.add(book, style, contents, head)
        undecided.add(book, style, contents, head)
        if contents.samples:
            sample.add(book, style, contents, head)
        guide.add(book, style, contents, head)
        clue_list.add_choices(book, contents)
    finally:
        book.close()


def _head(contents: Contents) -> dict[str, str]:
    bands = Counter(clue.band for clue in contents.clues)
    by_band = "　".join(f"{words.band(code)} {bands[code]}" for code in sorted(bands, key=_band_order))
    shadow = [guide.shadow for guide in contents.guides]
    notice = TRIAL if shadow and all(shadow) else PARTLY_TRIAL if any(shadow) else ""
    fresh = sum(clue.fresh for clue in contents.clues)
    unit = words.unit(contents.unit)
    return {
        "title": f"法律监督线索清单 · {unit}",
        "line": f"基准日 {contents.as_of}　筛查编号 {contents.screening_id}　接收单位 {unit}（{contents.unit}）",
        "counts": f"共 {len(contents.clues)} 条（新 {fresh}）　{by_band}{_told(contents)}",
        "notice": notice,
        "footer": f"{contents.screening_id} · {unit}{' · 试运行' if notice else ''}",
    }


def _told(contents: Contents) -> str:
    return f"　另有 {len(contents.notices)} 条更正通知，见“{notice.NAME}”" if contents.notices else ""


def _band_order(code: str) -> int:
    order = list(words.BANDS)
    return order.index(code) if code in order else len(order)
