"""The sentence of a clue: a template with ``{columns}``, filled with one subject's facts for people to read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from clew.problems import Problems, did_you_mean
from clew.rules.model import Text

Labels = Mapping[str, Mapping[str, tuple[str, str]]]
"""column -> value -> (Chinese word, English word)."""

_SLOT = re.compile(r"\{([^{}]*)\}")
_LISTED = 5
_HUNDREDTH = Decimal("0.01")
"""How many members of a list a sentence names before it only counts."""


def names(template: str) -> tuple[str, ...]:
    """The columns a template uses, in order."""
    return tuple(slot.group(1).strip() for slot in _SLOT.finditer(template))


def check_message(text: Text, known: Collection[str], problems: Problems) -> None:
    """E402 for every column a message uses that is no fact of the clue, and for a brace without its partner."""
    for slot in _SLOT.finditer(text.value):
        if slot.group(1).strip() not in known:
            problems.error(
                text.at(slot.start()),
                "E402",
                f"message uses unknown column '{slot.group()}'",
                did_you_mean(slot.group(1).strip(), known),
            )
    rest = _SLOT.sub(lambda slot: " " * len(slot.group()), text.value)
    stray = re.search(r"[{}]", rest)
    if stray:
        problems.error(
            text.at(stray.start()),
            "E402",
            f"a '{stray.group()}' stands alone in the message",
            "write a column as {name}",
        )


def render(template: str, facts: Mapping[str, Any], labels: Labels, lang: str) -> str:
    """The sentence in ``lang`` ('zh' or 'en'). Raises KeyError for a column that is no fact (see check_message)."""

    def filled(slot: re.Match[str]) -> str:
        name = slot.group(1).strip()
        return worded(facts[name], labels.get(name, {}), lang)

    return _SLOT.sub(filled, template)


def worded(value: Any, labels: Mapping[str, tuple[str, str]], lang: str) -> str:
    """One fact for people: ISO dates, decimals to two digits (of ratios no idle zeros), labels for codes."""
    chinese = lang == "zh"
    if isinstance(value, str) and value in labels:
        return labels[value][0 if chinese else 1]
    match value:
        case None:
            return "未知" if chinese else "unknown"
        case bool():
            return ("是" if value else "否") if chinese else ("yes" if value else "no")
        case Decimal():
            return plain(_readable(value))
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case date():
            return value.isoformat()
        case str():
            return value
        case Sequence():
            shown = [worded(member, labels, lang) for member in value[:_LISTED]]
            if len(value) <= _LISTED:
                return ("、" if chinese else ", ").join(shown)
            return (
                "、".join(shown) + f"等{len(value)}个"
                if chinese
                else ", ".join(shown) + f" and {len(value) - _LISTED} more"
            )
        case _:
            return str(value)


def _readable(number: Decimal) -> Decimal:
    """A ratio or average to two digits, as people say it; what that would make nothing stays as it is."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -2 or abs(number) < _HUNDREDTH:
        return number
    return number.quantize(_HUNDREDTH, ROUND_HALF_UP).normalize()


def plain(number: Decimal) -> str:
    """A decimal without exponent: two digits where that is its scale (money), else no trailing zeros."""
    exponent = number.as_tuple().exponent
    text = format(number, "f")
    if not isinstance(exponent, int) or exponent == -2 or "." not in text:
        return text
    return text.rstrip("0").rstrip(".")
