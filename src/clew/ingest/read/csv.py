"""CSV: the engine's parallel reader where the file is regular, record by record in Python where it is not.

Both ways give the same rows. The engine is told the dialect, never left to guess it: a guess from the first rows
can be wrong for the rest of the file.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from clew.contracts.literal import quoted
from clew.ingest.read.closing_rows import without_closing
from clew.ingest.read.csv_encoding import found_encoding, other_encoding
from clew.ingest.read.csv_engine import NotRegularError, engine_relation, parts
from clew.ingest.read.csv_exact import Dialect, rows, top_records
from clew.ingest.read.encoding import encoding_of, keeps_ascii_bytes
from clew.ingest.read.headers import Headers
from clew.ingest.read.source import FAULT, ROW, Request, Source, select, stream
from clew.ingest.read.title_rows import TITLE_ROWS, find_headers
from clew.problems import Place, Problems


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read a CSV file. RefusedError as a whole: unknown encoding (I014), no header line (I013), wrong headers."""
    agreed = request.contract.file_format
    delimiter = "\t" if request.shown.lower().endswith(".tsv") else agreed.delimiter
    named = request.sidecar.encoding or agreed.encoding
    if named == "auto":
        encoding = found_encoding(request, Dialect("", delimiter, agreed.quote, agreed.header), problems)
    else:
        encoding = encoding_of(request.landed.path, named, request.shown, problems)
    if encoding is None:
        yield None
        return
    dialect = Dialect(encoding, delimiter, agreed.quote, agreed.header)
    found = _headers(request, dialect, problems)
    if found is None:
        yield None
        return
    headers, dialect = found
    exact = partial(_exact, request, dialect, headers, problems)
    if dialect.above is not None or agreed.footer or not _for_engine(request, dialect, headers):
        with exact() as source:
            yield source
        return
    try:
        with parts(request, dialect, headers.width) as made:
            numbered = tuple(
                _part(path, headers, dialect, first, index == 0) for index, (path, first) in enumerate(made.numbered)
            )
            yield Source(numbered, fallback=exact, start=_part(made.start, headers, dialect, 0, leads=True))
    except NotRegularError:
        with exact() as source:
            yield source


def _for_engine(request: Request, dialect: Dialect, headers: Headers) -> bool:
    """Whether the engine's reader would see the same records: it accepts NUL, and reads blank lines as rows of one
    column and a blank first line as the header."""
    with request.landed.path.open("rb") as file:
        blank_start = file.read(4).removeprefix(BOM_UTF8)[:1] in (b"\n", b"\r")
    plain_marks = (dialect.delimiter + dialect.quote).isascii()
    return not (request.landed.census.nul_bytes and keeps_ascii_bytes(dialect.encoding)) and (
        headers.width > 1 and plain_marks and not blank_start
    )


def _part(path: str, headers: Headers, dialect: Dialect, first: int, leads: bool) -> str:
    relation = engine_relation(path, headers.width, dialect, header=leads and dialect.header)
    return select(relation, headers, f"row_number() over () + {first}", empty=False)


@contextmanager
def _exact(request: Request, dialect: Dialect, headers: Headers, problems: Problems) -> Iterator[Source]:
    name = "clew_source_csv"
    found = rows(request.landed.path, dialect, headers.width)
    if request.contract.file_format.footer:
        found = without_closing(found, request, problems)
    request.connection.register(name, stream(found, headers.width))
    try:
        yield Source((select(name, headers, quoted(ROW), quoted(FAULT)),))
    finally:
        request.connection.unregister(name)


def _headers(request: Request, dialect: Dialect, problems: Problems) -> tuple[Headers, Dialect] | None:
    """The headers, and the dialect that knows how many records stand before the data."""
    contract = request.contract
    skip = contract.file_format.skip
    if not dialect.header:
        order = {column.name: position for position, column in enumerate(contract.columns)}
        return Headers(order, len(order)), replace(dialect, above=skip or None)
    own = Problems()
    top = top_records(request.landed.path, dialect, TITLE_ROWS + (skip or 0))
    found = find_headers(top, contract, request.shown, own)
    if found is None and (hint := other_encoding(request, dialect)):
        problems.error(
            Place(request.shown),
            "I014",
            f"the headers make no sense when read as {dialect.encoding}",
            f"they do as {hint}: write 'encoding: {hint}' in {request.shown}.yml",
        )
        return None
    problems.found.extend(own.found)
    if found is None:
        return None
    headers, before = found
    return headers, dialect if before == 1 else replace(dialect, above=before)
