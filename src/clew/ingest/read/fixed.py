"""Fixed width: one record a line, each column at its place, counted in characters or in bytes.

Blanks at both ends of a column are padding, which belongs to the format. A file in GB18030 usually counts bytes, of
which a Chinese character takes two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO

from clew.contracts.literal import quoted
from clew.contracts.model import FileFormat
from clew.ingest.read.closing_rows import without_closing
from clew.ingest.read.encoding import encoding_of, keeps_ascii_bytes
from clew.ingest.read.headers import Headers
from clew.ingest.read.source import FAULT, ROW, Request, Row, Source, select, stream
from clew.problems import Place, Problems

LONGEST_LINE = 1024 * 1024
"""Bytes; a file without line ends is no file of records."""

_UNREADABLE = re.compile("[\ud800-\udfff]")


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read a fixed-width file; ``skip`` lines above the records are passed over, and no headings are looked for."""
    agreed = request.contract.file_format
    encoding = encoding_of(request.landed.path, request.sidecar.encoding or agreed.encoding, request.shown, problems)
    if encoding is None or not _sensible(request, agreed, encoding, problems):
        yield None
        return
    headers = Headers({column.name: index for index, column in enumerate(request.contract.columns)}, len(agreed.fields))
    rows = _rows(request, encoding)
    if agreed.footer:
        rows = without_closing(rows, request, problems)
    name = "clew_source_fixed"
    request.connection.register(name, stream(rows, headers.width))
    try:
        yield Source((select(name, headers, quoted(ROW), quoted(FAULT)),))
    finally:
        request.connection.unregister(name)


def _sensible(request: Request, agreed: FileFormat, encoding: str, problems: Problems) -> bool:
    place = Place(request.shown)
    if not agreed.fields:
        problems.error(
            place, "I040", "the contract does not say where the columns stand", "write 'widths' or 'positions' in it"
        )
        return False
    if request.landed.size == 0:
        problems.error(place, "I013", "the file is empty", "ask the sender for it again")
        return False
    if agreed.bytewise and not keeps_ascii_bytes(encoding):
        problems.error(
            place,
            "I040",
            f"widths in bytes make no sense in {encoding}",
            "write widthUnit: characters",
        )
        return False
    return True


def _rows(request: Request, encoding: str) -> Iterator[Row]:
    agreed = request.contract.file_format
    cut = _by_bytes if agreed.bytewise else _by_characters
    with request.landed.path.open("rb") as file:
        lines = _lines(file, encoding)
        for number, line in enumerate(islice(lines, agreed.skip or 0, None), start=1):
            if line.strip():
                cells, fault = cut(line, encoding, agreed.fields)
                yield Row(number, [cell.strip(" \t") or None for cell in cells], fault)


def _lines(file: IO[bytes], encoding: str) -> Iterator[bytes]:
    """Lines without their ends, as bytes of a text whose line ends are single bytes."""
    if keeps_ascii_bytes(encoding):
        first = True
        while line := file.readline(LONGEST_LINE):
            if first and encoding == "utf-8-sig":
                line = line.removeprefix(b"\xef\xbb\xbf")
            first = False
            yield from line.rstrip(b"\r\n").split(b"\r") if b"\r" in line.rstrip(b"\r\n") else [line.rstrip(b"\r\n")]
        return
    import io

    with io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=None) as texts:
        for text in texts:
            yield text.rstrip("\r\n").encode("utf-8", errors="surrogatepass")


def _by_bytes(line: bytes, encoding: str, fields: tuple[tuple[int, int], ...]) -> tuple[list[str], str | None]:
    cells = [line[start:end].decode(encoding, errors="surrogateescape") for start, end in fields]
    fault = _fault("".join(cells), len(line), line[max(end for _, end in fields) :], fields, "字节")
    return [_UNREADABLE.sub("\ufffd", cell) for cell in cells], fault


def _by_characters(line: bytes, encoding: str, fields: tuple[tuple[int, int], ...]) -> tuple[list[str], str | None]:
    text = line.decode(encoding if keeps_ascii_bytes(encoding) else "utf-8", errors="surrogateescape")
    cells = [text[start:end] for start, end in fields]
    fault = _fault(text, len(text), text[max(end for _, end in fields) :].encode(errors="replace"), fields, "字符")
    return [_UNREADABLE.sub("\ufffd", cell) for cell in cells], fault


def _fault(text: str, length: int, beyond: bytes, fields: tuple[tuple[int, int], ...], unit: str) -> str | None:
    wanted = max(end for _, end in fields)
    if not text.isascii() and (_UNREADABLE.search(text) or "\ufffd" in text):
        return "encoding: 含有无法按约定编码解读的字节，或列边界切断了汉字"
    if "\0" in text:
        return "nul: 含有空字符（NUL）"
    if length < wanted or beyond.strip():
        return f"width: 应有 {wanted} 个{unit}，实有 {length} 个"
    return None
