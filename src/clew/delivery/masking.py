"""Masking: what a list that travels may show of a person.

Identity numbers keep 3 + 2 characters (more can be re-identified in small sets), names their first character,
other personal text its ends; sensitive values are hidden. Dates and sums stay: they are what is alleged.
Text is brought to NFKC first, so that full-width digits cannot slip an identity number past a pattern.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from clew.contracts.model import Classification, Column, Contract

HIDDEN = "（已隐藏）"
SHORTEST_NUMBER = 8
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")
_DAY = re.compile(r"[0-9]{4}([-/.年])[0-9]{1,2}[-/.月][0-9]{1,2}日?([ T][0-9:.]+)?")
_WIDE = re.compile("[\uff10-\uff5a\u2460-\u24ff\U0001d400-\U0001d7ff]")


def masked(value: Any, column: Column | None) -> Any:
    """A value of a source row as a wide list may show it; a column without a contract counts as sensitive."""
    if value is None:
        return None
    if column is None:
        return HIDDEN
    if column.identity == "id18":
        return masked_number(str(value))
    if column.classification is Classification.SENSITIVE:
        return HIDDEN
    if not isinstance(value, str):
        return value
    return masked_personal(value) if is_personal(column) else masked_text(value)


def is_personal(column: Column) -> bool:
    """Whether a column's text names or numbers a person (dates and sums do not)."""
    return column.type.value == "text" and column.classification in (
        Classification.PERSONAL,
        Classification.SENSITIVE,
    )


def masked_number(text: str) -> str:
    """An identity number with its first three and last two characters; what is too short for one, as a name."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _ends(plain) if len(plain) >= SHORTEST_NUMBER else masked_personal(plain)


def masked_personal(text: str) -> str:
    """A name with its first character; a number or account with its ends."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) >= SHORTEST_NUMBER and any(letter.isdigit() for letter in plain):
        return _ends(plain)
    return plain[:1] + "*" * max(len(plain) - 1, 1) if plain else plain


def masked_text(text: str, shown_as: Mapping[str, str] | None = None) -> str:
    """Running text with known personal values replaced, and whatever looks like an identity number masked."""
    shown = _half_width_words(text) if _WIDE.search(text) else text
    for value in sorted(shown_as or {}, key=lambda word: (-len(word), word)):
        shown = shown.replace(value, (shown_as or {})[value])
    return _PHONE.sub(lambda match: _ends(match.group()), _IDENTITY.sub(lambda match: _ends(match.group()), shown))


def _half_width_words(text: str) -> str:
    """Full-width letters and digits in their plain form; the sentence's own Chinese punctuation stays."""
    plain = ((letter, unicodedata.normalize("NFKC", letter)) for letter in text)
    return "".join(half if half.isascii() and half.isalnum() else letter for letter, half in plain)


def masked_record(record: Mapping[str, Any], contract: Contract | None) -> dict[str, Any]:
    """A source row with every column masked by its class."""
    return {name: masked(value, contract.column(name) if contract else None) for name, value in record.items()}


def masked_aside(value: Any, column: Column | None) -> Any:
    """A value of a row that was set aside: where its columns are shifted a name stands under any heading.

    What is not plainly a value of its own column is therefore masked as if it were personal.
    """
    shown = masked(value, column)
    if column is None or not isinstance(shown, str) or shown != value or shown in (*column.enum, *column.values):
        return shown
    if column.type.value in ("date", "timestamp") and _DAY.fullmatch(shown):
        return shown
    return shown if shown.isascii() and len(shown) < SHORTEST_NUMBER else masked_personal(shown)


def masked_aside_record(record: Mapping[str, Any], contract: Contract | None) -> dict[str, Any]:
    """A row that was set aside, with every column masked by :func:`masked_aside`."""
    return {name: masked_aside(value, contract.column(name) if contract else None) for name, value in record.items()}


def personal_values(record: Mapping[str, Any], contract: Contract | None) -> dict[str, str]:
    """The personal text of one source row, each with what may be shown instead."""
    columns = {column.name: column for column in contract.columns} if contract else {}
    return {
        value: str(masked(value, columns[name]))
        for name, value in record.items()
        if isinstance(value, str) and len(value) > 1 and name in columns and is_personal(columns[name])
    }


def _ends(text: str) -> str:
    return f"{text[:3]}{'*' * max(len(text) - 5, 1)}{text[-2:]}"
