"""A range of a text file's bytes in UTF-8, in this process or in one of its own.

Python decodes on one core at a time, so parts of a file are given to processes. Run as a program this file imports
nothing but the standard library: it starts in a hundredth of a second.

    python transcode.py SOURCE START END ENCODING TARGET

Text in UTF-8 inside a GB18030 file, as where two exports were joined, often reads as other characters without a fault:
寮犱笁 for 张三. Such a line is found by its bytes, and is a fault.
"""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1024 * 1024
_LONGEST_LINE = 1024 * 1024
"""Bytes of a line that are looked at together."""
NOT_IN_ENCODING = 3
"""Exit code: a byte is outside the encoding."""


_CLASSES = bytes(
    ord("s") if byte < 0x80 else ord("t") if byte < 0xC0 else ord("L") if 0xE4 <= byte <= 0xE9 else ord("x")
    for byte in range(256)
)
"""What a byte may be of a Chinese character in UTF-8: its lead, its tail, or ASCII beside it."""
_WORD = b"sLttLtt"
"""Two Chinese characters in UTF-8, behind ASCII. Three in GB18030 that look so are rare, and whole lines are rarer."""


@dataclass(frozen=True)
class Range:
    """Bytes ``start`` to ``end`` (excluded) of a file; both must lie between characters."""

    start: int
    end: int


def transcode(source: Path, part: Range, encoding: str, target: Path, parent: int | None = None) -> None:
    """Write the range to ``target`` in UTF-8; strict: raises UnicodeError for bytes outside the encoding, and for lines
    of a GB18030 file that are in UTF-8.

    With ``parent``, the process that wants it: stops when that one is no more.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    left, tail = part.end - part.start, b""
    with source.open("rb") as file, target.open("wb") as made:
        file.seek(part.start)
        while left and (chunk := file.read(min(CHUNK, left))):
            made.write(decoder.decode(chunk).encode("utf-8"))
            left -= len(chunk)
            if encoding == "gb18030":
                lines, end, tail = (tail[-_LONGEST_LINE:] + chunk).rpartition(b"\n")
                _refuse_utf8(lines + end)
            if parent is not None and os.getppid() != parent:
                sys.exit(1)
        made.write(decoder.decode(b"", final=True).encode("utf-8"))
        _refuse_utf8(tail)


def is_utf8(line: bytes) -> bool:
    """Whether a line of a file in GB18030 is in UTF-8 instead: valid as such, with two Chinese characters on end."""
    if _WORD not in (b"," + line).translate(_CLASSES):
        return False
    try:
        line.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _refuse_utf8(lines: bytes) -> None:
    classes, found = lines.translate(_CLASSES), 0
    while (found := classes.find(_WORD, found)) >= 0:
        start, end = lines.rfind(b"\n", 0, found + 1) + 1, lines.find(b"\n", found + 1)
        if is_utf8(lines[start : end if end >= 0 else None]):
            raise UnicodeError("a line in UTF-8")
        found = end if end >= 0 else len(lines)


def transcode_all(source: Path, parts: Sequence[Range], encoding: str, targets: Sequence[Path]) -> None:
    """Write every range to its target, side by side: the first here, each other in a process of its own.

    Raises UnicodeError for bytes outside the encoding, OSError when a process failed for another reason.
    """
    others = [
        subprocess.Popen(
            [sys.executable, "-I", __file__, str(source), str(part.start), str(part.end), encoding, str(target)],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for part, target in zip(parts[1:], targets[1:], strict=True)
    ]
    try:
        transcode(source, parts[0], encoding, targets[0])
        codes = [process.wait() for process in others]
    finally:
        for process in others:
            process.kill()
            process.wait()
    if NOT_IN_ENCODING in codes:
        raise UnicodeError(f"bytes outside {encoding}")
    if any(codes):
        raise OSError(f"reading {encoding} in a process of its own ended with {max(codes, key=abs)}")


def main() -> None:
    """Transcode the range given on the command line."""
    source, start, end, encoding, target = sys.argv[1:]
    try:
        transcode(Path(source), Range(int(start), int(end)), encoding, Path(target), os.getppid())
    except UnicodeError:
        sys.exit(NOT_IN_ENCODING)


if __name__ == "__main__":
    main()
