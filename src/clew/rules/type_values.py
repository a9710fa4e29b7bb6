"""Typing values computed from others: arithmetic, case and function calls."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlglot import exp

from clew.plan import Type
from clew.problems import certainly_meant, did_you_mean
from clew.rules.functions import FUNCTIONS
from clew.rules.functions.function import DIGITS, DURATION, SHARE, Function, Kind, Piece
from clew.rules.measures import COUNT, common, product
from clew.rules.moved_day import moved
from clew.rules.trees import call, cast
from clew.rules.typist import FORBIDDEN_NAMES, Typist, shown, words

KEEPING_UNITS = frozenset(
    ("sum", "avg", "min", "max", "quantile", "coalesce", "least", "greatest", "abs", "round"),
)
"""Functions whose result measures what their argument does."""


def arithmetic(typist: Typist, node: exp.Expr) -> Piece | None:
    """A sum, difference, product or quotient; a date moved by a duration; the days between two dates."""
    left, right = typist.piece(node.this), typist.piece(node.expression)
    if left is None or right is None:
        return None
    if left.type is Type.DATE and right.quantity is not None and type(node) in (exp.Add, exp.Sub):
        return Piece(Type.DATE, moved(left.tree, right.quantity, 1 if type(node) is exp.Add else -1))
    if type(node) is exp.Sub and Type.DATE in (left.type, right.type):
        first, last = typist.fitted(right, Type.DATE), typist.fitted(left, Type.DATE)
        if first and last:
            return Piece(Type.INTEGER, call("clew_days_between", first.tree, last.tree))
    numbers = (Type.INTEGER, Type.DECIMAL, Type.NULL)
    if left.type not in numbers or right.type not in numbers:
        typist.refuse(
            "E304",
            node,
            f"cannot reckon {shown(node)}: {words(left.type)} and {words(right.type)}",
            _reckoning_help(left, right),
        )
        return None
    kind = Type.DECIMAL if Type.DECIMAL in (left.type, right.type) else Type.INTEGER
    if type(node) is exp.Div:
        return Piece(Type.DECIMAL, call("clew_divide", left.tree, right.tree), unit="" if right.unit else left.unit)
    if type(node) is not exp.Mul and typist.clashing((node.this, node.expression), (left, right), "reckon"):
        return None
    unit = product(left.unit, right.unit) if type(node) is exp.Mul else common([left.unit, right.unit])
    tree: exp.Expr = type(node)(this=left.tree, expression=right.tree)
    if type(node) is exp.Mul and kind is Type.DECIMAL:
        # A product's scale is the sum of its factors' scales: bring it back, or a long product stops fitting.
        tree = cast(tree, "decimal(38, 6)")
    return Piece(kind, tree, unit=unit)


def negative(typist: Typist, node: exp.Neg) -> Piece | None:
    """A number with its sign turned."""
    inner = typist.piece(node.this)
    if inner is not None and not inner.type.is_number:
        typist.refuse("E304", node, f"'-' wants a number, and {shown(node.this)} is {words(inner.type)}")
        return None
    return Piece(inner.type, exp.Neg(this=inner.tree), unit=inner.unit) if inner else None


def case(typist: Typist, node: exp.Case) -> Piece | None:
    """``case when ... then ... else ... end``: branches of one type."""
    if node.this is not None:
        typist.refuse("E302", node, "'case x when' is not part of expressions", "write: case when x = … then … end")
        return None
    branches = [(typist.condition(branch.this), typist.piece(branch.args["true"])) for branch in node.args["ifs"]]
    nodes = [branch.args["true"] for branch in node.args["ifs"]]
    values = [value for _, value in branches]
    if node.args.get("default") is not None:
        nodes.append(node.args["default"])
        values.append(typist.piece(node.args["default"]))
    whens = [when for when, _ in branches if when is not None]
    pieces = [value for value in values if value is not None]
    if len(whens) < len(branches) or len(pieces) < len(values):
        return None
    unified = typist.alike(nodes, pieces, "mix")
    if unified is None:
        return None
    case = exp.Case(ifs=[exp.If(this=when.tree, true=value.tree) for when, value in zip(whens, unified, strict=False)])
    if len(unified) > len(whens):
        case.set("default", unified[-1].tree)
    return Piece(_widest(unified), case, unit=common([piece.unit for piece in unified]))


def function_call(typist: Typist, node: exp.Anonymous) -> Piece | None:
    """A function of the table, its arguments by kind."""
    name = str(node.this)
    function = FUNCTIONS.get(name)
    if function is None:
        help = FORBIDDEN_NAMES.get(name.lower()) or did_you_mean(name.lower(), FUNCTIONS)
        meant = certainly_meant(name, FUNCTIONS)
        typist.refuse("E303", node, f"unknown function '{name}'", help, (name, meant) if meant else None)
        return None
    if function.aggregate and not _may_aggregate(typist, node, function):
        return None
    outer, typist.inside = typist.inside, (function if function.aggregate else typist.inside)
    try:
        pieces = _arguments(typist, node, function)
    finally:
        typist.inside = outer
    if pieces is None:
        return None
    kind = function.gives if isinstance(function.gives, Type) else function.gives([p.type for p in pieces])
    return Piece(kind, function.tree(pieces), unit=_unit(function, pieces))


def _unit(function: Function, pieces: Sequence[Piece]) -> str:
    """What a function's result measures: what its arguments do, or how many."""
    if function.name.startswith("count"):
        return COUNT
    keeps = function.name in KEEPING_UNITS
    return common([piece.unit for piece in pieces]) if keeps else ""


