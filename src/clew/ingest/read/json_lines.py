"""JSON lines: one object a line. Numbers keep the digits they were written with.

Nested values stay JSON text, unless the contract names values inside them (see :mod:`clew.ingest.read.nested`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from clew.contracts.literal import quoted
from clew.ingest.read.encoding import encoding_of
from clew.ingest.read.headers import Headers
from clew.ingest.read.keys import Keys
from clew.ingest.read.nested import flat_records
from clew.ingest.read.source import FAULT, ROW, Request, Row, Source, select, stream
from clew.problems import Problems

_SURROGATE = re.compile("[\ud800-\udfff]")


class LineError(ValueError):
    """A line that is not one flat JSON object; the text says why, in Chinese, for the quarantine."""


Unit = tuple[int, "list[tuple[str, Any]] | LineError"]
"""A line or element with its number: an object's entries, or why there are none."""


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read a JSON lines file; keys are matched like headers. Row numbers are line numbers, or, where a line holds
    several records, numbers of records."""
    with read_units(request, problems, _lines) as source:
        yield source


@contextmanager
def read_units(
    request: Request, problems: Problems, units: Callable[[Request, str, Problems], Iterator[Unit]]
) -> Iterator[Source | None]:
    """A source of whatever ``units`` finds in the file, given its encoding."""
    agreed = request.sidecar.encoding or request.contract.file_format.encoding
    encoding = encoding_of(request.landed.path, agreed, request.shown, problems)
    if encoding is None:
        yield None
        return
    contract = request.contract
    headers = Headers({column.name: index for index, column in enumerate(contract.columns)}, len(contract.columns))
    name = "clew_source_json"
    rows = _rows(request, units(request, encoding, problems), Keys(request, "key"), problems)
    request.connection.register(name, stream(rows, headers.width))
    try:
        yield Source((select(name, headers, quoted(ROW), quoted(FAULT)),))
    finally:
        request.connection.unregister(name)


def _lines(request: Request, encoding: str, problems: Problems) -> Iterator[Unit]:
    del problems  # a broken line is set aside
    with request.landed.path.open(encoding=encoding, errors="surrogateescape", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield number, line_entries(line)
                except LineError as error:
                    yield number, error


def _rows(request: Request, units: Iterator[Unit], keys: Keys, problems: Problems) -> Iterator[Row]:
    contract = request.contract
    index = {column.name: position for position, column in enumerate(contract.columns)}
    records = contract.file_format.records
    nested = bool(records) or any("." in column.header for column in contract.columns)
    record = 0
    for number, entries in units:
        if isinstance(entries, LineError):
            record += 1
            yield Row(record if records else number, [None] * len(index), str(entries))
            continue
        found = flat_records(entries, records, _text) if nested else [entries]
        for entry in found:
            record += 1
            cells: list[str | None] = [None] * len(index)
            row = record if records else number
            try:
                _fill(cells, index, entry, keys, number)
            except LineError as error:
                kept = [None if cell is None else _SURROGATE.sub("\ufffd", cell) for cell in cells]
                yield Row(row, kept, str(error))
            else:
                yield Row(row, cells)
    keys.tell(problems, located=True)


def _fill(
    cells: list[str | None], index: dict[str, int], entries: list[tuple[str, Any]], keys: Keys, number: int
) -> None:
    for key, value in entries:
        column = keys.column(key)
        if column is None:
            keys.unknown(_SURROGATE.sub("\ufffd", key), number)
        elif cells[index[column.name]] is not None:
            raise LineError(f"json: 键 {key} 重复")
        else:
            cells[index[column.name]] = _text(value)
    text = "".join(cell for cell in cells if cell)
    if _SURROGATE.search(text):
        raise LineError("encoding: 含有无法解读的字符")
    if "\0" in text:
        raise LineError("nul: 含有空字符（NUL）")


def line_entries(line: str) -> list[tuple[str, Any]]:
    """The entries of one JSON object. Raises LineError."""
    try:
        value = json.loads(line, parse_float=Number, parse_int=Number, parse_constant=_refuse, object_pairs_hook=Object)
    except RecursionError:
        raise LineError("json: 嵌套过深") from None
    except LineError:
        raise
    except ValueError as error:
        column = getattr(error, "colno", 1)
        raise LineError(f"json: 第 {column} 个字符处不是合法的 JSON") from None
    if not isinstance(value, Object):
        raise LineError("json: 一行必须是一个 JSON 对象")
    return list(value)


class Number(str):
    """A number's own digits."""


class Object(list[tuple[str, Any]]):
    """An object's entries, duplicates included."""


def _refuse(constant: str) -> Any:
    raise LineError(f"json: {constant} 不是 JSON 数值")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _json(value)


def _json(value: Any) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Object):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_json(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
