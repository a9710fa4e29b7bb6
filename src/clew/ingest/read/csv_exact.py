"""CSV record by record: the reader for files that are not regular. It never loses a record and never stops.

A record that breaks the format is given its number and a fault; reading goes on at the next line. Records are
numbered from 1 after the header line; blank lines are no records.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from clew.ingest.read.encoding import keeps_ascii_bytes
from clew.ingest.read.source import Row
from clew.ingest.read.transcode import is_utf8

LONGEST_RECORD = 131_072
"""Characters of one record; an opening quote that never closes must not swallow the rest of a file."""

_UNREADABLE = re.compile("[\ud800-\udfff]")
_PADDED_QUOTE = re.compile(r' +"(.*)" *', re.DOTALL)


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written; ``encoding`` is a Python codec name, ``header`` whether line 1 names the columns.

    ``above`` counts the records before the first row of data where that is not the header line alone.
    """

    encoding: str
    delimiter: str
    quote: str
    header: bool
    above: int | None = None

    @property
    def before(self) -> int:
        """Records before the first row of data."""
        return int(self.header) if self.above is None else self.above


def top_records(path: Path, dialect: Dialect, most: int) -> list[list[str]]:
    """The first records; [] when the file has none."""
    records = islice(_records(path, dialect), most)
    return [[_readable(cell) for cell in found.cells if cell is not None] for found in records]


def rows(path: Path, dialect: Dialect, width: int) -> Iterator[Row]:
    """Every record after the header, with its fault when it is not as agreed."""
    for number, record in enumerate(islice(_records(path, dialect), dialect.before, None), start=1):
        cells: list[str | None] = [_readable(cell or "") for cell in record.cells]
        yield Row(number, cells, record.fault or _fault(record.cells, width, dialect.encoding))


def _fault(cells: list[str | None], width: int, encoding: str) -> str | None:
    text = ",".join(cell or "" for cell in cells)
    if not text.isascii() and _UNREADABLE.search(text):
        return "encoding: 含有无法按约定编码解读的字节"
    if encoding == "gb18030" and not text.isascii() and is_utf8(text.encode(encoding)):
        return "encoding: 本行是 UTF-8 编码，与文件其余部分不同"
    if "\0" in text:
        return "nul: 含有空字符（NUL）"
    if len(cells) < width or any(cells[width:]):
        return f"columns: 应有 {width} 列，实有 {len(cells)} 列"
    return None


def _readable(cell: str) -> str:
    return cell if cell.isascii() else _UNREADABLE.sub("\ufffd", cell)


def _records(path: Path, dialect: Dialect) -> Iterator[Row]:
    """Records with number 0: cells as delivered (undecodable bytes as lone surrogates), and format faults."""
    lines = _Lines(path, dialect.encoding)
    try:
        while True:
            lines.begin()
            try:
                record = next(
                    csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True), None
                )
            except csv.Error:
                yield _broken(lines, dialect)
                continue
            if record is None:
                return
            if record:
                yield Row(0, [_unpadded(cell, dialect.quote) for cell in record])
    finally:
        lines.close()


def _broken(lines: _Lines, dialect: Dialect) -> Row:
    """The record that could not be parsed: its first line alone, read leniently; the lines after it come again."""
    first = lines.take_back()
    cells = first.rstrip("\r\n").replace(dialect.quote, "").split(dialect.delimiter)
    if dialect.quote not in first:  # nothing else breaks a line without quotes
        return Row(0, list(cells), "long: 单元格过长")
    return Row(0, list(cells), "quotes: 引号不成对或引号后有多余字符")


def _unpadded(cell: str, quote: str) -> str:
    """A quoted value that stands behind spaces, as the engine reads it."""
    if cell.startswith(" ") and quote == '"' and (match := _PADDED_QUOTE.fullmatch(cell)):
        return match[1].replace('""', '"')
    return cell


class _Lines:
    """Physical lines of a text file (any line end), which can be given back when a record turns out broken."""

    def __init__(self, path: Path, encoding: str) -> None:
        errors = "surrogateescape" if keeps_ascii_bytes(encoding) else "replace"
        self._file = path.open(encoding=encoding, errors=errors, newline="")
        self._again: list[str] = []
        self._record: list[str] = []
        self._length = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._file.readline()
        if not line:
            raise StopIteration
        self._record.append(line)
        self._length += len(line)
        if len(self._record) > 1 and self._length > LONGEST_RECORD:
            raise csv.Error("the record is too long")
        return line

    def begin(self) -> None:
        """Start a new record."""
        self._record, self._length = [], 0

    def take_back(self) -> str:
        """Give back every line of the record but the first, and return that one."""
        first, *rest = self._record
        self._again.extend(reversed(rest))
        return first

    def close(self) -> None:
        self._file.close()
