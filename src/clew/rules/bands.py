"""Strength bands: the last one is ``otherwise`` (E401), and every band can be reached (E403)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlglot import exp

from clew.problems import Problems
from clew.rules.grammar import Unreadable, read_condition
from clew.rules.model import Rule, StrengthBand, Text

_Atom = tuple[str, str, object]
"""(left side, comparison, value): one part of a condition."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_SIGNS: dict[type[exp.Expr], str] = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=", exp.EQ: "=", exp.NEQ: "<>"}


def check_bands(rule: Rule, problems: Problems) -> None:
    """Check the order of a rule's strength bands."""
    bands = rule.clue.strength
    if not bands:
        return
    ends = [index for index, band in enumerate(bands) if band.when is None]
    if not ends:
        problems.error(
            bands[-1].place, "E401", "the strength has no 'otherwise'", "add a last line: - {otherwise: 0.5}"
        )
    for index, band in enumerate(bands):
        earlier = covering(bands, index)
        if earlier is not None:
            said = "otherwise" if earlier.when is None else str(earlier.when)
            problems.error(
                band.place,
                "E403",
                f"this band is never reached: '{said}' above it always matches first",
                "put the narrower condition first",
            )


def covering(bands: Sequence[StrengthBand], index: int) -> StrengthBand | None:
    """An earlier band that takes every row this one would, or None."""
    own: list[_Atom] | None = None
    for earlier in bands[:index]:
        if earlier.when is None:
            return earlier
        own = own or _atoms(bands[index].when)
        other = _atoms(earlier.when) if own else None
        if own and other and all(any(_implies(a, b) for a in own) for b in other):
            return earlier
    return None


def _atoms(when: Text | None) -> list[_Atom] | None:
    """The parts of a condition joined by 'and'; None where there is none, or it is not read."""
    if when is None:
        return None
    tree = read_condition(when.value)
    return None if isinstance(tree, Unreadable) else [_atom(part) for part in _parts(tree)]


def _parts(tree: exp.Expr) -> list[exp.Expr]:
    if isinstance(tree, exp.Paren):
        return _parts(tree.this)
    if isinstance(tree, exp.And):
        return [*_parts(tree.this), *_parts(tree.expression)]
    return [tree]


def _atom(tree: exp.Expr) -> _Atom:
    sign = _SIGNS.get(type(tree))
    if sign is not None:
        left, right = tree.this, tree.expression
        if isinstance(right, exp.Literal):
            return left.sql(), sign, _literal(right)
        if isinstance(left, exp.Literal):
            return right.sql(), _FLIPPED[sign], _literal(left)
    return tree.sql(), "", None


def _literal(tree: exp.Literal) -> object:
    return str(tree.this) if tree.is_string else Decimal(tree.this)


def _implies(narrow: _Atom, wide: _Atom) -> bool:
    """Whether every value that meets ``narrow`` meets ``wide``."""
    if narrow == wide:
        return True
    (left, sign, value), (other, wider, bound) = narrow, wide
    if left != other or not isinstance(value, Decimal) or not isinstance(bound, Decimal):
        return False
    if wider in (">", ">="):
        return (sign == "=" and (value > bound or (wider == ">=" and value == bound))) or (
            sign in (">", ">=") and (value > bound or (value == bound and not (sign == ">=" and wider == ">")))
        )
    if wider in ("<", "<="):
        return (sign == "=" and (value < bound or (wider == "<=" and value == bound))) or (
            sign in ("<", "<=") and (value < bound or (value == bound and not (sign == "<=" and wider == "<")))
        )
    return False
