"""Made-up values in the place of real ones: the same real value always becomes the same made-up one.

An identity number keeps year of birth, sex and whether its check digit holds, nothing else; no county has the division
code 100000 it begins with. Names that a rule reads as one name stay one name. Other text becomes a word with a number,
whatever its class. Kept as they are: codes that a contract lists, words that the rule itself names, numbers, and days
(but days of birth, which become those of the made-up numbers).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from clew.contracts.identity import USCC_ALPHABET
from clew.contracts.model import Column
from clew.plan import Type
from clew.rules.identity import check_digit, id18, id_valid, uscc_valid

NOWHERE = "100000"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
SHORT_NUMBER = 15
"""Digits of an identity number of before 1999: two of the year, and no check digit."""
PERSON = 4
"""A longer name is taken for that of an organisation."""
BIRTHDAYS = ("0101", "1231")
"""Month and day of every made-up birth: whichever of them leaves the rule's answer as it was."""


@dataclass
class Pseudonyms:
    """The made-up values of one recorded test. ``words`` are the rule's own; ``birthday`` one of :data:`BIRTHDAYS`."""

    words: Collection[str]
    birthday: str = BIRTHDAYS[0]
    _made: dict[str, str] = field(default_factory=dict)
    _births: dict[date, date] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def learn(self, value: Any, column: Column) -> None:
        """See a value before any is replaced: a day of birth is known by the number it stands in."""
        number = id18(value) if isinstance(value, str) and not column.enum else None
        if number is not None and _birth(number) is not None:
            self.text(value, column)

    def of(self, value: Any, column: Column) -> Any:
        """What stands in the test for a value of a column."""
        if not isinstance(value, str) or column.type is not Type.TEXT or column.enum or value in self.words:
            return self.day(value)
        return self.text(value, column)

    def day(self, value: Any) -> Any:
        """A day of birth as it is in the test; every other value as it is."""
        return self._births.get(value, value) if isinstance(value, date) and not isinstance(value, datetime) else value

    def text(self, value: str, column: Column) -> str:
        """What stands for a text: equal for equal numbers and for equal names."""
        same = _same(value)
        if same not in self._made:
            self._made[same] = self._make(value, column)
        made = self._made[same]
        return made[:6] + made[8:17] if id18(value) and len(value) == SHORT_NUMBER else made

    def word(self, value: str) -> str:
        """What stands for a value that was replaced somewhere, the value itself otherwise."""
        return self._made.get(_same(value), value)

    def _make(self, value: str, column: Column) -> str:
        number = id18(value)
        if number is not None:
            return self._identity_number(number)
        if column.identity == "uscc" or uscc_valid(value):
            return self._credit_code(valid=uscc_valid(value))
        if "name" in column.name.split("_"):
            return self._name("某" if len(value) <= PERSON else "单位")
        return f"{column.name}-{self._next(column.name)}"

    def _identity_number(self, number: str) -> str:
        birth = _birth(number)
        day = f"{birth.year}{self.birthday}" if birth is not None else "19000101"
        if birth is not None:
            self._births[birth] = date(birth.year, int(self.birthday[:2]), int(self.birthday[2:]))
        order = self._next("identity") * 2 - int(number[16]) % 2
        digits = f"{NOWHERE}{day}{order:03d}"
        last = check_digit(digits)
        if not id_valid(number):
            last = "0" if last != "0" else "1"
        return digits + last

    def _credit_code(self, *, valid: bool) -> str:
        stem = f"91{NOWHERE}MA{self._next('credit code'):07d}"
        total = sum(USCC_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
        return stem + USCC_ALPHABET[((0 if valid else 1) - total) % 31]

    def _name(self, whose: str) -> str:
        order = self._next("name") - 1
        return f"{_STEMS[order % len(_STEMS)]}{whose}" + (str(order // len(_STEMS) + 1) if order >= len(_STEMS) else "")

    def _next(self, kind: str) -> int:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]


def _same(value: str) -> str:
    """What two texts share that stand for one thing."""
    return id18(value) or "".join(unicodedata.normalize("NFKC", value).split()).casefold()


def _birth(number: str) -> date | None:
    """The day of birth in an 18-digit number, None where it is no day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
