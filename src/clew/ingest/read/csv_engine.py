"""A regular CSV file for the engine: parts it reads side by side, each knowing how many records stand before it.

Row numbers need the order of the file, and the engine numbers rows on one thread; parts give every thread its own.
A file is cut only at a line end outside quotes. A wrong cut would leave an open quote behind, which the engine
refuses, so a part that reads is a part that was cut right.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from clew.contracts.literal import text_literal
from clew.ingest.land import CHUNK
from clew.ingest.read.csv_exact import Dialect
from clew.ingest.read.source import Request

SMALLEST_PART = 32 * 1024 * 1024
"""Bytes; a file smaller than two of these is read as one part."""


class NotRegularError(Exception):
    """The file cannot be given to the engine as it is."""


def engine_relation(path: str, width: int, dialect: Dialect, *, header: bool) -> str:
    """A ``read_csv`` call: the dialect as agreed, every column text, anything irregular an error."""
    columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
    return (
        f"read_csv({text_literal(path)}, auto_detect = false, header = {str(header).lower()}, "
        f"delim = {text_literal(dialect.delimiter)}, quote = {text_literal(dialect.quote)}, "
        f"escape = {text_literal(dialect.quote)}, columns = {{{columns}}}, strict_mode = true, null_padding = false, "
        "ignore_errors = false)"
    )


@contextmanager
def parts(request: Request, dialect: Dialect, width: int) -> Iterator[list[tuple[str, int]]]:
    """Paths of UTF-8 parts and how many records stand before each; temporary files go at the end.

    Raises NotRegularError for bytes outside the encoding and for a cut that went wrong.
    """
    wanted = max(1, min(request.threads, request.landed.size // SMALLEST_PART))
    utf8 = dialect.encoding in ("utf-8", "utf-8-sig")
    if utf8 and wanted == 1:
        yield [(str(request.landed.path), 0)]
        return
    request.spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="csv-", dir=request.spill) as folder:
        cutter = _Cutter(Path(folder), request.landed.size // wanted, dialect.quote.encode())
        for chunk in _chunks(request.landed.path, None if utf8 else dialect.encoding):
            cutter.write(chunk)
        cutter.close()
        yield _numbered(cutter, request.connection, dialect, width)


def _numbered(
    cutter: _Cutter, connection: duckdb.DuckDBPyConnection, dialect: Dialect, width: int
) -> list[tuple[str, int]]:
    before, found = 0, []
    for index, path in enumerate(cutter.paths):
        found.append((path, before))
        if index + 1 == len(cutter.paths):
            break
        header = dialect.header and index == 0
        if cutter.plain:
            before += cutter.lines[index] - header
            continue
        relation = engine_relation(path, width, dialect, header=header)
        try:
            before += connection.execute(f"select count(*) from {relation}").fetchall()[0][0]
        except duckdb.Error as error:
            raise NotRegularError(str(error)) from error
    return found


def _chunks(path: Path, encoding: str | None) -> Iterator[bytes]:
    """The file's bytes, turned into UTF-8 when it is written in another encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict") if encoding else None
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield _utf8(decoder, chunk, final=False) if decoder else chunk
    if decoder:
        yield _utf8(decoder, b"", final=True)


def _utf8(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bytes:
    try:
        text = decoder.decode(chunk, final)
        if "\0" in text:
            raise NotRegularError("NUL")
        return text.encode("utf-8")
    except UnicodeError as error:
        raise NotRegularError(str(error)) from error


class _Cutter:
    """Writes chunks to part files and starts a new one at a line end outside quotes, once ``size`` bytes are in.

    ``plain`` says that every line end ends a record (no quote and no blank line), so ``lines`` counts records.
    """

    def __init__(self, folder: Path, size: int, quote: bytes) -> None:
        self._folder, self._size, self._quote = folder, size, quote
        self.paths: list[str] = []
        self.lines: list[int] = []
        self.plain = True
        self._quotes = 0
        self._tail = b"\n"
        self._next_part()

    def write(self, chunk: bytes) -> None:
        """Add the next bytes of the file."""
        while self._written + len(chunk) > self._size and (cut := self._cut(chunk)) is not None:
            self._keep(chunk[:cut])
            self._file.close()
            self._next_part()
            chunk = chunk[cut:]
        self._keep(chunk)

    def close(self) -> None:
        """Close the last part; an empty one is left out."""
        self._file.close()
        if not self._written and len(self.paths) > 1:
            self.paths.pop()

    def _cut(self, chunk: bytes) -> int | None:
        start = max(0, self._size - self._written)
        quotes = self._quotes + chunk.count(self._quote, 0, start)
        while (end := chunk.find(b"\n", start)) >= 0:
            quotes += chunk.count(self._quote, start, end)
            if quotes % 2 == 0:
                return end + 1
            start = end + 1
        return None

    def _keep(self, chunk: bytes) -> None:
        if not chunk:
            return
        self._file.write(chunk)
        self._written += len(chunk)
        self._quotes += chunk.count(self._quote)
        self.lines[-1] += chunk.count(b"\n")
        seen = self._tail + chunk
        if self._quotes or b"\n\n" in seen or b"\n\r\n" in seen:
            self.plain = False
        self._tail = seen[-2:]

    def _next_part(self) -> None:
        path = self._folder / f"part-{len(self.paths)}.csv"
        self._file = path.open("wb")
        self._written = 0
        self.paths.append(str(path))
        self.lines.append(0)
