"""Letter tables: how text is brought to one form. Each maps a letter to its form, '' where the letter is dropped.

Only letters named here change, so that every engine and every version of Unicode gives the same result.
"""

from __future__ import annotations

from collections.abc import Mapping

_FULL = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_UPPER = {letter: letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_BLANKS = dict.fromkeys(" \t\n\r\f\v\u00a0\u200b\ufeff\u3000", "")
_FULL_UPPER = {full: half.upper() for full, half in _FULL.items()}

NUMBER_LETTERS: Mapping[str, str] = {**_FULL_UPPER, **_UPPER, **_BLANKS}
"""Identity numbers and codes: half-width, upper case, no blanks."""

NAME_LETTERS: Mapping[str, str] = {**NUMBER_LETTERS, **dict.fromkeys(".•・‧∙⋅･．", "·")}
"""Names: as numbers, and the many middle dots of transliterated names become one."""

_MARKS = ",，。、;；:：()（）[]【】'\"“”‘’/\\#_·"
ADDRESS_LETTERS: Mapping[str, str] = {
    **NUMBER_LETTERS,
    **dict.fromkeys("—–－―‐", "-"),
    **dict.fromkeys(_MARKS, ""),
    **{full: "" for full, half in _FULL.items() if half in _MARKS},
}
"""Addresses: as numbers, dashes become one, and punctuation goes (a dash between house numbers stays)."""
