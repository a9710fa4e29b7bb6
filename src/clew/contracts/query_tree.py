"""Queries of ``type: sql`` quality rules: parsed, and let through only when every node is on an exact list.

What may stand in one: a single SELECT over the dataset's own table, with joins of that table to itself, subqueries,
WITH, grouping, windows, aggregates and functions of values. Nothing that reads a file, another table, the clock or
chance, and nothing that changes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from clew.contracts.literal import quoted
from clew.contracts.model import Column
from clew.plan import Type
from clew.problems import did_you_mean

DELIVERY = "~delivery"
"""What the dataset's table is called in a query that is let through; whoever runs it says what it is."""
ROW = "_row"
"""The number of a row in its file: a query that selects it names the rows at fault."""

SCALARS: frozenset[type[exp.Expression]] = frozenset({
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.Null,
    exp.In, exp.Between, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Add, exp.Sub, exp.Mul, exp.Neg,
    exp.Length, exp.Left, exp.Right, exp.Substring, exp.Upper, exp.Lower, exp.Trim, exp.Abs, exp.Coalesce, exp.Nullif,
    exp.Like, exp.StartsWith, exp.Case, exp.If, exp.DPipe, exp.Concat, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Year, exp.Month, exp.Day,
})  # fmt: skip
"""What may stand in the condition of one row: functions that give a value for every value."""

