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
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030"}


def encoding_of(path: Path, agreed: str, shown: str, problems: Problems) -> str | None:
    """The Python codec to read a file with: its byte order mark, else what was agreed; None notes I014.

    GBK and GB2312 are read as GB18030, which holds both: senders write the one and say the other.
    """
    if mark := mark_of(path):
        return mark
    if agreed == "auto":
        agreed = "utf-8"  # only CSV, which has headers to tell by, can leave it open
    try:
        name = codecs.lookup(agreed).name
        "".encode(name)
    except (LookupError, TypeError, ValueError):
        problems.error(
            Place(shown),
            "I014",
            f"'{agreed}' is not a text encoding",
            "use utf-8, gb18030, utf-16, big5 or another name that Python knows",
        )
        return None
    return _WIDER.get(name, name)


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
