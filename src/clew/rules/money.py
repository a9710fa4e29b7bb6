"""Sums of money as people write them, in digits, numerals, or mixed: 3.5万元, 叁万伍仟元整, 123元1角1分."""

from __future__ import annotations

import re
from decimal import Decimal

from clew.letters import MONEY_FORM, MONEY_LETTERS, MONEY_UNSURE

_FORMS = {ord(letter): form for letter, form in MONEY_LETTERS.items()}
_SUM = re.compile(MONEY_FORM)
_UNSURE = re.compile(MONEY_UNSURE)
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_DIGITS = "零一二三四五六七八九"
MOST = Decimal(10) ** 12
"""What a decimal of 18 digits, six after the point, still holds."""


def amount_cn(text: str) -> Decimal | None:
    """The yuan in a text that is nothing but a sum of yuan; None for another currency, an unsure or other text."""
    plain = text.translate(_FORMS)
    found = _SUM.fullmatch(plain)
    if found is None or _UNSURE.search(plain):
        return None
    whole, jiao, fen = found.groups()
    total = _whole(whole) + _digit(jiao) * Decimal("0.1") + _digit(fen) * Decimal("0.01")
    return total if total < MOST else None


def _whole(text: str) -> Decimal:
    total = section = number = Decimal(0)
    for piece in re.findall(r"[0-9]+(?:[.][0-9]+)?|.", text):
        if piece in _SMALL:
            section, number = section + (number or 1) * _SMALL[piece], Decimal(0)
        elif piece == "万":
            total, section, number = total + (section + number) * _LARGE[piece], Decimal(0), Decimal(0)
        elif piece == "亿":
            total, section, number = (total + section + number) * _LARGE[piece], Decimal(0), Decimal(0)
        else:
            number = Decimal(_DIGITS.index(piece)) if piece in _DIGITS else Decimal(piece)
    return total + section + number


def _digit(text: str | None) -> int:
    if not text:
        return 0
    return _DIGITS.index(text) if text in _DIGITS else int(text)
