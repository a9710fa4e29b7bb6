"""Two rules that mirror each other ask for one entitlement, one of them for its opposite: with which thresholds?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clew.rules.entitlements import CALL, NO_CONDITION, Entitlements
from clew.rules.model import Threshold
from clew.rules.shared_condition import values_of
from clew.yaml_file import Node

_OPPOSITE = re.compile(r"\bnot\s*\(?\s*$")


def thresholds(rule: Node, entitlements: Entitlements) -> frozenset[Threshold]:
    """Every parameter that the rule, as its author wrote it, gives to a shared entitlement."""
    steps = rule.get("steps")
    found = set()
    for text, dropped in _conditions(steps, dropped=False) if steps else ():
        for call in CALL.finditer("".join(text.split("'")[::2])):
            shared = entitlements.get(call["name"])
            values = values_of(call["given"], shared.takes) if shared and call["closed"] else None
            opposite = bool(_OPPOSITE.search(call.string[: call.start()])) != dropped
            for word, value in zip(shared.takes, values, strict=True) if shared and values else ():
                if value.startswith("$"):
                    found.add(Threshold(call["name"], word, value.removeprefix("$"), opposite))
    return frozenset(found)


def _conditions(node: Node, *, dropped: bool) -> Iterator[tuple[str, bool]]:
    """Each text of the steps, and whether the rows that meet it are dropped."""
    for entry in node.entries():
        yield from _conditions(entry, dropped=dropped)
    for key, value in node.items():
        if key not in NO_CONDITION:
            yield from _conditions(value, dropped=key == "exclude")
    if isinstance(node.value, str):
        yield node.text, dropped
