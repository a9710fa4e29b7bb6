"""Text encodings of delivered files: what a file is written in, and turning it into UTF-8 part by part."""

from __future__ import annotations

import codecs
from pathlib import Path

from clew.problems import Place, Problems

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNITS = {"utf-16": 2, "utf-32": 4}
"""Codecs that want a byte order mark, and the bytes of their units."""
_LOOKED_AT = 4096
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030"}


def encoding_of(path: Path, agreed: str, shown: str, problems: Problems) -> str | None:
    """The Python codec to read a file with: its byte order mark, else what was agreed; None notes I014.

    GBK and GB2312 are read as GB18030, which holds both: senders write the one and say the other. UTF-16 and UTF-32
    without a mark are read in the byte order in which their start holds the more ASCII: the standard's own order,
    big-endian, is not what Windows writes.
    """
    if mark := mark_of(path):
        return mark
    if agreed == "auto":
        agreed = "utf-8"  # only CSV, which has headers to tell by, can leave it open
    try:
        name = codecs.lookup(agreed).name
        "a".encode(name).decode(name, "surrogateescape")  # idna and punycode know no bytes but their own
    except (LookupError, TypeError, ValueError):
        problems.error(
            Place(shown),
            "I014",
            f"'{agreed}' is not a text encoding",
            "use utf-8, gb18030, utf-16, big5 or another name that Python knows",
        )
        return None
    if name in _UNITS:
        return f"{name}-{_byte_order(path, _UNITS[name])}"
    return _WIDER.get(name, name)


def _byte_order(path: Path, unit: int) -> str:
    """``le`` or ``be``: an ASCII character is one byte and zeros, which stand behind it or before."""
    with path.open("rb") as file:
        start = file.read(unit * _LOOKED_AT)
    return "be" if start[0::unit].count(0) > start[unit - 1 :: unit].count(0) else "le"


def mark_of(path: Path) -> str | None:
    """The Python codec that a byte order mark names."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in _MARKS if start.startswith(mark)), None)


def keeps_ascii_bytes(encoding: str) -> bool:
    """Whether line ends and quotes are these very bytes and never part of another character."""
    return encoding in (
        "utf-8",
        "utf-8-sig",
        "gb18030",
        "ascii",
        "iso8859-1",
        "iso8859-15",
        "cp1252",
        "euc_jp",
        "euc_kr",
    )
