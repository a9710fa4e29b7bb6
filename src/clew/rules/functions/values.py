"""Functions that choose among values or change a number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from clew.plan import Type
from clew.rules.functions.function import ANY, DIGITS, NUMBER, ORDERED, Function, Piece, Tree, first_type
from clew.rules.trees import cast


def _round(pieces: Sequence[Piece]) -> exp.Expr:
    digits = pieces[1].tree if len(pieces) > 1 else exp.Literal.number(0)
    return exp.Round(this=cast(pieces[0].tree, "decimal(38, 6)"), decimals=digits)


def _variadic(node: type[exp.Expr]) -> Tree:
    return lambda pieces: node(this=pieces[0].tree, expressions=[piece.tree for piece in pieces[1:]])


def _wider(types: Sequence[Type]) -> Type:
    known = [kind for kind in types if kind is not Type.NULL]
    if not known:
        return Type.NULL
    return Type.DECIMAL if Type.DECIMAL in known else known[0]


VALUES = (
    Function(
        "coalesce",
        (ANY,),
        _wider,
        "the first value that is not null",
        "首个非空值",
        built=_variadic(exp.Coalesce),
        repeats=True,
        alike=True,
        least=2,
    ),
    Function(
        "least",
        (ORDERED,),
        _wider,
        "the smallest; null if any is null",
        "最小者",
        built=_variadic(exp.Least),
        repeats=True,
        alike=True,
        least=2,
    ),
    Function(
        "greatest",
        (ORDERED,),
        _wider,
        "the largest; null if any is null",
        "最大者",
        built=_variadic(exp.Greatest),
        repeats=True,
        alike=True,
        least=2,
    ),
    Function(
        "abs", (NUMBER,), first_type, "without its sign", "绝对值", built=lambda pieces: exp.Abs(this=pieces[0].tree)
    ),
    Function(
        "round", (NUMBER, DIGITS), Type.DECIMAL, "rounded, halves away from zero", "四舍五入", built=_round, least=1
    ),
)
"""The first, the least, the greatest; without its sign, rounded."""
