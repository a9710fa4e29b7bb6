"""Spreadsheets: every cell as text (no guessing of types from a sample), row numbers as the spreadsheet shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from clew.contracts.literal import quoted
from clew.ingest.read.headers import Headers, match_headers
from clew.ingest.read.source import FAULT, ROW, Request, Source, select
from clew.problems import Place, Problems, did_you_mean

TITLE_ROWS = 10
"""Rows that may stand above the headers: a title, a date, the name of the office."""

EXACT_BELOW = 10**15
"""Spreadsheets keep 15 significant digits of a number."""

_LONG_NUMBER = r"^-?[0-9]{16,}$"
_FLOAT = re.compile(r"Float\((.+?)\)")
_MIDNIGHT = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00$"


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read one sheet: the sidecar's, the contract's, else the first. Not a spreadsheet: I015; no such sheet: I016."""
    sheet = _sheet(request, problems)
    if sheet is None:
        yield None
        return
    found = _headers(sheet.cells, request, problems)
    if found is None:
        yield None
        return
    headers, header_row = found
    name = "clew_source_xlsx"
    request.connection.register(name, _numbered(sheet, headers, header_row))
    try:
        yield Source((select(name, headers, quoted(ROW), quoted(FAULT)),))
    finally:
        request.connection.unregister(name)


@dataclass(frozen=True)
class _Sheet:
    """Cells as text, and the faults of rows (by index from 0) that hold a cell whose value is lost."""

    cells: pa.Table
    faults: Mapping[int, str]


def _sheet(request: Request, problems: Problems) -> _Sheet | None:
    place = Place(request.shown)
    try:
        book = fastexcel.read_excel(str(request.landed.path))
        wanted = request.sidecar.sheet or request.contract.file_format.sheet
        if wanted is not None and wanted not in book.sheet_names:
            problems.error(place, "I016", f"there is no sheet '{wanted}'", did_you_mean(wanted, book.sheet_names))
            return None
        chosen = wanted if wanted is not None else 0
        batch, errors = book.load_sheet(chosen, header_row=None, dtypes="string").to_arrow_with_errors()
        cells = pa.table(pa.record_batch(batch))
        faults = {error.position[0]: "cell: 单元格是错误值" for error in errors.errors} if errors else {}
        return _Sheet(cells, faults | _rounded_numbers(book, chosen, cells))
    except fastexcel.FastExcelError as error:
        problems.error(
            place,
            "I015",
            f"this is not a readable spreadsheet: {str(error).splitlines()[0]}",
            "open it, save it again as .xlsx without a password, and put it back",
        )
        return None


def _rounded_numbers(book: fastexcel.ExcelReader, chosen: str | int, cells: pa.Table) -> dict[int, str]:
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
    _, errors = book.load_sheet(chosen, header_row=None, dtypes="duration", use_columns=suspects).to_arrow_with_errors()
    numbers = [(error.position[0], _FLOAT.search(error.detail)) for error in (errors.errors if errors else [])]
    lost = [row for row, match in numbers if match and abs(float(match[1])) >= EXACT_BELOW]
    return dict.fromkeys(lost, "number: 长号码被存成数字，末几位已丢失")


def _headers(sheet: pa.Table, request: Request, problems: Problems) -> tuple[Headers, int] | None:
    """The headers and the index of their row: the first row of the top ten that matches the contract."""
    top = sheet.slice(0, TITLE_ROWS).to_pylist()
    lines = [[row[name] or "" for name in sheet.column_names] for row in top]
    for index, line in enumerate(lines):
        headers = match_headers(line, request.contract, request.shown, own := Problems(), line=index + 1)
        if headers is not None:
            problems.found.extend(own.found)
            return headers, index
    filled = next((index for index, line in enumerate(lines) if any(line)), None)
    if filled is None:
        problems.error(Place(request.shown), "I013", "the sheet is empty", "the first row must name the columns")
        return None
    match_headers(lines[filled], request.contract, request.shown, problems, line=filled + 1)
    return None


def _numbered(sheet: _Sheet, headers: Headers, header_row: int) -> pa.Table:
    """Rows below the headers with their spreadsheet numbers; rows without any value are no records."""
    first = header_row + 1
    body = sheet.cells.slice(first)
    columns = [pc.replace_substring_regex(column.cast(pa.string()), _MIDNIGHT, r"\1") for column in body.columns]
    table = pa.table(
        [
            pa.array(range(first + 1, first + 1 + body.num_rows), pa.int64()),
            pa.array([sheet.faults.get(first + index) for index in range(body.num_rows)], pa.string()),
            *columns,
        ],
        names=[ROW, FAULT, *(f"c{index}" for index in range(len(columns)))],
    )
    has_value = pc.is_valid(table[FAULT])
    for index in headers.positions.values():
        has_value = pc.or_(has_value, pc.not_equal(pc.fill_null(columns[index], ""), ""))
    return table.filter(has_value)
