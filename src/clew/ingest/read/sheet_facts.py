"""What the workbook's own XML says beside its values: formulas, merged cells, hidden rows, where days count from.

Read as bytes in one pass over a sheet, since a sheet may have a million rows; the parts looked for are rare.
Format: ECMA-376 part 1, 18.3.1 (worksheets), 18.2.28 (workbookPr).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from clew.ingest.land.landed import CHUNK

Cell = tuple[int, int]
"""Row from 1, column from 0."""

_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*[^/>])?>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_IS_TEXT = re.compile(rb'\bt="str"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="([0-9]{1,7})"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_FIRST_CELL = re.compile(
    rb"<(?:\w+:)?row\b[^>]*>\s*(?:<(?:\w+:)?c\b[^>]*/>\s*)*<(?:\w+:)?c\b(?=[^>]*[^/>]>)[^>]*\br=\"([A-Z]{1,3})[0-9]"
)


@dataclass(frozen=True)
class SheetFacts:
    """Facts of one sheet; ``package`` and ``member`` say where they come from."""

    package: Path | None = None
    member: str = ""
    counts_from_1904: bool = False
    formulas_without_value: tuple[Cell, ...] = ()
    merged: tuple[tuple[Cell, Cell], ...] = ()
    hidden_rows: tuple[int, ...] = ()


NO_FACTS = SheetFacts()
"""For workbooks that are no XML: nothing is known beside the values."""


def sheet_facts(package: Path) -> Mapping[str, SheetFacts]:
    """Facts by sheet name; empty for a workbook that is no XML package. Raises zipfile and XML errors."""
    from defusedxml.ElementTree import fromstring

    with ZipFile(package) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return {}
        targets = {
            entry.get("Id"): _member(entry.get("Target", ""))
            for entry in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        book = fromstring(archive.read("xl/workbook.xml"))
        old = any(
            element.get("date1904") in ("1", "true") for element in book.iter() if element.tag.endswith("}workbookPr")
        )
        found = {}
        for element in book.iter():
            if element.tag.endswith("}sheet"):
                member = next((targets.get(value) for name, value in element.items() if name.endswith("}id")), None)
                if member in names:
                    found[element.get("name", "")] = _facts(archive, package, member or "", old)
    return found


def _member(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _facts(archive: ZipFile, package: Path, member: str, counts_from_1904: bool) -> SheetFacts:
    facts = SheetFacts(package, member, counts_from_1904)
    formulas: list[Cell] = []
    merged: list[tuple[Cell, Cell]] = []
    hidden: list[int] = []
    for text in _pieces(archive, member):
        if b"<f" in text or b":f" in text:
            formulas += _without_value(text)
        if b"hidden=" in text:
            hidden += [int(match[1]) for match in _HIDDEN_ROW.finditer(text)]
        if b"mergeCell" in text:
            merged += [
                ((int(match[2]), _column(match[1])), (int(match[4]), _column(match[3])))
                for match in _MERGED.finditer(text)
            ]
    return replace(
        facts, formulas_without_value=tuple(formulas), merged=tuple(merged), hidden_rows=tuple(sorted(set(hidden)))
    )


def _without_value(text: bytes) -> Iterator[Cell]:
    for match in _FORMULA.finditer(text):
        attributes = match[1] or b""
        if not _IS_TEXT.search(attributes) and (reference := _REFERENCE.search(attributes)):
            yield int(reference[2]), _column(reference[1])


def _pieces(archive: ZipFile, member: str) -> Iterator[bytes]:
    """The XML in pieces that end where a row ends, or near the end of the sheet."""
    rest = b""
    with archive.open(member) as file:
        while chunk := file.read(CHUNK):
            text = rest + chunk
            cut = max(text.rfind(b"</row>"), text.rfind(b":row>"), text.rfind(b"<mergeCell "), 0)
            yield text[:cut]
            rest = text[cut:]
    yield rest


def first_column(facts: SheetFacts) -> int:
    """The first column (from 0) in which a row has a value: the readers leave out the empty ones before it."""
    if facts.package is None:
        return 0
    with ZipFile(facts.package) as archive:
        return min(
            (_column(match[1]) for text in _pieces(archive, facts.member) for match in _FIRST_CELL.finditer(text)),
            default=0,
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def cell_name(cell: Cell) -> str:
    """``(12, 5)`` is F12."""
    letters, number = "", cell[1] + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{cell[0]}"
