"""What an ODCS logicalType and physicalType say about a column: its type, digits and length."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clew.contracts.reading import Reading
from clew.contracts.vocabulary import text_of
from clew.plan import Type
from clew.yaml_file import Node

TYPES = {
    "string": Type.TEXT,
    "integer": Type.INTEGER,
    "number": Type.DECIMAL,
    "boolean": Type.BOOLEAN,
    "date": Type.DATE,
    "timestamp": Type.TIMESTAMP,
    "time": Type.TEXT,
    "object": Type.TEXT,
    "array": Type.TEXT,
    "map": Type.TEXT,
    "vector": Type.TEXT,
}
"""Every logicalType of the standard and how its values are kept: times and nested values as text."""
NESTED = ("object", "array", "map", "vector")

_PHYSICAL = {
    "string": "char varchar varchar2 nchar nvarchar nvarchar2 character bpchar text string clob nclob uuid enum name "
    "xml",
    "integer": "int integer int1 int2 int4 int8 int16 int32 int64 uint8 uint16 uint32 bigint smallint tinyint "
    "mediumint serial bigserial smallserial long short byte",
    "number": "decimal numeric number dec money float float4 float8 float32 float64 double real",
    "boolean": "bool boolean bit",
    "date": "date",
    "timestamp": "timestamp timestamptz timestamp_tz timestamp_ntz timestamp_ltz datetime datetime2 datetimeoffset",
    "time": "time timetz",
    "array": "array list",
    "object": "object struct record row json jsonb variant",
    "map": "map",
}
_LOGICAL = {word: logical for logical, words in _PHYSICAL.items() for word in words.split()}
_WORDS = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)(?:\s+(?:varying|precision|with\b.*|without\b.*|large\b.*))?\s*", re.I)
_SIZE = re.compile(r"[(\[]\s*(\d{1,10})\s*(?:(?:char|byte)\s*)?(?:,\s*(-?\d{1,2})\s*)?[)\]]", re.I)
_CHARACTERS = ("char", "varchar", "varchar2", "nchar", "nvarchar", "nvarchar2", "character", "bpchar")
_DIGITS = {"int1": 3, "int2": 5, "smallint": 5, "tinyint": 3, "int4": 10, "int": 10, "integer": 10, "serial": 10}
MONEY = (18, 2)
"""Digits and scale of a number whose physicalType does not say."""
_FLOATING = (38, 15)
"""Of one kept in binary floating point: as many decimals as a double is good for."""


@dataclass(frozen=True)
class Form:
    """``logical`` is the standard's word; ``precision`` is of a DECIMAL; ``length`` the most characters of a text."""

    logical: str
    type: Type
    precision: tuple[int, int] = MONEY
    length: int | None = None


def read_form(node: Node, problems: Reading) -> Form | None:
    """What a property's types say; None (C005) when a strict reading finds no logicalType.

    An open reading takes it from the physicalType, and text where that does not say either.
    """
    logical, physical = text_of(node.get("logicalType")), text_of(node.get("physicalType"))
    base, sizes = _taken_apart(physical)
    meant = _LOGICAL.get(base, "")
    if not logical:
        problems.convention(
            node.place,
            "C005",
            f"the column '{text_of(node.get('name'))}' has no logicalType",
            f"add logicalType: {meant or 'one of ' + ', '.join(TYPES)}",
        )
        if not problems.open:
            return None
        logical = meant or "string"
    type_ = TYPES[logical]
    _compare(logical, meant, physical, node, problems)
    length = sizes[0] if type_ is Type.TEXT and logical == "string" and base in _CHARACTERS and sizes else None
    precision = _precision(base, sizes, node, problems) if type_ is Type.DECIMAL else MONEY
    return Form(logical, type_, precision, length)


def _taken_apart(physical: str) -> tuple[str, tuple[int, ...]]:
    """``VARCHAR(18)`` as its word in small letters and its numbers."""
    size = _SIZE.search(physical)
    word = _WORDS.fullmatch(physical[: size.start()] if size else physical)
    numbers = tuple(int(number) for number in size.groups() if number is not None) if size else ()
    return (word[1].lower() if word else ""), numbers


def _precision(base: str, sizes: tuple[int, ...], node: Node, problems: Reading) -> tuple[int, int]:
    if base in ("float", "float4", "float8", "float32", "float64", "double", "real"):
        return _FLOATING
    if _LOGICAL.get(base) == "integer":
        return _DIGITS.get(base, 19), 0
    if base not in ("decimal", "numeric", "number", "dec") or not sizes:
        return MONEY
    digits, scale = sizes[0], sizes[1] if len(sizes) > 1 else 0
    if 1 <= digits <= 38 and 0 <= scale <= digits:
        return digits, scale
    physical = node.get("physicalType") or node
    problems.error(
        physical.place,
        "C009",
        f"'{text_of(physical)}' is not a decimal type",
        "write DECIMAL(digits, scale) with at most 38 digits",
    )
    return MONEY


_COMPATIBLE = {
    "string": ("date", "timestamp", "time", "object", "array", "map", "integer", "number"),
    "number": ("integer",),
    "date": ("timestamp", "string"),
    "timestamp": ("date", "string"),
    "time": ("string", "timestamp"),
    "integer": ("number",),
    "object": ("string",),
    "array": ("string", "object"),
    "map": ("string", "object"),
    "vector": ("string", "array", "object"),
    "boolean": ("integer", "string"),
}
"""Which other physical kinds may well hold a logical type."""


def _compare(logical: str, meant: str, physical: str, node: Node, problems: Reading) -> None:
    if not meant or meant == logical or meant in _COMPATIBLE[logical]:
        return
    problems.warn(
        (node.get("physicalType") or node).place,
        "C011",
        f"a column of the physicalType '{physical}' hardly holds values of the logicalType {logical}",
        f"the data will be read as {logical}: write logicalType: {meant} if that is meant",
    )
