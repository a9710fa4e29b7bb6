"""Control totals as a sender states them: the sum of a column over every row of the file."""

from __future__ import annotations

import json
from decimal import Decimal

from clew.contracts.model import Column, Contract
from clew.plan import Type
from clew.problems import Place, Problem, Problems, did_you_mean
from clew.yaml_file import Node

Totals = tuple[tuple[str, Decimal], ...]
"""(column, sum), in the order of the columns' names."""
NUMBERS = (Type.INTEGER, Type.DECIMAL)


def read_totals(root: Node, problems: Problems) -> Totals:
    """The key ``totals`` of a sidecar: ``{column: sum}``; anything else is I003."""
    node = root.get("totals")
    if node is None:
        return ()
    if not node.is_mapping:
        problems.error(node.place, "I003", "'totals' must be {column: sum}, as {amount: 12345.67}")
        return ()
    found = []
    for name, value in node.items():
        if isinstance(value.value, int | Decimal) and not isinstance(value.value, bool):
            found.append((name, Decimal(value.value)))
        else:
            problems.error(
                value.place, "I003", f"the total of '{name}' must be a number like 12345.67", "no separators, no unit"
            )
    return tuple(sorted(found))


def totals_text(totals: Totals) -> str | None:
    """How the ledger keeps them: JSON, each sum as text so that no digit is lost; None without any."""
    return json.dumps({name: f"{value:f}" for name, value in totals}, ensure_ascii=False) if totals else None


def totals_of(text: str | None) -> Totals:
    """Back from the ledger."""
    return tuple(sorted((name, Decimal(value)) for name, value in json.loads(text).items())) if text else ()


def number_column(contract: Contract, name: str) -> Column | None:
    """The number column that a total names by its name or by its heading."""
    return next(
        (column for column in contract.columns if name in (column.name, column.header) and column.type in NUMBERS),
        None,
    )


def wrong_total(contract: Contract, name: str, shown: str) -> Problem | None:
    """I050 when a total's name is no number column's."""
    if number_column(contract, name) is not None:
        return None
    numbers = [column.name for column in contract.columns if column.type in NUMBERS]
    return Problem(
        Place(shown),
        "I050",
        f"'totals' names '{name}', which is no number column of '{contract.dataset}'",
        did_you_mean(name, numbers) if numbers else "the contract has no number column: leave totals out",
    )
