"""Writing delivered files piece by piece, so that memory does not grow with the province."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from clew.contracts.model import FileFormat

SUFFIX = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet", "xlsx": ".xlsx"}
SHEET_ROWS = 1_048_576
"""What a sheet of a workbook holds."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d")


class Writer(Protocol):
    """A file that takes frames of text columns, all of the same shape, one after another.

    ``sheets`` is how many sheets hold them; 1 for a file that has none.
    """

    sheets: int

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows."""

    def close(self) -> None:
        """Finish the file."""


def open_file(path: Path, form: FileFormat, title: str) -> Writer:
    """A writer of the contract's format and encoding; ``utf-8-sig`` writes a byte order mark.

    ``title`` stands above the headers of a spreadsheet. Raises KeyError for a format that has no writer.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    match form.format:
        case "csv":
            return CsvFile(path, form)
        case "jsonl":
            return JsonLines(path)
        case "parquet":
            return ParquetFile(path)
        case "xlsx":
            return Workbook(path, form.sheet, title)
        case other:
            raise KeyError(other)


class CsvFile:
    """Delimited text in any encoding, with Windows line ends as spreadsheet programs write them."""

    sheets = 1

    def __init__(self, path: Path, form: FileFormat) -> None:
        self._stream = path.open("wb")
        self._form = form
        self._header = True

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows; the first call writes the header."""
        text = BytesIO()
        rows.write_csv(text, include_header=self._header, separator=self._form.delimiter, line_terminator="\r\n")
        data = text.getvalue()
        encoding = self._form.encoding.lower()
        if encoding not in ("utf-8", "utf8"):
            # A byte order mark belongs at the start of the file only.
            name = encoding if self._header or encoding != "utf-8-sig" else "utf-8"
            data = data.decode("utf-8").encode(name)
        self._stream.write(data)
        self._header = False

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


class JsonLines:
    """One JSON object a line, UTF-8."""

    sheets = 1

    def __init__(self, path: Path) -> None:
        self._stream = path.open("wb")

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        rows.write_ndjson(self._stream)

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()


class ParquetFile:
    """Parquet, one row group for each piece."""

    sheets = 1

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        table = rows.to_arrow().cast(pa.schema([(name, pa.string()) for name in rows.columns]))
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()


class Workbook:
    """A spreadsheet: a title, the headers, then text, and real dates where somebody typed ISO dates.

    A sheet of ``rows`` rows is full and continued on another, headed the same way.
    """

    def __init__(self, path: Path, sheet: str | None, title: str, rows: int = SHEET_ROWS) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
        # The creation date is part of the file: fixed, so that the same seed gives the same bytes.
        self._book.set_properties({"created": datetime(2026, 1, 1)})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._name, self._title, self._full = sheet or "Sheet1", title, rows
        self.sheets = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        if not self.sheets:
            self._open_sheet(rows.columns)
        for row in rows.iter_rows():
            if self._next == self._full:
                self._open_sheet(rows.columns)
            for place, value in enumerate(row):
                if value is not None:
                    self._write(place, value)
            self._next += 1

    def _open_sheet(self, headers: list[str]) -> None:
        self.sheets += 1
        name = self._name if self.sheets == 1 else f"{self._name}（续{self.sheets - 1}）"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.write_string(0, 0, self._title)
        self._sheet.write_row(1, 0, headers)
        self._next = 2

    def _write(self, place: int, value: str) -> None:
        if _ISO.fullmatch(value):
            self._sheet.write_datetime(self._next, place, datetime.fromisoformat(value), self._date)
        else:
            self._sheet.write_string(self._next, place, value)

    def close(self) -> None:
        """Finish the file."""
        self._book.close()
