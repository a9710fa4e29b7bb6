"""Other numbers for the same persons, firms, cars and cases, consistently."""

from __future__ import annotations

import re
from collections import Counter
from string import ascii_lowercase, ascii_uppercase, digits

from clew.contracts.model import Column
from clew.plan import Type
from clew.rules.identity import check_digit, id_valid, uscc_valid

_NUMBERS = re.compile(r"(_id|_no|^uscc|^plate|^phone|account|^seized_for|^item_code)$")
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_ORDERS = (digits, ascii_lowercase, ascii_uppercase)
_COMPLEMENT = str.maketrans({one: order[-1 - place] for order in _ORDERS for place, one in enumerate(order)})


def is_number(column: Column) -> bool:
    """Whether a column holds numbers that stand for somebody or something, and could as well be others."""
    return column.type is Type.TEXT and not column.enum and bool(_NUMBERS.search(column.name))


def complement(text: str) -> str:
    """A number of the same form, those of one form in the opposite order; applied twice it is the first again.

    A valid identity number stays one, of the same birthday and sex, and a valid credit code stays one.
    """
    if len(text) == 18 and id_valid(text):
        serial = int(text[14:17])
        return _id18(f"{text[:14]}{serial if serial == 999 else 998 - serial:03d}")
    if uscc_valid(text):
        return _uscc(text[:8] + "".join(_LETTERS[-1 - _LETTERS.index(one)] for one in text[8:17]))
    return text.translate(_COMPLEMENT)


class Apart:
    """Numbers and words that no other copy has: valid numbers get divisions of their own, the others a mark.

    ``meant``: what the trial calls them; ``copies``: which copy they are of.
    """

    def __init__(self) -> None:
        self.meant: dict[str, str] = {}
        self.copies: dict[str, int] = {}
        self._divisions: Counter[str] = Counter()
        self._known: dict[tuple[int, str], str] = {}

    def number(self, copy: int, text: str, original: str) -> str:
        """``text`` for one copy; ``original`` is what the trial calls it."""
        if (copy, text) not in self._known:
            found = self._known[copy, text] = self._other(copy, text)
            self.meant[found], self.copies[found] = original, copy
        return self._known[copy, text]

    def word(self, copy: int, text: str) -> str:
        """Two characters behind it, which stay through whatever brings words to one form."""
        high, low = divmod(copy, len(_STEMS))
        found = text + _STEMS[high] + _STEMS[low]
        self.meant[found], self.copies[found] = text, copy
        return found

    def _other(self, copy: int, text: str) -> str:
        if len(text) == 18 and id_valid(text):
            return _id18(f"{self._division(text[6:])}{text[6:17]}")
        if uscc_valid(text):
            return _uscc(f"{text[:2]}{self._division(text[8:])}{text[8:17]}")
        return f"{copy:03d}~{text}"

    def _division(self, rest: str) -> int:
        self._divisions[rest] += 1
        return 110000 + self._divisions[rest]


def _id18(first: str) -> str:
    return first + check_digit(first)


def _uscc(first: str) -> str:
    total = sum(_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(first))
    return first + _LETTERS[-total % 31]
