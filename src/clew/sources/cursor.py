"""The cursor of an incremental fetch: what its text stands for, and where the next fetch begins.

The tie rule: a fetch takes every row whose cursor is equal to or above the last one minus the overlap. Rows that an
earlier fetch brought alike are then taken out again, so a late row inside the overlap comes in and no row comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from clew.plan import Type

Value = int | Decimal | datetime | str

_SPAN = re.compile(r"(\d+)\s*(s|m|h|d|w)?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_READ: dict[Type, Callable[[str], Value]] = {
    Type.INTEGER: int,
    Type.DECIMAL: Decimal,
    Type.DATE: datetime.fromisoformat,
    Type.TIMESTAMP: datetime.fromisoformat,
    Type.TEXT: str,
}
TYPES = tuple(_READ)
"""The types of column that can be a cursor."""


@dataclass(frozen=True)
class Overlap:
    """How far before the last cursor a fetch begins again: a span of time, or a number."""

    span: timedelta = timedelta()
    number: int = 0

    def __bool__(self) -> bool:
        return bool(self.span or self.number)


def read_overlap(text: str, type_: Type) -> Overlap | None:
    """``3d``, ``12h`` for dates and moments, ``1000`` for numbers; None when it does not fit the type."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    amount, unit = int(found[1]), found[2]
    if type_ in (Type.DATE, Type.TIMESTAMP):
        return Overlap(span=timedelta(**{_UNITS[unit]: amount})) if unit else None
    return Overlap(number=amount) if unit is None and type_ in (Type.INTEGER, Type.DECIMAL) else None


def value_of(text: str, type_: Type) -> Value:
    """What a cursor's text stands for. Raises ValueError or ArithmeticError when it is none of its type."""
    return _READ[type_](text)


def start_after(earlier: list[tuple[str, date]], type_: Type, overlap: Overlap) -> Value | None:
    """Where the next fetch begins, from the highest cursor of each loaded delivery and its day of receipt.

    A moment later than the day after the receipt is a slip of the keyboard: it must not make the fetch skip all that
    is entered until then, so no delivery counts further than that.
    """
    reached: list[Value] = []
    for text, received_on in earlier:
        value = value_of(text, type_)
        if isinstance(value, datetime):
            value = min(value, datetime.combine(received_on + timedelta(days=1), time()))
        reached.append(value)
    if not reached:
        return None
    last = max(reached)
    if isinstance(last, datetime):
        return last - overlap.span
    return last if isinstance(last, str) else last - overlap.number