def _may_aggregate(typist: Typist, node: exp.Expr, function: Function) -> bool:
    if typist.inside is not None:
        typist.refuse(
            "E302",
            node,
            f"'{function.name}' cannot stand inside '{typist.inside.name}'",
            "compute the inner value in an aggregate step before",
        )
        return False
    if not typist.aggregates:
        typist.refuse(
            "E302",
            node,
            f"'{function.name}' needs many rows, and this place sees one row at a time",
            "compute it in an aggregate step, and use its name here",
        )
        return False
    typist.aggregate = True
    return True


def _arguments(typist: Typist, node: exp.Anonymous, function: Function) -> list[Piece] | None:
    given = list(node.expressions)
    if function.name == "count" and len(given) == 1 and type(given[0]) is exp.Star:
        return [Piece(Type.INTEGER, exp.Star())]
    most = None if function.repeats else len(function.takes)
    least = function.least if function.least is not None else len(function.takes)
    if len(given) < least or (most is not None and len(given) > most):
        typist.refuse("E304", node, f"'{function.name}' is written {function.signature}")
        return None
    pieces = []
    for position, part in enumerate(given):
        kind = function.takes[min(position, len(function.takes) - 1)]
        pieces.append(_argument(typist, part, kind, function))
    whole = [piece for piece in pieces if piece is not None]
    if len(whole) < len(given):
        return None
    return typist.alike(given, whole, "mix") if function.alike else whole


def _argument(typist: Typist, node: exp.Expr, kind: Kind, function: Function) -> Piece | None:
    piece = typist.piece(node)
    if piece is None:
        return None
    if len(kind.types) == 1:
        piece = typist.fitted(piece, next(iter(kind.types))) or piece
    if kind is DIGITS and not (type(node) is exp.Literal and node.name in tuple("0123456")):
        typist.refuse("E304", node, f"'{function.name}' wants {kind.words}, and not {shown(node)}")
        return None
    if kind is SHARE and not (type(piece.tree) is exp.Literal and 0 <= Decimal(piece.tree.name) <= 1):
        typist.refuse("E304", node, f"'{function.name}' wants {kind.words}, and not {shown(node)}")
        return None
    if piece.type not in kind.types and (piece.type is not Type.NULL or kind is DURATION):
        help = "take its date: date_of(...)" if Type.DATE in kind.types and piece.type is Type.TIMESTAMP else ""
        typist.refuse(
            "E304", node, f"'{function.name}' wants {kind.words}, and {shown(node)} is {words(piece.type)}", help
        )
        return None
    return piece


def _widest(pieces: Sequence[Piece]) -> Type:
    kinds = [piece.type for piece in pieces if piece.type is not Type.NULL]
    if not kinds:
        return Type.NULL
    return Type.DECIMAL if Type.DECIMAL in kinds else kinds[0]


def _reckoning_help(left: Piece, right: Piece) -> str:
    if Type.DATE in (left.type, right.type) and (left.type.is_number or right.type.is_number):
        return "add a parameter that has a unit: death.died_on + $grace"
    if Type.TIMESTAMP in (left.type, right.type):
        return "use date_of(...) or minutes_between(...)"
    return ""
