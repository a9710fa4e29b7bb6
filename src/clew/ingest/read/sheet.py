"""One sheet of a workbook: every cell as text (no guessing of types), row numbers as the spreadsheet shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.ingest.read.book import Book
from clew.ingest.read.closing_rows import INSIDE, closing, say_closing
from clew.ingest.read.headers import Headers
from clew.ingest.read.sheet_facts import NO_FACTS, SheetFacts, cell_name, first_column
from clew.ingest.read.source import FAULT, ROW, Part, Request, Source, select
from clew.ingest.read.title_rows import TITLE_ROWS, find_headers
from clew.plan import Type
from clew.problems import Place, Problems

EXACT_BELOW = 10**15
"""Spreadsheets keep 15 significant digits of a number."""

DAYS_TO_1904 = 1462
"""Days from the epoch of 1900 to that of 1904, in which old Macintosh workbooks count."""

_LONG_NUMBER = r"^-?[0-9]{16,}$"
_DAY_NUMBER = r"^[0-9]{1,6}(?:\.[0-9]+)?$"
_FLOAT = re.compile(r"Float\((.+?)\)")
_TIME_ALONE = "^1899-12-31 "
"""Day 0, which spreadsheets do not have: the cell holds a time of day and no date."""
_MIDNIGHT = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00$"
_LOST = "number: 长号码被存成数字，末几位已丢失"
_ERROR = "cell: 单元格是错误值"
_MERGED = "merged: 单元格与其他行或列合并，无法判断值属于哪一行"


@dataclass(frozen=True)
class _Cells:
    """Cells as text from row 1 on, and the faults of rows (by index from 0) that hold a cell whose value is lost."""

    table: pa.Table
    faults: Mapping[int, str]


@contextmanager
def read(request: Request, book: Book, name: str, facts: SheetFacts, problems: Problems) -> Iterator[Source | None]:
    """The rows under the headings. Refused: no headings, or a formula whose value is not stored (I034)."""
    cells = _cells(book, name)
    found = find_headers(top_rows(cells.table), request.contract, request.shown, problems)
    if found is None:
        yield None
        return
    headers, first = found
    if facts is not NO_FACTS and not _formulas_hold(request, facts, headers, first, problems):
        yield None
        return
    if hidden := sum(row > first for row in facts.hidden_rows):
        problems.warn(Place(request.shown), "I036", f"hidden rows in the sheet: {hidden}; they were read as well")
    table = _numbered(request, cells, headers, first, facts, problems)
    view = "clew_source_sheet"
    request.connection.register(view, table)
    try:
        yield Source((select(view, headers, quoted(ROW), quoted(FAULT)),), parts=(Part("", 1, table.num_rows),))
    finally:
        request.connection.unregister(view)


def has_headers(book: Book, name: str, contract: Contract) -> bool:
    """Whether a sheet would be read, by its first rows."""
    top, _ = book.cells(name, rows=TITLE_ROWS)
    return find_headers(top_rows(top), contract, "", Problems()) is not None


def top_rows(table: pa.Table) -> list[list[str]]:
    """The first rows as texts."""
    return [[row[name] or "" for name in table.column_names] for row in table.slice(0, TITLE_ROWS).to_pylist()]


def _cells(book: Book, name: str) -> _Cells:
    table, errors = book.cells(name)
    faults = {error.position[0]: _ERROR for error in errors}
    return _Cells(table, faults | _rounded_numbers(book, name, table))


def _rounded_numbers(book: Book, name: str, cells: pa.Table) -> dict[int, str]:
    """Rows whose long number was typed as a number: spreadsheets keep 15 digits and turn the rest into zeros.

    Only cells that look like it are asked for their kind, by loading their columns as a kind none of them has.
    """
    suspects = [
        index
        for index, column in enumerate(cells.columns)
        if pc.any(pc.match_substring_regex(column, _LONG_NUMBER)).as_py()
    ]
    if not suspects:
        return {}
    _, errors = book.cells(name, kind="duration", columns=suspects)
    numbers = [(error.position[0], _FLOAT.search(error.detail)) for error in errors]
    lost = [row for row, match in numbers if match and abs(float(match[1])) >= EXACT_BELOW]
    return dict.fromkeys(lost, _LOST)


def _formulas_hold(request: Request, facts: SheetFacts, headers: Headers, first: int, problems: Problems) -> bool:
    """Whether every formula in a column of the contract has its value stored beside it."""
    lost = [cell for cell in facts.formulas_without_value if cell[0] > first]
    if not lost:
        return True
    left = first_column(facts)
    wanted = {left + position for position in headers.positions.values()}
    lost = [cell for cell in lost if cell[1] in wanted]
    for cell in lost[:1]:
        others = f", and {len(lost) - 1} more" if len(lost) > 1 else ""
        problems.error(
            Place(request.shown, cell[0], cell[1] + 1),
            "I034",
            f"cell {cell_name(cell)}{others}: a formula whose value is not stored",
            "open the workbook in a spreadsheet program, let it compute, and save it",
        )
    return not lost


def _numbered(
    request: Request, cells: _Cells, headers: Headers, first: int, facts: SheetFacts, problems: Problems
) -> pa.Table:
    """Rows below the headers with their spreadsheet numbers; rows without any value are no records."""
    body = cells.table.slice(first)
    texts = [pc.replace_substring_regex(column.cast(pa.string()), _TIME_ALONE, "") for column in body.columns]
    columns = [pc.replace_substring_regex(column, _MIDNIGHT, r"\1") for column in texts]
    if facts.counts_from_1904:
        columns = _from_1904(columns, headers, request.contract)
    faults = dict(cells.faults)
    if facts.merged:
        faults = dict.fromkeys(_merged_rows(facts, headers, first), _MERGED) | faults
    table = pa.table(
        [
            pa.array(range(first + 1, first + 1 + body.num_rows), pa.int64()),
            pa.array([faults.get(first + index) for index in range(body.num_rows)], pa.string()),
            *columns,
        ],
        names=[ROW, FAULT, *(f"c{index}" for index in range(len(columns)))],
    )
    table = table.filter(_is_record(table, columns, headers))
    return _without_closing(table, request, problems) if request.contract.file_format.footer else table


def _is_record(table: pa.Table, columns: list[pa.Array], headers: Headers) -> pa.Array:
    """Rows with a value in a column of the contract, or with a cell that held one before it was lost."""
    told = pc.fill_null(pc.match_substring_regex(table[FAULT], "^(?:cell|number):"), False)
    for index in headers.positions.values():
        told = pc.or_(told, pc.not_equal(pc.fill_null(columns[index], ""), ""))
    return told


def _from_1904(columns: list[pa.Array], headers: Headers, contract: Contract) -> list[pa.Array]:
    """Bare day numbers as a workbook of 1900 would have them, so that the repair ``date`` reads them right."""
    dated = {
        headers.positions[column.name] for column in contract.columns if column.type in (Type.DATE, Type.TIMESTAMP)
    }
    moved = []
    for index, column in enumerate(columns):
        if index not in dated:
            moved.append(column)
            continue
        bare = pc.fill_null(pc.match_substring_regex(column, _DAY_NUMBER), False)
        days, rest = pc.replace_substring_regex(column, r"\..*$", ""), pc.replace_substring_regex(column, r"^[^.]*", "")
        number = pc.add(pc.if_else(bare, days, "0").cast(pa.int64()), DAYS_TO_1904).cast(pa.string())
        moved.append(pc.if_else(bare, pc.binary_join_element_wise(number, rest, ""), column))
    return moved


def _merged_rows(facts: SheetFacts, headers: Headers, first: int) -> set[int]:
    """Indexes of rows in which a merged cell covers a column of the contract."""
    left = first_column(facts)
    wanted = {left + position for position in headers.positions.values()}
    return {
        row - 1
        for (top, start), (bottom, end) in facts.merged
        if wanted & set(range(start, end + 1))
        for row in range(max(top, first + 1), bottom + 1)
    }


def _without_closing(table: pa.Table, request: Request, problems: Problems) -> pa.Table:
    cells = [
        column.to_pylist() for name, column in zip(table.column_names, table.columns, strict=True) if name[0] == "c"
    ]
    firsts = [next((cell for cell in row if cell), "") for row in zip(*cells, strict=True)]
    matched = closing(firsts, request.contract.file_format.footer)
    numbers = table[ROW].to_pylist()
    say_closing([numbers[index] for index in matched.ends], request, problems)
    faults = table[FAULT].to_pylist()
    for index in matched.inside:
        faults[index] = faults[index] or INSIDE
    table = table.set_column(1, FAULT, pa.array(faults, pa.string()))
    return table.slice(0, table.num_rows - len(matched.ends))
