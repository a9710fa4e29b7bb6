"""Which rules of a project read a column."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clew.project import Project

ANY_DAY = date(2026, 1, 1)
"""A plan reads the same columns on every day."""


def reading_rules(content: Project) -> Mapping[tuple[str, str], list[str]]:
    """(dataset, column) -> ids of the rules that read it, in order; under (dataset, '') those that read any of it."""
    from clew.problems import Problems
    from clew.rules.compile import compile_rule

    found: dict[tuple[str, str], list[str]] = {}
    for identifier, rule in sorted(content.library.rules.items()):
        plan = compile_rule(rule, content.catalogue, Problems(), as_of=ANY_DAY)
        inputs = plan.inputs if plan is not None else ()
        read = {(one.dataset, name.partition(".")[2]) for one in inputs for name in one.columns}
        for key in read | {(one.dataset, "") for one in inputs}:
            found.setdefault(key, []).append(identifier)
    return found
