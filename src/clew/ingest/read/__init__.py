"""Readers: one file per format. Each makes a :class:`~clew.ingest.read.source.Source` of text rows with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from clew.contracts.model import FileFormat
from clew.ingest.read import csv, json_lines, parquet, xlsx
from clew.ingest.read.source import Reader

READERS: Mapping[str, Reader] = {
    "csv": csv.read,
    "xlsx": xlsx.read,
    "jsonl": json_lines.read,
    "parquet": parquet.read,
}

_SUFFIXES: Mapping[str, str] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}


def format_of(file_name: str, agreed: FileFormat) -> str:
    """The format of a file: what its suffix says, else what the contract agreed."""
    return _SUFFIXES.get(PurePath(file_name).suffix.lower(), agreed.format)
