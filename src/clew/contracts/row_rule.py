"""``type: sql`` quality rules of the one form that says something about each row.

``SELECT COUNT(*) FROM {object} WHERE <condition>`` with ``mustBe: 0`` means: no row may meet the condition. The
condition is parsed and rebuilt from an exact list of node classes, so nothing else can reach the engine.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_ALLOWED: frozenset[type[exp.Expression]] = frozenset({
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.Null,
    exp.In, exp.Between, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Add, exp.Sub, exp.Mul, exp.Neg,
    exp.Length, exp.Left,
})  # fmt: skip
_FORM = "write SELECT COUNT(*) FROM {object} WHERE <condition on columns of this dataset>, with mustBe: 0"


class RowRuleError(ValueError):
    """The rule cannot be used; ``help`` says what to write instead."""

    def __init__(self, message: str, help: str = _FORM) -> None:
        super().__init__(message)
        self.help = help


def row_rule(query: str, dataset: str, columns: Collection[str], column: str | None) -> tuple[str, tuple[str, ...]]:
    """The condition of a rule as DuckDB SQL over quoted typed columns, and the columns it reads.

    ``{object}``, ``${table}`` and the like stand for the dataset, ``{property}`` and ``${column}`` for ``column``.
    Raises RowRuleError for anything but the one form.
    """
    tree = _parse(_filled(query, dataset, column))
    condition = _condition(tree, dataset)
    for node in condition.walk():
        if type(node) not in _ALLOWED:
            raise RowRuleError(
                f"'{node.sql(dialect='duckdb')}' cannot stand in a row rule",
                "compare columns and literals with = <> < <= > >= in, between, is null, and, or, not",
            )
    read: list[str] = []
    for node in condition.find_all(exp.Column):
        name = next((known for known in columns if known.lower() == node.name.lower()), None)
        if name is None or node.table:
            raise RowRuleError(f"'{node.sql()}' is not a column of this dataset", f"columns: {', '.join(columns)}")
        node.this.replace(exp.to_identifier(name, quoted=True))
        read.append(name)
    if not read:
        raise RowRuleError("the condition reads no column")
    return condition.sql(dialect="duckdb"), tuple(dict.fromkeys(read))


def _filled(query: str, dataset: str, column: str | None) -> str:
    for name in ("${object}", "${table}", "{object}", "{table}"):
        query = query.replace(name, f'"{dataset}"')
    if column is not None:
        for name in ("${property}", "${column}", "{property}", "{column}"):
            query = query.replace(name, f'"{column}"')
    return query


def _parse(query: str) -> exp.Select:
    if not query.lstrip().lower().startswith("select"):  # the parser logs about statements it does not know
        raise RowRuleError("the query is not one SELECT")
    try:
        trees = sqlglot.parse(query, dialect="duckdb")
    except (SqlglotError, RecursionError, ValueError) as error:
        raise RowRuleError(f"the query cannot be read: {str(error).splitlines()[0]}") from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Select):
        raise RowRuleError("the query is not one SELECT")
    return trees[0]


def _condition(tree: exp.Select, dataset: str) -> exp.Expression:
    parts = {key for key, value in tree.args.items() if value}
    source = tree.find(exp.Table)
    counts_rows = tree.expressions == [exp.Count(this=exp.Star(), big_int=True)] or (
        len(tree.expressions) == 1 and tree.expressions[0].sql().upper() == "COUNT(*)"
    )
    if not counts_rows or source is None or source.name != dataset or len(list(tree.find_all(exp.Table))) != 1:
        raise RowRuleError("only a count of this dataset's own rows can be checked")
    if parts - {"expressions", "from", "from_", "where", "kind"} or "where" not in parts:
        raise RowRuleError("only a WHERE condition may follow the FROM")
    condition: exp.Expression = tree.args["where"].this
    return condition
