"""Reading a filled workbook back: which clue got which disposition, from whom, and where a cell is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import fastexcel

from clew.delivery import words
from clew.delivery.sheets import clue_list, sample
from clew.problems import Place, Problems, did_you_mean

HEADING_SEARCH = 20


@dataclass(frozen=True)
class Form:
    """A sheet to be filled in: its headings, and the code of each word that may be chosen."""

    sheet: str
    key: str
    answer: str
    note: str
    actor: str
    day: str
    what: str
    codes: Mapping[str, str]


CLUES = Form(
    clue_list.NAME, "线索编号", "处置结果", "处置说明", "承办人", "处置日期", "disposition",
    {words.disposition(state): state.value for state in words.DISPOSITION_MEANINGS},
)  # fmt: skip
SAMPLES = Form(
    sample.NAME, sample.KEY, sample.ANSWER, sample.NOTE, sample.ACTOR, sample.DAY, "finding",
    {word: code for code, word in words.SAMPLE_ANSWERS.items()},
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One handler's answer about one clue; ``on`` is None where no date was written."""

    clue_id: str
    disposition: str
    note: str
    actor: str
    on: date | None
    place: Place


def read_answers(path: Path, problems: Problems, form: Form = CLUES) -> list[Answer]:
    """The filled rows of a returned workbook, in the sheet's order.

    Problems: F001 not a workbook, F002 not one of ours (sheet or headings), F003 an answer outside the list,
    F004 a date that is none, F005 an answer without a number. Line is the sheet's row, column its column.
    """
    rows = _rows(path, form, problems)
    shown = f"{path}[{form.sheet}]"
    heading = next(
        (index for index, row in enumerate(rows[:HEADING_SEARCH]) if _title(row[0] if row else "") == form.key), None
    )
    if heading is None:
        if rows:
            problems.error(
                Place(shown),
                "F002",
                f"no heading '{form.key}' stands in the first column",
                "return the workbook as it was delivered, with only the yellow cells filled",
            )
        return []
    columns = {_title(cell): index for index, cell in enumerate(rows[heading])}
    missing = [name for name in (form.answer, form.note, form.actor, form.day) if name not in columns]
    for name in missing:
        said = f"the column '{name}' is missing"
        problems.error(Place(shown, heading + 1), "F002", said, "return the workbook as it was delivered")
    if missing:
        return []
    answers = [
        _answer(shown, number, row, columns, form, problems)
        for number, row in enumerate(rows[heading + 1 :], start=heading + 2)
    ]
    return [answer for answer in answers if answer is not None]


def _rows(path: Path, form: Form, problems: Problems) -> list[list[str]]:
    """A sheet as text; every cell is read as a string, so no number or date is guessed. A batch may have no sample."""
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
    if form.sheet not in book.sheet_names:
        if form is not SAMPLES:
            problems.error(
                Place(str(path)),
                "F002",
                f"the workbook has no sheet '{form.sheet}'",
                f"its sheets are: {', '.join(book.sheet_names)}",
            )
        return []
    table = book.load_sheet(form.sheet, header_row=None, dtypes="string").to_arrow()
    return [
        [("" if cell is None else str(cell)) for cell in row]
        for row in zip(*(c.to_pylist() for c in table.columns), strict=True)
    ]


def _answer(
    shown: str, number: int, row: list[str], columns: Mapping[str, int], form: Form, problems: Problems
) -> Answer | None:
    names = (form.key, form.answer, form.note, form.actor, form.day)
    key, answer, note, actor, day = (row[columns[name]].strip() for name in names)
    if not answer:
        return None
    place = Place(shown, number, columns[form.answer] + 1)
    if not key:
        problems.error(
            place,
            "F005",
            f"row {number} has the answer '{answer}' but no {'clue ' if form is CLUES else ''}number",
            "copy the number back from the delivered workbook",
        )
        return None
    code = answer if answer in form.codes.values() else form.codes.get(answer)
    if code is None:
        problems.error(
            place,
            "F003",
            f"row {number}: '{answer}' is no {form.what}",
            did_you_mean(answer, form.codes) or f"use one of: {'、'.join(form.codes)}",
        )
        return None
    on = _day(day)
    if day and on is None:
        problems.error(
            Place(shown, number, columns[form.day] + 1),
            "F004",
            f"row {number}: '{day}' is no date",
            "write it as 2026-06-30",
        )
        return None
    return Answer(key, code, note, actor, on, place)


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _title(cell: str) -> str:
    return cell.split("\n")[0].strip()
