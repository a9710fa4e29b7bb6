"""What a file is, by its first bytes: an ending is a promise, and senders break it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

_START = 4096
_TAR_MARK = slice(257, 262)

_PACKED = {b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"\x1f\x8b": "gzip", b"PAR1": "parquet"}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFUSED = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"SQLite format 3": "a database file",
    b"{\\rtf": "an RTF document",
}
_PARTS_OF = {"xl/": "xlsx", "word/": "a Word document", "ppt/": "a presentation"}
_MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(\?xml|!doctype\s+html|html|head|body|table|meta|style)\b", re.I | re.S)
_SHEET_MARKUP = b"urn:schemas-microsoft-com:office"


def content_of(path: Path) -> str:
    """``zip``, ``gzip``, ``tar``, ``xlsx`` (any workbook), ``parquet``, ``xml``, ``json``, ``text``, ``empty``.

    What Clew does not read is named with its article: 'a PDF document'. A zip that cannot be opened, which may be a
    workbook: ``damaged zip``. Bytes that are none of these: ``unknown``.
    """
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        return "empty"
    for mark, kind in _PACKED.items():
        if start.startswith(mark):
            return _zip_holds(path) if kind == "zip" else kind
    for mark, name in _REFUSED.items():
        if start.startswith(mark):
            return name
    if start.startswith(_COMPOUND):
        return _compound_holds(path)
    if start[_TAR_MARK] == b"ustar":
        return "tar"
    return _text(start)


def _zip_holds(path: Path) -> str:
    """A workbook, another office document, or an archive."""
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
            if "content.xml" in names and "mimetype" in names:
                kind = archive.read("mimetype")[:100]
                return "xlsx" if b"spreadsheet" in kind else "a text document"
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return "damaged zip"
    if "[Content_Types].xml" in names:
        return next((kind for start, kind in _PARTS_OF.items() if any(name.startswith(start) for name in names)), "zip")
    return "zip"


def _compound_holds(path: Path) -> str:
    """An old workbook, an encrypted new one (the workbook reader says so), or another old document."""
    content = path.read_bytes() if path.stat().st_size < 64 * 1024 * 1024 else b""
    if "WordDocument".encode("utf-16-le") in content:
        return "a Word document"
    if "PowerPoint Document".encode("utf-16-le") in content:
        return "a presentation"
    return "xlsx"


def _text(start: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if start.startswith(mark):
            start = start.decode(encoding, errors="ignore").encode()
            break
    start = start.removeprefix(codecs.BOM_UTF8)
    if found := _MARKUP.match(start):
        if found[1].lower() != b"?xml":
            return "a web page"
        return "a web page" if b"<html" in start.lower() else "xml" if _SHEET_MARKUP not in start else "an XML workbook"
    first = start.lstrip()[:1]
    if first in (b"{", b"["):
        return "json"
    if first == b"<":
        return "xml"
    odd = sum(byte < 32 and byte not in b"\t\n\r\f\x1a\x1b\x00" for byte in start)
    return "text" if odd * 20 <= len(start) else "unknown"
