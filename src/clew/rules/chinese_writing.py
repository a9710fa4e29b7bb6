"""What people write in a sentence and an expression cannot hold: 5万元, 30%, 且. Gives the help that names its form."""

from __future__ import annotations

import re
from decimal import Decimal
from math import prod

_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_NUMBER = r"([0-9]{1,15}(?:\.[0-9]{1,6})?)"
"""Short enough to be computed with exactly."""
_AMOUNT = re.compile(_NUMBER + r"(?=[十百千万亿元])([十百千]?[万亿]{0,2})元?(?!\w)")
_BEFORE = re.compile(rf"(?<![\w.]){_NUMBER}[ \t]*$")
_ENDS = re.compile(r"[%％](?![ \t]*(?!(?:and|or|when|then|else|end)\b)[\w.$(])")
"""A percent sign with nothing behind it that could be divided by."""
_LOGIC = {"并且": "and", "而且": "and", "且": "and", "或者": "or", "或": "or", "非": "not", "不是": "not"}
_TEXT_OR_WORD = re.compile(
    r"'(?:[^']|'')*'|(?<![^\W\d])(并且|而且|且|或者|或|非|不是)(?=[a-z_$]|[^\w]|$)", re.IGNORECASE
)


def number_help(text: str, offset: int) -> str:
    """The help for a number with a Chinese power, the yuan or a percent sign at or just before ``offset``; else ''."""
    amount = _AMOUNT.match(text, offset)
    if amount is not None:
        return f"write {_exact(Decimal(amount[1]) * prod(_POWERS[sign] for sign in amount[2]))}"
    share = _BEFORE.search(text, 0, offset)
    if share is not None and _ENDS.match(text, offset):
        return f"write {_exact(Decimal(share[1]) / 100)}"
    return ""


def logical_word(text: str) -> tuple[str, str, int] | None:
    """The first Chinese 'and', 'or' or 'not' outside quoted text: what stands there, what to write, and where."""
    found = next((one for one in _TEXT_OR_WORD.finditer(text) if one[1]), None)
    return (found[1], _LOGIC[found[1]], found.start()) if found is not None else None


def _exact(number: Decimal) -> str:
    digits = format(number, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
