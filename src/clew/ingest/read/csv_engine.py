"""A regular CSV file for the engine: parts it reads side by side, each knowing how many records stand before it.

Row numbers need the order of the file, and the engine numbers rows on one thread; parts give every thread its own.
A file is cut only at a line end outside quotes. A wrong cut would leave an open quote behind, which the engine
refuses, so a part that reads is a part that was cut right. Parts of UTF-8 are never written anywhere: they are pipes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from clew.contracts.literal import text_literal
from clew.ingest.land.landed import CHUNK
from clew.ingest.read.csv_exact import Dialect
from clew.ingest.read.encoding import keeps_ascii_bytes
from clew.ingest.read.pipe import piped
from clew.ingest.read.source import Request
from clew.ingest.read.transcode import Range, transcode, transcode_all

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


@dataclass(frozen=True)
class Parts:
    """Paths of UTF-8 parts, each to be read once, and how many records stand before each; ``start``: a file that
    begins as the first of them, to be looked at before."""

    numbered: Sequence[tuple[str, int]]
    start: str


@contextmanager
def parts(request: Request, dialect: Dialect, width: int) -> Iterator[Parts]:
    """The parts of a file; temporary files and pipes go at the end.

    Raises NotRegularError for bytes outside the encoding and for a cut that went wrong.
    """
    utf8, path = dialect.encoding in ("utf-8", "utf-8-sig"), request.landed.path
    if utf8 and request.landed.size < 2 * SMALLEST_PART:
        yield Parts([(str(path), 0)], str(path))
        return
    request.spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="csv-", dir=request.spill) as name, ExitStack() as opened:
        folder = Path(name)
        if not utf8 and not keeps_ascii_bytes(dialect.encoding):
            path, utf8 = _transcoded(path, dialect.encoding, folder / "whole.csv"), True
        wanted = max(1, min(request.threads, path.stat().st_size // SMALLEST_PART))
        plain = request.landed.census.quotes == 0 and dialect.quote == '"' and keeps_ascii_bytes(dialect.encoding)
        cuts = _cuts(path, wanted, b"" if plain else dialect.quote.encode())
        ranges = [Range(start, end) for start, end in pairwise([0, *cuts])]
        lines = [request.landed.census.lines_before(path, cut) if plain else None for cut in cuts[:-1]]
        if utf8:
            start, refused = path, f"\n{dialect.quote}x\n{dialect.quote}\n".encode()
            made: list[Opener] = [partial(piped, path, part, refused) for part in ranges]
        else:
            files = _transcoded_parts(path, ranges, dialect.encoding, folder)
            start, made = files[0], [partial(_written, file) for file in files]
        before = _before(made, lines, request.connection, dialect, width)
        paths = [opened.enter_context(one()) for one in made] if len(made) > 1 else [str(start)]
        yield Parts(list(zip(paths, before, strict=True)), str(start))


Opener = Callable[[], AbstractContextManager[str]]
"""The path of a part, which may be read once."""


def _written(path: Path) -> AbstractContextManager[str]:
    return nullcontext(str(path))


def _before(
    made: list[Opener], lines: list[int | None], connection: duckdb.DuckDBPyConnection, dialect: Dialect, width: int
) -> list[int]:
    """How many records stand before each part: the ``lines`` before it where those are plain, else as the engine
    counts.

    A wrong count cannot pass: the load sees that the rows are not numbered from 1 to their number.
    """
    before = [0]
    for index, known in enumerate(lines):
        if known is not None:
            before.append(known - dialect.header)
            continue
        with made[index]() as path:
            relation = engine_relation(path, width, dialect, header=dialect.header and index == 0)
            try:
                records = int(connection.execute(f"select count(*) from {relation}").fetchall()[0][0])
            except duckdb.Error as error:
                raise NotRegularError(str(error)) from error
        before.append(before[-1] + records)
    return before


def _cuts(path: Path, wanted: int, quote: bytes) -> list[int]:
    """Byte offsets at which parts end: the first line end outside quotes after each even share of the file.

    ``quote`` is empty when the file holds none, and then only the neighbourhood of each cut is read.
    """
    size, cuts, position, quotes = path.stat().st_size, [], 0, 0
    with path.open("rb") as file:
        for share in range(1, wanted):
            target = size * share // wanted
            if quote:
                while position < target and (chunk := file.read(min(CHUNK, target - position))):
                    position, quotes = position + len(chunk), quotes + chunk.count(quote)
            else:
                position = file.seek(target)
            for line in file:
                position, quotes = position + len(line), quotes + (line.count(quote) if quote else 0)
                if quotes % 2 == 0:
                    break
            if position < size and position not in cuts:
                cuts.append(position)
    return [*cuts, size]


def _transcoded_parts(path: Path, ranges: Sequence[Range], encoding: str, folder: Path) -> list[Path]:
    """Each range of bytes in UTF-8 in a file of its own; strict: a byte outside the encoding is not regular."""
    made = [folder / f"part-{index}.csv" for index in range(len(ranges))]
    try:
        transcode_all(path, ranges, encoding, made)
    except UnicodeError as error:
        raise NotRegularError(str(error)) from error
    return made


def _transcoded(path: Path, encoding: str, target: Path) -> Path:
    """The whole file in UTF-8; strict: a byte outside the encoding, or NUL, is not regular."""
    try:
        transcode(path, Range(0, path.stat().st_size), encoding, target)
    except UnicodeError as error:
        raise NotRegularError(str(error)) from error
    if any(b"\0" in chunk for chunk in _chunks(target)):
        raise NotRegularError("NUL")
    return target


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
