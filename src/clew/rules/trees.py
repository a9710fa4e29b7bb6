"""Small builders of sqlglot trees: every identifier quoted, nothing parsed from text.

They build nodes directly: sqlglot's own helpers copy what they are given, again at each level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlglot import exp

from clew.plan import Type

SQL_TYPES = {
    Type.TEXT: "varchar", Type.INTEGER: "bigint", Type.DECIMAL: "decimal(18, 2)", Type.BOOLEAN: "boolean",
    Type.DATE: "date", Type.TIMESTAMP: "timestamp", Type.LIST: "varchar[]", Type.NULL: "varchar",
}
"""The engine type that holds each of ours, for NULLs that need one."""


def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its whole name ('death.died_on' is one identifier), of ``table`` where two stand side by side."""
    return exp.column(name, table=table, quoted=True)


def named(tree: exp.Expr, name: str) -> exp.Expr:
    """``tree`` under the name ``name``."""
    return exp.Alias(this=tree, alias=exp.to_identifier(name, quoted=True))


def relation(name: str, alias: str | None = None) -> exp.Expr:
    """A relation of the plan."""
    short = exp.TableAlias(this=exp.to_identifier(alias, quoted=True)) if alias else None
    return exp.Table(this=exp.to_identifier(name, quoted=True), alias=short)


def text(value: str) -> exp.Expr:
    """A text literal."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """A whole-number literal."""
    return exp.Literal.number(value)


def day(value: date) -> exp.Expr:
    """A date literal."""
    return exp.cast(exp.Literal.string(value.isoformat()), "date")


def null(kind: Type) -> exp.Expr:
    """NULL of a type."""
    return exp.cast(exp.null(), SQL_TYPES[kind])


def call(function: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of an engine function or one of Clew's own."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def both(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """All conditions at once; TRUE for none."""
    parts = [condition.copy() for condition in conditions]
    return exp.and_(*parts, copy=False) if parts else exp.true()


def is_true(condition: exp.Expr) -> exp.Expr:
    """Certainly true (never NULL)."""
    return exp.Coalesce(this=exp.paren(condition, copy=False), expressions=[exp.false()])


def is_null(tree: exp.Expr) -> exp.Expr:
    """Whether a value is unknown."""
    return exp.Is(this=exp.paren(tree, copy=False), expression=exp.null())


def not_null(tree: exp.Expr) -> exp.Expr:
    """Whether a value is known."""
    return exp.Not(this=is_null(tree))


def select(columns: Sequence[exp.Expr], source: str | exp.Expr, *where: exp.Expr) -> exp.Select:
    """``select columns from source where ...``."""
    query = exp.Select(expressions=list(columns))
    query = query.from_(relation(source) if isinstance(source, str) else source, copy=False)
    return query.where(*(condition.copy() for condition in where), copy=False) if where else query


def count_where(condition: exp.Expr) -> exp.Expr:
    """How many rows meet a condition."""
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=condition))


def as_subquery(query: exp.Query, alias: str) -> exp.Expr:
    """A query to select from."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
