"""One line of an author, read, typed against the data contracts, and turned into a tree an engine can render.

Columns become one quoted identifier that holds the dot, parameters become literals, so nothing the author wrote
reaches an engine as text.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from clew.plan import Type
from clew.problems import Edit, Problems
from clew.rules.grammar import Unreadable, read_condition
from clew.rules.model import Text
from clew.rules.nodes import NODES
from clew.rules.trees import call, cast
from clew.rules.typist import Refusal, Scope, Typist, column_name, offset_of, words

__all__ = ["Scope", "Typed", "parse_expression", "references"]


@dataclass(frozen=True)
class Typed:
    """An expression ready for a plan.

    ``columns`` are all columns it names, ``bare`` those outside an aggregate function, ``parameters`` the names of
    the parameters it uses. ``name`` is the column's name when the expression is nothing but one column;
    ``unit`` what its number measures.
    """

    tree: exp.Expr
    type: Type
    columns: frozenset[str]
    aggregate: bool
    bare: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    name: str = ""
    unit: str = ""

    @property
    def as_text(self) -> exp.Expr:
        """Its value as text, as people write it; a list is joined by '、'."""
        if self.type is Type.TEXT:
            return self.tree
        return call("clew_joined", self.tree) if self.type is Type.LIST else cast(self.tree, "varchar")


def parse_expression(
    text: Text, scope: Scope, problems: Problems, *, aggregates: bool = False, expect: Type | None = None
) -> Typed | None:
    """Read and type one expression; None when it has a fault (noted: E201, E204, E301 to E304).

    ``aggregates`` allows the aggregate functions. ``expect`` is the type wanted; a whole number passes for a decimal.
    """
    raw = read_condition(text.value)
    if isinstance(raw, Unreadable):
        _note(raw, text, problems)
        return None
    typist = Typist(scope, aggregates, NODES)
    piece = typist.piece(raw)
    for refusal in typist.refusals:
        _note(refusal, text, problems)
    if piece is None or typist.refusals:
        return None
    if expect is not None:
        piece = typist.fitted(piece, expect) or piece
    if piece.type is Type.DURATION:
        _note(
            Refusal("E304", "a length of time alone is no value", 0, "add it to a date: death.died_on + $grace"),
            text,
            problems,
        )
        return None
    if expect is not None and piece.type is not expect and not (expect is Type.DECIMAL and piece.type is Type.INTEGER):
        _note(
            Refusal(
                "E304",
                f"{words(expect)} is wanted here, and '{text.value[:60]}' is {words(piece.type)}",
                offset_of(raw),
            ),
            text,
            problems,
        )
        return None
    return Typed(
        piece.tree,
        piece.type,
        frozenset(typist.columns),
        typist.aggregate,
        frozenset(typist.bare),
        frozenset(typist.parameters),
        piece.name,
        piece.unit,
    )


def references(text: Text, problems: Problems) -> frozenset[str]:
    """The columns an expression names, 'alias.column' or 'column', known or not; empty when it cannot be read."""
    raw = read_condition(text.value)
    if isinstance(raw, Unreadable):
        _note(raw, text, problems)
        return frozenset()
    found = (column_name(node) for node in raw.find_all(exp.Column))
    return frozenset(name for name in found if not name.startswith("$"))


def _note(refusal: Refusal | Unreadable, text: Text, problems: Problems) -> None:
    place, edits = text.at(refusal.offset), tuple[Edit, ...]()
    if refusal.slip is not None and text.lead is not None:
        edits = (Edit(place, *refusal.slip),)
    problems.error(place, refusal.code, refusal.message, refusal.help, edits)
