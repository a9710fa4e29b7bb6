"""Made-up values that meet a column's own constraints: what an example row shows.

They name nobody: no county has the division code 100000 of the identity numbers, and their day is the first of 1900.
The check digits are right, so that the example passes its own checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from importlib import import_module
from typing import Any

from clew.contracts.identity import USCC_ALPHABET
from clew.contracts.model import Column
from clew.plan import Type

_STEM = "10000019000101000"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CODE_STEM = "91000000MA0000000"


def made_up(column: Column) -> str:
    """A value as a department would write it: a code of theirs, a date as 1900-01-01, a number as a number."""
    if column.enum:
        return delivered(column, column.enum[0])
    if column.identity is not None:
        return _identity_number() if column.identity == "id18" else _credit_code()
    if column.type is Type.DATE:
        return str(column.minimum or column.maximum or "2000-01-01")
    if column.type is Type.TIMESTAMP:
        return str(column.minimum or column.maximum or "2000-01-01 00:00:00")
    if column.type is Type.BOOLEAN:
        return "是"
    if column.type.is_number:
        return str(_number(column))
    return _text(column)


def delivered(column: Column, value: str) -> str:
    """What a department writes for a canonical value: the first of its codes that stand for it."""
    return next((code for code, meant in column.values.items() if meant == value), value)


def _number(column: Column) -> Decimal:
    low, high = column.minimum, column.maximum
    number = low if isinstance(low, Decimal) else high if isinstance(high, Decimal) else Decimal(1)
    step = column.multiple_of or Decimal(1)
    if low is not None and number == low and column.open_minimum:
        number += step
    return number if column.multiple_of is None else (number // step + (number % step > 0)) * step


def _text(column: Column) -> str:
    if column.examples:
        return column.examples[0]
    if column.logical:
        return {"array": "[]", "vector": "[]", "time": "09:00"}.get(column.logical, "{}")
    forms = {"uuid": "00000000-0000-0000-0000-000000000000", "email": "example@example.com", "ipv4": "192.0.2.1",
             "ipv6": "2001:db8:0:0:0:0:0:1", "hostname": "example.com", "uri": "https://example.com/"}  # fmt: skip
    if column.form is not None:
        return forms[column.form]
    if column.pattern is not None:
        return _of_pattern(column.pattern)
    text = "示例"
    if column.min_length is not None and len(text) < column.min_length:
        text += "例" * (column.min_length - len(text))
    return text if column.max_length is None else text[: column.max_length]


def _of_pattern(pattern: str) -> str:
    """A shortest text of a pattern; an empty one where none is found. Found by the pattern's own grammar."""
    # The grammar of Python's own patterns is in no public module; a test makes an example for every shipped contract.
    codes, parser = import_module("re._constants"), import_module("re._parser")

    def shortest(parts: Iterable[Any]) -> str:
        made = ""
        for kind, said in parts:
            if kind is codes.LITERAL:
                made += chr(said)
            elif kind in (codes.MAX_REPEAT, codes.MIN_REPEAT):
                made += shortest(said[2]) * said[0]
            elif kind is codes.IN:
                made += _of_set(said)
            elif kind is codes.SUBPATTERN:
                made += shortest(said[-1])
            elif kind is codes.BRANCH:
                made += shortest(said[1][0])
            elif kind is codes.ANY:
                made += "0"
        return made

    def _of_set(said: Any) -> str:
        kind, first = said[0]
        if kind is codes.LITERAL:
            return chr(first)
        if kind is codes.RANGE:
            return chr(first[0])
        return "0"

    try:
        found = shortest(parser.parse(pattern))
        return found if re.search(pattern, found) else ""
    except (re.error, TypeError, OverflowError):
        return ""


def _identity_number() -> str:
    total = sum(int(digit) * weight for digit, weight in zip(_STEM, _WEIGHTS, strict=True))
    return _STEM + "10X98765432"[total % 11]


def _credit_code() -> str:
    total = sum(USCC_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(_CODE_STEM))
    return _CODE_STEM + USCC_ALPHABET[(31 - total % 31) % 31]
