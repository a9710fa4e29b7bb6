"""Readers: one file per format. Each makes a :class:`~clew.ingest.read.source.Source` of text rows with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath

from clew.contracts.model import FileFormat
from clew.ingest.read import archive, csv, fixed, json_document, json_lines, parquet, workbook, xml_records
from clew.ingest.read.content import content_of
from clew.ingest.read.source import Reader, Request, Source
from clew.problems import Place, Problems

__all__ = ["READERS", "format_of", "open_source"]


@contextmanager
def _packed(request: Request, problems: Problems) -> Iterator[Source | None]:
    with archive.read(request, problems, format_of, open_source) as source:
        yield source


READERS: Mapping[str, Reader] = {
    "csv": csv.read,
    "fixed": fixed.read,
    "xlsx": workbook.read,
    "jsonl": json_lines.read,
    "json": json_document.read,
    "xml": xml_records.read,
    "parquet": parquet.read,
    "zip": _packed,
    "gzip": _packed,
    "tar": _packed,
}

_SUFFIXES: Mapping[str, str] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xlsb": "xlsx",
    ".xls": "xlsx",
    ".et": "xlsx",
    ".ods": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".xml": "xml",
    ".parquet": "parquet",
    ".zip": "zip",
    ".gz": "gzip",
    ".tgz": "gzip",
    ".tar": "tar",
}
_TEXT = ("csv", "fixed", "jsonl", "json", "xml")
_NAMED = {
    "xlsx": "a spreadsheet",
    "parquet": "a Parquet file",
    "zip": "an archive",
    "gzip": "an archive",
    "tar": "an archive",
}
_BINARY = ("xlsx", "parquet", "zip", "gzip", "tar")


def format_of(file_name: str, agreed: FileFormat, path: Path) -> str:
    """The format a file is read as: what its bytes are, else what its ending says, else what the contract agreed.

    Text is text: whether it is CSV, fixed width, JSON or XML is for the ending and the contract to say, unless the
    ending promised a binary file.
    """
    promised = promise(file_name, agreed)
    content = content_of(path)
    if content in _BINARY:
        return content
    if content == "damaged zip":
        return promised if promised == "xlsx" else "zip"
    if promised in _BINARY and content in ("text", "json", "xml"):
        return content if content != "text" else agreed.format if agreed.format in _TEXT else "csv"
    return promised


def promise(file_name: str, agreed: FileFormat) -> str:
    """The format that the ending of a file's name, or else the contract, says."""
    suffix = PurePath(file_name).suffix.lower()
    if suffix == ".txt":
        return agreed.format if agreed.format in _TEXT else "csv"
    return _SUFFIXES.get(suffix, agreed.format)


def is_no_data(path: Path, place: Place, problems: Problems) -> bool:
    """Whether a file is a letter, a picture, a web page or the like; noted as I015."""
    content = content_of(path)
    if found := content.startswith(("a ", "an ")):
        problems.error(place, "I015", f"this is {content}, not data", "ask the sender for CSV, a workbook or JSON")
    return found


@contextmanager
def open_source(format_: str, request: Request, problems: Problems) -> Iterator[Source | None]:
    """Read a file as ``format_``; what it is instead of what its name says is said (I030), or refused (I015)."""
    place = Place(request.shown)
    if is_no_data(request.landed.path, place, problems):
        yield None
        return
    promised = promise(request.shown, request.contract.file_format)
    if promised != format_ and PurePath(request.shown).suffix.lower() in _SUFFIXES:
        problems.warn(
            place,
            "I030",
            f"by its name this is {promised}, by its content {format_}; it is read as {format_}",
            "ask the sender to name it by what it is",
        )
    before = list(problems.found)
    with READERS[format_](request, problems) as source:
        if source is None and promised in _NAMED and format_ in _TEXT:
            said = next(error for error in problems.errors if error not in before)
            problems.found[:] = [one for one in before if one.code != "I030"]
            problems.error(
                place,
                "I015",
                f"this is not {_NAMED[promised]}; as text: {said.message}",
                f"ask the sender for it again; or, to read the text: {said.help}",
            )
        yield source
