"""XML records: one element a row, read as a stream, so that memory does not grow with the file.

``records`` is the path of that element below the root, as ``list.person``; left out, every child of the root is a
record. A column is a path inside the record (``name``, ``address.city``), an attribute ``@id`` or ``address.@code``.
Namespaces do not count. A value above the record is repeated in each of its rows, under its path from the root. Values
that stand several times become one text, sorted, with commas.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from clew.contracts.literal import quoted
from clew.contracts.model import Contract
from clew.ingest.read.encoding import encoding_of
from clew.ingest.read.headers import Headers
from clew.ingest.read.keys import Keys
from clew.ingest.read.source import FAULT, ROW, Request, Row, Source, select, stream
from clew.problems import Place, Problems

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml.*?\?>", re.DOTALL)
_LOST = "\ufffd"

PIECE = 64 * 1024
"""Bytes given to the parser at once."""


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read an XML file. Its own declaration says the encoding, else the contract. Refused where it is not well-formed
    (I040, with the place), and where it declares entities or a document type (I039)."""
    agreed = request.sidecar.encoding or _declared(request) or request.contract.file_format.encoding
    encoding = encoding_of(request.landed.path, agreed, request.shown, problems)
    if encoding is None:
        yield None
        return
    columns = request.contract.columns
    headers = Headers({column.name: index for index, column in enumerate(columns)}, len(columns))
    name = "clew_source_xml"
    request.connection.register(
        name, stream(_rows(request, encoding, Keys(request, "element"), problems), headers.width)
    )
    try:
        yield Source((select(name, headers, quoted(ROW), quoted(FAULT)),))
    finally:
        request.connection.unregister(name)


def _declared(request: Request) -> str:
    with request.landed.path.open("rb") as file:
        match = _DECLARED.match(file.read(1024))
    return match[1].decode("ascii") if match else ""


def _rows(request: Request, encoding: str, keys: Keys, problems: Problems) -> Iterator[Row]:
    """Every record with its number. A file that breaks off raises after the problem is noted."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException

    place = Place(request.shown)
    try:
        with request.landed.path.open("rb") as file:
            for number, (above, record) in enumerate(_records(_Utf8(file, encoding), request.contract), start=1):
                yield _row(number, above, record, keys, request.contract)
    except ParseError as error:
        line, column = error.position
        problems.error(
            Place(request.shown, line, column + 1),
            "I040",
            "from here on the file is not well-formed XML",
            "it may be cut short; ask the sender for it again",
        )
        raise
    except TooDeepError:
        problems.error(
            place,
            "I040",
            f"its elements are nested more than {DEEPEST} deep",
            "records are flat: ask the sender for plain XML records",
        )
        raise
    except DefusedXmlException:
        problems.error(place, "I039", "the XML declares entities or a document type", "ask for plain XML records")
        raise
    keys.tell(problems, located=False)


DEEPEST = 200
"""Levels of elements; each element is looked at with all those above it."""


class TooDeepError(ValueError):
    """Elements within elements without end."""


Values = dict[str, set[str]]


def _records(stream_: _Utf8, contract: Contract) -> Iterator[tuple[Values, Values]]:
    """(values above, values inside) of each record, in order; elements are forgotten once they are read."""
    from defusedxml.ElementTree import iterparse

    path = [part for part in re.split(r"[./]", contract.file_format.records) if part]
    open_: list[Any] = []
    above: list[Values] = []
    inside = 0
    for event, element in iterparse(stream_, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            open_.append(element)
            if len(open_) > DEEPEST:
                raise TooDeepError
            names = [_local(one.tag) for one in open_[1:]]
            if inside or (names == path if path else len(names) == 1):
                inside += 1
            else:
                above.append(_attributes(element, names))
            continue
        open_.pop()
        if inside > 1:
            inside -= 1
            continue
        names = [_local(one.tag) for one in [*open_[1:], element]]
        if inside == 1:
            inside = 0
            found: Values = {}
            _collect(element, "", found)
            merged: Values = {}
            for values in above:
                for key, texts in values.items():
                    merged.setdefault(key, set()).update(texts)
            yield merged, found
        else:
            above.pop()
            if not len(element) and (element.text or "").strip() and above:
                above[-1].setdefault(".".join(names), set()).add(element.text)
        element.clear()
        if open_:
            open_[-1].remove(element)


def _attributes(element: Any, names: list[str]) -> Values:
    prefix = "".join(f"{name}." for name in names)
    return {f"{prefix}@{_local(name)}": {value} for name, value in element.attrib.items()}


def _collect(element: Any, path: str, found: Values) -> None:
    """Leaves and attributes below an element by their paths."""
    prefix = f"{path}." if path else ""
    for name, value in element.attrib.items():
        found.setdefault(f"{prefix}@{_local(name)}", set()).add(value)
    text = element.text or ""
    if len(element) == 0:
        if text:
            found.setdefault(path or ".", set()).add(text)
        return
    if text.strip():
        found.setdefault(path or ".", set()).add(text.strip())
    for child in element:
        if isinstance(child.tag, str):
            _collect(child, f"{prefix}{_local(child.tag)}", found)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _row(number: int, above: Values, record: Values, keys: Keys, contract: Contract) -> Row:
    cells: list[str | None] = [None] * len(contract.columns)
    index = {column.name: position for position, column in enumerate(contract.columns)}
    for values in (above, record):
        for key, texts in values.items():
            column = keys.column(key)
            if column is not None:
                cells[index[column.name]] = ",".join(sorted(texts))
            elif values is record:
                keys.unknown(key, number)
    if any(cell and _LOST in cell for cell in cells):
        return Row(number, cells, "encoding: 含有无法按约定编码解读的字节")
    return Row(number, cells)


class _Utf8:
    """The file as UTF-8 bytes without its declaration: the parser knows few encodings, and Python knows them all."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._begun = False

    def read(self, _size: int = -1) -> bytes:
        """The next piece; empty at the end."""
        raw, text = b"x", ""
        while raw and not text:
            raw = self._file.read(PIECE)
            text = self._decoder.decode(raw, final=not raw)
        if not self._begun:
            self._begun = True
            blank = _DECLARATION.match(text)
            if blank:  # the lines of the declaration stay, so that places stay true
                text = "\n" * blank[0].count("\n") + " " * len(blank[0].rpartition("\n")[2]) + text[blank.end() :]
        return text.encode("utf-8", errors="replace")
