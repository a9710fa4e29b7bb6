"""Recursion that keeps one row per key: what is found later takes the place of what stood there."""

from __future__ import annotations

from sqlglot import exp

from clew.rules.trees import column, select


def keyed_recursion(name: str, columns: tuple[str, str], first: exp.Query, step: exp.Query) -> exp.Select:
    """``with recursive name (key, value) using key (key) as (first union step) select ...``."""
    identifiers = [exp.Identifier(this=one, quoted=True) for one in columns]
    cte = exp.CTE(
        this=exp.union(first, step, distinct=True, copy=False),
        alias=exp.TableAlias(this=exp.Identifier(this=name, quoted=True), columns=identifiers),
        key_expressions=[column(columns[0])],
    )
    query = select([column(one) for one in columns], name)
    query.set("with_", exp.With(expressions=[cte], recursive=True))
    return query


def so_far(name: str, alias: str) -> exp.Expr:
    """The table a recursion has built up to now."""
    return exp.Table(
        this=exp.Identifier(this=name, quoted=True),
        db=exp.Identifier(this="recurring"),
        alias=exp.TableAlias(this=exp.Identifier(this=alias, quoted=True)),
    )
