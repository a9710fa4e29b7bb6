"""Typing conditions: what is true, false or unknown of a row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from clew.plan import COMPARES, Type
from clew.problems import did_you_mean
from clew.rules.functions.function import Piece
from clew.rules.typist import Typist, words


def logic(typist: Typist, node: exp.Expr) -> Piece | None:
    """``and``, ``or``."""
    sides = [typist.condition(side) for side in (node.this, node.expression)]
    if sides[0] is None or sides[1] is None:
        return None
    return Piece(Type.BOOLEAN, type(node)(this=sides[0].tree, expression=sides[1].tree))


def not_(typist: Typist, node: exp.Not) -> Piece | None:
    """``not``."""
    inner = typist.condition(node.this)
    return Piece(Type.BOOLEAN, exp.Not(this=inner.tree)) if inner else None


def comparison(typist: Typist, node: exp.Expr) -> Piece | None:
    """Two sides of one type."""
    pair = _comparable(typist, node, node.this, [node.expression], ordered=type(node) not in (exp.EQ, exp.NEQ))
    if pair is None:
        return None
    return Piece(Type.BOOLEAN, _of(pair[0].type, type(node)(this=pair[0].tree, expression=pair[1].tree)))


def between(typist: Typist, node: exp.Between) -> Piece | None:
    """A value and its two ends, of one type."""
    found = _comparable(typist, node, node.this, [node.args["low"], node.args["high"]], ordered=True)
    if found is None:
        return None
    tree = exp.Between(this=found[0].tree, low=found[1].tree, high=found[2].tree)
    return Piece(Type.BOOLEAN, _of(found[0].type, tree))


def in_(typist: Typist, node: exp.In) -> Piece | None:
    """A value and the members of a list, of one type."""
    if not node.expressions:
        typist.refuse("E302", node, "'in' takes a list of values in parentheses", "write: x in ('a', 'b')")
        return None
    found = _comparable(typist, node, node.this, node.expressions, ordered=False)
    if found is None:
        return None
    return Piece(Type.BOOLEAN, exp.In(this=found[0].tree, expressions=[piece.tree for piece in found[1:]]))


def is_(typist: Typist, node: exp.Is) -> Piece | None:
    """``is null``; its negation is a ``not`` around it."""
    inner = typist.piece(node.this)
    if type(node.expression) is not exp.Null:
        typist.refuse("E302", node, "after 'is' only 'null' and 'not null' are allowed", "use '='")
        return None
    return Piece(Type.BOOLEAN, exp.Is(this=inner.tree, expression=exp.Null())) if inner else None


def _of(kind: Type, tree: exp.Expr) -> exp.Expr:
    """A comparison that knows what it compares: how far a value is from its limit can then be measured."""
    tree.meta[COMPARES] = kind
    return tree


def _comparable(
    typist: Typist, node: exp.Expr, left: exp.Expr, others: Sequence[exp.Expr], *, ordered: bool
) -> list[Piece] | None:
    """The sides of a comparison brought to one type; the first side against each of the others."""
    nodes = [left, *others]
    maybe = [typist.piece(side) for side in nodes]
    pieces = [piece for piece in maybe if piece is not None]
    if len(pieces) < len(nodes):
        return None
    if Type.NULL in {piece.type for piece in pieces}:
        typist.refuse("E304", node, "a comparison with null is never true", "write 'is null' or 'is not null'")
        return None
    unified = typist.alike(nodes, pieces, "compare")
    if unified is None:
        return None
    kinds = {piece.type for piece in unified}
    if Type.LIST in kinds or Type.DURATION in kinds or (ordered and Type.BOOLEAN in kinds):
        typist.refuse("E304", node, f"{words(unified[0].type)} cannot be compared this way")
        return None
    return None if _outside_values(typist, nodes, unified) else unified


def _outside_values(typist: Typist, nodes: Sequence[exp.Expr], pieces: Sequence[Piece]) -> bool:
    """Whether a literal is compared with a column whose contract does not allow that value."""
    outside = False
    allowed = next((typist.scope.values[piece.name] for piece in pieces if piece.name in typist.scope.values), None)
    for node, piece in zip(nodes, pieces, strict=True):
        if allowed and piece.constant is not None and piece.constant not in allowed:
            name = next(piece.name for piece in pieces if piece.name in typist.scope.values)
            typist.refuse(
                "E304", node, f"'{piece.constant}' is not a value of '{name}'", did_you_mean(piece.constant, allowed)
            )
            outside = True
    return outside
