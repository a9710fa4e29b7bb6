"""The standard's library of metrics -> Checks: empty, missing, invalid and repeated values, numbers of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from clew.contracts.actions import rule_action
from clew.contracts.columns import read_pattern
from clew.contracts.limits import NO_LIMIT, read_limit
from clew.contracts.literal import typed_literal
from clew.contracts.model import Action, Check, Column
from clew.contracts.reading import Reading
from clew.contracts.vocabulary import text_of, with_article
from clew.problems import did_you_mean
from clew.yaml_file import Node

_CODE = "C007"
_OF_DELIVERY = (Action.STOP, Action.WARN)


def metric_checks(
    metric: str, rule: Node, columns: Sequence[Column], column: Column | None, problems: Reading
) -> list[Check]:
    """The checks of one metric, of a column or of the columns that a rule of the whole table names."""
    if metric == "duplicateValues":
        return _duplicates(rule, columns, column, problems)
    if column is None and metric == "rowCount":
        return _row_count(rule, problems)
    if metric == "rowCount":
        problems.convention(
            rule.place, _CODE, "the metric rowCount counts a whole table", "put the rule under the schema"
        )
        return []
    if metric not in _OF_COLUMN:
        problems.convention(rule.place, _CODE, f"'{metric}' is not a metric Clew knows", "see the standard's library")
        return []
    if column is not None:
        return _OF_COLUMN[metric](rule, column, problems)
    named = _named_columns(rule, metric, columns, problems)
    found = [check for one in named for check in _OF_COLUMN[metric](rule, one, problems)]
    if len(named) > 1 and rule.get("name") is not None:
        return [replace(check, name=f"{check.name}.{check.columns[0]}") for check in found]
    return found


def _named_columns(rule: Node, metric: str, columns: Sequence[Column], problems: Reading) -> list[Column]:
    """The columns a rule of the whole table names in ``arguments.properties``."""
    given = rule.get("arguments")
    listed = given.get("properties") if given else None
    if listed is None or not listed.entries():
        problems.convention(
            rule.place,
            _CODE,
            f"the metric {metric} needs a column",
            "put the rule under a property, or name them in arguments: {properties: [first_column]}",
        )
        return []
    known = {item.name: item for item in columns}
    found = []
    for entry in listed.entries():
        if entry.text in known:
            found.append(known[entry.text])
        else:
            problems.error(
                entry.place, _CODE, f"'{entry.text}' is not a column of this dataset", did_you_mean(entry.text, known)
            )
    return found


def _row_count(rule: Node, problems: Reading) -> list[Check]:
    _known_arguments(rule, (), problems)
    limit = read_limit(rule, problems, shares=False)
    if limit is None:
        return []
    if limit.low % 1 or (limit.high or limit.low) % 1:
        problems.error(rule.place, _CODE, "a number of rows must be a whole number")
        return []
    first, last = int(limit.low), int(limit.low if limit.high is None else limit.high)
    low, high = {
        "mustBe": (first, first), "mustBeGreaterThan": (first + 1, None), "mustBeGreaterOrEqualTo": (first, None),
        "mustBeLessThan": (None, first - 1), "mustBeLessOrEqualTo": (None, first), "mustBeBetween": (first, last),
        "mustNotBe": (1, None) if first == 0 else (None, None),
    }.get(limit.operator, (None, None))  # fmt: skip
    if high is not None and high < 0:
        problems.error(rule.place, _CODE, "a table cannot have fewer than no rows")
        return []
    name = _rule_name(rule, "row_count")
    action = rule_action(rule, Action.STOP, _OF_DELIVERY, problems)
    arguments: dict[str, Any] = {"minimum": low, "maximum": high}
    if low is None and high is None:
        arguments["limit"] = limit
    return [_check(name, "row_count", (), arguments, action, rule)]


def _nulls(rule: Node, column: Column, problems: Reading) -> list[Check]:
    _known_arguments(rule, ("missingValues",), problems)
    limit = read_limit(rule, problems)
    if limit is None:
        return []
    name = _rule_name(rule, f"{column.name}.nullValues")
    if limit == NO_LIMIT:
        action = rule_action(rule, Action.QUARANTINE, tuple(Action), problems)
        return [_check(name, "not_null", (column.name,), {}, action, rule)]
    action = rule_action(rule, Action.STOP, _OF_DELIVERY, problems)
    return [_check(name, "null_share", (column.name,), {"limit": limit}, action, rule)]


def _missing(rule: Node, column: Column, problems: Reading) -> list[Check]:
    """Values that count as missing: NULL and the empty text unless the list leaves both out, and those it names."""
    arguments = _known_arguments(rule, ("missingValues",), problems)
    listed = [
        (entry.text if entry.value is not None else "") for entry in arguments.get("missingValues", rule).entries()
    ]
    words = tuple(dict.fromkeys(text for text in listed if text.strip()))
    empty = not listed or len(words) < len(listed)
    if empty and not words:
        return [
            replace(check, name=_rule_name(rule, f"{column.name}.missingValues"))
            for check in _nulls(rule, column, problems)
        ]
    limit = read_limit(rule, problems)
    if limit is None:
        return []
    name = _rule_name(rule, f"{column.name}.missingValues")
    return [_row_rule("missing", name, column, {"values": words, "empty": empty}, limit, rule, problems)]


def _row_rule(
    kind: str, name: str, column: Column, arguments: dict[str, Any], limit: Any, rule: Node, problems: Reading
) -> Check:
    """A check of each row: rows go one by one where none is allowed, else the delivery is judged by their number."""
    exact = limit == NO_LIMIT
    action = rule_action(
        rule, Action.QUARANTINE if exact else Action.STOP, tuple(Action) if exact else _OF_DELIVERY, problems
    )
    return _check(name, kind, (column.name,), arguments if exact else {"limit": limit} | arguments, action, rule)


def _duplicates(rule: Node, columns: Sequence[Column], column: Column | None, problems: Reading) -> list[Check]:
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
        problems.convention(
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
        tuple(Action) if exact else _OF_DELIVERY,
        problems,
    )
    name = _rule_name(rule, f"{'_'.join(key)}.duplicateValues")
    return [_check(name, "duplicate_rows", tuple(key), {} if exact else {"limit": limit}, action, rule)]


def _invalid(rule: Node, column: Column, problems: Reading) -> list[Check]:
    arguments = _known_arguments(rule, ("validValues", "pattern"), problems)
    limit = read_limit(rule, problems)
    name = _rule_name(rule, f"{column.name}.invalidValues")
    if rule.get("arguments") is None:
        problems.convention(
            rule.place,
            _CODE,
            "invalidValues does not say what is valid",
            "add arguments: {validValues: [...]} or {pattern: '^...$'}",
        )
    if limit is None:
        return []
    found: list[Check] = []
    if "validValues" in arguments:
        allowed = _allowed(arguments["validValues"], column, problems)
        if allowed:
            found.append(_row_rule("enum", name, column, {"values": allowed}, limit, rule, problems))
    if "pattern" in arguments:
        pattern = read_pattern(arguments["pattern"], problems)
        if pattern is not None:
            name = f"{name}.pattern" if found else name
            found.append(_row_rule("pattern", name, column, {"pattern": pattern}, limit, rule, problems))
    return found


def _allowed(node: Node, column: Column, problems: Reading) -> tuple[str, ...]:
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


def _known_arguments(rule: Node, known: tuple[str, ...], problems: Reading) -> dict[str, Node]:
    given = rule.get("arguments")
    found: dict[str, Node] = {}
    if given is None:
        return found
    for key, value in given.items():
        if key == "properties" and key not in known:
            continue  # which columns a rule of the whole table is about
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


_OF_COLUMN = {"nullValues": _nulls, "missingValues": _missing, "invalidValues": _invalid}
