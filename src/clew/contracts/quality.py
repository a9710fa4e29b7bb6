"""ODCS quality rules -> Checks: what is enforced, with its action; nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Sequence

from clew.contracts.expectation import ENGINES, read_expectation
from clew.contracts.metric import metric_checks
from clew.contracts.model import Check, Column
from clew.contracts.reading import Reading
from clew.contracts.sql_rule import read_sql_rule
from clew.contracts.vocabulary import text_of
from clew.yaml_file import Node

_CODE = "C007"
_FROM_RULE = {
    "row_count": "rowCount",
    "nullCheck": "nullValues",
    "duplicateCount": "duplicateValues",
    "validValues": "invalidValues",
}
"""How versions before 3.1 called the metrics in ``rule``; the others have kept their names."""


def read_quality(
    owner: Node, table: Sequence[str], columns: Sequence[Column], column: Column | None, problems: Reading
) -> list[Check]:
    """The checks of the ``quality`` list of a property (``column``) or of the schema object (None).

    ``table`` holds the dataset's name and its other names, by which queries may call it.
    """
    listed = owner.get("quality")
    found: list[Check] = []
    for rule in listed.entries() if listed else []:
        found.extend(_rule_checks(rule, table, columns, column, problems))
    return found


def _rule_checks(
    rule: Node, table: Sequence[str], columns: Sequence[Column], column: Column | None, problems: Reading
) -> list[Check]:
    kind = text_of(rule.get("type")) or "library"
    if kind == "text":
        return []  # words for people: nothing to run
    if kind == "custom":
        if "".join(filter(str.isalpha, text_of(rule.get("engine")).lower())) in ENGINES:
            return read_expectation(rule, columns, column, problems)
        problems.warn(
            rule.place,
            _CODE,
            f"Clew does not run rules of the engine '{text_of(rule.get('engine'))}'",
            "say it as a library metric, as type: sql or for the engine greatExpectations",
        )
        return []
    if kind == "sql":
        return read_sql_rule(rule, table, columns, column, problems)
    metric = text_of(rule.get("metric")) or text_of(rule.get("rule"))
    return metric_checks(_FROM_RULE.get(metric, metric), rule, columns, column, problems)
