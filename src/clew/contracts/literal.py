"""Values and names as DuckDB SQL text: the only place in this package where text becomes SQL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from clew.plan import Type


def quoted(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


def typed_literal(value: object, type_: Type) -> str:
    """A literal of a column's type. Raises ValueError when the value is not one of that type."""
    text = str(value)
    if type_ is Type.INTEGER:
        return str(int(text))
    if type_ is Type.DECIMAL:
        number = Decimal(text) if _is_decimal(text) else None
        if number is None or not number.is_finite():
            raise ValueError(f"'{text}' is not a number")
        return format(number, "f")
    if type_ is Type.DATE:
        return f"DATE '{date.fromisoformat(text).isoformat()}'"
    if type_ is Type.TIMESTAMP:
        return f"TIMESTAMP '{datetime.fromisoformat(text).isoformat(sep=' ')}'"
    if type_ is Type.BOOLEAN:
        if text.lower() not in ("true", "false"):
            raise ValueError(f"'{text}' is neither true nor false")
        return text.lower()
    return text_literal(text)


def typed_value(text: str, type_: Type) -> object:
    """The value a literal stands for: int, Decimal or bool; dates stay text. Raises ValueError as typed_literal."""
    literal = typed_literal(text, type_)
    if type_ is Type.INTEGER:
        return int(literal)
    if type_ is Type.DECIMAL:
        return Decimal(literal)
    return literal == "true" if type_ is Type.BOOLEAN else text


def _is_decimal(text: str) -> bool:
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True
