"""Typing names and constants: columns, parameters, literals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from clew.plan import Type
from clew.problems import did_you_mean
from clew.rules.functions.function import Piece
from clew.rules.trees import column as quoted_column
from clew.rules.typist import FORBIDDEN_NAMES, Typist, column_name, date_literal


def column(typist: Typist, node: exp.Column) -> Piece | None:
    """A column of the scope, or a parameter: both are plain words to the parser."""
    if type(node.this) is not exp.Identifier or node.args.get("join_mark"):
        typist.refuse("E302", node, "'*' is allowed only in count(*)")
        return None
    name = column_name(node)
    if name.startswith("$"):
        return _parameter(typist, node, name[1:])
    if name in typist.scope.unknown or node.parts[0].name in typist.scope.unknown:
        return None
    kind = typist.scope.columns.get(name)
    if kind is None:
        _unknown_column(typist, node, name)
        return None
    typist.columns.add(name)
    if typist.inside is None:
        typist.bare.add(name)
    return Piece(kind, quoted_column(name), name=name, unit=typist.scope.units.get(name, ""))


def _unknown_column(typist: Typist, node: exp.Column, name: str) -> None:
    help = _meant_column(typist, name)
    source = typist.scope.sources.get(name.partition(".")[0]) if "." in name else None
    if name.lower() in FORBIDDEN_NAMES:
        help, source = FORBIDDEN_NAMES[name.lower()], None
    typist.refuse("E201", node, f"unknown column '{name}'", f"{help}   ({source})" if help and source else help)


def _meant_column(typist: Typist, name: str) -> str:
    """What to write for an unknown column: one of that title, of that name in another dataset, the parameter whose
    sign was forgotten, or the nearest spelling."""
    alias, _, own = name.rpartition(".")
    scope = typist.scope
    titled = [
        known
        for known in scope.columns
        if scope.titles.get(known) == own and known.startswith(f"{alias}." * bool(alias))
    ]
    if titled:
        either = "' or '".join(titled)
        return f"did you mean '{either}'?"
    same = [known for known in scope.columns if known.rpartition(".")[2] == own]
    if len(same) == 1:
        return f"did you mean '{same[0]}'?"
    if name in scope.parameters or name == "as_of":
        return f"did you mean the parameter '${name}'?"
    return did_you_mean(name, scope.columns)


def _parameter(typist: Typist, node: exp.Column, name: str) -> Piece | None:
    if name == "as_of":
        return Piece(Type.DATE, date_literal(typist.scope.as_of))
    quantity = typist.scope.parameters.get(name)
    if quantity is None:
        if f"${name}" not in typist.scope.unknown:
            typist.refuse(
                "E204", node, f"unknown parameter '${name}'", did_you_mean(name, [*typist.scope.parameters, "as_of"])
            )
        return None
    typist.parameters.add(name)
    if quantity.is_duration:
        return Piece(Type.DURATION, exp.Null(), quantity=quantity)
    return replace(_number(Decimal(quantity.value)), unit=quantity.unit)


def literal(_typist: Typist, node: exp.Literal) -> Piece | None:
    """A number or a quoted text."""
    if node.is_string:
        return Piece(Type.TEXT, exp.Literal.string(node.name), constant=node.name)
    return _number(Decimal(node.name))


def boolean(_typist: Typist, node: exp.Boolean) -> Piece | None:
    """``true`` or ``false``."""
    return Piece(Type.BOOLEAN, exp.Boolean(this=bool(node.this)))


def null(_typist: Typist, _: exp.Null) -> Piece | None:
    """``null``."""
    return Piece(Type.NULL, exp.Null())


def paren(typist: Typist, node: exp.Paren) -> Piece | None:
    """A part in parentheses, which stay."""
    inner = typist.piece(node.this)
    return replace(inner, tree=exp.Paren(this=inner.tree), name="") if inner else None


def _number(value: Decimal) -> Piece:
    text = format(abs(value), "f")
    kind = Type.DECIMAL if "." in text else Type.INTEGER
    literal: exp.Expr = exp.Literal.number(text)
    return Piece(kind, exp.Neg(this=literal) if value < 0 else literal)
