"""Expressions computed in Python, three-valued and exact: the meaning the engines' macros are tested against.

Models use it for factors, routes and strengths of a few clues; rules run on an engine. A NULL is None: unknown and
false is false, unknown or true is true, every other step with an unknown is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from sqlglot import exp

from clew.rules.expression import Typed
from clew.rules.functions.in_python import IN_PYTHON

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
    compute = IN_PYTHON.get(str(node.this))
    if compute is None:
        raise TypeError(f"'{node.this}' cannot be computed for one row")
    arguments = [_value(argument, values) for argument in node.expressions]
    return None if None in arguments else compute(*arguments)


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
