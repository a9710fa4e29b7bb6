"""ODCS quality rules -> Checks: what is enforced, with its action; nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clew.contracts.actions import rule_action
from clew.contracts.columns import read_pattern
from clew.contracts.limits import NO_LIMIT, operator_of, read_limit
from clew.contracts.literal import typed_literal
from clew.contracts.model import Action, Check, Column
from clew.contracts.row_rule import RowRuleError, row_rule
from clew.contracts.vocabulary import text_of, with_article
from clew.problems import Problems, did_you_mean
from clew.yaml_file import Node

_CODE = "C007"


def read_quality(
    owner: Node, dataset: str, columns: Sequence[Column], column: Column | None, problems: Problems
) -> list[Check]:
    """The checks of the ``quality`` list of a property (``column``) or of the schema object (None)."""
    listed = owner.get("quality")
    found: list[Check] = []
    for rule in listed.entries() if listed else []:
        found.extend(_rule_checks(rule, dataset, columns, column, problems))
    return found


def _rule_checks(
    rule: Node, dataset: str, columns: Sequence[Column], column: Column | None, problems: Problems
) -> list[Check]:
    kind = text_of(rule.get("type")) or "library"
    if kind == "text":
        return []  # words for people: nothing to run
    if kind == "custom":
        problems.warn(
            rule.place,
            _CODE,
            f"Clew does not run rules of the engine '{text_of(rule.get('engine'))}'",
            "say it as a library metric or as type: sql, or run it with that engine",
        )
        return []
    if kind == "sql":
        return _sql_checks(rule, dataset, columns, column, problems)
    return _metric_checks(text_of(rule.get("metric")), rule, columns, column, problems)


def _metric_checks(
    metric: str, rule: Node, columns: Sequence[Column], column: Column | None, problems: Problems
) -> list[Check]:
    if metric == "duplicateValues":
        return _duplicates(rule, columns, column, problems)
    if column is None and metric == "rowCount":
        return _row_count(rule, problems)
    if column is None:
        problems.error(rule.place, _CODE, f"the metric {metric} needs a column", "put the rule under a property")
        return []
    if metric == "rowCount":
        problems.error(rule.place, _CODE, "the metric rowCount counts a whole table", "put the rule under the schema")
        return []
    return (_invalid if metric == "invalidValues" else _nulls)(rule, column, problems)


def _row_count(rule: Node, problems: Problems) -> list[Check]:
    _known_arguments(rule, (), problems)
    operator, value = operator_of(rule)
    numbers = [entry.value for entry in value.entries()] if value.is_list else [value.value]
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        problems.error(value.place, _CODE, "a number of rows must be a whole number")
        return []
    first, last = int(str(numbers[0])), int(str(numbers[-1]))
    low, high = {
        "mustBe": (first, first), "mustBeGreaterThan": (first + 1, None), "mustBeGreaterOrEqualTo": (first, None),
        "mustBeLessThan": (None, first - 1), "mustBeLessOrEqualTo": (None, first), "mustBeBetween": (first, last),
        "mustNotBe": (1, None) if first == 0 else (None, None),
    }.get(operator, (None, None))  # fmt: skip
    if low is None and high is None:
        problems.error(
            rule.key_place(operator),
            _CODE,
            f"{operator} cannot be checked for rowCount",
            "use mustBeBetween, mustBeGreaterThan or mustBeLessThan",
        )
        return []
    name = _rule_name(rule, "row_count")
    action = rule_action(rule, Action.STOP, (Action.STOP, Action.WARN), problems)
    return [_check(name, "row_count", (), {"minimum": low, "maximum": high}, action, rule)]


def _nulls(rule: Node, column: Column, problems: Problems) -> list[Check]:
    arguments = _known_arguments(rule, ("missingValues",), problems)
    extra = [entry for entry in arguments["missingValues"].entries() if entry.text.strip()] if arguments else []
    for entry in extra if text_of(rule.get("metric")) == "missingValues" else []:
        if entry.value is not None:
            problems.error(
                entry.place,
                _CODE,
                f"'{entry.text}' does not count as missing: only empty cells do",
                "map it to an empty value when the file is made, or refuse it with an enum",
            )
    limit = read_limit(rule, problems)
    if limit is None:
        return []
    name = _rule_name(rule, f"{column.name}.{text_of(rule.get('metric'))}")
    if limit == NO_LIMIT:
        action = rule_action(rule, Action.QUARANTINE, tuple(Action), problems)
        return [_check(name, "not_null", (column.name,), {}, action, rule)]
    action = rule_action(rule, Action.STOP, (Action.STOP, Action.WARN), problems)
    return [_check(name, "null_share", (column.name,), {"limit": limit}, action, rule)]


def _duplicates(rule: Node, columns: Sequence[Column], column: Column | None, problems: Problems) -> list[Check]:
    arguments = _known_arguments(rule, ("properties",), problems)
    known = {item.name for item in columns}
    key: list[str] = [column.name] if column is not None else []
    for entry in arguments["properties"].entries() if arguments else []:
        if entry.text not in known:
            problems.error(
                entry.place, _CODE, f"'{entry.text}' is not a column of this dataset", did_you_mean(entry.text, known)
            )
        elif entry.text not in key:
            key.append(entry.text)
    limit = read_limit(rule, problems)
    if not key:
        problems.error(
            rule.place,
            _CODE,
            "duplicateValues of a whole table needs the columns of the key",
            "add arguments: {properties: [first_column, second_column]}",
        )
    if limit is None or not key:
        return []
    exact = limit == NO_LIMIT
    action = rule_action(
        rule,
        Action.QUARANTINE if exact else Action.STOP,
        tuple(Action) if exact else (Action.STOP, Action.WARN),
        problems,
    )
    name = _rule_name(rule, f"{'_'.join(key)}.duplicateValues")
    return [_check(name, "duplicate_rows", tuple(key), {} if exact else {"limit": limit}, action, rule)]


def _invalid(rule: Node, column: Column, problems: Problems) -> list[Check]:
    arguments = _known_arguments(rule, ("validValues", "pattern"), problems)
    limit = read_limit(rule, problems)
    name = _rule_name(rule, f"{column.name}.invalidValues")
    if rule.get("arguments") is None:
        problems.error(
            rule.place,
            _CODE,
            "invalidValues does not say what is valid",
            "add arguments: {validValues: [...]} or {pattern: '^...$'}",
        )
    if limit is None:
        return []
    exact = limit == NO_LIMIT
    action = rule_action(
        rule,
        Action.QUARANTINE if exact else Action.STOP,
        tuple(Action) if exact else (Action.STOP, Action.WARN),
        problems,
    )
    shared: dict[str, Any] = {} if exact else {"limit": limit}
    found: list[Check] = []
    if "validValues" in arguments:
        allowed = _allowed(arguments["validValues"], column, problems)
        if allowed:
            found.append(_check(name, "enum", (column.name,), shared | {"values": allowed}, action, rule))
    if "pattern" in arguments:
        pattern = read_pattern(arguments["pattern"], problems)
        if pattern is not None:
            name = f"{name}.pattern" if found else name
            found.append(_check(name, "pattern", (column.name,), shared | {"pattern": pattern}, action, rule))
    return found


def _allowed(node: Node, column: Column, problems: Problems) -> tuple[str, ...]:
    """The valid values; an empty one is dropped because an empty cell is NULL and never invalid."""
    allowed: list[str] = []
    for entry in node.entries():
        if entry.value is None or not entry.text:
            continue
        try:
            typed_literal(entry.text, column.type)
            allowed.append(entry.text)
        except ValueError:
            problems.error(
                entry.place, _CODE, f"'{entry.text}' is not {with_article(column.type.value)}, so no value can equal it"
            )
    if not allowed:
        problems.error(node.place, _CODE, "validValues lists no value")
    return tuple(allowed)


def _sql_checks(
    rule: Node, dataset: str, columns: Sequence[Column], column: Column | None, problems: Problems
) -> list[Check]:
    query = rule.get("query")
    operator, value = operator_of(rule)
    if query is None:
        return []
    if operator != "mustBe" or value.value != 0:
        problems.error(
            rule.key_place(operator),
            _CODE,
            "a sql rule can only say that no row may meet a condition",
            "write mustBe: 0, with the condition that no row may meet",
        )
        return []
    own = column.name if column is not None else None
    try:
        violated, read = row_rule(query.text, dataset, [item.name for item in columns], own)
    except RowRuleError as error:
        problems.error(query.place, _CODE, str(error), error.help)
        return []
    name = _rule_name(rule, f"{own or dataset}.sql")
    action = rule_action(rule, Action.QUARANTINE, tuple(Action), problems)
    return [_check(name, "sql_row", read, {"violated": violated}, action, rule)]


def _known_arguments(rule: Node, known: tuple[str, ...], problems: Problems) -> dict[str, Node]:
    given = rule.get("arguments")
    found: dict[str, Node] = {}
    if given is None:
        return found
    for key, value in given.items():
        if key not in known:
            problems.error(
                given.key_place(key),
                _CODE,
                f"'{key}' is not an argument of {text_of(rule.get('metric'))}",
                did_you_mean(key, known),
            )
        elif key == "pattern" and not isinstance(value.value, str):
            problems.error(value.place, _CODE, "'pattern' must be text", "put the pattern in quotes")
        elif key != "pattern" and not value.is_list:
            problems.error(value.place, _CODE, f"'{key}' must be a list", "write [first, second]")
        else:
            found[key] = value
    return found


def _rule_name(rule: Node, default: str) -> str:
    return text_of(rule.get("name")) or default


def _check(
    name: str, kind: str, columns: tuple[str, ...], arguments: dict[str, Any], action: Action, rule: Node
) -> Check:
    return Check(name, kind, columns, arguments, action, text_of(rule.get("description")), rule.place)
