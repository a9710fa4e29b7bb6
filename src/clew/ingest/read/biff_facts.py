"""What an old workbook (.xls) says beside its values: merged cells, hidden rows, where days count from, a password.

Records as in [MS-XLS] 2.4: BoundSheet8, Date1904, FilePass, MergeCells, Row.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from clew.ingest.read.compound import Compound
from clew.ingest.read.sheet_facts import SheetFacts

_END, _PASSWORD, _DATE1904, _SHEET, _ROW, _MERGED, _BEGIN = 0x0A, 0x2F, 0x22, 0x85, 0x208, 0xE5, 0x809
_STREAMS = ("Workbook", "Book")


class PasswordError(ValueError):
    """The workbook is encrypted."""


def biff_facts(content: bytes) -> Mapping[str, SheetFacts]:
    """Facts by sheet name; empty for a file that holds no workbook of this kind.

    Raises CompoundError for a file that is cut short, PasswordError for an encrypted one.
    """
    compound = Compound(content)
    if "EncryptedPackage" in compound.names:
        raise PasswordError
    name = next((name for name in _STREAMS if name in compound.names), None)
    if name is None:
        return {}
    book = compound.stream(name)
    old, sheets = False, []
    for kind, body in _records(book, 0):
        if kind == _PASSWORD:
            raise PasswordError
        if kind == _DATE1904:
            old = body[:2] == b"\x01\x00"
        elif kind == _SHEET and len(body) > 8 and name == "Workbook":
            sheets.append((struct.unpack_from("<I", body)[0], _name(body[6:])))
    return {title: _facts(book, start, old) for start, title in sheets}


def _name(body: bytes) -> str:
    count, wide = body[0], body[1] & 1
    return body[2 : 2 + count * 2].decode("utf-16-le") if wide else body[2 : 2 + count].decode("latin-1")


def _facts(book: bytes, start: int, old: bool) -> SheetFacts:
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
    hidden: list[int] = []
    for kind, body in _records(book, start):
        if kind == _ROW and len(body) >= 16 and struct.unpack_from("<I", body, 12)[0] & 0x20:
            hidden.append(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _MERGED and len(body) >= 2:
            for at in range(2, len(body) - 7, 8):
                top, bottom, left, right = struct.unpack_from("<4H", body, at)
                merged.append(((top + 1, left), (bottom + 1, right)))
    return SheetFacts(counts_from_1904=old, merged=tuple(merged), hidden_rows=tuple(hidden))


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream, from its beginning to its end."""
    at, depth = start, 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == _BEGIN) - (kind == _END)
        if kind == _END and depth <= 0:
            return
