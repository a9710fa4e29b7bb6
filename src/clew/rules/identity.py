"""Identity numbers by their standards: resident ID (GB 11643-1999) and unified social credit code (GB 32100-2015)."""

from __future__ import annotations

import re
from datetime import date

from clew.letters import NUMBER_LETTERS

_FORMS = {ord(letter): form for letter, form in NUMBER_LETTERS.items()}
_ID = re.compile(r"[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9X]")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def id18(text: str) -> str | None:
    """A resident ID number in its 18-digit form (15 digits get their century and check digit); None when it is none."""
    number = text.translate(_FORMS)
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return number
    if re.fullmatch(r"[0-9]{15}", number):
        longer = f"{number[:6]}19{number[6:]}"
        return longer + check_digit(longer)
    return None


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11-2: the standard's weights are the powers of two modulo 11."""
    total = sum(int(digit) * 2 ** (17 - position) for position, digit in enumerate(digits))
    return "0123456789X"[(12 - total % 11) % 11]


def id_valid(text: str) -> bool:
    """Whether form, date of birth (1800 to 2099) and check digit hold; division codes may be long abolished."""
    number = id18(text)
    if number is None or not _ID.fullmatch(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[17] == check_digit(number[:17])


def uscc_valid(text: str) -> bool:
    """Whether form and check character hold: the values weighted by powers of 3 add up to a multiple of 31."""
    code = text.translate(_FORMS)
    if not _USCC.fullmatch(code):
        return False
    return sum(_USCC_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17])) % 31 == (
        -_USCC_ALPHABET.index(code[17]) % 31
    )
