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
_XLSX_ROWS = 1_048_576
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


class Writer(Protocol):
    """A file that takes frames of text columns, all of the same shape, one after another."""

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
    """A spreadsheet of one sheet: a title, the headers, then text, and real dates where somebody typed ISO dates."""

    def __init__(self, path: Path, sheet: str | None, title: str) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
        # The creation date is part of the file: fixed, so that the same seed gives the same bytes.
        self._book.set_properties({"created": datetime(2026, 1, 1)})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheet = self._book.add_worksheet(sheet or "Sheet1")
        self._sheet.write_string(0, 0, title)
        self._next = 1

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows. Raises ValueError when the sheet is full."""
        if self._next == 1:
            self._sheet.write_row(1, 0, rows.columns)
            self._next = 2
        if self._next + rows.height > _XLSX_ROWS:
            raise ValueError(f"a sheet holds at most {_XLSX_ROWS} rows; make fewer persons")
        for row in rows.iter_rows():
            for place, value in enumerate(row):
                if value is not None:
                    self._write(place, value)
            self._next += 1

    def _write(self, place: int, value: str) -> None:
        if _ISO.fullmatch(value):
            self._sheet.write_datetime(self._next, place, datetime.fromisoformat(value), self._date)
        else:
            self._sheet.write_string(self._next, place, value)

    def close(self) -> None:
        """Finish the file."""
        self._book.close()
