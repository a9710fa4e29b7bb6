"""Functions of many rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from clew.plan import Type
from clew.rules.functions.function import ANY, BOOLEAN, NUMBER, ORDERED, SHARE, TEXT, Function, Piece, first_type
from clew.rules.trees import call, cast, count_where


def _count(pieces: Sequence[Piece]) -> exp.Expr:
    return exp.Count(this=pieces[0].tree)


def _count_distinct(pieces: Sequence[Piece]) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[pieces[0].tree]))


def _count_if(pieces: Sequence[Piece]) -> exp.Expr:
    return count_where(pieces[0].tree)


def _sum(pieces: Sequence[Piece]) -> exp.Expr:
    total = exp.Sum(this=pieces[0].tree)
    return cast(total, "bigint") if pieces[0].type is Type.INTEGER else total


def _avg(pieces: Sequence[Piece]) -> exp.Expr:
    return call("clew_divide", exp.Sum(this=pieces[0].tree), exp.Count(this=pieces[0].tree))


def _share(pieces: Sequence[Piece]) -> exp.Expr:
    return call("clew_divide", _count_if(pieces), exp.Count(this=pieces[0].tree))


AGGREGATES = (
    Function("count", (ANY,), Type.INTEGER, "rows, or rows with a value", "计数", built=_count, aggregate=True),
    Function(
        "count_distinct", (ANY,), Type.INTEGER, "different values", "去重计数", built=_count_distinct, aggregate=True
    ),
    Function(
        "count_if",
        (BOOLEAN,),
        Type.INTEGER,
        "rows where a condition holds",
        "满足条件的行数",
        built=_count_if,
        aggregate=True,
    ),
    Function("sum", (NUMBER,), first_type, "total", "合计", built=_sum, aggregate=True),
    Function("avg", (NUMBER,), Type.DECIMAL, "mean, to six digits", "平均值", built=_avg, aggregate=True),
    Function(
        "min",
        (ORDERED,),
        first_type,
        "smallest",
        "最小值",
        built=lambda pieces: exp.Min(this=pieces[0].tree),
        aggregate=True,
    ),
    Function(
        "max",
        (ORDERED,),
        first_type,
        "largest",
        "最大值",
        built=lambda pieces: exp.Max(this=pieces[0].tree),
        aggregate=True,
    ),
    Function(
        "share",
        (BOOLEAN,),
        Type.DECIMAL,
        "share, 0 to 1, of the rows where the condition is known that meet it",
        "占比",
        built=_share,
        aggregate=True,
    ),
    Function(
        "quantile",
        (NUMBER, SHARE),
        Type.DECIMAL,
        "the value below which a share, 0 to 1, of the rows lies (Hyndman and Fan, type 8)",
        "分位数",
        aggregate=True,
    ),
    Function("list", (TEXT,), Type.LIST, "the different values, sorted", "去重列表", aggregate=True),
)
"""What an aggregation may compute."""
