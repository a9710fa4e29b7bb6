"""The numbers of a rule that make its clue weigh more in some model."""

from __future__ import annotations

import re
from functools import cache

from clew.rules.model import Rule
from tests.content.project import models

AT_LEAST = re.compile(r"(\w+) >= [\d.]+")
"""The condition of a factor."""
ALWAYS = ("strength", "amount")


@cache
def _asked() -> dict[str, frozenset[str]]:
    """Rule -> what the factors of its models ask for."""
    found: dict[str, set[str]] = {}
    for model in models():
        names = {one[1] for factor in model.scoring.factors if (one := AT_LEAST.fullmatch(factor.when.value))}
        for use in model.uses:
            found.setdefault(use.rule.value, set()).update(names)
    return {rule: frozenset(names) for rule, names in found.items()}


def measures(rule: Rule) -> frozenset[str]:
    """Strength, amount, and every fact that a model's factor asks for."""
    return frozenset(ALWAYS) | _asked().get(rule.id, frozenset())
