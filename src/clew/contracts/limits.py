"""The comparison of an ODCS quality rule, read as a limit on a count of violating rows or on their share."""

from __future__ import annotations

from decimal import Decimal

from clew.contracts.limit import OPERATORS, Limit
from clew.contracts.reading import Reading
from clew.contracts.vocabulary import text_of
from clew.yaml_file import Node

_CODE = "C007"
NO_LIMIT = Limit("mustBe", Decimal(0), percent=False)
"""Not one bad value is allowed."""


def operator_of(rule: Node) -> tuple[str, Node] | None:
    """The one operator of a rule and its value; None where an open reading finds none."""
    return next(((name, value) for name in OPERATORS if (value := rule.get(name)) is not None), None)


def read_limit(rule: Node, problems: Reading, *, shares: bool = True) -> Limit | None:
    """What the rule's number must be; NO_LIMIT where that is none at all. ``shares``: it may be in percent."""
    found = operator_of(rule)
    if found is None:
        problems.convention(rule.place, _CODE, "the rule says nothing to compare with", "add mustBe: 0")
        return None
    operator, node = found
    numbers = [entry.value for entry in node.entries()] if node.is_list else [node.value]
    if not numbers or not all(isinstance(one, int | Decimal) and not isinstance(one, bool) for one in numbers):
        problems.error(node.place, _CODE, f"{operator} must be a number here")
        return None
    unit, low, high = rule.get("unit"), Decimal(str(numbers[0])), Decimal(str(numbers[-1]))
    percent = text_of(unit) in ("percent", "%")
    if unit is not None and not percent and text_of(unit) not in ("rows", ""):
        problems.convention(unit.place, _CODE, f"'{text_of(unit)}' is not a unit of rules", "write rows or percent")
        return None
    if percent and not shares:
        problems.error((unit or rule).place, _CODE, "this number has no percent", "remove the unit")
        return None
    limit = Limit(operator, low, high if node.is_list else None, percent)
    if low > high:
        problems.error(node.place, _CODE, f"{operator} has its larger number first", "write the smaller one first")
        return None
    if shares and not _possible(limit):
        problems.error(node.place, _CODE, f"a limit of {limit.words()[1]} makes no sense: no delivery can meet it")
        return None
    return NO_LIMIT if shares and _none_at_all(limit) else limit


def _none_at_all(limit: Limit) -> bool:
    """Whether zero is the only count the limit admits."""
    return (limit.admits(Decimal(0)) and not limit.admits(Decimal("0.000001")) and not limit.admits(Decimal(1))) or (
        limit == Limit("mustBeLessThan", Decimal(1), None, percent=False)
    )


def _possible(limit: Limit) -> bool:
    """Whether some count (or share between 0 and 100) is admitted."""
    ends = [limit.low, limit.high or limit.low]
    tried = [Decimal(0), *ends, *(end + 1 for end in ends), *(end - 1 for end in ends), Decimal(100), Decimal(10**15)]
    tried += [Decimal("0.000001"), *(end - Decimal("0.000001") for end in ends)]
    inside = [number for number in tried if number >= 0 and (not limit.percent or number <= 100)]
    return any(limit.admits(number) for number in inside)
