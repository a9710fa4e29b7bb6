"""The file inside an old Office file: just enough of [MS-CFB] to reach one stream, and to see that nothing is cut off.

The workbook library trusts what such a file says of its own sizes; a file that breaks off must be found before.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE, _LAST_KEPT = 0xFFFFFFFF, 0xFFFFFFFA
_ENTRY = 128


class CompoundError(ValueError):
    """The file is cut short, or its chains of sectors lead nowhere."""


class Compound:
    """A compound file held in memory. Raises CompoundError where it is damaged."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512 or not content.startswith(MARK):
            raise CompoundError("it has no header")
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise CompoundError("its header makes no sense")
        self._size = 1 << shift
        directory, self._small_below = struct.unpack_from("<I4xI", content, 48)
        mini_start = struct.unpack_from("<I", content, 60)[0]
        self._table: list[int] = []
        self._table = self._allocation()
        self._entries = self._read_directory(directory)
        self._mini_table = self._numbers(self._chain(mini_start)) if mini_start < _LAST_KEPT else []

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all streams and storages."""
        return tuple(self._entries)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream."""
        start, size = self._entries[name]
        if size >= self._small_below:
            return self._chain(start)[:size]
        small = self._chain(self._entries["Root Entry"][0])
        found = b"".join(small[at * 64 : at * 64 + 64] for at in self._steps(start, self._mini_table))
        if len(found) < size:
            raise CompoundError("a stream is cut short")
        return found[:size]

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        if at + self._size > len(self._content):
            if at < len(self._content) and number == max(
                (index for index, step in enumerate(self._table) if step != _FREE), default=-1
            ):
                return self._content[at:].ljust(self._size, b"\0")  # some writers do not fill the last sector
            raise CompoundError("it is cut short")
        return self._content[at : at + self._size]

    def _numbers(self, content: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))

    def _allocation(self) -> list[int]:
        sectors = [one for one in struct.unpack_from("<109I", self._content, 76) if one < _LAST_KEPT]
        following, seen = struct.unpack_from("<I", self._content, 68)[0], 0
        while following < _LAST_KEPT:
            numbers = self._numbers(self._sector(following))
            sectors += [one for one in numbers[:-1] if one < _LAST_KEPT]
            following, seen = numbers[-1], seen + 1
            if seen * self._size > len(self._content):
                raise CompoundError("its table of tables turns in a circle")
        return [step for sector in sectors for step in self._numbers(self._sector(sector))]

    def _steps(self, start: int, table: list[int]) -> Iterator[int]:
        at, seen = start, 0
        while at < _LAST_KEPT:
            if at >= len(table) or seen > len(table):
                raise CompoundError("a chain of sectors leads nowhere")
            yield at
            at, seen = table[at], seen + 1

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in self._steps(start, self._table))

    def _read_directory(self, start: int) -> dict[str, tuple[int, int]]:
        raw, found = self._chain(start), {}
        for at in range(0, len(raw) - _ENTRY + 1, _ENTRY):
            length = struct.unpack_from("<H", raw, at + 64)[0]
            if 2 <= length <= 64:
                name = raw[at : at + length - 2].decode("utf-16-le", errors="replace")
                found[name] = struct.unpack_from("<II", raw, at + 116)
        if "Root Entry" not in found:
            raise CompoundError("it has no root")
        return found
