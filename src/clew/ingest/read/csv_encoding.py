"""Which encoding a CSV file is in, where the contract leaves it open (``auto``) or names the wrong one.

Nothing is guessed from letter statistics alone: an encoding counts only when the headers, read with it, are those of
the contract. What was found is said.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from clew.ingest.land.landed import CHUNK
from clew.ingest.read.csv_exact import Dialect, top_records
from clew.ingest.read.encoding import mark_of
from clew.ingest.read.source import Request
from clew.ingest.read.title_rows import TITLE_ROWS, find_headers
from clew.problems import Place, Problems

USUAL = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")
_SAMPLE = 256 * 1024


def found_encoding(request: Request, dialect: Dialect, problems: Problems) -> str | None:
    """The encoding of a file: its mark, else the first under which the headers match and every byte is a character.

    Where no encoding takes every byte, the first under which the headers match: the lines it does not take are set
    aside. It is said (I038); None notes I014.
    """
    path = request.landed.path
    if mark := mark_of(path):
        return mark
    candidates = list(_candidates(path))
    matching = [name for name in candidates if _matches(request, replace(dialect, encoding=name))]
    whole = next((name for name in matching or candidates if _takes_every_byte(path, name)), None)
    chosen = whole or (matching[0] if matching else None)
    if not matching and chosen is not None:
        return chosen  # the headers are wrong in any encoding: what is wrong with them is said next
    if chosen is None:
        problems.error(
            Place(request.shown),
            "I014",
            "the headers make no sense in any usual encoding",
            f"write the encoding in {request.shown}.yml, and look whether the headers are those of the contract",
        )
    elif chosen != "utf-8":
        problems.warn(Place(request.shown), "I038", f"the file is in {chosen}, by its headers and its bytes")
    return chosen


def other_encoding(request: Request, dialect: Dialect) -> str | None:
    """Another usual encoding under which the headers match, if there is one."""
    others = (name for name in USUAL if name != dialect.encoding.removesuffix("-sig"))
    return next((name for name in others if _matches(request, replace(dialect, encoding=name))), None)


def _candidates(path: Path) -> Iterator[str]:
    yield from USUAL
    from charset_normalizer import from_bytes

    with path.open("rb") as file:
        best = from_bytes(file.read(_SAMPLE)).best()
    if best is not None and codecs.lookup(best.encoding).name not in USUAL:
        yield codecs.lookup(best.encoding).name


def _matches(request: Request, dialect: Dialect) -> bool:
    try:
        top = top_records(request.landed.path, dialect, TITLE_ROWS)
    except (UnicodeError, LookupError):  # UTF-16 text without its mark is no UnicodeDecodeError
        return False
    if not dialect.header:
        return not any("\ufffd" in cell for line in top for cell in line)
    return find_headers(top, request.contract, request.shown, Problems()) is not None


def _takes_every_byte(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
