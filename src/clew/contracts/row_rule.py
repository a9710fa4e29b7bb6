"""``type: sql`` quality rules of the form that says something about each row.

``SELECT COUNT(*) FROM {object} WHERE <condition>`` counts the rows that meet a condition. The condition is parsed and
rebuilt from an exact list of node classes, so nothing else can reach the engine, and it is decided in the one pass
over the delivery with all other checks of rows.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlglot import exp

from clew.contracts.query_tree import SCALARS, Query, QueryError, column_named


def row_condition(query: Query, columns: Collection[str]) -> tuple[str, tuple[str, ...]] | None:
    """The condition as DuckDB SQL over quoted typed columns, and the columns it reads.

    None when the query is of another form. Raises QueryError when it is of this form and cannot be used.
    """
    condition = _condition(query)
    if condition is None:
        return None
    for node in condition.walk():
        if type(node) not in SCALARS:
            return None
    read: list[str] = []
    for node in condition.find_all(exp.Column):
        name = column_named(node, columns, query.aliases)
        node.replace(exp.column(exp.to_identifier(name, quoted=True)))
        read.append(name)
    if not read:
        raise QueryError("the condition reads no column")
    return query.tree.args["where"].this.sql(dialect="duckdb"), tuple(dict.fromkeys(read))


def _condition(query: Query) -> exp.Expression | None:
    """What stands after WHERE, when the query does nothing but count the rows of one table that meet it."""
    tree = query.tree
    if not isinstance(tree, exp.Select):
        return None
    parts = {key for key, value in tree.args.items() if value}
    counts_rows = len(tree.expressions) == 1 and tree.expressions[0].unalias().sql().upper() == "COUNT(*)"
    if not counts_rows or parts - {"expressions", "from", "from_", "where", "kind"} or "where" not in parts:
        return None
    if len(list(tree.find_all(exp.Table))) != 1:
        return None
    condition: exp.Expression = tree.args["where"].this
    return condition
