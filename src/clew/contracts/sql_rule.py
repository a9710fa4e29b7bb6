"""``type: sql`` quality rules -> Checks: of each row, of one number, or of the rows a query returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from clew.contracts.actions import rule_action
from clew.contracts.limits import NO_LIMIT, read_limit
from clew.contracts.model import Action, Check, Column
from clew.contracts.query_tree import ROW, QueryError, bound_query, parse_query
from clew.contracts.reading import Reading
from clew.contracts.row_rule import row_condition
from clew.contracts.vocabulary import text_of
from clew.yaml_file import Node

_CODE = "C007"
_OF_DELIVERY = (Action.STOP, Action.WARN)


def read_sql_rule(
    rule: Node, table: Sequence[str], columns: Sequence[Column], column: Column | None, problems: Reading
) -> list[Check]:
    """The check of one rule; none when it cannot be used (C007)."""
    query = rule.get("query")
    if query is None:
        return []
    own = column.name if column is not None else None
    name = text_of(rule.get("name")) or f"{own or table[0]}.sql"
    try:
        parsed = parse_query(query.text, table, own)
        condition = row_condition(parsed, [item.name for item in columns])
        if condition is not None:
            return _of_rows(rule, name, *condition, problems)
        sql, one_value = bound_query(parsed, table, columns)
    except QueryError as error:
        problems.convention(query.place, _CODE, str(error), error.help)
        return []
    limit = read_limit(rule, problems, shares=not one_value)
    if limit is None:
        return []
    reads = tuple(item.name for item in columns if item.name.lower() in _names(parsed.tree)) or (
        (own,) if own else ()
    )  # fmt: skip
    names_rows = not one_value and limit == NO_LIMIT and ROW in [one.alias_or_name for one in parsed.tree.selects]
    action = rule_action(
        rule,
        Action.QUARANTINE if names_rows else Action.STOP,
        tuple(Action) if names_rows else _OF_DELIVERY,
        problems,
    )
    kind, arguments = "sql_value" if one_value else "sql_rows", {"query": sql, "limit": limit, "names_rows": names_rows}
    return [_check(name, kind, reads, arguments, action, rule)]


def _of_rows(rule: Node, name: str, violated: str, reads: tuple[str, ...], problems: Reading) -> list[Check]:
    limit = read_limit(rule, problems)
    if limit is None:
        return []
    exact = limit == NO_LIMIT
    action = rule_action(
        rule, Action.QUARANTINE if exact else Action.STOP, tuple(Action) if exact else _OF_DELIVERY, problems
    )
    arguments: dict[str, Any] = {"violated": violated} | ({} if exact else {"limit": limit})
    return [_check(name, "sql_row", reads, arguments, action, rule)]


def _names(tree: exp.Query) -> set[str]:
    return {node.name.lower() for node in tree.find_all(exp.Column)}


def _check(
    name: str, kind: str, columns: tuple[str, ...], arguments: dict[str, Any], action: Action, rule: Node
) -> Check:
    return Check(name, kind, columns, arguments, action, text_of(rule.get("description")), rule.place)
