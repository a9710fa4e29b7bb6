"""Small builders of sqlglot trees: every identifier quoted, nothing parsed from text.

They build nodes directly: sqlglot's own helpers copy what they are given, again at each level. Trees are only ever
read, so that a part may stand in several of them; what is put together is a query that nobody else holds yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache

from sqlglot import exp

from clew.plan import Type

SQL_TYPES = {
    Type.TEXT: "varchar",
    Type.INTEGER: "bigint",
    Type.DECIMAL: "decimal(18, 2)",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.TIMESTAMP: "timestamp",
    Type.LIST: "varchar[]",
    Type.NULL: "varchar",
}
"""The engine type that holds each of ours, for NULLs that need one."""


@lru_cache(maxsize=8192)
def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its whole name ('death.died_on' is one identifier), of ``table`` where two stand side by side."""
    return exp.Column(this=_identifier(name), table=_identifier(table) if table else None)


def named(tree: exp.Expr, name: str) -> exp.Expr:
    """``tree`` under the name ``name``."""
    return exp.Alias(this=tree, alias=_identifier(name))


def relation(name: str, alias: str | None = None) -> exp.Expr:
    """A relation of the plan."""
    return exp.Table(this=_identifier(name), alias=exp.TableAlias(this=_identifier(alias)) if alias else None)


def text(value: str) -> exp.Expr:
    """A text literal."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """A whole-number literal."""
    return exp.Literal.number(value)


def day(value: date) -> exp.Expr:
    """A date literal."""
    return cast(exp.Literal.string(value.isoformat()), "date")


def null(kind: Type) -> exp.Expr:
    """NULL of a type."""
    return cast(exp.null(), SQL_TYPES[kind])


def cast(tree: exp.Expr, kind: str) -> exp.Expr:
    """``tree`` as an engine type; the same tree where it is cast to that type already."""
    return exp.cast(tree, _type(kind), copy=False)


def try_cast(tree: exp.Expr, kind: str) -> exp.Expr:
    """``tree`` as an engine type, NULL where it does not fit."""
    return exp.TryCast(this=tree, to=_type(kind))


def call(function: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of an engine function or one of Clew's own."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def both(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """All conditions at once; TRUE for none."""
    parts = list(conditions)
    return exp.and_(*parts, copy=False) if parts else exp.true()


def either(*conditions: exp.Expr) -> exp.Expr:
    """Any of the conditions."""
    return exp.or_(*conditions, copy=False)


def is_true(condition: exp.Expr) -> exp.Expr:
    """Certainly true (never NULL)."""
    return exp.Coalesce(this=exp.Paren(this=condition), expressions=[exp.false()])


def is_null(tree: exp.Expr) -> exp.Expr:
    """Whether a value is unknown."""
    return exp.Is(this=exp.Paren(this=tree), expression=exp.null())


def not_null(tree: exp.Expr) -> exp.Expr:
    """Whether a value is known."""
    return exp.Not(this=is_null(tree))


def select(columns: Sequence[exp.Expr], source: str | exp.Expr, *where: exp.Expr) -> exp.Select:
    """``select columns from source where ...``."""
    read = exp.From(this=relation(source) if isinstance(source, str) else source)
    return exp.Select(expressions=list(columns), from_=read, where=exp.Where(this=both(where)) if where else None)


def join(query: exp.Select, other: exp.Expr, on: exp.Expr, how: str = "") -> exp.Select:
    """``query`` with one more join: inner, or ``how`` ('left', 'semi' or 'anti')."""
    query.append(
        "joins",
        exp.Join(
            this=other,
            on=on,
            side=how.upper() if how == "left" else None,
            kind=how.upper() if how in ("semi", "anti") else None,
        ),
    )
    return query


def group(query: exp.Select, keys: Iterable[exp.Expr]) -> exp.Select:
    """``query`` with one row per key; unchanged without keys."""
    return query.group_by(*keys, copy=False)


def count_where(condition: exp.Expr) -> exp.Expr:
    """How many rows meet a condition."""
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=condition))


def as_subquery(query: exp.Query, alias: str) -> exp.Expr:
    """A query to select from."""
    return exp.Subquery(this=query, alias=exp.TableAlias(this=_identifier(alias)))


def _identifier(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)


@cache
def _type(kind: str) -> exp.DataType:
    """An engine type, read once: reading one takes a whole parser."""
    return exp.DataType.build(kind)
