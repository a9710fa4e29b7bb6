"""Expressions for the oracle: the text an author would write, beside its meaning for one row in plain Python.

The meaning is taken from docs/expressions.md and docs/functions.md, not from the compiler: NULL is None and unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Values = Mapping[str, Any]
SIX = Decimal("0.000001")


@dataclass(frozen=True)
class Expression:
    """``kind`` is text, int, money, date, moment or flag; ``names`` the columns it reads."""

    text: str
    kind: str
    of: Callable[[Values], Any]
    names: frozenset[str] = frozenset()


def column(name: str, kind: str) -> Expression:
    return Expression(name, kind, lambda row: row[name], frozenset({name}))


def literal(value: Any, kind: str) -> Expression:
    shown = f"'{value}'" if kind in ("text", "date") else str(value).lower()
    return Expression(shown, kind, lambda _: value)


def day_of_screening(as_of: date) -> Expression:
    return Expression("$as_of", "date", lambda _: as_of)


def strict(text: str, kind: str, compute: Callable[..., Any], *parts: Expression) -> Expression:
    """NULL as soon as one part is."""

    def of(row: Values) -> Any:
        values = [part.of(row) for part in parts]
        return None if None in values else compute(*values)

    return Expression(text, kind, of, frozenset().union(*(part.names for part in parts)))


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "<>": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
SIGNS = tuple(_COMPARE)


def compare(left: Expression, sign: str, right: Expression) -> Expression:
    return strict(f"{left.text} {sign} {right.text}", "flag", _COMPARE[sign], left, right)


def between(value: Expression, low: Expression, high: Expression) -> Expression:
    both = conjunction(compare(value, ">=", low), compare(value, "<=", high))
    return Expression(f"{value.text} between {low.text} and {high.text}", "flag", both.of, both.names)


def among(value: Expression, members: list[Expression]) -> Expression:
    listed = ", ".join(one.text for one in members)
    return strict(f"{value.text} in ({listed})", "flag", lambda v, *of: v in of, value, *members)


def is_null(value: Expression, *, no: bool = False) -> Expression:
    text = f"{value.text} is {'not ' if no else ''}null"
    return Expression(text, "flag", lambda row: (value.of(row) is None) is not no, value.names)


def conjunction(left: Expression, right: Expression) -> Expression:
    def of(row: Values) -> bool | None:
        found = (left.of(row), right.of(row))
        return False if False in found else None if None in found else True

    return Expression(f"({left.text} and {right.text})", "flag", of, left.names | right.names)


def disjunction(left: Expression, right: Expression) -> Expression:
    def of(row: Values) -> bool | None:
        found = (left.of(row), right.of(row))
        return True if True in found else None if None in found else False

    return Expression(f"({left.text} or {right.text})", "flag", of, left.names | right.names)


def negation(one: Expression) -> Expression:
    return strict(f"not ({one.text})", "flag", lambda value: not value, one)


def coalesce(value: Expression, otherwise: Expression) -> Expression:
    def of(row: Values) -> Any:
        found = value.of(row)
        return otherwise.of(row) if found is None else found

    text = f"coalesce({value.text}, {otherwise.text})"
    return Expression(text, value.kind, of, value.names | otherwise.names)


def case(condition: Expression, then: Expression, otherwise: Expression) -> Expression:
    def of(row: Values) -> Any:
        return then.of(row) if condition.of(row) is True else otherwise.of(row)

    text = f"case when {condition.text} then {then.text} else {otherwise.text} end"
    return Expression(text, then.kind, of, condition.names | then.names | otherwise.names)


def quotient(left: Expression, right: Expression) -> Expression:
    """Six digits; division by zero is NULL."""

    def divide(a: Any, b: Any) -> Decimal | None:
        return None if b == 0 else (Decimal(a) / Decimal(b)).quantize(SIX, ROUND_HALF_UP)

    return strict(f"({left.text} / {right.text})", "money", divide, left, right)


def arithmetic(left: Expression, sign: str, right: Expression) -> Expression:
    compute: Callable[[Any, Any], Any] = {
        "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b
    }[sign]  # fmt: skip
    kind = "int" if left.kind == right.kind == "int" else "money"
    return strict(f"({left.text} {sign} {right.text})", kind, compute, left, right)


# --- dates -----------------------------------------------------------------------------------------------------


def month_end(value: date) -> date:
    following = date(value.year + value.month // 12, value.month % 12 + 1, 1)
    return following - timedelta(days=1)


def minutes_between(first: datetime, last: datetime) -> int:
    """Complete minutes, less than one of either sign is none."""
    minutes = abs(last - first) // timedelta(minutes=1)
    return minutes if last >= first else -minutes


def plus_months(value: date, months: int, rounding: str) -> date:
    index = value.year * 12 + value.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    last = month_end(first)
    if value.day <= last.day:
        return first.replace(day=value.day)
    return last if rounding == "down" else last + timedelta(days=1)


def plus_working_days(value: date, days: int) -> date:
    step = timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        value += step
        left -= value.weekday() < 5
    return value


def months_between(first: date, last: date) -> int:
    """Complete months: the month is full on the same day, or on the last day of a shorter month."""
    sign = 1
    if last < first:
        first, last, sign = last, first, -1
    months = (last.year - first.year) * 12 + last.month - first.month
    while plus_months(first, months, "down") > last:
        months -= 1
    return sign * months


@dataclass(frozen=True)
class Length:
    """A parameter that is a length of time; ``written`` is its entry under ``parameters``."""

    name: str
    value: int
    unit: str
    rounding: str = "down"
    counting: str = "calendar"

    def added(self, value: date, sign: int = 1) -> date:
        amount = sign * self.value
        if self.unit == "day":
            working = self.counting == "working"
            return plus_working_days(value, amount) if working else value + timedelta(days=amount)
        if self.unit in ("hour", "minute"):
            return value + timedelta(**{f"{self.unit}s": amount})
        months = amount * (12 if self.unit == "year" else 1)
        return plus_months(value, months, self.rounding)

    @property
    def written(self) -> dict[str, Any]:
        base = {"title_zh": "长", "value": self.value, "unit": self.unit, "source": "practice", "why": "w"}
        if self.unit == "day":
            return base | {"counting": self.counting}
        return base | ({} if self.unit in ("hour", "minute") else {"rounding": self.rounding})


def moved(value: Expression, sign: str, length: Length) -> Expression:
    way = 1 if sign == "+" else -1
    return strict(f"{value.text} {sign} ${length.name}", "date", lambda day: length.added(day, way), value)


def deadline(value: Expression, length: Length) -> Expression:
    return strict(f"deadline({value.text}, ${length.name})", "date", length.added, value)
