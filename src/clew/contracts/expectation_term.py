"""One expectation as its author wrote it, and the kind of check that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clew.contracts.limit import Limit
from clew.contracts.literal import typed_literal
from clew.contracts.model import Column
from clew.plan import Type
from clew.yaml_file import Node


class Untranslatable(ValueError):  # noqa: N818 - a state of affairs, not an error: GX may run it
    """The expectation has no meaning here. ``runs``: Great Expectations itself can still run it."""

    def __init__(self, message: str, *, runs: bool = False) -> None:
        super().__init__(message)
        self.runs = runs


@dataclass(frozen=True)
class Meaning:
    """A kind of Check and its arguments; ``limit`` is what the number of violating rows, or the value, must be."""

    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    limit: Limit | None = None


@dataclass(frozen=True)
class Term:
    """One expectation with its arguments and the columns it reads."""

    kind: str
    arguments: Mapping[str, Node]
    columns: Mapping[str, Column]
    reads: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """The arguments as Great Expectations takes them: JSON values."""
        return {key: _json(node.plain()) for key, node in self.arguments.items()}

    def only(self, *names: str) -> None:
        """Refuse to translate when an argument is given that is not one of these."""
        for name, node in self.arguments.items():
            if name not in (*names, "column", "mostly") and node.value is not None:
                runs = name in ("row_condition", "condition_parser", "ignore_row_if", "parse_strings_as_datetimes")
                raise Untranslatable(f"'{name}' is not an argument it takes here", runs=runs)

    @property
    def column(self) -> Column:
        """The column of an expectation of one column."""
        return self.columns[self.reads[0]]

    def limit(self) -> Limit | None:
        """``mostly`` as the largest share that may be unexpected."""
        node = self.arguments.get("mostly")
        if node is None or node.value is None or node.value == 1:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int | Decimal) or not 0 <= node.value <= 1:
            raise Untranslatable("'mostly' must be a number between 0 and 1")
        return Limit("mustBeLessOrEqualTo", 100 - 100 * Decimal(node.value))

    def flag(self, name: str) -> bool:
        """An argument that is true or false."""
        node = self.arguments.get(name)
        return node is not None and node.value is True

    def number(self, name: str, *, whole: bool = False) -> Decimal | None:
        """An argument that is a number, or None."""
        node = self.arguments.get(name)
        if node is None or node.value is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int if whole else (int, Decimal)):
            raise Untranslatable(f"'{name}' must be a{' whole' if whole else ''} number")
        return Decimal(node.value)

    def literal(self, node: Node, column: Column) -> str:
        """A value of a column's type as SQL; a number never stands for a text, nor a text for a number."""
        numeric = isinstance(node.value, int | Decimal) and not isinstance(node.value, bool)
        if numeric != column.type.is_number or isinstance(node.value, bool) != (column.type is Type.BOOLEAN):
            raise Untranslatable(f"'{node.text}' cannot be compared with a value of type {column.type.value}")
        try:
            return typed_literal(node.text, Type.DECIMAL if numeric else column.type)
        except ValueError:
            raise Untranslatable(f"'{node.text}' is not a value of type {column.type.value}") from None


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)
