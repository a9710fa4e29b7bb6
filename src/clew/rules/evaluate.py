"""Expressions computed in Python, three-valued and exact: the meaning the engines' macros are tested against.

Models use it for factors, routes and strengths of a few clues; rules run on an engine. A NULL is None: unknown and
false is false, unknown or true is true, every other step with an unknown is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache
from typing import Any

from sqlglot import exp

from clew.letters import ADDRESS_LETTERS, NAME_LETTERS
from clew.quantities import Rounding, add_months
from clew.rules.expression import Typed
from clew.rules.identity import id18, id_valid, uscc_valid
from clew.rules.money import amount_cn
from clew.working_days import MONDAY_TO_FRIDAY

_MILLIONTH = Decimal("0.000001")


def evaluate(expression: Typed | exp.Expr, values: Mapping[str, Any]) -> Any:
    """The value for one row; ``values`` holds every column the expression names (None for NULL).

    Numbers are int or Decimal, dates ``date``, moments ``datetime``. Raises KeyError for a column without a value and
    TypeError for an aggregate: those need many rows.
    """
    tree = expression.tree if isinstance(expression, Typed) else expression
    with localcontext(Context(prec=60)):
        return _value(tree, values)


def _value(node: exp.Expr, values: Mapping[str, Any]) -> Any:
    compute = _NODES.get(type(node))
    if compute is None:
        raise TypeError(f"'{type(node).__name__.lower()}' cannot be computed for one row")
    return compute(node, values)


def _column(node: exp.Column, values: Mapping[str, Any]) -> Any:
    return values[node.name]


def _literal(node: exp.Literal, _: Mapping[str, Any]) -> Any:
    if node.is_string:
        return node.name
    return Decimal(node.name) if "." in node.name else int(node.name)


def _cast(node: exp.Cast, values: Mapping[str, Any]) -> Any:
    value = _value(node.this, values)
    if value is None:
        return None
    if node.is_type("date"):
        return date.fromisoformat(value)
    if node.is_type("timestamp"):
        return datetime.fromisoformat(value)
    return Decimal(value).quantize(_MILLIONTH, ROUND_HALF_UP)


def _and(node: exp.And, values: Mapping[str, Any]) -> bool | None:
    left, right = _value(node.this, values), _value(node.expression, values)
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(node: exp.Or, values: Mapping[str, Any]) -> bool | None:
    left, right = _value(node.this, values), _value(node.expression, values)
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def _not(node: exp.Not, values: Mapping[str, Any]) -> bool | None:
    value = _value(node.this, values)
    return None if value is None else not value


def _strict(compute: Callable[..., Any]) -> Callable[[exp.Expr, Mapping[str, Any]], Any]:
    """Two sides, and None as soon as one is."""

    def computed(node: exp.Expr, values: Mapping[str, Any]) -> Any:
        left, right = _value(node.this, values), _value(node.expression, values)
        return None if left is None or right is None else compute(left, right)

    return computed


def _between(node: exp.Between, values: Mapping[str, Any]) -> bool | None:
    value, low, high = (_value(part, values) for part in (node.this, node.args["low"], node.args["high"]))
    above = None if value is None or low is None else value >= low
    below = None if value is None or high is None else value <= high
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def _in(node: exp.In, values: Mapping[str, Any]) -> bool | None:
    value = _value(node.this, values)
    members = [_value(member, values) for member in node.expressions]
    if value is None:
        return None
    if any(member is not None and member == value for member in members):
        return True
    return None if None in members else False


def _is_null(node: exp.Is, values: Mapping[str, Any]) -> bool:
    return _value(node.this, values) is None


def _negative(node: exp.Neg, values: Mapping[str, Any]) -> Any:
    value = _value(node.this, values)
    return None if value is None else -value


def _case(node: exp.Case, values: Mapping[str, Any]) -> Any:
    for branch in node.args["ifs"]:
        if _value(branch.this, values) is True:
            return _value(branch.args["true"], values)
    default = node.args.get("default")
    return None if default is None else _value(default, values)


def _coalesce(node: exp.Coalesce, values: Mapping[str, Any]) -> Any:
    found = (_value(part, values) for part in (node.this, *node.expressions))
    return next((value for value in found if value is not None), None)


def _extreme(choose: Callable[..., Any]) -> Callable[[exp.Expr, Mapping[str, Any]], Any]:
    def computed(node: exp.Expr, values: Mapping[str, Any]) -> Any:
        found = [_value(part, values) for part in (node.this, *node.expressions)]
        return None if None in found else choose(found)

    return computed


def _abs(node: exp.Abs, values: Mapping[str, Any]) -> Any:
    value = _value(node.this, values)
    return None if value is None else abs(value)


def _round(node: exp.Round, values: Mapping[str, Any]) -> Decimal | None:
    value = _value(node.this, values)
    digits = int(node.args["decimals"].name)
    return None if value is None else Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _call(node: exp.Anonymous, values: Mapping[str, Any]) -> Any:
    compute = _FUNCTIONS.get(str(node.this))
    if compute is None:
        raise TypeError(f"'{node.this}' cannot be computed for one row")
    arguments = [_value(argument, values) for argument in node.expressions]
    return None if None in arguments else compute(*arguments)


def month_end(day: date) -> date:
    """The last day of the month."""
    return add_months(day.replace(day=1), 1, Rounding.DOWN) - timedelta(days=1)


def months_between(first: date, last: date) -> int:
    """Complete months; the month that 31 January opens is complete on 28 February. Negative when ``last`` is before."""
    if first > last:
        return -months_between(last, first)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (add_months(first, months, Rounding.DOWN) > last)


def age_at(born: date, day: date) -> int | None:
    """Completed years, reached on the birthday; unknown before birth."""
    return months_between(born, day) // 12 if born <= day else None


def criminal_age(born: date, day: date) -> int | None:
    """Completed years as criminal law counts them, each reached on the day after the birthday; unknown before birth.

    Source: the Supreme People's Court's interpretation on criminal cases of minors (法释〔2006〕1号), article 2:
    周岁 are computed by the calendar and counted from the day after the birthday.
    """
    return age_at(born, max(born, day - timedelta(days=1))) if born <= day else None


def divide(dividend: Any, divisor: Any) -> Decimal | None:
    """The quotient to six digits, halves away from zero, computed as engines do (binary, 53 bits).

    Unknown for a divisor of 0 and for a quotient of more than 12 digits before the point.
    """
    if divisor == 0:
        return None
    millionths = float(dividend) / float(divisor) * 1e6
    whole = math.floor(abs(millionths))
    whole += abs(millionths) - whole >= 0.5
    if whole >= 10**18:
        return None
    return Decimal(whole if millionths >= 0 else -whole).scaleb(-6)


def _letters(table: Mapping[str, str]) -> Callable[[str], str | None]:
    forms = {ord(letter): form for letter, form in table.items()}
    return lambda text: text.translate(forms) or None


def _known_working_days(day: date, days: int, first: date, counts: str, offsets: str) -> date:
    """By the lists of :attr:`clew.working_days.WorkingDays.listed`; by Mondays to Fridays outside them."""
    past, working = _numbers(counts), _numbers(offsets)
    at = (day - first).days - (days < 0)
    if days == 0 or not 0 <= at < len(past):
        return MONDAY_TO_FRIDAY.moved(day, days)
    found = past[at] + days - (days > 0)
    return first + timedelta(days=working[found]) if 0 <= found < len(working) else MONDAY_TO_FRIDAY.moved(day, days)


@cache
def _numbers(listed: str) -> tuple[int, ...]:
    return tuple(map(int, listed.split(",")))


def _elapsed(unit: timedelta) -> Callable[[datetime, datetime], int]:
    return lambda first, last: (abs(last - first) // unit) * (1 if last >= first else -1)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "clew_month_end": month_end,
    "clew_month_start": lambda day: day.replace(day=1),
    "clew_add_days": lambda day, days: day + timedelta(days=days),
    "clew_add_months": lambda day, months, rounding: add_months(day, months, Rounding(rounding)),
    "clew_add_working_days": MONDAY_TO_FRIDAY.moved,
    "clew_add_known_working_days": _known_working_days,
    "clew_days_between": lambda first, last: (last - first).days,
    "clew_months_between": months_between,
    "clew_age_at": age_at,
    "clew_criminal_age": criminal_age,
    "clew_year": lambda day: day.year,
    "clew_month": lambda day: day.month,
    "clew_day": lambda day: day.day,
    "clew_weekday": lambda day: day.isoweekday(),
    "clew_date_of": lambda moment: moment.date(),
    "clew_minutes_between": _elapsed(timedelta(minutes=1)),
    "clew_days_elapsed": _elapsed(timedelta(days=1)),
    "clew_divide": divide,
    "clew_id18": id18,
    "clew_id_valid": id_valid,
    "clew_uscc_valid": uscc_valid,
    "clew_norm_name": _letters(NAME_LETTERS),
    "clew_norm_address": _letters(ADDRESS_LETTERS),
    "clew_contains": lambda text, part: part in text,
    "clew_starts_with": lambda text, part: text.startswith(part),
    "clew_length": len,
    "clew_amount_cn": amount_cn,
}

_NODES: Mapping[type[exp.Expr], Callable[..., Any]] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: lambda node, _: bool(node.this),
    exp.Null: lambda *_: None,
    exp.Cast: _cast,
    exp.Paren: lambda node, values: _value(node.this, values),
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.EQ: _strict(lambda left, right: left == right),
    exp.NEQ: _strict(lambda left, right: left != right),
    exp.LT: _strict(lambda left, right: left < right),
    exp.LTE: _strict(lambda left, right: left <= right),
    exp.GT: _strict(lambda left, right: left > right),
    exp.GTE: _strict(lambda left, right: left >= right),
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is_null,
    exp.Add: _strict(lambda left, right: left + right),
    exp.Sub: _strict(lambda left, right: left - right),
    exp.Mul: _strict(lambda left, right: left * right),
    exp.Neg: _negative,
    exp.Case: _case,
    exp.Coalesce: _coalesce,
    exp.Least: _extreme(min),
    exp.Greatest: _extreme(max),
    exp.Abs: _abs,
    exp.Round: _round,
    exp.Anonymous: _call,
}
"""How each class of node is computed; the same classes the typist builds, aggregates aside."""
