"""The comparison of an ODCS quality rule read as an upper limit on bad values."""

from __future__ import annotations

from decimal import Decimal

from clew.contracts.model import Limit
from clew.contracts.vocabulary import text_of
from clew.problems import Problems
from clew.yaml_file import Node

_OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)
NO_LIMIT = Limit(Decimal(0))
"""Not one bad value is allowed."""


def operator_of(rule: Node) -> tuple[str, Node]:
    """The one operator of a rule and its value; the schema has made sure of it."""
    return next((name, value) for name in _OPERATORS if (value := rule.get(name)) is not None)


def read_limit(rule: Node, problems: Problems) -> Limit | None:
    """The share that may violate. Zero needs no unit; anything above it is a share in percent."""
    operator, node = operator_of(rule)
    numbers = [entry.value for entry in node.entries()] if node.is_list else [node.value]
    if not all(isinstance(number, int | Decimal) and not isinstance(number, bool) for number in numbers):
        problems.error(node.place, "C007", f"{operator} must be a number here")
        return None
    from_zero = operator in ("mustBe", "mustBeBetween") and numbers[0] == 0
    if not from_zero and operator not in ("mustBeLessThan", "mustBeLessOrEqualTo"):
        problems.error(
            rule.key_place(operator),
            "C007",
            f"{operator} is no upper limit on bad values",
            "use mustBe: 0, mustBeLessThan or mustBeLessOrEqualTo",
        )
        return None
    most = Decimal(str(numbers[-1]))
    strict = operator == "mustBeLessThan"
    in_rows = text_of(rule.get("unit")) in ("", "rows")
    if (most == 0 and not strict) or (most == 1 and strict and in_rows):
        return NO_LIMIT
    if text_of(rule.get("unit")) != "percent":
        place = unit.place if (unit := rule.get("unit")) else rule.place
        problems.error(
            place, "C007", "a limit above zero must be a share of the rows", "add unit: percent, or say mustBe: 0"
        )
        return None
    if not (0 <= most <= 100) or (strict and most == 0):
        problems.error(node.place, "C007", f"a limit of {'less than ' if strict else ''}{most} percent makes no sense")
        return None
    return Limit(most, strict)
