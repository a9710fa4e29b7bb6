"""Plans kept while many trials run: a rule is compiled once for each day and set of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from clew.contracts.catalogue import Catalogue
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.compile import compile_rule
from clew.rules.model import Rule

Key = tuple[int, int, date, tuple[tuple[str, Decimal], ...]]


class Plans:
    """Compiled rules. A rule that does not compile is tried again each time, so that its problems are told."""

    def __init__(self) -> None:
        self._made: dict[Key, tuple[Rule, Catalogue, Plan]] = {}  # rule and catalogue are held: their ids stay theirs

    def of(
        self, rule: Rule, catalogue: Catalogue, problems: Problems, *, as_of: date, overrides: Mapping[str, Decimal]
    ) -> Plan | None:
        """The plan of a rule on a date, as :func:`clew.rules.compile.compile_rule` gives it."""
        key = (id(rule), id(catalogue), as_of, tuple(sorted(overrides.items())))
        if key in self._made:
            return self._made[key][2]
        plan = compile_rule(rule, catalogue, problems, as_of=as_of, overrides=overrides)
        if plan is not None:
            self._made[key] = (rule, catalogue, plan)
        return plan
