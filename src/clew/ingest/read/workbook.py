"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods): which of the sheets are read, and what makes a workbook unreadable."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from clew.ingest.land.landed import CHUNK
from clew.ingest.read import sheet
from clew.ingest.read.biff_facts import PasswordError, biff_facts
from clew.ingest.read.book import Book, WorkbookError
from clew.ingest.read.compound import CompoundError
from clew.ingest.read.parts import Unread, joined
from clew.ingest.read.sheet_facts import NO_FACTS, SheetFacts, sheet_facts
from clew.ingest.read.source import Request, Source
from clew.ingest.read.unpack import BombError, Budget
from clew.problems import Place, Problems, did_you_mean

LARGEST = 1024**3
"""Bytes of XML: a workbook is read in memory, and the largest that a person can make stay below this."""

_DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, ValueError, SyntaxError, KeyError, NotImplementedError)


@contextmanager
def read(request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read the sheets the sidecar names, else the contract, else the first that can be seen.

    Refused: not a workbook (I015), an unknown sheet (I016), a password (I032), more XML than memory (I031).
    """
    place = Place(request.shown)
    try:
        facts = _facts(request, place, problems)
        if facts is None:
            yield None
            return
        book = Book(request.landed.path)
        chosen = _chosen(book, request, place, problems)
        unread = [
            Unread(name, _shown(request, name, chosen), partial(_open, request, book, name, chosen, facts))
            for name in chosen or ()
        ]
    except WorkbookError as error:
        _not_a_workbook(place, str(error), problems)
        yield None
        return
    if not unread:
        yield None
        return
    with joined(request, problems, unread, "sheets") as source:
        yield source


@contextmanager
def _open(
    request: Request,
    book: Book,
    name: str,
    chosen: list[str] | None,
    facts: Mapping[str, SheetFacts],
    problems: Problems,
) -> Iterator[Source | None]:
    own = replace(request, shown=_shown(request, name, chosen))
    with ExitStack() as stack:
        try:
            source = stack.enter_context(sheet.read(own, book, name, facts.get(name, NO_FACTS), problems))
        except WorkbookError as error:
            _not_a_workbook(Place(own.shown), str(error), problems)
            source = None
        yield source


def _shown(request: Request, name: str, chosen: list[str] | None) -> str:
    return request.shown if chosen is None or len(chosen) == 1 else f"{request.shown}/{name}"


def _facts(request: Request, place: Place, problems: Problems) -> Mapping[str, SheetFacts] | None:
    """Facts of each sheet; None after noting why the file must not be opened at all."""
    path = request.landed.path
    if not is_zipfile(path):
        return _old_facts(path, place, problems)
    try:
        _measure(request, path)
        return sheet_facts(path)
    except BombError as bomb:
        problems.error(place, "I031", f"{bomb}: it may be an attack", "ask for the data as CSV")
    except _DAMAGED:
        _not_a_workbook(place, "the package is damaged or cut short", problems)
    return None


def _old_facts(path: Path, place: Place, problems: Problems) -> Mapping[str, SheetFacts] | None:
    if path.stat().st_size > LARGEST:
        problems.error(place, "I031", "it is too large to be read in memory", "ask for the data as CSV")
        return None
    try:
        return biff_facts(path.read_bytes())
    except PasswordError:
        problems.error(place, "I032", "the workbook is protected by a password", "ask for it without a password")
    except (CompoundError, struct.error) as error:
        says = str(error) if isinstance(error, CompoundError) else "it is damaged"
        _not_a_workbook(place, says, problems)
    return None


def _measure(request: Request, path: Path) -> None:
    """Unpack into nothing, which finds bombs and damaged members before anything is read into memory."""
    budget = Budget(request.landed.size, min(LARGEST, request.unpack_limit), request.unpack_ratio)
    with ZipFile(path) as archive:
        for info in archive.infolist():
            with archive.open(info) as file:
                while chunk := file.read(CHUNK):
                    budget.take(len(chunk))


def _chosen(
    book: Book,
    request: Request,
    place: Place,
    problems: Problems,
) -> list[str] | None:
    """The sheets to read, in the workbook's order; None after I016. What is left out although it looks like data
    is said (I035)."""
    agreed, sidecar = request.contract.file_format, request.sidecar
    wanted = sidecar.sheets or ((sidecar.sheet,) if sidecar.sheet else ())
    wanted = wanted or agreed.sheets or ((agreed.sheet,) if agreed.sheet else ())
    visible = [name for name in book.names if book.visible(name)]
    chosen = [name for name in book.names if _matches(name, wanted, visible)] if wanted else visible[:1]
    for one in wanted:
        if one != "*" and not any(name == one or fnmatch(name, one) for name in book.names):
            problems.error(place, "I016", f"there is no sheet '{one}'", did_you_mean(one, book.names))
            return None
    if not chosen:
        problems.error(place, "I013", "the workbook has no sheet that can be seen and holds something")
        return None
    for name in book.names:
        if name not in chosen and sheet.has_headers(book, name, request.contract):
            what = "sheet" if name in visible else "hidden sheet"
            problems.warn(
                place, "I035", f"the {what} '{name}' holds rows as well and was not read", "name the sheets: 'sheets'"
            )
    return chosen


def _matches(name: str, wanted: tuple[str, ...], visible: list[str]) -> bool:
    """A sheet named in full is read even when it is hidden."""
    return name in wanted or (name in visible and any(fnmatch(name, one) for one in wanted))


def _not_a_workbook(place: Place, says: str, problems: Problems) -> None:
    if "password" in says.lower() or "encrypt" in says.lower():
        problems.error(place, "I032", "the workbook is protected by a password", "ask for it without a password")
        return
    problems.error(
        place,
        "I015",
        f"this is not a readable spreadsheet: {says}",
        "open it, save it again as .xlsx without a password, and put it back",
    )