_STRUCTURE: frozenset[type[exp.Expression]] = frozenset({
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Distinct,
    exp.Subquery, exp.With, exp.CTE, exp.Table, exp.TableAlias, exp.Alias, exp.Star, exp.Exists, exp.Union,
    exp.Window, exp.WindowSpec, exp.Tuple, exp.Filter, exp.Qualify,
})  # fmt: skip
_AGGREGATES: frozenset[type[exp.Expression]] = frozenset({
    exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Stddev, exp.StddevSamp,
    exp.StddevPop, exp.Variance, exp.VariancePop,
})  # fmt: skip
_WINDOWED: frozenset[type[exp.Expression]] = frozenset({
    exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue,
})  # fmt: skip
_MORE: frozenset[type[exp.Expression]] = frozenset({
    exp.Div, exp.Mod, exp.Round, exp.Floor, exp.Ceil, exp.Greatest, exp.Least, exp.Cast, exp.TryCast, exp.DataType,
    exp.DateDiff, exp.Interval, exp.Var, exp.Extract, exp.ILike, exp.RegexpLike, exp.Parameter,
})  # fmt: skip
_ALLOWED = SCALARS | _STRUCTURE | _AGGREGATES | _WINDOWED | _MORE
_CASTS = frozenset({"INT", "BIGINT", "DECIMAL", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR", "TEXT", "BOOLEAN"})
_PLAIN = {
    Type.TEXT: "VARCHAR",
    Type.INTEGER: "BIGINT",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.TIMESTAMP: "TIMESTAMP",
    Type.DECIMAL: "DECIMAL(38, 6)",
}
_FORM = "write one SELECT over {object}: a condition no row may meet, one aggregate, or the rows at fault"


class QueryError(ValueError):
    """The query cannot be used; ``help`` says what to write instead."""

    def __init__(self, message: str, help: str = _FORM) -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True)
class Query:
    """A query that only holds what is allowed; ``aliases`` are the names its tables go by, in small letters."""

    tree: exp.Query
    aliases: frozenset[str]


def parse_query(text: str, table: Sequence[str], column: str | None) -> Query:
    """The query of a rule. ``table`` holds the dataset's name and its other names.

    ``{object}``, ``${table}`` and the like stand for the table, ``{property}`` and ``${column}`` for ``column``.
    Raises QueryError for anything that is not on the list.
    """
    tree = _parse(_filled(text, table[0], column))
    for node in tree.walk():
        if type(node) not in _ALLOWED or (isinstance(node, exp.DataType) and node.this.value not in _CASTS):
            raise QueryError(f"'{_shown(node)}' cannot stand in a quality rule", "see docs/contracts.md, Checks")
    own = {name.lower() for name in table}
    local = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    aliases = set(local)
    for node in list(tree.find_all(exp.Table)):
        name = node.name.lower()
        if node.args.get("db") is not None or name not in own | local:
            raise QueryError(f"the query reads '{node.name}', which is not this table", "write {object}")
        aliases |= {(node.alias or node.name).lower()}
    aliases |= {sub.alias.lower() for sub in tree.find_all(exp.Subquery) if sub.alias}
    return Query(tree, frozenset(aliases))


def bound_query(query: Query, table: Sequence[str], columns: Sequence[Column]) -> tuple[str, bool]:
    """The query as DuckDB SQL over ``"~delivery"`` after the engine has accepted it on an empty table, and whether
    it gives one value (an aggregate) rather than rows. Raises QueryError."""
    tree, own = query.tree.copy(), {name.lower() for name in table}
    local = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for node in list(tree.find_all(exp.Table)):
        if node.name.lower() in own - local:
            alias = node.alias or node.name
            node.replace(exp.alias_(exp.to_table(quoted(DELIVERY), dialect="duckdb"), alias, table=True, quoted=True))
    for cast in list(tree.find_all(exp.Cast)):
        if type(cast) is exp.Cast:
            cast.replace(exp.TryCast(this=cast.this.copy(), to=cast.args["to"].copy()))
    sql = tree.sql(dialect="duckdb")
    _accepted(sql, columns)
    return sql, _one_value(tree)


def column_named(node: exp.Column, columns: Collection[str], aliases: Collection[str]) -> str:
    """The column a node names. Raises QueryError when there is none of that name."""
    name = next((known for known in columns if known.lower() == node.name.lower()), None)
    if name is None or (node.table and node.table.lower() not in aliases):
        raise QueryError(
            f"'{node.sql()}' is not a column of this dataset",
            did_you_mean(node.name, columns) or f"columns: {', '.join(columns)}",
        )
    return name


def _filled(query: str, dataset: str, column: str | None) -> str:
    for name in ("${object}", "${table}", "{object}", "{table}", "{model}", "${model}"):
        query = query.replace(name, quoted(dataset))
    if column is not None:
        for name in ("${property}", "${column}", "{property}", "{column}", "${field}", "{field}"):
            query = query.replace(name, quoted(column))
    return query


def _parse(query: str) -> exp.Query:
    if not query.lstrip().lower().startswith(("select", "with")):  # the parser logs about statements it does not know
        raise QueryError("the query is not one SELECT")
    try:
        trees = sqlglot.parse(query, dialect="duckdb")
    except (SqlglotError, RecursionError, ValueError) as error:
        raise QueryError(f"the query cannot be read: {str(error).splitlines()[0]}") from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Select | exp.Union):
        raise QueryError("the query is not one SELECT")
    return trees[0]


def _accepted(sql: str, columns: Sequence[Column]) -> None:
    """Let the engine read the query over an empty table: a wrong name or type is found now, not at night."""
    import duckdb

    listed = ", ".join(f"{quoted(column.name)} {_PLAIN[column.type]}" for column in columns)
    with duckdb.connect(config={"threads": 1, "enable_external_access": False}) as connection:
        connection.execute(f"create table {quoted(DELIVERY)} ({listed}, {quoted(ROW)} bigint)")
        try:
            connection.execute(f"select * from ({sql})").fetchall()  # noqa: S608 - rebuilt from the list above
        except duckdb.Error as error:
            said = str(error).splitlines()[0].split("Error: ")[-1].replace(f'"{DELIVERY}"', "{object}")
            names = ", ".join(column.name for column in columns)
            raise QueryError(f"the query cannot be run: {said}", f"columns: {names}") from None


def _one_value(tree: exp.Query) -> bool:
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or tree.args.get("group"):
        return False
    shown = tree.expressions[0]
    totals = list(shown.find_all(*_AGGREGATES))
    return any(node.find_ancestor(exp.Window, exp.Subquery) is None for node in totals)


def _shown(node: exp.Expr) -> str:
    text = node.sql(dialect="duckdb")
    return text if len(text) <= 60 else f"{text[:57]}..."
