"""CSV: the engine's parallel reader where the file is regular, record by record in Python where it is not.

Both ways give the same rows. The engine is told the dialect, never left to guess it: a guess from the first rows
can be wrong for the rest of the file.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from clew.contracts.literal import quoted
from clew.ingest.encoding import encoding_of, keeps_ascii_bytes
from clew.ingest.read.csv_engine import NotRegularError, engine_relation, parts
from clew.ingest.read.csv_exact import Dialect, first_record, rows
from clew.ingest.read.headers import Headers, match_headers
from clew.ingest.read.source import FAULT, ROW, Request, Source, select, stream
from clew.problems import Place, Problems


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read a CSV file. RefusedError as a whole: unknown encoding (I014), no header line (I013), wrong headers."""
    agreed = request.contract.file_format
    encoding = encoding_of(request.landed.path, request.sidecar.encoding or agreed.encoding, request.shown, problems)
    if encoding is None:
        yield None
        return
    delimiter = "\t" if request.shown.lower().endswith(".tsv") else agreed.delimiter
    dialect = Dialect(encoding, delimiter, agreed.quote, agreed.header)
    headers = _headers(request, dialect, problems)
    if headers is None:
        yield None
        return
    exact = partial(_exact, request, dialect, headers)
    if not _for_engine(request, dialect, headers):
        with exact() as source:
            yield source
        return
    try:
        with parts(request, dialect, headers.width) as made:
            numbered = tuple(
                _part(path, headers, dialect, first, index == 0) for index, (path, first) in enumerate(made)
            )
            yield Source(numbered, fallback=exact)
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
def _exact(request: Request, dialect: Dialect, headers: Headers) -> Iterator[Source]:
    name = "clew_source_csv"
    request.connection.register(name, stream(rows(request.landed.path, dialect, headers.width), headers.width))
    try:
        yield Source((select(name, headers, quoted(ROW), quoted(FAULT)),))
    finally:
        request.connection.unregister(name)


def _headers(request: Request, dialect: Dialect, problems: Problems) -> Headers | None:
    contract = request.contract
    if not dialect.header:
        return Headers(
            {column.name: position for position, column in enumerate(contract.columns)}, len(contract.columns)
        )
    delivered = first_record(request.landed.path, dialect)
    if delivered is None:
        problems.error(
            Place(request.shown),
            "I013",
            "the file has no header line",
            f"the first line must name the columns: {', '.join(c.header for c in contract.columns[:6])}, ...",
        )
        return None
    own = Problems()
    headers = match_headers(delivered, contract, request.shown, own)
    if headers is None and (hint := _other_encoding(request, dialect)):
        problems.error(
            Place(request.shown),
            "I014",
            f"the headers make no sense when read as {dialect.encoding}",
            f"they do as {hint}: write 'encoding: {hint}' in {request.shown}.yml",
        )
        return None
    problems.found.extend(own.found)
    return headers


def _other_encoding(request: Request, dialect: Dialect) -> str | None:
    """Another usual encoding under which the headers match, if there is one."""
    for other in ("utf-8", "gb18030", "utf-16"):
        if other != dialect.encoding.removesuffix("-sig"):
            again = Dialect(other, dialect.delimiter, dialect.quote, dialect.header)
            try:
                delivered = first_record(request.landed.path, again)
            except UnicodeError:  # UTF-16 text without its mark is no UnicodeDecodeError
                continue
            if delivered and match_headers(delivered, request.contract, request.shown, Problems()):
                return other
    return None
