"""JSON as one document: an array whose elements are the records, read as a stream, or one object that holds them.

A file of JSON lines under the ending .json is read as that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from clew.ingest.read.encoding import encoding_of
from clew.ingest.read.json_lines import LineError, Number, Object, Unit, line_entries, read_units
from clew.ingest.read.json_lines import read as read_lines
from clew.ingest.read.source import Request, Source
from clew.problems import Place, Problems

LARGEST_VALUE = 64 * 1024 * 1024
"""Characters of one element, or of an object that is the whole document: they are held in memory."""

_PIECE = 1024 * 1024
_NEAR_THE_END = 64
_SPACE = " \t\r\n\ufeff"


class DocumentError(ValueError):
    """The document breaks off or is not JSON; noted as a problem before it is raised."""


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read a JSON document. Where it is not well-formed, the whole is refused with the place (I040): an array that
    breaks off is an incomplete delivery. Row numbers count the elements."""
    agreed = request.sidecar.encoding or request.contract.file_format.encoding
    encoding = encoding_of(request.landed.path, agreed, request.shown, problems)
    if encoding is None:
        yield None
        return
    if _is_document(request, encoding):
        with read_units(request, problems, _elements) as source:
            yield source
    else:
        with read_lines(request, problems) as source:
            yield source


def _is_document(request: Request, encoding: str) -> bool:
    """An array, or an object over several lines; else each line is a record, and a broken one is set aside alone."""
    with _text_of(request, encoding) as file:
        first = ""
        while not first and (line := file.readline(LARGEST_VALUE)):
            first = line.strip(_SPACE)
        if not first.startswith("{"):
            return first.startswith("[")
        rest = file.read(LARGEST_VALUE)
        if _parses(first) or not rest.strip(_SPACE):
            return False
        return _parses(first + "\n" + rest)


def _parses(text: str) -> bool:
    try:
        line_entries(text)
    except LineError:
        return False
    return True


def _elements(request: Request, encoding: str, problems: Problems) -> Iterator[Unit]:
    with _text_of(request, encoding) as file:
        scan = _Scan(file)
        try:
            if scan.peek() != "[":
                yield 1, _entries(scan.value())
                return
            scan.take("[")
            number = 0
            while scan.peek() != "]":
                number += 1
                if number > 1:
                    scan.take(",")
                yield number, _entries(scan.value())
            scan.take("]")
            if scan.peek():
                raise DocumentError("something stands after the end of the array")
        except (DocumentError, RecursionError) as error:
            says = str(error) if isinstance(error, DocumentError) else "it is nested too deeply"
            problems.error(
                Place(request.shown, *scan.place),
                "I040",
                f"from here on the file is not well-formed JSON: {says}",
                "it may be cut short; ask the sender for it again",
            )
            raise DocumentError(says) from None


def _entries(value: Any) -> list[tuple[str, Any]] | LineError:
    if not isinstance(value, Object):
        return LineError("json: 数组的每一项必须是一个 JSON 对象")
    return LineError("json: NaN 或 Infinity 不是 JSON 数值") if _has_constant(value) else list(value)


def _has_constant(value: Any) -> bool:
    if isinstance(value, _Constant):
        return True
    if isinstance(value, Object):
        return any(_has_constant(inner) for _, inner in value)
    return isinstance(value, list) and any(_has_constant(inner) for inner in value)


class _Constant(str):
    """NaN or Infinity, which JSON does not have."""


def _text_of(request: Request, encoding: str) -> TextIO:
    return request.landed.path.open(encoding=encoding, errors="surrogateescape", newline="")


class _Scan:
    """A document read piece by piece; only what was not yet taken is held."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False
        self._line, self._column = 1, 1
        self._decoder = json.JSONDecoder(
            parse_float=Number, parse_int=Number, parse_constant=_Constant, object_pairs_hook=Object
        )

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of what comes next."""
        return self._line, self._column

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._pass(self._at + 1)
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, mark: str) -> None:
        """Pass over a mark. Raises DocumentError when something else stands there."""
        found = self.peek()
        if found != mark:
            raise DocumentError(f"'{mark}' is missing" if found else "it breaks off")
        self._pass(self._at + 1)

    def value(self) -> Any:
        """The next value. Raises DocumentError."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                done = error.pos - self._at
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _NEAR_THE_END
                if not (cut and self._more()):
                    raise self._broken(done) from None
            else:
                done = end - self._at
                if end < len(self._text) or not self._more():
                    self._pass(self._at + done)
                    return value

    def _broken(self, done: int) -> DocumentError:
        """Why the next value cannot be read, ``done`` characters from here."""
        if len(self._text) - self._at > LARGEST_VALUE:
            return DocumentError(f"one value is longer than {LARGEST_VALUE:,} characters")
        breaks_off = self._at + done >= len(self._text.rstrip())
        self._pass(min(self._at + done, len(self._text)))
        return DocumentError("it breaks off" if breaks_off else "a mark is missing or too many")

    def _more(self) -> bool:
        """Read on; False at the end, or when one value has grown too long."""
        if self._ended or len(self._text) - self._at > LARGEST_VALUE:
            return False
        piece = self._file.read(max(_PIECE, len(self._text) - self._at))
        self._text, self._at = self._text[self._at :] + piece, 0
        self._ended = not piece
        return bool(piece)

    def _pass(self, to: int) -> None:
        lines = self._text.count("\n", self._at, to)
        if lines:
            self._line, self._column = self._line + lines, to - self._text.rfind("\n", self._at, to)
        else:
            self._column += to - self._at
        self._at = to
