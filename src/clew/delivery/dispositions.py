"""Reading a filled workbook back: which clue got which disposition, from whom, and where a cell is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import fastexcel

from clew.delivery import words
from clew.delivery.sheets import clue_list
from clew.problems import Place, Problems, did_you_mean

CLUE, ANSWER, NOTE, ACTOR, DAY = "线索编号", "处置结果", "处置说明", "承办人", "处置日期"
HEADING_SEARCH = 20


@dataclass(frozen=True)
class Answer:
    """One handler's answer about one clue; ``on`` is None where no date was written."""

    clue_id: str
    disposition: str
    note: str
    actor: str
    on: date | None
    place: Place


def read_answers(path: Path, problems: Problems) -> list[Answer]:
    """The filled rows of a returned workbook, in the sheet's order.

    Problems: F001 not a workbook, F002 not one of ours (sheet or headings), F003 a disposition outside the list,
    F004 a date that is none, F005 an answer without a clue number. Line is the sheet's row, column its column.
    """
    rows = _rows(path, problems)
    heading = next(
        (index for index, row in enumerate(rows[:HEADING_SEARCH]) if _title(row[0] if row else "") == CLUE), None
    )
    if heading is None:
        if rows:
            problems.error(
                Place(_shown(path)),
                "F002",
                f"no heading '{CLUE}' stands in the first column",
                "return the workbook as it was delivered, with only the yellow cells filled",
            )
        return []
    columns = {_title(cell): index for index, cell in enumerate(rows[heading])}
    missing = [name for name in (ANSWER, NOTE, ACTOR, DAY) if name not in columns]
    for name in missing:
        problems.error(
            Place(_shown(path), heading + 1),
            "F002",
            f"the column '{name}' is missing",
            "return the workbook as it was delivered",
        )
    if missing:
        return []
    answers = [
        _answer(path, number, row, columns, problems)
        for number, row in enumerate(rows[heading + 1 :], start=heading + 2)
    ]
    return [answer for answer in answers if answer is not None]


def _rows(path: Path, problems: Problems) -> list[list[str]]:
    """The clue list as text; every cell is read as a string, so no number or date is guessed."""
    if not path.is_file():
        problems.error(Place(str(path)), "F001", "there is no such file", "name the workbook that was returned")
        return []
    try:
        book = fastexcel.read_excel(path)
    except (fastexcel.FastExcelError, OSError) as error:
        problems.error(
            Place(str(path)),
            "F001",
            f"this is not a workbook that can be read: {str(error).splitlines()[0]}",
            "return the .xlsx file of the batch",
        )
        return []
    if clue_list.NAME not in book.sheet_names:
        problems.error(
            Place(str(path)),
            "F002",
            f"the workbook has no sheet '{clue_list.NAME}'",
            f"its sheets are: {', '.join(book.sheet_names)}",
        )
        return []
    table = book.load_sheet(clue_list.NAME, header_row=None, dtypes="string").to_arrow()
    return [
        [("" if cell is None else str(cell)) for cell in row]
        for row in zip(*(c.to_pylist() for c in table.columns), strict=True)
    ]


def _answer(path: Path, number: int, row: list[str], columns: Mapping[str, int], problems: Problems) -> Answer | None:
    clue, answer, note, actor, day = (row[columns[name]].strip() for name in (CLUE, ANSWER, NOTE, ACTOR, DAY))
    if not answer:
        return None
    place = Place(_shown(path), number, columns[ANSWER] + 1)
    if not clue:
        problems.error(
            place,
            "F005",
            f"row {number} has the answer '{answer}' but no clue number",
            "copy the clue number back from the delivered workbook",
        )
        return None
    code = words.disposition_code(answer)
    if code is None:
        known = [words.disposition(state) for state in words.DISPOSITION_MEANINGS]
        problems.error(
            place,
            "F003",
            f"row {number}: '{answer}' is no disposition",
            did_you_mean(answer, known) or f"use one of: {'、'.join(known)}",
        )
        return None
    on = _day(day)
    if day and on is None:
        problems.error(
            Place(_shown(path), number, columns[DAY] + 1),
            "F004",
            f"row {number}: '{day}' is no date",
            "write it as 2026-06-30",
        )
        return None
    return Answer(clue, code, note, actor, on, place)


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _title(cell: str) -> str:
    return cell.split("\n")[0].strip()


def _shown(path: Path) -> str:
    return f"{path}[{clue_list.NAME}]"
